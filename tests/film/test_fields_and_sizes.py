"""Fields as each frame says, sizes and shapes of pixels that change on the way, captions in the pictures."""

from fractions import Fraction

import av
import numpy as np
import pytest

from film_clips import Clip, decoded, frames, make
from graycolor.errors import InputError
from graycolor.film.source.probe import probe

RATE = Fraction(1, 25)


CAPTION = b"\0\0\1\xb2GA94\x03\x41\xff\xfc\xc8\x49\xff"
"""User data of an MPEG-2 picture that hold two letters of closed captions."""


def film_of(path, parts, *, fields=("",), sar=(None,), captions=b""):
    """One film of encoded parts, one after the other in time."""
    with av.open(str(path), "w", format="mpegts") as out:
        video = out.add_stream("mpeg2video", rate=25)
        video.width, video.height = parts[0].size
        video.pix_fmt = "yuv420p"
        number = 0
        for place, part in enumerate(parts):
            field, shape = fields[place % len(fields)], sar[place % len(sar)]
            context = av.CodecContext.create("mpeg2video", "w")
            (context.width, context.height), context.pix_fmt, context.time_base = part.size, "yuv420p", RATE
            context.framerate, context.sample_aspect_ratio = Fraction(25), shape or Fraction(1)
            context.options = {"flags": "+ildct+ilme"} if field else {}
            for frame in [*(marked(each, field) for each in frames(part)), None]:
                for packet in context.encode(frame):
                    if captions:
                        packet = av.Packet(bytes(packet).replace(b"\0\0\1\1", captions + b"\0\0\1\1", 1))
                    packet.pts = packet.dts = number
                    packet.time_base, packet.stream, number = RATE, video, number + 1
                    out.mux(packet)
    return path


def marked(frame, field):
    """The frame with `tff` or `bff` said of it."""
    if not field:
        return frame
    graph = av.filter.Graph()
    begin = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format.name, time_base=RATE)
    setter, end = graph.add("setfield", field), graph.add("buffersink")
    begin.link_to(setter)
    setter.link_to(end)
    graph.configure()
    graph.push(frame)
    return graph.pull()


def part(size=(96, 64), count=12):
    return Clip("mpeg2video", size=size, time_base=RATE, frames=count)


def interlaced(path):
    with av.open(str(path)) as film:
        return [frame.interlaced_frame for frame in film.decode(video=0)]


def test_a_film_that_becomes_interlaced_keeps_the_fields_of_each_frame(tmp_path, colored):
    source = film_of(tmp_path / "old.ts", [part(), part()], fields=("", "tff"))
    before = interlaced(source)
    outcome = colored(source, ".mkv", lossless=True)

    assert 0 < sum(before) < len(before)
    assert interlaced(outcome.plan.job.target) == before
    assert outcome.plan.film.fields == "tt"
    assert any("partly interlaced" in note for note in outcome.plan.notes)


def test_the_lower_field_first_stays_first(tmp_path, colored):
    outcome = colored(film_of(tmp_path / "old.ts", [part()], fields=("bff",)), ".mkv")

    assert outcome.plan.film.fields == "bb"
    assert all(interlaced(outcome.plan.job.target))


def test_each_part_of_another_size_can_be_colored(tmp_path, colored):
    source = film_of(tmp_path / "old.ts", [part(), part((128, 80))])
    with pytest.raises(InputError, match=r"from 96 x 64 to 128 x 80 after 0\.48 s"):
        colored(source, ".mkv")
    first = decoded(colored(source, ".mkv", duration=0.48).plan.job.target)
    second = decoded(colored(source, ".mkv", start=0.48).plan.job.target)

    assert len(first) >= 11
    assert len(second) == 12
    assert {luma.shape for _, _, luma in first} == {(64, 96)}
    assert {luma.shape for _, _, luma in second} == {(80, 128)}


def test_another_shape_of_pixels_is_noticed(tmp_path, colored):
    shapes = (Fraction(12, 11), Fraction(16, 11))
    source = film_of(tmp_path / "old.ts", [part(), part()], sar=shapes)
    notes = colored(source, ".mkv").plan.notes

    assert any("shape of its pixels" in note and "after 0.48 s" in note for note in notes)


def test_raw_dv_has_its_rate_and_its_end(tmp_path, colored):
    clip = Clip("dvvideo", "yuv411p", (720, 480), frames=3, time_base=Fraction(1001, 30000), times=[0, 1, 2])
    with av.open(str(tmp_path / "old.dv"), "w") as out:
        out.metadata["timecode"] = "01:00:00:00"
        video = out.add_stream("dvvideo", rate=Fraction(30000, 1001))
        (video.width, video.height), video.pix_fmt = clip.size, clip.pixels
        video.codec_context.time_base = clip.time_base
        for frame in [*frames(clip), None]:
            out.mux(video.encode(frame))
    film = probe(tmp_path / "old.dv")
    for suffix in (".mkv", ".mp4"):
        outcome = colored(tmp_path / "old.dv", suffix)
        assert outcome.plan.film.fields == "bb"
        assert not outcome.notes
        assert probe(outcome.plan.job.target).timecode[:8] == film.timecode[:8] == "01:00:00"
    assert film.rate == Fraction(30000, 1001)
    assert np.isclose(film.seconds, 0.1001)


def captions(path):
    with av.open(str(path)) as film:
        return [[bytes(d) for d in f.side_data if d.type.name == "A53_CC"] for f in film.decode(video=0)]


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_closed_captions_stay_in_the_pictures(tmp_path, colored, codec):
    source = film_of(tmp_path / "old.ts", [part(count=4)], captions=CAPTION)
    outcome = colored(source, ".mkv", codec=codec)

    assert any(captions(source))
    assert captions(outcome.plan.job.target) == captions(source)
    assert not outcome.plan.notes


def test_closed_captions_that_a_codec_cannot_hold_are_named(tmp_path, colored):
    outcome = colored(film_of(tmp_path / "old.ts", [part(count=4)], captions=CAPTION), ".mkv", lossless=True)

    assert any("closed captions" in note and "h264" in note for note in outcome.plan.notes)


def test_what_else_frames_carry_is_named(tmp_path, colored):
    afd = b"\0\0\1\xb2DTG1\x41\xf9"
    source = film_of(tmp_path / "old.ts", [part(count=4)], captions=afd)

    assert any("active format description" in note for note in colored(source, ".mkv").plan.notes)


def test_a_timecode_that_a_container_refuses_is_named_beforehand(tmp_path, colored):
    clip = Clip(timecode="01:00:00:00", frames=3, time_base=Fraction(3, 50), times=[0, 1, 2], rate=Fraction(50, 3))
    source = make(tmp_path / "old.mkv", clip)
    outcome = colored(source, ".mov")

    assert len(decoded(outcome.plan.job.target)) == 3
    assert any("timecode" in note for note in outcome.plan.notes) != (
        probe(outcome.plan.job.target).timecode == "01:00:00:00"
    )
