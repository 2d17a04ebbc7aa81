"""A shot's own palette: what the network takes for the same thing has one color from the first frame to the last.

A network that sees a coat from behind, in the shade or half covered says another color every time, and what is carried
along the motion ends where the coat turns. Here a few key frames, evenly spread over the shot, are looked at before it
is colored. Their cells are sorted into kinds by what the network's encoder sees in them (not by color, which is what
wanders), by light and by place. Each kind has one color in the whole shot: the mean over these key frames, the sure
ones leading. A key frame is then moved, kind by kind, by as much as its own mean is away from that. What differs within
a kind in one frame (folds, cheeks, leaves) stays as it was, and so does what belongs to no kind.

Two rounds, the second with more and smaller kinds: it settles what the first has left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from graycolor.network.chroma import Forecast
from graycolor.network.places import Places
from graycolor.types import Floats

KEYS = 16
"""Key frames of a shot that its palette is made of, at most."""
_KINDS = (128, 384)
"""Kinds of places in each round."""
_COMPONENTS = 24
"""Principal components that are kept of what the encoder sees."""
_EVERY = 3
"""A palette is made of every third cell: neighbors are alike."""
_SAMPLE = 6000
"""Cells that kinds are found among."""
_STEPS = 5
"""Rounds of Lloyd's algorithm."""
_SOFT = 0.5
"""How softly cells belong to kinds, in mean squared distances to the nearest one."""
_NOTHING = np.float32(-60)
"""Logarithm of the least share that is reckoned with. Numbers near the least that a float holds take a processor a
hundred times longer, and most shares would be such."""
_AT_A_TIME = 2**18
"""Multiplications up to which OpenBLAS works in the thread that asks. Its own would wait for cores that decode and
encode: on a machine with more to do than cores, a palette took minutes."""
_FAINT = 0.3
"""Channels that vary less than so many times the median channel are not made louder."""
_FEW = 0.3
"""Cells of a kind in one frame that make its mean count half."""
_BRIGHTER = 1.3
"""How much the mean of colors that differ is made stronger, at most, to be as strong as they are."""
_UNSURE = 0.02
"""The least confidence that is reckoned with."""


