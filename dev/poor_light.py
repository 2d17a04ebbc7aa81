"""Chooses photographs in poor light (dark, hazy, backlit, faded) out of held-out ones, and writes them as a folder.

    python dev/poor_light.py VAL.tar --slides fsac/ --leave-out houses grocery ccp -o poor-light
    graycolor eval poor-light/held-out

Chosen are the darkest tenth (mean lightness) and the flattest tenth (distance of the 5th and the 95th percentile of
lightness) of all held-out photographs together, and the same of `--slides`: scans of color film, which are darker as a
whole than photographs of today and have a frame, of which 8 % are cut away on each side. Gray, toned and nearly
colorless pictures cannot be judged and are left out beforehand, and of several that look alike (perceptual hashes
within 8 bits) the largest stays.

The folder gets `held-out/` and `slides/`, and as `slides-rest/` as many of the other slides, evenly over all: what
slides cost that are neither dark nor flat. All are PNG with a short side of at most 320. What was chosen is listed with
SHA-256 of the file that it came from; `--list` says where, and `--check` compares with such a list and writes nothing.
`dev/poor-light.txt` is the list that the model card's figures are of; its slides lay in a folder called `fsac`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.data.copies import find_copies
from graycolor.data.filters import GRAY, PALE, TONED, FilterSettings, color_reason, thumbnail
from graycolor.data.screen import perceptual_hash
from graycolor.data.store import decode_photo, photos_in

SHARE = 0.1
"""Of all photographs, how many count as the darkest, and how many as the flattest."""
FRAME = 0.08
"""Part of a slide's height and width that is cut away on each side."""
SIDE = 320
"""Pixels of the short side."""
PERCENTILES = (5, 95)
USELESS = frozenset({GRAY, TONED, PALE})


@dataclass(frozen=True)
class Candidate:
    """One photograph, and how well it is lit.

    Attributes:
        name: group, source and file.
        digest: SHA-256 of the file, hexadecimal.
        likeness: perceptual hash of 64 bits.
        lightness: mean L, 0..100.
        contrast: L at the 95th percentile minus L at the 5th.
    """

    name: str
    digest: str
    likeness: int
    lightness: float
    contrast: float
    rgb: NDArray[np.uint8]

    @property
    def pixels(self) -> int:
        return self.rgb.shape[0] * self.rgb.shape[1]


def main() -> int:
    """Writes the folder and the list, or compares with a list."""
    a = arguments()
    held_out = without_copies(candidates("held-out", a.photographs, 0.0, a.leave_out))
    slides = without_copies(candidates("slides", a.slides, FRAME, ()))
    chosen = {"held-out": poorly_lit(held_out), "slides": poorly_lit(slides)}
    text = "".join(f"{line}\n" for line in listed(chosen.values(), len(held_out), len(slides)))
    if a.check:
        return 0 if same(text, a.check.read_text("utf-8")) else 1
    for folder, pictures in {**chosen, "slides-rest": thinned(slides, chosen["slides"])}.items():
        write(a.output / folder, [each for each, _ in pictures])
    (a.list or a.output / "list.txt").write_text(text, "utf-8")
    print(text.partition("\n")[0].removeprefix("# "))
    return 0


