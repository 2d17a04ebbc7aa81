"""The mastering display and the content light level in the words of each encoder."""

from __future__ import annotations

from fractions import Fraction

from graycolor.film.source.hdr import Hdr

_OPTIONS = {"h264": "x264-params", "hevc": "x265-params", "av1": "svtav1-params"}
_NAMES = {
    "h264": ("mastering-display", "cll"),
    "hevc": ("master-display", "max-cll"),
    "av1": ("mastering-display", "content-light"),
}
_ORDER = (("G", 2), ("B", 4), ("R", 0), ("WP", 6))
"""Letters that encoders expect, and where their x stands in `Hdr.primaries`."""


def hdr_params(codec: str, hdr: Hdr) -> tuple[str, ...]:
    """Settings `name=value` for the encoder of `codec`; none where it has none, or the film nothing to say."""
    if codec not in _NAMES:
        return ()
    display, light = _NAMES[codec]
    params = [f"{display}={_display(codec, hdr)}"] if hdr.mastered else []
    params += [f"{light}={','.join(map(str, hdr.light))}"] if hdr.light else []
    return (*params, "hdr10=1") if params and codec == "hevc" else tuple(params)


def with_params(codec: str, params: tuple[str, ...]) -> dict[str, str]:
    """The encoder's option that holds `params`."""
    return {_OPTIONS[codec]: ":".join(params)} if params else {}


def hdr_lost(codec: str, hdr: Hdr) -> list[str]:
    """Names of what the film says of its light and the result will not."""
    carried = codec in _NAMES
    lost = [] if (carried and hdr.mastered) or not (hdr.primaries or hdr.luminance) else ["the mastering display"]
    lost += [] if carried or not hdr.light else ["the content light level"]
    return [*lost, *hdr.not_written]


def _display(codec: str, hdr: Hdr) -> str:
    def number(value: Fraction, steps: int) -> str:
        return f"{float(value):.6g}" if codec == "av1" else str(round(value * steps))

    def pair(first: Fraction, second: Fraction, steps: int) -> str:
        return f"({number(first, steps)},{number(second, steps)})"

    points = (letter + pair(hdr.primaries[at], hdr.primaries[at + 1], 50000) for letter, at in _ORDER)
    least, most = hdr.luminance
    return "".join(points) + "L" + pair(most, least, 10000)
