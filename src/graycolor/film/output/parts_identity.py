"""What the parts of a film were made with, as it is kept beside them, and how it differs from what is wanted now."""

from __future__ import annotations

import json
from pathlib import Path

from graycolor.checked_json import Source, read_json
from graycolor.errors import OutputError

PLAN = "plan.json"
"""Where it is kept."""


def as_read(identity: dict[str, object]) -> dict[str, object]:
    """An identity as it comes back from its file."""
    read: dict[str, object] = json.loads(json.dumps(identity))
    return read


def identity_in(folder: Path) -> object:
    """The identity of the parts in a folder, as it was read; None where there is none."""
    try:
        source = Source(str(folder / PLAN), "the film is colored again", OutputError, finite=False)
        return read_json(folder / PLAN, source)
    except OSError:
        return None


def differences(kept: object, wanted: dict[str, object]) -> str:
    """What differs between two identities, in words: of single values what they were and are, else their names."""
    if not isinstance(kept, dict):
        return "which ones cannot be read any more"
    names = [name for name in wanted if kept.get(name) != wanted[name]] + [name for name in kept if name not in wanted]
    return "; ".join(_difference(name, kept.get(name), wanted.get(name)) for name in names)


def _difference(name: str, was: object, now: object) -> str:
    if isinstance(was or now, list | dict):
        return name
    return f"{name} {'not set' if was is None else was}, now {'not set' if now is None else now}"
