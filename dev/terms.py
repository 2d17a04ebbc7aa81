"""Counts the photographs that the embedded weights have learnt from by the terms they were published under.

    python dev/terms.py [--sources]

Reads `dev/training-photographs.md` and prints a table for the model card; `--sources` tells which set counts as what.
Crops of a step are shared out by its photographs, as every epoch shows each of them once. The sums say nothing of the
warm start, whose photographs are not on record source by source.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).resolve().parent / "training-photographs.md"
FORBIDDEN = "the set's maker forbids commercial use outright (MSED)"
NON_COMMERCIAL = "non-commercial research and education only"
RESEARCH = "published for research, nothing said of other uses"
OPEN = "an open licence, or free use, for the photographs"
CODE = "an open licence of the repository that does not name the photographs, or whose owner did not take them"
FLICKR = "each photographer's own licence, which nobody wrote down"
NOTHING = "no terms anywhere"
RULES = (
    (FORBIDDEN, "commercial use forbidden"),
    (NON_COMMERCIAL, "non-commercial|CC BY-NC"),
    (RESEARCH, "research"),
    (OPEN, '^"?CC0|Unlicense|free to use|^CC BY 4|^MIT, "please cite"|no known restrictions'),
    (CODE, "MIT|Apache|GPL|BSD|LICENSE|License"),
    (FLICKR, "Flickr|COCO|Open Images"),
    (NOTHING, ""),
)
"""The first whose pattern is found in what a source says of its terms counts."""
CROPS = (89_000, 210_000, 109_000, 217_000 + 122_000, 209_000, 256_000 + 76_000 + 146_000, 289_000)
"""Crops of steps 3 to 11 of the model card, by the column of the list whose photographs they were taken from."""


class Source(NamedTuple):
    """One row of the list: its name, its photographs in each of the steps, its terms."""

    name: str
    photographs: list[int]
    terms: str

    @property
    def kind(self) -> str:
        """What its terms count as."""
        return next(kind for kind, pattern in RULES if re.search(pattern, self.terms))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", action="store_true", help="which set counts as what")
    a = parser.parse_args()
    sources = read(LIST.read_text("utf-8"))
    if a.sources:
        for each in sorted(sources, key=lambda each: (each.kind, -max(each.photographs[-2:]))):
            print(f"{each.kind}: {each.name}, {each.photographs[-2]:,} and {each.photographs[-1]:,}: {each.terms}")
        return
    print("| terms | sets | photographs, step 7 | photographs, step 10 | crops, steps 3 to 11 |\n|---|---|---|---|---|")
    for kind, sets, *photographs, crops in counted(sources):
        print(f"| {kind} | {sets} | {photographs[0]:,} | {photographs[1]:,} | {1000 * round(crops / 1000):,} |")


def read(text: str) -> list[Source]:
    """The rows of the list."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [Source(row[0], [number(cell) for cell in row[1 : len(CROPS) + 1]], row[len(CROPS) + 2]) for row in cells]


def number(cell: str) -> int:
    """A count; a dash is none."""
    return 0 if cell == "-" else int(cell)


def counted(sources: list[Source]) -> list[tuple[str, int, int, int, float]]:
    """Kind of terms, number of sets, photographs of steps 7 and 10, crops; and the sum of all."""
    whole = [sum(step) for step in zip(*(each.photographs for each in sources), strict=True)]
    rows: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0, 0.0])
    for each in sources:
        shares = (seen / all_seen for seen, all_seen in zip(each.photographs, whole, strict=True))
        crops = sum(share * count for share, count in zip(shares, CROPS, strict=True))
        for kind in (each.kind, "all"):
            for index, value in enumerate((any(each.photographs[-2:]), *each.photographs[-2:], crops)):
                rows[kind][index] += value
    kinds = [kind for kind, _ in RULES if kind in rows]
    return [(kind, *map(int, rows[kind][:3]), rows[kind][3]) for kind in (*kinds, "all")]


if __name__ == "__main__":
    main()
