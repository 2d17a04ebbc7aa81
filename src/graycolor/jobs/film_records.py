"""What a run over films writes beside its results: the log, the page and the snapshot."""

from __future__ import annotations

from pathlib import Path

from graycolor.errors import UsageError
from graycolor.files import Claims
from graycolor.film.output.snapshot import check_snapshot
from graycolor.jobs.page_file import FILM_PAGE, check_page
from graycolor.jobs.runlog import check_log


def claim_records(claims: Claims, snapshot: Path | None, log: Path | None, page: Path | None) -> None:
    """Claim a place for each that was asked for.

    Raises:
        UsageError: one takes the place of something else.
        OutputError: something else is there.
    """
    if log is not None:
        claims.claim(log, "the log of this run", "choose another name for it", UsageError)
        check_log(log)
    if page is not None:
        claims.claim(page, "the page of this run", "choose another name for it", UsageError)
        check_page(page, FILM_PAGE)
    if snapshot is not None:
        claims.claim(snapshot, "the snapshot", "choose another name for it", UsageError)
        check_snapshot(snapshot)
