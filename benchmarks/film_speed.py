"""Frames a second of coloring a film, beside the floor: the same decoder and encoder, luma kept, chroma constant.

    python benchmarks/film_speed.py [FILM] [--frames 120] [--rounds 3] [--threads N] [--codec h264] [--preset veryfast]

Without a film one is drawn: 1080p, moving shapes, grain, a cut every 120 frames. Floor and coloring take turns in one
process and the best of each counts. Prints frames a second and processor time with their ratios (the first tells on an
idle machine, the second also on a busy one), what each stage takes in the last round (the network's helper threads
count as rest), and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from graycolor.colorizer import Colorizer
from graycolor.files import Job
from graycolor.film.job import palettes_ahead
from graycolor.film.output.encode import EncodeSettings, open_encoder
from graycolor.film.output.frame_painter import FramePainter, plane_of
from graycolor.film.source.read import FrameReader
from graycolor.film.steadiness import shots, steady
from graycolor.film.steadiness.shot_palette import ShotPalette
from graycolor.jobs import film_guide
from graycolor.jobs.film_plan import FilmOptions, FilmPlan, plan_film
from graycolor.jobs.film_threads import share_cores
from graycolor.jobs.films import color_film
from graycolor.jobs.stages import prefetched

SIZE = (1920, 1080)
SHOT = 120
"""Frames from one cut to the next."""


def draw(path: Path, frames: int, grain_sigma: float) -> None:
    rng = np.random.default_rng(0)
    grain = rng.normal(0, grain_sigma, (SIZE[1], SIZE[0] + 64)).astype(np.float32)
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "18"})
        video.width, video.height = SIZE
        for number in (place % SHOT for place in range(frames)):
            if number == 0:
                blurred = rng.uniform(30, 220, (9, 16)).astype(np.float32)
                ground = cv2.resize(blurred, (SIZE[0] + 400, SIZE[1]), interpolation=2)
            shifted = ground[:, 2 * number % 400 :][:, : SIZE[0]] + grain[:, number % 64 :][:, : SIZE[0]]
            picture = cv2.circle(shifted.copy(), (200 + 9 * number % 1500, 500), 180, 235.0, -1)
            frame = av.VideoFrame.from_ndarray(np.clip(picture, 16, 235).astype(np.uint8), format="gray")
            out.mux(video.encode(frame.reformat(format="yuv420p")))
        out.mux(video.encode())


def floor(plan: FilmPlan, frames: int) -> float:
    """Frames a second of decoding and encoding with constant chroma, decoder in a thread of its own."""
    encoder = open_encoder(plan.film, plan.encoding)
    started = time.perf_counter()
    count = 0
    for frame in prefetched(FrameReader(plan.film).frames(), 6):
        if count == frames:
            break
        frame.make_writable()
        for number, code in ((1, 120), (2, 136)):
            plane_of(frame, number, plan.encoding.pixel_format.bits)[:] = code
        frame.pict_type = 0
        encoder.encode(frame)
        count += 1
    encoder.encode(None)
    return count / (time.perf_counter() - started)


def colored(plan: FilmPlan, colorizer: Colorizer, options: FilmOptions) -> float:
    outcome = color_film(plan, colorizer, options)
    return outcome.frames / outcome.seconds


def timed(run: Callable[[], float]) -> tuple[float, float]:
    """What `run` returns, and the processor seconds of all its threads."""
    started = time.process_time()
    return run(), time.process_time() - started


def best(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    """The highest rate and the least processor time."""
    return max(rate for rate, _ in rounds), min(cpu for _, cpu in rounds)


class Stages:
    """Processor seconds that each stage's own calls take, measured by wrapping them."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def watching(self) -> Iterator[None]:
        with ExitStack() as stack:
            for owner, name, stage in (
                (FramePainter, "gray", "small pictures"),
                (FramePainter, "painted", "U and V"),
                (shots, "is_cut", "cuts"),
                (steady, "key_colors", "network"),
                (film_guide, "key_colors", "network"),
                (Colorizer, "places", "network"),
                (palettes_ahead, "ShotPalette", "palettes"),
                (ShotPalette, "settled", "palettes"),
                (steady, "Key", "flow, fusing"),
                (steady, "fuse", "flow, fusing"),
                (steady, "mixed", "flow, frames between"),
            ):
                stack.enter_context(self._wrapped(owner, name, stage))
            yield

    @contextmanager
    def _wrapped(self, owner: Any, name: str, stage: str) -> Iterator[None]:
        kept = getattr(owner, name)

        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.thread_time()
            try:
                return kept(*arguments, **named)
            finally:
                self.seconds[stage] += time.thread_time() - started

        setattr(owner, name, timed)
        yield
        setattr(owner, name, kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("film", nargs="?", type=Path)
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, help="of network and OpenCV; as the command, unless said")
    parser.add_argument("--grain", type=float, default=3.0, help="of the drawn film, in gray levels")
    parser.add_argument("--codec", default="h264")
    parser.add_argument("--preset")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        film = arguments.film or Path(folder) / "drawn.mp4"
        if arguments.film is None:
            draw(film, arguments.frames, arguments.grain)
        encode = EncodeSettings(arguments.codec, preset=arguments.preset, threads=2)
        options = FilmOptions(encode=encode, overwrite=True, resume=False, source="gray", frames=arguments.frames)
        plan = plan_film(Job(film, Path(folder) / f"out{film.suffix}"), options)
        measure(plan, Colorizer(device="cpu", threads=share_cores(arguments.threads)), options, arguments.rounds)


def measure(plan: FilmPlan, colorizer: Colorizer, options: FilmOptions, rounds: int) -> None:
    floors, ours = [], []
    for number in range(rounds):
        floors.append(timed(lambda: floor(plan, options.frames or 0)))
        stages = Stages()
        with stages.watching():
            ours.append(timed(lambda: colored(plan, colorizer, options)))
        print(f"round {number + 1}: floor {floors[-1][0]:.1f} frames/s, coloring {ours[-1][0]:.1f}", flush=True)
    (floor_rate, floor_cpu), (rate, cpu), last_cpu = best(floors), best(ours), ours[-1][1]
    print(f"{plan.film.width} x {plan.film.height}, {plan.encoding.codec}, {options.frames} frames")
    print(f"frames a second: floor {floor_rate:.1f}, coloring {rate:.1f}, ratio {rate / floor_rate:.2f} (goal 0.7)")
    cpu, floor_cpu = (1000 * each / (options.frames or 1) for each in (cpu, floor_cpu))
    print(f"processor ms a frame: floor {floor_cpu:.0f}, coloring {cpu:.0f}, ratio {floor_cpu / cpu:.2f}")
    own = {stage: 1000 * seconds / (options.frames or 1) for stage, seconds in stages.seconds.items()}
    own["decoder, encoder, rest"] = last_cpu * 1000 / (options.frames or 1) - sum(own.values())
    for stage, milliseconds in sorted(own.items(), key=lambda item: -item[1]):
        print(f"  {stage:23} {milliseconds:6.1f} ms a frame, {milliseconds / sum(own.values()):4.0%}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
