"""Numbered frames in and out: light, times, metadata, what is refused, and what a stopped run leaves."""

import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from PIL import Image

import graycolor
from film_clips import Clip, decoded, make, packets, plane
from film_frames import deep, grays, write_frames, write_sound
from graycolor.color.lightness_join import gray_of_rgb
from graycolor.colorizer import ColorizeSettings
from graycolor.errors import GraycolorError, InputError, OutputError, UsageError
from graycolor.film.output.encode import EncodeSettings
from graycolor.film.source.numbering import numbered_files
from graycolor.jobs.film_estimate import estimate
from graycolor.jobs.film_plan import FilmOptions, find_films, plan_film
from graycolor.jobs.films import color_film

SMALL = ColorizeSettings(size=64)


def rgb(path):
    """The codes of a frame (H,W,3), of 8 or 16 bits."""
    codes = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    return np.ascontiguousarray(codes[..., ::-1])


def frames_of(pattern):
    return [rgb(path) for path in numbered_files(pattern).files]


def gray16(codes):
    return codes.astype(int) * (257 if codes.dtype == np.uint8 else 1)


@pytest.mark.parametrize(("suffix", "bits"), [(".png", 8), (".png", 16), (".tif", 8), (".tif", 16)])
def test_frames_keep_lightness_depth_and_names(tmp_path, made, suffix, bits):
    source = write_frames(tmp_path / "reel", suffix, first=101, bits=bits)
    outcome = made(source, tmp_path / "out" / f"g_%04d{suffix}")
    colored = frames_of(outcome.plan.job.target)
    gray = [deep(each) if bits == 16 else each for each in grays()]

    assert outcome.frames == 12
    assert outcome.size == sum(path.stat().st_size for path in (tmp_path / "out").iterdir())
    assert (tmp_path / "out" / f"g_0101{suffix}").exists()
    assert {frame.dtype for frame in colored} == {np.dtype(f"uint{bits}")}
    step = 257 if bits == 8 else 1
    for before, after in zip(gray, colored, strict=True):
        assert np.abs(gray16(gray_of_rgb(after)) - gray16(before)).max() <= step
        assert np.ptp(after.astype(int), axis=2).mean() > (1 if bits == 8 else 257)
    assert not list((tmp_path / "out").glob(".graycolor-*"))


def test_frames_of_jpeg_keep_their_luma_bit_for_bit(tmp_path, made):
    source = write_frames(tmp_path / "reel", ".jpg")
    outcome = made(source)

    for path in numbered_files(source).files:
        luma = Image.open(outcome.plan.job.target.parent / path.name)
        luma.draft("YCbCr", luma.size)
        assert np.array_equal(
            np.asarray(luma.convert("YCbCr") if luma.mode != "YCbCr" else luma)[..., 0], np.asarray(Image.open(path))
        )


def test_without_a_place_frames_get_a_folder_of_their_own(tmp_path, made):
    source = write_frames(tmp_path / "reel")

    assert made(source).plan.job.target == tmp_path / "reel" / "f-color" / "f_%06d.png"
    assert made(source, preview=0.2).plan.job.target == tmp_path / "reel" / "f-preview-color" / "f_%06d.png"


def test_metadata_of_each_frame_stays_and_says_that_colors_are_guessed(tmp_path, made):
    source = write_frames(tmp_path / "reel")
    for number, path in enumerate(numbered_files(source).files):
        exif = Image.Exif()
        exif[0x010E] = f"frame {number}"
        Image.open(path).save(path, exif=exif, dpi=(300, 300))
    outcome = made(source)
    with Image.open(numbered_files(outcome.plan.job.target).file(3)) as result:
        assert result.getexif()[0x010E] == "frame 2"
        assert round(result.info["dpi"][0]) == 300
        assert "guessed by graycolor" in str(result.info)


def test_a_sequence_becomes_a_film_with_its_times_and_sound(tmp_path, made):
    source = write_frames(tmp_path / "reel", first=50)
    for number in (53, 54):
        (tmp_path / "reel" / f"f_{number:06d}.png").unlink()
    sound = write_sound(tmp_path / "reel.wav")
    outcome = made(
        source, tmp_path / "new.mkv", rate=Fraction(50, 3), sound=sound, encode=EncodeSettings(lossless=True)
    )
    target = outcome.plan.job.target
    kept = [number for number in range(12) if number not in (3, 4)]

    assert [float(time) for time, _, _ in decoded(target)] == pytest.approx([0.06 * n for n in kept], abs=0.001)
    for number, (_, _, luma) in zip(kept, decoded(target), strict=True):
        assert np.array_equal(luma, grays()[number])
    assert [digest for _, digest in packets(target)[1]] == [digest for _, digest in packets(sound)[0]]
    assert any("2 frames are missing (53 to 54)" in note for note in outcome.plan.notes)


