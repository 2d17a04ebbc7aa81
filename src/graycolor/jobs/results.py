"""From a picture and its forecasts to files in their places: results, variants, maps and settings, all or none."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import join
from graycolor.errors import GraycolorError, OutputError, UsageError, reason_of
from graycolor.files import STDIO, Job, atomic_file, copy_times, is_whole
from graycolor.files.find import NEIGHBORS
from graycolor.files.regular import open_regular
from graycolor.guidance.heard import little_heard
from graycolor.jobs.outcome import Views
from graycolor.jobs.photo_options import CONFIDENCE_ENDING, PhotoOptions, sidecar_of
from graycolor.network.chroma import Forecast
from graycolor.pictures.encode_result import LIGHTNESS, Result, colors, encode_colored, with_own_metadata
from graycolor.pictures.formats import FORMATS, format_of_suffix
from graycolor.pictures.picture import Codes, Picture
from graycolor.pictures.write import encode_picture
from graycolor.streams import send
from graycolor.types import Floats
from graycolor.upsample import ChromaUpsampler, area_shrink

HEAD = 4096
"""Bytes that tell whose a file is."""
_OWN_MARKS = (b"Software\0graycolor", b'"graycolor":')
"""What maps of confidence and settings of ours have near their beginning."""
_QUALITY = 82
_VEIL = (200, 0, 200)
"""BGR of the veil over guessed places on a page."""
_VEIL_ALPHA = 150
_SURE, _GUESSED = 0.5, 0.2
"""Confidence from which there is no veil, and up to which it is at its densest."""


class Written(Protocol):
    """A result that is too large for memory and writes itself."""

    def save(self, place: Path, mark: str = "") -> None:
        """Write it to an empty file."""

    def close(self) -> None:
        """Let go of what it holds."""


Files = tuple[tuple[Path, "bytes | Written"], ...]
"""What is to be put in place: where, and what; the result (or its variants) first."""


class Finished(NamedTuple):
    """All files of one job, encoded, which light they kept, and what they could not keep."""

    files: Files
    kept: str
    notes: tuple[str, ...]


def finish(job: Job, picture: Picture, forecasts: Sequence[Forecast], options: PhotoOptions) -> Finished:
    """Chroma to full size, joined with the untouched gray, and encoded; one forecast a variant."""
    image_format = format_for(job, picture.format, options)
    encoded = [_encoded(picture, picture.as_stored(each.fine()), image_format, options) for each in forecasts]
    results = options.results(job.target)
    files = list(zip(results, (each.data for each in encoded), strict=True))
    if options.confidence and job.target != STDIO:
        size = picture.size[::-1] if picture.metadata.orientation < 5 else picture.size
        files.append((job.beside(CONFIDENCE_ENDING), confidence_map(forecasts[0].confidence, size)))
    notes = dict.fromkeys(note for each in encoded for note in each.notes)
    notes |= dict.fromkeys(little_heard(forecasts[0].heard))
    return Finished(tuple(files), encoded[0].kept, (*neighbor_note(job), *notes))


def neighbor_note(job: Job) -> tuple[str, ...]:
    """A word where a result has another suffix because its source's cannot hold it."""
    own, written = job.source.suffix.lower(), job.target.suffix.lower()
    if NEIGHBORS.get(own) != written:
        return ()
    return (f"{own} has no room for colors and what goes with them, so the result is a {written}.",)


def format_for(job: Job, source_format: str, options: PhotoOptions) -> str:
    """Pillow's name of the result's format."""
    if job.target != STDIO:
        return format_of_suffix(job.target.suffix)
    if options.format:
        return format_of_suffix("." + options.format)
    return source_format if source_format in FORMATS else "PNG"


def put_in_place(job: Job, files: Sequence[tuple[Path, bytes | Written]], options: PhotoOptions, weights: str) -> None:
    """Write all files of one job, the result last: where it is there, so is all that goes with it.

    Raises:
        OutputError: one of them cannot be written; then none is.
    """
    if job.target == STDIO:
        _to_standard_output([data for _, data in files if isinstance(data, bytes)])
        return
    results = options.results(job.target)
    files = [(path, data) for path, data in files if not (options.skip_existing and path in results and is_whole(path))]
    if options.save_settings:
        from graycolor.jobs.sidecar import sidecar

        files.append((sidecar_of(job.target), sidecar(job, options, weights)))
    with ExitStack() as stack:  # left in reverse order
        for path, data in files:
            # Without its result, what goes with it is an earlier run's that was stopped; whole results are not here.
            left_over = options.skip_existing and (path.exists() if path in results else is_ours(path))
            overwrite = options.overwrite or left_over
            place = stack.enter_context(atomic_file(path, overwrite=overwrite))
            _write(place, data, options)
    if options.keep_times and job.source != STDIO:
        for path, _ in files:
            copy_times(job.source, path)


