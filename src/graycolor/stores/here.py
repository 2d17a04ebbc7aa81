"""A job of an archive on this machine: files in the place of objects, and the names of the archive in what is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from graycolor.files import Job
from graycolor.stores.address import Address


def here_of(job: Job, source: Path, target: Path) -> Job:
    """The job with files in two folders of this machine in the place of objects."""
    local_source = source / job.source.name if isinstance(job.source, Address) else job.source
    local_target = target / job.target.name if isinstance(job.target, Address) else job.target
    return job._replace(source=local_source, target=local_target)


def told_there(job: Job, here: Job) -> Callable[[str], str]:
    """What puts the names of the archive in the place of those on this machine, in a sentence."""
    names = {str(here.source): str(job.source), str(here.target): str(job.target)}

    def told(text: str) -> str:
        for local, name in names.items():
            text = text.replace(local, name)
        return text

    return told
