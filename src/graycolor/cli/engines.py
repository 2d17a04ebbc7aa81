"""What colors: this machine, or the machines of a Ray cluster."""

from __future__ import annotations

from graycolor.errors import UsageError
from graycolor.packages import require


def is_ray(where: str, address: str | None, workers: int | None) -> bool:
    """Whether a cluster colors.

    Raises:
        UsageError: there is no such engine, or what was said is of another.
        MissingPackageError: Ray is not installed.
    """
    if where not in ("local", "ray"):
        raise UsageError(f"There is no engine {where!r}; choose local or ray.")
    if where == "ray":
        require("--engine ray", "ray")
        return True
    if address is not None or workers is not None:
        raise UsageError("--address and --workers are of a Ray cluster; add --engine ray.")
    return False
