"""Tracks that only the muxers know to hold, PCM of discs, and timecodes."""

import re
from fractions import Fraction

import av
import numpy as np
import pytest

from film_clips import Clip, chapters, decoded, frames, make, packets
from graycolor.errors import InputError
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


MARK = r"Colors guessed by graycolor \S+ \(weights [0-9a-f]{16}\); they are not in the original\."


def test_a_part_begins_at_a_timecode_of_the_film(tmp_path, colored):
    source = make(tmp_path / "old.mov", Clip(frames=60, timecode="10:00:00:00"))
    part = colored(source, start="10:00:01:05")

    assert part.frames == 30
    assert probe(part.plan.job.target).timecode == "10:00:01:05"
    with pytest.raises(InputError, match="begins at the timecode 10:00:00:00"):
        colored(source, start="09:00:00:00")
    with pytest.raises(InputError, match="has no timecode"):
        colored(make(tmp_path / "plain.mp4", Clip()), start="10:00:01:05")


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


def tags_of(path):
    """Tags of the film and of each of its tracks, by names in small letters."""
    with av.open(str(path)) as film:
        return [{key.lower(): text for key, text in each.metadata.items()} for each in (film, *film.streams)]


@pytest.mark.parametrize("suffix", [".mov", ".mp4", ".mkv", ".webm"])
@pytest.mark.parametrize("comment", [{}, {"comment": "From the attic"}])
def test_a_film_says_that_its_colors_are_guessed(tmp_path, colored, suffix, comment):
    source = make(tmp_path / f"old{'.mkv' if suffix == '.webm' else suffix}", Clip(tags=comment))
    result = colored(source, suffix).plan.job.target
    tags = tags_of(result)[0]
    plain = tags_of(colored(source, suffix, mark=False).plan.job.target)[0]

    assert [key for key, text in tags.items() if re.fullmatch(MARK, text)] == ["description" if comment else "comment"]
    assert all(tags[key] == plain[key] == text for key, text in comment.items())
    assert not any("guessed" in text for text in plain.values())


def test_a_film_that_is_colored_again_has_one_mark(tmp_path, colored):
    first = colored(make(tmp_path / "old.mp4", Clip(tags={"comment": "From the attic"}))).plan.job.target
    again = tags_of(colored(first, source="color").plan.job.target)[0]

    assert sum("guessed" in text for text in again.values()) == 1
    assert again["comment"] == "From the attic"


def test_tags_of_the_old_encoding_do_not_stand_on_the_new_pictures(tmp_path, colored):
    source = tmp_path / "old.mkv"
    with av.open(str(source), "w") as film:
        video = film.add_stream("libx264", rate=25, width=96, height=64)
        video.metadata.update({"ENCODER": "Lavc1 old", "BPS-eng": "1", "_STATISTICS_TAGS-eng": "BPS", "title": "Reel"})
        for frame in frames(Clip()):
            film.mux(video.encode(frame.reformat(format="yuv420p")))
        film.mux(video.encode())
    before, after = tags_of(source)[1], tags_of(colored(source).plan.job.target)[1]

    assert {"encoder", "bps-eng"} <= before.keys()
    assert after.keys() == {"title", "duration"}


@pytest.mark.parametrize("suffix", [".mov", ".mkv"])
def test_titles_of_tracks_stay_titles(tmp_path, colored, suffix):
    source = make(tmp_path / "old.mov", Clip(sounds=("eng", "fre")))
    tags = tags_of(colored(source, suffix).plan.job.target)[2:]

    assert [each.get("name" if suffix == ".mov" else "title") for each in tags] == ["Sound eng", "Sound fre"]
    assert suffix == ".mov" or not any("name" in each for each in tags)


def timed_text(path, lines):
    """A film with subtitles of mov_text: (start, milliseconds, text) each, with a style behind it."""
    plain = make(path.with_name("plain.mp4"), Clip(frames=60))
    with av.open(str(plain)) as source, av.open(str(path), "w") as film:
        video = film.add_stream_from_template(source.streams.video[0])
        words = film.add_stream("mov_text")
        words.metadata["language"] = "ger"
        words.time_base = words.codec_context.time_base = Fraction(1, 1000)
        words.codec_context.subtitle_header = ASS
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                film.mux(packet)
        for start, length, text in lines:
            packet = av.Packet(len(text.encode()).to_bytes(2, "big") + text.encode() + STYLE * bool(text))
            packet.pts = packet.dts = start
            packet.duration, packet.time_base, packet.stream = length, Fraction(1, 1000), words
            film.mux(packet)
    return path


ASS = b"""[Script Info]
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
STYLE = (22).to_bytes(4, "big") + b"styl" + bytes([0, 1, 0, 0, 0, 4, 0, 1, 1, 18, 255, 255, 255, 255])


@pytest.mark.parametrize("part", [{}, {"start": 0.4}], ids=["whole", "part"])
def test_subtitles_of_mp4_become_plain_text_in_matroska(tmp_path, colored, part):
    lines = [(0, 300, "Grüß Gott."), (300, 200, ""), (500, 700, "Ein Hund,\rdort!"), (1200, 300, "x" * 300)]
    outcome = colored(timed_text(tmp_path / "old.mp4", lines), ".mkv", **part)
    with av.open(str(outcome.plan.job.target)) as film:
        words = film.streams.subtitles[0]
        shown = [
            (int(each.pts * each.time_base * 1000), each.duration, bytes(each).decode())
            for each in film.demux(words)
            if each.size
        ]

    begin = 400 if part else 0
    assert words.codec_context.name in ("subrip", "srt")
    assert words.metadata["language"] == "ger"
    assert shown == [
        (start - begin, length, text.replace("\r", "\n")) for start, length, text in lines if text and start >= begin
    ]
    assert "becomes plain text (SRT)" in outcome.plan.notes[0]


def test_a_reel_keeps_its_name(tmp_path, colored):
    source = make(tmp_path / "old.mov", Clip(timecode="01:00:00:00", reel="A001"))
    with av.open(str(colored(source).plan.job.target)) as film:
        assert [each.metadata["reel_name"] for each in film.streams if "reel_name" in each.metadata]
