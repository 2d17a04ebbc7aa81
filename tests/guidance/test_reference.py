import cv2
import numpy as np
import pytest

from graycolor.color.lightness_join import gray_of_rgb, lab_of_rgb8
from graycolor.errors import ResultWarning
from graycolor.evaluation.metrics import ciede2000
from graycolor.guidance.guidance import Guidance


@pytest.fixture(scope="module")
def painting():
    """Violet sky above red ground, with a green disk: what no network would guess."""
    rgb = np.zeros((192, 256, 3), np.uint8)
    rgb[:96], rgb[96:] = (190, 160, 230), (140, 60, 50)
    cv2.circle(rgb, (128, 140), 30, (70, 150, 80), -1)
    noise = np.random.default_rng(0).normal(0, 3, rgb.shape[:2])[..., None]
    return np.clip(rgb + noise, 0, 255).astype(np.uint8)


def error(colorizer, painting, guidance):
    lab = lab_of_rgb8(painting)
    colored = lab.copy()
    colored[..., 1:] = colorizer.chroma(gray_of_rgb(painting), None, guidance).rows(0, len(lab))
    return float(ciede2000(lab, colored).mean())


def test_a_pictures_own_colors_as_reference_bring_them_back(colorizer, painting):
    alone = error(colorizer, painting, None)
    led = error(colorizer, painting, Guidance(reference=colorizer.reference(painting)))

    assert led < 0.7 * alone


def test_a_mirrored_reference_leads_as_well(colorizer, painting):
    mirrored = np.ascontiguousarray(painting[:, ::-1])
    led = error(colorizer, painting, Guidance(reference=colorizer.reference(mirrored)))

    assert led < 0.75 * error(colorizer, painting, None)


def test_a_hint_wins_over_the_reference(colorizer, painting):
    gray = np.rint(gray_of_rgb(painting) / 257).astype(np.uint8)
    reference = colorizer.reference(painting)
    rgb = colorizer.colorize(gray, hints=["60,40,#a8b8a8"], reference=reference)
    spot = rgb[36:45, 56:65].astype(int).mean((0, 1))

    assert spot[1] > spot[2]  # green, where the reference says violet


def test_pixels_and_what_was_made_of_them_lead_alike(colorizer, painting):
    gray = np.rint(gray_of_rgb(painting) / 257).astype(np.uint8)

    assert np.array_equal(
        colorizer.colorize(gray, reference=painting),
        colorizer.colorize(gray, reference=colorizer.reference(painting)),
    )


def test_a_reference_that_is_hardly_followed_is_told_and_a_fitting_one_is_not(colorizer, painting, recwarn):
    gray = np.rint(gray_of_rgb(painting) / 257).astype(np.uint8)
    stripes = np.zeros((192, 256, 3), np.uint8)
    stripes[:, ::2] = (40, 90, 20)
    colorizer.colorize(gray, reference=np.ascontiguousarray(painting[:, ::-1]))
    assert not recwarn.list

    with pytest.warns(ResultWarning, match=r"little in common with this picture: \d+% of the colors follow it"):
        colorizer.colorize(gray, reference=stripes)
