"""How pictures of a shot are seen from one another."""

import cv2
import numpy as np

from graycolor.film.steadiness.fuse import link, near_link


def moved(gray, x, y):
    return cv2.warpAffine(gray, np.float32([[1, 0, x], [0, 1, y]]), gray.shape[::-1], borderMode=cv2.BORDER_REFLECT)


def test_a_link_at_half_the_size_leads_where_the_plain_one_leads(draw):
    for height, width in ((216, 384), (217, 383), (96, 160)):
        here = cv2.GaussianBlur(draw(height, width, seed=4), (0, 0), 1.5)
        there = moved(here, 6, -3)
        plain, near = link(here, there), near_link(here, there)

        inside = np.s_[16:-16, 16:-16]
        assert near.flow.shape == plain.flow.shape
        assert near.agreement.shape == plain.agreement.shape
        assert np.median(np.abs(near.flow - plain.flow)[inside]) < 0.25
        assert np.abs(np.median(near.flow[inside], axis=(0, 1)) - (6, -3)).max() < 0.5


def test_a_link_at_half_the_size_knows_what_came_into_sight(draw):
    before = cv2.GaussianBlur(draw(216, 384, seed=4), (0, 0), 1.5)
    after = before.copy()
    after[60:160, 100:260] = cv2.GaussianBlur(draw(100, 160, seed=9), (0, 0), 1.5)

    seen, plain = near_link(after, before).agreement, link(after, before).agreement

    assert seen[80:140, 120:240].mean() < 0.4
    assert seen[:, :80].mean() > 0.8
    assert np.abs(seen - plain).mean() < 0.15
