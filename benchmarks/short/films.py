"""Short forms: films."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from quoted import Figure, one, rounds_of
from stand_ins import pictures_in, stand_ins


def film_speed(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """A film of 1080p beside the same decoder and encoder with constant chroma."""
    import film_speed as own
    from graycolor.colorizer import Colorizer
    from graycolor.files import Job

    own.draw(folder / "drawn.mp4", 48, 3.0)
    encode = own.EncodeSettings("h264", threads=2)
    options = own.FilmOptions(encode=encode, overwrite=True, resume=False, source="gray", frames=48)
    plan = own.plan_film(Job(folder / "drawn.mp4", folder / "out.mp4"), options)
    colorizer = Colorizer(device="cpu", threads=own.share_cores(None))
    ratios = []
    for _ in range(a.rounds):
        (floor, floor_cpu), (rate, cpu) = (
            own.timed(lambda: own.floor(plan, 48)),
            own.timed(lambda: own.colored(plan, colorizer, options)),
        )
        ratios.append((rate / floor, floor_cpu / cpu))
    wall, cpu = zip(*ratios, strict=True)
    return [
        rounds_of("film of 1080p, frames a second beside the floor", wall),
        rounds_of("film of 1080p, by processor time", cpu),
    ]


def film_steadiness(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """How steady films are that a camera makes wandering over photographs."""
    import film_steadiness as own
    from graycolor.colorizer import Colorizer

    colorizer, found = Colorizer(device="cpu", threads=2), {"frame by frame": [], "steady": []}
    for photo in pictures_in(stand_ins(folder / "stills"))[:2]:
        clip = own.Clip(own.moving(photo, folder, 24), 0, 24)
        versions = clip.versions(colorizer, own.SteadySettings())
        truth = own.film_figures(versions["truth"], versions["truth"])
        for row, mine in found.items():
            figures = own.film_figures(versions["truth"], versions[row])
            mine.append((figures.cdc / truth.cdc, figures.warp_error / truth.warp_error))
    return [
        rounds_of(f"{row}: {name}, times the true film's", column)
        for row, pairs in found.items()
        for name, column in zip(("CDC", "warp"), zip(*pairs, strict=True), strict=True)
    ]


CLIPS = {"talkshow-1970s": "talk show", "person-room": "fixed camera"}
"""Clips of `film_things.json` that short forms look at, and what the documents call them."""
FRAMES = 100
"""As many of a clip as are looked at."""
NO_CLIPS = f"--clips names a folder with {' or '.join(f'{name}.mp4' for name in CLIPS)}"


def clips_of(a: argparse.Namespace) -> dict[str, Path]:
    """The clips that are there, by what the documents call them."""
    paths = {said: a.clips / f"{name}.mp4" for name, said in CLIPS.items()} if a.clips else {}
    return {said: path for said, path in paths.items() if path.exists()}


def film_things(a: argparse.Namespace, folder: Path) -> list[Figure] | str:
    """How far things wander through their shots, with palettes of shots beside without."""
    import json

    import film_things as own

    colorizer, found = own.Colorizer(device="cpu", threads=2), []
    marked = json.loads(Path(own.__file__).with_suffix(".json").read_text("utf-8"))
    for name, path in clips_of(a).items():
        things = {
            thing: {int(frame): tuple(box) for frame, box in boxes.items() if int(frame) < FRAMES}
            for thing, boxes in marked[path.stem].items()
        }
        kept = {thing: boxes for thing, boxes in things.items() if len(boxes) > 1}
        rows = own.versions(own.Clip(path, 0, FRAMES), colorizer, kept)
        before, after = (np.mean([rows[row][thing][0] for thing in kept]) for row in own.ROWS[:2])
        found.append(one(f"{name}: spread of things, with palettes beside without", after / before))
    return found or NO_CLIPS


def film_points(a: argparse.Namespace, folder: Path) -> list[Figure] | str:
    """How far the color of points drifts, beside the true film."""
    import film_points as own

    colorizer, found = own.Colorizer(device="cpu", threads=2), []
    for name, path in clips_of(a).items():
        clip = own.Clip(path, 0, FRAMES)
        points = list(own.tracks(list(clip.looks())))
        truth = np.stack([own.lab_of_rgb8(frame)[..., 1:] for frame in clip.truth()])
        ours = np.stack(list(clip.chroma(colorizer, own.SteadySettings())))
        for seconds in own.SECONDS[:2]:
            ahead = own.frames_of(clip, seconds)
            ratio = own.drift(ours, points, ahead) / own.drift(truth, points, ahead)
            found.append(one(f"{name}: drift over {seconds:g} s, times the true film's", ratio))
    return found or NO_CLIPS
