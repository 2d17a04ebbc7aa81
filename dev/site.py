"""Builds the site of `docs/` strictly, and checks that a reader's browser fetches nothing from another host.

    python dev/site.py [-o FOLDER] [--serve]

Ends with 1 where a page warns (a link that leads nowhere, a page that no menu names) or names another host in anything
but a link to click. `--serve` shows the pages at 127.0.0.1 while they are being written.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_ELSEWHERE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_IN_STYLES = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^"')]+)""", re.IGNORECASE)
_FETCHED = {"src", "srcset", "data", "poster", "action", "background"}
"""Attributes whose addresses a browser fetches; those of `link` come on top."""


def main() -> int:
    """Builds and checks, or serves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "site")
    parser.add_argument("--serve", action="store_true", help="show the pages at 127.0.0.1 instead")
    a = parser.parse_args()
    folder = a.output.resolve()
    task = ["serve"] if a.serve else ["build", "--strict", "--quiet", "--site-dir", str(folder)]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}  # an advertisement of mkdocs-material's
    built = subprocess.run([sys.executable, "-m", "mkdocs", *task], cwd=ROOT, env=quiet, check=False)
    if built.returncode or a.serve:
        return built.returncode
    found = list(other_hosts(folder))
    for path, address in found:
        print(f"{path.relative_to(folder)} fetches {address}", file=sys.stderr)
    return 1 if found else 0


def other_hosts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every address at another host that a page or a style sheet has a browser fetch."""
    for path in sorted(folder.rglob("*.html")):
        page = _Fetched()
        page.feed(path.read_text("utf-8"))
        yield from ((path, address) for address in page.addresses)
    for path in sorted(folder.rglob("*.css")):
        yield from ((path, address) for address in _IN_STYLES.findall(path.read_text("utf-8")))


class _Fetched(HTMLParser):
    """Collects what a page has a browser fetch from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        names = _FETCHED | ({"href"} if tag == "link" and said.get("rel") != "canonical" else set())
        self.addresses += [said[name] for name in names & said.keys() if _ELSEWHERE.match(said[name])]
        self.addresses += _IN_STYLES.findall(said.get("style", ""))


if __name__ == "__main__":
    sys.exit(main())
