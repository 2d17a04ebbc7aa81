"""The mean of two weights files of `lite`, of which the second has color queries and may be rebalanced otherwise.

    python dev/mean_of_weights.py BEFORE AFTER SHARE OUTPUT

Every tensor becomes (1 - SHARE) of BEFORE's and SHARE of AFTER's. Queries that BEFORE lacks are taken as ones that add
nothing, so that what AFTER's add is multiplied by SHARE. Logits are mixed by it, and so is how much of the rebalancing
is taken back, and the saturation. (Averaged weights: Wortsman et al. 2022, "Robust fine-tuning of zero-shot models".)
Of files with the same network, `graycolor train --epochs 0 --init A --init B` takes the mean.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from graycolor.network import weights
from graycolor.network.header import Header


def main() -> None:
    """Writes the mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("share", type=float)
    parser.add_argument("output", type=Path)
    a = parser.parse_args()
    (before, first), (after, second) = weights.load(a.before), weights.load(a.after)
    after.load_state_dict(mixed(before.state_dict(), after.state_dict(), a.share))
    weights.save(a.output, after, mixed_header(first, second, a.share))


def mixed(before: Mapping[str, Tensor], after: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """The tensors of the mean."""
    mean = {name: tensor * share if ".out." in name else tensor for name, tensor in after.items()}
    common = {name for name, tensor in after.items() if name in before and before[name].shape == tensor.shape}
    floats = {name for name in common if after[name].is_floating_point()}
    return mean | {name: ((1 - share) * before[name] + share * after[name]).to(after[name].dtype) for name in floats}


def mixed_header(before: Header, after: Header, share: float) -> Header:
    """How the mean is decoded."""
    names = ("rebalancing_undone", "saturation")
    decode = {name: (1 - share) * getattr(before.decode, name) + share * getattr(after.decode, name) for name in names}
    return replace(after, decode=replace(after.decode, **decode))


if __name__ == "__main__":
    main()
