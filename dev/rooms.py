"""Writes `docs/rooms.md`: every module in one line, taken from its own docstring, so that the map cannot drift.

    python dev/rooms.py [--check]

`--check` writes nothing and ends with 1 where the map differs from the modules.
"""

from __future__ import annotations

import argparse
import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rooms.md"
HEAD = """# The rooms

Every module in one line: the first words of its own docstring. `python dev/rooms.py` (or `just docs`) writes this \
page, and a test fails while it is stale. Which room may import which, and why, is in [design.md](design.md); the \
tests of `src/graycolor/ROOM/FILE.py` are in `tests/ROOM/test_FILE.py`.
"""


def main() -> int:
    """Writes the page, or compares it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, end with 1 where the page is stale")
    if parser.parse_args().check:
        return 0 if PAGE.read_text("utf-8") == page() else stale()
    PAGE.write_text(page(), "utf-8", newline="\n")
    return 0


def stale() -> int:
    """Says what to do."""
    print("docs/rooms.md is stale: run `python dev/rooms.py` and commit it", file=sys.stderr)
    return 1


def page() -> str:
    """The whole page."""
    package = ROOT / "src" / "graycolor"
    rooms = sorted(path.parent for path in package.rglob("__init__.py"))
    folders = [*rooms, ROOT / "benchmarks", ROOT / "benchmarks/short", ROOT / "fuzz", ROOT / "dev"]
    return "\n".join([HEAD, *(section(folder) for folder in folders)])


def section(folder: Path) -> str:
    """One folder: what its package says of itself, then its modules."""
    init = folder / "__init__.py"
    about = [first_paragraph(init), ""] if init.exists() else []
    lines = [f"- `{path.name}`: {first_paragraph(path)}" for path in sorted(folder.glob("*.py")) if path != init]
    return "\n".join([f"## `{folder.relative_to(ROOT).as_posix()}/`", "", *about, *lines, ""])


def first_paragraph(path: Path) -> str:
    """The first paragraph of a module's docstring, on one line.

    Raises SystemExit where a module has none.
    """
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    if not docstring:
        raise SystemExit(f"{path} says nothing of itself: give it a docstring")
    return " ".join(docstring.split("\n\n")[0].split())


if __name__ == "__main__":
    sys.exit(main())
