"""One frame of a sequence, read from its file: a picture, and for scans the light that their own codes stand for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from graycolor.color.lab import LUMINANCE_WEIGHTS
from graycolor.errors import UsageError
from graycolor.film.source import dpx, exr
from graycolor.film.source.dpx import DpxHeader
from graycolor.film.source.exr import ExrHeader
from graycolor.film.source.exr_light import read_light
from graycolor.film.source.light_curves import CURVES, VIDEO, Curve, shown
from graycolor.pictures.door import bytes_of
from graycolor.pictures.kind import kind_of
from graycolor.pictures.metadata.record import Metadata
from graycolor.pictures.picture import Picture
from graycolor.pictures.read import decode_picture
from graycolor.types import AnyCodes, Codes, Codes8, Floats

AUTO = "auto"
TRANSFERS = (AUTO, *CURVES)
"""What a user may say of a scan's codes."""


@dataclass(frozen=True, eq=False)
class DpxScan:
    """What a frame of DPX holds.

    Attributes:
        codes: (H,W) of the luminance, in the file's own coding.
        curve: that coding.
        alpha: (H,W), or None.
        header: of the file.
    """

    codes: AnyCodes
    curve: Curve
    alpha: AnyCodes | None
    header: DpxHeader


@dataclass(frozen=True, eq=False)
class ExrScan:
    """What a frame of EXR holds.

    Attributes:
        light: (H,W), linear, 1 is white; half or single floats, as they are stored.
        alpha: (H,W), or None.
        header: of the file.
    """

    light: NDArray[np.floating]
    alpha: NDArray[np.floating] | None
    header: ExrHeader


@dataclass(frozen=True, eq=False)
class FrameFile:
    """A frame.

    Attributes:
        picture: as a screen shows it.
        scan: its own codes or light; None for formats whose codes are those of a screen.
    """

    picture: Picture
    scan: DpxScan | ExrScan | None = None

    @property
    def bits(self) -> int:
        """The bits of one of the frame's own codes."""
        return self.scan.curve.bits if isinstance(self.scan, DpxScan) else self.picture.depth

    @property
    def nbytes(self) -> int:
        """What it takes in memory, without its metadata."""
        planes: list[AnyCodes | NDArray[np.floating] | None] = [self.picture.gray, self.picture.alpha]
        if self.scan is not None:
            planes += [self.scan.codes if isinstance(self.scan, DpxScan) else self.scan.light, self.scan.alpha]
        return sum(plane.nbytes for plane in planes if plane is not None)


def read_frame(file: Path, transfer: str = AUTO) -> FrameFile:
    """A frame; `transfer`, one of `TRANSFERS`, wins over what a scan's header says.

    Raises:
        InputError: it is not there, damaged, or over a bound.
    """
    data = bytes_of(file)
    if data[:4] in dpx.MAGIC:
        return _dpx(data, str(file), transfer)
    if data[:4] == exr.MAGIC:
        return _exr(data, str(file))
    return FrameFile(decode_picture(data, str(file)))


def check_transfer(transfer: str) -> None:
    """Raise a UsageError where there is no such transfer."""
    if transfer not in TRANSFERS:
        raise UsageError(f"There is no transfer '{transfer}'; choose one of {', '.join(TRANSFERS)}.")


def _dpx(data: bytes, name: str, transfer: str) -> FrameFile:
    header = dpx.read_header(data, name, "" if transfer == AUTO else transfer)
    stored, alpha = dpx.read_codes(data, header, name)
    codes, kind = _luminance(stored, header.curve)
    is_plain = header.curve == Curve(VIDEO, 8, 0.0, 255.0)
    across, down = header.aspect
    metadata = Metadata(
        ratio=None if across == down else (float(down), float(across)),
        text=(("timecode", header.timecode),) if header.timecode else (),
    )
    picture = Picture(
        gray=cast(Codes, codes) if is_plain else header.curve.display(codes),
        alpha=None if alpha is None else _of_depth(alpha, header.curve.bits, 8 if is_plain else 16),
        depth=8 if is_plain else 16,
        format="DPX",
        metadata=metadata,
        was_color=bool(kind),
        encoding={"bits": header.curve.bits},
        kind=kind or "gray",
    )
    return FrameFile(picture, DpxScan(codes, header.curve, alpha, header))


def _exr(data: bytes, name: str) -> FrameFile:
    header = exr.read_header(data, name)
    stored, alpha = read_light(data, header, name)
    light, kind = _luminance_of_light(stored)
    metadata = Metadata(
        ratio=None if header.aspect == 1 else (float(header.aspect.denominator), float(header.aspect.numerator)),
        text=(("timecode", header.timecode),) if header.timecode else (),
    )
    picture = Picture(
        gray=shown(np.nan_to_num(light.astype(np.float32), posinf=1e9, neginf=0.0)),
        alpha=None
        if alpha is None
        else np.rint(np.clip(np.nan_to_num(alpha.astype(np.float32)), 0, 1) * 65535).astype(np.uint16),
        depth=16,
        format="EXR",
        metadata=metadata,
        was_color=bool(kind),
        encoding={"bits": 16},
        kind=kind or "gray",
    )
    return FrameFile(picture, ExrScan(light, alpha, header))


def _luminance_of_light(stored: NDArray[np.floating]) -> tuple[NDArray[np.floating], str]:
    """Light (H,W) of equal luminance, and what kind of colors there were; empty where there were none."""
    if stored.ndim == 2:
        return stored, ""
    first = np.ascontiguousarray(stored[..., 0])
    if all(np.array_equal(first, stored[..., channel], equal_nan=True) for channel in (1, 2)):
        return first, ""
    light = stored.astype(np.float32) @ LUMINANCE_WEIGHTS.astype(np.float32)
    eight = (shown(_numbers(stored)) >> 8).astype(np.uint8)
    return light.astype(stored.dtype), kind_of(eight)


def _numbers(light: NDArray[np.floating]) -> Floats:
    """Light without what is no number or has no end."""
    return np.nan_to_num(light.astype(np.float32), posinf=1e9, neginf=0.0)


def _luminance(stored: AnyCodes, curve: Curve) -> tuple[AnyCodes, str]:
    """Codes (H,W) of equal luminance, and what kind of colors there were; empty where there were none."""
    if stored.ndim == 2:
        return stored, ""
    first = np.ascontiguousarray(stored[..., 0])
    if all(np.array_equal(first, stored[..., channel]) for channel in (1, 2)):
        return first, ""
    light = curve.light(stored) @ LUMINANCE_WEIGHTS.astype(np.float32)
    eight = (curve.display(stored) >> 8).astype(np.uint8)
    return curve.codes(light).astype(stored.dtype), kind_of(cast(Codes8, eight))


def _of_depth(codes: AnyCodes, bits: int, depth: int) -> Codes:
    """Codes of `bits` as those of 8 or 16."""
    top = (1 << depth) - 1
    scaled = np.rint(codes.astype(np.float32) * (top / ((1 << bits) - 1)))
    return cast(Codes, scaled.astype(np.uint8 if depth == 8 else np.uint16))
