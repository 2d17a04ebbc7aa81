"""Good files made bad, as strategies of hypothesis: what it finds comes with the fewest changes that show it.

It chooses the sample and how many changes are made; what each of them is follows from one number, which costs it a
tenth of what choosing every place and value by itself would.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from fuzz.fields import Field, fields_of, repaired

_LONGEST = 300_000
"""Bytes of a mutated file; the samples have a few thousand."""
_ODD_BYTES = (
    b"\0",
    b"\xff",
    b"\xff\xd8",
    b"\xff\xd9",
    b"\n",
    b"\0" * 64,
    b"\xff" * 64,
    b"%s",
    b"\x1b[31m",
    b"\xed\xa0\x80",
    b"9" * 40,
    b"-1",
    b"<",
    b'"',
    b"nan",
)
_ODD_VALUES = (
    None,
    True,
    False,
    0,
    -1,
    0.5,
    1e308,
    -1e308,
    2**31,
    2**64,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "\0",
    "é" * 300,
    "\ud800",
    "\x1b[31m",
    "#aa3322",
    [],
    {},
    [[]],
    {"": None},
    [None],
    ["a"] * 50,
    [[1, 2]],
    [[1e400, 2]],
    "../../etc/passwd",
)
_DEEP = 100_000
_changes = st.lists(st.integers(0, 2**60), min_size=1, max_size=5)


def mutated(samples: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """One of the samples with one to five changes, a PNG with its check sums put right most of the time."""
    return st.builds(lambda data, changes: _mutated(data, changes, samples), st.sampled_from(samples), _changes)


def mutated_json(samples: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """A JSON file with odd values in places of its own; one in five has its bytes changed instead."""
    structured = [each for each in samples if each[:1] in b"[{"]
    return st.builds(
        lambda data, changes: _mutated_json(data, changes) if changes[0] % 5 else _mutated(data, changes, samples),
        st.sampled_from(structured),
        _changes,
    )


def _mutated(data: bytes, changes: Sequence[int], samples: Sequence[bytes]) -> bytes:
    for seed in changes:
        random = Random(seed)
        data = random.choice(_CHANGES)(random, data, samples)[:_LONGEST]
    return data if changes[0] % 8 == 1 else repaired(data)


def _mutated_json(data: bytes, changes: Sequence[int]) -> bytes:
    value = json.loads(data)
    for seed in changes[:3]:
        value = _json_changed(Random(seed), value)
    text = json.dumps(value)
    if changes[0] % 20 == 1:
        text = text.replace("null", "[" * _DEEP + "]" * _DEEP, 1)
    return text.encode("utf-8", "surrogatepass")


def _json_changed(random: Random, value: Any) -> Any:
    """The value with something odd at one of the places below it."""
    if isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(sorted(value))
        act = random.randrange(10)
        if act == 0:
            return {name: each for name, each in value.items() if name != key}
        if act == 1:
            return {**value, random.choice(("", "unknown", "\ud800", "__class__")): random.choice(_ODD_VALUES)}
        return {**value, key: _json_changed(random, value[key])}
    if isinstance(value, list) and value and random.random() < 0.85:
        place = random.randrange(len(value))
        return [*value[:place], _json_changed(random, value[place]), *value[place + random.randrange(2) :]]
    return random.choice(_ODD_VALUES)


@lru_cache(64)
def _fields(data: bytes) -> list[Field]:
    return fields_of(data)


def _place(random: Random, data: bytes) -> int:
    return random.randrange(len(data)) if data else 0


def _with_field(random: Random, data: bytes, samples: Sequence[bytes]) -> bytes:
    """A length, count or offset that lies."""
    fields = _fields(data)
    if not fields:
        return _with_number(random, data, samples)
    at, size, order = random.choice(fields)
    top, now = 256**size, int.from_bytes(data[at : at + size], order)  # type: ignore[arg-type]
    near = (0, 1, 2, 3, 7, 8, 12, now - 1, now + 1, now * 2, len(data), len(data) - at, top // 2, top // 2 - 1, top - 1)
    value = random.choice((*near, random.randrange(top))) % top
    return data[:at] + value.to_bytes(size, order) + data[at + size :]  # type: ignore[arg-type]


def _with_number(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at, size = _place(random, data), random.choice((1, 2, 4, 8))
    value = random.choice((0, 1, 256**size // 2, 256**size - 1, len(data) % 256**size))
    return data[:at] + value.to_bytes(size, random.choice(("big", "little"))) + data[at + size :]


def _with_bit(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, data)
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :] if data else data


def _with_bytes(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, data)
    return data[:at] + random.choice((*_ODD_BYTES, random.randbytes(random.randrange(1, 16)))) + data[at:]


def _cut(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: _place(random, data)]


def _without_part(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, data)
    return data[:at] + data[at + random.randrange(1, 64) :]


def _with_part_of_another(random: Random, data: bytes, samples: Sequence[bytes]) -> bytes:
    other, at = random.choice(samples), _place(random, data)
    start = _place(random, other)
    return data[:at] + other[start : start + random.randrange(1, 400)] + data[at:]


def _with_part_again(random: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, data)
    part = data[at : at + random.randrange(1, 200)]
    return data[:at] + part * random.choice((2, 3, 20, 300)) + data[at:]


_CHANGES: tuple[Callable[[Random, bytes, Sequence[bytes]], bytes], ...] = (
    _with_field,
    _with_field,
    _with_field,
    _with_number,
    _with_bit,
    _with_bytes,
    _cut,
    _without_part,
    _with_part_of_another,
    _with_part_again,
)
