"""The shots of a film, each with a frame that shows it."""

import av
import numpy as np

from film_clips import Clip, make, panned
from graycolor.film.source.probe import probe
from graycolor.jobs.film_shots import Shot, shots_of


def write(path, grays):
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25, options={"crf": "8"})
        video.height, video.width = grays[0].shape
        for gray in grays:
            out.mux(video.encode(av.VideoFrame.from_ndarray(gray, format="gray8").reformat(format="yuv420p")))
        out.mux(video.encode())
    return path


def test_every_shot_is_found_with_a_frame_near_its_middle_that_shows_something(tmp_path, draw):
    black = [np.zeros((96, 144), np.uint8)] * 30
    shots = [panned(scene, 40) for scene in (draw(96, 400), np.flipud(draw(96, 400, 5)))]
    film = write(tmp_path / "old.mkv", [*shots[0][:20], *shots[1][:25], *black])
    seen = list(shots_of(probe(film), 72))
    found = [each for each in seen if isinstance(each, Shot)]

    assert [each for each in seen if not isinstance(each, Shot)] == list(range(1, 76))
    assert [(each.number, each.first, each.frames) for each in found][:2] == [(0, 0, 20), (1, 20, found[1].frames)]
    assert abs(found[0].still - 10) <= 4
    assert found[1].seconds == 0.8
    assert 20 <= found[1].still < 46
    for shot in found[:2]:
        assert shot.picture.shape == (48, 72)
        assert shot.picture.std() > 6


def test_a_turned_film_has_upright_frames(tmp_path):
    film = make(tmp_path / "turned.mp4", Clip(rotation=90))
    (shot,) = [each for each in shots_of(probe(film), 1000) if isinstance(each, Shot)]

    assert shot.picture.shape == (96, 64)
