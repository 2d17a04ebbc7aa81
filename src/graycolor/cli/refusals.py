"""Why inputs cannot be done, told once."""

from __future__ import annotations

from collections.abc import Sequence

from graycolor.cli.console import report
from graycolor.files import Advice, ExistsError, Refusal


def report_refusals(refusals: Sequence[Refusal], advice: Advice) -> None:
    """A sentence for each; of several results that are there already, one for all of them."""
    there = [refusal for refusal in refusals if isinstance(refusal.error, ExistsError)]
    for refusal in refusals:
        if len(there) < 2 or refusal not in there:
            report(refusal.error)
    if len(there) > 1:
        first, ways = there[0].source, advice.of_existing("them")
        report(ExistsError(f"{len(there)} results, such as that of {first}, are already there; use {ways}."))
