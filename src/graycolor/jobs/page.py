"""One self-contained page to look at the results of a run: before and after, where it was guessed, variants.

Everything is inside the file, so that it can be mailed and still opens in ten years, without a network.
"""

from __future__ import annotations

import base64
import heapq
import itertools
import os
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from graycolor import __version__
from graycolor.errors import OutputError
from graycolor.files import Refusal, write_aside
from graycolor.jobs.outcome import DOUBTFUL, Outcome
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.sidecar import settings_of

SIDE = 640
"""Longest side of the pictures on a page."""
MOST = 240
"""Pictures on a page, so that a browser can open it; of more the least sure ones are shown."""
_UNTOLD = frozenset({"input", "mark", "confidence", "compare", "keep_times"})
_MOST_NAMED = 500
"""Failures that are named."""
_GENERATOR = '<meta name="generator" content="graycolor'


class Page:
    """A page of one run that outcomes are added to as they are done, and that is written at the end.

    Args:
        path: where it goes; an earlier page of ours is replaced.
        settings: of the run, as `graycolor.jobs.sidecar.settings_of` tells them.
        overwrite: replace whatever is there.

    Raises:
        OutputError: something else is there, or there is no such folder.
    """

    def __init__(self, path: Path, settings: dict[str, Any], *, overwrite: bool = False) -> None:
        if not path.parent.is_dir():
            raise OutputError(f"The page {path} has no folder to go to; make {path.parent} first.")
        if path.exists() and not overwrite and not _is_ours(path):
            raise OutputError(f"{path} is already there and no page of ours; choose another name with --report.")
        self._path, self._settings = path, settings
        self._shown: list[tuple[float, int, Outcome]] = []
        self._failed: list[str] = []
        self._counts = {"colored": 0, "doubtful": 0, "left_alone": 0, "failed": 0}
        self._number = itertools.count()

    def add(self, outcome: Outcome) -> None:
        """Take up what became of a file."""
        self._counts["colored"] += outcome.colored
        self._counts["doubtful"] += outcome.doubtful
        self._counts["left_alone"] += bool(outcome.left_alone)
        if outcome.error is not None:
            self.refuse(Refusal(outcome.job.source, outcome.error))
        if outcome.views is not None:
            entry = (-outcome.confidence, next(self._number), outcome)
            # The surest one leaves a full page.
            heapq.heappushpop(self._shown, entry) if len(self._shown) >= MOST else heapq.heappush(self._shown, entry)

    def refuse(self, refusal: Refusal) -> None:
        """Take up an input that failed or was not begun."""
        self._counts["failed"] += 1
        if len(self._failed) < _MOST_NAMED:
            self._failed.append(str(refusal.error))

    def write(self) -> None:
        """Put the page in its place."""
        from jinja2 import Environment, StrictUndefined

        template = resources.files("graycolor.jobs").joinpath("templates/page.html").read_text("utf-8")
        environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        cards = [self._card(outcome) for _, _, outcome in sorted(self._shown, key=lambda entry: entry[1])]
        page = environment.from_string(template).render(
            version=__version__, counts=self._counts, failed=self._failed, cards=cards, doubtful=DOUBTFUL,
            settings=_told(self._settings),
        )  # fmt: skip
        write_aside(self._path, page.encode(), overwrite=True)

    def _card(self, outcome: Outcome) -> dict[str, Any]:
        views = outcome.views
        assert views is not None  # `add` shows no others
        return {
            "name": outcome.job.source.name,
            "source": str(outcome.job.source),
            "links": self._links(outcome),
            "pixels": f"{outcome.width} × {outcome.height}",
            "kind": outcome.kind,
            "kept": outcome.kept,
            "seconds": outcome.seconds,
            "confidence": outcome.confidence,
            "doubtful": outcome.doubtful,
            "notes": outcome.notes,
            "size": views.size,
            "before": _uri(views.before, "jpeg"),
            "after": [_uri(each, "jpeg") for each in views.after],
            "veil": _uri(views.confidence, "png"),
        }

    def _links(self, outcome: Outcome) -> list[tuple[str, str]]:
        """Names and addresses of what was written; variants go by their numbers."""
        variants = len(outcome.views.after) if outcome.views else 1
        names = [result.name for result in outcome.results]
        if variants > 1:
            names[1:variants] = map(str, range(2, variants + 1))
        if len(names) > variants:
            names[-1] = "map of confidence"
        return [(name, self._link(result)) for name, result in zip(names, outcome.results, strict=True)]

    def _link(self, result: Path) -> str:
        try:
            relative = os.path.relpath(result, self._path.parent)
        except ValueError:  # another drive
            return result.absolute().as_uri()
        return quote(relative.replace(os.sep, "/"))


def _told(settings: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """Settings in words: those of the colors that are not as usual."""
    usual = settings_of(PhotoOptions())
    said = {name: value for name, value in settings.items() if value != usual[name] and name not in _UNTOLD}
    if "hints" in said:
        said["hints"] = len(said["hints"])
    if "reference" in said:
        said["reference"] = Path(said["reference"]["file"]).name
    return [(name.replace("_", " "), "" if value is True else str(value)) for name, value in said.items()]


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return _GENERATOR.encode() in file.read(2000)


def _uri(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
