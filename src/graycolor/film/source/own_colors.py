"""Whether a film has colors of its own, judged by frames from several of its places."""

from __future__ import annotations

from typing import Any

import av.error
import numpy as np

_LOOKS = 4
"""Places of the film where it is looked at for colors."""
_COLORED = 3.0
"""Mean distance of chroma from its median, in 8-bit codes, above which frames count as colored: a tint has none."""


def is_colored(container: Any, video: Any, first: Any) -> bool:
    """Whether frames from several places of the film have colors beyond a single tint."""
    if first.format.name.startswith(("gray", "mono", "ya")):
        return False
    return max(_colors(frame) for frame in [first, *_glances(container, video)]) > _COLORED


def _glances(container: Any, video: Any) -> list[Any]:
    frames = []
    for part in range(1, _LOOKS):
        try:
            container.seek(int(video.duration * part / _LOOKS) + (video.start_time or 0), stream=video)
            frames.append(next(container.decode(video)))
        except (av.error.FFmpegError, StopIteration, TypeError):
            break  # no index or unknown length: the beginning must do
    return frames


def _colors(frame: Any) -> float:
    """Mean distance of U and V from their medians, in 8-bit codes."""
    small = frame.reformat(width=160, height=120, format="yuv444p")
    return float(sum(np.abs(plane - np.median(plane)).mean() for plane in (_plane(small, 1), _plane(small, 2))))


def _plane(frame: Any, number: int) -> Any:
    plane = frame.planes[number]
    return np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width].astype(np.float32)
