"""What a weights file says of its tensors, against what the network of its header needs; no tensor is read for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graycolor.checked_json import excerpt
from graycolor.errors import WeightsError

_FLOATS = ("F16", "BF16", "F32", "F64")


def refuse_unlike(wanted: Mapping[str, tuple[int, ...]], file: Any, name: str) -> None:
    """Compare an open safetensors file with the shapes that are wanted, before anything is built.

    Raises:
        WeightsError: a tensor is missing, left over, of another shape, or holds no floats; the sentence names it.
    """
    slices = {key: file.get_slice(key) for key in file.keys()}  # noqa: SIM118 - a handle is no mapping
    for key in sorted(wanted.keys() ^ slices.keys()):
        side = "lacks" if key in wanted else "holds an unknown"
        raise WeightsError(f"{name} is for another network: it {side} tensor {excerpt(key)}.")
    for key, shape in wanted.items():
        there, dtype = tuple(slices[key].get_shape()), slices[key].get_dtype()
        if there != shape:
            raise WeightsError(f"{name} is for another network: {key} is {there}, not {shape}.")
        if dtype not in _FLOATS:
            raise WeightsError(f"{name} is damaged or foreign: {key} holds {dtype}, not floats.")
