"""Motion between two pictures."""

import numpy as np

from graycolor.film.steadiness.flow import flow_between


def test_motion_does_not_depend_on_what_was_followed_before(draw):
    picture = draw(80, 200, seed=4)
    here, there = (np.ascontiguousarray(picture[:64, left : left + 96]) for left in (10, 14))
    tiny = np.ascontiguousarray(picture[:48, :72])
    first = flow_between(here, there).copy()
    flow_between(tiny, tiny)

    assert np.array_equal(flow_between(here, there), first)