class _Sight(NamedTuple):
    """How cells become points whose distance says how unlike two places are."""

    mean: Floats
    turn: Floats
    light: tuple[float, float]

    @classmethod
    def of(cls, views: Sequence[Places], encoded: Sequence[Floats]) -> _Sight:
        """Fitted to the key frames of a shot: principal components of what the encoder says of some of their cells."""
        cells = np.concatenate(encoded)
        mean = cells.mean(axis=0)
        cells -= mean
        scale = np.concatenate([_loudness(part) for part in np.split(cells, _ends(views[0]), axis=1)])
        cells *= scale
        some = cells[:: -(-len(cells) // _SAMPLE)]
        _, vectors = np.linalg.eigh(_summed(some, some).astype(np.float64))
        turn = scale[:, None] * vectors[:, : -_COMPONENTS - 1 : -1]
        light = np.concatenate([view.L.ravel() for view in views])
        return cls(mean, turn.astype(np.float32), (float(light.mean()), float(light.std()) + 1))

    def points(self, view: Places, encoded: Floats, every: int = 1) -> Floats:
        """(cells, n): what the encoder sees (`encoded`, for every cell or some), light, and place."""
        height, width = view.forecast.confidence.shape
        y, x = np.mgrid[:height, :width].reshape(2, -1)[:, ::every].astype(np.float32)
        # Coordinates of even variance, half of it down and half of it across.
        place = np.stack([y / height, x / width], axis=1) * np.float32(6**0.5) - np.float32(1.5**0.5)
        light = (view.L.reshape(-1, 1)[::every] - self.light[0]) / self.light[1]
        return np.concatenate([_product(encoded - self.mean, self.turn), light, place], axis=1, dtype=np.float32)


def _encoded(view: Places, every: int = 1) -> Floats:
    """(cells, channels) of all feature maps, brought to the cells, or to every third."""
    size = view.forecast.confidence.shape[::-1]
    planes = [cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for each in view.encoded for plane in each]
    return np.stack([plane.ravel()[::every] for plane in planes], axis=-1)


def _ends(view: Places) -> list[int]:
    return list(np.cumsum([len(each) for each in view.encoded])[:-1])


def _loudness(cells: Floats) -> Floats:
    """What makes the channels of one map alike in variance, and the map's variance one in all."""
    spread = cells.std(axis=0) + np.float32(1e-4)
    return 1 / (np.maximum(spread, _FAINT * np.median(spread)) * np.float32(len(spread) ** 0.5))


@dataclass(frozen=True, eq=False)
class _Round:
    """Kinds of places: their middles (kinds, n), how softly cells belong to them, and their values (kinds, 3)."""

    middles: Floats
    soft: float
    values: Floats

    @classmethod
    def of(cls, points: Sequence[Floats], values: Sequence[Floats], kinds: int) -> tuple[_Round, list[Floats]]:
        """Found among the cells of key frames: a, b and confidence of each kind, the sure frames leading.

        Returns the values (cells, 3) of the frames beside it, settled.
        """
        middles, soft = _kinds(np.concatenate(points), kinds)
        shares = [_shares(each, middles, soft) for each in points]
        means, masses = zip(*map(_means, shares, values), strict=True)
        led = np.stack(masses) * np.maximum(np.stack(means)[..., 2], _UNSURE) ** 2
        share = led / np.maximum(led.sum(axis=0), 1e-9)
        shared = (np.stack(means) * share[..., None]).sum(axis=0)
        # The mean of several colors is duller than each of them.
        length = (np.hypot(*np.moveaxis(np.stack(means)[..., :2], -1, 0)) * share).sum(axis=0)
        shared[:, :2] *= np.minimum(length / np.maximum(_length(shared), 1e-6), _BRIGHTER)[:, None]
        found = cls(middles, soft, shared.astype(np.float32))
        return found, list(map(found._moved, shares, values))

    def settled(self, points: Floats, values: Floats) -> Floats:
        """Values (cells, 3), each kind moved to where it is in the shot."""
        return self._moved(_shares(points, self.middles, self.soft), values)

    def _moved(self, shares: Floats, values: Floats) -> Floats:
        mean, mass = _means(shares, values)
        wanted = mean + (self.values - mean) * (mass / (mass + _FEW))[:, None]
        # What is moved towards gray moves as a whole: a gray fold in a red coat must not become green.
        kept = np.minimum(1, (_length(wanted) + 1) / (_length(mean) + 1))
        moved = _product(shares, np.column_stack([wanted, mean, kept]).astype(np.float32))
        own = values - moved[:, 3:6]
        own[:, :2] *= moved[:, 6:]
        return np.asarray(moved[:, :3] + own)


def _length(values: Floats) -> Floats:
    return np.hypot(values[:, 0], values[:, 1])


def _shares(points: Floats, middles: Floats, soft: float) -> Floats:
    """(cells, kinds) how far each cell belongs to each kind; the shares of a cell sum to 1."""
    near = _product(points, middles.T)
    near -= (middles * middles).sum(axis=1) / 2
    near -= near.max(axis=1, keepdims=True)
    near *= np.float32(2 / soft)
    np.maximum(near, _NOTHING, out=near)
    np.exp(near, out=near)
    near /= near.sum(axis=1, keepdims=True)
    return near


def _means(shares: Floats, values: Floats) -> tuple[Floats, Floats]:
    mass = shares.sum(axis=0)
    return _summed(shares, values) / np.maximum(mass, 1e-6)[:, None], mass


def _kinds(points: Floats, kinds: int) -> tuple[Floats, float]:
    """Middles of so many clusters (Lloyd 1982), the same for the same points; and how softly cells belong to them."""
    rng = np.random.default_rng(0)
    some = points[np.sort(rng.permutation(len(points))[:_SAMPLE])]
    middles = some[rng.permutation(len(some))[:kinds]].copy()
    for _ in range(_STEPS):
        nearest = _distances(some, middles).argmin(axis=1)
        count = np.bincount(nearest, minlength=len(middles)).astype(np.float32)
        sums = np.stack([np.bincount(nearest, each, minlength=len(middles)) for each in some.T], axis=1)
        middles = np.where(count[:, None] > 0, sums / np.maximum(count, 1)[:, None], middles).astype(np.float32)
    apart = _distances(some, middles).min(axis=1) + (some * some).sum(axis=1)
    return middles, max(1e-6, _SOFT * float(np.maximum(apart, 0).mean()))


def _distances(points: Floats, middles: Floats) -> Floats:
    """Squared distances, less the square of each point."""
    return np.asarray((middles * middles).sum(axis=1) - 2 * _product(points, middles.T))


def _product(one: Floats, other: Floats) -> Floats:
    """The product of matrices (n,k) and (k,m), in this thread."""
    rows = max(1, _AT_A_TIME // other.size)
    product = np.empty((len(one), other.shape[1]), np.float32)
    for top in range(0, len(one), rows):
        np.matmul(one[top : top + rows], other, out=product[top : top + rows])
    return product


def _summed(one: Floats, other: Floats) -> Floats:
    """The product of (n,k) turned and (n,m), in this thread: (k,m)."""
    rows = max(1, _AT_A_TIME // (one.shape[1] * other.shape[1]))
    tops = range(0, len(one), rows)
    return np.asarray(sum((one[top : top + rows].T @ other[top : top + rows] for top in tops), np.float32(0)))


class ShotPalette:
    """The palette of a shot.

    Args:
        views: its key frames, evenly spread, at most `KEYS`; with them a palette is the same wherever it is made.
    """

    def __init__(self, views: Sequence[Places]) -> None:
        encoded = [_encoded(view, _EVERY) for view in views]
        self._sight = _Sight.of(views, encoded)
        points = [self._sight.points(view, cells, _EVERY) for view, cells in zip(views, encoded, strict=True)]
        values = [_values(view.forecast)[::_EVERY] for view in views]
        self._rounds: list[_Round] = []
        for kinds in _KINDS:
            found, values = _Round.of(points, values, kinds)
            self._rounds.append(found)

    def settled(self, view: Places) -> Places:
        """A key frame of the shot, with the colors and confidence that its places have in the shot."""
        values, points = _values(view.forecast), self._sight.points(view, _encoded(view))
        for each in self._rounds:
            values = each.settled(points, values)
        values = values.reshape(*view.forecast.confidence.shape, 3)
        ab, confidence = np.ascontiguousarray(values[..., :2]), np.clip(values[..., 2], 0, 1)
        return view._replace(forecast=view.forecast._replace(ab=ab, confidence=confidence))


def _values(forecast: Forecast) -> Floats:
    """(cells, 3): a, b and confidence."""
    return np.dstack([forecast.ab, forecast.confidence]).reshape(-1, 3)
