"""Where the page is served: the socket, the address to type, and the names by which a browser may ask for it."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

from graycolor.errors import OutputError, UsageError, reason_of

USUAL_PORT = 8080
_EVERYWHERE = frozenset({"0.0.0.0", "::"})
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Address:
    """An open socket, and how to reach it.

    Attributes:
        host: what it is bound to, as it was said.
        socket: listening.
    """

    host: str
    socket: socket.socket

    @property
    def port(self) -> int:
        """The port, whichever was free where none was said."""
        return int(self.socket.getsockname()[1])

    @property
    def url(self) -> str:
        """What to type in a browser on this machine."""
        name = "127.0.0.1" if self.host in _EVERYWHERE else self.host
        return f"http://[{name}]:{self.port}/" if ":" in name else f"http://{name}:{self.port}/"

    @property
    def is_local(self) -> bool:
        """Whether nobody but this machine can reach it."""
        return _is_loopback(self.host)

    @property
    def is_asked_for(self) -> Callable[[str], bool]:
        """Whether a browser that names this host means us; see `is_own_name`."""
        return lambda name: is_own_name(name, self.host)


def listen(host: str, port: int | None) -> Address:
    """An address to serve at; without a port the usual one, or any free one where that is taken.

    Raises:
        OutputError: the port is taken, or the host is none of this machine's.
    """
    if port is not None and not 0 <= port <= 65535:
        raise UsageError(f"There is no port {port}; choose one from 1024 to 65535.")
    try:
        return Address(host, _bound(host, USUAL_PORT if port is None else port))
    except OSError as error:
        taken = error
    if port is None:
        try:
            return Address(host, _bound(host, 0))
        except OSError as error:
            taken = error
    raise OutputError(
        f"The page cannot be served at {host}, port {port or USUAL_PORT} ({reason_of(taken)}); "
        "choose another --port, or leave out --host."
    )


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(128)
    except OSError:
        bound.close()
        raise
    return bound


def is_own_name(name: str, bound: str) -> bool:
    """Whether the host that a browser names (without its port) can be this server.

    A page from elsewhere can make its own name lead to this machine (DNS rebinding) and would then count as the same
    site: so names are known ones, and addresses are told by their digits, which nobody else's name is.
    """
    name = name.lower().strip("[]")
    if name in _HERE or name == bound.lower():
        return True
    if _is_loopback(bound):
        return False
    own = socket.gethostname().lower()
    return name in {own, f"{own}.local", socket.getfqdn().lower()} or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host.lower() == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
