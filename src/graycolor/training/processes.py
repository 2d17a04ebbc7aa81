"""Several processes, one run: gradients and losses shared through torch.distributed (torch).

Started by `torchrun`, or with helpers on a CPU, each process takes its part of every batch; started alone, everything
here is the identity.
"""

from __future__ import annotations

import gc
import importlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

_PATIENCE = timedelta(days=7)
"""A process waits while the first one decodes or judges; one that is gone is noticed by its connection."""
_LOOPBACK = ("lo", "lo0")
_threads_alone: int | None = None
"""Threads that torch had before this process became one of several on a CPU."""


def join_group() -> tuple[int, int]:
    """This process's rank and the number of processes; joins those that `torchrun` started."""
    if not dist.is_initialized():
        if not dist.is_torchelastic_launched():
            return 0, 1
        _import_its_functions()
        # Numbers are agreed on the CPU, gradients are shared where they are.
        dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    return dist.get_rank(), dist.get_world_size()


def meet(store: Path, rank: int, world: int) -> None:
    """Join `world` processes of one thread on this machine, which find one another in a file and talk by loopback."""
    global _threads_alone
    _import_its_functions()
    _threads_alone = torch.get_num_threads()
    torch.set_num_threads(1)
    with _by_loopback():
        dist.init_process_group(
            "gloo", store=dist.FileStore(str(store), world), rank=rank, world_size=world, timeout=_PATIENCE
        )


def _import_its_functions() -> None:
    """They take the group that there is when they are imported for their default, and would never let it go.

    What is imported first finds none. A group that outlives Python aborts it, now and then.
    """
    importlib.import_module("torch.distributed.nn")


@contextmanager
def _by_loopback() -> Iterator[None]:
    """Gloo listens where no other machine can reach it, and needs no name of this one."""
    name = next((name for _, name in socket.if_nameindex() if name in _LOOPBACK), None)
    if name is None or "GLOO_SOCKET_IFNAME" in os.environ:
        yield
        return
    os.environ["GLOO_SOCKET_IFNAME"] = name
    try:
        yield
    finally:
        del os.environ["GLOO_SOCKET_IFNAME"]


def device_of(name: str) -> torch.device:
    """The device of this process: with several GPUs in one machine, the one of its local rank."""
    local = int(os.environ.get("LOCAL_RANK", "0"))
    return torch.device(name, local) if name == "cuda" else torch.device(name)


def leave_group() -> None:
    """Part from the other processes at the end of a run; what `shared` gave is to be forgotten before."""
    global _threads_alone
    if dist.is_initialized():
        gc.collect()  # such models hold themselves, and the group
        dist.destroy_process_group()
    if _threads_alone is not None:
        torch.set_num_threads(_threads_alone)
        _threads_alone = None


def shared(model: nn.Module, world: int) -> nn.Module:
    """`model` with its gradients averaged over the processes."""
    return DistributedDataParallel(model, broadcast_buffers=False) if world > 1 else model


def total(value: Tensor, world: int) -> Tensor:
    """The sum of a number over all processes (no gradient flows through it)."""
    value = value.detach().clone()
    if world > 1:
        dist.all_reduce(value)
    return value


def agreed(value: float, world: int) -> float:
    """The first process's number, for all of them: clocks differ, and all must stop at the same step."""
    if world == 1:
        return value
    shared_value = torch.tensor(value, dtype=torch.float64)
    dist.broadcast(shared_value, 0)
    return shared_value.item()


def agreed_text(text: str, world: int) -> str:
    """The first process's text, for all of them."""
    if world == 1:
        return text
    texts = [text]
    dist.broadcast_object_list(texts, 0)
    return texts[0]


def wait_for_all(world: int) -> None:
    """Let the first process finish what only it does."""
    if world > 1:
        dist.barrier()
