import io

import numpy as np
import pytest
from PIL import Image

import graycolor
from film_clips import Clip, make
from graycolor.color.lab import rgb_to_lab
from graycolor.errors import DepthWarning, InputError, MissingInputError, OutputError, ProfileWarning, UsageError
from graycolor.pictures.in_memory import rgb_of


@pytest.mark.parametrize("channels", [None, 1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_arrays_come_back_as_arrays_of_their_kind(draw, channels, dtype):
    gray = draw(40, 60).astype(np.float64)
    scale = {np.uint8: 1, np.uint16: 257, np.float32: 1 / 255}[dtype]
    picture = (gray * scale).astype(dtype)
    if channels:
        picture = np.repeat(picture[..., None], channels, 2)
    result = graycolor.colorize(picture, device="cpu")

    assert result.dtype == dtype
    assert result.shape == (40, 60, 4 if channels in (2, 4) else 3)
    if channels in (2, 4):
        assert np.array_equal(result[..., 3], picture[..., -1])


def lightness(rgb):
    """L of 8-bit sRGB (H,W,3) or gray (H,W)."""
    pixels = np.asarray(rgb, np.float64)
    return rgb_to_lab((np.repeat(pixels[..., None], 3, 2) if pixels.ndim == 2 else pixels[..., :3]) / 255)[..., 0]


def image_of(gray, mode):
    """The same light in any of Pillow's modes."""
    base = Image.fromarray(gray)
    if mode.startswith("I;16"):
        codes = (gray * np.uint16(257)).astype(">u2" if mode.endswith("B") else "<u2")
        return Image.frombytes(mode, base.size, codes.tobytes())
    if mode == "LAB":
        L = np.rint(lightness(gray) * 2.55).astype(np.uint8)
        return Image.merge("LAB", [Image.fromarray(L), *[Image.new("L", base.size, 128)] * 2])
    before = {"La": "LA", "RGBa": "RGBA", "PA": "P"}
    return (base.convert(before[mode]) if mode in before else base).convert(mode)


@pytest.mark.parametrize(
    "mode",
    ["L", "LA", "La", "P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "CMYK", "YCbCr", "HSV", "LAB", "I", "F"],
)
def test_pil_images_of_any_mode_come_back_as_light_as_they_were(draw, mode):
    gray = draw(40, 60)
    result = graycolor.colorize(image_of(gray, mode), device="cpu", threads=1)

    assert result.size == (60, 40)
    assert result.mode == ("RGBA" if mode in ("LA", "La", "PA", "RGBA", "RGBa") else "RGB")
    assert lightness(result) == pytest.approx(lightness(gray), abs=1)


@pytest.mark.parametrize("mode", ["I;16", "I;16B", "I;16L", "I of 16 bits", "F in 0..1"])
def test_pil_images_of_more_than_8_bits_come_back_with_8_and_that_is_said(draw, mode):
    gray = draw(40, 60)
    if mode.startswith("I;16"):
        image = image_of(gray, mode)
    else:
        image = Image.fromarray(gray.astype(np.int32) * 257 if "I" in mode else gray.astype(np.float32) / 255)
    with pytest.warns(DepthWarning, match="no color of 16 bits"):
        result = graycolor.colorize(image, device="cpu", threads=1)

    assert (result.mode, result.size) == ("RGB", (60, 40))
    assert lightness(result) == pytest.approx(lightness(gray), abs=0.5)


def test_a_bilevel_image_becomes_color(draw):
    image = Image.fromarray(draw(40, 60)).convert("1")

    assert graycolor.colorize(image, device="cpu", threads=1).mode == "RGB"


@pytest.mark.parametrize(
    "image",
    [
        *(Image.fromarray(np.full((8, 8), value, np.float32)) for value in (np.nan, np.inf, 1000, -1)),
        *(Image.fromarray(np.full((8, 8), value, np.int32)) for value in (-1, 70_000)),
        *(Image.new(mode, (8, 0)) for mode in ("L", "I;16", "RGB")),
    ],
)
def test_pil_images_whose_values_are_no_light_are_refused(image):
    with pytest.raises(InputError):
        graycolor.colorize(image, device="cpu", threads=1)


def test_an_image_that_cannot_be_decoded_is_refused(draw):
    data = io.BytesIO()
    Image.fromarray(draw(200, 200)).save(data, "PNG")
    image = Image.open(io.BytesIO(data.getvalue()[:5000]))

    with pytest.raises(InputError, match="damaged or cut off"):
        graycolor.colorize(image, device="cpu", threads=1)


def test_what_an_image_carries_fits_its_result(draw):
    image = Image.fromarray(draw(40, 60))
    image.info |= {"transparency": 5, "dpi": (300, 300), "icc_profile": b"damaged"}
    with pytest.warns(ProfileWarning, match="color profile is damaged"):
        result = graycolor.colorize(image, device="cpu", threads=1)

    assert (result.mode, result.info) == ("RGBA", {"dpi": (300, 300)})
    result.save(io.BytesIO(), "PNG")


@pytest.mark.parametrize("dtype", [np.float16, np.float64, ">f4", ">u2", bool])
def test_arrays_of_rarer_types_come_back_as_light_as_they_were(draw, dtype):
    gray = draw(40, 60)
    gray = np.where(gray > 120, 255, 0).astype(np.uint8) if dtype is bool else gray
    scale = {"f": 1 / 255, "u": 257, "b": 1}[np.dtype(dtype).kind]
    result = graycolor.colorize((gray * np.float64(scale)).astype(dtype), device="cpu", threads=1)

    assert result.dtype == (np.uint8 if dtype is bool else dtype)
    top = 1 if result.dtype.kind == "f" else np.iinfo(result.dtype).max
    assert lightness(result.astype(np.float64) / top * 255) == pytest.approx(lightness(gray), abs=0.5)


def test_how_an_array_lies_in_memory_makes_no_difference(draw):
    gray = draw(80, 120)
    locked = gray.copy()
    locked.flags.writeable = False
    same = (gray, locked, np.rot90(np.rot90(gray).copy(), -1), np.asfortranarray(gray))
    first, *others = (graycolor.colorize(one, device="cpu", threads=1) for one in same)

    assert all(np.array_equal(first, other) for other in others)


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.array([[0.1, np.nan]]), "no numbers"),
        (np.array([[0.1, np.inf]]), "no numbers"),
        (np.array([[0.0, 255.0]]), "goes from 0 to 255"),
        (np.array([[-0.5, 0.5]]), "goes from -0.5"),
        (np.zeros((4, 4), np.int32), "give uint8"),
        (np.zeros((4, 4), complex), "give uint8"),
        (np.zeros((4, 4), object), "give uint8"),
        (np.zeros((0, 4), np.uint8), "shape"),
        (np.zeros(4, np.uint8), "shape"),
        (np.zeros((1, 4, 4, 3), np.uint8), "shape"),
        (np.array(3, np.uint8), "shape"),
    ],
)
def test_arrays_without_a_clear_meaning_are_refused(array, sentence):
    with pytest.raises(InputError, match=sentence):
        graycolor.colorize(array, device="cpu", threads=1)


