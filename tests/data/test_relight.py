import numpy as np
import pytest
from skimage.color import rgb2lab

from graycolor.color.lab import srgb_to_linear
from graycolor.data.relight import Lighting, drawn_light, light_maps, relit, relit_lab


def scene():
    """Every hue and lightness, (24,32,3)."""
    rgb = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8)
    return np.ascontiguousarray(rgb.repeat(4, 0).repeat(4, 1))


def test_plain_light_leaves_the_scene_as_it_is():
    rgb = scene()

    np.testing.assert_allclose(relit_lab(rgb, Lighting()), rgb2lab(rgb), atol=0.05)


def test_a_darker_exposure_scales_linear_light_by_its_factor():
    linear = srgb_to_linear(scene().astype(np.float32) / 255)
    light = Lighting(exposure=0.2)

    np.testing.assert_allclose(relit(linear, light, *light_maps(light, 24, 32)), linear * 0.2, atol=1e-6)


def test_haze_mixes_the_light_of_the_air_into_the_scene():
    """Koschmieder's law: (1 - t) of the scene's light, and t of the air's."""
    linear = np.full((8, 8, 3), (0.8, 0.2, 0.1), np.float32)
    light = Lighting(veil=(0.75, 0.25), air=0.6)
    lit = relit(linear, light, *light_maps(light, 8, 8))

    np.testing.assert_allclose(lit[0, 0], 0.25 * linear[0, 0] + 0.75 * 0.6, atol=1e-6)
    np.testing.assert_allclose(lit[-1, 0], 0.75 * linear[0, 0] + 0.25 * 0.6, atol=1e-6)


def test_backlight_parts_dark_from_light_and_keeps_hues():
    linear = np.float32([[(0.06, 0.03, 0.02)], [(0.6, 0.45, 0.3)]])
    light = Lighting(contrast=1.8)
    lit = relit(linear, light, *light_maps(light, 2, 1))

    assert lit[0].sum() < 0.5 * linear[0].sum()
    assert lit[1].sum() > linear[1].sum()
    np.testing.assert_allclose(lit[0, 0] / lit[0, 0, 0], linear[0, 0] / linear[0, 0, 0], rtol=1e-5)


def test_a_flare_is_brightest_at_its_spot():
    light = Lighting(flare=0.5, spot=(0.25, 0.75, 0.2))
    lit = relit(np.zeros((41, 41, 3), np.float32), light, *light_maps(light, 41, 41))

    assert np.unravel_index(lit[..., 0].argmax(), (41, 41)) == (10, 30)
    assert lit.max() == pytest.approx(0.5)
    assert lit[-1, 0].max() < 0.05


def test_drawn_lights_are_repeatable_and_give_colors():
    rgb = scene()
    some = [relit_lab(rgb, drawn_light(np.random.default_rng(seed))) for seed in range(30)]

    np.testing.assert_array_equal(some[3], relit_lab(rgb, drawn_light(np.random.default_rng(3))))
    assert all(np.isfinite(lab).all() and lab[..., 0].min() >= 0 and lab[..., 0].max() <= 100.01 for lab in some)
    assert min(lab[..., 0].mean() for lab in some) < 0.6 * rgb2lab(rgb)[..., 0].mean()
