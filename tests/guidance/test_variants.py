import numpy as np
import pytest

from graycolor.errors import UsageError
from graycolor.guidance.guidance import Guidance


@pytest.fixture(scope="module")
def variants(colorizer):
    rng = np.random.default_rng(3)
    gray = np.clip(np.linspace(60, 220, 200)[:, None] + rng.normal(0, 3, (200, 260)), 0, 255).astype(np.uint8)
    gray[120:190, 40:120] = 70
    return [one.ab for one in colorizer.forecasts(gray, None, Guidance(variants=4))], gray


def distance(a, b):
    return float(np.hypot(*np.moveaxis(a - b, -1, 0)).mean())


def test_the_first_variant_is_the_usual_coloring(variants, colorizer):
    colorings, gray = variants

    assert np.array_equal(colorings[0], colorizer.forecast(gray).ab)


def test_every_variant_differs_visibly_from_every_other(variants):
    colorings, _ = variants

    assert min(distance(a, b) for n, a in enumerate(colorings) for b in colorings[:n]) > 3


def test_variants_are_coherent_and_no_noise(variants):
    """What a variant changes varies from cell to cell far less than it is large; of noise it would vary more."""
    colorings, _ = variants
    for coloring in colorings[1:]:
        change = coloring - colorings[0]
        step = np.hypot(*np.moveaxis(np.diff(change[:25], axis=1), -1, 0)).mean()

        assert step < 0.2 * np.hypot(*np.moveaxis(change[:25], -1, 0)).mean()


def test_variants_stay_within_what_the_network_holds_possible(variants):
    """None is a rainbow: no more than twice the chroma of the usual coloring, on average."""
    colorings, _ = variants
    chroma = [np.hypot(*np.moveaxis(one, -1, 0)).mean() for one in colorings]

    assert max(chroma[1:]) < 2 * chroma[0] + 8


def test_a_seed_gives_its_variants_again_and_another_gives_others(variants, colorizer):
    colorings, gray = variants
    again, other = (colorizer.forecasts(gray, None, Guidance(variants=4, seed=seed))[1].ab for seed in (0, 1))

    assert np.array_equal(again, colorings[1])
    assert distance(other, colorings[1]) > 1


def test_a_hint_holds_in_every_variant(colorizer, variants):
    _, gray = variants
    pictures = colorizer.variants(gray, hints=["80,150,#704830"], count=3)
    spots = np.array([picture[145:155, 75:85].mean((0, 1)) for picture in pictures])

    assert np.ptp(spots, axis=0).max() < 3


@pytest.mark.parametrize("count", [0, 17])
def test_a_number_that_cannot_be_made_is_refused(count):
    with pytest.raises(UsageError, match="cannot be made"):
        Guidance(variants=count)
