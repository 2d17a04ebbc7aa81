"""Short forms: many visitors, and many processes."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

from quoted import Figure, one, rounds_of


def web_memory(a: argparse.Namespace, folder: Path) -> list[Figure]:
    """The page's memory while visitors bring large photographs."""
    import web_memory as own

    served, _, gigabytes = own.measured(5, 12)
    return [
        one("visitors served, of 5", served),
        one("five visitors with 12 MP each: peak, GB", gigabytes),
    ]


def cluster_overhead(a: argparse.Namespace, folder: Path) -> list[Figure] | str:
    """A Ray cluster of this machine beside plain processes and threads; a film on it; Ray's own work."""
    if not find_spec("ray"):
        return "it needs ray: pip install 'ray>=2.50,<3'"
    import cluster_overhead as own
    from film_speed import draw

    found, sources = [], own.drawn(folder, 60, 512)
    for workers in (1, 2):
        costs = own.by_turns(sources, workers, a.rounds)
        for other in ("processes", "threads"):
            both = list(zip(costs["cluster"], costs[other], strict=True))
            label = f"Ray, {workers} at a time, beside {other}"
            found += [
                rounds_of(f"{label}: pictures a second", (one.rate / two.rate for one, two in both)),
                rounds_of(f"{label}: processor time", (one.work / two.work for one, two in both)),
            ]
    draw(folder / "drawn.mp4", 48, 3.0)
    films = own.compare_films(folder / "drawn.mp4", 1)
    found.append(one("to look for segments of a film, of the time to color it", films[0].looked / films[0].alone))
    _, asking = own.tell_driver(1000)
    return [*found, one("Ray, a picture in the asking process, ms", asking)]
