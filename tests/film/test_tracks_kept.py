"""Tracks that only the muxers know to hold, PCM of discs, and timecodes."""

from fractions import Fraction

import av
import numpy as np
import pytest

from film_clips import Clip, chapters, decoded, make, packets
from graycolor.film.source.probe import probe


def samples(path):
    with av.open(str(path)) as film:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in film.decode(audio=0)])


@pytest.mark.parametrize(
    ("suffix", "container", "codec", "sound"),
    [("avi", None, "mpeg4", "adpcm_ms"), ("wmv", "asf", "wmv2", "wmav2"), ("avi", None, "mpeg4", "pcm_alaw")],
)
def test_sound_of_windows_is_copied_into_matroska(tmp_path, colored, suffix, container, codec, sound):
    clip = Clip(codec, sounds=("eng",), sound_codec=sound, time_base=Fraction(1, 25), container=container)
    source = make(tmp_path / f"it's [an] old|film.{suffix}", clip)
    outcome = colored(source, ".mkv", source="gray")
    before, after = packets(source)[1], packets(outcome.plan.job.target)[1]

    assert [digest for _, digest in after] == [digest for _, digest in before]
    assert not outcome.plan.notes


@pytest.mark.parametrize("part", [{}, {"start": 0.2}], ids=["whole", "part"])
def test_chapters_stay_beside_such_sound(tmp_path, colored, part):
    clip = Clip(frames=24, sounds=("eng",), sound_codec="pcm_alaw", chapters=True)
    source = make(tmp_path / "old.mov", clip)
    outcome = colored(source, ".mkv", **part)
    found = chapters(outcome.plan.job.target)

    assert outcome.plan.packing.foreign
    assert [each[2] for each in found] == [{"title": "Dog"}, {"title": "Cat"}]
    assert part or [each[:2] for each in found] == [each[:2] for each in chapters(source)]
    assert packets(outcome.plan.job.target)[1]
    assert not outcome.plan.notes


def test_pcm_of_discs_keeps_its_samples(tmp_path, colored):
    clip = Clip("mpeg2video", sounds=("eng",), sound_codec="pcm_dvd", time_base=Fraction(1, 25), container="vob")
    source = make(tmp_path / "old.vob", clip)
    outcome = colored(source, ".mkv")

    assert np.array_equal(samples(outcome.plan.job.target), samples(source))
    assert any("plain PCM" in note for note in outcome.plan.notes)


def test_what_cannot_be_held_is_offered_where_it_can(tmp_path, colored):
    source = make(tmp_path / "old.avi", Clip("mpeg4", sounds=("eng",), sound_codec="wmav2", time_base=Fraction(1, 25)))
    notes = colored(source, ".mp4", source="gray").plan.notes

    assert [note for note in notes if "wmav2" in note and "ends with .mkv" in note]


@pytest.mark.parametrize("suffix", [".mov", ".mp4", ".mkv"])
def test_a_timecode_goes_along_and_counts_on_in_parts(tmp_path, colored, suffix):
    source = make(tmp_path / "old.mov", Clip(frames=25, timecode="01:00:00:00"))
    assert probe(source).timecode == "01:00:00:00"
    whole = colored(source, suffix)
    assert not whole.plan.notes
    assert probe(whole.plan.job.target).timecode == "01:00:00:00"
    part = colored(source, suffix, start=0.4)
    assert probe(part.plan.job.target).timecode == "01:00:00:10"
    assert len(decoded(part.plan.job.target)) == 15


PHONE = {
    "com.apple.quicktime.make": "Apple",
    "com.apple.quicktime.location.ISO6709": "+48.2082+016.3738/",
    "com.apple.quicktime.creationdate": "2019-05-01T12:00:00+0200",
}


@pytest.mark.parametrize("suffix", [".mov", ".mp4", ".mkv"])
def test_place_date_and_maker_of_a_telephone_stay(tmp_path, colored, suffix):
    source = make(tmp_path / "old.mov", Clip(tags=PHONE))
    with av.open(str(colored(source, suffix).plan.job.target)) as film:
        kept = {key.lower(): text for key, text in film.metadata.items()}

    assert all(kept[key.lower()] == text for key, text in PHONE.items())
    assert kept["title"] == "Old film"


def test_tags_that_every_player_knows_stay_where_it_looks(tmp_path, colored):
    data = colored(make(tmp_path / "old.mp4", Clip())).plan.job.target.read_bytes()

    assert b"\xa9nam" in data


def test_a_reel_keeps_its_name(tmp_path, colored):
    source = make(tmp_path / "old.mov", Clip(timecode="01:00:00:00", reel="A001"))
    with av.open(str(colored(source).plan.job.target)) as film:
        assert [each.metadata["reel_name"] for each in film.streams if "reel_name" in each.metadata]
