"""The shape of pixels in Matroska, for codecs that have no words for it."""

from fractions import Fraction

import av
import pytest

from film_clips import Clip, chapters, decoded, make, packets


def seen(path):
    """Pixel shape and turn of the pictures, and frames that came out."""
    with av.open(str(path)) as film:
        video = film.streams.video[0]
        return video.sample_aspect_ratio, next(film.decode(video=0)).rotation


def sounds(path):
    """Digests of the other tracks' packets; Matroska rounds their times."""
    return [[digest for _, digest in track] for track in packets(path).values()]


@pytest.mark.parametrize(
    ("suffix", "codec", "sound"),
    [
        (".mkv", "ffv1", "aac"),
        (".mkv", "av1", "aac"),
        (".mkv", "prores", "aac"),
        (".webm", "av1", "libopus"),
        (".mkv", "ffv1", "pcm_alaw"),
    ],
)
def test_pixels_keep_their_shape(tmp_path, colored, suffix, codec, sound):
    clip = Clip(sar=Fraction(4, 3), sounds=("eng",), sound_codec=sound, chapters=True)
    source = make(tmp_path / f"old{'.mov' if sound == 'pcm_alaw' else '.mkv'}", clip)
    outcome = colored(source, suffix, codec=codec)
    result = outcome.plan.job.target

    assert seen(result) == (Fraction(4, 3), 0)
    assert not outcome.plan.notes
    assert len(decoded(result)) == 12
    assert sounds(result) == sounds(source)
    assert [each[2] for each in chapters(result)] == [{"title": "Dog"}, {"title": "Cat"}]


def test_the_checksum_of_the_tracks_is_right(tmp_path, colored):
    result = colored(make(tmp_path / "old.mp4", Clip(sar=Fraction(16, 11))), ".mkv", codec="ffv1").plan.job.target
    with av.open(str(result), options={"err_detect": "crccheck+explode"}) as film:
        assert len(list(film.decode(video=0))) == 12
    assert float(seen(result)[0]) == pytest.approx(16 / 11, rel=0.005)


def test_a_turned_film_has_no_room_and_says_so(tmp_path, colored):
    outcome = colored(make(tmp_path / "old.mp4", Clip(sar=Fraction(4, 3), rotation=90)), ".mkv", codec="ffv1")

    assert seen(outcome.plan.job.target)[1] == 90
    assert "players will show them square" in outcome.plan.notes[0]
