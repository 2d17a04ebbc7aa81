"""What a page fetches besides itself: pictures, downloads; and where it sends files to. All of them of one visit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from graycolor.errors import BoundError, GraycolorError
from graycolor.web.answers import shown as _shown
from graycolor.web.answers import told as _told
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


def add_routes(app: FastAPI, visits: Visits, studio: Studio) -> None:
    """Everything that is not the page itself."""
    from starlette.routing import Route

    answers = _Answers(visits, studio)
    app.router.routes += [
        Route("/photograph/{photo}/{what}.jpg", answers.picture),
        Route("/photograph/{photo}/full/{what}.jpg", answers.full),
        Route("/download/{key}", answers.download),
        Route("/bring/{purpose}", answers.upload, methods=["POST"]),
    ]


def address_of(photo: Photo, what: str, key: str) -> str:
    """Where a page finds a picture of a photograph as it looks by some wishes."""
    return f"/photograph/{photo.id}/{what}.jpg?as={quote(key, safe='')}"


class _Answers:
    """An answer for every route; what is not the visitor's own is not there."""

    def __init__(self, visits: Visits, studio: Studio) -> None:
        self._visits, self._studio = visits, studio

    def _visit(self, request: Request) -> Visit | None:
        return self._visits.known(request.scope[VISIT])

    def _photo(self, request: Request) -> Photo | None:
        visit = self._visit(request)
        return None if visit is None else visit.photo(request.path_params["photo"])

    async def picture(self, request: Request) -> Response:
        """A small picture: before, after, the veil, the thumbnail, its own colors."""
        photo, what = self._photo(request), request.path_params["what"]
        data = _picture(photo, what, request.query_params.get("as", "")) if photo else b""
        return _shown(data, "image/png" if what == "veil" else "image/jpeg")

    async def full(self, request: Request) -> Response:
        """All pixels: before, after, or as it was kept."""
        photo, what = self._photo(request), request.path_params["what"]
        if photo is None or what not in ("before", "after", "kept") or (what == "kept" and not photo.kept):
            return _shown(b"")
        wishes = {"before": None, "after": photo.history.now, "kept": photo.kept and photo.kept[0]}[what]
        try:
            return _shown(await asyncio.wrap_future(photo.full(self._studio, wishes)))
        except GraycolorError:  # the page tells of it where the photograph would be
            return _shown(b"")

    async def download(self, request: Request) -> Response:
        """A file that was made for the visitor."""
        from starlette.responses import FileResponse, Response

        visit = self._visit(request)
        path = visit.downloads.get(request.path_params["key"]) if visit else None
        if path is None or not path.is_file():
            return Response("This download is gone; ask for it again.", 404)
        disposition = f"attachment; filename*=UTF-8''{quote(path.name)}"
        return FileResponse(path, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})

    async def upload(self, request: Request) -> Response:
        """A file that the visitor brings; the answer is its key, or a sentence."""
        visit, purpose = self._visit(request), request.path_params["purpose"]
        if visit is None:
            return _told("This visit is over; load the page again.", 409)
        if purpose not in PURPOSES:
            return _told("Nobody has asked for such a file.", 404)
        try:
            length = int(request.headers.get("content-length", "-1"))
            path = await received(request.stream(), request.headers.get("x-name", ""), length, visit)
        except BoundError as error:
            return _told(str(error), 413)
        except (GraycolorError, ValueError) as error:
            return _told(str(error), 422)
        if purpose == "photograph":
            photo = Photo(path, path.name)
            visit.take(photo)
            photo.begin(self._studio)
            return _told(photo.id, 201)
        visit.beside[path.name] = path
        return _told(path.name, 201)


def _picture(photo: Photo, what: str, key: str) -> bytes:
    """One of a photograph's pictures; nothing where there is none any more."""
    kept = {"before": photo.before, "thumbnail": photo.thumbnail, "own": photo.own}
    if what in kept:
        return kept[what]
    shown = photo.look_of(key)
    if shown is None or what not in ("after", "veil"):
        return b""
    return shown.views.after[0] if what == "after" else shown.views.confidence
