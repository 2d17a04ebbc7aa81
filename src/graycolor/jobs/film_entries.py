"""Films of a run as plain values, for JSON and for the log."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from graycolor.files import Job
from graycolor.jobs.film_estimate import Estimate
from graycolor.jobs.film_plan import FilmOptions, FilmPlan
from graycolor.jobs.films import FilmOutcome
from graycolor.names import told


def outcome_entry(outcome: FilmOutcome) -> dict[str, Any]:
    """What became of a film."""
    return _job_entry(outcome.plan.job) | {
        "frames": outcome.frames,
        "seconds": round(outcome.seconds, 3),
        "bytes": outcome.size,
        "look": outcome.look,
        "shots": len(outcome.shots),
        "doubtful": [round(float(shot.begin), 3) for shot in outcome.shots if shot.doubtful],
        "notes": [*outcome.plan.notes, *outcome.notes],
        "dropped": _dropped(outcome.plan),
    }


def estimate_entry(estimate: Estimate) -> dict[str, Any]:
    """What a film will take."""
    return _job_entry(estimate.plan.job) | {
        "frames": estimate.plan.frames,
        "done": estimate.done,
        "shots": estimate.shots,
        "seconds": round(estimate.seconds, 1),
        "bytes": estimate.size,
        "scratch_bytes": estimate.scratch,
        "notes": list(estimate.plan.notes),
        "dropped": _dropped(estimate.plan),
    }


def settings_entry(options: FilmOptions) -> dict[str, Any]:
    """What a person said of the films of a run."""
    steady, encode = options.steady, options.encode
    return {
        **options.settings.as_dict(),
        "smoothing": steady.smoothing,
        "key_every": steady.key_every,
        "encode": {name: value for name, value in asdict(encode).items() if name != "threads"},
        "input": options.source,
        "start": options.start,
        "duration": options.duration,
        "preview": options.preview,
        "frames": options.frames,
        "rate": None if options.rate is None else str(options.rate),
        "sound": None if options.sound is None else told(options.sound),
        "transfer": options.transfer,
        "hints": list(map(str, options.hints)),
        "references": list(map(str, options.references)),
        "mark": options.mark,
    }


def _dropped(plan: FilmPlan) -> list[dict[str, Any]]:
    """The tracks that the result does not have."""
    tracks = (each.track for each in plan.packing.left_out)
    return [{"track": each.index, "kind": each.kind, "codec": each.codec, "title": each.title} for each in tracks]


def _job_entry(job: Job) -> dict[str, Any]:
    return {"input": told(job.source), "output": told(job.target), "error": None}
