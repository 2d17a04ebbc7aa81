import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from graycolor.data import filters
from graycolor.data.decode import LeftOut, shrunk_photo
from graycolor.data.filters import FilterSettings

SETTINGS = FilterSettings()


def reason(data):
    with pytest.raises(LeftOut) as caught:
        shrunk_photo(data, 320, SETTINGS)
    return caught.value.args[0]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "AVIF", "PPM"])
def test_every_kind_of_picture_is_read(painted, encoded, kind):
    photo = shrunk_photo(encoded(painted(1), kind), 320, SETTINGS)

    assert photo.rgb.shape == (150, 200, 3)
    assert photo.pixels == 150 * 200
    assert np.abs(photo.rgb.astype(int) - painted(1)).mean() < 8


@pytest.mark.parametrize(("size", "side"), [((700, 900), 320), ((2000, 900), 130), ((321, 321), 320)])
def test_the_short_side_is_shrunk_and_the_aspect_kept(painted, encoded, size, side):
    rgb = shrunk_photo(encoded(painted(1, *size)), side, SETTINGS).rgb

    assert min(rgb.shape[:2]) == side
    assert rgb.shape[0] / rgb.shape[1] == pytest.approx(size[0] / size[1], rel=0.01)


def test_shrinking_keeps_the_picture(painted, encoded):
    large = painted(1, 1500, 2000)
    expected = np.asarray(Image.fromarray(large).resize((400, 300), Image.Resampling.BOX)).astype(int)

    assert np.abs(shrunk_photo(encoded(large), 300, SETTINGS).rgb - expected).mean() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photographs_stand_upright(painted, encoded, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(painted(1, 400, 600), exif=exif)
    with Image.open(io.BytesIO(data)) as image:
        from PIL import ImageOps

        expected = np.asarray(ImageOps.exif_transpose(image).resize((240, 160) if orientation < 5 else (160, 240)))
    got = shrunk_photo(data, 160, SETTINGS).rgb

    assert got.shape == expected.shape
    assert np.abs(got.astype(int) - expected).mean() < 3


def test_profiles_are_settled(painted):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ"))
    buffer = io.BytesIO()
    Image.fromarray(painted(1)).save(buffer, "PNG", icc_profile=lab.tobytes())

    assert shrunk_photo(buffer.getvalue(), 320, SETTINGS).rgb.shape == (150, 200, 3)


def test_gray_modes_are_gray(painted, encoded):
    for mode in ("L", "1", "LA", "I;16"):
        buffer = io.BytesIO()
        gray = Image.fromarray(painted(1)).convert("L")
        (gray.convert("I").convert("I;16") if mode == "I;16" else gray.convert(mode)).save(buffer, "PNG")
        assert reason(buffer.getvalue()) == filters.GRAY


def test_holes_are_transparent_and_whole_pictures_with_alpha_are_not(painted):
    rgba = np.dstack([painted(1), np.full((150, 200), 255, np.uint8)])
    whole, holed = io.BytesIO(), io.BytesIO()
    Image.fromarray(rgba).save(whole, "PNG")
    rgba[:50, :50, 3] = 0
    Image.fromarray(rgba).save(holed, "PNG")

    assert shrunk_photo(whole.getvalue(), 320, SETTINGS).rgb.shape == (150, 200, 3)
    assert reason(holed.getvalue()) == filters.TRANSPARENT


def test_damage_is_named(painted, encoded):
    data = encoded(painted(1))

    assert reason(b"") == filters.DAMAGED
    assert reason(b"Dear diary") == filters.DAMAGED
    assert reason(data[: len(data) // 2]) == filters.DAMAGED


def test_sizes_are_settled_before_decoding(encoded):
    bomb = encoded(np.zeros((10, 10, 3), np.uint8), "PNG")
    claims = bomb[:16] + (60_000).to_bytes(4, "big") * 2 + bomb[24:]
    assert reason(bomb) == filters.SMALL
    assert reason(claims) in (filters.LARGE, filters.DAMAGED)
