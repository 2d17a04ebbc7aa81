"""Files of several pictures: the pages of a TIFF and the frames of an animation, decoded one at a time.

What lies between the frames travels, too: how long each is shown, how often all are. Coloring is each frame's own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graycolor.bounds import PIXELS
from graycolor.errors import OutputError
from graycolor.pictures.directories import SUBFILE, numbers
from graycolor.pictures.door import bytes_of, frame_count, opened_page, opened_picture, sentences
from graycolor.pictures.formats import FORMATS
from graycolor.pictures.pages import bound, pages
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.read import decode_opened, frame_picture
from graycolor.pictures.write import as_gif, compression, encode_picture, save_image, save_options, with_alpha

if TYPE_CHECKING:
    from PIL import Image

_PAGES = "pages"
_MASK = 4
"""The bit of a TIFF page's kind that says so."""
_WALKED = ("WEBP", "AVIF")
"""Formats whose encoders take one frame after the other; for others Pillow keeps all frames to the last."""
_AT_ONCE = 32_000_000
"""Pixels of frames that Pillow is given to keep."""
_FINELY_TIMED = 65_535
"""A PNG's durations are fractions of two numbers of 16 bits."""
_LONGEST = {"GIF": 655_350, "WEBP": 2**24 - 1}


@dataclass(frozen=True)
class Frames:
    """The pictures of one file.

    Attributes:
        format: Pillow's name of the file's format.
        kind: `pages` or `animation`.
        decoders: one for each picture, to be called in order.
        durations: milliseconds that each frame of an animation is shown; filled as the frames are decoded.
        loop: how often an animation is shown, 0 for ever; None where the file does not say.
    """

    format: str
    kind: str
    decoders: tuple[Callable[[], Picture], ...]
    durations: list[float]
    loop: int | None = None

    def __len__(self) -> int:
        return len(self.decoders)

    def __iter__(self) -> Iterator[Picture]:
        return (decode() for decode in self.decoders)


def read_source(path: Path, *, max_pixels: int = PIXELS) -> Picture | Frames:
    """A picture file, of one picture or several; see `decode_picture`."""
    return decode_source(bytes_of(path, max_pixels), str(path), max_pixels=max_pixels)


def decode_source(data: bytes, name: str, *, max_pixels: int = PIXELS) -> Picture | Frames:
    """`read_source` for a file's bytes; messages begin with `name`."""
    with sentences(name):
        image = opened_picture(data, name, max_pixels)
        count = frame_count(data, image, name, max_pixels)
    kind = FORMATS[image.format].frames if image.format in FORMATS else ""
    if count < 2 or not kind:
        return decode_opened(data, image, count, name)
    if kind == _PAGES:
        return Frames("TIFF", kind, tuple(_pages(data, count, name, max_pixels)), [])
    durations: list[float] = []
    frames = [
        partial(_frame, data, image, number, name=name, max_pixels=max_pixels, durations=durations)
        for number in range(count)
    ]
    return Frames(str(image.format), kind, tuple(frames), durations, image.info.get("loop"))


def _pages(data: bytes, count: int, name: str, max_pixels: int) -> Iterator[Callable[[], Picture]]:
    """Decoders of a TIFF's pages; masks are none where there is nothing else to be colored."""
    masks = {offset: bool(numbers(data, offset, SUBFILE).get(SUBFILE, (0,))[0] & _MASK) for offset in pages(data)}
    for offset, is_mask in masks.items():
        stays_gray = is_mask and not all(masks.values())
        yield partial(_page, data, offset, count=count, name=name, max_pixels=max_pixels, stays_gray=stays_gray)


def _page(data: bytes, offset: int, *, count: int, name: str, max_pixels: int, stays_gray: bool) -> Picture:
    with sentences(name):
        image = opened_page(data, offset, count, name, max_pixels)
        profile = image.info.pop("icc_profile", None) if stays_gray else None
        picture = decode_opened(data, image, 1, name)
    if not stays_gray or picture.was_color:
        return picture
    return replace(picture, stays_gray=True, metadata=picture.metadata._replace(icc=profile))


