"""The server of `graycolor web`: one socket, one network, one page; until somebody stops it."""

from __future__ import annotations

import logging
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from graycolor.colorizer import Colorizer
from graycolor.guidance.likely_colors import prepare_colors
from graycolor.web.address import Address
from graycolor.web.films.film_room import FilmRoom
from graycolor.web.films.routes import add_film_routes
from graycolor.web.guard import Guard
from graycolor.web.routes import add_routes
from graycolor.web.shoebox.admission import Admission
from graycolor.web.shoebox.box import Box
from graycolor.web.shoebox.box_routes import add_box_routes
from graycolor.web.studio import LATER, Studio
from graycolor.web.visits import Visits

if TYPE_CHECKING:
    from uvicorn import Server

_LAST_WORDS = 3
"""Seconds that open connections get when the server stops."""
_ALIVE = 20.0
"""Seconds for which a page may be out of reach, say on a phone that sleeps, before it counts as closed."""


@dataclass(frozen=True)
class Shown:
    """A folder that is shown.

    Attributes:
        folder: where it is.
        weights: fingerprint of the weights that color it.
        recursive: whether the folders within belong to it.
        is_shared: whether all visitors see it, not only those at this machine.
    """

    folder: Path
    weights: str
    recursive: bool = False
    is_shared: bool = False


def serve(
    address: Address,
    open_colorizer: Callable[[], Colorizer],
    *,
    auth: str = "",
    shown: Shown | None = None,
    ready: Callable[[], None],
) -> list[str]:
    """Serve the page until the process is asked to stop; then all temporary files are removed.

    Args:
        address: where; see `graycolor.web.address.listen`.
        open_colorizer: gives the network, when the first photograph needs it.
        auth: `USER:PASSWORD`, or empty.
        shown: a folder of this machine to show, if any.
        ready: called once the page can be asked for.

    Returns:
        Sentences on what is kept.

    Raises:
        OutputError: another process shows the folder.
    """
    studio, visits = Studio(open_colorizer), Visits(address.is_local)
    admission, films = Admission(), FilmRoom(studio)
    # Nobody who clicks should wait for what can be done while they look for their photographs.
    Thread(target=prepare_colors, name="graycolor-preparing", daemon=True).start()
    studio.submit(LATER, lambda _: None)
    try:
        if shown is not None:
            box = Box(shown.folder, studio, shown.weights, visits.root / "wall", recursive=shown.recursive)
            admission = Admission(box, shown.is_shared)
        server = _server(address, studio, visits, admission, films, auth=auth, ready=ready)
        with suppress(KeyboardInterrupt):  # it is how one stops
            server.run(sockets=[address.socket])
    finally:
        kept = films.close()
        studio.close()
        if admission.box is not None:
            admission.box.close()
        visits.close()
    return kept + (admission.box.kept() if admission.box else [])


def _server(
    address: Address,
    studio: Studio,
    visits: Visits,
    admission: Admission,
    films: FilmRoom,
    *,
    auth: str,
    ready: Callable[[], None],
) -> Server:
    from fastapi import FastAPI
    from nicegui import ui
    from uvicorn import Config, Server

    from graycolor.web.page.box_page import add_box_page
    from graycolor.web.page.film_page import add_film_page
    from graycolor.web.page.index import add_page

    class Told(Server):
        """Says when it is there."""

        async def startup(self, sockets: list | None = None) -> None:
            await super().startup(sockets)
            ready()

    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    add_routes(app, visits, studio)
    add_page(visits, studio, admission)
    if admission.box is not None:
        add_box_routes(app, visits)
        add_box_page(visits, studio, admission)
    add_film_routes(app, visits, studio, films)
    add_film_page(visits, studio, admission, films)
    ui.run_with(
        app,
        title="graycolor",
        dark=None,
        language="en-US",
        tailwind=False,
        show_welcome_message=False,
        reconnect_timeout=_ALIVE,
        binding_refresh_interval=None,
    )
    guarded = Guard(app, address.is_asked_for, auth)
    config = Config(
        guarded,
        log_level="error",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=_LAST_WORDS,
        ws_max_size=2_000_000,
    )
    return Told(config)


def open_browser(url: str) -> None:
    """Show the page in the browser of whoever sits here."""
    webbrowser.open(url)
