"""What a scientific picture holds: its values, and what the file says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from graycolor.errors import UsageError


@dataclass(frozen=True, eq=False)
class Measured:
    """One picture's values.

    Attributes:
        values: (H,W) of any numbers; what stands for nothing is NaN.
        unit: that the file names, or nothing.
        window: the values of black and of white, where the file proposes a range.
        notes: a sentence each for what colors by value do not tell.
    """

    values: NDArray[Any]
    unit: str = ""
    window: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()


def check_page(name: str, page: int | None, count: int) -> None:
    """Refuse to guess a page of several.

    Raises:
        UsageError: none was chosen, or there is no such page.
    """
    if page is None and count > 1:
        raise UsageError(f"{name} holds {count} pages; choose one with --page 1 to --page {count}.")
    if page is not None and not 1 <= page <= count:
        raise UsageError(f"{name} has no page {page}; choose 1 to {count}.")
