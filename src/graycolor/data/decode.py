"""One encoded picture to a small upright sRGB photograph: the step that costs most when a dataset is prepared.

JPEG is decoded at the smallest of its own scales that is still large enough, which is many times faster for large
photographs; orientation and color profile are settled on the small picture.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graycolor.data import filters
from graycolor.data.filters import FilterSettings, size_reason
from graycolor.errors import BoundError
from graycolor.pictures.door import opened_picture
from graycolor.pictures.metadata.exif import ORIENTATION
from graycolor.pictures.picture import TURNS, upright
from graycolor.pictures.profiles import to_srgb

if TYPE_CHECKING:
    from PIL import Image

_GRAY_MODES = frozenset({"1", "L", "LA", "La", "I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
_ALPHA_MODES = frozenset({"RGBA", "RGBa", "PA"})


class LeftOut(Exception):  # noqa: N818 - no error: the picture is judged, and this is the verdict
    """A picture that is not for this dataset; `args[0]` is one of the reasons in `filters`."""


@dataclass(frozen=True, eq=False)
class Photo:
    """A decoded photograph.

    Attributes:
        rgb: (H,W,3) sRGB, short side as asked for or smaller.
        pixels: of the original.
        untouched: whether these are the original's pixels: not shrunk, turned or converted.
    """

    rgb: NDArray[np.uint8]
    pixels: int
    untouched: bool


def shrunk_photo(data: bytes, side: int, settings: FilterSettings) -> Photo:
    """The picture with its short side shrunk to `side`; never enlarged.

    Raises:
        LeftOut: it is damaged, gray by its mode, transparent, or of a size that the settings leave out.
    """
    try:
        with warnings.catch_warnings():  # Pillow's remarks on odd tags and large sizes; sizes are settled here
            warnings.simplefilter("ignore")
            return _photo(opened_picture(data, "", settings.max_pixels), side, settings)
    except LeftOut:
        raise
    except BoundError as error:
        raise LeftOut(filters.LARGE) from error
    except Exception as error:  # decoders raise whatever their author thought of
        raise LeftOut(filters.DAMAGED) from error


def _photo(image: Image.Image, side: int, settings: FilterSettings) -> Photo:
    pixels = image.width * image.height
    reason = filters.GRAY if image.mode in _GRAY_MODES else size_reason(*image.size, settings)
    if reason:
        raise LeftOut(reason)
    exif = image.getexif() if image.format != "PPM" else {}
    orientation, profile = exif.get(ORIENTATION, 1), image.info.get("icc_profile")
    small = _shrunk(image, side)
    rgb = to_srgb(small, profile)[0].convert("RGB") if profile or small.mode != "RGB" else small
    turned = orientation in TURNS and orientation != 1
    untouched = not turned and rgb is small and small.width * small.height == pixels
    return Photo(upright(np.asarray(rgb), orientation) if turned else np.asarray(rgb), pixels, untouched)


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    from PIL.Image import Resampling

    factor = min(1.0, side / min(image.size))
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    image.draft("RGB", size)
    flat = _without_alpha(image)
    return flat if flat.size == size else flat.resize(size, Resampling.HAMMING)


def _without_alpha(image: Image.Image) -> Image.Image:
    """The image in RGB or CMYK; what shows through a hole is no color of the scene."""
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in _ALPHA_MODES:
        image = image.convert("RGBA")
        if np.asarray(image.getchannel("A")).min() < 255:
            raise LeftOut(filters.TRANSPARENT)
    return image if image.mode in ("RGB", "CMYK") else image.convert("RGB")
