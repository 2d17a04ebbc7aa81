"""Threads that color a film."""

import cv2
import pytest

from graycolor.jobs.film_threads import film_threads, opencv_threads
from graycolor.network.engine import available_cores


def test_opencv_has_its_threads_back_whatever_happens():
    before = cv2.getNumThreads()

    with pytest.raises(cv2.error), opencv_threads(1):
        cv2.cvtColor(None, cv2.COLOR_BGR2GRAY)

    assert cv2.getNumThreads() == before


def test_opencv_has_as_many_threads_within():
    with opencv_threads(1):
        assert cv2.getNumThreads() == 1


def test_half_the_cores_color():
    assert film_threads() == max(1, available_cores() // 2)
