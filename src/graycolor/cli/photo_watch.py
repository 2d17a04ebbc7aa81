"""`graycolor colorize --watch`: pictures are colored as they come into a folder, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from graycolor.cli.console import below_the_keys, say
from graycolor.cli.photo_plan import Telling, planned
from graycolor.cli.photo_run import Records, color_planned, here, tell_end
from graycolor.cli.photo_table import Tally
from graycolor.errors import UsageError
from graycolor.files import Claims, Plan
from graycolor.files.arrivals import Arrivals
from graycolor.jobs.photo_options import PhotoOptions
from graycolor.network.engine import Engine, available_cores

_LOOK_SECONDS = 1.0
"""Seconds between two looks into the folders; more where a look itself takes long."""
_SHARE_OF_LOOKING = 0.1
_HAND = 4
"""Pictures for each thread that are begun together: so many are finished after Ctrl-C."""


def check_watch(inputs: Sequence[str], out: str | None, *, dry_run: bool) -> None:
    """Refuse what cannot be watched.

    Raises:
        UsageError: an input is no folder, the results would all be one file, or nothing is to be done.
    """
    for name in inputs:
        if not Path(name).is_dir():
            raise UsageError(f"--watch waits for pictures in folders, and {name} is none; name a folder.")
    if dry_run:
        raise UsageError("--watch waits for what will come, and --dry-run looks at what is there; leave out one.")
    if out and Path(out).suffix and not Path(out).is_dir() and not out.endswith(("/", os.sep)):
        raise UsageError(f"With --watch many pictures may come, and {out} is one file; give a folder with -o.")


def arriving(
    inputs: Sequence[str],
    out: str | None,
    options: PhotoOptions,
    telling: Telling,
    engine: Callable[[], Engine],
    threads: int | None,
    *,
    recursive: bool,
    read: Sequence[Path | None],
) -> Tally:
    """Watch folders; where results go is settled as in a batch, over all that comes in one run."""
    folders, claims = [Path(name) for name in inputs], Claims()

    def plan_of(sources: Sequence[Path]) -> Plan:
        place = None if out is None else os.path.join(out, "")  # noqa: PTH118 - the slash makes it a folder
        names = [str(source) for source in sources]
        return planned(
            names, place, options, telling, recursive=recursive, read=read, roots=frozenset(folders), claims=claims
        )

    return watch(Arrivals(folders, recursive=recursive), plan_of, engine, options, telling, threads)


def watch(
    arrivals: Arrivals,
    plan_of: Callable[[Sequence[Path]], Plan],
    engine: Callable[[], Engine],
    options: PhotoOptions,
    telling: Telling,
    threads: int | None,
) -> Tally:
    """Color what comes until somebody presses Ctrl-C; what is in hand then is finished, and the tally told."""
    plan_of(())  # so that log and page are refused before anything has come
    telling, seen = telling._replace(each=True), set[Path]()
    tally, threads = Tally(), threads or available_cores()
    color = here(engine, options, threads)
    with Records(options, telling, tally) as records, _ended_by_keys() as ended:
        for sources in _hands(arrivals, ended, threads * _HAND, quiet=telling.quiet):
            found = plan_of(sources)
            for job in found.skipped:
                if job.source in seen:
                    say(f"{job.source} has changed since it was colored; with --overwrite it is colored again.")
            seen.update(sources)
            color_planned(found, color, telling, tally, records)
            if telling.fail_fast and (tally.failed or tally.there):
                say("Stopped at the first failure.")
                break
    tell_end(tally, telling)
    return tally


def _hands(arrivals: Arrivals, ended: Event, size: int, *, quiet: bool) -> Iterator[Sequence[Path]]:
    """What has come, some at a time, until `ended`."""
    gone: list[Path] = []
    if not quiet:
        say("Waiting for pictures; Ctrl-C ends.")
    while not ended.is_set():
        started = time.monotonic()
        whole = arrivals.whole()
        for folder in arrivals.gone:
            if folder not in gone:
                say(f"The folder {folder} is gone; it is waited for.")
        gone = arrivals.gone
        for start in range(0, len(whole), size):
            if not ended.is_set():
                yield whole[start : start + size]
        ended.wait(max(_LOOK_SECONDS, (time.monotonic() - started) / _SHARE_OF_LOOKING) if not whole else 0)


@contextmanager
def _ended_by_keys() -> Iterator[Event]:
    """An event that the first Ctrl-C sets; the second one interrupts as ever."""
    ended = Event()

    def end(number: int, frame: Any) -> None:
        signal.signal(signal.SIGINT, before)
        below_the_keys()
        say("Finishing what is in hand; Ctrl-C again stops at once.")
        ended.set()

    before = signal.signal(signal.SIGINT, end)
    try:
        yield ended
    finally:
        signal.signal(signal.SIGINT, before)
