"""What cannot be colored is refused with a sentence; what can be decoded of a damaged film is colored, and said."""

import re
from fractions import Fraction

import av
import numpy as np
import pytest

from film_clips import Clip, decoded, frames, make
from graycolor.errors import InputError, MissingInputError, UsageError
from graycolor.film.output.encode import EncodeSettings
from graycolor.film.source.probe import probe
from graycolor.jobs.film_plan import FilmOptions


def test_a_text_is_no_film(tmp_path):
    (tmp_path / "old.mp4").write_text("Dear diary")
    with pytest.raises(InputError, match="no film that can be read"):
        probe(tmp_path / "old.mp4")


def test_an_empty_file_is_no_film(tmp_path):
    (tmp_path / "old.mp4").touch()
    with pytest.raises(InputError, match="no film that can be read"):
        probe(tmp_path / "old.mp4")


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(MissingInputError, match="There is no film"):
        probe(tmp_path / "nowhere.mp4")


def test_a_folder_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="is a folder, not a film"):
        probe(tmp_path)


def test_sound_alone_is_no_film(tmp_path):
    with av.open(str(tmp_path / "song.mp4"), "w") as out:
        stream = out.add_stream("aac", rate=48000)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 48000, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode())
    with pytest.raises(InputError, match="sound but no pictures"):
        probe(tmp_path / "song.mp4")


