"""What decides the frames of a film's result, so that only pieces that were made alike are put together."""

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

_QUALITIES = ("crf", "preset", "profile")
_OF_THE_MACHINE = ("threads",)
"""Options of an encoder that change no frame that anybody would tell from another."""


def identity_of(plan: FilmPlan, colorizer: Colorizer, options: FilmOptions) -> dict[str, object]:
    """All that decides the frames, by the names that a person knows it by.

    Single values are told to the person where they differ from those of an earlier run; of lists only the name is.
    """
    span, settings = plan.span, options.settings
    steady, encoding = asdict(options.steady), dict(plan.encoding.options)
    quality = {name: encoding.pop(name) for name in _QUALITIES if name in encoding}
    rest = sorted(item for item in encoding.items() if item[0] not in _OF_THE_MACHINE)
    return {
        "graycolor": __version__,
        "the film itself": [told(plan.film.path.resolve()), *_state(plan.film)],
        "weights": [_fingerprint(colorizer)],
        "device": colorizer.device,
        **settings.as_dict(),
        "look": settings.look_name,
        "the look itself": [settings.as_dict()["look"]],
        "key-every": steady.pop("key_every"),
        "smoothing": steady.pop("smoothing"),
        "steadiness": [steady],
        "hints or references": said(options.hints, options.references),
        "start or duration": [span.first, span.end],
        "frames": span.frames,
        "codec": plan.encoding.codec,
        **quality,
        "encoding": [plan.encoding.encoder, rest, asdict(plan.encoding.pixel_format)],
    }


def scratch_of(plan: FilmPlan, colorizer: Colorizer, options: FilmOptions) -> Scratch:
    """What is finished, and what is left to do."""
    target, known = plan.job.target, identity_of(plan, colorizer, options)
    if plan.frames_out is None:
        return Scratch(target, known, resume=options.resume, discard=options.discard)
    scratch = Scratch(
        target,
        known,
        resume=options.resume,
        discard=options.discard,
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
