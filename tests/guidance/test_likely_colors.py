"""Colors to choose from at a place."""

import numpy as np

from graycolor.color.lab import rgb_to_lab
from graycolor.guidance.color_words import THINGS
from graycolor.guidance.guidance import Guidance
from graycolor.guidance.hints import Hint
from graycolor.guidance.likely_colors import common_colors, likely_colors


def lab_of(color):
    return rgb_to_lab(np.frombuffer(bytes.fromhex(color[1:]), np.uint8) / 255)


def test_likely_colors_differ_and_the_likeliest_is_what_the_network_says(colorizer, draw):
    sight = colorizer.look(draw(240, 320))

    colors = [lab_of(color) for color in likely_colors(sight, 50, 90)]

    assert 2 <= len(colors) <= 6
    apart = [np.hypot(*(one - other)[1:]) for n, one in enumerate(colors) for other in colors[:n]]
    assert min(apart) > 8
    mass = sight.probabilities[int(0.9 * sight.shape[0]), sight.shape[1] // 2]
    assert np.hypot(*(colors[0][1:] - sight.bins.centers[mass.argmax()])) < 25


def test_common_colors_are_shown_in_the_light_of_the_place(colorizer, draw):
    sight = colorizer.look(draw(240, 320))

    above, below = common_colors(sight, 50, 3), common_colors(sight, 50, 97)

    assert above.keys() == THINGS.keys()
    assert lab_of(above["sky"])[0] > lab_of(below["sky"])[0] + 20


def test_a_view_that_was_looked_at_before_gives_the_same_bits(colorizer, draw):
    gray, guidance = draw(240, 320), Guidance(hints=(Hint("#aa3322", ((50.0, 50.0),), percent=True),))
    sight = colorizer.look(gray)

    for wanted in (Guidance(), guidance):
        (again,) = colorizer.guided(sight, gray.shape, None, wanted)
        assert np.array_equal(again.ab, colorizer.forecast(gray, None, wanted).ab)
