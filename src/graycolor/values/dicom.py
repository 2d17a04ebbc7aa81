"""The values of DICOM pictures, by pydicom: rescaled as the file says, with their unit and its window.

Nothing else is taken from such a file: no name, no date, no number of anybody.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import FRAMES
from graycolor.errors import BoundError, InputError
from graycolor.packages import require
from graycolor.pictures.door import check_size, quietly, sentences
from graycolor.values.measured import Measured, check_page

_MARK_AT, _MARK = 128, b"DICM"
_SYNTAX, _HEAD = b"\x02\0\x10\0UI", 4096
"""How the element begins that says how a file is packed, and where it must be."""
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_LINES = ("MONOCHROME1", "MONOCHROME2")
_UNKNOWN_UNITS = ("", "US", "NONE")
"""What files say where they know no unit (`US` is unspecified)."""


def is_dicom(data: bytes) -> bool:
    """Whether a file's first bytes say so."""
    return data[_MARK_AT : _MARK_AT + 4] == _MARK


def read_dicom(data: bytes, name: str, page: int | None, max_pixels: int) -> Measured:
    """The values of one frame of a DICOM file; messages begin with `name`.

    Raises:
        InputError: it holds no gray picture, is damaged, over a bound, or packed in a way that nothing here unpacks.
        MissingPackageError: pydicom is not installed.
        UsageError: it holds several frames and none was chosen, or has no such frame.
    """
    require("Reading DICOM files", "pydicom")
    with sentences(name):
        dataset = quietly(lambda: _header(data, name))
        count = int(dataset.get("NumberOfFrames") or 1)
        _check_bounds(dataset, count, name, max_pixels)
    check_page(name, page, count)
    frame = (page or 1) - 1
    with sentences(name):  # every element is decoded when it is asked for, so a damaged one tells only then
        return quietly(lambda: _measured(dataset, frame, name))


def _measured(dataset: Any, frame: int, name: str) -> Measured:
    stored = _stored(dataset, frame, name)
    groups = _groups(dataset, frame)
    values = _without_padding(_rescaled(stored, groups, name), stored, dataset)
    return Measured(values, _unit(dataset, groups), _window(groups), tuple(_notes(dataset, groups)))


def _header(data: bytes, name: str) -> Any:
    """The dataset; its pixels are still packed."""
    import pydicom

    at = data.find(_SYNTAX, _MARK_AT, _HEAD)
    if data[at + len(_SYNTAX) + 2 :].startswith(_DEFLATED) and at > 0:
        raise InputError(f"{name} is packed as a whole (deflated), so nobody knows its size; save it without that.")
    return pydicom.dcmread(io.BytesIO(data))


def _check_bounds(dataset: Any, count: int, name: str, max_pixels: int) -> None:
    """Refuse what is no gray picture, or too large, before a pixel is read."""
    if not any(keyword in dataset for keyword in _PIXELS):
        raise InputError(f"{name} is a DICOM file without a picture; there is nothing to show.")
    kind = str(dataset.get("PhotometricInterpretation", "")).strip()
    if int(dataset.get("SamplesPerPixel", 1)) != 1 or kind not in _LINES:
        raise InputError(f"{name} is in color ({kind}) and has no single value for a pixel; give a gray picture.")
    if not 1 <= count <= FRAMES:
        raise BoundError(f"{name} claims {count:,} frames; graycolor takes 1 to {FRAMES:,}.")
    rows, columns = int(dataset.get("Rows", 0)), int(dataset.get("Columns", 0))
    if rows < 1 or columns < 1:
        raise InputError(f"{name} does not say how large its picture is; save it anew.")
    check_size(columns, rows, name, max_pixels)


