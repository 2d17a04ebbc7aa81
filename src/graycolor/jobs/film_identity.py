"""What tells one run over a film from another: a stopped run is gone on with only where all of it is equal."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

import numpy as np

from graycolor import __version__
from graycolor.colorizer import Colorizer
from graycolor.film.output.frame_ledger import forget_missing, remove_frames
from graycolor.film.output.segments import Scratch
from graycolor.film.source.probe import Film
from graycolor.jobs.film_guide import said
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.names import told


def identity_of(plan: FilmPlan, colorizer: Colorizer, options: FilmOptions) -> dict[str, object]:
    """All that decides the frames of the result."""
    return {
        "graycolor": __version__,
        "source": [told(plan.film.path.resolve()), *_state(plan.film)],
        "network": [_fingerprint(colorizer), colorizer.device],
        "settings": [asdict(options.settings), asdict(options.steady)],
        "guides": said(options.hints, options.references),
        "encoding": asdict(plan.encoding),
        "span": asdict(plan.span),
    }


def scratch_of(plan: FilmPlan, colorizer: Colorizer, options: FilmOptions) -> Scratch:
    """What is finished, and what is left to do."""
    target, known = plan.job.target, identity_of(plan, colorizer, options)
    if plan.frames_out is None:
        return Scratch(target, known, resume=options.resume)
    scratch = Scratch(
        target,
        known,
        resume=options.resume,
        clearing=lambda folder: remove_frames(folder, target),
        keeps_parts=True,
    )
    forget_missing(scratch, target)
    return scratch


def _state(film: Film) -> list[object]:
    """Size and time of a film's file, or what tells all files of a sequence, and its sound, from others."""
    if film.files is None:
        stat = film.path.stat()
        return [stat.st_size, stat.st_mtime_ns]
    digest = hashlib.sha256()
    for path in (*film.files.files, *filter(None, [film.sound])):
        stat = path.stat()
        digest.update(f"{path.name!r} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return [digest.hexdigest(), str(film.rate), film.transfer]


def _fingerprint(colorizer: Colorizer) -> str:
    """What tells one network from another: its colors for a drawn picture, to a quarter of a unit."""
    ramp = np.add.outer(np.arange(0, 128, 2), np.arange(0, 128, 2)).astype(np.uint8)
    return hashlib.sha256(np.rint(colorizer.forecast(ramp).ab * 4).astype(np.int8).tobytes()).hexdigest()[:16]
