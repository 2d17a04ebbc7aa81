"""What has become of a photograph, and why it was not colored, in a word or two for a tile."""

from __future__ import annotations

import re

WAITING, READY, IN_COLOR, FAILED = "waiting", "ready", "in color", "failed"

_IS = re.compile(r"is (?:(an? [^;,(]+)|(one frame of a film)|(empty|damaged)|(no picture))")
"""How our sentences on files go on after the name; a word or two of them are enough to tell a file from others."""


def short_reason(state: str, sentence: str, name: str) -> str:
    """Why a photograph was not colored.

    Args:
        state: one of the words above.
        sentence: what was told of it.
        name: its name, with which such a sentence begins.
    """
    if state == IN_COLOR:
        return "In color already"
    if state != FAILED:
        return ""
    found = _IS.match(sentence.removeprefix(f"{name} "))
    if found is None:
        return "Cannot be read"
    kind, frame, condition, _ = found.groups()
    told = kind or frame or condition or "not a picture"
    return told[:1].upper() + told[1:].rstrip(" .")
