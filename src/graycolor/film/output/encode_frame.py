"""One frame and its colors to the bytes of a file: as photographs are written, or in a scan's own codes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from graycolor.color.lab import srgb_to_linear
from graycolor.color.lightness_join import join
from graycolor.film.output.light_join import colored_light
from graycolor.film.output.write_dpx import dpx_bytes, fresh_header
from graycolor.film.output.write_exr import exr_bytes, new_attributes
from graycolor.film.source.exr import Attribute
from graycolor.film.source.frame_file import DpxScan, ExrScan, FrameFile
from graycolor.film.source.light_curves import video
from graycolor.pictures.encode_result import WriteOptions, encode_colored
from graycolor.pictures.formats import format_of_suffix
from graycolor.pictures.picture import Picture
from graycolor.types import AnyCodes, Floats
from graycolor.upsample import ChromaUpsampler

DPX, EXR = "DPX", "EXR"
_OWN = {".dpx": DPX, ".exr": EXR}
_MOST = {np.dtype(np.float16): 65504.0, np.dtype(np.float32): 1e30}
"""Light that no channel goes beyond, by the floats that it is stored in."""


@dataclass(frozen=True)
class FrameSettings:
    """How frames are written.

    Attributes:
        pattern: their path, with a place for the number.
        format: Pillow's name of it, or one of our own.
        write: quality, and the mark of their metadata.
        rate: frames a second, for headers that have a place for it.
        bits: of a code of DPX, where the source is none.
        overwrite: replace frames that are there.
        threads: that encode; None for all cores.
    """

    pattern: Path
    format: str
    write: WriteOptions
    rate: Fraction = Fraction(24)
    bits: int = 10
    overwrite: bool = False
    threads: int | None = None

    @property
    def has_rate(self) -> bool:
        """Whether the frames say how many of them a second has."""
        return self.format in (DPX, EXR)


def frame_format(suffix: str) -> str:
    """The name of the format that frames of a suffix have."""
    return _OWN.get(suffix.lower()) or format_of_suffix(suffix)


def encode_frame(frame: FrameFile, ab: Floats, settings: FrameSettings) -> bytes:
    """The bytes of a frame with chroma `ab` (h,w,2), which lies over it upright.

    Raises:
        OutputError: the format cannot hold it.
    """
    if settings.format == EXR:
        return _exr(frame, ab, settings)
    if settings.format == DPX:
        scan = frame.scan
        return _dpx_again(frame, scan, ab) if isinstance(scan, DpxScan) else _new_dpx(frame.picture, ab, settings)
    picture = frame.picture
    return encode_colored(picture, picture.as_stored(ab), settings.format, settings.write).data


def _exr(frame: FrameFile, ab: Floats, settings: FrameSettings) -> bytes:
    """Linear light, in the floats of a source that has such, else in half floats."""
    scan, picture = frame.scan, frame.picture
    mark = "" if settings.write.mark is None else settings.write.mark.sentence
    half = not isinstance(scan, ExrScan) or scan.light.dtype == np.float16
    gray, most = picture.upright(), _MOST[np.dtype(np.float16 if half else np.float32)]
    rgb = np.empty((*gray.shape, 3), np.float32)
    for rows, colored in colored_light(lambda rows: _light(frame, rows), gray, ab, most):
        rgb[rows] = colored
    if isinstance(scan, ExrScan):
        return exr_bytes(rgb, scan.alpha, scan.header.attributes, half=half, mark=mark)
    alpha = None if picture.alpha is None else picture.alpha / np.float32(np.iinfo(picture.alpha.dtype).max)
    return exr_bytes(rgb, alpha, _attributes(picture, settings), half=half, mark=mark)


def _light(frame: FrameFile, rows: slice) -> Floats:
    """Rows of a frame's light (h,W)."""
    if isinstance(frame.scan, ExrScan):
        return frame.scan.light[rows].astype(np.float32)
    if frame.scan is not None:
        return frame.scan.curve.light(frame.scan.codes[rows])
    gray = frame.picture.upright()
    return np.asarray(srgb_to_linear(gray[rows] / np.float32(np.iinfo(gray.dtype).max)), np.float32)


def _attributes(picture: Picture, settings: FrameSettings) -> tuple[Attribute, ...]:
    return new_attributes(settings.rate, _timecode(picture), _aspect(picture))


def _timecode(picture: Picture) -> str:
    return dict(picture.metadata.text).get("timecode", "")


def _aspect(picture: Picture) -> Fraction:
    across, down = picture.metadata.ratio or (1.0, 1.0)
    return Fraction(down / across).limit_denominator(1000)


def _dpx_again(frame: FrameFile, scan: DpxScan, ab: Floats) -> bytes:
    """The same file in color: its own codes and headers."""
    codes: AnyCodes = np.empty((*scan.codes.shape, 3), scan.codes.dtype)
    for rows, light in colored_light(lambda rows: _light(frame, rows), frame.picture.gray, ab, scan.curve.brightest):
        codes[rows] = scan.curve.codes(light)
    return dpx_bytes(codes if scan.alpha is None else np.dstack([codes, scan.alpha]), scan.header)


def _new_dpx(picture: Picture, ab: Floats, settings: FrameSettings) -> bytes:
    """A frame that was no DPX, in codes for a screen."""
    gray, curve = picture.upright(), video(settings.bits)
    rgb = join(gray, ChromaUpsampler(ab, gray).rows, depth=16)
    codes = np.rint(rgb.astype(np.float32) * (curve.top / 65535)).astype(np.uint16)
    size = gray.shape[1], gray.shape[0]
    header = fresh_header(size, curve, settings.rate, _timecode(picture), _aspect(picture))
    return dpx_bytes(codes, header)
