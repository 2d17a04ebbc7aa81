"""Every figure that the documents quote, measured again in a short form: one table of ratios, medians and ranges.

    python benchmarks/all.py [NAME ...] [--photographs VAL.tar] [--peers CLONE] [--rounds 3] [--json FILE]

Each benchmark runs in a process of its own, with few rounds and few photographs, for a few minutes at most (`--limit`
seconds); one that fails is a line of the table, and the exit code is 1. Times are ratios within a round: the median of
the rounds, and the least and the greatest. Figures of photographs are means, with the 95 % interval of the mean.

Without `--photographs` they are taken on four photographs that come with scikit-image, which shows that everything
runs; the documents' figures are of photographs that no network has been trained on. `--peers` names a clone of
github.com/dan64/vs-deoldify (see `benchmarks/peers.py`). The last column has what the documents say, and where; the
full length of each benchmark is in `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

CUT = 128
"""Pixels of the pieces that stand for photographs to train on."""


class Figure(NamedTuple):
    """A line of the table: a value, its range, and what the documents say."""

    name: str
    value: float
    low: float
    high: float
    quoted: str


def rounds_of(name: str, values: Iterable[float], quoted: str = "") -> Figure:
    """A median of rounds, and the least and the greatest of them."""
    found = np.array(list(values), float)
    return Figure(name, float(np.median(found)), float(found.min()), float(found.max()), quoted)


def mean_of(name: str, values: Iterable[float], quoted: str = "") -> Figure:
    """A mean over photographs, and its 95 % bootstrap interval."""
    from graycolor.evaluation.metrics import bootstrap_interval

    found = np.array(list(values), float)
    return Figure(name, float(found.mean()), *bootstrap_interval(found), quoted)


def one(name: str, value: float, quoted: str = "") -> Figure:
    """A figure that has no range."""
    return Figure(name, float(value), float(value), float(value), quoted)


def cold_start(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What a photograph colored alone takes, beside importing its libraries."""
    import cold_start as own

    commands = {"libraries": ["-c", own.LIBRARIES]}
    for name, (width, height) in own.PHOTOGRAPHS.items():
        photo = own.photograph(folder / f"{width}.jpg", width, height)
        commands[name] = ["-m", "graycolor", "colorize", photo, "--overwrite", "--quiet"]
    for command in commands.values():
        own.spent([sys.executable, *command])  # writes bytecode, and does not count
    runs = [{name: own.spent([sys.executable, *each]) for name, each in commands.items()} for _ in range(a.rounds)]
    quoted = {"512 px": ("1.59", "1.47"), "12 MP": ("2.03", "1.79")}
    found = []
    for name, (wall, cpu) in quoted.items():
        label = f"cold start, {name}, beside its libraries"
        found += [
            rounds_of(f"{label}: wall", (run[name].wall / run["libraries"].wall for run in runs), f"{wall} design.md"),
            rounds_of(f"{label}: CPU", (run[name].cpu / run["libraries"].cpu for run in runs), f"{cpu} design.md"),
        ]
    return found


