"""All that a person said about one picture, applied in one order: reference, variant, look, saturation, hints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graycolor.bounds import HINTS
from graycolor.errors import UsageError
from graycolor.guidance.apply_hints import with_hints
from graycolor.guidance.decoding import bent_colors
from graycolor.guidance.hints import Hint
from graycolor.guidance.network_view import NetworkView
from graycolor.guidance.reference import Reference
from graycolor.guidance.variants import Variants
from graycolor.looks import LOOKS, Look
from graycolor.types import Floats

MOST_VARIANTS = 16


class Coloring(NamedTuple):
    """One variant of a picture.

    Attributes:
        ab: (h,w,2) its chroma.
        confidence: (h,w), 0..1.
        heard: share of the reference in it, 0..1, a mean over the picture; None where no reference leads.
    """

    ab: Floats
    confidence: Floats
    heard: float | None


@dataclass(frozen=True)
class Guidance:
    """What a person wants of one picture's colors.

    Attributes:
        hints: colors at places; what they say is final.
        reference: a photograph whose palette and like-looking places lead.
        variants: how many different colorings, 1 to 16; the first is the usual one.
        seed: of the others.
    """

    hints: tuple[Hint, ...] = ()
    reference: Reference | None = None
    variants: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.variants <= MOST_VARIANTS:
            raise UsageError(f"{self.variants} variants cannot be made; choose 1 to {MOST_VARIANTS}.")
        if self.seed < 0:
            raise UsageError(f"The seed {self.seed} is negative; choose 0 or more.")
        if len(self.hints) > HINTS:
            raise UsageError(
                f"{len(self.hints):,} hints are more than the {HINTS:,} that graycolor takes for a picture; give each "
                "color once, with all its places, as painted strokes or points in JSON do."
            )

    @property
    def is_nothing(self) -> bool:
        """Whether the network is left alone."""
        return not self.hints and self.reference is None and self.variants == 1

    def colorings(
        self,
        sight: NetworkView,
        size: tuple[int, int],
        *,
        temperature: float,
        saturation: float,
        fitted: float = 1.0,
        look: Look = LOOKS["natural"],
    ) -> list[Coloring]:
        """Every variant of a picture of `size` (H,W).

        `saturation` and `look` are what the person wants; `fitted` is what makes up for the network's own caution, and
        is not for colors that a reference has.

        Raises:
            UsageError: a hint lies outside the picture.
        """
        led, heard = (sight, 0.0) if self.reference is None else _led(sight, self.reference)
        strength = np.asarray(fitted + (1 - fitted) * heard, np.float32)
        variants = Variants(led, self.seed, temperature) if self.variants > 1 else None
        bent = [led.probabilities if variants is None else variants.probabilities(n) for n in range(self.variants)]
        seen = [sight.ab if each is sight.probabilities else bent_colors(sight, each, temperature) for each in bent]
        shown = [look.on(ab * strength, sight.L) * np.float32(saturation) for ab in seen]
        share = None if self.reference is None else float(np.mean(heard))
        return [Coloring(*self._hinted(sight, ab, size), share) for ab in shown]

    def _hinted(self, sight: NetworkView, ab: Floats, size: tuple[int, int]) -> tuple[Floats, Floats]:
        if not self.hints:
            return ab, sight.confidence
        return with_hints(sight, ab, sight.confidence, hints=self.hints, size=size)


def _led(sight: NetworkView, reference: Reference) -> tuple[NetworkView, Floats]:
    """What the network would see, were it led by the reference, and the reference's share in that (h,w,1)."""
    probabilities, heard = reference.led(sight)
    return sight.with_probabilities(probabilities), heard
