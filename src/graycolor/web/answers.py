"""Answers that the routes of the page share: pictures, and words for its scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response

_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}


def shown(data: bytes, kind: str = "image/jpeg") -> Response:
    """A picture, which never changes at its address; no bytes are no picture."""
    from starlette.responses import Response

    return Response(data, media_type=kind, headers=_FOR_EVER) if data else Response(status_code=404)


def told(what: str, status: int) -> Response:
    """A key or a sentence, for a script of the page."""
    from starlette.responses import Response

    return Response(json.dumps(what), status, media_type="application/json")