def test_floats_a_rounding_beyond_the_range_are_in_it(draw):
    gray = draw(40, 60) / draw(40, 60).max()

    assert graycolor.colorize(gray * (1 + 1e-6) - 1e-6, device="cpu", threads=1).max() <= 1


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("", "is empty"), (".", "is a folder"), ("a\0b.png", "There is no file"), (b"a.png", "not bytes")],
)
def test_paths_that_name_no_picture_are_refused(path, sentence):
    with pytest.raises(InputError, match=sentence):
        graycolor.colorize(path, device="cpu", threads=1)
    with pytest.raises(InputError):
        graycolor.colorize_video(path, device="cpu", threads=1)


def test_references_of_any_kind_have_the_same_colors():
    colors = np.random.default_rng(0).integers(0, 256, (64, 80, 3), np.uint8)
    with_alpha = np.dstack([colors, colors[..., :1]])

    for kind in (colors, colors.astype(np.uint16) * 257, colors / 255, with_alpha, Image.fromarray(colors)):
        assert np.array_equal(rgb_of(kind), colors)


@pytest.mark.parametrize(
    "reference",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 3), np.uint8),
        np.full((8, 8, 3), np.nan),
        np.zeros((0, 8, 3), np.uint8),
        "",
        5,
        Image.new("L", (8, 8)),
        Image.new("I;16", (8, 8)),
    ],
)
def test_references_without_colors_are_refused(draw, reference):
    with pytest.raises(InputError):
        graycolor.colorize(draw(40, 60), reference=reference, device="cpu", threads=1)


