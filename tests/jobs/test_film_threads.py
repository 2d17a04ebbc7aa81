"""Threads that color a film."""

import cv2
import pytest

from graycolor.jobs.film_threads import share_cores
from graycolor.network.engine import available_cores


@pytest.fixture(autouse=True)
def _as_before():
    before = cv2.getNumThreads()
    yield
    cv2.setNumThreads(before)


@pytest.mark.parametrize(("asked", "given"), [(None, max(1, available_cores() // 2)), (1, 1), (3, 3)])
def test_network_and_opencv_have_as_many_threads_as_are_asked_for_or_half_the_cores(asked, given):
    assert share_cores(asked) == given
    assert cv2.getNumThreads() == given
