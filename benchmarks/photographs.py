"""Score networks on photographs whose colors are known: the figures of the model card.

    python benchmarks/photographs.py VAL.tar [--weights W ...] [--leave-out SOURCE ...] [--size N]

Rows gray, mean color and truth are always in the table. `--leave-out` drops members whose name begins with a source.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from graycolor.colorizer import Colorizer, ColorizeSettings
from graycolor.data.store import build_store, photos_in
from graycolor.evaluation.evaluate import Score, by_network, constant, evaluate, mean_color


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path, nargs="+", help="tars or folders")
    parser.add_argument("--weights", type=Path, nargs="*", default=[], help="beside the embedded ones")
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--size", type=int)
    parser.add_argument("--temperature", type=float)
    a = parser.parse_args()
    settings = ColorizeSettings(size=a.size, temperature=a.temperature)
    with tempfile.TemporaryDirectory() as folder:
        store = build_store(Path(folder) / "photographs", photos_in(a.photographs), max_side=10_000)
        predictors = {"gray": constant(0, 0), "mean color": constant(*mean_color(store))}
        for weights in (None, *a.weights):
            predictors[weights.stem if weights else "embedded"] = by_network(Colorizer(weights, device="cpu"), settings)
        print_table(evaluate(store, predictors, lambda name: name.split("-")[0] not in a.leave_out))


def print_table(scores: list[Score]) -> None:
    table = Table(
        "row", "dE2000", "matched", "cosine", "colorfulness", "chroma", title=f"{scores[0].pictures} pictures"
    )
    for s in scores:
        table.add_row(
            s.name, _with_interval(s.delta_e2000, s.delta_e2000_interval),
            _with_interval(s.delta_e2000_matched, s.delta_e2000_matched_interval),
            _with_interval(s.ab_cosine, s.ab_cosine_interval), f"{s.colorfulness:.1f}", f"{s.chroma:.1f}",
        )  # fmt: skip
    Console(width=120).print(table)


def _with_interval(value: float, interval: tuple[float, float]) -> str:
    return f"{value:.3f} [{interval[0]:.2f}, {interval[1]:.2f}]"


if __name__ == "__main__":
    main()
