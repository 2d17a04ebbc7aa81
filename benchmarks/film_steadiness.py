"""How steady colored films are, beside the true films, their gray, and the same network frame by frame.

    python benchmarks/film_steadiness.py CLIP... [--frames 120] [--start 0] [--smoothing 0.5] [--key-every 4]

Clips in color are turned gray (their luma alone is used) and colored frame by frame, carried along the motion without
palettes of shots, and with them. A photograph in place of a clip becomes a film of a camera that wanders over it and
draws nearer, with grain. Prints CDC and warp error with their ratios to the true film's, colorfulness, and the
difference to the true colors (dE2000, and dE2000 of gray beside it, because a guess that is wrong is further off than
none). All at 384 pixels, from frames as the encoder gets them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from PIL import Image

from graycolor.colorizer import Colorizer
from graycolor.evaluation.film_metrics import FilmFigures, film_figures
from graycolor.film.job.palettes_ahead import PalettesAhead, shots_looked
from graycolor.film.output.frame_painter import FramePainter
from graycolor.film.source.probe import probe
from graycolor.film.source.read import FrameReader
from graycolor.film.steadiness.shots import stepped
from graycolor.film.steadiness.steady import (
    KeyColors,
    Look,
    ShotColorizer,
    SteadySettings,
    key_colors,
    seen_settings,
)
from graycolor.network.places import Places

WIDTH = 384
ROWS = ("truth", "gray", "frame by frame", "no palettes", "steady")
HEADINGS = ("CDC", "x truth", "warp", "x truth", "CF", "dE2000")


class Clip:
    """Part of a film, as RGB frames of its own colors, of none, and of a network's."""

    def __init__(self, path: Path, start: int, count: int | None) -> None:
        self.film = probe(path)
        self._part = (start, None if count is None else start + count)
        self._painter = FramePainter(self.film, self.film.conversion.pixel_format, SteadySettings().flow_size)

    def frames(self) -> Iterator[Any]:
        reader = FrameReader(self.film).frames()
        return (self._painter.plain(frame) for frame in islice(reader, *self._part))

    def truth(self) -> Iterator[np.ndarray]:
        return (shown(frame) for frame in self.frames())

    def gray(self) -> Iterator[np.ndarray]:
        none = np.zeros((*self._painter.small_shape, 2), np.float32)
        return (shown(self._painter.painted(frame, none)) for frame in self.frames())

    def colored(self, colorizer: Colorizer, settings: SteadySettings, *, palettes: bool = True) -> Iterator[np.ndarray]:
        for frame, ab in zip(self.frames(), self.chroma(colorizer, settings, palettes=palettes), strict=True):
            yield shown(self._painter.painted(frame, ab))

    def chroma(self, colorizer: Colorizer, settings: SteadySettings, *, palettes: bool = True) -> Iterator[np.ndarray]:
        """Chroma (h,w,2) of every frame at the size of the small pictures, with palettes of the shots or without."""

        def see(grays: Sequence[np.ndarray]) -> list[Places]:
            return colorizer.places(grays, seen_settings(settings.colors, grays[0].shape))

        def color_keys(keys: Sequence[Look]) -> list[KeyColors]:
            grays = [key.gray for key in keys]
            return key_colors(colorizer, grays, settings.colors, settled=ahead.settled(keys) if wanted else ())

        wanted = palettes and settings.smoothing > 0
        ahead = PalettesAhead(shots_looked(self.looks(), see, settings.key_every), see)
        return ShotColorizer(colorizer, settings, color_keys).color_looks(self.looks())

    def looks(self) -> Iterator[Look]:
        """The small grays, with how they follow each other; numbers count from the part's first frame."""
        grays = (self._painter.gray(frame) for frame in self.frames())
        return (Look(number, *each) for number, each in enumerate(stepped(grays, lambda gray: gray)))

    def versions(self, colorizer: Colorizer, settings: SteadySettings) -> dict[str, list[np.ndarray]]:
        """The frames by row."""
        single = SteadySettings(smoothing=0)
        made = (
            self.truth(),
            self.gray(),
            self.colored(colorizer, single),
            self.colored(colorizer, settings, palettes=False),
            self.colored(colorizer, settings),
        )
        return {row: list(frames) for row, frames in zip(ROWS, made, strict=True)}


