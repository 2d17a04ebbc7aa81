"""EXR in color: light of half or single floats that FFmpeg encodes, with the attributes of the source's header."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from graycolor.film.source.exr import LONG_NAMES, Attribute, ExrHeader, read_header

_ABOUT_PIXELS = frozenset(
    {
        b"channels",
        b"chunkCount",
        b"compression",
        b"dataWindow",
        b"displayWindow",
        b"lineOrder",
        b"preview",
        b"tiles",
        b"type",
        b"version",
    }
)
"""Attributes that say how the light lies, and the small gray picture."""
CHROMATICITIES = Attribute(
    b"chromaticities",
    b"chromaticities",
    struct.pack("<8f", 0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290),
)
"""The primaries and the white of BT.709, which are those of our colors."""
_LINES = 16
"""Lines of a block of ZIP compression."""


def exr_bytes(
    light: NDArray[np.floating],
    alpha: NDArray[np.floating] | None,
    attributes: tuple[Attribute, ...],
    *,
    half: bool,
    mark: str,
) -> bytes:
    """A file of linear light (H,W,3), with the attributes of a header that say nothing of how it lies.

    Args:
        light: 1 is white.
        alpha: transparency (H,W), or None.
        attributes: of the source, or made.
        half: store half floats, else single ones.
        mark: a sentence that says who guessed the colors; empty for none.
    """
    data = _encoded(light, alpha, half=half)
    kept = [each for each in attributes if each.name not in _ABOUT_PIXELS | {b"chromaticities", b"graycolor"}]
    kept.append(CHROMATICITIES)
    if mark:
        kept.append(Attribute(b"graycolor", b"string", mark.encode()))
    return _with_attributes(data, kept, light.shape[0])


def new_attributes(rate: Fraction, timecode: str, aspect: Fraction) -> tuple[Attribute, ...]:
    """Attributes of a frame that was no EXR before."""
    found = [
        Attribute(b"framesPerSecond", b"rational", struct.pack("<iI", rate.numerator, rate.denominator)),
        Attribute(b"pixelAspectRatio", b"float", struct.pack("<f", float(aspect))),
    ]
    digits = "".join(filter(str.isdigit, timecode))
    if len(digits) == 8:
        code = int(digits, 16) | (0x40 if ";" in timecode else 0)
        found.append(Attribute(b"timeCode", b"timecode", struct.pack("<2I", code, 0)))
    return tuple(found)


def _encoded(light: NDArray[np.floating], alpha: NDArray[np.floating] | None, *, half: bool) -> bytes:
    height, width = light.shape[:2]
    encoder: Any = av.CodecContext.create("exr", "w")
    encoder.width, encoder.height = width, height
    encoder.pix_fmt = "gbrpf32le" if alpha is None else "gbrapf32le"
    encoder.time_base = Fraction(1, 24)
    encoder.options = {"format": "half" if half else "float", "compression": "zip16"}
    frame = av.VideoFrame(width, height, encoder.pix_fmt)
    channels = [light[..., 1], light[..., 2], light[..., 0], *([] if alpha is None else [alpha])]
    for plane, channel in zip(frame.planes, channels, strict=True):
        rows: Any = np.frombuffer(memoryview(plane), np.float32).reshape(height, -1)
        rows[:, :width] = channel
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def _with_attributes(data: bytes, attributes: list[Attribute], height: int) -> bytes:
    """The file with more attributes in its header; those of the same name are replaced, and its offsets follow."""
    header = read_header(data, "a frame in color")
    names = {each.name for each in attributes}
    own = [each for each in header.attributes if each.name not in names | {b"gamma", b"writer"}]
    before = 8 + sum(len(each.data) for each in header.attributes) + 1
    head = b"".join(each.data for each in (*own, *attributes)) + b"\0"
    flags = struct.unpack_from("<I", data, 4)[0] | (LONG_NAMES if any(len(name) > 31 for name in names) else 0)
    blocks = -(-height // _LINES)
    offsets = np.frombuffer(data, "<u8", blocks, before) + np.uint64(8 + len(head) - before)
    return data[:4] + struct.pack("<I", flags) + head + offsets.tobytes() + data[before + 8 * blocks :]


def is_of_our_primaries(header: ExrHeader) -> bool:
    """Whether a header says nothing of its primaries, or that they are ours."""
    value = header.value(CHROMATICITIES.name, CHROMATICITIES.kind, 32)
    said, ours = (struct.unpack("<8f", each) for each in (value or CHROMATICITIES.value, CHROMATICITIES.value))
    return bool(np.allclose(said, ours, atol=2e-3))