def color(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """How exact lightness is, and what it costs beside OpenCV."""
    import color as own
    from graycolor.color.lightness_join import gray_of_rgb, join

    gray, ab = own.scene(1500, 2000, 8)
    ways = {
        "opencv": lambda: own.by_opencv(gray, ab),
        "join": lambda: join(gray, lambda top, bottom: ab[top:bottom], depth=8),
    }
    times = [own.interleaved(ways, 1) for _ in range(a.rounds)]
    error = np.abs(gray_of_rgb(ways["join"]()) / 257 - gray)
    return [
        rounds_of("join at 8 bits, beside OpenCV's Lab2RGB", (each["join"] / each["opencv"] for each in times)),
        one("largest error of lightness, in steps", error.max(), "0.57 design.md"),
    ]


def photographs_speed(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """A batch beside Pillow, small pictures beside the bare network, and memory."""
    import cv2

    import photographs_speed as own
    from graycolor.cli.heap import share_one_heap
    from graycolor.colorizer import Colorizer

    cv2.setNumThreads(1)
    share_one_heap()
    colorizer = Colorizer(device="cpu", threads=1)
    large = own.large_times(folder / "large", 4, 12, a.rounds, 2, colorizer)
    small = own.small_times(folder / "small", 48, a.rounds, 2, colorizer)
    floor = large["Pillow, color out"]
    found = []
    for name, quoted in {"luma kept": "0.88 formats.md", "lightness kept": "1.31 formats.md"}.items():
        found.append(rounds_of(f"12 MP, {name}, beside Pillow: wall", large[name][:, 0] / floor[:, 0], quoted))
    speed = small["network"][:, 0] / small["files"][:, 0]
    found.append(rounds_of("512 px, beside the bare network", speed, "0.80 formats.md"))
    for suffix, quoted in {"jpg": "223 formats.md", "png": "371 formats.md"}.items():
        path = folder / f"24.{suffix}"
        Image.fromarray(own.drawn(24, 0)).save(path)
        found.append(one(f"24 MP, {suffix}: peak, MB", own.peak_of(path), quoted))
    return found


def film_speed(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """A film of 1080p beside the same decoder and encoder with constant chroma."""
    import cv2

    import film_speed as own
    from graycolor.colorizer import Colorizer
    from graycolor.files import Job

    cv2.setNumThreads(2)
    own.draw(folder / "drawn.mp4", 48, 3.0)
    encode = own.EncodeSettings("h264", threads=2)
    options = own.FilmOptions(encode=encode, overwrite=True, resume=False, source="gray", frames=48)
    plan = own.plan_film(Job(folder / "drawn.mp4", folder / "out.mp4"), options)
    colorizer = Colorizer(device="cpu", threads=2)
    ratios = []
    for _ in range(a.rounds):
        (floor, floor_cpu), (rate, cpu) = (
            own.timed(lambda: own.floor(plan, 48)),
            own.timed(lambda: own.colored(plan, colorizer, options)),
        )
        ratios.append((rate / floor, floor_cpu / cpu))
    wall, cpu = zip(*ratios, strict=True)
    return [
        rounds_of("film of 1080p, frames a second beside the floor", wall, "0.51 film.md (120 frames)"),
        rounds_of("film of 1080p, by processor time", cpu, "0.50 film.md (120 frames)"),
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
    quoted = {"frame by frame": ("1.63", "2.16"), "steady": ("1.06", "0.62")}
    return [
        rounds_of(f"{row}: {name}, times the true film's", column, f"{said} film.md (five photographs)")
        for row, pairs in found.items()
        for name, column, said in zip(("CDC", "warp"), zip(*pairs, strict=True), quoted[row], strict=True)
    ]


def quality(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """The embedded network beside gray, and its ways to full size."""
    import paired as own
    from graycolor.colorizer import Colorizer
    from graycolor.evaluation.predictors import constant, network

    colorizer = Colorizer(device="cpu", threads=1)
    truths = own.Truths(photographs(a, folder), "", a.count, tuple(a.leave_out))
    ours, gray = own.evaluate(truths, {"ours": network(colorizer), "gray": constant(0, 0)}, threads=2)
    ways = own.evaluate(truths, own.ways(colorizer, own.unrefined("default")), threads=2)
    matched, edges = "delta_e2000_matched", "edge_delta_e_matched"
    finer = ways[-1].by_picture[edges] - ways[0].by_picture[edges]
    return [
        mean_of("matched dE2000", ours.by_picture[matched], "9.68 model-card.md"),
        mean_of("matched dE2000, gray", gray.by_picture[matched], "11.98 model-card.md"),
        mean_of("cosine of ab", ours.by_picture["ab_cosine"], "0.631 model-card.md"),
        mean_of("matched dE2000 at edges, by the finer stage and edges", finer, "-0.052 model-card.md"),
    ]


def settings(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What the network's size costs and gives."""
    import settings as own

    with photographs_of(a, folder) as (store, kept):
        pictures = [np.array(store[int(index)]) for index in own.spread(kept, a.count)]
    ways = own.ways(None, 2)
    judged = {name: own.judged(pictures, ways[name]) for name in ("as fitted", "size 256", "size 512")}
    milliseconds = judged["as fitted"][-1]
    found = [one("as fitted: matched dE2000 at half size", judged["as fitted"][1], "9.52 model-card.md")]
    for name, matched, cost in (("size 256", "9.65", "1.6"), ("size 512", "10.73", "5.9")):
        found.append(one(f"{name}: matched dE2000 at half size", judged[name][1], f"{matched} model-card.md"))
        found.append(one(f"{name}: time, beside as fitted", judged[name][-1] / milliseconds, f"{cost} model-card.md"))
    return found


def guidance(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What hints and references are worth."""
    import guidance as own
    from graycolor.colorizer import Colorizer

    colorizer = Colorizer(device="cpu")
    with photographs_of(a, folder) as (store, kept):
        chosen = own.spread(kept, a.count)
        judged = [own.judge(store, chosen, number, colorizer, 0) for number in range(len(chosen))]
    quoted = {"no guidance": "9.07", "1 hint": "8.38", "5 hints": "6.76", "20 hints": "4.87"}
    quoted |= {"reference: itself": "4.39", "reference: mirrored cut": "4.95", "reference: a stranger": "9.62"}
    return [
        mean_of(f"{name}: dE2000", [each[name] for each in judged], f"{said} photographs.md")
        for name, said in quoted.items()
    ]


def robustness(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """How far wear and size move the colors."""
    import robustness as own

    usual = own.ColorizeSettings()
    ways = {"as it is": (lambda gray: gray, usual)} | {name: (wear, usual) for name, wear in own.WEAR.items()}
    ways["size 256"] = (lambda gray: gray, own.ColorizeSettings(size=256))
    with photographs_of(a, folder) as (store, kept):
        rows = own.compared(store, own.spread(kept, a.count), own.Colorizer(device="cpu"), ways)
    quoted = {"grain": 3.0, "blur": 2.3, "fading": 4.1, "scratches": 5.9, "jpeg": 2.1, "vignette": 1.8}
    quoted |= {"everything": 10.8, "size 256": 2.2}
    return [
        mean_of(f"moved by {name}, dE2000", [moved for _, _, moved in rows[name]], f"{said} model-card.md")
        for name, said in quoted.items()
    ]


def tricks(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What code that is hard to read takes of its plain form's time."""
    import time

    import cv2
    import torch

    import tricks as own

    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    gray = own.scene(1500, 2000)
    Image.fromarray(gray).save(folder / "photo.jpg", quality=90)
    Image.fromarray(gray[:384, :512]).save(folder / "small.jpg", quality=90)
    quoted = iter(("0.64", "0.19", "0.54", "0.10", "0.94", "0.76"))
    found = []
    for trick in (*own.in_memory(gray), *own.in_training()):
        times = [own.least([trick.fast, trick.plain], 1, time.process_time) for _ in range(a.rounds)]
        found.append(rounds_of(trick.name, (fast / plain for fast, plain in times), f"{next(quoted)} design.md"))
    for forms, said in ((own.batches(folder), ("0.91",)), (own.starts(folder), ("0.85", "0.90", "0.98"))):
        for (name, plain), share in zip(forms[1:], said, strict=True):
            times = [own.least([forms[0], plain], 1, own.children) for _ in range(a.rounds)]
            found.append(rounds_of(name, (fast / slow for fast, slow in times), f"{share} design.md"))
    return found


def prepare(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """`graycolor prepare` beside a bare loop."""
    import cv2

    import prepare as own

    cv2.setNumThreads(1)
    sources = [str(a.photographs)] if a.photographs else [str(pieces(folder))]
    origins = own.find_pictures(sources, out=Path("dataset"))[:600]
    own._read_all(origins)
    rates = []
    for _ in range(a.rounds):
        bare = own._timed(lambda: own.loop(own._with_pillow, origins, 320, 2))
        rates.append(bare / own._timed(lambda: own.prepare(origins, 320, 2)))
    said = "" if a.photographs else "few small pictures: to start the processes counts most"
    return [rounds_of("prepare, pictures a second beside a bare loop", rates, said)]


def training_speed(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """Training on real crops beside one batch that never leaves memory."""
    import torch

    import training_speed as own

    source = a.photographs or pieces(folder)
    said = ["--size", "160", "--min-side", "64", "--min-colorfulness", "2", "--quiet"]
    command = [sys.executable, "-m", "graycolor", "prepare", str(source), "-o", str(folder / "dataset"), *said]
    subprocess.run(command, check=True)
    torch.set_num_threads(1)
    config = own.TrainConfig.of("lite", batch=4)
    wall, cpu = zip(*own.compared(folder / "dataset", config, "cpu", a.rounds), strict=True)
    return [
        rounds_of("training, crops a second beside one batch in memory", wall),
        rounds_of("training, the same by seconds of CPU", cpu),
    ]


def web_memory(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """The page's memory while visitors bring large photographs."""
    import web_memory as own

    served, _, gigabytes = own.measured(5, 12)
    return [
        one("visitors served, of 5", served),
        one("five visitors with 12 MP each: peak, GB", gigabytes, "0.48 web.md (20 visitors)"),
    ]


def peers(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """Other tools on the photographs that one of them publishes; nothing without a clone of it."""
    import peers as own

    if a.peers is None:
        return []
    own.cut(a.peers, folder)
    rows = own.judged(folder, a.count)
    return [mean_of(f"{row.name}: matched dE2000", row.by_picture["delta_e2000_matched"]) for row in rows]


def stand_ins(folder: Path) -> Path:
    """Four photographs in color that come with scikit-image."""
    from skimage import data

    folder.mkdir()
    for take in (data.astronaut, data.chelsea, data.coffee, data.rocket):
        Image.fromarray(take()).save(folder / f"{take.__name__}.png")
    return folder


def pictures_in(folder: Path) -> list[Path]:
    """The files of a folder."""
    return sorted(folder.iterdir())


def pieces(folder: Path) -> Path:
    """The four photographs in small pieces, as if they were many."""
    (folder / "pieces").mkdir()
    for photo in pictures_in(stand_ins(folder / "whole")):
        with Image.open(photo) as image:
            for top in range(0, image.height - CUT + 1, CUT):
                for left in range(0, image.width - CUT + 1, CUT):
                    piece = image.crop((left, top, left + CUT, top + CUT))
                    piece.save(folder / "pieces" / f"{photo.stem}-{top}-{left}.png")
    return folder / "pieces"


def photographs(a: argparse.Namespace, folder: Path) -> Path:
    """Those that were named, or the stand-ins."""
    return a.photographs or stand_ins(folder / "photographs")


def photographs_of(a: argparse.Namespace, folder: Path):
    """A store of them, and the numbers of those that are not left out."""
    from held_out import held_out

    return held_out(argparse.Namespace(photographs=[photographs(a, folder)], leave_out=a.leave_out))


BENCHMARKS: dict[str, Callable[[argparse.Namespace, Path], list[Figure]]] = {
    each.__name__: each
    for each in (
        *(cold_start, color, photographs_speed, film_speed, film_steadiness, quality, settings),
        *(guidance, robustness, tricks, prepare, training_speed, web_memory, peers),
    )
}


def main() -> int:
    """Runs them all, or those that were named; in the process of one, that one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--photographs", type=Path, help="a tar or a folder of photographs in color, held out")
    parser.add_argument("--leave-out", nargs="*", default=[], help="sources, by how their names begin")
    parser.add_argument("--peers", type=Path, help="a clone of github.com/dan64/vs-deoldify")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=12, help="photographs to judge by")
    parser.add_argument("--limit", type=float, default=900, help="seconds for each benchmark")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if unknown := {*a.names} - BENCHMARKS.keys():
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    return alone(a) if a.only else every(a)


def alone(a: argparse.Namespace) -> int:
    """One benchmark; its figures as JSON on stdout, whatever else it prints on stderr."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        found = BENCHMARKS[a.only](a, Path(folder))
    print(json.dumps(found))
    return 0


def every(a: argparse.Namespace) -> int:
    """All of them, each in a process of its own, and the table."""
    table: dict[str, list[Figure] | str] = {}
    for name in a.names or BENCHMARKS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        table[name] = figures_of(name, a.limit)
    show(table)
    if a.json:
        a.json.write_text(json.dumps(table, indent=1), "utf-8")
    return int(any(isinstance(found, str) for found in table.values()))


def figures_of(name: str, limit: float) -> list[Figure] | str:
    """The figures of a benchmark, or why there are none."""
    command = [sys.executable, __file__, *sys.argv[1:], "--only", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return f"not done after {limit:.0f} s; give it more with --limit"
    if done.returncode:
        return (done.stderr.strip() or "it said nothing").splitlines()[-1]
    return [Figure(*each) for each in json.loads(done.stdout)]


def show(table: dict[str, list[Figure] | str]) -> None:
    """One table for people."""
    print(f"{'':19}{'':58}{'value':>9}  {'range':<20}in the documents")
    for name, found in table.items():
        for figure in [found] if isinstance(found, str) else found:
            if isinstance(figure, str):
                print(f"{name:19}failed: {figure}")
                continue
            spread = "" if figure.low == figure.high else f"{figure.low:.3g} to {figure.high:.3g}"
            print(f"{name:19}{figure.name:58}{figure.value:9.3g}  {spread:<20}{figure.quoted}")


if __name__ == "__main__":
    sys.exit(main())
