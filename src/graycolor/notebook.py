"""Pictures in notebooks: the path of a result shows before and after, and `show` puts any pictures side by side.

Arrays come back as plain arrays, because a class of our own would spread to every slice and sum of them and keep the
gray picture in memory; images of Pillow's show themselves. `show(before, after)` is for both.
"""

from __future__ import annotations

import base64
import os
import warnings
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graycolor.errors import DepthWarning, GraycolorError, InputError
from graycolor.names import readable

if TYPE_CHECKING:
    from PIL import Image

    _Path = Path
else:
    _Path = type(Path())

_QUALITY = 90


class ColoredPath(_Path):
    """The path of a result: in everything a path, and a notebook shows it as before and after.

    Attributes:
        before: the file that was colored; None for paths that were made of such a path.
    """

    before: Path | None = None

    @classmethod
    def of(cls, after: Path, before: Path) -> ColoredPath:
        """The path `after`, shown beside `before`."""
        path = cls(after)
        path.before = before
        return path

    def with_segments(self, *segments: str | os.PathLike[str]) -> Path:
        """What is made of the path (its parent, another suffix) is a path and no result."""
        return Path(*segments)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path, self.parts) if self.before is None else (ColoredPath.of, (Path(self), self.before))

    def __repr__(self) -> str:
        return repr(Path(self))

    def _repr_html_(self) -> str | None:
        try:
            return None if self.before is None else show(self.before, self)._repr_html_()
        except GraycolorError:  # gone, or replaced by something else, by the time the cell is shown again
            return None


@dataclass(frozen=True)
class Shown:
    """Pictures side by side, as a notebook shows them: names, and JPEGs."""

    names: tuple[str, ...]
    jpegs: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"<{' | '.join(self.names)}: a notebook shows them>"

    def _repr_html_(self) -> str:
        figures = "".join(map(_figure, self.names, self.jpegs))
        return f'<div style="display:flex;flex-wrap:wrap;gap:8px">{figures}</div>'


def show(*pictures: str | os.PathLike[str] | NDArray[Any] | Image.Image, height: int = 360) -> Shown:
    """Pictures side by side, for the last line of a notebook's cell.

    Args:
        pictures: paths, arrays and PIL images, as `graycolor.colorize` takes and gives them; the path of a result
            alone is shown with the picture that it was made of.
        height: of the pictures on the page, in pixels; smaller ones are not enlarged.

    Raises:
        InputError: there is no picture, or something that is none.
    """
    if not pictures:
        raise InputError("There is nothing to show; give a picture, or one before and one after.")
    if len(pictures) == 1 and isinstance(pictures[0], ColoredPath) and pictures[0].before is not None:
        pictures = (pictures[0].before, pictures[0])
    names = tuple(map(_name, pictures, ("before", "after", *map(str, range(3, len(pictures) + 1)))))
    return Shown(names, tuple(_jpeg(_pixels(picture), height) for picture in pictures))


def _name(picture: Any, otherwise: str) -> str:
    return readable(os.fsdecode(picture)) if isinstance(picture, (str, os.PathLike)) else otherwise


def _pixels(picture: Any) -> NDArray[np.uint8]:
    """Upright sRGB (H,W,3), or gray (H,W) or (H,W,1)."""
    from graycolor.jobs.guide import small_pixels
    from graycolor.pictures.in_memory import array_codes, rgb_of
    from graycolor.pictures.read_16bit import as_eight_bit

    if isinstance(picture, (str, os.PathLike)):
        return small_pixels(Path(os.fsdecode(picture)))
    if not isinstance(picture, np.ndarray):
        if not hasattr(picture, "getbands"):
            raise InputError(f"Paths, arrays and PIL images can be shown, not {type(picture).__name__}.")
        if not picture.mode.startswith(("I", "F")):
            return rgb_of(picture)
        picture = _deep(picture)
    codes, _ = array_codes(picture)
    return as_eight_bit(codes)


def _deep(image: Image.Image) -> NDArray[Any]:
    from graycolor.pictures.in_memory import given_image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DepthWarning)  # a page has 8 bits anyway
        return given_image(image).gray


def _jpeg(pixels: NDArray[np.uint8], height: int) -> bytes:
    import cv2

    factor = height / pixels.shape[0]
    if factor < 1:
        size = max(1, round(pixels.shape[1] * factor)), height
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    codes = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 and pixels.shape[2] == 3 else pixels
    return cv2.imencode(".jpg", codes, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def _figure(name: str, jpeg: bytes) -> str:
    address = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    return (
        f'<figure style="margin:0"><img src="{address}" alt="{escape(name)}" style="max-width:100%">'
        f'<figcaption style="font-size:small">{escape(name)}</figcaption></figure>'
    )