def _write(place: Path, data: bytes | Written, options: PhotoOptions) -> None:
    if isinstance(data, bytes):
        place.write_bytes(data)
        return
    mark = None if options.write.strip_metadata else options.write.mark
    try:
        data.save(place, mark.sentence if mark else "")
    finally:
        data.close()


def is_ours(companion: Path) -> bool:
    """Whether what lies where something goes with a result was made by graycolor."""
    with suppress(GraycolorError, OSError), open_regular(companion) as file:
        return says_ours(file.read(HEAD))
    return False


def says_ours(head: bytes) -> bool:
    """Whether the first `HEAD` bytes of what goes with a result are of graycolor's making."""
    return any(mark in head for mark in _OWN_MARKS)


def _to_standard_output(results: Sequence[bytes]) -> None:
    if len(results) > 1:
        raise UsageError("Standard output takes one picture; give a file with -o, or leave out --variants.")
    try:
        send(results[0])
    except OSError as error:
        reason = reason_of(error)
        raise OutputError(f"Standard output does not take the picture ({reason}); give a file with -o.") from error


def _encoded(picture: Picture, ab: Floats, image_format: str, options: PhotoOptions) -> Result:
    if not options.compare:
        return encode_colored(picture, ab, image_format, options.write)
    rgb = colors(picture, ab, image_format)
    doubled, both = _side_by_side(with_own_metadata(picture, options.write), rgb)
    return Result(encode_picture(both, doubled, image_format, options.write.quality), LIGHTNESS)


def _side_by_side(picture: Picture, rgb: Codes) -> tuple[Picture, Codes]:
    """Before and after in one picture, side by side as a person sees them."""
    axis = 0 if picture.metadata.orientation >= 5 else 1
    before = _neutral(picture.gray, rgb.dtype)
    alpha = None if picture.alpha is None else np.concatenate([picture.alpha] * 2, axis=axis)
    doubled = replace(picture, gray=np.concatenate([picture.gray] * 2, axis=axis), alpha=alpha)
    return doubled, np.concatenate([before, rgb], axis=axis)


def _neutral(gray: Codes, dtype: np.dtype) -> NDArray:
    if gray.dtype != dtype:
        gray = np.rint(gray / 257).astype(np.uint8) if dtype == np.uint8 else gray.astype(np.uint16) * 257
    return np.repeat(gray[..., None], 3, axis=2)


def confidence_map(confidence: Floats, shape: tuple[int, int]) -> bytes:
    """A gray PNG of `shape` (H,W): black where the network was guessing, white where it was certain."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    codes = np.rint(np.clip(confidence, 0, 1) * 255).astype(np.uint8)
    buffer = io.BytesIO()
    mark = PngInfo()
    mark.add_text("Software", "graycolor")
    full = Image.fromarray(codes).resize(shape[::-1], Image.Resampling.BILINEAR)
    full.save(buffer, "PNG", compress_level=4, pnginfo=mark)
    return buffer.getvalue()


def views_of(picture: Picture, forecasts: Sequence[Forecast], side: int) -> Views:
    """Small pictures for a page, `side` pixels at most, upright, with the result's own colors."""
    return views_of_gray(shrunk(picture.upright(), side), forecasts)


def shrunk(gray: Codes, side: int) -> NDArray[np.uint8]:
    """A gray picture as 8-bit codes, its longer side `side` pixels at most."""
    factor = min(1.0, side / max(gray.shape))
    height, width = (max(1, round(length * factor)) for length in gray.shape)
    return area_shrink(gray, (height, width))


def views_of_gray(small: NDArray[np.uint8], forecasts: Sequence[Forecast], quality: int = _QUALITY) -> Views:
    """Pictures for a page of a gray one as it is, upright, with the result's own colors."""
    after = [join(small, ChromaUpsampler(each.fine(), small).rows, depth=8)[..., ::-1] for each in forecasts]
    jpeg = tuple(_encoded_by_opencv(".jpg", each, cv2.IMWRITE_JPEG_QUALITY, quality) for each in [small, *after])
    veil = np.dstack(
        [np.broadcast_to(np.array(_VEIL, np.uint8), (*forecasts[0].confidence.shape, 3)), _veil(forecasts[0])]
    )
    return Views(small.shape[::-1], jpeg[0], jpeg[1:], _encoded_by_opencv(".png", veil, cv2.IMWRITE_PNG_COMPRESSION, 9))


def _veil(forecast: Forecast) -> NDArray[np.uint8]:
    """Alpha (h,w): nothing where the network was as sure as it gets, most where it could not tell."""
    if not forecast.confidence.any():  # the network knows none
        return np.zeros(forecast.confidence.shape, np.uint8)
    guessed = np.clip((_SURE - forecast.confidence) / (_SURE - _GUESSED), 0, 1)
    return np.rint(guessed * _VEIL_ALPHA).astype(np.uint8)


def _encoded_by_opencv(suffix: str, pixels: NDArray, flag: int, value: int) -> bytes:
    return bytes(cv2.imencode(suffix, np.ascontiguousarray(pixels), [flag, value])[1])
