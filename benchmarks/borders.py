"""What a border around a picture costs, and how much of that leaving it out gives back.

    python benchmarks/borders.py VAL.tar [--count 100] [--leave-out houses grocery ccp]

Each photograph gets a black border of 3, 5 and 8 % of its shorter side with writing on it, and is colored as a film
frame would be (whole) and as a photograph is (its border left out). Printed is how much the mean distance of ab from
the truth rises within the picture, against the photograph without a border, with its standard error, and how many
borders were found; and of how many photographs it is thought that they have one already.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.color.lightness_join import gray_of_rgb, lab_of_rgb8
from graycolor.colorizer import Colorizer
from graycolor.data.store import decode_photo, photos_in
from graycolor.network.border import seen_within_border
from graycolor.network.chroma import Forecast
from graycolor.types import Floats
from graycolor.upsample import ChromaUpsampler

SHARES = (0.03, 0.05, 0.08)
FILM, WRITING = 12, 230
SIDE, SIZE = 320, 192


def main() -> None:
    """Prints a line for each width of border."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path, nargs="+", help="tars or folders of photographs in color")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--leave-out", nargs="*", default=[], help="sources, by how their names begin")
    a = parser.parse_args()
    photos = chosen(a.photographs, a.count, a.leave_out)
    colorizer = Colorizer(threads=1)
    alone = np.array([_error(colorizer.forecast_many([_gray(each)])[0], _gray(each), each, 0) for each in photos])
    seeming = sum(bool(seen_within_border(_gray(each), SIZE).margins) for each in photos)
    print(f"{len(photos)} photographs, mean distance of ab {alone.mean():.2f}; {seeming} seem to have a border already")
    for share in SHARES:
        print(_line(colorizer, photos, share, alone))


def chosen(sources: list[Path], count: int, left_out: list[str]) -> list[NDArray[np.uint8]]:
    """As many photographs as wanted, evenly over all that are not left out."""
    named = [each for each in photos_in(sources) if not each[0].startswith((*left_out, "\0"))]
    return [decode_photo(data, SIDE, name) for name, data in named[:: max(1, len(named) // count)][:count]]


def errors(colorizer: Colorizer, photos: list[NDArray[np.uint8]], share: float) -> tuple[Floats, Floats, int]:
    """The errors with a border that is seen, and with one that is left out; how many were found."""
    found, whole, within = 0, [], []
    for rgb in photos:
        around = round(min(rgb.shape[:2]) * share)
        scan = _scan(_gray(rgb), around)
        found += bool(seen_within_border(scan, SIZE).margins)
        whole.append(_error(colorizer.forecast_many([scan])[0], scan, rgb, around))
        within.append(_error(colorizer.forecast(scan), scan, rgb, around))
    return np.array(whole), np.array(within), found


def _line(colorizer: Colorizer, photos: list[NDArray[np.uint8]], share: float, alone: Floats) -> str:
    whole, within, found = errors(colorizer, photos, share)
    return (
        f"border {share:.0%}: seen whole {_rise(whole, alone)}, left out {_rise(within, alone)}, "
        f"difference {_rise(within, whole)}; found in {found}"
    )


def _gray(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(gray_of_rgb(rgb) >> 8, np.uint8)


def _scan(gray: NDArray[np.uint8], around: int) -> NDArray[np.uint8]:
    """A picture within a black border that has a number written on it."""
    scan = np.pad(gray, around, constant_values=FILM)
    place = (scan.shape[1] // 3, scan.shape[0] - 2)
    return np.asarray(cv2.putText(scan, "8a28768", place, cv2.FONT_HERSHEY_SIMPLEX, around / 32, WRITING, 1))


def _error(forecast: Forecast, gray: NDArray[np.uint8], rgb: NDArray[np.uint8], around: int) -> float:
    """Mean distance of ab from the truth within the border."""
    ab = ChromaUpsampler(forecast.fine(), gray).rows(0, gray.shape[0])
    inner = ab[around : ab.shape[0] - around, around : ab.shape[1] - around]
    return float(np.linalg.norm(inner - lab_of_rgb8(rgb)[..., 1:], axis=2).mean())


def _rise(errors: Floats, before: Floats) -> str:
    apart = errors - before
    return f"{apart.mean():+.2f} (+-{apart.std() / len(apart) ** 0.5:.2f})"


if __name__ == "__main__":
    main()
