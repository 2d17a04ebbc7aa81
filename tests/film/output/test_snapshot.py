"""A snapshot replaces snapshots, and nothing else."""

import itertools

import cv2
import numpy as np
import pytest

from film_clips import Clip, make
from graycolor.errors import OutputError, UsageError
from graycolor.film.output.snapshot import Snapshot, check_snapshot
from graycolor.film.source.probe import probe
from graycolor.film.source.read import FrameReader
from graycolor.jobs.film_plan import FilmOptions, find_films


@pytest.mark.parametrize("name", ["now.jpg", "now.png", "now.webp"])
def test_a_snapshot_replaces_a_snapshot_and_nothing_else(tmp_path, name):
    film = probe(make(tmp_path / "old.mp4", Clip(frames=2, size=(96, 64))))
    for frame in itertools.islice(FrameReader(film).frames(), 1):
        Snapshot(tmp_path / name, film).offer(frame)
    cv2.imwrite(str(tmp_path / f"my-{name}"), np.zeros((8, 8, 3), np.uint8))

    assert cv2.imread(str(tmp_path / name)).shape == (64, 192, 3)
    check_snapshot(tmp_path / name)
    with pytest.raises(OutputError, match="no snapshot of graycolor's"):
        check_snapshot(tmp_path / f"my-{name}")


def test_what_takes_its_place_meanwhile_stays_and_costs_no_film(tmp_path):
    film = probe(make(tmp_path / "old.mp4", Clip(frames=2)))
    snapshot = Snapshot(tmp_path / "now.jpg", film)
    (tmp_path / "now.jpg").write_bytes(b"a picture of mine")
    for frame in itertools.islice(FrameReader(film).frames(), 1):
        snapshot.offer(frame)

    assert (tmp_path / "now.jpg").read_bytes() == b"a picture of mine"
    assert "no snapshot of graycolor's" in snapshot.problem


@pytest.mark.parametrize("place", ["old.mp4", "old-color.mp4", "weights.png", "link.png"])
def test_it_takes_no_place_of_what_is_read_or_of_a_result(tmp_path, place):
    film = make(tmp_path / "old.mp4", Clip(frames=2))
    (tmp_path / "weights.png").write_bytes(b"weights")
    (tmp_path / "link.png").symlink_to("old-color.mp4")
    options = FilmOptions(snapshot=tmp_path / place, overwrite=True)

    with pytest.raises(UsageError, match="choose another name for it"):
        find_films([film], None, options, weights=tmp_path / "weights.png")
