"""Fitting how a trained network's distributions become colors, on photographs held out from training (torch).

The rebalancing that made rare colors count is taken back as far as it lowers the error, the temperature likewise, and
the saturation brings mean chroma to that of the truth: a mean over what is possible is duller than what was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import cv2
import numpy as np
import torch

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.data.store import PhotoStore
from graycolor.evaluation.metrics import ciede2000, mean_chroma
from graycolor.network.chroma import forecast_of
from graycolor.network.export import Decoded
from graycolor.network.header import DecodeSettings, Header
from graycolor.network.networks import Network
from graycolor.network.working_picture import padded, scaled
from graycolor.training.crops import gray_of_lightness, shrunk_chroma
from graycolor.training.validate import at_working_size, beyond_chance, each_on_one_core, spread
from graycolor.types import Codes8, Floats

_LEFT = (0.5, 0.25, 0.0)
"""How much of the class rebalancing stays in the colors."""
_TEMPERATURES = (0.38, 0.5, 0.7)
FITTING_PHOTOS = 80
_BOLDEST = 1.55
"""Largest saturation. More would make garish what the network is sure of, to make up for what it leaves gray."""


@dataclass(frozen=True, eq=False)
class _Known:
    """The true Lab of one photograph at the network's finest stride, and the network's colors by the setting."""

    lab: Floats
    guesses: list[Floats]


def fitted_decode(
    network: Network,
    header: Header,
    store: PhotoStore,
    *,
    rebalancing: float = 1.0,
    only_saturation: bool = False,
) -> DecodeSettings:
    """The decoding of `header` with rebalancing, temperature and saturation that suit `network` on `store`.

    Rebalancing and temperature are those with the least CIEDE2000 after one factor on the chroma of all photographs has
    made its mean that of the truth; that factor becomes the saturation. `rebalancing` is how far the training went, so
    no more than that is taken back. Settings that would need more than 1.55 are left out where others do not. With
    `only_saturation` the other two stay, as suits a network that has learnt with them. At most 80 photographs are used.
    A network that says ab itself is left as it is: more saturation would cost it the very error that it was trained to
    lower.
    """
    if header.config.output == "ab":
        return header.decode
    own = (header.decode.rebalancing_undone, header.decode.temperature)
    takes = sorted({max(0.0, rebalancing - left) for left in _LEFT})
    settings = [own] if only_saturation else list(product(takes, _TEMPERATURES))
    known = _known(network, header, store, settings)
    factors = [_matching_factor(known, number) for number in range(len(settings))]
    fit = [number for number, factor in enumerate(factors) if factor <= max(_BOLDEST, min(factors))]
    best = min(fit, key=lambda number: _error(known, number, factors[number]))
    undone, temperature = settings[best]
    return replace(
        header.decode,
        rebalancing_undone=undone,
        temperature=temperature,
        saturation=round(min(_BOLDEST, factors[best]), 2),
    )


def suited_saturation(network: Network, header: Header, store: PhotoStore, judges: PhotoStore) -> DecodeSettings:
    """The decoding of `header` with the saturation that suits photographs of one kind.

    One number is all that a hundred photographs can tell: it is taken from those of `store` (80 at most) and kept where
    those of `judges` come out better by more than chance in CIEDE2000.
    """
    decode = fitted_decode(network, header, store, only_saturation=True)
    own = (header.decode.rebalancing_undone, header.decode.temperature)
    known = _known(network, header, judges, [own])
    before, after = ([_difference(one, 0, each.saturation) for one in known] for each in (header.decode, decode))
    return decode if beyond_chance(before, after) else header.decode


def _known(network: Network, header: Header, store: PhotoStore, settings: list[tuple[float, float]]) -> list[_Known]:
    decoded = Decoded(network, header).eval()
    indices = spread(len(store), FITTING_PHOTOS)
    with each_on_one_core() as pool:
        return list(pool.map(lambda index: _known_of(decoded, header, store[index], settings), indices))


@torch.inference_mode()
def _known_of(decoded: Decoded, header: Header, photo: Codes8, settings: list[tuple[float, float]]) -> _Known:
    lab = lab_of_rgb8(at_working_size(photo, header.decode.size))
    truth = shrunk_chroma(lab, header.config.fine_stride)
    small_L = cv2.resize(lab[..., 0], truth.shape[1::-1], interpolation=cv2.INTER_AREA)
    picture = torch.from_numpy(padded(scaled(gray_of_lightness(lab[..., 0]))))[None, None]
    seen = decoded.seen(picture)
    guesses = [_guess(decoded, header, seen, *setting)[: truth.shape[0], : truth.shape[1]] for setting in settings]
    return _Known(np.dstack([small_L, truth]), guesses)


def _guess(decoded: Decoded, header: Header, seen: Any, undone: float, temperature: float) -> Floats:
    """What the network saw, decoded by one setting, as fine as it will be: (h,w,2)."""
    offset = torch.from_numpy(header.bins.logit_offset(undone))
    _, *said = decoded.colors(seen, offset, torch.tensor([1 / temperature]))
    return forecast_of(header.decode.calibration, *(each.numpy() for each in said)).fine()


def _matching_factor(known: list[_Known], number: int) -> float:
    """What makes the mean chroma of one setting's colors that of the truth."""
    truth = sum(mean_chroma(one.lab[..., 1:]) for one in known)
    return truth / max(sum(mean_chroma(one.guesses[number]) for one in known), 1e-3)


def _error(known: list[_Known], number: int, factor: float) -> float:
    return float(np.mean([_difference(one, number, factor) for one in known]))


def _difference(one: _Known, number: int, factor: float) -> float:
    """Mean CIEDE2000 of one setting's colors, chroma times `factor`, on the true lightness of a photograph."""
    guess = np.dstack([one.lab[..., 0], one.guesses[number] * np.float32(factor)])
    return float(ciede2000(one.lab, guess).mean())
