"""A Ray cluster for the length of a block: one that runs already, or one on this machine alone.

Ray is imported here and nowhere before. Its dashboard and its usage reports are off; what workers print stays in Ray's
own logs, since all that a user should hear of comes back as an outcome.
"""

from __future__ import annotations

import logging
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graycolor.errors import ClusterError
from graycolor.packages import require

_STORE_BYTES = 100_000_000
"""What a cluster of our own sets aside for objects: addresses and outcomes travel, never pixels."""
_SECONDS = 5.0
"""How long an address may take to answer."""
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
"""Ray's settings: no usage reports, and no warning wherever a process gets no GPU."""


@contextmanager
def cluster(address: str | None = None, workers: int | None = None) -> Iterator[Any]:
    """The `ray` module, connected; what it was connected to before stays connected.

    Args:
        address: `auto` or `HOST:PORT` of a cluster that runs; None for one on this machine, which ends with the block.
        workers: how many pictures at a time, where the cluster is our own; None for one a core.

    Raises:
        MissingPackageError: Ray is not installed.
        ClusterError: nothing answers at the address.
    """
    require("--engine ray", "ray")
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ray

        was_connected = ray.is_initialized()
        if not was_connected:
            _connect(ray, address, workers)
    if was_connected:
        yield ray
        return
    try:
        yield ray
    finally:
        ray.shutdown()


def _connect(ray: Any, address: str | None, workers: int | None) -> None:
    own = {} if address else {"num_cpus": workers, "object_store_memory": _STORE_BYTES, "include_dashboard": False}
    try:
        _call(address)
        ray.init(address=address or "local", log_to_driver=False, logging_level=logging.ERROR, **own)
    except Exception as error:  # Ray raises all kinds, plain ones too
        where = f"No Ray cluster answers at {address}" if address else "Ray cannot start on this machine"
        raise ClusterError(f"{where}; start one with `ray start --head`, or leave out --engine ray.") from error


def _call(address: str | None) -> None:
    """See whether anybody answers at `HOST:PORT`; Ray would ask for minutes, and end the process."""
    host, colon, port = (address or "").rpartition(":")
    if colon:
        socket.create_connection((host, int(port)), timeout=_SECONDS).close()


def processes(ray: Any, workers: int | None, tasks: int | None = None) -> int:
    """How many processes are of use: as many as were asked for, or as the cluster has processors by now.

    They are no more than there are `tasks`, where that is known.
    """
    wanted = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
    return wanted if tasks is None else min(wanted, max(1, tasks))


def gpus(ray: Any, device: str) -> int:
    """GPUs that each process takes: one where the cluster has any and they are not ruled out."""
    return 1 if device != "cpu" and ray.cluster_resources().get("GPU") else 0


def begin_in(folder: Path) -> None:
    """Let relative names begin where they do on the machine that asks, in a process of the cluster.

    Raises:
        ClusterError: this machine has no such folder.
    """
    try:
        os.chdir(folder)
    except OSError as error:
        raise ClusterError(
            f"The machine {socket.gethostname()} has no folder {folder}; a cluster's machines need the same files "
            "under the same names."
        ) from error
