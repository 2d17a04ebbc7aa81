"""What browsers play, copies for them of what they cannot, and what is said of a film in words."""

import av
import pytest

from film_clips import Clip, make
from graycolor.web.films.facts import duration, facts_of
from graycolor.web.films.film import FilmInHand, clock
from graycolor.web.films.playing import playing_copy, plays_in_browsers


@pytest.mark.parametrize(
    ("name", "clip", "plays"),
    [
        ("a.mp4", Clip(sounds=("eng",)), True),
        ("b.mkv", Clip(sounds=("eng",), frames=30), False),
        ("c.mkv", Clip(codec="ffv1", sounds=("eng",), sound_codec="pcm_s16le"), False),
        ("d.mov", Clip(codec="ffv1", container="matroska", size=(95, 63), pixels="yuv444p", rotation=90), False),
        ("e.mkv", Clip(codec="ffv1", pixels="yuv420p10le", sounds=("eng",), sound_codec="ac3"), False),
    ],
)
def test_what_browsers_cannot_play_becomes_a_copy_that_they_can(tmp_path, name, clip, plays):
    film, copy, packets = make(tmp_path / name, clip), tmp_path / "copy.mp4", []
    assert plays_in_browsers(film) is plays
    playing_copy(film, copy, lambda: packets.append(1))

    assert plays_in_browsers(copy)
    assert len(packets) >= clip.frames
    with av.open(str(copy)) as made:
        frames = list(made.decode(video=0))
        assert len(frames) == clip.frames
        assert frames[0].rotation == clip.rotation
        assert len(made.streams.audio) == len(clip.sounds)


def test_a_copy_ends_when_somebody_says_so(tmp_path):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        playing_copy(make(tmp_path / "a.mkv", Clip()), tmp_path / "copy.mp4", stop)


def test_facts_are_in_words(tmp_path):
    from graycolor.film.source.probe import probe

    path = make(tmp_path / "a.mkv", Clip(sounds=("eng", "fre"), subtitles=True, chapters=True, rotation=90))
    film = FilmInHand(path, "a.mkv", tmp_path, None)
    assert facts_of(film) == []
    film.film = probe(path)

    assert facts_of(film) == [
        ("Length", "1 second, 12 frames"),
        ("Picture", "64 × 96, 25 frames a second, H.264"),
        ("Sound", "AAC eng Sound eng; AAC fre Sound fre"),
        ("Subtitles", "subrip fre"),
        ("Chapters", "2"),
    ]
    assert [duration(each) for each in (0.2, 59, 61, 3599, 3600, 7260)] == [
        "1 second",
        "59 seconds",
        "1 min 1 s",
        "59 min",
        "1 hour",
        "2 hours 1 min",
    ]
    assert [clock(each) for each in (5.9, 65, 3723)] == ["0:05", "1:05", "1:02:03"]
