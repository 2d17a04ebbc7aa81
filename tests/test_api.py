import numpy as np
import pytest
from PIL import Image

import graycolor
from graycolor.errors import InputError, MissingInputError, OutputError


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


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_pil_images_come_back_as_pil_images(draw, mode):
    base = Image.fromarray(draw(40, 60))
    image = Image.fromarray(draw(40, 60).astype(np.uint16) * 257) if mode == "I;16" else base.convert(mode)
    result = graycolor.colorize(image, device="cpu")

    assert isinstance(result, Image.Image)
    assert result.size == (60, 40)
    assert result.mode == ("RGBA" if mode in ("LA", "RGBA") else "RGB")


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
