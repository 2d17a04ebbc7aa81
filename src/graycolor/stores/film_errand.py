"""A film of an archive there and back: fetched whole, colored by what colors any film, and put whole.

The film lies in a folder among the temporary ones as long as it is in hand. Where a run is stopped or killed, or the
result cannot be put, the folder stays with all that is finished, and the next run with the same film goes on there.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from graycolor.errors import ExistsError, InputError
from graycolor.files import Job
from graycolor.files.disk import size_told
from graycolor.film.output.segments import parts_folder
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.films import FilmOutcome
from graycolor.jobs.photo_work import as_ours
from graycolor.stores import store
from graycolor.stores.address import Address
from graycolor.stores.here import here_of, told_there
from graycolor.stores.scratch import room_of
from graycolor.stores.settle import Errand
from graycolor.stores.sources import check_unchanged

FilmErrand = Errand[FilmOptions]
_MUCH = 100_000_000
"""Bytes whose way is worth a word."""
_ANOTHER_PLACE = ("choose another place for the result", "choose another place")
"""What is advised where no result can be written."""
_log = logging.getLogger(__name__)


@contextmanager
def fetched(errand: FilmErrand) -> Iterator[Job]:
    """The job of a film with files of this machine in the place of objects, for the length of the block.

    What goes wrong within it is told by the names of the archive.

    Raises:
        GraycolorError: it cannot be fetched, or whatever the block raises.
    """
    job, here = errand.job, errand.job
    try:
        with _room(errand) as room:
            _check_free(errand)
            if room is not None:
                here = here_of(job, _folder_of(errand, room), room / "out")
                _fetch(errand, here, room)
            yield here
    except Exception as error:
        ours = as_ours(error, here.source)
        raise type(ours)(_told(str(ours), job, here)) from error


def _told(said: str, job: Job, here: Job) -> str:
    """A sentence with the names of the archive; a result for a store lacks room on the disk of temporary files."""
    if here.target != job.target and str(here.target) in said:
        said = said.replace(str(here.target), f"{here.target} (on its way, in {tempfile.gettempdir()})")
        for advice in _ANOTHER_PLACE:
            said = said.replace(advice, "set TMPDIR to a disk with more room")
    return told_there(job, here)(said)


@contextmanager
def placing(errand: FilmErrand, here: Job) -> Iterator[None]:
    """The block within which a result is put in its place; behind it the result is brought to its address.

    Raises:
        InputError, OutputError: see `bring`.
    """
    _check_unchanged(errand)
    yield
    bring(errand, here)


def bring(errand: FilmErrand, here: Job) -> None:
    """Bring a result that lies on this machine to its address, where it has one.

    Raises:
        InputError: the film has changed meanwhile.
        OutputError: the result cannot be put.
    """
    _check_unchanged(errand)
    if isinstance(errand.job.target, Address):
        store.put(here.target, errand.job.target, overwrite=errand.options.overwrite)


def _check_free(errand: FilmErrand) -> None:
    """Refuse a film whose result has come since the run began, before it is fetched and colored for nothing."""
    target = errand.job.target
    if errand.options.overwrite:
        return
    if store.entry_at(target) is not None if isinstance(target, Address) else os.path.lexists(target):
        raise ExistsError(
            f"{target} has come since the run began, from another run or by hand, and is left alone; run the same "
            "command again, which says whether it is done.",
            target,
        )


def _check_unchanged(errand: FilmErrand) -> None:
    if not isinstance(errand.job.source, Address):  # what was fetched stays as it is
        check_unchanged(errand.job.source, errand.made.content)


def notes_of(plan: FilmPlan, errand: FilmErrand, here: Job) -> tuple[str, ...]:
    """The notes of a plan with the names of the archive in the place of those on this machine."""
    beside, where = f"will lie beside {here.target.name}", f"will lie in {tempfile.gettempdir()}"
    stays = not isinstance(errand.job.target, Address)
    told = told_there(errand.job, here)
    return tuple(told(note if stays else note.replace(beside, where)) for note in plan.notes)


def told_outcome(outcome: FilmOutcome, errand: FilmErrand, here: Job) -> FilmOutcome:
    """The outcome with the names of the archive in the place of those on this machine."""
    told = told_there(errand.job, here)
    plan = replace(outcome.plan, job=errand.job, notes=tuple(map(told, outcome.plan.notes)))
    return replace(outcome, plan=plan, notes=tuple(map(told, outcome.notes)))


@contextmanager
def _room(errand: FilmErrand) -> Iterator[Path | None]:
    """The folder of a film that comes from a store or goes to one; None for one that does neither."""
    job = errand.job
    if not any(isinstance(place, Address) for place in job[:2]):
        yield None
        return
    target = job.target if isinstance(job.target, Address) else job.target.absolute()
    parts: list[Path] = []
    with room_of(f"{job.source} {target}", lambda: any(path.exists() for path in parts)) as room:
        parts.append(parts_folder(here_of(job, room, room / "out").target))
        yield room


def _folder_of(errand: FilmErrand, room: Path) -> Path:
    """Where a film is fetched to: content that has changed goes elsewhere, so that nobody takes one for the other."""
    return room / f"in-{_digest(errand)}"


def _digest(errand: FilmErrand) -> str:
    return sha256(errand.made.content.encode()).hexdigest()[:24]


def _fetch(errand: FilmErrand, here: Job, room: Path) -> None:
    """Fetch a film, unless an earlier run has."""
    (room / "out").mkdir(exist_ok=True)
    if isinstance(errand.job.target, Address):
        here.target.unlink(missing_ok=True)  # of a run that could not put it; its parts are there
    source = errand.job.source
    if not isinstance(source, Address) or here.source.exists():
        return
    for other in room.glob("in-*"):
        rmtree(other, ignore_errors=True)
    if errand.size >= _MUCH:
        _log.info("%s: fetching %s.", source.name, size_told(errand.size))
    partly = room / "partly"
    store.fetch(source, partly)
    check_unchanged(source, errand.made.content)
    if partly.stat().st_size != errand.size:
        raise InputError(f"{source} did not come whole; run the same command again.")
    os.utime(partly, (when := int(_digest(errand)[:7], 16), when))  # parts know a film by it, and it may come again
    here.source.parent.mkdir(exist_ok=True)
    partly.replace(here.source)
