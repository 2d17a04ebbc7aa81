"""`graycolor web`: a page to look at and to click."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graycolor.cli.console import below_the_keys, reported_errors, say, tell
from graycolor.cli.options import Device, Threads, Weights
from graycolor.errors import UsageError

if TYPE_CHECKING:
    from graycolor.web.address import Address
    from graycolor.web.server import Shown

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
Folder = Annotated[
    Path | None,
    typer.Argument(metavar="[FOLDER]", show_default=False, help="A folder of photographs to show as a wall."),
]
Recursive = Annotated[bool, typer.Option("--recursive", "-r", help="Show the folders in FOLDER too.")]
Share = Annotated[
    bool,
    typer.Option("--share-folder", help="Show FOLDER to all who see the page, not only to whoever sits here."),
]
Open = Annotated[bool, typer.Option("--open", help="Open the page in the browser.")]


def web(
    folder: Folder = None,
    recursive: Recursive = False,
    port: Port = None,
    host: Host = "127.0.0.1",
    auth: Auth = "",
    share_folder: Share = False,
    open_page: Open = False,
    weights: Weights = None,
    device: Device = "auto",
    threads: Threads = None,
) -> None:
    """Color photographs and films in the browser: drop them, look closely, click where you know a color."""
    with reported_errors():
        _check(auth)
        if folder is None and (recursive or share_folder):
            raise UsageError("There is no folder to show; name one, or leave out --recursive and --share-folder.")
        from graycolor.cli.heap import share_one_heap
        from graycolor.network.engine import check_threads
        from graycolor.network.weights import fingerprint
        from graycolor.web.address import listen

        share_one_heap()
        prints = fingerprint(weights)  # what is no weights file is told now
        shown = _shown(folder, prints, recursive, share_folder)
        check_threads(threads)
        address = listen(host, port)
        from graycolor.colorizer import Colorizer
        from graycolor.web.server import open_browser, serve

        def ready() -> None:
            _tell(address, auth, shown)
            if open_page:
                open_browser(_first_page(address, shown))

        def open_colorizer() -> Colorizer:
            return Colorizer(weights, device=device, threads=threads)

        kept = serve(address, open_colorizer, auth=auth, shown=shown, ready=ready)
        below_the_keys()
        for sentence in kept:
            say(sentence)
        say("The page is closed, and what was brought to it is removed.")


def _shown(folder: Path | None, weights: str, recursive: bool, is_shared: bool) -> Shown | None:
    """The folder that is shown, if one was named."""
    if folder is None:
        return None
    from graycolor.web.server import Shown
    from graycolor.web.shoebox.folder import check_folder

    return Shown(check_folder(folder), weights[:16], recursive, is_shared)


def _first_page(address: Address, shown: Shown | None) -> str:
    return address.url if shown is None else f"{address.url}shoebox"


def _check(auth: str) -> None:
    """Refuse what cannot work before anything is loaded."""
    if find_spec("nicegui") is None:
        from graycolor.packages import command_to_add

        # Not graycolor[web]: in a light installation pip would bring torch and all else that is missing.
        raise UsageError(f"The page needs NiceGUI, which is not installed; add it with: {command_to_add('nicegui')}")
    user, colon, password = auth.partition(":")
    if auth and not (user and colon and password):
        raise UsageError("A name and a password are given as USER:PASSWORD; write them with a colon between.")


def _tell(address: Address, auth: str, shown: Shown | None) -> None:
    tell(f"The page is at {_first_page(address, shown)}")
    if address.is_local:
        say("Only this machine can see it, and photographs stay here. Ctrl-C stops it.")
    elif auth:
        say("All who can reach this machine can see it if they know the password, which travels unencrypted.")
    else:
        say(
            "Warning: all who can reach this machine can use it, without a password; "
            "--auth USER:PASSWORD asks for one, and without --host nobody else can."
        )
    if shown is not None and not address.is_local:
        who = "all of them" if shown.is_shared else "nobody but who sits at this machine"
        say(f"The folder {shown.folder} is shown to {who}.")
