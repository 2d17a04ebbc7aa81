"""Every benchmark in a short form, by its own functions, as figures of `quoted`.

Each takes what `benchmarks/all.py` was told and a folder to work in, and imports its benchmark by itself: it runs in a
process of its own, whose threads and memory nothing else has touched.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from quoted import QUOTED, Figure, mean_of, one, rounds_of
from stand_ins import photographs, photographs_of, pictures_in, pieces, stand_ins


def cold_start(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What a photograph colored alone takes, beside importing its libraries."""
    import cold_start as own

    commands = {"libraries": ["-c", own.LIBRARIES], "network": ["-c", own.bare(folder / "network.onnx")]}
    for name, (width, height) in own.PHOTOGRAPHS.items():
        photo = own.photograph(folder / f"{width}.jpg", width, height)
        commands[name] = ["-m", "graycolor", "colorize", photo, "--overwrite", "--quiet"]
    for command in commands.values():
        own.spent([sys.executable, *command])  # writes bytecode, and does not count
    runs = [{name: own.spent([sys.executable, *each]) for name, each in commands.items()} for _ in range(a.rounds)]
    found = []
    for name in own.PHOTOGRAPHS:
        label = f"cold start, {name}, beside its libraries"
        found += [
            rounds_of(f"{label}: wall", (run[name].wall / run["libraries"].wall for run in runs)),
            rounds_of(f"{label}: CPU", (run[name].cpu / run["libraries"].cpu for run in runs)),
        ]
    beside = (run["512 px"].wall / run["network"].wall for run in runs)
    return [*found, rounds_of("cold start, 512 px, beside a script that runs the network: wall", beside)]


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
        one("largest error of lightness, in steps", error.max()),
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
    kept = ("luma kept", "lightness kept")
    found = [rounds_of(f"12 MP, {name}, beside Pillow: wall", large[name][:, 0] / floor[:, 0]) for name in kept]
    speed = small["network"][:, 0] / small["files"][:, 0]
    found.append(rounds_of("512 px, beside the bare network", speed))
    for suffix in ("jpg", "png"):
        path = folder / f"24.{suffix}"
        Image.fromarray(own.drawn(24, 0)).save(path)
        found.append(one(f"24 MP, {suffix}: peak, MB", own.peak_of(path)))
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
        mean_of("matched dE2000", ours.by_picture[matched]),
        mean_of("matched dE2000, gray", gray.by_picture[matched]),
        mean_of("cosine of ab", ours.by_picture["ab_cosine"]),
        mean_of("matched dE2000 at edges, by the finer stage and edges", finer),
    ]


def settings(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What the network's size costs and gives."""
    import settings as own

    with photographs_of(a, folder) as (store, kept):
        pictures = [np.array(store[int(index)]) for index in own.spread(kept, a.count)]
    ways = own.ways(None, 2)
    judged = {name: own.judged(pictures, ways[name]) for name in ("as fitted", "size 256", "size 512")}
    milliseconds = judged["as fitted"][-1]
    found = [one("as fitted: matched dE2000 at half size", judged["as fitted"][1])]
    for name in ("size 256", "size 512"):
        found.append(one(f"{name}: matched dE2000 at half size", judged[name][1]))
        found.append(one(f"{name}: time, beside as fitted", judged[name][-1] / milliseconds))
    return found


def guidance(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What hints and references are worth."""
    import guidance as own
    from graycolor.colorizer import Colorizer

    colorizer = Colorizer(device="cpu")
    with photographs_of(a, folder) as (store, kept):
        chosen = own.spread(kept, a.count)
        judged = [own.judge(store, chosen, number, colorizer, 0) for number in range(len(chosen))]
    names = [name for name in judged[0] if f"{name}: dE2000" in QUOTED]
    return [mean_of(f"{name}: dE2000", [each[name] for each in judged]) for name in names]


def robustness(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """How far wear and size move the colors."""
    import robustness as own

    usual = own.ColorizeSettings()
    ways = {"as it is": (lambda gray: gray, usual)} | {name: (wear, usual) for name, wear in own.WEAR.items()}
    ways["size 256"] = (lambda gray: gray, own.ColorizeSettings(size=256))
    with photographs_of(a, folder) as (store, kept):
        rows = own.compared(store, own.spread(kept, a.count), own.Colorizer(device="cpu"), ways)
    return [
        mean_of(f"moved by {name}, dE2000", [moved for _, _, moved in rows[name]])
        for name in ways
        if name != "as it is"
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
    found = []
    for trick in (*own.in_memory(gray), *own.in_training()):
        times = [own.least([trick.fast, trick.plain], 1, time.process_time) for _ in range(a.rounds)]
        found.append(rounds_of(trick.name, (fast / plain for fast, plain in times)))
    for forms in (own.batches(folder), own.starts(folder)):
        for name, plain in forms[1:]:
            times = [own.least([forms[0], plain], 1, own.children) for _ in range(a.rounds)]
            found.append(rounds_of(name, (fast / slow for fast, slow in times)))
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
        one("five visitors with 12 MP each: peak, GB", gigabytes),
    ]


def peers(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """Other tools on the photographs that one of them publishes; nothing without a clone of it."""
    import peers as own

    if a.peers is None:
        return []
    own.cut(a.peers, folder)
    rows = own.judged(folder)
    return [mean_of(f"{row.name} on the 23: matched dE2000", row.by_picture["delta_e2000_matched"]) for row in rows]


BENCHMARKS: dict[str, Callable[[argparse.Namespace, Path], list[Figure]]] = {
    each.__name__: each
    for each in (
        *(cold_start, color, photographs_speed, film_speed, film_steadiness, quality, settings),
        *(guidance, robustness, tricks, prepare, training_speed, web_memory, peers),
    )
}
