"""Steadiness is measured as it is defined, and tells steady colors from restless ones."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from film_clips import panned
from graycolor.evaluation.film_metrics import cdc, film_figures, motion, warp_error


def histograms(frame):
    return [np.bincount(frame[..., channel].ravel(), minlength=256) / frame[..., 0].size for channel in range(3)]


def test_cdc_is_the_published_one():
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256 - 20 * number, (24, 32, 3), np.uint8) for number in range(7)]
    expected = np.mean(
        [
            np.mean(
                [
                    jensenshannon(p, q) ** 2  # natural logarithm; scipy takes the root
                    for one, other in zip(frames, frames[distance:], strict=False)
                    for p, q in zip(histograms(one), histograms(other), strict=True)
                ]
            )
            for distance in (1, 2, 4)
        ]
    )

    assert cdc(frames) == pytest.approx(expected, rel=1e-6)


def test_cdc_of_a_still_is_zero():
    assert cdc([np.full((8, 8, 3), 90, np.uint8)] * 6) == 0


@pytest.fixture
def film(draw):
    """Twelve frames of a moving camera, tinted."""
    grays = panned(draw(96, 240, seed=1), 12)
    return [np.dstack([gray, gray * 0.8, gray * 0.6]).astype(np.uint8) for gray in grays]


def restless(film):
    rng = np.random.default_rng(0)
    return [np.clip(frame * rng.uniform(0.7, 1.3, 3), 0, 255).astype(np.uint8) for frame in film]


def test_warp_error_is_what_changes_along_the_motion(draw):
    before, after = panned(draw(96, 240, seed=1), 2, step=4)
    moved = motion(before, after)
    colors = np.random.default_rng(0).normal(0, 30, (6, 15, 2)).repeat(16, 0).repeat(16, 1).astype(np.float32)
    one, other = colors[:, 8:152], colors[:, 4:148]
    if warp_error(one, other, moved) > warp_error(other, one, moved):
        one, other = other, one

    assert moved.seen.mean() > 0.8
    assert warp_error(one, other, moved) < 3
    assert warp_error(one, other + np.float32([3, 4]), moved) == pytest.approx(5, abs=2)
    assert warp_error(one, one, moved) > 8


def test_nothing_is_compared_across_a_cut(draw):
    assert motion(draw(96, 144, seed=1), draw(96, 144, seed=2)[::-1]) is None


def test_figures_tell_steady_from_restless_and_gray(film):
    truth, own = film_figures(film, film), film_figures(film, restless(film))
    gray = film_figures(film, [frame[..., :1].repeat(3, 2) for frame in film])

    assert truth.delta_e2000 == 0
    assert own.cdc > 2 * truth.cdc
    assert own.warp_error > 2 * truth.warp_error + 1
    assert gray.colorfulness == pytest.approx(0, abs=0.1)
    assert gray.warp_error < truth.warp_error


def test_films_of_different_length_are_refused(film):
    with pytest.raises(ValueError, match="shorter"):
        film_figures(film, film[:-1])
    with pytest.raises(ValueError, match="two frames"):
        film_figures(film[:1], film[:1])
