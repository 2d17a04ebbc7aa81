"""Really different colorings of one picture, each of which could be the true one.

The picture is parted into a dozen *things*: cells that the network has one opinion of, that are as light and lie
together. The mean distribution over a thing has peaks, the colors that the whole of it could have had. A variant takes
another peak for every thing that has one, and leaves things of a single peak (skin, grass, sky) as they are. So a coat
is brown in one and blue in the next, all of it, and nothing becomes what the network held impossible.
"""

from __future__ import annotations

import numpy as np

from graycolor.guidance.network_view import NetworkView
from graycolor.types import Floats

_THINGS = 14
_ROUNDS = 8
_COLOR, _SPREAD, _LIGHT, _NEAR = 12.0, 20.0, 14.0, 0.45
"""Differences that count alike when cells are grouped: ab of the mean color and of its spread, L, short sides."""
_SOFT = 0.6
"""How softly a cell belongs to several things; keeps their borders from showing."""
_APART = 24.0
"""Lab units between two peaks, so that another color is one that people would call so."""
_BLUR = 11.0
"""Lab units over which a distribution is smoothed before its peaks are looked for."""
_LEAST = 0.15
"""Height of the lowest peak that is believed, of the highest one's."""
_MOST = 4
_PULL = 22.0
"""Lab units: a distribution is drawn towards its new peak as by a Gaussian of this width."""


class Variants:
    """The variants of one picture; what is alike in all of them is found once.

    Args:
        sight: what the network sees in it.
        seed: of the variants after the first; 0 begins with the likeliest other color of each thing.
        temperature: of the annealed mean that colors will be made by. It sharpens a pull as it sharpens all else.
    """

    def __init__(self, sight: NetworkView, seed: int, temperature: float) -> None:
        self.sight, self.seed, self.temperature = sight, seed, temperature
        self.belongs = things(sight)
        self.peaks = _peaks_of(sight, self.belongs)

    def probabilities(self, number: int) -> Floats:
        """Distributions (h,w,bins) of variant `number`; 0 is the network's own."""
        sight, pulls = self.sight, np.zeros((len(self.peaks), len(self.sight.bins)), np.float32)
        for thing, peaks in enumerate(self.peaks):
            peak = peaks[self._chosen(thing, number)]
            if peak != peaks[0]:
                distances = _squared(sight.bins.centers, sight.bins.centers[peak])
                pulls[thing] = -distances * (self.temperature / (2 * _PULL**2))
        if not pulls.any():
            return sight.probabilities
        exponent = (self.belongs @ pulls).reshape(*sight.shape, -1)
        bent = sight.probabilities * np.exp(exponent - exponent.max(axis=2, keepdims=True))
        return (bent / np.maximum(bent.sum(axis=2, keepdims=True), 1e-30)).astype(np.float32)

    def _chosen(self, thing: int, number: int) -> int:
        """The place of the peak that a thing takes: in each variant another one than in the variant before."""
        count, place = len(self.peaks[thing]), 0
        for one in range(1, number + 1 if count > 1 else 1):
            drawn = int(np.random.default_rng([self.seed, thing, one]).integers(1, count))
            place = (place + (drawn if self.seed or one > 1 else 1)) % count
        return place


def things(sight: NetworkView) -> Floats:
    """How far each cell belongs to each of a dozen things, (cells, things); rows sum to 1.

    k-means (Lloyd 1982) from cells that lie far from each other, so that the same picture is always parted alike.
    """
    features = _features(sight)
    middles = _far_apart(features)
    for _ in range(_ROUNDS):
        nearest = _distances(features, middles).argmin(axis=1)
        counts = np.bincount(nearest, minlength=len(middles))[:, None]
        sums = np.stack([np.bincount(nearest, each, len(middles)) for each in features.T], axis=1)
        middles = np.where(counts > 0, sums / np.maximum(counts, 1), middles).astype(np.float32)
    distances = _distances(features, middles)
    belongs = np.exp((distances.min(axis=1, keepdims=True) - distances) / _SOFT)
    return (belongs / belongs.sum(axis=1, keepdims=True)).astype(np.float32)


def _features(sight: NetworkView) -> Floats:
    """(cells, 6): mean color, its spread, lightness and place, in the units that count alike."""
    (height, width), centers = sight.shape, sight.bins.centers
    probabilities = sight.probabilities.reshape(height * width, -1)
    mean, square = probabilities @ centers, probabilities @ (centers**2).sum(axis=1)
    spread = np.sqrt(np.maximum(square - (mean**2).sum(axis=1), 0))
    place = np.stack(np.divmod(np.arange(height * width), width), axis=1) / min(height, width)
    columns = (mean / _COLOR, spread / _SPREAD, sight.L.ravel() / _LIGHT, place / _NEAR)
    return np.column_stack(columns).astype(np.float32)


def _far_apart(features: Floats) -> Floats:
    """Some of the rows, each the farthest from those before it (Gonzalez 1985), from the one nearest to the mean."""
    distance = np.full(len(features), np.inf, np.float32)
    chosen = [int(_squared(features, features.mean(axis=0)).argmin())]
    while len(chosen) < min(_THINGS, len(features)):
        distance = np.minimum(distance, _squared(features, features[chosen[-1]]))
        chosen.append(int(distance.argmax()))
    return features[chosen]


def _distances(features: Floats, middles: Floats) -> Floats:
    return np.stack([_squared(features, middle) for middle in middles], axis=1)


def _squared(rows: Floats, row: Floats) -> Floats:
    """Squared distances (n,) of rows (n,k) from one."""
    return np.asarray(((rows - row) ** 2).sum(axis=1), np.float32)


def _peaks_of(sight: NetworkView, belongs: Floats) -> list[list[int]]:
    """Bins of the colors that each thing could have as a whole, likeliest first."""
    means = belongs.T @ sight.probabilities.reshape(len(belongs), -1)
    return [peaks(mass, sight.bins.centers) for mass in means]


def peaks(
    mass: Floats,
    centers: Floats,
    *,
    blur: float = _BLUR,
    apart: float = _APART,
    least: float = _LEAST,
    most: int = _MOST,
) -> list[int]:
    """Bins at the peaks of a distribution (bins,), highest first; the defaults are those of variants.

    Args:
        mass: how likely each bin is.
        centers: (bins,2) their colors.
        blur: Lab units over which the distribution is smoothed before.
        apart: Lab units between two peaks.
        least: height of the lowest peak, of the highest one's.
        most: how many.
    """
    smooth = mass @ np.exp(-_distances(centers, centers) / (2 * blur**2))
    found = [int(smooth.argmax())]
    while len(found) < most:
        far = np.all([_squared(centers, centers[peak]) >= apart**2 for peak in found], axis=0)
        further = int(np.where(far, smooth, 0).argmax())
        if not far.any() or smooth[further] < least * smooth[found[0]]:
            break
        found.append(further)
    return found
