"""A strip to look at: gray | frame by frame | steady | truth, several frames over time, for every clip.

    python benchmarks/film_strip.py CLIP... -o FOLDER [--frames 100] [--start 0] [--rows 8] [--close]

`--close` takes neighboring frames, in which flicker shows; else they are spread over the part. Below each strip come
the chroma of one row of pixels over time, frame by frame and steady: flicker shows as stripes, a cut as an edge.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from film_steadiness import Clip
from graycolor.colorizer import Colorizer
from graycolor.film.steadiness.steady import SteadySettings

COLUMNS = ("gray", "frame by frame", "steady", "truth")


def strip(versions: dict[str, list[np.ndarray]], rows: int, close: bool) -> np.ndarray:
    count = len(versions["truth"])
    chosen = range(count // 2, count)[:rows] if close else np.linspace(0, count - 1, rows).astype(int)
    lines = [np.hstack([labelled(versions[name][number], number) for name in COLUMNS]) for number in chosen]
    return np.vstack([*lines, np.hstack([over_time(versions[name]) for name in COLUMNS])])


def labelled(rgb: np.ndarray, number: int) -> np.ndarray:
    return cv2.putText(rgb.copy(), str(number), (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 0), 1)


def over_time(frames: list[np.ndarray]) -> np.ndarray:
    """The middle row of every frame, below each other."""
    lines = np.stack([cv2.blur(frame, (5, 5))[frame.shape[0] // 2] for frame in frames])
    return cv2.resize(lines, (frames[0].shape[1], 200), interpolation=cv2.INTER_NEAREST)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--close", action="store_true")
    parser.add_argument("--smoothing", type=float, default=SteadySettings().smoothing)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    colorizer = Colorizer(arguments.weights, device="cpu", threads=arguments.threads)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for path in arguments.clips:
        clip = Clip(path, arguments.start, arguments.frames)
        versions = clip.versions(colorizer, SteadySettings(smoothing=arguments.smoothing))
        picture = strip(versions, arguments.rows, arguments.close)
        Image.fromarray(picture).save(arguments.output / f"{path.stem}.jpg", quality=90)


if __name__ == "__main__":
    main()