def _frame(
    data: bytes, image: Image.Image, number: int, *, name: str, max_pixels: int, durations: list[float]
) -> Picture:
    picture, duration = frame_picture(data, image, number, name, max_pixels)
    durations.append(duration)
    return picture


def encode_frames(
    colored: Iterable[tuple[Codes, Picture]], frames: Frames, image_format: str, quality: int | None = None
) -> bytes:
    """One file of all colored frames, (H,W,3) with the picture each belongs to; they are taken one at a time.

    Raises:
        OutputError: the format does not hold this kind of frames.
    """
    check_holds(frames, image_format)
    if frames.kind == _PAGES:
        return bound(encode_picture(rgb, picture, image_format, quality) for rgb, picture in colored)
    return _animation(colored, frames, image_format, quality)


def check_holds(frames: Frames, image_format: str) -> None:
    """Raise OutputError where the format does not hold this kind of frames."""
    if FORMATS[image_format].frames != frames.kind:
        able = ", ".join(entry.suffixes[0] for entry in FORMATS.values() if entry.frames == frames.kind)
        raise OutputError(f"{image_format} holds one picture, and there are {len(frames)}; choose one of {able}.")


def _animation(
    colored: Iterable[tuple[Codes, Picture]], frames: Frames, image_format: str, quality: int | None
) -> bytes:
    """Pillow writes what we have; a frame's duration is known when it is decoded."""
    from graycolor.pictures.moving import MovingImage, joined_gif, joined_png

    rest = iter(colored)
    rgb, first = next(rest)
    options: dict[str, Any] = save_options(first.metadata, image_format) | compression(first, image_format, quality)
    options |= {} if frames.loop is None else {"loop": frames.loop}
    if image_format == "GIF":
        options |= {"disposal": 2 if first.alpha is not None else 1, "optimize": False}
    at_once = max(1, _AT_ONCE // rgb[..., 0].size)
    durations: list[int] = []
    mode = "RGBA" if image_format == "PNG" and frames.format == "GIF" and len(frames) > at_once else ""
    images = _images(chain([(rgb, first)], rest), frames, durations, image_format, mode)
    if image_format in _WALKED:
        moving = MovingImage(len(frames), images)
        return _saved(moving, image_format, options | {"duration": durations, "save_all": True})
    parts, shown = list[bytes](), list[int]()
    while some := list(islice(images, at_once)):
        own = durations[-len(some) :]
        timed = options | ({"duration": own} if any(own) else {})
        parts.append(_saved(some[0], image_format, timed | {"save_all": True, "append_images": some[1:]}))
        shown.append(sum(own))
    if len(parts) == 1:
        return parts[0]
    return joined_gif(parts) if image_format == "GIF" else joined_png(parts, shown, frames.loop or 0)


def _images(
    colored: Iterable[tuple[Codes, Picture]], frames: Frames, durations: list[int], image_format: str, mode: str
) -> Iterator[Image.Image]:
    """Each frame as Pillow wants it; `durations` gets its own with it."""
    for number, (rgb, picture) in enumerate(colored):
        durations.append(writable_duration(frames.durations[number], image_format))
        image = _as_image(rgb, picture, image_format)
        yield image.convert(mode) if mode else image


def _saved(image: Image.Image, image_format: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    save_image(image, buffer, image_format, options)
    return buffer.getvalue()


def writable_duration(milliseconds: float, image_format: str) -> int:
    """Whole milliseconds that the format has room for; a PNG's beyond a minute are whole seconds."""
    if image_format == "PNG" and milliseconds > _FINELY_TIMED:
        return 1000 * min(round(milliseconds / 1000), _FINELY_TIMED)
    return min(round(milliseconds), _LONGEST.get(image_format, 2**31 - 1))


def _as_image(rgb: Codes, picture: Picture, image_format: str) -> Image.Image:
    from PIL import Image

    pixels = rgb if rgb.dtype == np.uint8 else (rgb // 257).astype(np.uint8)
    image = Image.fromarray(with_alpha(pixels, picture))
    return as_gif(image) if image_format == "GIF" else image
