"""Photographs, one or a hundred thousand: decoding, network and encoding overlap, memory stays flat.

On a CPU every thread takes a picture through network and encoding by itself, which costs less than several threads at
one network; a GPU is fed from one place. Other threads put results in place, so that waiting for a disk keeps nobody
from coloring. A file that fails is an outcome like any other; the rest is done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress

from graycolor.colorizer import Colorizer
from graycolor.files import Job, made_folders, sweep
from graycolor.jobs.outcome import Outcome
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photo_work import Colored, Painter, ReadJob, colored, placed, read_job, seen_by_network

_AHEAD = 1
"""Pictures decoded, and pictures waiting to be encoded, beyond one a thread: few, for memory's sake."""


def color_photo(job: Job, colorizer: Colorizer, options: PhotoOptions) -> Outcome:
    """Read, color and write one photograph.

    Raises:
        GraycolorError: it cannot be read, colored or written; nothing was left half-written.
    """
    painter, read = Painter.around(colorizer, options), read_job(job, options)
    outcome = placed(colored(read, painter))
    if outcome.error is not None:
        raise outcome.error
    return outcome


def color_photos(
    jobs: Sequence[Job], open_colorizer: Callable[[], Colorizer], options: PhotoOptions, *, threads: int = 2
) -> Generator[Outcome, None, None]:
    """Color photographs in order; one outcome a file, as they are done.

    `open_colorizer` is called while the first pictures are already being decoded. Closing the iterator early stops
    after the files in hand; none is left half-written. What a killed run has left half-written is swept away.
    """
    for folder in made_folders(jobs):
        with suppress(OSError):
            sweep(folder)
    ahead = threads + _AHEAD
    with (
        ThreadPoolExecutor(threads, "graycolor-placing") as placing,
        ThreadPoolExecutor(threads, "graycolor-photos") as pool,
    ):
        reading: deque[Future[ReadJob]] = deque()
        coloring: deque[Future[Colored]] = deque()
        writing: deque[Future[Outcome]] = deque()
        remaining = iter(jobs)
        try:
            _read_ahead(pool, reading, remaining, options, ahead)
            painter = Painter.around(open_colorizer(), options)
            while reading:
                read = reading.popleft().result()
                _read_ahead(pool, reading, remaining, options, ahead)
                coloring.append(_submitted(pool, read, painter))
                writing.append(placing.submit(_placed_when_colored, coloring[-1]))
                if len(coloring) >= ahead:
                    wait([coloring.popleft()])
                # More may wait for the disk than for a color: these are encoded files, without their pictures.
                while writing and (len(writing) >= ahead + threads or writing[0].done()):
                    yield writing.popleft().result()
            while writing:
                yield writing.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _read_ahead(
    pool: ThreadPoolExecutor,
    reading: deque[Future[ReadJob]],
    remaining: Iterator[Job],
    options: PhotoOptions,
    ahead: int,
) -> None:
    while len(reading) < ahead:
        job = next(remaining, None)
        if job is None:
            return
        reading.append(pool.submit(read_job, job, options))


def _submitted(pool: ThreadPoolExecutor, read: ReadJob, painter: Painter) -> Future[Colored]:
    """All by the pool, or on a GPU the network here and the rest by the pool."""
    if painter.colorizer.device == "cpu":
        return pool.submit(colored, read, painter)
    return pool.submit(seen_by_network(read, painter))


def _placed_when_colored(work: Future[Colored]) -> Outcome:
    return placed(work.result())
