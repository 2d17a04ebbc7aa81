"""Whether a result that is there already is the whole film: a test of a few frames has the same name."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import av

from graycolor.errors import GraycolorError, OutputError
from graycolor.files import Advice, Job, Refusal
from graycolor.film.output.file_tags import PART
from graycolor.film.source.probe import opened_film
from graycolor.pictures.metadata.mark import GUESSED

_SHORTER = 1.0
"""Seconds that a whole result, without a mark that would tell, may be shorter than its source."""


def without_parts(skipped: Iterable[Job], advice: Advice) -> tuple[tuple[Job, ...], tuple[Refusal, ...]]:
    """Jobs whose whole result is there, and refusals of those of which it is only a part."""
    whole, refusals = [], []
    for job in skipped:
        if _is_part(job):
            sentence = f"{job.target} is there, but only a part of {job.source.name}; use {advice.overwrite} without "
            sentence += f"{advice.skip or 'skipping'} to replace it, or move it away."
            refusals.append(Refusal(job.source, OutputError(sentence)))
        else:
            whole.append(job)
    return tuple(whole), tuple(refusals)


def _is_part(job: Job) -> bool:
    """What the result's mark says; without one, whether it is much shorter. What cannot be read counts as whole."""
    with suppress(GraycolorError), opened_film(job.target) as result:
        mark = next((text for text in result.metadata.values() if text.startswith(GUESSED)), None)
        if mark is not None:
            return mark.endswith(PART)
        with opened_film(job.source) as source:
            return _seconds(source) - _seconds(result) > _SHORTER
    return False


def _seconds(container: Any) -> float:
    return (container.duration or 0) / av.time_base
