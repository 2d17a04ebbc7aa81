"""A reference photograph: its palette and its like-looking places lead.

Every cell of the picture looks for cells of the reference that look like it: that the network has the same opinion of,
that are as light and as rough. Their true colors, weighted by likeness, are what the reference says here; how much it
is heard depends on how alike the best of them is. A reference of something else entirely finds nothing alike, so that
only its palette speaks, softly.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from graycolor.guidance.network_view import NetworkView
from graycolor.types import Floats

_CELLS = 1500
"""Cells of the reference that are compared; more change nothing but the time."""
_ROWS = 1024
"""Cells of the picture at a time, so that memory stays small."""


_LIGHTS = np.arange(0, 101, 12.5, dtype=np.float32)
"""Values of L at which the palette is looked at."""
_ALIKE_LIGHT = 12.5
_TAKEN_FOR_GRANTED = 0.03
"""Share of the reference that all photographs together count as much as; light that it has none of says nothing."""


class Lead(NamedTuple):
    """How a reference leads; fitted on photographs (`benchmarks/guidance.py`).

    Attributes:
        choosy: power on likeness when cells of the reference are weighed against each other.
        heard: largest share of the reference's word in a cell.
        same_light, same_texture: differences at which two cells count half as alike.
        same_opinion: power on the Bhattacharyya coefficient.
        doubt: likeness below which a match is not believed.
        calm: cells to each side over which matches are evened out where the light is even, so that no speckles show.
        edge: change of light (1 is black to white) across which nothing is evened out.
        palette: power on how much more frequent a color is in the reference than in photographs.
    """

    choosy: float = 8.0
    heard: float = 0.8
    same_light: float = 12.0
    same_texture: float = 8.0
    same_opinion: float = 1.0
    doubt: float = 0.6
    palette: float = 0.15
    calm: int = 3
    edge: float = 0.055


class Reference(NamedTuple):
    """A photograph in color, as guidance compares with it.

    Attributes:
        sight: what the network saw in its gray.
        ab: (h,w,2) its true colors, cell by cell.
    """

    sight: NetworkView
    ab: Floats

    def led(self, sight: NetworkView, lead: Lead | None = None) -> tuple[Floats, Floats]:
        """Probabilities (h,w,bins) of a picture when this photograph leads, and its share (h,w,1) in them, 0..1."""
        lead = lead or Lead()
        said, alike = self._matched(sight, lead)
        share = lead.heard * np.clip((alike - lead.doubt) / (1 - lead.doubt), 0, 1)
        heard = _calmed(share[..., None] * said, sight.L / np.float32(100), lead)
        own = sight.probabilities * self._palette_ratios(sight, lead)
        own /= np.maximum(own.sum(axis=2, keepdims=True), 1e-30)
        part = np.minimum(heard.sum(axis=2, keepdims=True), 1).astype(np.float32)
        return ((1 - part) * own + heard).astype(np.float32), part

    def _palette_ratios(self, sight: NetworkView, lead: Lead) -> Floats:
        """(h,w,bins) how much likelier the reference makes a color, by what it has of it in such light."""
        prior = sight.bins.prior.astype(np.float64)
        of_light = _nearness(self.sight.L) @ self._colors(sight) / self.sight.L.size
        there = of_light.sum(axis=1, keepdims=True)
        own = (of_light + _TAKEN_FOR_GRANTED * prior) / (there + _TAKEN_FOR_GRANTED)
        ratios = (own / np.maximum(prior, 1e-6)) ** lead.palette
        near = _nearness(sight.L)
        near /= np.maximum(near.sum(axis=0), 1e-12)
        return (near.T @ ratios).astype(np.float32).reshape(*sight.shape, -1)

    def _colors(self, sight: NetworkView) -> Floats:
        """(cells, bins) the reference's true colors, softly encoded."""
        index, weights = sight.bins.soft_encoding(self.ab.reshape(-1, 2))
        colors = np.zeros((len(index), len(sight.bins)), np.float32)
        np.put_along_axis(colors, index, weights, axis=1)
        return colors

    def _matched(self, sight: NetworkView, lead: Lead) -> tuple[Floats, Floats]:
        """What like-looking cells of the reference say (h,w,bins), and how alike the best of them is (h,w)."""
        height, width = sight.shape
        count = self.ab.shape[0] * self.ab.shape[1]
        chosen = np.unique(np.linspace(0, count - 1, min(count, _CELLS)).astype(np.int64))
        index, weights = sight.bins.soft_encoding(self.ab.reshape(-1, 2)[chosen])
        colors = np.zeros((len(chosen), len(sight.bins)), np.float32)
        np.put_along_axis(colors, index, weights, axis=1)
        said = np.empty((height * width, len(sight.bins)), np.float32)
        best = np.empty(height * width, np.float32)
        for top in range(0, height * width, _ROWS):
            rows = slice(top, top + _ROWS)
            alike = self._likeness(sight, rows, chosen, lead)
            best[rows] = alike.max(axis=1)
            claims = (alike / np.maximum(best[rows, None], 1e-12)) ** lead.choosy
            said[rows] = (claims / claims.sum(axis=1, keepdims=True)) @ colors
        return said.reshape(height, width, -1), best.reshape(height, width)

    def _likeness(self, sight: NetworkView, rows: slice, chosen: NDArray[np.int64], lead: Lead) -> Floats:
        roots, others = (one.roots.reshape(-1, len(sight.bins)) for one in (sight, self.sight))
        alike = np.clip(roots[rows] @ others[chosen].T, 0, 1) ** lead.same_opinion
        for mine, theirs, width in (
            (sight.L, self.sight.L, lead.same_light),
            (sight.texture, self.sight.texture, lead.same_texture),
        ):
            difference = (mine.reshape(-1, 1)[rows] - theirs.reshape(-1)[chosen]) / width
            alike *= np.exp2(-difference * difference)
        return alike


def _nearness(L: Floats) -> Floats:
    """(lights, cells) how near each cell is to each of `_LIGHTS`."""
    return np.exp(-(((L.ravel() - _LIGHTS[:, None]) / _ALIKE_LIGHT) ** 2) / 2)


def _calmed(values: Floats, light: Floats, lead: Lead) -> Floats:
    """`values` (h,w,n), at least 0, evened out along the light (h,w): the guided filter (He 2013)."""
    mean_light, mean = _mean(light[..., None], lead.calm), _mean(values, lead.calm)
    variance = _mean(light[..., None] ** 2, lead.calm) - mean_light**2
    slope = (_mean(values * light[..., None], lead.calm) - mean * mean_light) / (variance + lead.edge**2)
    rest = _mean(mean - slope * mean_light, lead.calm)
    return np.maximum(_mean(slope, lead.calm) * light[..., None] + rest, 0)


def _mean(values: Floats, reach: int) -> Floats:
    """Mean over a square window; OpenCV averages planes of hundreds of channels only along one axis."""
    for _ in range(2):
        flat = np.ascontiguousarray(values).reshape(values.shape[0], -1)
        down = cv2.blur(flat, (1, 2 * reach + 1), borderType=cv2.BORDER_REPLICATE)
        values = down.reshape(values.shape).swapaxes(0, 1)
    return values


def reference_of(sight: NetworkView, lab: Floats) -> Reference:
    """A photograph as `Reference`, from what the network sees in its gray and its true Lab (H,W,3)."""
    height, width = sight.shape
    ab = cv2.resize(np.ascontiguousarray(lab[..., 1:]), (width, height), interpolation=cv2.INTER_AREA)
    return Reference(sight, ab)