def _stored(dataset: Any, frame: int, name: str) -> NDArray[Any]:
    """One frame (H,W) of the numbers that the file stores; the others are not unpacked."""
    from pydicom.pixels import pixel_array

    syntax = dataset.file_meta.get("TransferSyntaxUID")
    try:
        stored: NDArray[Any] = pixel_array(dataset, index=frame)
    except (RuntimeError, NotImplementedError) as error:
        if syntax is None or not syntax.is_compressed:
            raise
        raise InputError(
            f"{name} is packed as {syntax.name}, which nothing that is installed unpacks; save it uncompressed, or "
            "add pylibjpeg and its plugins."
        ) from error
    if stored.shape != (int(dataset.Rows), int(dataset.Columns)):
        raise InputError(f"{name} holds another picture than it claims; save it anew.")
    return stored


def _groups(dataset: Any, frame: int) -> list[Any]:
    """Where something is said of a frame: of it alone, of all of them, of the file."""
    own = dataset.get("PerFrameFunctionalGroupsSequence") or []
    shared = dataset.get("SharedFunctionalGroupsSequence") or []
    found = [own[frame]] if frame < len(own) else []
    nested = ("PixelValueTransformationSequence", "FrameVOILUTSequence")
    within = [each.get(name)[0] for each in [*found, *shared] for name in nested if each.get(name)]
    return [*within, dataset]


def _said(groups: list[Any], keyword: str) -> Any:
    """The nearest that is said; nothing where nobody does."""
    values = (group.get(keyword) for group in groups)
    return next((value for value in values if value is not None and value != ""), None)


def _rescaled(stored: NDArray[Any], groups: list[Any], name: str) -> NDArray[Any]:
    if _said(groups, "ModalityLUTSequence"):
        raise InputError(f"{name} keeps its values in a table of its own (Modality LUT), which is not read.")
    slope, intercept = (_number(_said(groups, f"Rescale{part}")) for part in ("Slope", "Intercept"))
    if (slope is None or slope == 1) and not intercept:
        return stored
    return stored * float(1 if slope is None else slope) + float(intercept or 0)


def _number(said: Any) -> float | None:
    """A number, the first of several."""
    if said is None:
        return None
    first = said[0] if hasattr(said, "__len__") and not isinstance(said, str) else said
    return float(first)


def _without_padding(values: NDArray[Any], stored: NDArray[Any], dataset: Any) -> NDArray[Any]:
    """Values in which what pads the picture to a rectangle is no number."""
    first = _number(dataset.get("PixelPaddingValue"))
    if first is None:
        return values
    other = _number(dataset.get("PixelPaddingRangeLimit"))
    low, high = sorted((first, first if other is None else other))
    padding = (stored >= low) & (stored <= high)
    return np.where(padding, np.nan, values) if padding.any() else values


def _unit(dataset: Any, groups: list[Any]) -> str:
    """The unit that the file names; CT without a word on it is in Hounsfield units (DICOM PS3.3, C.8.2.1)."""
    said = str(_said(groups, "RescaleType") or dataset.get("Units") or "").strip()
    if said.upper() not in _UNKNOWN_UNITS:
        return said
    is_rescaled = _said(groups, "RescaleSlope") is not None
    return "HU" if dataset.get("Modality") == "CT" and is_rescaled and not said else ""


def _window(groups: list[Any]) -> tuple[float, float] | None:
    """The first window of the file, as the values of black and of white (PS3.3, C.11.2.1)."""
    center, width = (_number(_said(groups, f"Window{part}")) for part in ("Center", "Width"))
    if center is None or width is None or not width > 0:
        return None
    if str(_said(groups, "VOILUTFunction") or "LINEAR") == "LINEAR" and width > 1:
        return center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
    return center - width / 2, center + width / 2


def _notes(dataset: Any, groups: list[Any]) -> list[str]:
    """What colors by value do not tell of the file."""
    said = []
    if str(dataset.get("PhotometricInterpretation")).strip() == "MONOCHROME1":
        said.append("It is meant to be shown with low values bright (MONOCHROME1); add _r to the palette for that.")
    if str(dataset.get("BurnedInAnnotation", "")).strip() == "YES":
        said.append(
            "Words are burned into its pixels, says the file; they may name a patient, and are in the result too."
        )
    if str(_said(groups, "VOILUTFunction") or "") == "SIGMOID":
        said.append("Its window is a curve (SIGMOID); the range takes its middle part as a line.")
    return said
