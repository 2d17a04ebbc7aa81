"""Who may see the folder: whoever sits at this machine; others only where that was asked for."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graycolor.web.shoebox.box import Box

if TYPE_CHECKING:
    from starlette.requests import Request

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@dataclass(frozen=True)
class Admission:
    """Who may see which folder.

    Attributes:
        box: the folder, if one was given.
        is_shared: whether everybody may see it who sees the page.
    """

    box: Box | None = None
    is_shared: bool = False

    def box_for(self, request: Request) -> Box | None:
        """The folder, for those who may see it."""
        return self.box if self.is_shared or _sits_here(request) else None


def _sits_here(request: Request) -> bool:
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback and not is_passed_on(request)


def is_passed_on(request: Request) -> bool:
    """Whether a server stands between: whoever asks then does not sit here, though the address is this machine's."""
    return any(name in request.headers for name in _PASSED_ON)
