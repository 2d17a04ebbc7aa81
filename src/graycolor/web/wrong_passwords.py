"""Wrong passwords: who has given too many waits, and longer every time."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE = 5
"""Wrong passwords that cost nothing but half a second: people mistype."""
_FIRST_WAIT, _LONGEST_WAIT = 60.0, 3600.0
"""Seconds without an answer after too many; each further wrong one doubles them."""
_FORGOTTEN = 6 * 3600.0
"""Seconds after which a wrong password is forgotten."""
_KNOWN = 10_000
"""Addresses that are remembered; whoever has more of them guesses from all at once, and forgets us first."""


@dataclass
class _Guesses:
    count: int = 0
    last: float = 0.0
    until: float = 0.0


class WrongPasswords:
    """Counts wrong passwords by where they come from.

    Args:
        clock: gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._by_place: OrderedDict[str, _Guesses] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds for which no password from there is looked at."""
        guesses = self._by_place.get(_place_of(address))
        return max(0.0, guesses.until - self._clock()) if guesses else 0.0

    def note(self, address: str) -> None:
        """A wrong password came from there."""
        place, now = _place_of(address), self._clock()
        guesses = self._by_place.setdefault(place, _Guesses())
        if now - guesses.last > _FORGOTTEN:
            guesses.count = 0
        guesses.count, guesses.last = guesses.count + 1, now
        if (over := guesses.count - FREE) >= 0:
            guesses.until = now + min(_LONGEST_WAIT, _FIRST_WAIT * 2**over)
        self._by_place.move_to_end(place)
        while len(self._by_place) > _KNOWN:
            self._by_place.popitem(last=False)

    def forget(self, address: str) -> None:
        """The right password came from there."""
        self._by_place.pop(_place_of(address), None)


def told_wait(seconds: float) -> str:
    """What somebody is told who has to wait."""
    minutes = max(1, -int(-seconds // 60))
    return f"Too many wrong passwords; try again in {minutes} minute{'' if minutes == 1 else 's'}."


def _place_of(address: str) -> str:
    """An address, or the network of an IPv6 one, of which one computer has as many as it likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
