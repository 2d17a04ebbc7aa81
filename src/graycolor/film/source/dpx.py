"""DPX: the headers of SMPTE 268M, kept byte for byte, and the codes, which FFmpeg decodes.

FFmpeg's decoder knows the ways in which codes are packed and nothing of the headers' meaning, and its encoder writes
headers of its own; so the headers are read here, and handed on by `graycolor.film.output.write_dpx`.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any

import av
import av.error
import numpy as np

from graycolor.bounds import METADATA_BYTES
from graycolor.errors import InputError
from graycolor.film.source.light_curves import LINEAR, LOG, VIDEO, Curve
from graycolor.pictures.door import check_size
from graycolor.types import AnyCodes

MAGIC = {b"SDPX": ">", b"XPDS": "<"}
"""The first bytes, and the order of bytes that they tell."""
HEADERS = 2048
"""Bytes of the generic header and that of film and television, where both are whole."""
GENERIC = 1664
"""Bytes of the generic header alone."""
OFFSET, FILE_SIZE, ELEMENTS, SIZE, ELEMENT, ELEMENT_BYTES = 4, 16, 770, 772, 780, 72
"""Where a file's parts are told: offset of the codes, bytes of the file, elements, width and height, first element."""
DESCRIPTOR, TRANSFER, BITS, PACKING = ELEMENT + 20, ELEMENT + 21, ELEMENT + 23, ELEMENT + 24
ENCODING, DATA_OFFSET, END_OF_LINE = ELEMENT + 26, ELEMENT + 28, ELEMENT + 32
ASPECT, FILM_RATE, TIMECODE, RATE = 1628, 1724, 1920, 1940
UNSAID = 0xFFFFFFFF
"""What stands where nothing is said."""
NOTHING_SAID = (0, 255)
"""Transfers that say nothing: the user's own, and none."""
CURVE_OF = {1: LOG, 2: LINEAR, 3: LOG}
"""Kinds of curves by the transfer characteristic (table 5A); all others are codes for a screen."""
_RGB, _LUMA = (50, 51, 52), 6
_BITS = (8, 10, 12, 16)


@dataclass(frozen=True)
class DpxHeader:
    """The headers of one frame.

    Attributes:
        data: all that stands before the codes, user data too.
        order: of bytes, `<` or `>`.
        size: width and height, in pixels.
        curve: what its codes stand for.
        elements: pictures in the file; the first is read.
    """

    data: bytes
    order: str
    size: tuple[int, int]
    curve: Curve
    elements: int

    @property
    def transfer(self) -> int:
        """The transfer characteristic (table 5A)."""
        return self.data[TRANSFER]

    @property
    def timecode(self) -> str:
        """Such as `01:00:00:00`; empty where none is told."""
        code = self.whole(TIMECODE)
        if code in (0, UNSAID):
            return ""
        parts = f"{code:08x}"
        hours, minutes, seconds, frames = (parts[at : at + 2] for at in range(0, 8, 2))
        sane = parts.isdigit() and hours < "24" and minutes < "60" and seconds < "60"
        return f"{hours}:{minutes}:{seconds}:{frames}" if sane else ""

    @property
    def rate(self) -> float | None:
        """Frames a second, as television's or film's part says."""
        rates = (self._real(at) for at in (RATE, FILM_RATE))
        return next((rate for rate in rates if 1 <= rate <= 1000), None)

    @property
    def aspect(self) -> tuple[int, int]:
        """Width and height of a pixel."""
        across, down = self.whole(ASPECT), self.whole(ASPECT + 4)
        return (across, down) if 0 < across < UNSAID and 0 < down < UNSAID else (1, 1)

    def whole(self, at: int) -> int:
        """A whole number of four bytes; `UNSAID` beyond the end."""
        return int(struct.unpack_from(self.order + "I", self.data, at)[0]) if at + 4 <= len(self.data) else UNSAID

    def _real(self, at: int) -> float:
        value = struct.unpack_from(self.order + "f", self.data, at)[0] if at + 4 <= len(self.data) else math.nan
        return float(value) if math.isfinite(value) else -1.0


def read_header(data: bytes, name: str, kind: str = "") -> DpxHeader:
    """The headers of a file's bytes; `kind` of curve is the one that the user says, or empty.

    Raises:
        InputError: it is no DPX, is damaged, or holds something else than gray or RGB.
    """
    order = MAGIC.get(data[:4])
    if order is None or len(data) < GENERIC:
        raise InputError(f"{name} is no DPX, or a damaged one; copy it again from its source.")
    (offset,) = struct.unpack_from(order + "I", data, OFFSET)
    width, height = struct.unpack_from(order + "2I", data, SIZE)
    (elements,) = struct.unpack_from(order + "H", data, ELEMENTS)
    descriptor, transfer, bits = data[DESCRIPTOR], data[TRANSFER], data[BITS]
    if not GENERIC <= offset <= min(len(data), METADATA_BYTES) or not width or not height:
        raise InputError(f"{name} is damaged: its header leads nowhere; copy it again from its source.")
    check_size(width, height, name)
    if descriptor not in (*_RGB, _LUMA) or bits not in _BITS:
        raise InputError(f"{name} holds DPX of a kind that is not read; save its frames as RGB of 8 to 16 bits.")
    curve = _curve(data, order, bits, kind or CURVE_OF.get(transfer, VIDEO))
    return DpxHeader(data[:offset], order, (width, height), curve, elements)


def _curve(data: bytes, order: str, bits: int, kind: str) -> Curve:
    """The curve; black and white are those that the element tells, where it tells them sensibly."""
    top = (1 << bits) - 1
    (black,) = struct.unpack_from(order + "I", data, ELEMENT + 4)
    (white,) = struct.unpack_from(order + "I", data, ELEMENT + 12)
    told = kind == VIDEO and black < white <= top and white - black > top // 2
    return Curve(kind, bits, float(black), float(white)) if told else Curve(kind, bits, 0.0, float(top))


def read_codes(data: bytes, header: DpxHeader, name: str) -> tuple[AnyCodes, AnyCodes | None]:
    """Codes (H,W) or (H,W,3), uint8 or uint16 of the header's bits, and those of transparency (H,W).

    Raises:
        InputError: they cannot be decoded.
    """
    try:
        decoder: Any = av.CodecContext.create("dpx", "r")
        frame = [*decoder.decode(av.Packet(data)), *decoder.decode(None)][0]
        codes: Any = _native(frame).to_ndarray()
    except (av.error.FFmpegError, ValueError, IndexError, MemoryError) as error:
        raise InputError(
            f"{name} is damaged or packed in a way that is not read; save it anew as DPX of 10 or 16 bits."
        ) from error
    if codes.shape[:2] != header.size[::-1] or codes.ndim not in (2, 3):
        raise InputError(f"{name} is damaged: its codes are not what its header says; copy it again from its source.")
    if codes.ndim == 2 or codes.shape[2] == 3:
        return codes, None
    return np.ascontiguousarray(codes[..., :3]), np.ascontiguousarray(codes[..., 3])


def _native(frame: Any) -> Any:
    """The frame with its channels in the order R, G, B, A; codes stay as they are."""
    return frame.reformat(format="rgba") if frame.format.name == "abgr" else frame
