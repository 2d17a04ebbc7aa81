"""Several processes, one run: gradients and losses shared through torch.distributed (torch).

Started by `torchrun`, each process takes its part of every batch; started alone, everything here is the identity.
"""

from __future__ import annotations

import gc
import os

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


def join_group() -> tuple[int, int]:
    """This process's rank and the number of processes; joins those that `torchrun` started."""
    if not dist.is_torchelastic_launched():
        return 0, 1
    if not dist.is_initialized():
        # Its functions take the group that there is when they are imported for their default, and would never let it
        # go: what is imported first finds none. A group that outlives Python aborts it, now and then.
        import torch.distributed.nn

        # Numbers are agreed on the CPU, gradients are shared where they are.
        dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    return dist.get_rank(), dist.get_world_size()


def device_of(name: str) -> torch.device:
    """The device of this process: with several GPUs in one machine, the one of its local rank."""
    local = int(os.environ.get("LOCAL_RANK", "0"))
    return torch.device(name, local) if name == "cuda" else torch.device(name)


def leave_group() -> None:
    """Part from the other processes at the end of a run; what `shared` gave is to be forgotten before."""
    if dist.is_initialized():
        gc.collect()  # such models hold themselves, and the group
        dist.destroy_process_group()


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
