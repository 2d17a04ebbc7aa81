"""Films whose frames begin, or are ordered, in ways that few are."""

from fractions import Fraction

import av
import numpy as np
import pytest

from film_clips import Clip, decoded, make, packets


def rewritten(source, target, *, drop=0, later=0.0, **options):
    """The packets of `source` without the first `drop` pictures, shifted by `later` seconds."""
    with av.open(str(source)) as old, av.open(str(target), "w", container_options=options) as new:
        copies = {stream.index: new.add_stream_from_template(stream, opaque=True) for stream in old.streams}
        pictures = 0
        for packet in old.demux():
            if packet.dts is None:
                continue
            pictures += packet.stream.type == "video"
            if packet.stream.type == "video" and pictures <= drop:
                continue
            ticks = round(Fraction(later) / packet.time_base)
            packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
            packet.stream = copies[packet.stream.index]
            new.mux(packet)
    return target


def times(path):
    return [frame[0] for frame in decoded(path)]


def alike(before, after):
    """Whether two films show the same frames at the same times, from the first on."""
    first, other = before[0][0], after[0][0]
    assert [float(a[0] - first) for a in before] == pytest.approx([float(b[0] - other) for b in after], abs=0.0011)
    assert all(np.array_equal(a[2], b[2]) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("part", [{}, {"start": 0.2, "duration": 0.16}], ids=["whole", "part"])
def test_b_frames_come_out_in_the_order_they_are_shown(tmp_path, colored, part):
    source = make(tmp_path / "old.mp4", Clip(options={"bf": "3", "x264-params": "b-adapt=0"}))
    with av.open(str(source)) as film:
        order = [packet.pts for packet in film.demux(video=0) if packet.pts is not None]
    before = decoded(source)[5:9] if part else decoded(source)

    assert order != sorted(order)
    alike(before, decoded(colored(source, ".mkv", lossless=True, **part).plan.job.target))


def test_a_film_that_begins_within_a_shot_is_colored_from_its_first_whole_frame(tmp_path, colored):
    clip = Clip("mpeg2video", frames=24, time_base=Fraction(1, 25), options={"g": "8"})
    source = rewritten(make(tmp_path / "whole.ts", clip), tmp_path / "old.ts", drop=3)
    outcome = colored(source, ".mkv", lossless=True)

    alike(decoded(source), decoded(outcome.plan.job.target))
    assert outcome.frames >= 16


def test_an_edit_list_is_obeyed(tmp_path, colored):
    source = rewritten(make(tmp_path / "whole.mp4", Clip(frames=24)), tmp_path / "old.mp4", later=-0.2)
    assert b"elst" in source.read_bytes()
    before = decoded(source)

    assert len(before) < 24
    alike(before, decoded(colored(source, ".mkv", lossless=True).plan.job.target))


def test_times_before_zero_keep_sound_and_pictures_together(tmp_path, colored):
    whole = make(tmp_path / "whole.mkv", Clip("mpeg4", time_base=Fraction(1, 25), sounds=("eng",)))
    source = rewritten(whole, tmp_path / "old.mkv", later=-0.3, avoid_negative_ts="disabled")
    target = colored(source, ".mkv", lossless=True).plan.job.target
    assert times(source)[0] < 0
    before, after = (float(times(path)[0] - packets(path)[1][0][0]) for path in (source, target))

    assert after == pytest.approx(before, abs=0.0011)
    alike(decoded(source), decoded(target))


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".mov"])
def test_sixteen_and_two_thirds_frames_a_second_stay_so(tmp_path, colored, suffix):
    clip = Clip(time_base=Fraction(3, 50), times=list(range(12)), rate=Fraction(50, 3))
    source = make(tmp_path / f"old{suffix}", clip)

    assert times(colored(source).plan.job.target) == times(source) == [Fraction(3, 50) * n for n in range(12)]