def test_a_rate_that_nobody_said_is_said(tmp_path, made):
    source = write_frames(tmp_path / "reel")

    assert any("24 frames a second" in note for note in made(source, tmp_path / "new.mp4").plan.notes)
    assert not made(source, tmp_path / "new2.mp4", rate=Fraction(18)).plan.notes
    assert not made(source, tmp_path / "out" / "%d.png").plan.notes


@pytest.mark.parametrize("codec", ["prores", "dnxhr"])
def test_codecs_of_editing_get_codes_that_leave_room_at_both_ends(tmp_path, made, codec):
    folder = tmp_path / "reel"
    folder.mkdir()
    ramp = np.tile(np.arange(256, dtype=np.uint8), (128, 1))
    for number in range(3):
        Image.fromarray(ramp).save(folder / f"{number}.png")
    target = made(folder / "%d.png", tmp_path / "new.mov", encode=EncodeSettings(codec)).plan.job.target
    with av.open(str(target)) as film:
        frame = next(film.decode(video=0))

    assert frame.color_range == 1
    assert np.abs(plane(frame, 0)[64] / 1023 - (64 + ramp[64].astype(int) * 876 / 255) / 1023).max() < 0.01


def test_a_film_becomes_frames_with_its_timecode(tmp_path, made):
    source = make(tmp_path / "old.mov", Clip(frames=12, timecode="01:00:00:20", sounds=("eng",)))
    outcome = made(source, tmp_path / "out" / "f_%03d.png", source="gray")
    colored = frames_of(outcome.plan.job.target)
    shown = [(luma.astype(float) - 16) * 65535 / 219 for _, _, luma in decoded(source)]

    assert len(colored) == 12
    for before, after in zip(shown, colored, strict=True):
        assert np.abs(gray16(gray_of_rgb(after)) - np.clip(before, 0, 65535)).max() <= 1.5 * 257
    with Image.open(tmp_path / "out" / "f_007.png") as result:
        assert result.text["timecode"] == "01:00:01:01"
    assert any("no audio: track 1" in note for note in outcome.plan.notes)


def test_a_deep_film_becomes_frames_of_16_bits_upright(tmp_path, made):
    source = make(tmp_path / "old.mkv", Clip("ffv1", "gray16le", frames=3))
    first = made(source, tmp_path / "out" / "%d.tif").plan.job.target
    turned = make(tmp_path / "turned.mp4", Clip(frames=3, rotation=90))
    second = made(turned, tmp_path / "out2" / "%d.png").plan.job.target

    assert np.array_equal(gray_of_rgb(frames_of(first)[0]), decoded(source)[0][2])
    assert frames_of(second)[0].shape == (96, 64, 3)


def test_uneven_times_are_said_to_be_lost(tmp_path, made):
    times = [0, 512, 1024, 3000, 3512, 4024, 4536, 5048, 5560, 6072, 6584, 7096]
    outcome = made(make(tmp_path / "old.mp4", Clip(times=times)), tmp_path / "out" / "%d.png")

    assert any("uneven times" in note for note in outcome.notes)