@pytest.mark.parametrize("said", [{"hints": [(1, 1, "#ffffff")]}, {"hints": None}, {"settings": {"saturation": 1}}])
def test_what_is_said_in_another_type_is_refused(draw, said):
    with pytest.raises(UsageError):
        graycolor.colorize(draw(40, 60), device="cpu", threads=1, **said)


def test_a_path_becomes_the_path_of_its_result(tmp_path, draw):
    Image.fromarray(draw(50, 80)).save(tmp_path / "old.png")
    result = graycolor.colorize(tmp_path / "old.png", device="cpu")

    assert result == tmp_path / "old-color.png"
    with Image.open(result) as image:
        assert (image.mode, image.size) == ("RGB", (80, 50))
    with pytest.raises(OutputError, match="already there"):
        graycolor.colorize(tmp_path / "old.png", device="cpu")


def test_what_is_no_picture_is_refused(tmp_path):
    with pytest.raises(InputError):
        graycolor.colorize(42)
    with pytest.raises(InputError):
        graycolor.colorize(np.zeros((4, 4, 7), np.uint8))
    with pytest.raises(InputError):
        graycolor.colorize(np.zeros((4, 4), np.int64))
    with pytest.raises(MissingInputError):
        graycolor.colorize(tmp_path / "nowhere.jpg")


def test_unknown_names_are_no_attributes():
    with pytest.raises(AttributeError):
        graycolor.nothing  # noqa: B018
    assert {"colorize", "Colorizer", "errors"} <= set(dir(graycolor))


def test_refusals_speak_of_arguments_and_keep_what_is_read(tmp_path, draw):
    Image.fromarray(draw(32, 48)).save(tmp_path / "old.png")
    Image.fromarray(np.dstack([draw(32, 48, seed) for seed in (1, 2, 3)])).save(tmp_path / "old-color.png")
    film = make(tmp_path / "old.mp4", Clip(frames=2))
    (tmp_path / "old-color.mp4").write_bytes(b"there")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    told = {"device": "cpu", "threads": 1}

    with pytest.raises(OutputError, match=r"already there; use overwrite=True to replace it\.$"):
        graycolor.colorize(tmp_path / "old.png", **told)
    with pytest.raises(OutputError, match="is itself an input"):
        graycolor.colorize(tmp_path / "old.png", reference=tmp_path / "old-color.png", overwrite=True, **told)
    with pytest.raises(InputError, match=r"is a film; .*graycolor\.colorize_video"):
        graycolor.colorize(film, **told)
    with pytest.raises(OutputError, match=r"FilmOptions\(overwrite=True\) to replace it, or out= for another place"):
        graycolor.colorize_video(film, **told)
    with pytest.raises(InputError, match=r"graycolor\.colorize\)"):
        graycolor.colorize_video(tmp_path / "old.png", **told)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_hints_and_a_reference_lead_arrays_images_and_files_alike(tmp_path, draw):
    gray = draw(96, 128)
    Image.fromarray(gray).save(tmp_path / "old.png")
    rng = np.random.default_rng(0)
    colors = np.repeat(np.repeat(rng.integers(0, 256, (6, 8, 3), np.uint8), 16, 0), 16, 1)
    Image.fromarray(colors).save(tmp_path / "colors.png")
    said = {"hints": ["30,40,#804030"], "device": "cpu", "threads": 1}
    array = graycolor.colorize(gray, reference=colors, **said)
    image = graycolor.colorize(Image.fromarray(gray), reference=tmp_path / "colors.png", **said)
    path = graycolor.colorize(tmp_path / "old.png", reference=str(tmp_path / "colors.png"), **said)

    assert np.array_equal(array, np.asarray(image))
    with Image.open(path) as file:
        assert np.array_equal(array, np.asarray(file.convert("RGB")))
    assert not np.array_equal(array, graycolor.colorize(gray, device="cpu", threads=1))
    assert array[40, 30, 0] > array[40, 30, 2] + 10
