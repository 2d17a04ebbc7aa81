from __future__ import annotations

import resource
from contextlib import contextmanager

import pytest
import torch

from graycolor.data.store import PhotoStore, build_store


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Tiny networks on many threads wait for each other more than they compute."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def photos(tmp_path_factory, drawn_photos) -> PhotoStore:
    return build_store(tmp_path_factory.mktemp("photos") / "train", drawn_photos(16), max_side=500)


@pytest.fixture
def little_room():
    """A disk on which no file can grow beyond some bytes, for the length of a block."""

    @contextmanager
    def limited(size: int):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited
