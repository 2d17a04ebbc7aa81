"""What a colored film keeps of its source, stream by stream, over containers and codecs."""

from fractions import Fraction

import av
import numpy as np
import pytest

from film_clips import Clip, chapters, decoded, frames, make, packets, plane, streams
from graycolor.errors import InputError
from graycolor.film.source.probe import probe

TIMES = [0, 500, 1100, 1500, 2300, 2900, 3300, 4000, 4444, 5000, 5600, 6007]
EVERYTHING = {"sounds": ("eng", "fre"), "chapters": True}
IN_MATROSKA = {"subtitles": True, "attachment": True}
CASES = [
    ("mkv", "h264", Clip(**EVERYTHING, **IN_MATROSKA)),
    ("mkv", "hevc", Clip(**EVERYTHING, **IN_MATROSKA)),
    ("mkv", "av1", Clip(**EVERYTHING, **IN_MATROSKA)),
    ("mkv", "ffv1", Clip(**EVERYTHING, **IN_MATROSKA)),
    ("mkv", "prores", Clip(**EVERYTHING, **IN_MATROSKA)),
    ("mp4", "h264", Clip(**EVERYTHING, times=TIMES)),
    ("mp4", "hevc", Clip(**EVERYTHING, times=TIMES)),
    ("mp4", "av1", Clip(**EVERYTHING, times=TIMES)),
    ("mov", "h264", Clip(**EVERYTHING, times=TIMES)),
    ("mov", "prores", Clip(**EVERYTHING, times=TIMES)),
    ("mov", "hevc", Clip(**EVERYTHING, times=TIMES)),
    ("mov", "dnxhr", Clip(**EVERYTHING, size=(256, 120), times=TIMES)),
    ("webm", "av1", Clip("libvpx-vp9", **EVERYTHING, sound_codec="libopus")),
]


@pytest.mark.parametrize(("container", "codec", "clip"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_all_but_the_pictures_is_copied(tmp_path, colored, container, codec, clip):
    source = make(tmp_path / f"old.{container}", clip)
    outcome = colored(source, codec=codec)
    target = outcome.plan.job.target

    assert [frame[0] for frame in decoded(target)] == [frame[0] for frame in decoded(source)]
    assert packets(target) == packets(source)
    assert len(packets(target)) >= 2
    assert streams(target) == streams(source)
    assert chapters(target) == chapters(source)
    assert not outcome.notes
    with av.open(str(target)) as film:
        assert film.metadata["title"] == "Old film"
        assert film.streams.video[0].codec_context.codec.canonical_name == {"dnxhr": "dnxhd"}.get(codec, codec)


@pytest.mark.parametrize(
    ("suffix", "clip"),
    [
        ("mkv", Clip()),
        ("mkv", Clip(pixels="yuv422p")),
        ("mkv", Clip(pixels="yuv444p")),
        ("mkv", Clip("libx265", "yuv420p12le", options={"x265-params": "log-level=none"})),
        ("mkv", Clip(pixels="yuv420p10le")),
        ("mkv", Clip("mjpeg", "yuvj422p", (98, 66))),
        ("mkv", Clip("ffv1", "gray")),
        ("mkv", Clip("ffv1", "gray10le")),
        ("mkv", Clip("ffv1", "gray16le")),
        ("mkv", Clip("ffv1", "yuv420p", (97, 65))),
        ("mkv", Clip("ffv1", "yuv411p")),
        ("mkv", Clip("ffv1", "yuv410p")),
        ("mkv", Clip("ffv1", "yuv440p")),
        ("avi", Clip("mjpeg", "yuvj420p")),
        ("mpg", Clip("mpeg2video", time_base=Fraction(1, 25))),
        ("mkv", Clip("ffv1", "yuva420p")),
        ("mkv", Clip("mpeg4", time_base=Fraction(1, 25))),
        ("mp4", Clip(rotation=90, times=TIMES)),
        ("ts", Clip()),
        ("mkv", Clip(options={"x264-params": "tff=1", "field_order": "tt"})),
    ],
    ids=lambda value: f"{value.codec}-{value.pixels}" if isinstance(value, Clip) else value,
)
def test_a_lossless_result_has_the_sources_luma_bit_for_bit(tmp_path, colored, suffix, clip):
    source = make(tmp_path / f"old.{suffix}", clip)
    outcome = colored(source, ".mkv", lossless=True)
    before, after = decoded(source), decoded(outcome.plan.job.target)

    assert outcome.plan.film.conversion.exact
    assert len(before) == len(after) == clip.frames
    for (_, _, source_luma), (_, pixels, luma) in zip(before, after, strict=True):
        assert pixels.startswith("yuv")
        assert np.array_equal(luma, source_luma)


def test_a_lossless_result_is_in_color(tmp_path, colored):
    source = make(tmp_path / "old.mkv", Clip())
    target = colored(source, lossless=True).plan.job.target
    with av.open(str(target)) as film:
        chroma = [plane(frame, 1).astype(int) - 128 for frame in film.decode(video=0)]

    assert np.abs(chroma).mean() > 1


@pytest.mark.parametrize(("codec", "pixels"), [("qtrle", "rgb24"), ("ffv1", "bgr0"), ("libx264rgb", "rgb24")])
def test_rgb_becomes_luma_once_and_says_so(tmp_path, colored, codec, pixels):
    name = "old.mov" if codec == "qtrle" else "old.mkv"
    source = make(tmp_path / name, Clip(codec, pixels, options={"crf": "0"} if "x264" in codec else {}))
    outcome = colored(source, ".mkv", lossless=True)
    with av.open(str(source)) as film:
        gray = [frame.to_ndarray(format="rgb24")[..., 1].astype(float) for frame in film.decode(video=0)]
    shown = [(luma.astype(float) - 16) * 255 / 219 for _, _, luma in decoded(outcome.plan.job.target)]

    assert any("no luma" in note for note in outcome.plan.notes)
    assert np.abs(np.array(gray) - np.array(shown)).mean() < 1


def test_a_gif_becomes_a_film(tmp_path, colored):
    source = make(tmp_path / "old.gif", Clip("gif", "rgb8", time_base=Fraction(1, 100), rate=10))
    outcome = colored(source, ".mp4", source="gray")

    assert outcome.frames == 12
    assert [each[0] for each in decoded(outcome.plan.job.target)] == [each[0] for each in decoded(source)]


TAGGED = [
    ("mp4", "h264", (1, 1, 1, 1)),
    ("mp4", "hevc", (6, 6, 6, 1)),
    ("mkv", "ffv1", (9, 14, 9, 1)),
    ("mp4", "h264", (1, 1, 1, 2)),
    ("mkv", "av1", (1, 1, 1, 1)),
    ("mov", "prores", (1, 1, 1, 1)),
]


@pytest.mark.parametrize(("container", "codec", "tags"), TAGGED)
def test_color_tags_and_pixel_shape_are_kept(tmp_path, colored, container, codec, tags):
    clip = Clip(color=tags, sar=Fraction(4, 3))
    source = make(tmp_path / f"old.{container}", clip)
    target = colored(source, codec=codec).plan.job.target
    with av.open(str(target)) as film:
        frame = next(film.decode(video=0))
        shape = film.streams.video[0].sample_aspect_ratio

    assert (frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range) == tags
    assert shape == clip.sar


@pytest.mark.parametrize("rotation", [90, -90, 180])
def test_rotation_stays_metadata_and_the_network_sees_upright(tmp_path, colored, rotation):
    source = make(tmp_path / "old.mp4", Clip(rotation=rotation))
    outcome = colored(source)
    with av.open(str(source)) as before, av.open(str(outcome.plan.job.target)) as after:
        first, last = next(before.decode(video=0)), next(after.decode(video=0))

    assert first.rotation % 360 == last.rotation % 360 == rotation % 360
    assert (first.width, first.height) == (last.width, last.height)
    assert outcome.plan.film.quarter_turns == rotation // 90 % 4


def test_interlaced_pictures_stay_so(tmp_path, colored):
    source = make(tmp_path / "old.mkv", Clip(options={"x264-params": "tff=1", "field_order": "tt"}))
    outcome = colored(source)
    with av.open(str(outcome.plan.job.target)) as film:
        assert next(film.decode(video=0)).interlaced_frame
    assert any("interlaced" in note for note in outcome.plan.notes)


def test_odd_sizes_keep_every_pixel(tmp_path, colored):
    source = make(tmp_path / "old.mkv", Clip("ffv1", "gray", (97, 65)))
    outcome = colored(source, codec="h264")
    with av.open(str(outcome.plan.job.target)) as film:
        frame = next(film.decode(video=0))

    assert (frame.width, frame.height) == (97, 65)


def test_what_a_container_cannot_hold_is_said_beforehand(tmp_path, colored):
    source = make(tmp_path / "old.mkv", Clip(sounds=("eng",), subtitles=True, attachment=True))
    outcome = colored(source, ".mp4")

    assert len(outcome.plan.notes) == 2
    assert all("cannot hold" in note and ".mkv" in note for note in outcome.plan.notes)
    assert list(packets(outcome.plan.job.target)) == [1]


def test_a_part_begins_at_zero_with_its_sound(tmp_path, colored):
    source = make(tmp_path / "old.mkv", Clip(frames=25, sounds=("eng",), subtitles=True, chapters=True))
    target = colored(source, start=0.2, duration=0.2).plan.job.target
    times = [frame[0] for frame in decoded(target)]
    sound = [digest for _, digest in packets(target)[1]]
    whole = [digest for time, digest in packets(source)[1] if 0.2 <= time < 0.4]

    assert times == [Fraction(number, 25) for number in range(5)]
    assert sound == whole
    assert [(float(begin), float(end)) for begin, end, _ in chapters(target)] == [(0, 0.04), (0.04, 0.2)]


SOURCES = [
    ("avi", Clip("mpeg4", sounds=("eng", "fre"), sound_codec="pcm_s16le", time_base=Fraction(1, 25))),
    ("avi", Clip("mjpeg", "yuvj420p", sounds=("eng",), sound_codec="libmp3lame", time_base=Fraction(1, 25))),
    ("mpg", Clip("mpeg2video", sounds=("eng",), sound_codec="mp2", time_base=Fraction(1, 25), container="vob")),
    ("flv", Clip(sounds=("eng",))),
    ("ogv", Clip("libvpx", sounds=("eng",), sound_codec="libopus")),
]


@pytest.mark.parametrize(("suffix", "clip"), SOURCES, ids=[f"{case[0]}-{case[1].codec}" for case in SOURCES])
def test_older_containers_become_matroska_with_their_sound(tmp_path, colored, suffix, clip):
    source = make(tmp_path / f"old.{suffix}", clip)
    target = colored(source, ".mkv", source="gray").plan.job.target
    before, after = packets(source), packets(target)

    assert [float(frame[0]) for frame in decoded(target)] == pytest.approx(
        [float(frame[0]) for frame in decoded(source)], abs=0.001
    )
    assert before.keys() == after.keys() == set(range(1, 1 + len(clip.sounds)))
    for index, sound in before.items():
        assert [digest for _, digest in after[index]] == [digest for _, digest in sound]
        assert [float(time) for time, _ in after[index]] == pytest.approx([float(time) for time, _ in sound], abs=0.001)


def with_cover(path):
    """A film with a second, smaller one in it, and a cover picture."""
    with av.open(str(path), "w") as out:
        clips = [Clip(), Clip(size=(64, 48)), Clip("mjpeg", "yuvj420p", (120, 120), frames=1)]
        videos = []
        for clip in clips:
            video = out.add_stream(clip.codec, rate=25)
            (video.width, video.height), video.pix_fmt = clip.size, clip.pixels
            video.codec_context.time_base = video.time_base = clip.time_base
            videos.append(video)
        videos[-1].disposition = 0x400
        for video, clip in zip(videos, clips, strict=True):
            for frame in frames(clip):
                out.mux(video.encode(frame))
            out.mux(video.encode())
    return path


def pictures(path, number):
    with av.open(str(path)) as film:
        return [bytes(packet) for packet in film.demux(film.streams.video[number]) if packet.size]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_cover_and_a_second_film_go_along(tmp_path, colored, suffix):
    source = with_cover(tmp_path / "old.mp4")
    target = colored(source, suffix).plan.job.target

    assert pictures(target, 2) == pictures(source, 2)
    assert len(pictures(target, 1)) == len(pictures(source, 1)) == 12
    with av.open(str(target)) as film:
        assert [int(each.disposition) for each in film.streams.video] == [1, 0, 0x400]


def test_a_cover_that_cannot_go_along_is_named(tmp_path, colored):
    outcome = colored(with_cover(tmp_path / "old.mp4"), ".mov")

    assert any("cannot hold video track 2 (mjpeg)" in note for note in outcome.plan.notes)


def test_sound_with_a_cover_is_no_film(tmp_path):
    with av.open(str(tmp_path / "song.mp4"), "w") as out:
        sound = out.add_stream("aac", rate=48000)
        cover = out.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt, cover.disposition = 64, 64, "yuvj420p", 0x400
        noise = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        noise.sample_rate, noise.pts = 48000, 0
        out.mux(sound.encode(noise))
        for frame in frames(Clip(size=(64, 64), pixels="yuvj420p", frames=1, time_base=Fraction(1, 25))):
            out.mux(cover.encode(frame))
        out.mux(cover.encode())
        out.mux(sound.encode())
    with pytest.raises(InputError, match="sound but no pictures"):
        probe(tmp_path / "song.mp4")
