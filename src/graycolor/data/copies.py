"""Copies: which pictures are the same, and which are so alike that they must share a split.

Exact copies have the same SHA-256. Near copies are found by perceptual hash: 64 bits, few of which differ between a
photograph and its resized, recompressed or slightly retouched copy. A split between likes would let a network be
judged on what it has learnt by heart, so alike pictures that are no copies are kept, on the same side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from graycolor.data.filters import DUPLICATE, NEAR

Hashes = NDArray[np.uint64]

COPY_BITS = 4
"""Hashes this close are one photograph."""
ALIKE_BITS = 8
"""Hashes this close are one scene, or at least not worth the risk."""
_SCENE, _SCENE_SHARE = 20, 0.02
"""Pictures, or the share of all, beyond which a chain of alike ones is of one kind and no scene."""
_BITS = 64
_BLOCK = 2**22
"""Pairs compared at once: 32 MB of them."""


class Seen(Protocol):
    """What is known of a picture: SHA-256 of its file, perceptual hash, pixels of the original."""

    @property
    def digest(self) -> str: ...
    @property
    def likeness(self) -> int: ...
    @property
    def pixels(self) -> int: ...


@dataclass(frozen=True)
class Copies:
    """What was found among pictures, by their indices.

    Attributes:
        left_out: copy -> (reason, the picture it is a copy of).
        group: for every picture the digest that decides its split; alike pictures share it.
    """

    left_out: dict[int, tuple[str, int]]
    group: list[str]


def find_copies(pictures: Sequence[Seen]) -> Copies:
    """Copies among `pictures`; of several the one with most pixels stays. The order given decides between equals."""
    left_out: dict[int, tuple[str, int]] = {}
    first: dict[str, int] = {}
    for index, picture in enumerate(pictures):
        if picture.digest in first:
            left_out[index] = (DUPLICATE, first[picture.digest])
        first.setdefault(picture.digest, index)
    likeness = np.array([picture.likeness for picture in pictures], np.uint64)
    values, value_of = np.unique(likeness, return_inverse=True)
    pairs, distances = near_pairs(values, ALIKE_BITS)
    best_first = sorted(first.values(), key=lambda index: (-pictures[index].pixels, pictures[index].digest))
    left_out |= _near_copies(best_first, value_of, pairs[distances <= COPY_BITS])
    scenes = _scenes(value_of, len(values), pairs, distances)
    return Copies(left_out, _groups([picture.digest for picture in pictures], scenes[value_of]))


def near_pairs(hashes: Hashes, distance: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """All pairs i < j of `hashes` at most `distance` bits apart, (P,2), and their distances (P,).

    Two hashes that differ in d bits agree in one of d + 1 bands of bits, so only hashes that share a band are compared.
    """
    found = [pair for band in _bands(hashes, distance + 1) for pair in _pairs_within(hashes, band, distance)]
    if not found:
        return np.empty((0, 2), np.int64), np.empty(0, np.uint8)
    pairs = np.unique(np.concatenate(found), axis=0)
    return pairs, np.bitwise_count(hashes[pairs[:, 0]] ^ hashes[pairs[:, 1]])


def _bands(hashes: Hashes, count: int) -> Iterator[NDArray[np.int64]]:
    """Groups of indices whose hashes agree in one of `count` bands of bits."""
    edges = np.linspace(0, _BITS, count + 1).round().astype(int)
    for low, high in pairwise(edges.tolist()):
        codes = (hashes >> np.uint64(low)) & np.uint64((1 << (high - low)) - 1)
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order])) + 1
        yield from (group for group in np.split(order, starts) if len(group) > 1)


def _pairs_within(hashes: Hashes, group: NDArray[np.int64], distance: int) -> Iterator[NDArray[np.int64]]:
    rows = max(1, _BLOCK // len(group))
    mine = hashes[group]
    for start in range(0, len(group), rows):
        close = np.bitwise_count(mine[start : start + rows, None] ^ mine[None]) <= distance
        one, other = np.nonzero(close)
        ahead = one + start < other  # a stable sort keeps the indices of a group in order
        if ahead.any():
            yield np.stack([group[one[ahead] + start], group[other[ahead]]], axis=1)


def _near_copies(
    best_first: Sequence[int], value_of: NDArray[np.int64], pairs: NDArray[np.int64]
) -> dict[int, tuple[str, int]]:
    neighbors: dict[int, list[int]] = {}
    for one, other in pairs.tolist():
        neighbors.setdefault(one, []).append(other)
        neighbors.setdefault(other, []).append(one)
    owner: dict[int, int] = {}
    copies = {}
    for index in best_first:
        value = int(value_of[index])
        if value in owner:
            copies[index] = (NEAR, owner[value])
            continue
        for near in (value, *neighbors.get(value, ())):
            owner.setdefault(near, index)
    return copies


def _scenes(
    value_of: NDArray[np.int64], count: int, pairs: NDArray[np.int64], distances: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """A number for each hash, the same for those that chains of alike ones connect.

    Photographs of one kind, such as portraits, are alike by chance, and a chain of chances soon connects a sixth of
    them, which would then all be judged by or none. So longer chains hold by closer likeness, down to that of copies.
    """
    longest = max(_SCENE, _SCENE_SHARE * len(value_of))
    scenes = _connected(count, pairs)
    for bits in range(ALIKE_BITS - 1, COPY_BITS - 1, -1):
        large = np.bincount(scenes[value_of], minlength=count)[scenes] > longest
        if not large.any():
            break
        held = ~large[pairs[:, 0]] | (distances <= bits)
        pairs, distances = pairs[held], distances[held]
        scenes = _connected(count, pairs)
    return scenes


def _connected(count: int, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of `count` numbers one that all have which chains of pairs connect."""
    parent = list(range(count))

    def root(value: int) -> int:
        while parent[value] != value:
            parent[value] = value = parent[parent[value]]
        return value

    for one, other in pairs.tolist():
        parent[root(one)] = root(other)
    return np.array([root(value) for value in range(count)], np.int64)


def _groups(digests: Sequence[str], scenes: NDArray[np.int64]) -> list[str]:
    """For each picture the smallest digest of its scene."""
    least: dict[int, str] = {}
    for digest, scene in zip(digests, scenes.tolist(), strict=True):
        least[scene] = min(digest, least.get(scene, digest))
    return [least[scene] for scene in scenes.tolist()]