def arguments() -> argparse.Namespace:
    """What is typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path, nargs="+", help="tars or folders of held-out photographs")
    parser.add_argument("--slides", type=Path, nargs="*", default=[], help="tars or folders of scanned color film")
    parser.add_argument("--leave-out", nargs="*", default=[], help="held-out sources, by how their names begin")
    parser.add_argument("-o", "--output", type=Path, default=Path("poor-light"))
    parser.add_argument("--list", type=Path, help="where the list goes (default: list.txt in the folder)")
    parser.add_argument("--check", type=Path, help="a list to compare with; nothing is written")
    return parser.parse_args()


def candidates(group: str, sources: Iterable[Path], frame: float, leave_out: Sequence[str]) -> Iterator[Candidate]:
    """The photographs of the sources whose colors can be judged."""
    for name, data in photos_in(sources):
        if name.startswith((*leave_out, "\0")):
            continue
        rgb = trimmed(decode_photo(data, SIDE, name), frame)
        small = thumbnail(rgb)
        if color_reason(rgb, small, FilterSettings()) not in USELESS:
            lightness = lab_of_rgb8(small)[..., 0]
            low, high = np.percentile(lightness, PERCENTILES)
            digest = hashlib.sha256(data).hexdigest()
            mean = float(lightness.mean())
            yield Candidate(f"{group}/{name}", digest, perceptual_hash(small), mean, float(high - low), rgb)


def trimmed(rgb: NDArray[np.uint8], frame: float) -> NDArray[np.uint8]:
    """The picture without its frame, which is that part of its height and width on each side."""
    height, width = rgb.shape[:2]
    top, left = round(height * frame), round(width * frame)
    return np.ascontiguousarray(rgb[top : height - top, left : width - left])


def without_copies(pictures: Iterable[Candidate]) -> list[Candidate]:
    """The largest of each group that looks alike, in the order of their names."""
    every = sorted(pictures, key=lambda each: (-each.pixels, each.digest))
    first: dict[str, Candidate] = {}
    for picture, group in zip(every, find_copies(every).group, strict=True):
        first.setdefault(group, picture)
    return sorted(first.values(), key=lambda each: each.name)


def poorly_lit(pictures: Sequence[Candidate]) -> list[tuple[Candidate, str]]:
    """The darkest and the flattest of them, each with the reason."""
    count = round(len(pictures) * SHARE)
    dark = {each.name for each in sorted(pictures, key=lambda each: (each.lightness, each.name))[:count]}
    flat = {each.name for each in sorted(pictures, key=lambda each: (each.contrast, each.name))[:count]}
    reasons = {(True, True): "dark and flat", (True, False): "dark", (False, True): "flat"}
    found = ((each, reasons.get((each.name in dark, each.name in flat))) for each in pictures)
    return [(each, reason) for each, reason in found if reason]


def thinned(slides: Sequence[Candidate], chosen: Sequence[tuple[Candidate, str]]) -> list[tuple[Candidate, str]]:
    """As many of the other slides as were chosen, evenly over all."""
    names = {each.name for each, _ in chosen}
    rest = [each for each in slides if each.name not in names]
    count = min(len(rest), len(chosen))
    return [(rest[index], "") for index in np.linspace(0, len(rest) - 1, count).astype(int)]


def listed(groups: Iterable[Sequence[tuple[Candidate, str]]], held_out: int, slides: int) -> Iterator[str]:
    """The list, a line for each photograph."""
    chosen = [each for group in groups for each in group]
    yield f"# {len(chosen)} photographs in poor light, of {held_out} held-out ones and {slides} slides"
    yield "# name\treason\tmean lightness\tspread of lightness\tperceptual hash\tSHA-256"
    for each, reason in chosen:
        figures = f"{each.lightness:.1f}\t{each.contrast:.1f}\t{each.likeness:016x}\t{each.digest}"
        yield f"{each.name}\t{reason}\t{figures}"


def same(text: str, before: str) -> bool:
    """Whether two lists name the same files; what only one of them has is said."""
    now, then = ({line for line in each.splitlines() if not line.startswith("#")} for each in (text, before))
    for line in sorted(now ^ then):
        print("only here:" if line in now else "only there:", line.split("\t")[0], file=sys.stderr)
    return now == then


def write(folder: Path, pictures: Iterable[Candidate]) -> None:
    """PNGs named after source and file."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in pictures:
        Image.fromarray(each.rgb).save(folder / f"{Path(each.name).name.rpartition('.')[0]}.png")


if __name__ == "__main__":
    sys.exit(main())
