"""Files of several pictures, colored page by page or frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from graycolor.network.chroma import Forecast
from graycolor.pictures.colored import LIGHTNESS, Result, WriteOptions, colors, lightness_kept, with_own_metadata
from graycolor.pictures.frames import Frames, encode_frames
from graycolor.pictures.losses import losses
from graycolor.pictures.picture import Codes, Picture

ForecastOf = Callable[[Picture], Forecast]


@dataclass
class _Seen:
    """What is told of all frames together."""

    width: int = 0
    height: int = 0
    confidences: list[float] = field(default_factory=list)
    was_color: bool = False
    kind: str = "gray"
    kept: str = LIGHTNESS
    notes: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True)
class ColoredFrames:
    """A file of colored frames, and what is told of it: size and kind of the first frame, mean confidence."""

    result: Result
    size: tuple[int, int]
    confidence: float
    was_color: bool
    kind: str


def color_frames(frames: Frames, forecast: ForecastOf, image_format: str, options: WriteOptions) -> ColoredFrames:
    """Color every frame; `forecast` is called with each, in order.

    Raises:
        GraycolorError: a frame cannot be read, colored or written.
    """
    seen = _Seen()
    data = encode_frames(_colored(frames, forecast, image_format, options, seen), frames, image_format, options.quality)
    confidence = sum(seen.confidences) / len(seen.confidences)
    result = Result(data, seen.kept, tuple(seen.notes))
    return ColoredFrames(result, (seen.width, seen.height), confidence, seen.was_color, seen.kind)


def _colored(
    frames: Frames, forecast: ForecastOf, image_format: str, options: WriteOptions, seen: _Seen
) -> Iterator[tuple[Codes, Picture]]:
    for picture in frames:
        if not seen.confidences:
            (seen.width, seen.height), seen.kind = picture.size, picture.kind
            seen.kept = lightness_kept(picture, image_format, options.quality)
        seen.was_color |= picture.was_color
        if not options.strip_metadata:
            seen.notes |= dict.fromkeys(losses(picture, image_format))
        guess = forecast(picture)
        seen.confidences.append(float(guess.confidence.mean()))
        yield colors(picture, picture.as_stored(guess.fine()), image_format), with_own_metadata(picture, options)
