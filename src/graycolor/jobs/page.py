"""One self-contained page to look at the results of a run: before and after, where it was guessed, variants.

Everything is inside the file, so that it can be mailed and still opens in ten years, without a network.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any

from graycolor import __version__
from graycolor.errors import OutputError
from graycolor.files import ExistsError, Refusal, write_atomic
from graycolor.jobs.outcome import DOUBTFUL, Outcome
from graycolor.jobs.page_file import (
    PHOTO_PAGE,
    Card,
    cards_of,
    check_page,
    fenced,
    link_from,
    named_in,
    templates,
    uri,
)
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.sidecar import settings_of
from graycolor.pictures.encode_result import KEPT_IN_WORDS

MOST = 240
"""Pictures on a page, so that a browser can open it; of more the least sure ones are shown."""
_UNTOLD = frozenset({"input", "mark", "confidence", "compare", "keep_times"})
_MOST_NAMED = 500
"""Failures that are named, and results that were there."""
_EVERY = 60.0
"""Seconds between two writings."""


class Page:
    """A page of one run that outcomes are added to as they are done; it is written now and then, and at the end.

    What an earlier page there shows is kept, after what is new: a page never becomes emptier, but for what is over
    `MOST`. A result that is made again gets its new card.

    Args:
        path: where it goes; see `check_page`.
        settings: of the run, as `graycolor.jobs.sidecar.settings_of` tells them.

    Raises:
        OutputError: something else is there, or there is no such folder.
    """

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        check_page(path, PHOTO_PAGE)
        self._path, self._settings = path, settings
        self._shown: list[tuple[float, int, Outcome]] = []
        self._failed: list[str] = []
        self._there: dict[str, str] = {}
        self._counts = {"colored": 0, "doubtful": 0, "left_alone": 0, "failed": 0, "there": 0}
        self._number = itertools.count()
        self._written = time.monotonic()

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
        if time.monotonic() - self._written > _EVERY:  # for the case that the run is killed
            with suppress(OutputError):  # it is said at the end
                self.write()

    def refuse(self, refusal: Refusal) -> None:
        """Take up an input that failed or was not begun."""
        if isinstance(refusal.error, ExistsError):
            self.there(refusal.error.place)
            return
        self._counts["failed"] += 1
        if len(self._failed) < _MOST_NAMED:
            self._failed.append(str(refusal.error))

    def there(self, result: PurePath | None) -> None:
        """Take up a result that was there already; it is listed unless the page shows it in pictures."""
        self._counts["there"] += 1
        if result is not None and len(self._there) < _MOST_NAMED:
            self._there[self._link(result)] = str(result)

    def write(self) -> None:
        """Put the page in its place.

        Raises:
            OutputError: it cannot be written, or what is there now is no page of ours.
        """
        check_page(self._path, PHOTO_PAGE)
        card, page = map(templates(), ("card.html", "photographs.html"))
        new = {
            self._link(each.results[0]): Card(each.confidence, card.render(card=self._card(each)))
            for _, _, each in sorted(self._shown, key=lambda entry: entry[1])
        }
        earlier = {link: each for link, each in cards_of(self._path) if link not in new}
        cards = new | _fewer(earlier, MOST - len(new))
        there = named_in(self._path) | self._there
        text = page.render(
            version=__version__,
            own_mark=PHOTO_PAGE.mark,
            counts=self._counts,
            failed=self._failed,
            there=[(link, name) for link, name in there.items() if link not in cards][:_MOST_NAMED],
            shown=len(new),
            cards=[fenced(link, each) for link, each in cards.items()],
            doubtful=DOUBTFUL,
            settings=_told(self._settings),
        )
        write_atomic(self._path, text.encode(), overwrite=True)
        self._written = time.monotonic()

    def _card(self, outcome: Outcome) -> dict[str, Any]:
        views = outcome.views
        assert views is not None  # `add` shows no others
        return {
            "name": outcome.job.source.name,
            "source": str(outcome.job.source),
            "links": self._links(outcome),
            "pixels": f"{outcome.width} × {outcome.height}",
            "kind": outcome.kind,
            "kept": kept_in_words(outcome.kept),
            "seconds": outcome.seconds,
            "confidence": outcome.confidence,
            "doubtful": outcome.doubtful,
            "notes": outcome.notes,
            "size": views.size,
            "before": uri(views.before, "jpeg"),
            "after": [uri(each, "jpeg") for each in views.after],
            "veil": uri(views.confidence, "png"),
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

    def _link(self, result: PurePath) -> str:
        return link_from(self._path, result)


def kept_in_words(kept: str) -> str:
    """The light that a result kept, in words for people; pages of a document may have kept several."""
    return "; ".join(KEPT_IN_WORDS.get(each, each) for each in kept.split("; "))


def _told(settings: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """Settings in words: those of the colors that are not as usual."""
    usual = settings_of(PhotoOptions())
    said = {name: value for name, value in settings.items() if value != usual[name] and name not in _UNTOLD}
    if "hints" in said:
        said["hints"] = len(said["hints"])
    if "reference" in said:
        said["reference"] = Path(said["reference"]["file"]).name
    return [(name.replace("_", " "), "" if value is True else str(value)) for name, value in said.items()]


def _fewer(cards: dict[str, Card], most: int) -> dict[str, Card]:
    """So many cards, the least sure ones, in their order."""
    kept = set(heapq.nsmallest(most, cards, key=lambda link: cards[link].confidence))
    return {link: card for link, card in cards.items() if link in kept}
