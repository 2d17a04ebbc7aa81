"""What somebody may have meant whose file is not there: the name in its folder that is most like it."""

from __future__ import annotations

import os
import re
from itertools import islice
from pathlib import Path

_LOOKED_AT = 5000
"""Names of a folder that are compared: more would take longer than to look oneself."""
_ALIKE = 0.75
_ADDRESS = re.compile(r"(?:^|/)[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
"""As a path shows it, which makes one slash of two; no drive has a name of two letters."""


def nearest_name(name: str | Path) -> str:
    """The end of the sentence that a file is not there: `did you mean ...?`, or to check the name."""
    path = Path(name)
    if _ADDRESS.search(path.as_posix()):
        return "addresses have no place here, so download the file first and name it."
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry in islice(entries, _LOOKED_AT) if not entry.name.startswith(".")]
    except (OSError, ValueError):
        return "check the name."
    from difflib import get_close_matches

    folded = {each.casefold(): each for each in sorted(names, reverse=True)}
    close = get_close_matches(path.name.casefold(), list(folded), 1, _ALIKE)
    return f"did you mean {path.parent / folded[close[0]]}?" if close else "check the name."
