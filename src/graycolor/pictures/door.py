"""The one door through which pictures are decoded: commands, datasets, truths, hints, references and results.

The first bytes choose one decoder of a short list; `Image.open` would try them all, Ghostscript for an EPS named
`.jpg` among them. What the file is built of and what size it claims is held against `graycolor.bounds` before a pixel
is decoded, and what decoders raise becomes one sentence.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from graycolor import bounds
from graycolor.errors import BoundError, InputError
from graycolor.files.foreign import HEAD, RAW, no_picture, tail_of
from graycolor.files.regular import read_regular, too_many_bytes
from graycolor.pictures.decoders import decoder_of, format_of
from graycolor.pictures.directories import page_size
from graycolor.pictures.metadata.jp2_boxes import profile_of
from graycolor.pictures.pages import PageView, pages
from graycolor.pictures.structure import check_structure

if TYPE_CHECKING:
    from PIL import Image

LIFT = "take it with a higher --max-pixels (in Python: max_pixels)"
"""What a person can do who trusts a file that is over a bound of pixels."""

_AT_ONCE = 1 << 20
# warnings.catch_warnings changes the whole process's filters; files are read by several threads.
_FILTERS = threading.Lock()


def bytes_of(path: Path, max_pixels: int = bounds.PIXELS) -> bytes:
    """The bytes of a picture's file.

    Raises:
        InputError: it is not there, no regular file, too large, or must not be read.
    """
    return read_regular(path, most=bounds.file_bytes(max_pixels), lift=LIFT)


def bytes_of_stream(stream: BinaryIO, name: str, max_pixels: int = bounds.PIXELS) -> bytes:
    """A picture's bytes from a stream, which may have no end: what does not begin as a picture is not waited for.

    Raises:
        BoundError: more bytes come than a picture has.
    """
    most = bounds.file_bytes(max_pixels)
    data = bytearray(stream.read(_AT_ONCE))
    while format_of(data) and len(data) <= most and (part := stream.read(_AT_ONCE)):
        data += part
    if len(data) > most:
        raise BoundError(too_many_bytes(name, len(data), most, LIFT))
    return bytes(data)


def opened_picture(data: bytes, name: str, max_pixels: int = bounds.PIXELS) -> Image.Image:
    """A picture's header, parsed by the one decoder that its first bytes name; no pixel is decoded yet.

    Raises:
        InputError: it is empty, of a kind that graycolor does not read, or over a bound.
        Exception: whatever decoders raise on damaged files; see `sentences`.
    """
    if not data:
        raise InputError(f"{name} is empty (0 bytes); copy it again from its source.")
    image_format = format_of(data)
    if not image_format:
        other = (
            no_picture(data[:HEAD], tail_of(data)) or "is no picture of a kind graycolor reads; save it as JPEG or PNG"
        )
        raise InputError(f"{name} {other}.")
    decoder = decoder_of(image_format)
    check_structure(data, image_format, name)
    if image_format == "TIFF":
        _check_raw(data, name)
    _let_pillow_take(max_pixels)
    image = cast("Image.Image", quietly(lambda: decoder(io.BytesIO(data))))
    check_size(image.width, image.height, name, max_pixels)
    if profile := _profile_beside_pillow(data, image):
        image.info["icc_profile"] = profile
    return image


def _check_raw(data: bytes, name: str) -> None:
    from graycolor.pictures.raw import is_raw

    if is_raw(data):
        raise InputError(f"{name} {RAW}.")


def _profile_beside_pillow(data: bytes, image: Image.Image) -> bytes | None:
    """The color profile, of formats in which Pillow does not see it."""
    if image.format == "PNG" and not image.info.keys().isdisjoint(("gamma", "chromaticity")):
        from graycolor.pictures.png_colors import profile_of_png

        return profile_of_png(image)
    return profile_of(data) if image.format == "JPEG2000" else None


def opened_page(data: bytes, offset: int, count: int, name: str, max_pixels: int = bounds.PIXELS) -> Image.Image:
    """`opened_picture` for one page of a TIFF of `count`, whose directory is at `offset`, as if there were no other."""
    image = cast("Image.Image", quietly(lambda: decoder_of("TIFF")(PageView(data, offset, count))))
    check_size(image.width, image.height, name, max_pixels)
    return image


def _let_pillow_take(max_pixels: int) -> None:
    """Pillow has a bound of its own, twice this number, for TIFF, WebP and GIF; who lifts ours means both."""
    from PIL import Image

    if max_pixels > bounds.PIXELS and Image.MAX_IMAGE_PIXELS is not None:
        Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS, max_pixels)


def check_size(width: int, height: int, name: str, max_pixels: int = bounds.PIXELS) -> None:
    """Refuse what is too large or too long, before it is decoded."""
    if width * height > max_pixels:
        raise BoundError(
            f"{name} claims {width} x {height} pixels, more than the {max_pixels / 1e6:,.0f} "
            f"megapixels graycolor takes; cut it into parts, or {LIFT}."
        )
    check_ratio(width, height, name)


def check_ratio(width: int, height: int, name: str) -> None:
    """Refuse what is no picture but a line."""
    if max(width, height) > bounds.SIDE_RATIO * max(1, min(width, height)):
        raise BoundError(
            f"{name} is {width} x {height} pixels, a line of more than {bounds.SIDE_RATIO:,} times its width; "
            "cut it into parts."
        )


def frame_count(data: bytes, image: Image.Image, name: str, max_pixels: int = bounds.PIXELS) -> int:
    """How many pages or frames an opened file holds.

    Raises:
        InputError: they are too many, or hold too many pixels together.
    """
    if image.format == "TIFF":  # Pillow parses all that stands in each directory, and compares it with all before
        sizes = [page_size(data, offset) for offset in pages(data)]
        count, pixels = len(sizes), sum(width * height for width, height in sizes)
    else:
        count = int(quietly(lambda: getattr(image, "n_frames", 1)))
        pixels = count * image.width * image.height
    if count > bounds.FRAMES:
        raise BoundError(f"{name} holds {count:,} frames, more than the {bounds.FRAMES:,} graycolor takes; split it.")
    most = bounds.all_pixels(max_pixels)
    if pixels > most and count > 1:
        raise BoundError(
            f"{name} holds {count:,} pictures of {pixels / 1e6:,.0f} megapixels together, more than the "
            f"{most / 1e6:,.0f} graycolor takes of a file; split it, or {LIFT}."
        )
    return count


def too_much_metadata(name: str) -> str:
    """The sentence for a file that holds more metadata than a picture has."""
    return (
        f"{name} holds more than the {bounds.METADATA_BYTES / 1e6:,.0f} MB of metadata that graycolor takes; "
        "save it anew without them."
    )


def quietly(parse: Callable[[], Any]) -> Any:
    """`parse()` without Pillow's warnings on odd tags, which no reader of this program can act on."""
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", RuntimeWarning)  # Pillow's on large pictures; sizes are settled here
        return parse()


@contextmanager
def sentences(name: str) -> Iterator[None]:
    """Turn what decoders raise into one sentence about the file."""
    try:
        yield
    except InputError:
        raise
    except MemoryError:
        raise InputError(f"{name} does not fit into memory; shrink it, or use a larger machine.") from None
    except Exception as error:  # decoders raise whatever their author thought of
        if "MAX_TEXT" in str(error):  # Pillow's bounds on a PNG's texts
            raise BoundError(too_much_metadata(name)) from error
        if "unknown pixel mode" in str(error):
            raise InputError(f"{name} has an unusual pixel type; save it with 8 or 16 bits a channel.") from error
        raise InputError(
            f"{name} is damaged or cut off and cannot be decoded; copy it again from its source."
        ) from error
