"""One self-contained page of the shots of a run's films: before and after, doubtful ones first, how to hint at each."""

from __future__ import annotations

import heapq
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from graycolor import __version__
from graycolor.errors import OutputError
from graycolor.files import ExistsError, Refusal, write_atomic
from graycolor.jobs.colored_shots import ColoredShot, ShotViews, views_of_shots
from graycolor.jobs.film_command import time_text, words_of
from graycolor.jobs.film_plan import FilmOptions, usual_target
from graycolor.jobs.films import FilmOutcome
from graycolor.jobs.outcome import DOUBTFUL
from graycolor.jobs.page_file import (
    FILM_PAGE,
    SIDE,
    Card,
    cards_of,
    check_page,
    fenced,
    link_from,
    templates,
    uri,
)

MOST = 240
"""Shots on a page, so that a browser can open it; of more the least sure ones are shown."""
_SURE = 1.0
"""Where a shot without anything to see stands among the others."""


class FilmPage:
    """A page of one run that films are added to as they are done; it is written after each, and at the end.

    What an earlier page there shows of other results is kept, as far as there is room.

    Args:
        path: where it goes; see `check_page`.
        options: of the run, for the lines that hint at a shot.
        weights: of the run, for the same; None for the embedded ones.
        skipped: how many results are left alone, as they were there.

    Raises:
        OutputError: something else is there, or there is no such folder.
    """

    def __init__(self, path: Path, options: FilmOptions, weights: Path | None = None, skipped: int = 0) -> None:
        check_page(path, FILM_PAGE)
        self._path, self._options, self._weights = path, options, weights
        self._new: list[tuple[str, Card]] = []
        self._links: set[str] = set()
        self._failed: list[str] = []
        self._counts = {"colored": 0, "shots": 0, "doubtful": 0, "failed": 0, "there": 0, "skipped": skipped}

    def add(self, outcome: FilmOutcome, options: FilmOptions | None = None, result: Path | None = None) -> None:
        """Take up the shots of a film that was colored, and write the page.

        Args:
            outcome: what became of it.
            options: of this film, where they are not those of the run.
            result: the file of its result, where that is not in its place.

        Raises:
            GraycolorError: the film cannot be read again, or the page cannot be written.
        """
        if outcome.plan.frames_out is not None:
            raise OutputError(
                f"{outcome.plan.job.target} is colored, but the page shows no numbered frames; name a film as the "
                "result to see its shots."
            )
        self._counts["colored"] += 1
        self._counts["shots"] += len(outcome.shots)
        self._counts["doubtful"] += sum(shot.doubtful for shot in outcome.shots)
        self._links.add(link_from(self._path, outcome.plan.job.target))
        cards = self._cards(outcome, options or self._options, result or outcome.plan.job.target)
        self._new = _fewer([*self._new, *cards], MOST)
        self.write()

    def refuse(self, refusal: Refusal) -> None:
        """Take up a film that failed or was not begun."""
        if isinstance(refusal.error, ExistsError):
            self._counts["there"] += 1
            return
        self._counts["failed"] += 1
        self._failed.append(str(refusal.error))

    def write(self) -> None:
        """Put the page in its place.

        Raises:
            OutputError: it cannot be written, or what is there now is no page of ours.
        """
        check_page(self._path, FILM_PAGE)
        earlier = [each for each in cards_of(self._path) if each[0] not in self._links]
        cards = [*self._new, *_fewer(earlier, MOST - len(self._new))]
        text = templates()("films.html").render(
            version=__version__,
            own_mark=FILM_PAGE.mark,
            counts=self._counts,
            failed=self._failed,
            shown=len(self._new),
            cards=[fenced(link, card) for link, card in sorted(cards, key=_rank)],
        )
        write_atomic(self._path, text.encode(), overwrite=True)

    def _cards(self, outcome: FilmOutcome, options: FilmOptions, result: Path) -> list[tuple[str, Card]]:
        shots = outcome.shots
        link, template = link_from(self._path, outcome.plan.job.target), templates()("shot.html")
        chosen = sorted(heapq.nsmallest(MOST, range(len(shots)), key=lambda number: _sure(shots[number])))
        first = shots[0].begin if shots else None
        if first is None:
            return []
        views = views_of_shots(result, [shots[number] for number in chosen], first, SIDE)
        cards = []
        for number, each in zip(chosen, views, strict=True):
            shot = shots[number]
            told = self._told(outcome, number, shot, each)
            told |= {"link": link, "line": self._line(outcome, options, shot, each.color)}
            cards.append((link, Card(_sure(shot), template.render(card=told), float(shot.begin))))
        return cards

    def _told(self, outcome: FilmOutcome, number: int, shot: ColoredShot, views: ShotViews) -> dict[str, Any]:
        job = outcome.plan.job
        return {
            "name": job.source.name,
            "source": str(job.source),
            "result": job.target.name,
            "number": number + 1,
            "clock": time_text(shot.begin),
            "at": float(shot.begin),
            "frames": shot.frames,
            "seconds": shot.seconds,
            "confidence": _sure(shot),
            "doubtful": shot.doubtful,
            "size": views.size,
            "before": uri(views.before, "jpeg"),
            "after": uri(views.after, "jpeg"),
            "place": shot.place,
        }

    def _line(self, outcome: FilmOutcome, options: FilmOptions, shot: ColoredShot, color: str) -> str:
        """What to type to hint at a shot: this run again, for this film, with a hint in its full form."""
        if shot.confidence is None:
            return ""
        job, (x, y) = outcome.plan.job, shot.place
        words = ["graycolor", "video", _no_option(job.source), *words_of(options)]
        words += ["--hint", f"{time_text(shot.still)}:{x:g}%,{y:g}%,{color}"]
        beside = isinstance(job.source, Path) and job.target == usual_target(job.source, options)
        words += [] if beside else ["-o", str(job.target)]
        words += ["--weights", str(self._weights)] if self._weights else []
        return shlex.join([*words, "--overwrite"])


def _no_option(path: Path) -> str:
    """A path that is not taken for an option."""
    return f"./{path}" if str(path).startswith("-") else str(path)


def _sure(shot: ColoredShot) -> float:
    return _SURE if shot.confidence is None else shot.confidence


def _rank(each: tuple[str, Card]) -> tuple[float, str, float]:
    """Doubtful shots first, the least sure before all; then the others as they come in their films."""
    link, card = each
    return (card.confidence if card.confidence < DOUBTFUL else _SURE, link, card.at)


def _fewer(cards: Sequence[tuple[str, Card]], most: int) -> list[tuple[str, Card]]:
    """So many cards, the least sure ones, in their order."""
    kept = set(heapq.nsmallest(most, range(len(cards)), key=lambda number: cards[number][1].confidence))
    return [card for number, card in enumerate(cards) if number in kept]
