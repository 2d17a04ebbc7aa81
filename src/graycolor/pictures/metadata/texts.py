"""Metadata in words and whole numbers: a PNG's text chunks, the one comment of GIF and PPM, the shape of pixels."""

from __future__ import annotations

import re

from graycolor.pictures.metadata.iptc import IPTC_KEYWORD, as_text
from graycolor.pictures.metadata.record import XMP_KEYWORD, Metadata

_PIXMAP_WORD = re.compile(rb"\s*(#[^\r\n]*|[^\s#]+)")


def comment_of(metadata: Metadata) -> bytes | None:
    """All that is said in words, the mark included, for formats that hold one comment and no XMP."""
    words = [words_of(metadata), None if metadata.mark is None else metadata.mark.encode()]
    return b"\n".join(part for part in words if part) or None


def words_of(metadata: Metadata) -> bytes | None:
    """The comment and all texts as one comment, without the mark."""
    words = [] if metadata.comment is None else [metadata.comment]
    words += [f"{key}: {text}".encode() for key, text in metadata.text]
    return b"\n".join(words) or None


def all_texts(metadata: Metadata) -> list[tuple[str, str]]:
    """Keyword and text of every text chunk of a PNG, XMP and IPTC among them."""
    texts = list(metadata.text)
    if metadata.comment and "Comment" not in dict(texts):
        texts.append(("Comment", metadata.comment.decode("utf-8", "replace")))
    if metadata.photoshop:
        texts.append((IPTC_KEYWORD, as_text(metadata.photoshop)))
    if metadata.xmp:
        texts.append((XMP_KEYWORD, metadata.xmp.decode("utf-8", "replace")))
    return texts


def pixmap_comment(data: bytes) -> bytes | None:
    """The comment lines in the header of a PBM, PGM, PPM or PFM, as one."""
    lines, numbers, at = [], 0, 2
    while numbers < (2 if data[1:2] in b"14" else 3) and (word := _PIXMAP_WORD.match(data, at)):
        at = word.end()
        if word[1].startswith(b"#"):
            lines.append(word[1][1:].strip())
        else:
            numbers += 1
    return b"\n".join(lines) or None


def whole_ratio(ratio: tuple[float, float], most: int) -> tuple[int, int]:
    """A ratio as two whole numbers of at most `most`."""
    if all(number == int(number) and number <= most for number in ratio):
        return int(ratio[0]), int(ratio[1])
    from fractions import Fraction  # hardly any picture needs it, and it brings decimals

    near = Fraction(ratio[0] / ratio[1]).limit_denominator(min(most, 10_000))
    return max(1, min(near.numerator, most)), near.denominator
