from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from graycolor.color.lightness_join import gray_of_rgb
from graycolor.errors import UsageError
from graycolor.guidance.decoding import annealed_mean
from graycolor.guidance.guidance import Guidance
from graycolor.guidance.network_view import NetworkView
from graycolor.guidance.variants import Variants, things
from graycolor.network.bins import Bins

COAT, GRASS, HAT = (slice(8, 24), slice(4, 20)), (slice(26, 32), slice(0, 40)), (slice(2, 6), slice(28, 36))


def opinion(bins, *colors):
    """A distribution over bins around some (a, b, share)."""
    index, weights = bins.soft_encoding(np.float32([color[:2] for color in colors]))
    shares = np.zeros(len(bins), np.float32)
    for row, (places, parts) in enumerate(zip(index, weights, strict=True)):
        np.add.at(shares, places, parts * colors[row][2])
    return 0.98 * shares + 0.02 / len(bins)


@pytest.fixture(scope="module")
def scene():
    """A wall, grass that can only be green, and a coat and a hat that could be brown, blue or red."""
    bins = Bins.uniform(10)
    probabilities = np.empty((32, 40, len(bins)), np.float32)
    probabilities[:] = opinion(bins, (2, 6, 1))
    probabilities[GRASS] = opinion(bins, (-25, 30, 1))
    probabilities[COAT] = opinion(bins, (10, 20, 0.5), (5, -35, 0.3), (45, 25, 0.2))
    probabilities[HAT] = opinion(bins, (10, 20, 0.5), (5, -35, 0.3), (45, 25, 0.2))
    codes = np.full((128, 160), 200, np.uint8)
    for part, light in ((COAT, 70), (GRASS, 130), (HAT, 60)):
        codes[tuple(slice(4 * side.start, 4 * side.stop) for side in part)] = light
    ab = annealed_mean(probabilities, bins.centers, 0.6)
    return NetworkView(codes, probabilities, ab, np.full((32, 40), 0.5, np.float32), bins)


def colors(scene, number, seed=0):
    return annealed_mean(Variants(scene, seed, 0.6).probabilities(number), scene.bins.centers, 0.6)


def test_a_thing_that_could_have_other_colors_takes_them_as_a_whole(scene):
    likeliest = colors(scene, 1)[COAT]

    assert likeliest[..., 1].max() < -15
    assert np.ptp(likeliest.reshape(-1, 2), axis=0).max() < 6


def test_a_thing_of_one_possible_color_keeps_it_in_every_variant(scene):
    for number in range(1, 6):
        assert np.abs(colors(scene, number)[GRASS][2:] - scene.ab[GRASS][2:]).max() < 4


def test_things_of_two_variants_in_a_row_differ_and_all_colors_have_their_turn(scene):
    coats = [colors(scene, number)[COAT].mean((0, 1)) for number in range(7)]

    assert min(np.hypot(*(a - b)) for a, b in pairwise(coats)) > 12
    assert len({tuple(np.sign(np.rint(coat / 15)).astype(int)) for coat in coats}) >= 3


def test_no_variant_has_a_color_that_was_held_impossible(scene):
    """Nothing is more than a bin away from what lies between the colors that a cell could have."""
    for number in range(1, 5):
        a, b = np.moveaxis(colors(scene, number), -1, 0)
        assert a.min() > -36
        assert b.min() > -46
        assert not ((a < -15) & (b < -15)).any()


def test_the_cells_of_a_thing_are_taken_together(scene):
    belongs = things(scene).reshape(32, 40, -1)

    np.testing.assert_allclose(belongs.sum(axis=2), 1, atol=1e-5)
    assert len(set(belongs[COAT].argmax(axis=2).ravel())) <= 3
    assert not set(belongs[COAT].argmax(axis=2).ravel()) & set(belongs[GRASS].argmax(axis=2).ravel())


def test_the_first_variant_is_the_usual_coloring(colorizer, examples):
    gray = small_gray(examples)

    assert np.array_equal(colorizer.forecasts(gray, None, Guidance(variants=2))[0].ab, colorizer.forecast(gray).ab)


def test_a_seed_gives_its_variants_again_and_another_gives_others(scene):
    again, other = colors(scene, 2, seed=3), [colors(scene, 1, seed=seed) for seed in range(6)]

    assert np.array_equal(again, colors(scene, 2, seed=3))
    assert max(np.abs(one - other[0]).mean() for one in other) > 1


def small_gray(examples):
    with Image.open(examples / "pumpkins-1938.jpg") as image:
        return (gray_of_rgb(np.asarray(image.convert("RGB").resize((320, 224)))) >> 8).astype(np.uint8)


def test_a_hint_holds_in_every_variant(colorizer, examples):
    gray = small_gray(examples)
    pictures = colorizer.variants(gray, hints=["80,150,#704830"], count=3)
    spots = np.array([picture[145:155, 75:85].mean((0, 1)) for picture in pictures])

    assert np.ptp(spots, axis=0).max() < 6


@pytest.mark.parametrize("count", [0, 17])
def test_a_number_that_cannot_be_made_is_refused(count):
    with pytest.raises(UsageError, match="cannot be made"):
        Guidance(variants=count)
