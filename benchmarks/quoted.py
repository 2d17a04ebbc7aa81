"""Figures, each with its range and with what the documents say of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from graycolor.evaluation.metrics import bootstrap_interval

QUOTED = {
    "cold start, 512 px, beside its libraries: wall": "1.78 design.md",
    "cold start, 512 px, beside its libraries: CPU": "1.91 design.md",
    "cold start, 12 MP, beside its libraries: wall": "2.12 design.md",
    "cold start, 12 MP, beside its libraries: CPU": "2.36 design.md",
    "cold start, 512 px, beside a script that runs the network: wall": "1.01 design.md",
    "largest error of lightness, in steps": "0.57 design.md",
    "12 MP, luma kept, beside Pillow: wall": "0.88 formats.md",
    "12 MP, lightness kept, beside Pillow: wall": "1.31 formats.md",
    "512 px, beside the bare network": "0.80 formats.md",
    "24 MP, jpg: peak, MB": "223 formats.md",
    "24 MP, png: peak, MB": "371 formats.md",
    "film of 1080p, frames a second beside the floor": "0.53 film.md, 120 frames",
    "film of 1080p, by processor time": "0.54 film.md, 120 frames",
    "frame by frame: CDC, times the true film's": "1.63 film.md, five photographs",
    "frame by frame: warp, times the true film's": "2.16 film.md, five photographs",
    "steady: CDC, times the true film's": "1.06 film.md, five photographs",
    "steady: warp, times the true film's": "0.62 film.md, five photographs",
    "matched dE2000": "9.76 model-card.md",
    "matched dE2000, gray": "11.98 model-card.md",
    "cosine of ab": "0.626 model-card.md",
    "matched dE2000 at edges, by the finer stage and edges": "-0.052 model-card.md",
    "as fitted: matched dE2000 at half size": "9.52 model-card.md",
    "size 256: matched dE2000 at half size": "9.65 model-card.md",
    "size 512: matched dE2000 at half size": "10.73 model-card.md",
    "no guidance: dE2000": "9.07 photographs.md",
    "1 hint: dE2000": "8.38 photographs.md",
    "5 hints: dE2000": "6.76 photographs.md",
    "20 hints: dE2000": "4.87 photographs.md",
    "reference: itself: dE2000": "4.39 photographs.md",
    "reference: mirrored cut: dE2000": "4.95 photographs.md",
    "reference: a stranger: dE2000": "9.62 photographs.md",
    "moved by grain, dE2000": "3.0 model-card.md",
    "moved by blur, dE2000": "2.3 model-card.md",
    "moved by fading, dE2000": "4.1 model-card.md",
    "moved by scratches, dE2000": "5.9 model-card.md",
    "moved by jpeg, dE2000": "2.1 model-card.md",
    "moved by vignette, dE2000": "1.8 model-card.md",
    "moved by everything, dE2000": "10.8 model-card.md",
    "moved by size 256, dE2000": "2.2 model-card.md",
    "chroma in the RGB cube: blocks first": "0.64 design.md",
    "luma of kept lightness in int8 and int16": "0.19 design.md",
    "full size in stripes": "0.54 design.md",
    "shrunk by halves and by Pillow": "0.10 design.md",
    "bias and ReLU6 in place": "0.94 design.md",
    "depthwise gradient as a convolution": "0.76 design.md",
    "one heap, kept (mallopt)": "0.91 design.md",
    "chroma codes without OpenCV's Lab tables": "0.85 design.md",
    "no search for garbage at the end": "0.90 design.md",
    "commands built when called": "0.98 design.md",
    "five visitors with 12 MP each: peak, GB": "0.48 web.md, twenty visitors",
    "graycolor on the 23: matched dE2000": "9.86 comparison.md",
    "DDColor ModelScope on the 23: matched dE2000": "8.39 comparison.md",
    "DeOldify Stable on the 23: matched dE2000": "9.86 comparison.md",
}
"""What the documents say of a figure, and which of them; tests/test_docs.py looks whether they do."""


class Figure(NamedTuple):
    """A line of the table: a value, its range, and what the documents say."""

    name: str
    value: float
    low: float
    high: float
    quoted: str


def rounds_of(name: str, values: Iterable[float], aside: str = "") -> Figure:
    """A median of rounds, and the least and the greatest of them."""
    found = np.array(list(values), float)
    return Figure(name, float(np.median(found)), float(found.min()), float(found.max()), QUOTED.get(name, aside))


def mean_of(name: str, values: Iterable[float]) -> Figure:
    """A mean over photographs, and its 95 % bootstrap interval."""
    found = np.array(list(values), float)
    return Figure(name, float(found.mean()), *bootstrap_interval(found), QUOTED.get(name, ""))


def one(name: str, value: float) -> Figure:
    """A figure that has no range."""
    return Figure(name, float(value), float(value), float(value), QUOTED.get(name, ""))
