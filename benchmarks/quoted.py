"""Figures, each with its range and with what the documents say of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from graycolor.evaluation.metrics import bootstrap_interval

QUOTED: dict[str, dict[str, str]] = {
    "cold_start": {
        "cold start, 512 px, beside its libraries: wall": "1.78 design.md",
        "cold start, 512 px, beside its libraries: CPU": "1.91 design.md",
        "cold start, 12 MP, beside its libraries: wall": "2.12 design.md",
        "cold start, 12 MP, beside its libraries: CPU": "2.36 design.md",
        "cold start, 512 px, beside a script that runs the network: wall": "1.01 design.md",
        "--help, beside typer and rich: wall": "1.05 design.md",
    },
    "tricks": {
        "chroma in the RGB cube: blocks first": "0.72 design.md",
        "luma of kept lightness in int8 and int16": "0.19 design.md",
        "full size in stripes": "0.54 design.md",
        "shrunk by halves and by Pillow": "0.15 design.md",
        "bias and ReLU6 in place": "0.78 design.md",
        "depthwise gradient as a convolution": "0.32 design.md",
        "one heap, kept (mallopt)": "0.94 design.md",
        "chroma codes without OpenCV's Lab tables": "0.81 design.md",
        "no search for garbage at the end": "0.92 design.md",
        "commands built when called": "0.92 design.md",
        "JPEGs encoded without the lock": "0.54 design.md",
    },
    "color": {
        "largest error of lightness, in steps": "0.57 design.md",
    },
    "photographs_speed": {
        "12 MP, luma kept, beside Pillow: wall": "0.88 formats.md",
        "12 MP, lightness kept, beside Pillow: wall": "1.31 formats.md",
        "512 px, beside the bare network": "0.80 formats.md",
        "24 MP, jpg: peak, MB": "250 formats.md",
        "24 MP, png: peak, MB": "391 formats.md",
    },
    "quality": {
        "matched dE2000": "9.76 model-card.md",
        "matched dE2000, gray": "11.98 model-card.md",
        "cosine of ab": "0.626 model-card.md",
        "matched dE2000 at edges, by the finer stage and edges": "-0.052 model-card.md",
    },
    "settings": {
        "as fitted: matched dE2000 at half size": "9.52 model-card.md",
        "size 256: matched dE2000 at half size": "9.65 model-card.md",
        "size 512: matched dE2000 at half size": "10.73 model-card.md",
    },
    "guidance": {
        "no guidance: dE2000": "9.15 photographs.md",
        "1 hint: dE2000": "8.51 photographs.md",
        "5 hints: dE2000": "6.86 photographs.md",
        "20 hints: dE2000": "4.90 photographs.md",
        "reference: itself: dE2000": "4.69 photographs.md",
        "reference: mirrored cut: dE2000": "5.23 photographs.md",
        "reference: a stranger: dE2000": "9.57 photographs.md",
    },
    "robustness": {
        "moved by grain, dE2000": "2.8 model-card.md",
        "moved by blur, dE2000": "2.4 model-card.md",
        "moved by fading, dE2000": "3.9 model-card.md",
        "moved by scratches, dE2000": "6.1 model-card.md",
        "moved by jpeg, dE2000": "2.0 model-card.md",
        "moved by vignette, dE2000": "1.8 model-card.md",
        "moved by everything, dE2000": "10.6 model-card.md",
        "moved by size 256, dE2000": "2.2 model-card.md",
    },
    "borders": {
        "border of 5 %, seen: rise of the distance of ab": "0.33 design.md, 399 photographs",
        "border of 5 %, left out: rise of the distance of ab": "-0.02 design.md, 399 photographs",
        "the second less the first": "-0.35 design.md, 399 photographs",
    },
    "peers": {
        "graycolor on the 23: matched dE2000": "9.90 comparison.md",
        "DDColor ModelScope on the 23: matched dE2000": "8.39 comparison.md",
        "DeOldify Stable on the 23: matched dE2000": "9.86 comparison.md",
    },
    "film_speed": {
        "film of 1080p, frames a second beside the floor": "0.56 film.md, 120 frames",
        "film of 1080p, by processor time": "0.61 film.md, 120 frames",
    },
    "film_steadiness": {
        "frame by frame: CDC, times the true film's": "1.63 film.md, five photographs",
        "frame by frame: warp, times the true film's": "2.16 film.md, five photographs",
        "steady: CDC, times the true film's": "1.06 film.md, five photographs",
        "steady: warp, times the true film's": "0.62 film.md, five photographs",
    },
    "film_things": {
        "talk show: spread of things, with palettes beside without": "0.37 film.md, two shots",
        "fixed camera: spread of things, with palettes beside without": "0.41 film.md",
    },
    "film_points": {
        "talk show: drift over 0.5 s, times the true film's": "0.37 film.md, 300 frames",
        "talk show: drift over 1 s, times the true film's": "0.41 film.md, 300 frames",
        "fixed camera: drift over 0.5 s, times the true film's": "0.40 film.md, 300 frames",
        "fixed camera: drift over 1 s, times the true film's": "0.42 film.md, 300 frames",
    },
    "training_speed": {
        "training in bf16 beside fp32": "1.5 training.md",
    },
    "helpers": {
        "one process a core beside one of as many threads, by the clock": "0.92 training.md, quiet cores",
        "one process a core beside one of as many threads, of CPU": "2.8 training.md, busy cores",
    },
    "report_speed": {
        "resnet-v2 of arrays, crops a second of CPU beside before": "8.4 training.md, batches of 16",
    },
    "web_memory": {
        "five visitors with 12 MP each: peak, GB": "0.48 web.md, twenty visitors",
    },
    "cluster_overhead": {
        "Ray, 1 at a time, beside processes: pictures a second": "0.97 scale.md, 300 pictures",
        "Ray, 1 at a time, beside processes: processor time": "1.09 scale.md, 300 pictures",
        "Ray, 1 at a time, beside threads: pictures a second": "0.95 scale.md, 300 pictures",
        "Ray, 1 at a time, beside threads: processor time": "1.11 scale.md, 300 pictures",
        "Ray, 2 at a time, beside processes: pictures a second": "0.92 scale.md, 300 pictures",
        "Ray, 2 at a time, beside processes: processor time": "1.07 scale.md, 300 pictures",
        "Ray, 2 at a time, beside threads: pictures a second": "0.94 scale.md, 300 pictures",
        "Ray, 2 at a time, beside threads: processor time": "1.06 scale.md, 300 pictures",
        "Ray, a picture in the asking process, ms": "0.5 scale.md",
    },
}
"""What the documents say of the figures of each benchmark, and which of them; tests/test_docs.py looks whether they
do."""
_SAID = {figure: said for figures in QUOTED.values() for figure, said in figures.items()}


class Figure(NamedTuple):
    """A line of the table: a value, its range, and what the documents say."""

    name: str
    value: float
    low: float
    high: float
    quoted: str


def quoted(figure: str) -> str:
    """What the documents say of a figure, or nothing."""
    return _SAID.get(figure, "")


def rounds_of(name: str, values: Iterable[float], aside: str = "") -> Figure:
    """A median of rounds, and the least and the greatest of them."""
    found = np.array(list(values), float)
    return Figure(name, float(np.median(found)), float(found.min()), float(found.max()), quoted(name) or aside)


def mean_of(name: str, values: Iterable[float]) -> Figure:
    """A mean over photographs, and its 95 % bootstrap interval."""
    found = np.array(list(values), float)
    return Figure(name, float(found.mean()), *bootstrap_interval(found), quoted(name))


def one(name: str, value: float) -> Figure:
    """A figure that has no range."""
    return Figure(name, float(value), float(value), float(value), quoted(name))
