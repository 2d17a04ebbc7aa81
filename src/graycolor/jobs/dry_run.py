"""What would become of photographs, without a network: each file is read, and asked what its result could not keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from graycolor.errors import GraycolorError
from graycolor.files import STDIO, Job
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.jobs.photo_work import as_ours, read_job
from graycolor.jobs.results import format_for
from graycolor.pictures.encode_result import foreseen
from graycolor.pictures.frames import Frames, check_holds
from graycolor.pictures.picture import Picture

_AT_ONCE = 256
"""Files that are handed to the threads together."""


@dataclass(frozen=True)
class Foreseen:
    """What would become of a file: an error, a sentence why it is left alone, or notes on what would be lost."""

    job: Job
    error: GraycolorError | None = None
    left_alone: str = ""
    notes: tuple[str, ...] = ()


def foresee(jobs: Sequence[Job], options: PhotoOptions, *, threads: int = 2) -> Iterator[Foreseen]:
    """For each file, in order; standard input is not looked into, because it can be read only once."""
    with ThreadPoolExecutor(threads, "graycolor-looking") as pool:
        for start in range(0, len(jobs), _AT_ONCE):
            yield from pool.map(lambda job: _foreseen(job, options), jobs[start : start + _AT_ONCE])


def _foreseen(job: Job, options: PhotoOptions) -> Foreseen:
    if job.source == STDIO:
        return Foreseen(job)
    read = read_job(job, options)
    if read.picture is None:
        return Foreseen(job, read.error, read.left_alone)
    try:
        if not isinstance(read.picture, Picture | Frames):
            from graycolor.jobs.documents import foreseen_in

            with closing(read.picture) as document:
                return Foreseen(job, notes=foreseen_in(document, options))
        image_format = format_for(job, read.picture.format, options)
        notes = dict[str, None]()
        for picture in _pictures(read.picture, image_format):
            notes |= dict.fromkeys(foreseen(picture, image_format, options.write))
    except Exception as error:
        return Foreseen(job, as_ours(error, job.source))
    return Foreseen(job, notes=tuple(notes))


def _pictures(source: Picture | Frames, image_format: str) -> Iterable[Picture]:
    if not isinstance(source, Frames):
        return (source,)
    check_holds(source, image_format)
    return source
