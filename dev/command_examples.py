"""A worked example for every command: files to type it on, what is typed, and what it answers.

`dev/command_pages.py` writes them into the pages of `docs/commands/`, and `tests/test_docs.py` runs those that are
quick. Files are photographs of `examples/` and what is drawn here, so that anybody gets the same.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
CONFIG = 'look = "kodachrome"\n\n[video]\ncodec = "hevc"\n'
_READY = "Ctrl-C stops it."


class Example(NamedTuple):
    """What a page shows: words before, commands with their answers, words after."""

    before: str
    commands: tuple[str, ...]
    after: str
    guide: str
    """The page of `docs/` that tells more."""
    quick: bool = True
    """Whether the suite runs it; others are run by `dev/command_pages.py --run` alone."""


EXAMPLES = {
    "colorize": Example(
        "Two photographs are colored into a folder. The buffalo are on a brown print, which is noticed.",
        (
            "graycolor colorize buffalo.jpg pumpkins.jpg -o colored/",
            "graycolor colorize pumpkins.jpg -o colored/ --hint 63%,82%,darkorange --overwrite",
        ),
        "The second command says that a pumpkin was orange, and replaces the first result. The last column says how "
        "sure the network was; results below 41 % are listed once more as doubtful, and a hint helps them most.",
        "photographs.md",
    ),
    "video": Example(
        "A film is looked at before it is colored: `--dry-run` says what would be done and how large the result gets.",
        ("graycolor video street.mp4 --dry-run", "graycolor video street.mp4"),
        "`street-color.mp4` has the luma, the sound, the subtitles and the times of the source.",
        "film.md",
    ),
    "web": Example(
        "The page is served by this machine until Ctrl-C; `--open` shows it in your browser at once.",
        ("graycolor web",),
        "",
        "web.md",
        quick=False,
    ),
    "values": Example(
        "A TIFF of temperatures is shown in the palette *inferno*, with a legend beside it.",
        ("graycolor values heat.tif --palette inferno --range 20,90 --legend --unit °C",),
        "Nothing is guessed here: every color stands for the number that the file stores.",
        "science.md",
    ),
    "prepare": Example(
        "Forty drawn pictures of skies above grass stand for a folder of photographs.",
        ("graycolor prepare skies/ --size 96 --min-side 96",),
        "`dataset/` now holds plain archives that `graycolor train` and `graycolor eval` read.",
        "training.md",
    ),
    "train": Example(
        "The embedded network goes on learning from the dataset of the [example of `prepare`](prepare.md): two passes "
        "over a few drawn pictures, which takes a minute and shows what a run says. Real runs take hours and thousands "
        "of photographs.",
        ("graycolor prepare skies/ --size 96 --min-side 96 --quiet", "graycolor train --epochs 2 --batch 16"),
        "",
        "training.md",
        quick=False,
    ),
    "eval": Example(
        "The embedded network is judged on four photographs in color that come with scikit-image, beside a gray "
        "picture, the mean color of the four and the truth.",
        ("graycolor eval photographs/",),
        "Of two rows the one with the lower *matched* error has the better colors. Four photographs are far too few to "
        "judge by, which their intervals show; the [model card](../model-card.md) has figures of 399.",
        "training.md",
        quick=False,
    ),
    "export": Example(
        "The embedded network becomes one file for ONNX Runtime.",
        ("graycolor export colors.onnx",),
        "The last figure is how far the file's colors are from those of the network that it was made of.",
        "export.md",
        quick=False,
    ),
    "info": Example(
        "This is what a report of an error should contain.",
        ("graycolor info",),
        "`--check` also colors a built-in photograph and compares the result with what is expected.",
        "install.md",
    ),
    "config": Example(
        f"The folder holds a `graycolor.toml` with these lines:\n\n```toml\n{CONFIG}```",
        ("graycolor config",),
        "The last column says where each value comes from.",
        "config.md",
    ),
}


def lay_out(name: str, folder: Path) -> None:
    """The files that an example is typed on: those that its commands name, and a config file for `config`."""
    typed = " ".join(EXAMPLES[name].commands)
    for file, make in FILES.items():
        if file in typed:
            make(folder / file)
    if name == "config":
        (folder / "graycolor.toml").write_text(CONFIG, "utf-8")


def copied(photograph: str) -> Callable[[Path], object]:
    """What copies a photograph of `examples/`."""
    return lambda path: shutil.copy(ROOT / "examples" / photograph, path)


def draw_film(path: Path, frames: int = 25) -> None:
    """A film of 25 frames a second: a camera that moves over a gray photograph."""
    with Image.open(ROOT / "examples" / "buffalo-1908.jpg") as image:
        gray = np.asarray(image.convert("L").resize((400, 320)))
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(frames):
            seen = np.ascontiguousarray(gray[number : number + 240, 2 * number : 2 * number + 320])
            out.mux(stream.encode(av.VideoFrame.from_ndarray(seen, format="gray").reformat(format="yuv420p")))
        out.mux(stream.encode())


def draw_temperatures(path: Path) -> None:
    """A warm spot on a cool plate: degrees Celsius as floats."""
    y, x = np.mgrid[:120, :160]
    Image.fromarray((20 + 70 * np.exp(-((x - 100) ** 2 + (y - 50) ** 2) / 1800)).astype(np.float32)).save(path)


def draw_skies(folder: Path, count: int = 40) -> None:
    """Skies above grass, of several heights, with grain."""
    rng = np.random.default_rng(0)
    folder.mkdir()
    for number in range(count):
        horizon = int(rng.integers(50, 110))
        pixels = np.zeros((160, 208, 3))
        pixels[:horizon], pixels[horizon:] = (90, 140, 230), (60, 130, 40)
        noisy = np.clip(pixels + rng.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(folder / f"{number:02}.png")


def take_photographs(folder: Path) -> None:
    """Photographs in color that scikit-image brings along."""
    from skimage import data

    folder.mkdir()
    for take in (data.astronaut, data.chelsea, data.coffee, data.rocket):
        Image.fromarray(take()).save(folder / f"{take.__name__}.png")


FILES: dict[str, Callable[[Path], object]] = {
    "buffalo.jpg": copied("buffalo-1908.jpg"),
    "pumpkins.jpg": copied("pumpkins-1938.jpg"),
    "street.mp4": draw_film,
    "heat.tif": draw_temperatures,
    "skies": draw_skies,
    "photographs": take_photographs,
}


def answers(name: str, folder: Path, home: Path) -> list[str]:
    """What the commands of an example print, stdout and stderr as they come; folders of this machine are replaced."""
    return [_unnamed(_answer(command, folder, home), folder, home) for command in EXAMPLES[name].commands]


def _answer(command: str, folder: Path, home: Path) -> str:
    words = [sys.executable, "-m", "graycolor", *shlex.split(command)[1:]]
    places = {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"), "XDG_CONFIG_HOME": str(home / ".config")}
    surroundings = os.environ | places | {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    with subprocess.Popen(
        words, cwd=folder, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        lines = []
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if line.rstrip().endswith(_READY):
                process.send_signal(signal.SIGINT)
    return "\n".join(lines).strip("\n")


def _unnamed(text: str, folder: Path, home: Path) -> str:
    """A text without the names of this machine."""
    here: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
        (re.escape(sys.executable), "/home/you/graycolor/.venv/bin/python"),
        (re.escape(str(folder)), "/home/you/pictures"),
        (re.escape(str(home)), "/home/you"),
        (r"Linux-[^,]*", "Linux-6.1.0-x86_64-with-glibc2.36"),
    ]
    for pattern, shown in here:
        text = re.sub(pattern, shown, text)
    return text
