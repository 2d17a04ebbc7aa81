"""Tags of the whole film and of its pictures: which of them, and how they are written in mov and mp4, which have two
places for them.

The older place has a list of names of its own; the other, which telephones use (`com.apple.quicktime.make`), takes
every name, but not every player looks there. It is used where the older one would lose something.
"""

from __future__ import annotations

import io
import re

import av

from graycolor.pictures.metadata.mark import GUESSED

_OF_THE_CONTAINER = frozenset({"encoder", "major_brand", "minor_version", "compatible_brands", "timecode"})
"""Tags that describe the old file."""
_OF_THE_ENCODING = re.compile(
    r"(encoder|duration|bps|number_of_(bytes|frames)|_statistics_.*|vendor_id|timecode)(-[a-z]{3})?", re.IGNORECASE
)
"""Tags of a picture track that describe the old encoding."""
_TWO_PLACES = ("mov", "mp4")
PART = "This is a part of the film."
"""How the mark of a part ends."""
_FOR_WORDS = ("comment", "description", "synopsis", "graycolor")
"""Places for words: those that players show first, and one that nobody else takes."""
_EVERY_NAME = {"movflags": "use_metadata_tags"}


def file_tags(tags: dict[str, str]) -> dict[str, str]:
    """The tags that are still true of the result."""
    return {key: text for key, text in tags.items() if key.lower() not in _OF_THE_CONTAINER}


def marked_tags(tags: dict[str, str], mark: str) -> dict[str, str]:
    """The tags of the result with `mark` beside them: as the comment, or in another place where there is a comment.

    A mark of an earlier run of ours gives way.
    """
    kept = {key: text for key, text in file_tags(tags).items() if not text.startswith(GUESSED)}
    if not mark:
        return kept
    taken = {key.lower() for key in kept}
    return kept | {next(name for name in _FOR_WORDS if name not in taken): mark}


def tag_options(tags: dict[str, str], muxer: str) -> dict[str, str]:
    """The muxer's options with which it writes all of `tags`."""
    return _EVERY_NAME if muxer in _TWO_PLACES and lost_tags(tags, muxer, {}) else {}


def picture_tags(tags: dict[str, str]) -> dict[str, str]:
    """The tags of the source's pictures that are true of the new ones."""
    return {key: text for key, text in titled(tags).items() if not _OF_THE_ENCODING.fullmatch(key)}


def titled(tags: dict[str, str]) -> dict[str, str]:
    """A track's tags with its title by the name that every muxer knows: mov has it as `name`."""
    if "name" not in tags or "title" in tags:
        return dict(tags)
    return {"title" if key == "name" else key: text for key, text in tags.items()}


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
