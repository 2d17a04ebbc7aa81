"""What a film says of its range of light (HDR) stays, or is named."""

import av
import pytest

from film_clips import Clip, make
from graycolor.film.source.hdr import hdr_of

DISPLAY = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
PQ = Clip(
    "libx265",
    "yuv420p10le",
    frames=3,
    color=(9, 16, 9, 1),
    options={"x265-params": f"log-level=none:master-display={DISPLAY}:max-cll=1000,400:hdr10=1"},
)


def light(path):
    with av.open(str(path)) as film:
        frame = next(film.decode(video=0))
        return hdr_of(frame), (frame.color_primaries, frame.color_trc, frame.colorspace)


@pytest.mark.parametrize(("suffix", "codec"), [(".mkv", "hevc"), (".mp4", "hevc"), (".mp4", "av1"), (".mkv", "h264")])
def test_the_mastering_display_and_the_light_level_stay(tmp_path, colored, suffix, codec):
    outcome = colored(make(tmp_path / "old.mkv", PQ), suffix, codec=codec)
    (before, tags), (after, new_tags) = light(tmp_path / "old.mkv"), light(outcome.plan.job.target)

    assert before.light == after.light == (1000, 400)
    assert [float(each) for each in after.primaries] == pytest.approx(
        [float(each) for each in before.primaries], abs=2e-5
    )
    assert [float(each) for each in after.luminance] == pytest.approx(
        [float(each) for each in before.luminance], abs=1e-4
    )
    assert tags == new_tags
    assert not outcome.plan.notes


def test_an_encoder_without_words_for_it_says_so(tmp_path, colored):
    notes = colored(make(tmp_path / "old.mkv", PQ), codec="ffv1").plan.notes

    assert any("mastering display, the content light level" in note and "hevc" in note for note in notes)
