"""A picture of an archive there and back: fetched, colored by the functions that color any file, and brought whole.

While one picture is colored others are on their way: more threads are at work than color, and those that color take
turns. So many pictures, and no more, lie on this machine's disk at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock, Semaphore
from typing import NamedTuple

from graycolor.bounds import PDF_BYTES, file_bytes
from graycolor.colorizer import Colorizer
from graycolor.errors import BoundError
from graycolor.files import Job
from graycolor.files.regular import too_many_bytes
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photo_work import PDF, Painter, as_ours, colored, placed, read_job
from graycolor.pictures.door import LIFT
from graycolor.stores import store
from graycolor.stores.address import Address
from graycolor.stores.here import here_of, told_there
from graycolor.stores.journal import Journal, noting
from graycolor.stores.scratch import places, scratch
from graycolor.stores.settle import Errand, hash_of
from graycolor.stores.sources import check_unchanged

_ON_THEIR_WAY = 4
"""Pictures that are fetched or brought while others are colored."""
_AHEAD = 4
"""Times the threads: pictures that may be done before one that comes earlier; outcomes are told in order."""


PhotoErrand = Errand[PhotoOptions]
_PAINTERS = 8
"""Painters that are kept: rows of a manifest that have the same settings mostly follow one another."""


class Carried(NamedTuple):
    """What became of an errand.

    Attributes:
        outcome: told by the names of the archive.
        sizes: bytes of the results.
        sha256: of the source, where it is a file.
    """

    outcome: Outcome
    sizes: tuple[int, ...] = ()
    sha256: str = ""


class Carrier:
    """Does errands, whose painters share one network.

    Args:
        colorizer: the network.
        folder: for the pictures on their way.
        turn: is held while a picture is colored.
    """

    def __init__(self, colorizer: Colorizer, folder: Path, turn: AbstractContextManager[object] | None = None) -> None:
        self._colorizer, self._folder, self._turn = colorizer, folder, turn or nullcontext()
        self._painters, self._lock = dict[str, Painter](), Lock()

    def carry(self, errand: PhotoErrand) -> Carried:
        """Fetch, color and bring one picture; a failure is an outcome like any other."""
        try:
            with places(self._folder) as (source, target):
                return self._carry(errand, here_of(errand.job, source, target))
        except Exception as error:
            return Carried(Outcome(errand.job, as_ours(error, errand.job.source)))

    def _carry(self, errand: PhotoErrand, here: Job) -> Carried:
        _check_size(errand)
        if isinstance(errand.job.source, Address):
            store.fetch(errand.job.source, here.source)
        with self._turn:
            work = colored(read_job(here, errand.options), self._painter_of(errand))
            if work.outcome.colored:
                check_unchanged(errand.job.source, errand.made.content)
            outcome = placed(work)
        sizes: tuple[int, ...] = ()
        if outcome.colored:
            results = errand.options.results(here.target)
            sizes = tuple(path.stat().st_size for path in results)
            if isinstance(errand.job.target, Address):
                bring(here.target.parent, results, errand.job.target.parent, overwrite=errand.options.overwrite)
        return Carried(_told(outcome, here, errand), sizes, hash_of(errand.job.source) if sizes else "")

    def _painter_of(self, errand: PhotoErrand) -> Painter:
        """The painter of pictures with the same settings (a reference is read once), with this one's options."""
        key = errand.made.settings
        with self._lock:
            if key not in self._painters:
                if len(self._painters) >= _PAINTERS:
                    self._painters.clear()
                self._painters[key] = Painter.around(self._colorizer, errand.options)
            return self._painters[key]._replace(options=errand.options)


def color_errands(
    errands: Sequence[PhotoErrand], journal: Journal, open_colorizer: Callable[[], Colorizer], *, threads: int = 2
) -> Generator[Outcome, None, None]:
    """Do errands on this machine, `threads` of them being colored at a time; one outcome each, in order.

    Closing the iterator early stops after the pictures in hand; none is left half-written.
    """
    with scratch() as folder, noted(journal) as note:
        colorizer = open_colorizer()
        turn = Semaphore(threads if colorizer.device == "cpu" else 1)
        carrier, at_once = Carrier(colorizer, folder, turn), threads + _ON_THEIR_WAY
        with ThreadPoolExecutor(at_once, "graycolor-carrying") as pool:
            waiting: deque[tuple[PhotoErrand, Future[Carried]]] = deque()
            remaining = iter(errands)
            try:
                while True:
                    while len(waiting) < at_once * _AHEAD and (errand := next(remaining, None)) is not None:
                        waiting.append((errand, pool.submit(carrier.carry, errand)))
                    if not waiting:
                        break
                    errand, done = waiting.popleft()
                    yield note(errand, done.result())
            finally:
                pool.shutdown(cancel_futures=True)


@contextmanager
def noted(journal: Journal) -> Iterator[Callable[[PhotoErrand, Carried], Outcome]]:
    """What takes up what became of errands."""

    def note(errand: PhotoErrand, carried: Carried) -> Outcome:
        if carried.outcome.colored:
            notes.done(errand.made, carried.sizes, carried.sha256)
        elif carried.outcome.error is not None:
            notes.failed(errand.made, carried.outcome.error)
        return carried.outcome

    with noting(journal) as notes:
        yield note


def bring(folder: Path, results: Sequence[Path], there: Address, *, overwrite: bool) -> None:
    """Put all files of a folder at an address, the results last; what was put is taken away where one fails.

    Raises:
        OutputError: one cannot be put.
    """
    companions = sorted(path for path in folder.iterdir() if path not in results)
    put: list[Address] = []
    try:
        for path in (*companions, *results):
            store.put(path, there / path.name, overwrite=overwrite or path in companions)
            put.append(there / path.name)
    except BaseException:
        for address in () if overwrite else put:
            store.remove(address)
        raise


def _check_size(errand: PhotoErrand) -> None:
    """Refuse what is larger than any picture before it is fetched."""
    most = PDF_BYTES if errand.job.source.suffix.lower() == PDF else file_bytes(errand.options.max_pixels)
    if errand.size > most:
        raise BoundError(too_many_bytes(str(errand.job.source), errand.size, most, LIFT))


def _told(outcome: Outcome, here: Job, errand: PhotoErrand) -> Outcome:
    """The outcome with the names of the archive in the place of those on this machine."""
    job, told = errand.job, told_there(errand.job, here)
    error = outcome.error
    if error is not None and told(str(error)) != str(error):
        error = type(error)(told(str(error)))
        error.__cause__ = outcome.error
    return outcome._replace(
        job=job,
        error=error,
        left_alone=told(outcome.left_alone),
        notes=tuple(map(told, outcome.notes)),
        results=tuple(job.target.with_name(result.name) for result in outcome.results),
        settings=errand.settings,
    )
