import json

import pytest

from graycolor.colorizer import ColorizeSettings
from graycolor.errors import InputError, MissingInputError, UsageError
from graycolor.files import Job
from graycolor.guidance.hints import Hint
from graycolor.jobs.photo_options import PhotoOptions, options_of, sidecar_of
from graycolor.jobs.sidecar import read_sidecar, settings_of, sidecar
from graycolor.pictures.encode_result import WriteOptions


@pytest.fixture
def saved(tmp_path):
    (tmp_path / "a.png").write_bytes(b"gray")
    (tmp_path / "colors.jpg").write_bytes(b"color")
    options = PhotoOptions(
        ColorizeSettings(0.7, 0.5, 192, True),
        write=WriteOptions("lightness", quality=77),
        kind="auto",
        hints=(Hint.parse("10%,20%,#102030"),),
        reference=tmp_path / "colors.jpg",
        variants=3,
        seed=9,
    )
    job = Job(tmp_path / "a.png", tmp_path / "a-color.png")
    path = sidecar_of(job.target)
    path.write_bytes(sidecar(job, options, "abc"))
    return path, options


def test_settings_come_back_as_they_were(saved):
    path, options = saved

    assert path.name == "a-color.png.graycolor.json"
    assert settings_of(options_of(read_sidecar(path).settings)) == settings_of(options)


def test_other_weights_and_another_version_are_said(saved):
    read = read_sidecar(saved[0])

    assert read.differences("abc") == ""
    assert "other weights" in read.differences("def")


def test_a_reference_is_found_beside_the_settings_and_missed_nowhere(saved, tmp_path):
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (tmp_path / "colors.jpg").rename(moved / "colors.jpg")
    saved[0].rename(moved / saved[0].name)
    assert read_sidecar(moved / saved[0].name).settings["reference"] == moved / "colors.jpg"

    (moved / "colors.jpg").unlink()
    with pytest.raises(MissingInputError, match="is gone"):
        read_sidecar(moved / saved[0].name)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content.pop("settings"),
        lambda content: content["settings"].update(saturation=99),
        lambda content: content["settings"].update(saturation="much"),
        lambda content: content["settings"].update(hints=[{"color": "reed", "points": [[1, 1]], "percent": True}]),
        lambda content: content["settings"].update(unheard_of=1),
        lambda content: content["settings"].update(seed=-1),
        lambda content: content["settings"].update(size=True),
        lambda content: content["settings"].update(saturation=float("nan")),
        lambda content: content["settings"].update(reference={"file": 5, "sha256": "x"}),
        lambda content: content.update(format=99),
    ],
)
def test_settings_that_make_no_sense_are_refused_by_the_files_name(saved, damage):
    content = json.loads(saved[0].read_text())
    damage(content)
    saved[0].write_text(json.dumps(content))

    with pytest.raises((InputError, UsageError), match=r"a-color\.png\.graycolor\.json"):
        read_sidecar(saved[0])


def test_what_is_wrong_is_told_with_its_place(saved):
    content = json.loads(saved[0].read_text())
    content["settings"]["hints"].append({"color": 7, "points": [[1, 1]], "percent": False})
    saved[0].write_text(json.dumps(content))

    with pytest.raises(InputError, match=r"settings\.hints\[1\]\.color must be text, not a whole number"):
        read_sidecar(saved[0])


def test_a_file_of_an_earlier_version_with_fewer_settings_is_read(tmp_path):
    old = {"format": 1, "graycolor": "0.0.9", "weights": "abc", "settings": {"saturation": 1, "hints": None}}
    (tmp_path / "old.json").write_text(json.dumps(old))

    assert options_of(read_sidecar(tmp_path / "old.json").settings).settings == ColorizeSettings(1.0)


def test_what_is_no_settings_file_is_refused(tmp_path):
    (tmp_path / "x.json").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"no JSON.*name a settings file"):
        read_sidecar(tmp_path / "x.json")
    with pytest.raises(MissingInputError):
        read_sidecar(tmp_path / "missing.json")
