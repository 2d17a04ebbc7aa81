"""The result of a film, put together from its finished segments, with the mark that says who guessed its colors."""

from __future__ import annotations

from graycolor import __version__
from graycolor.colorizer import Colorizer
from graycolor.files import atomic_file
from graycolor.film.output.file_tags import PART
from graycolor.film.output.remux import Part, write_film
from graycolor.film.output.segments import Scratch
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.pictures.metadata.mark import Mark


def mark_of(colorizer: Colorizer, options: FilmOptions) -> Mark | None:
    """What the result says of its colors; None where that is not wanted."""
    return Mark(__version__, colorizer.weights_hash[:16]) if options.mark else None


def _mark_in_words(mark: Mark | None, plan: FilmPlan) -> str:
    """The mark as a film holds it, which says of a part that it is one."""
    if mark is None:
        return ""
    return mark.sentence if plan.span.whole else f"{mark.sentence} {PART}"


def assemble(plan: FilmPlan, scratch: Scratch, mark: Mark | None, *, overwrite: bool) -> list[str]:
    """Join segments and tracks, and put the result in place."""
    if plan.frames_out is not None:
        return []
    film = plan.film
    step = max(1, round(1 / (film.rate * film.time_base)))
    part = Part(None, None)
    if not plan.span.whole:
        ends = scratch.segments[-1].last + step
        part = Part(scratch.segments[0].first * film.time_base, ends * film.time_base)
    with atomic_file(plan.job.target, overwrite=overwrite) as path:
        pictures, said = scratch.pictures(step), _mark_in_words(mark, plan)
        return write_film(path, film, pictures, encoding=plan.encoding, packing=plan.packing, part=part, mark=said)
