"""How far the color of a point drifts while it can be followed: over half a second, one second and three.

    python benchmarks/film_points.py CLIP... [--start 0] [--frames 300]

Points on a grid, set in every twelfth frame, are followed along optical flow to the end of their shot, or until they
are covered or leave the picture. Printed are the mean distances in ab between a point's color and its color so many
seconds later, over the mean chroma, without palettes of shots, with them, and of the film's own colors. Clips are in
color; a point is a square of five pixels at 384. Where nothing can be followed that long there is no figure.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from film_steadiness import Clip
from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.colorizer import Colorizer
from graycolor.film.steadiness.point_tracks import Place, PointTrack, Still, follow_points
from graycolor.film.steadiness.shots import Step
from graycolor.film.steadiness.steady import Look, SteadySettings

SECONDS = (0.5, 1.0, 3.0)
ROWS = ("no palettes", "steady", "truth")
EVERY, STEP = 12, 4
GRID: list[Place] = [(x, y) for y in np.linspace(0.1, 0.9, 6) for x in np.linspace(0.1, 0.9, 9)]


def tracks(looks: list[Look]) -> Iterator[tuple[int, PointTrack]]:
    """Every point with the frame that it was set in; stills of every fourth frame are enough to follow it."""
    cuts = [look.number for look in looks if look.step is Step.CUT]
    for first, end in zip(cuts, [*cuts[1:], len(looks)], strict=True):
        stills = [Still.of(look.number, look.gray) for look in looks[first:end:STEP]]
        starts = [(number, place) for number in range(first, end, EVERY) for place in GRID]
        yield from zip((number for number, _ in starts), follow_points(stills, starts), strict=True)


def color(field: np.ndarray, place: Place) -> np.ndarray:
    """Mean a and b around a place."""
    x, y = int(place[0] * field.shape[1]), int(place[1] * field.shape[0])
    around = field[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].astype(np.float32)
    return np.asarray(around.reshape(-1, 2).mean(axis=0))


def drift(fields: np.ndarray, found: list[tuple[int, PointTrack]], frames: int) -> float:
    """Mean distance of a point's color from its own so many frames later, over the mean chroma."""
    apart, chroma = [], []
    for start, track in found:
        before, after = track.at(start), track.at(start + frames)
        if before is not None and after is not None and start + frames < len(fields):
            one, other = color(fields[start], before), color(fields[start + frames], after)
            apart.append(np.hypot(*(one - other)))
            chroma.append(np.hypot(*one))
    return float(np.mean(apart) / np.mean(chroma)) if apart else float("nan")


def frames_of(clip: Clip, seconds: float) -> int:
    """Frames in so many seconds, as near as the stills are."""
    return STEP * round(float(clip.film.rate) * seconds / STEP)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    cv2.setNumThreads(arguments.threads)
    colorizer, settings = Colorizer(arguments.weights, device="cpu", threads=arguments.threads), SteadySettings()
    print(f"{'drift over':16}" + "".join(f"{f'{each:g} s':>9}{'x truth':>9}" for each in SECONDS))
    for path in arguments.clips:
        clip = Clip(path, arguments.start, arguments.frames)
        found = list(tracks(list(clip.looks())))
        fields = {row: np.stack(list(clip.chroma(colorizer, settings, palettes=row == "steady"))) for row in ROWS[:2]}
        fields["truth"] = np.stack([lab_of_rgb8(frame)[..., 1:] for frame in clip.truth()])
        print(path.stem)
        ahead = [frames_of(clip, each) for each in SECONDS]
        truth = [drift(fields["truth"], found, frames) for frames in ahead]
        for row in ROWS:
            own = [drift(fields[row], found, frames) for frames in ahead]
            cells = (f"{mine:9.3f}{mine / theirs:9.2f}" for mine, theirs in zip(own, truth, strict=True))
            print(f"  {row:14}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
