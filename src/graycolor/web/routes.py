"""What a page fetches besides itself: pictures, downloads; and where it sends files to. All of them of one visit."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from graycolor.errors import BoundError, GraycolorError
from graycolor.web.guard import VISIT
from graycolor.web.photo import Photo
from graycolor.web.studio import Studio
from graycolor.web.uploads import received
from graycolor.web.visits import Visit, Visits

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

PURPOSES = ("photograph", "reference", "settings")
_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}


def add_routes(app: FastAPI, visits: Visits, studio: Studio) -> None:
    """Everything that is not the page itself."""
    from starlette.responses import FileResponse, Response
    from starlette.routing import Route

    def visit_of(request: Request) -> Visit | None:
        return visits.known(request.scope[VISIT])

    def photo_of(request: Request) -> Photo | None:
        visit = visit_of(request)
        return None if visit is None else visit.photos.get(request.path_params["photo"])

    async def picture(request: Request) -> Response:
        photo, what = photo_of(request), request.path_params["what"]
        data = _picture(photo, what, request.query_params.get("as", "")) if photo else b""
        kind = "image/png" if what == "veil" else "image/jpeg"
        return Response(data, media_type=kind, headers=_FOR_EVER) if data else Response(status_code=404)

    async def full(request: Request) -> Response:
        photo, what = photo_of(request), request.path_params["what"]
        if photo is None or what not in ("before", "after", "kept") or (what == "kept" and not photo.kept):
            return Response(status_code=404)
        wishes = {"before": None, "after": photo.history.now, "kept": photo.kept and photo.kept[0]}[what]
        data = await asyncio.wrap_future(photo.full(studio, wishes))
        return Response(data, media_type="image/jpeg", headers=_FOR_EVER)

    async def download(request: Request) -> Response:
        visit = visit_of(request)
        path = visit.downloads.get(request.path_params["key"]) if visit else None
        if path is None or not path.is_file():
            return Response("This download is gone; ask for it again.", 404)
        disposition = f"attachment; filename*=UTF-8''{quote(path.name)}"
        return FileResponse(path, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})

    async def upload(request: Request) -> Response:
        visit = visit_of(request)
        if visit is None:
            return _told("This visit is over; load the page again.", 409)
        if request.path_params["purpose"] not in PURPOSES:
            return _told("Nobody has asked for such a file.", 404)
        try:
            length = int(request.headers.get("content-length", "-1"))
            path = await received(request.stream(), request.headers.get("x-name", ""), length, visit)
        except BoundError as error:
            return _told(str(error), 413)
        except (GraycolorError, ValueError) as error:
            return _told(str(error), 422)
        if request.path_params["purpose"] == "photograph":
            photo = Photo(path, path.name)
            visit.take(photo)
            photo.begin(studio)
            return _told(photo.id, 201)
        visit.beside[path.name] = path
        return _told(path.name, 201)

    app.router.routes += [
        Route("/photograph/{photo}/{what}.jpg", picture),
        Route("/photograph/{photo}/full/{what}.jpg", full),
        Route("/download/{key}", download),
        Route("/bring/{purpose}", upload, methods=["POST"]),
    ]


def _picture(photo: Photo, what: str, key: str) -> bytes:
    """One of a photograph's pictures; nothing where there is none any more."""
    if what in ("before", "thumbnail"):
        return bytes(getattr(photo, what))
    shown = photo.look_of(key)
    if shown is None or what not in ("after", "veil"):
        return b""
    return shown.views.after[0] if what == "after" else shown.views.confidence


def _told(what: str, status: int) -> Response:
    from starlette.responses import Response

    return Response(json.dumps(what), status, media_type="application/json")


def address_of(photo: Photo, what: str, key: str) -> str:
    """Where a page finds a picture of a photograph as it looks by some wishes."""
    return f"/photograph/{photo.id}/{what}.jpg?as={quote(key, safe='')}"
