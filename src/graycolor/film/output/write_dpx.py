"""DPX in color: the source's headers with the few numbers changed that colors change, or headers of our own."""

from __future__ import annotations

import struct
from fractions import Fraction

import numpy as np

from graycolor import __version__
from graycolor.film.source.dpx import (
    ASPECT,
    BITS,
    DATA_OFFSET,
    DESCRIPTOR,
    ELEMENT,
    ELEMENT_BYTES,
    ELEMENTS,
    END_OF_LINE,
    FILE_SIZE,
    HEADERS,
    OFFSET,
    PACKING,
    RATE,
    TIMECODE,
    TRANSFER,
    UNSAID,
    DpxHeader,
)
from graycolor.film.source.light_curves import Curve
from graycolor.types import AnyCodes

_RGB, _RGBA = 50, 51
_VIDEO = 6
"""Transfer of ITU-R BT.709, which is as near to a screen's codes as DPX can say."""
_FILLED = 1
"""Codes of 10 and 12 bits fill words of 32 and 16 from the top (method A)."""
_CREATOR, _CREATOR_BYTES = 160, 100


def dpx_bytes(codes: AnyCodes, header: DpxHeader) -> bytes:
    """A file of codes (H,W,3) or (H,W,4) of the header's bits; everything else that the header says stays."""
    curve, order = header.curve, header.order
    data = bytearray(header.data)
    body = packed(codes, curve.bits, order)
    struct.pack_into(order + "I", data, FILE_SIZE, (len(data) + len(body)) & UNSAID)
    struct.pack_into(order + "H", data, ELEMENTS, 1)
    data[DESCRIPTOR] = _RGB if codes.shape[2] == 3 else _RGBA
    struct.pack_into(order + "2H", data, PACKING, _FILLED if curve.bits in (10, 12) else 0, 0)
    struct.pack_into(order + "I", data, DATA_OFFSET, len(data))
    struct.pack_into(order + "2I", data, END_OF_LINE, 0, 0)
    return bytes(data + body)


def fresh_header(
    size: tuple[int, int], curve: Curve, rate: Fraction, timecode: str = "", aspect: Fraction = Fraction(1)
) -> DpxHeader:
    """Headers for a frame of `size` (width, height) that was no DPX before; `curve` must be for a screen."""
    data = bytearray(b"\xff" * HEADERS)
    data[:4] = b"SDPX"
    struct.pack_into(">I8s3I", data, OFFSET, HEADERS, b"V2.0", UNSAID, 1, HEADERS - 384)
    struct.pack_into(">2I", data, 28, 384, 0)
    data[36:660] = bytes(624)
    creator = f"graycolor {__version__}".encode()
    data[_CREATOR : _CREATOR + len(creator)] = creator
    struct.pack_into(">2H2I", data, ELEMENTS - 2, 0, 1, *size)
    _fresh_element(data, curve)
    struct.pack_into(">2I", data, ASPECT, aspect.numerator, aspect.denominator)
    if len(digits := "".join(filter(str.isdigit, timecode))) == 8:
        struct.pack_into(">I", data, TIMECODE, int(digits, 16))
    struct.pack_into(">f", data, RATE, float(rate))
    return DpxHeader(bytes(data), ">", size, curve, 1)


def _fresh_element(data: bytearray, curve: Curve) -> None:
    data[ELEMENT : ELEMENT + ELEMENT_BYTES] = bytes(ELEMENT_BYTES)
    struct.pack_into(">2IfIf", data, ELEMENT, 0, 0, 0.0, curve.top, 1.0)
    data[TRANSFER], data[TRANSFER + 1], data[BITS] = _VIDEO, _VIDEO, curve.bits


def packed(codes: AnyCodes, bits: int, order: str) -> bytes:
    """Codes (H,W,C) as DPX stores them, every line beginning with a word of its own."""
    height = codes.shape[0]
    lines = codes.reshape(height, -1)
    if bits == 8:
        return _padded(lines.astype(np.uint8), 4).tobytes()
    if bits == 10:
        words = _padded(lines.astype(np.uint32), 3).reshape(height, -1, 3)
        joined = (words[..., 0] << 22) | (words[..., 1] << 12) | (words[..., 2] << 2)
        return joined.astype(order + "u4").tobytes()
    shifted = lines.astype(np.uint16) << (16 - bits)
    return _padded(shifted, 2).astype(order + "u2").tobytes()


def _padded(lines: AnyCodes, multiple: int) -> AnyCodes:
    missing = -lines.shape[1] % multiple
    return np.pad(lines, ((0, 0), (0, missing))) if missing else lines
