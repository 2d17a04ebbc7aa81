"""Files of several pictures: the pages of a TIFF and the frames of an animation, decoded one at a time.

What lies between the frames travels, too: how long each is shown, how often all are. Coloring is each frame's own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graycolor.bounds import PIXELS
from graycolor.errors import OutputError
from graycolor.pictures.door import bytes_of, check_pages, frame_count, opened, opened_page, sentences
from graycolor.pictures.formats import FORMATS
from graycolor.pictures.pages import bound, pages
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.read import decode_opened, frame_picture
from graycolor.pictures.write import as_gif, compression, encode_picture, save, save_options, with_alpha

if TYPE_CHECKING:
    from PIL import Image

_PAGES, _ANIMATION = "pages", "animation"


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
    """A picture file, of one picture or several; see `read_picture`."""
    return decode_source(bytes_of(path, max_pixels), str(path), max_pixels=max_pixels)


def decode_source(data: bytes, name: str, *, max_pixels: int = PIXELS) -> Picture | Frames:
    """`read_source` for a file's bytes; messages begin with `name`."""
    with sentences(name):
        image = opened(data, name, max_pixels)
        count = frame_count(image, name, max_pixels)
    kind = FORMATS[image.format].frames if image.format in FORMATS else ""
    if count < 2 or not kind:
        return decode_opened(data, image, count, name)
    if kind == _PAGES:
        offsets = tuple(pages(data))
        check_pages(data, offsets, name, max_pixels)
        return Frames("TIFF", kind, tuple(partial(_page, data, offset, name, max_pixels) for offset in offsets), [])
    durations: list[float] = []
    frames = [partial(_frame, data, image, number, name, max_pixels, durations) for number in range(count)]
    return Frames(str(image.format), kind, tuple(frames), durations, image.info.get("loop"))


def _page(data: bytes, offset: int, name: str, max_pixels: int) -> Picture:
    with sentences(name):
        return decode_opened(data, opened_page(data, offset, name, max_pixels), 1, name)


def _frame(data: bytes, image: Image.Image, number: int, name: str, max_pixels: int, durations: list[float]) -> Picture:
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
    if FORMATS[image_format].frames != frames.kind:
        able = ", ".join(entry.suffixes[0] for entry in FORMATS.values() if entry.frames == frames.kind)
        raise OutputError(f"{image_format} holds one picture, and there are {len(frames)}; choose one of {able}.")
    if frames.kind == _PAGES:
        return bound(encode_picture(rgb, picture, image_format, quality) for rgb, picture in colored)
    return _animation(colored, frames, image_format, quality)


def _animation(
    colored: Iterable[tuple[Codes, Picture]], frames: Frames, image_format: str, quality: int | None
) -> bytes:
    """Pillow writes what we have; the frames' durations are known when the last one is decoded."""
    parts = [(rgb, picture) for rgb, picture in colored]
    first = parts[0][1]
    images = [_as_image(rgb, picture, image_format) for rgb, picture in parts]
    options: dict[str, Any] = save_options(first.metadata, image_format) | compression(first, image_format, quality)
    if any(frames.durations):
        options["duration"] = [round(duration) for duration in frames.durations]
    if frames.loop is not None:
        options["loop"] = frames.loop
    if image_format == "GIF":
        options |= {"disposal": 2 if first.alpha is not None else 1, "optimize": False}
    buffer = io.BytesIO()
    save(images[0], buffer, image_format, options | {"save_all": True, "append_images": images[1:]})
    return buffer.getvalue()


def _as_image(rgb: Codes, picture: Picture, image_format: str) -> Image.Image:
    from PIL import Image

    pixels = rgb if rgb.dtype == np.uint8 else (rgb // 257).astype(np.uint8)
    image = Image.fromarray(with_alpha(pixels, picture))
    return as_gif(image) if image_format == "GIF" else image