def moving(photo: Path, folder: Path, frames: int) -> Path:
    """A film of a wandering camera over a photograph."""
    rgb = np.asarray(Image.open(photo).convert("RGB"))
    path, rng = folder / f"{photo.stem}.mkv", np.random.default_rng(0)
    with av.open(str(path), "w") as out:
        video = out.add_stream("ffv1", rate=25)
        video.width, video.height, video.pix_fmt = WIDTH, 2 * round(WIDTH * rgb.shape[0] / rgb.shape[1] / 2), "yuv420p"
        for time in np.linspace(0, 1, frames):
            width, height = (side * (0.8 - 0.25 * time) for side in (rgb.shape[1], rgb.shape[0]))
            left = (rgb.shape[1] - width) * (0.5 + 0.5 * np.sin(5 * time))
            top = (rgb.shape[0] - height) * (0.5 - 0.5 * np.cos(3 * time))
            place = np.float32([[width / video.width, 0, left], [0, height / video.height, top]])
            size, flags = (video.width, video.height), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            seen = cv2.warpAffine(rgb, place, size, flags=flags) + rng.normal(0, 4, (video.height, video.width, 1))
            frame = av.VideoFrame.from_ndarray(np.clip(seen, 0, 255).astype(np.uint8), format="rgb24")
            out.mux(video.encode(frame.reformat(format="yuv420p")))
        out.mux(video.encode())
    return path


def shown(frame: Any) -> np.ndarray:
    size = (WIDTH, round(frame.height * WIDTH / frame.width))
    return frame.reformat(*size, format="rgb24", interpolation="AREA").to_ndarray()


def table(name: str, figures: dict[str, FilmFigures]) -> None:
    print(f"{name:16}" + "".join(f"{heading:>9}" for heading in HEADINGS))
    truth = figures["truth"]
    for row, own in figures.items():
        cdc, warp = own.cdc / truth.cdc, own.warp_error / truth.warp_error
        print(
            f"  {row:14}{own.cdc:9.5f}{cdc:9.2f}{own.warp_error:9.3f}{warp:9.2f}"
            f"{own.colorfulness:9.1f}{own.delta_e2000:9.2f}",
            flush=True,
        )


def mean(all_figures: list[FilmFigures]) -> FilmFigures:
    names = FilmFigures.__dataclass_fields__
    return FilmFigures(**{name: float(np.mean([getattr(each, name) for each in all_figures])) for name in names})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--smoothing", type=float, default=SteadySettings().smoothing)
    parser.add_argument("--key-every", type=int, default=SteadySettings().key_every)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    cv2.setNumThreads(arguments.threads)
    colorizer = Colorizer(arguments.weights, device="cpu", threads=arguments.threads)
    settings = SteadySettings(key_every=arguments.key_every, smoothing=arguments.smoothing)
    found: dict[str, list[FilmFigures]] = {row: [] for row in ROWS}
    folder = tempfile.TemporaryDirectory()
    for path in arguments.clips:
        if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".avif"):
            path = moving(path, Path(folder.name), arguments.frames)
        versions = Clip(path, arguments.start, arguments.frames).versions(colorizer, settings)
        figures = {row: film_figures(versions["truth"], frames) for row, frames in versions.items()}
        table(path.stem, figures)
        for row, own in figures.items():
            found[row].append(own)
    folder.cleanup()
    if len(arguments.clips) > 1:
        table("mean", {row: mean(each) for row, each in found.items()})


if __name__ == "__main__":
    main()