def test_damaged_frames_are_named_and_left_out(tmp_path, made):
    source = write_frames(tmp_path / "reel")
    for number in (1, 5):
        (tmp_path / "reel" / f"f_{number:06d}.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    outcome = made(source)

    assert outcome.frames == 10
    assert outcome.notes == ("Frames that are damaged, and are left out: f_000001.png, f_000005.png.",)


def test_another_size_within_is_refused_with_the_frame(tmp_path, made):
    source = write_frames(tmp_path / "reel")
    Image.fromarray(grays(size=(64, 64))[0]).save(tmp_path / "reel" / "f_000005.png")

    with pytest.raises(InputError, match=r"f_000005\.png is 64 x 64"):
        made(source)


def test_nothing_but_frames_is_a_sequence(tmp_path, made):
    source = write_frames(tmp_path / "reel")
    for path in numbered_files(source).files:
        path.write_bytes(b"rubbish")

    with pytest.raises(InputError, match="f_000001"):
        made(source)


def test_frames_in_color_are_asked_about(tmp_path, made):
    folder = tmp_path / "reel"
    folder.mkdir()
    for number in range(3):
        colors = np.zeros((64, 96, 3), np.uint8)
        colors[:32, :, 0], colors[32:, :, 2], colors[:, :48, 1] = 200, 180, 90
        Image.fromarray(colors).save(folder / f"{number}.png")

    with pytest.raises(InputError, match="--input color"):
        made(folder / "%d.png")
    assert made(folder / "%d.png", source="color").frames == 3


@pytest.mark.parametrize(
    ("out", "options", "sentence"),
    [
        ("new_%d.png", {"sound": "reel.wav"}, "hold no sound"),
        ("new_%d.png", {"encode": EncodeSettings("h264")}, "have no codec"),
        ("new_%d.png", {"encode": EncodeSettings(quality=5)}, "no quality"),
        ("new_%d.jpg", {"encode": EncodeSettings(lossless=True)}, "not lossless"),
    ],
)
def test_what_frames_do_not_have_is_refused(tmp_path, made, out, options, sentence):
    source = write_frames(tmp_path / "reel")
    options = {key: tmp_path / value if key == "sound" else value for key, value in options.items()}

    with pytest.raises(UsageError, match=sentence):
        made(source, tmp_path / out, **options)


def test_a_film_has_a_rate_of_its_own(tmp_path, made):
    with pytest.raises(UsageError, match="of its own"):
        made(make(tmp_path / "old.mp4", Clip()), rate=Fraction(18))


def test_sound_must_be_sound(tmp_path, made):
    source = write_frames(tmp_path / "reel")

    with pytest.raises(GraycolorError, match=r"no sound"):
        made(source, tmp_path / "a.mp4", sound=make(tmp_path / "old.mp4", Clip()))
    with pytest.raises(GraycolorError, match=r"nowhere\.wav"):
        made(source, tmp_path / "b.mp4", sound=tmp_path / "nowhere.wav")


def test_frames_that_are_there_are_left_alone_unless_asked(tmp_path, made):
    source = write_frames(tmp_path / "reel")
    target = tmp_path / "out" / "f_%06d.png"
    target.parent.mkdir()
    mine = target.parent / "f_000007.png"
    mine.write_bytes(b"mine")

    with pytest.raises(OutputError, match=r"f_000007\.png is already there"):
        made(source, target)
    assert mine.read_bytes() == b"mine"
    made(source, target, overwrite=True)
    assert len(frames_of(target)) == 12
    assert find_films([source], target, FilmOptions(skip_existing=True)).skipped


@pytest.mark.parametrize("overwrite", [False, True])
def test_frames_never_take_the_place_of_their_sources(tmp_path, made, overwrite):
    source = write_frames(tmp_path / "reel")
    before = [path.read_bytes() for path in numbered_files(source).files]

    with pytest.raises(OutputError, match="itself an input"):
        made(source, source, overwrite=overwrite)
    assert [path.read_bytes() for path in numbered_files(source).files] == before


def test_a_single_file_is_no_place_for_frames(tmp_path):
    source = write_frames(tmp_path / "reel")

    with pytest.raises(UsageError, match=r"name frames like .*x_%06d\.png"):
        find_films([source], tmp_path / "x.png", FilmOptions())
    assert find_films([source], f"{tmp_path}/x.y/", FilmOptions()).jobs[0].target == tmp_path / "x.y" / "f_%06d.png"


def test_several_films_do_not_go_into_one_sequence(tmp_path):
    films = [make(tmp_path / name, Clip(frames=2)) for name in ("a.mp4", "b.mp4")]

    with pytest.raises(UsageError, match="one sequence, but there are 2 inputs"):
        find_films(films, tmp_path / "%d.png", FilmOptions())


def test_an_estimate_leaves_nothing_behind(tmp_path, colorizer):
    source = write_frames(tmp_path / "reel")
    options = FilmOptions(SMALL)
    job = find_films([source], tmp_path / "out" / "%d.png", options).jobs[0]
    told = estimate(plan_film(job, options), colorizer, options)

    assert (told.shots, told.scratch) == (1, 0)
    assert told.size > 0
    assert list((tmp_path / "out").iterdir()) == []


def command(tmp_path, *arguments):
    return [
        sys.executable,
        "-m",
        "graycolor",
        "video",
        "reel/f_%06d.png",
        "--rate",
        "1",
        "--size",
        "64",
        "-o",
        "out/f_%06d.png",
        "--threads",
        "1",
        *arguments,
    ]  # a second a frame: segments of few frames


def test_a_killed_run_goes_on_with_the_frames_that_are_there(tmp_path, made):
    source = write_frames(tmp_path / "reel", count=60)
    made(source, tmp_path / "whole" / "f_%06d.png", rate=Fraction(1))
    process = subprocess.Popen(command(tmp_path), cwd=tmp_path, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    out = tmp_path / "out"
    while len(list(out.glob("f_*.png"))) < 20 and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("f_*.png")}
    done = subprocess.run(command(tmp_path), cwd=tmp_path, capture_output=True, text=True, check=False)
    after = {path.name: path.stat().st_mtime_ns for path in out.glob("f_*.png")}

    assert 20 <= len(before) < 60
    assert done.returncode == 0, done.stderr
    assert len(after) == 60
    assert {name: after[name] for name in before} == before  # not one of them was done again
    for path in numbered_files(tmp_path / "whole" / "f_%06d.png").files:
        assert np.array_equal(rgb(out / path.name), rgb(path))
    assert not list(out.glob(".graycolor-*"))


def stopped(tmp_path, colorizer, options, monkeypatch):
    """A run that is stopped after its third segment."""
    source = write_frames(tmp_path / "reel", count=60)
    job = find_films([source], tmp_path / "out" / "f_%06d.png", options).jobs[0]

    def stop(progress):
        if progress.kept >= 32:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        color_film(plan_film(job, options), colorizer, options, stop)
    return job


def test_frames_of_other_settings_are_removed_and_made_anew(tmp_path, colorizer, monkeypatch):
    options = FilmOptions(SMALL, rate=Fraction(1))
    job = stopped(tmp_path, colorizer, options, monkeypatch)
    foreign = tmp_path / "out" / "f_000001.png"
    foreign.write_bytes(b"mine")
    other = FilmOptions(ColorizeSettings(size=64, saturation=0.5), rate=Fraction(1))

    with pytest.raises(OutputError, match=r"saturation 1\.0, now 0\.5"):
        color_film(plan_film(job, other), colorizer, other)
    other = replace(other, discard=True)
    with pytest.raises(OutputError, match="f_000001"):
        color_film(plan_film(job, other), colorizer, other)
    assert foreign.read_bytes() == b"mine"
    foreign.unlink()
    assert color_film(plan_film(job, other), colorizer, other).frames == 60


def test_a_frame_that_was_taken_away_is_made_again(tmp_path, colorizer, monkeypatch):
    options = FilmOptions(SMALL, rate=Fraction(1))
    job = stopped(tmp_path, colorizer, options, monkeypatch)
    (tmp_path / "out" / "f_000003.png").unlink()

    assert color_film(plan_film(job, options), colorizer, options).frames == 60
    assert len(frames_of(job.target)) == 60


def test_a_disk_that_is_full_loses_no_frame(tmp_path, made, monkeypatch):
    source = write_frames(tmp_path / "reel", count=40)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    with pytest.raises(OutputError, match="run the same command again"):
        made(source, tmp_path / "out" / "f_%06d.png", rate=Fraction(1))
    monkeypatch.undo()

    assert made(source, tmp_path / "out" / "f_%06d.png", rate=Fraction(1)).frames == 40


def test_a_snapshot_shows_a_frame_before_and_after(tmp_path, made):
    made(write_frames(tmp_path / "reel"), snapshot=tmp_path / "now.png")

    assert cv2.imread(str(tmp_path / "now.png")).shape == (64, 192, 3)


def test_python_takes_patterns_too(tmp_path):
    source = write_frames(tmp_path / "reel", count=3)
    options = FilmOptions(SMALL, rate=Fraction(50, 3))
    result = graycolor.colorize_video(source, tmp_path / "out" / "%d.png", device="cpu", threads=1, options=options)

    assert result == tmp_path / "out" / "%d.png"
    assert len(frames_of(result)) == 3
    with pytest.raises(InputError, match="There are no frames"):
        graycolor.colorize_video(str(tmp_path / "nowhere_%d.png"))
