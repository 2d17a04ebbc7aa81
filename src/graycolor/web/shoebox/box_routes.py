"""What the wall fetches: what has changed since it last asked, and small pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from graycolor.web.guard import VISIT
from graycolor.web.shoebox.box import Box
from graycolor.web.visits import Visits

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

_SEEN = 200
"""Photographs that a visitor has before their eyes, at most."""
_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}


def add_box_routes(app: FastAPI, visits: Visits) -> None:
    """The wall's own addresses; for who may not see the folder there is nothing."""
    from starlette.responses import Response
    from starlette.routing import Route

    def box_of(request: Request) -> Box | None:
        visit = visits.known(request.scope[VISIT])
        return visit.box if visit else None

    def changes(request: Request) -> Response:
        box = box_of(request)
        if box is None:
            return Response(status_code=404)
        box.want(request.query_params.get("seen", "").split(",")[:_SEEN])
        return Response(json.dumps(_told(box, request)), media_type="application/json", headers=_NOT_KEPT)

    def thumbnail(request: Request) -> Response:
        box = box_of(request)
        entry = box.entry(request.path_params["entry"]) if box else None
        data = box.thumbnail(entry) if box and entry else b""
        return Response(data, media_type="image/jpeg", headers=_FOR_EVER) if data else Response(status_code=404)

    app.router.routes += [Route("/shoebox/changes", changes), Route("/shoebox/thumbnail/{entry}.jpg", thumbnail)]


_NOT_KEPT = {"Cache-Control": "no-store"}


def _told(box: Box, request: Request) -> dict[str, object]:
    """What has changed; everything where photographs have come or gone."""
    since, edition, version = _number(request, "since"), _number(request, "edition"), box.version
    now = box.edition
    entries = box.changes(since if edition == now else -1)
    return {
        "edition": now,
        "version": version,
        "sentence": box.sentence,
        "entries": [entry.told() for entry in entries],
    }


def _number(request: Request, name: str) -> int:
    said = request.query_params.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 16 else -1