def test_a_film_without_frames_is_refused(tmp_path):
    with av.open(str(tmp_path / "old.avi"), "w") as out:
        video = out.add_stream("ffv1", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        out.start_encoding()
    with pytest.raises(InputError, match=r"nothing to color|no film"):
        probe(tmp_path / "old.avi")


def test_a_film_in_color_is_only_colored_when_asked(tmp_path, colored):
    path = make(tmp_path / "new.mp4", Clip(colored=True))
    with pytest.raises(InputError, match="--input color"):
        colored(path)

    assert colored(path, source="color").frames == 12


def test_a_tint_is_no_color(tmp_path, colored):
    path = tmp_path / "sepia.mkv"
    with av.open(str(path), "w") as out:
        video = out.add_stream("ffv1", rate=25)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        for frame in frames(Clip()):
            for number, code in ((1, 110), (2, 140)):
                np.frombuffer(frame.planes[number], np.uint8)[:] = code
            out.mux(video.encode(frame))
        out.mux(video.encode())

    assert not probe(path).colored


@pytest.mark.parametrize("container", ["mkv", "avi", "ts"])
def test_what_is_there_of_a_cut_off_film_is_colored(tmp_path, colored, container):
    base = Fraction(1, 25)
    whole = make(
        tmp_path / f"whole.{container}", Clip("mpeg4" if container == "avi" else "libx264", frames=150, time_base=base)
    )
    path = tmp_path / f"old.{container}"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    outcome = colored(path, ".mkv")

    assert 5 < outcome.frames < 150
    assert len(decoded(outcome.plan.job.target)) == outcome.frames
    assert container == "ts" or any("cut off" in note or "damaged" in note for note in outcome.notes)


def test_damage_in_the_middle_is_passed_over(tmp_path, colored):
    path = make(tmp_path / "old.avi", Clip("mjpeg", "yuvj420p", frames=30, time_base=Fraction(1, 25)))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path.write_bytes(data)
    outcome = colored(path, ".mkv")

    assert 20 <= outcome.frames <= 30


def holed(path, first, last):
    """Write zeros over the packets of a film's pictures from `first` to before `last`."""
    with av.open(str(path)) as film:
        places = [(each.pos, each.size) for each in film.demux(video=0) if each.size]
    data = bytearray(path.read_bytes())
    for place, size in places[first:last]:
        data[place : place + size] = bytes(size)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("part", [{}, {"start": 0.8, "frames": 30}, {"start": 0.8, "duration": 1.6}])
def test_a_hole_in_the_middle_is_told_with_its_place(tmp_path, colored, part):
    source = make(tmp_path / "old.mp4", Clip(frames=90, options={"g": "5"}))
    outcome = colored(holed(source, 30, 58), ".mkv", **part)
    times = [frame[0] for frame in decoded(outcome.plan.job.target)]
    told = re.search(r"about (\d+) frames between (\S+) and (\S+) s are missing", " ".join(outcome.notes))

    assert told
    assert 26 <= int(told[1]) <= 34
    assert 0.9 < float(told[2]) < 1.4
    assert 2.2 < float(told[3]) < 2.6
    assert not any("cut off" in note for note in outcome.notes)
    assert len(set(times)) == len(times)
    assert np.diff([float(time) for time in times]).min() > 0.01


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_changing_rate_is_no_hole(tmp_path, colored, suffix):
    steps = np.random.default_rng(0).integers(200, 2500, 40)
    source = make(tmp_path / f"old{suffix}", Clip(times=[int(each) for each in np.cumsum(steps)]))

    assert not colored(source).notes


def test_no_part_beside_the_hole_says_anything(tmp_path, colored):
    source = holed(make(tmp_path / "old.mp4", Clip(frames=90, options={"g": "5"})), 30, 58)

    assert not colored(source, start=2.8).notes
    assert not colored(source, frames=10).notes


def test_a_size_that_changes_is_refused_with_its_time(tmp_path, colored):
    path = tmp_path / "old.ts"
    parts = [
        make(tmp_path / f"{number}.ts", Clip("mpeg2video", size=size, time_base=Fraction(1, 25)))
        for number, size in enumerate([(96, 64), (128, 80)])
    ]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    with pytest.raises(InputError, match="changes its size from 96 x 64 to 128 x 80"):
        colored(path, ".mkv")


def test_missing_times_are_filled_in(tmp_path, colored):
    path = tmp_path / "raw.h264"
    make(path, Clip(container="h264", options={"bf": "0"}))
    outcome = colored(path, ".mkv", source="gray")
    times = [float(frame[0]) for frame in decoded(outcome.plan.job.target)]

    assert len(times) == 12
    assert np.allclose(np.diff(times), 1 / 25, atol=0.002)


def test_a_part_without_frames_is_refused(tmp_path, colored):
    path = make(tmp_path / "old.mp4", Clip())
    with pytest.raises(InputError, match="no frames to color in that part"):
        colored(path, start=99)


@pytest.mark.parametrize(
    "settings",
    [{"codec": "theora"}, {"codec": "h264", "lossless": True}],
)
def test_encoders_that_are_not_there_are_refused(settings):
    with pytest.raises(UsageError):
        EncodeSettings(**settings)


@pytest.mark.parametrize(
    ("container", "settings", "sentence"),
    [
        ("mp4", {"codec": "ffv1"}, "cannot hold ffv1"),
        ("webm", {"codec": "h264"}, "cannot hold h264"),
        ("mp4", {"quality": 99}, "out of range"),
        ("mp4", {"preset": "warp"}, "choose another"),
        ("mkv", {"codec": "ffv1", "quality": 3}, "has no quality"),
        ("mkv", {"codec": "prores", "preset": "x"}, "has no preset"),
    ],
)
def test_settings_that_do_not_fit_are_refused_beforehand(tmp_path, container, settings, sentence):
    from graycolor.files import Job
    from graycolor.jobs.film_plan import plan_film

    source = make(tmp_path / "old.mp4", Clip(frames=2))
    with pytest.raises(UsageError, match=sentence):
        plan_film(Job(source, tmp_path / f"new.{container}"), FilmOptions(encode=EncodeSettings(**settings)))


@pytest.mark.parametrize("options", [{"start": -1}, {"duration": 0}, {"frames": 0}, {"source": "blue"}, {"preview": 0}])
def test_parts_that_cannot_be_are_refused(options):
    with pytest.raises(UsageError):
        FilmOptions(**options)
