"""Pixel formats: how a source's frames are laid out, and in which format an encoder takes
them without loss of luma.

Gray and planar Y'CbCr are used as they are. Packed forms of Y'CbCr are unpacked (the same luma codes); RGB and palettes
have no luma, so they are converted once and the user is told that it was rounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLANAR = re.compile(r"(?P<alpha>yuva|yuvj|yuv)(?P<ratio>410|411|420|422|440|444)p(?P<bits>\d+)?(?:le)?$")
_GRAY = re.compile(r"gray(?P<bits>9|10|12|14|16)?(?:le)?$")
_SHARED = {"410": (4, 4), "411": (4, 1), "420": (2, 2), "422": (2, 1), "440": (1, 2), "444": (1, 1)}
_UNPACKED = {
    "nv12": "yuv420p",
    "nv21": "yuv420p",
    "nv16": "yuv422p",
    "nv24": "yuv444p",
    "nv42": "yuv444p",
    "yuyv422": "yuv422p",
    "yvyu422": "yuv422p",
    "uyvy422": "yuv422p",
    "uyyvyy411": "yuv411p",
    "y210le": "yuv422p10le",
    "p010le": "yuv420p10le",
    "p012le": "yuv420p12le",
    "p016le": "yuv420p16le",
    "p210le": "yuv422p10le",
    "ya8": "gray",
    "ya16le": "gray16le",
    "monow": "gray",
    "monob": "gray",
}


@dataclass(frozen=True)
class PixelFormat:
    """A planar pixel format.

    Attributes:
        name: FFmpeg's.
        bits: of a code.
        ratio: of the chroma planes, such as `420`; empty for gray.
    """

    name: str
    bits: int
    ratio: str

    @property
    def cell(self) -> tuple[int, int]:
        """Luma columns and rows that share one chroma sample."""
        return _SHARED[self.ratio]


@dataclass(frozen=True)
class Conversion:
    """How frames of a source's pixel format become planar luma.

    Attributes:
        pixel_format: what they become, or are.
        needed: whether the decoder's frames have to be converted at all.
        exact: whether the luma codes stay the same.
        drops_alpha: the format has transparency, which the result has not.
    """

    pixel_format: PixelFormat
    needed: bool
    exact: bool
    drops_alpha: bool


@dataclass(frozen=True)
class VideoEncoder:
    """What one of FFmpeg's encoders takes.

    Attributes:
        name: FFmpeg's.
        ratios: chroma ratios.
        bits: of a code.
        whole_cells: refuses pictures that end within a chroma cell.
    """

    name: str
    ratios: tuple[str, ...]
    bits: tuple[int, ...]
    whole_cells: bool = False


ENCODERS = {
    "h264": VideoEncoder("libx264", ("420", "422", "444"), (8, 10), whole_cells=True),
    "hevc": VideoEncoder("libx265", ("420", "422", "444"), (8, 10, 12), whole_cells=True),
    "av1": VideoEncoder("libsvtav1", ("420",), (8, 10)),
    "ffv1": VideoEncoder("ffv1", ("410", "411", "420", "422", "440", "444"), (8, 9, 10, 12, 14, 16)),
    "prores": VideoEncoder("prores_ks", ("422", "444"), (10,)),
    "dnxhr": VideoEncoder("dnxhd", ("422", "444"), (10,)),
}


def planar(name: str) -> PixelFormat | None:
    """The format of a planar format with little-endian codes; None for all others."""
    if match := _GRAY.match(name):
        return PixelFormat(name, int(match["bits"] or 8), "")
    if (match := _PLANAR.match(name)) and match["alpha"] != "yuva":
        return PixelFormat(name, int(match["bits"] or 8), match["ratio"])
    return None


def conversion(name: str, component_bits: int) -> Conversion:
    """How frames of the pixel format `name` are made planar; `component_bits` counts for RGB."""
    if found := planar(name):
        return Conversion(found, needed=False, exact=True, drops_alpha=False)
    alpha = name.startswith(("yuva", "ya8", "ya16", "rgba", "bgra", "argb", "abgr", "gbrap"))
    plain = _UNPACKED.get(name) or _UNPACKED.get(re.sub("be$", "le", name)) or name
    plain = re.sub("^yuva", "yuv", re.sub("be$", "le", plain))
    if found := planar(plain):
        return Conversion(found, needed=True, exact=True, drops_alpha=alpha)
    deep = component_bits > 8
    rounded = PixelFormat("yuv420p10le", 10, "420") if deep else PixelFormat("yuv420p", 8, "420")
    return Conversion(rounded, needed=True, exact=False, drops_alpha=alpha)


def encoded_format(source: PixelFormat, codec: str, width: int, height: int) -> PixelFormat:
    """The format nearest to `source` that `codec` takes: never coarser chroma where it can be had, never fewer bits."""
    encoder = ENCODERS[codec]
    wanted = source.ratio or "420"
    ratios = [ratio for ratio in encoder.ratios if not encoder.whole_cells or _fits(ratio, width, height)]
    ratio = wanted if wanted in ratios else next((each for each in ratios if _finer(each, wanted)), ratios[-1])
    bits = next((each for each in encoder.bits if each >= source.bits), encoder.bits[-1])
    return PixelFormat(f"yuv{ratio}p" + (f"{bits}le" if bits > 8 else ""), bits, ratio)


def _fits(ratio: str, width: int, height: int) -> bool:
    columns, rows = _SHARED[ratio]
    return width % columns == 0 and height % rows == 0


def _finer(ratio: str, than: str) -> bool:
    (columns, rows), (other_columns, other_rows) = _SHARED[ratio], _SHARED[than]
    return columns * rows <= other_columns * other_rows
