"""Every benchmark in a short form, by its own functions, as figures of `quoted`; or a word why it was left out.

Each takes what `benchmarks/all.py` was told and a folder to work in, and imports its benchmark by itself: it runs in a
process of its own, whose threads and memory nothing else has touched.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from quoted import Figure
from short import colors, films, learning, many, photographs, starts

Short = Callable[[argparse.Namespace, Path], "list[Figure] | str"]

BENCHMARKS: dict[str, Short] = {
    each.__name__: each
    for each in (
        *(starts.cold_start, starts.tricks),
        *(photographs.color, photographs.photographs_speed),
        *(colors.quality, colors.settings, colors.guidance, colors.robustness, colors.borders, colors.peers),
        *(films.film_speed, films.film_steadiness, films.film_things, films.film_points),
        *(learning.prepare, learning.training_speed, learning.helpers, learning.report_speed),
        *(many.web_memory, many.cluster_overhead),
    )
}
