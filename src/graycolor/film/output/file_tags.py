"""Tags of the whole film: which of them, and how they are written in mov and mp4, which have two places for them.

The older place has a list of names of its own; the other, which telephones use (`com.apple.quicktime.make`), takes
every name, but not every player looks there. It is used where the older one would lose something.
"""

from __future__ import annotations

import io

import av

_OF_THE_CONTAINER = frozenset({"encoder", "major_brand", "minor_version", "compatible_brands", "timecode"})
"""Tags that describe the old file."""
_EVERY_NAME = {"movflags": "use_metadata_tags"}


def file_tags(tags: dict[str, str]) -> dict[str, str]:
    """The tags that are still true of the result."""
    return {key: text for key, text in tags.items() if key.lower() not in _OF_THE_CONTAINER}


def tag_options(tags: dict[str, str], muxer: str) -> dict[str, str]:
    """The muxer's options with which it writes all of `tags`."""
    wanted = file_tags(tags)
    return _EVERY_NAME if muxer in ("mov", "mp4") and lost_tags(wanted, muxer, {}) else {}


def lost_tags(tags: dict[str, str], muxer: str, options: dict[str, str]) -> list[str]:
    """Names of those of `tags` that a file of mov or mp4 does not give back."""
    file = io.BytesIO()
    with av.open(file, "w", format=muxer, container_options=options) as trial:
        trial.add_stream("mpeg4", rate=25, width=16, height=16)
        trial.metadata.update(tags)
        trial.start_encoding()
    file.seek(0)
    with av.open(file, metadata_errors="replace") as trial:
        return [key for key in tags if key not in trial.metadata]
