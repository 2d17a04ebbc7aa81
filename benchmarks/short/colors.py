"""Short forms: how near the colors come to the truth."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from quoted import Figure, mean_of, one, quoted
from stand_ins import photographs, photographs_of


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
    names = [name for name in judged[0] if quoted(f"{name}: dE2000")]
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


def borders(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """What a border of 5 % around a picture costs, seen and left out."""
    import borders as own
    from graycolor.colorizer import Colorizer

    photos, colorizer = own.chosen([photographs(a, folder)], a.count, a.leave_out), Colorizer(device="cpu", threads=2)
    alone, _, _ = own.errors(colorizer, photos, 0)
    whole, within, _ = own.errors(colorizer, photos, 0.05)
    return [
        mean_of("border of 5 %, seen: rise of the distance of ab", whole - alone),
        mean_of("border of 5 %, left out: rise of the distance of ab", within - alone),
        mean_of("the second less the first", within - whole),
    ]


def peers(a: argparse.Namespace, folder: Path) -> list[Figure] | str:
    """Other tools on the photographs that one of them publishes; nothing without a clone of it."""
    import peers as own

    if a.peers is None:
        return "--peers names a clone of github.com/dan64/vs-deoldify"
    own.cut(a.peers, folder)
    rows = own.judged(folder)
    return [mean_of(f"{row.name} on the 23: matched dE2000", row.by_picture["delta_e2000_matched"]) for row in rows]
