"""One frame and its colors to the bytes of a file: as photographs are written, or in a scan's own codes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from graycolor.color.lightness_join import join
from graycolor.film.output.light_join import colored_light
from graycolor.film.output.write_dpx import dpx_bytes, fresh_header
from graycolor.film.source.frame_file import DpxScan, FrameFile
from graycolor.film.source.light_curves import video
from graycolor.pictures.encode_result import WriteOptions, encode_colored, foreseen
from graycolor.pictures.formats import format_of_suffix
from graycolor.pictures.picture import Picture
from graycolor.types import AnyCodes, Floats
from graycolor.upsample import ChromaUpsampler

DPX = "DPX"
_OWN = {".dpx": DPX}


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


def frame_format(suffix: str) -> str:
    """The name of the format that frames of a suffix have."""
    return _OWN.get(suffix.lower()) or format_of_suffix(suffix)


def encode_frame(frame: FrameFile, ab: Floats, settings: FrameSettings) -> bytes:
    """The bytes of a frame with chroma `ab` (h,w,2), which lies over it upright.

    Raises:
        OutputError: the format cannot hold it.
    """
    if settings.format != DPX:
        picture = frame.picture
        return encode_colored(picture, picture.as_stored(ab), settings.format, settings.write).data
    if frame.scan is not None:
        return _dpx_again(frame.scan, frame.picture, ab)
    return _new_dpx(frame.picture, ab, settings)


def not_kept(frame: FrameFile, settings: FrameSettings) -> tuple[str, ...]:
    """A sentence each for what of a frame its result will not keep."""
    if settings.format != DPX:
        lost = () if frame.scan is None else (f"{settings.format} keeps of DPX headers timecode and shape of pixels.",)
        return (*lost, *foreseen(frame.picture, settings.format, settings.write))
    if frame.scan is not None:
        extra = frame.scan.header.elements - 1
        return (f"Of {extra + 1} pictures in each file the first is read and kept.",) if extra > 0 else ()
    metadata = frame.picture.metadata
    there = {"EXIF": metadata.exif, "XMP": metadata.xmp, "IPTC": metadata.photoshop, "a comment": metadata.comment}
    missing = [name for name, block in there.items() if block]
    alpha = ["transparency"] if frame.picture.alpha is not None else []
    return (f"DPX has no room for {' and '.join([*missing, *alpha])}.",) if missing or alpha else ()


def _dpx_again(scan: DpxScan, picture: Picture, ab: Floats) -> bytes:
    """The same file in color: its own codes and headers."""
    curve = scan.curve
    light = colored_light(curve.light(scan.codes), picture.gray, ab, curve.brightest)
    codes: AnyCodes = curve.codes(light).astype(scan.codes.dtype)
    return dpx_bytes(codes if scan.alpha is None else np.dstack([codes, scan.alpha]), scan.header)


def _new_dpx(picture: Picture, ab: Floats, settings: FrameSettings) -> bytes:
    """A frame that was no DPX, in codes for a screen."""
    gray, curve = picture.upright(), video(settings.bits)
    rgb = join(gray, ChromaUpsampler(ab, gray).rows, depth=16)
    codes = np.rint(rgb.astype(np.float32) * (curve.top / 65535)).astype(np.uint16)
    across, down = picture.metadata.ratio or (1.0, 1.0)
    header = fresh_header(
        (gray.shape[1], gray.shape[0]),
        curve,
        settings.rate,
        dict(picture.metadata.text).get("timecode", ""),
        Fraction(down / across).limit_denominator(1000),
    )
    return dpx_bytes(codes, header)
