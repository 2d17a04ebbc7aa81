"""`graycolor web`: a page to look at and to click."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from graycolor.cli.console import below_the_keys, reported_errors, say, tell
from graycolor.cli.options import Device, Threads, Weights
from graycolor.errors import UsageError

if TYPE_CHECKING:
    from graycolor.web.address import Address

EPILOG = "Example:  graycolor web --open   (Ctrl-C stops it)"

Port = Annotated[
    int | None,
    typer.Option(show_default=False, help="Port of the page. (default: 8080, or a free one where that is taken)"),
]
Host = Annotated[
    str, typer.Option(help="Address to listen at; 0.0.0.0 lets all who can reach this machine see the page.")
]
Auth = Annotated[
    str,
    typer.Option(
        metavar="USER:PASSWORD",
        envvar="GRAYCOLOR_WEB_AUTH",
        show_default=False,
        show_envvar=True,
        help="Ask visitors for this name and password.",
    ),
]
Open = Annotated[bool, typer.Option("--open", help="Open the page in the browser.")]


def web(
    port: Port = None,
    host: Host = "127.0.0.1",
    auth: Auth = "",
    open_page: Open = False,
    weights: Weights = None,
    device: Device = "auto",
    threads: Threads = None,
) -> None:
    """Color photographs and films in the browser: drop them, look closely, click where you know a color."""
    with reported_errors():
        _check(auth)
        from graycolor.cli.heap import share_one_heap
        from graycolor.network.engine import check_threads
        from graycolor.network.weights import fingerprint
        from graycolor.web.address import listen

        share_one_heap()
        fingerprint(weights)  # what is no weights file is told now
        check_threads(threads)
        address = listen(host, port)
        from graycolor.colorizer import Colorizer
        from graycolor.web.server import open_browser, serve

        def ready() -> None:
            _tell(address, auth)
            if open_page:
                open_browser(address.url)

        kept = serve(address, lambda: Colorizer(weights, device=device, threads=threads), auth=auth, ready=ready)
        below_the_keys()
        for sentence in kept:
            say(sentence)
        say("The page is closed, and what was brought to it is removed.")


def _check(auth: str) -> None:
    """Refuse what cannot work before anything is loaded."""
    if find_spec("nicegui") is None:
        raise UsageError("The page needs NiceGUI, which is not installed; run: pip install 'graycolor[web]'.")
    user, colon, password = auth.partition(":")
    if auth and not (user and colon and password):
        raise UsageError("A name and a password are given as USER:PASSWORD; write them with a colon between.")


def _tell(address: Address, auth: str) -> None:
    tell(f"The page is at {address.url}")
    if address.is_local:
        say("Only this machine can see it, and photographs stay here. Ctrl-C stops it.")
    elif auth:
        say("All who can reach this machine can see it if they know the password, which travels unencrypted.")
    else:
        say(
            "Warning: all who can reach this machine can use it, without a password; "
            "--auth USER:PASSWORD asks for one, and without --host nobody else can."
        )
