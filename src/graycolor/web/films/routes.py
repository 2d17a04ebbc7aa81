"""What the page of films fetches and sends: films, frames of shots, and what can be played or taken home."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from graycolor.bounds import FILM_UPLOAD_BYTES
from graycolor.errors import BoundError, GraycolorError
from graycolor.web.answers import shown, told
from graycolor.web.films.film_room import FilmRoom
from graycolor.web.guard import VISIT
from graycolor.web.studio import Studio
from graycolor.web.uploads import received
from graycolor.web.visits import Visit, Visits

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from graycolor.web.films.film import FilmInHand, ShotInHand

_PLAYED = {".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm"}
_ROOM = 3
"""Sizes of a film that have to be free where it goes: itself, its pieces, its result."""


def add_film_routes(app: FastAPI, visits: Visits, studio: Studio, films: FilmRoom) -> None:
    """Everything that films need besides their page."""
    from starlette.routing import Route

    answers = _Answers(visits, studio, films)
    app.router.routes[:0] = [
        Route("/bring/film", answers.upload, methods=["POST"]),
        Route("/film/{film}/shot/{number:int}.jpg", answers.shot),
        Route("/film/{film}/now.jpg", answers.now),
        Route("/film/{film}/play/{which}", answers.play),
        Route("/film/{film}/download", answers.download),
    ]


def shot_address(film: FilmInHand, shot: ShotInHand) -> str:
    """Where a page finds the small picture of a shot as it looks now."""
    return f"/film/{film.id}/shot/{shot.shot.number}.jpg?as={film.wishes_of(shot).key}"


class _Answers:
    """An answer for every route; what is not the visitor's own is not there."""

    def __init__(self, visits: Visits, studio: Studio, films: FilmRoom) -> None:
        self._visits, self._studio, self._films = visits, studio, films

    def _visit(self, request: Request) -> Visit | None:
        return self._visits.known(request.scope[VISIT])

    def _film(self, request: Request) -> FilmInHand | None:
        visit = self._visit(request)
        return None if visit is None else visit.films.get(request.path_params["film"])

    async def upload(self, request: Request) -> Response:
        """A film that the visitor brings; the answer is its key, or a sentence."""
        visit = self._visit(request)
        if visit is None:
            return told("This visit is over; load the page again.", 409)
        try:
            length = int(request.headers.get("content-length", "-1"))
            _check_room(visit, length)
            name = request.headers.get("x-name", "")
            path = await received(request.stream(), name, length, visit, FILM_UPLOAD_BYTES)
            return told(self._brought(visit, path).id, 201)
        except BoundError as error:
            return told(str(error), 413)
        except (GraycolorError, ValueError) as error:
            return told(str(error), 422)

    def _brought(self, visit: Visit, path: Path) -> FilmInHand:
        try:
            return self._films.bring(visit, path)
        except GraycolorError:
            visit.give_back(path)
            raise

    async def shot(self, request: Request) -> Response:
        """A small picture of a shot, made now if it is not there."""
        film, number = self._film(request), request.path_params["number"]
        if film is None or number >= len(film.shots):
            return shown(b"")
        shot = film.shots[number]
        wishes = film.wishes_of(shot)
        if shot.thumbnail[0] != wishes.key:
            try:
                made = await asyncio.wrap_future(shot.photo.small(self._studio, wishes))
            except GraycolorError:  # a photograph that cannot lead is told of where it was brought
                return shown(b"")
            shot.thumbnail = wishes.key, made
        return shown(shot.thumbnail[1])

    async def now(self, request: Request) -> Response:
        """The newest frame, before and after, while the film is being colored."""
        film = self._film(request)
        return _file(film.newest_frame if film else None, "image/jpeg")

    async def play(self, request: Request) -> Response:
        """The preview or the result, as browsers play it; any part of it."""
        film = self._film(request)
        work = film and {"preview": film.preview, "whole": film.whole}.get(request.path_params["which"])
        path = work.watched if work else None
        return _file(path, _PLAYED.get(path.suffix.lower(), "video/mp4") if path else "")

    async def download(self, request: Request) -> Response:
        """The result."""
        film = self._film(request)
        path = film.whole.result if film and film.whole else None
        if path is None:
            return _file(None, "")
        return _file(path, "application/octet-stream", f"attachment; filename*=UTF-8''{quote(path.name)}")


def _check_room(visit: Visit, length: int) -> None:
    if _ROOM * max(length, 0) > shutil.disk_usage(visit.folder).free:
        path = "; open it by its path instead." if visit.is_local else "."
        raise BoundError(f"There is no room for this film and its result where the page keeps its files{path}")


def _file(path: Path | None, kind: str, disposition: str = "") -> Response:
    from starlette.responses import FileResponse, Response

    if path is None or not path.is_file():
        return Response("This film is not there any more.", 404)
    headers = {"Cache-Control": "no-store"} | ({"Content-Disposition": disposition} if disposition else {})
    return FileResponse(path, media_type=kind, headers=headers)
