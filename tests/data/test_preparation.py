import hashlib
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from graycolor.data import filters
from graycolor.data.arrays import check_arrays, lab8, open_arrays, write_arrays
from graycolor.data.copies import COPY_BITS
from graycolor.data.filters import FilterSettings, thumbnail
from graycolor.data.journal import FOLDER, Journal
from graycolor.data.manifest import read_manifest
from graycolor.data.preparation import Preparation, PrepareSettings, share_to_judge_by
from graycolor.data.screen import Screened, ScreenSettings
from graycolor.errors import DatasetError, InputError, OutputError, UsageError

SETTINGS = PrepareSettings(val=0.2, test=0.2)


def prepare(sources, out, settings=SETTINGS, processes=1, **options):
    preparation = Preparation(sources, out, settings, **options)
    for _ in preparation.judge(processes):
        pass
    return preparation.finish()


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def members(path):
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def test_the_tars_hold_what_the_manifest_says(photos, tmp_path):
    manifest = prepare([photos], tmp_path / "set")
    for file in manifest.files:
        data = (tmp_path / "set" / file.name).read_bytes()
        names = members(tmp_path / "set" / file.name)

        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.bytes, file.sha256)
        assert list(names) == list(manifest.pictures[file.split]) == sorted(names)
    assert sum(manifest.counts.values()) == 24
    assert all(manifest.counts.values())
    assert {file.split for file in manifest.files} == {"train", "val", "test"}


def test_pictures_are_named_by_their_content_and_traced_to_their_source(photos, tmp_path):
    manifest = prepare([photos], tmp_path / "set")
    for pictures in manifest.pictures.values():
        for name, source in pictures.items():
            assert name == hashlib.sha256(Path(source).read_bytes()).hexdigest()[:16] + ".jpg"


def test_members_have_no_time_and_no_owner(photos, tmp_path):
    prepare([photos], tmp_path / "set")
    with tarfile.open(tmp_path / "set" / "train-000.tar") as tar:
        for member in tar:
            assert (member.mtime, member.uid, member.gid, member.uname, member.mode) == (0, 0, 0, "", 0o644)


def test_the_result_does_not_depend_on_processes_or_order(photos, tmp_path):
    one = prepare([photos], tmp_path / "one", processes=1)
    three = prepare([photos / "below", photos], tmp_path / "three", processes=3)

    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "three")
    assert one == three


def test_what_was_judged_is_not_judged_again(photos, tmp_path):
    preparation = Preparation([photos], tmp_path / "set", SETTINGS)
    verdicts = preparation.judge(1)
    for _ in range(10):
        next(verdicts)
    preparation.journal.close()
    again = Preparation([photos], tmp_path / "set", SETTINGS)

    assert again.done_before == 10
    assert len(list(again.judge(1))) == 14
    again.finish()
    prepare([photos], tmp_path / "whole")
    assert bytes_of(tmp_path / "set") == bytes_of(tmp_path / "whole")


@pytest.mark.parametrize(("file", "cut"), [("verdicts.jsonl", 1), ("verdicts.jsonl", 300), ("pictures.bin", 5000)])
def test_what_a_kill_cut_off_is_done_again(photos, tmp_path, file, cut):
    preparation = Preparation([photos], tmp_path / "set", SETTINGS)
    assert len(list(preparation.judge(1))) == 24
    preparation.journal.close()
    journal = tmp_path / "set" / FOLDER / file
    journal.write_bytes(journal.read_bytes()[:-cut])
    again = Preparation([photos], tmp_path / "set", SETTINGS)

    assert 20 <= again.done_before < 24
    list(again.judge(1))
    again.finish()
    prepare([photos], tmp_path / "whole")
    assert bytes_of(tmp_path / "set") == bytes_of(tmp_path / "whole")


@pytest.mark.parametrize(
    "damage",
    [
        {"start": "0"},
        {"start": -1},
        {"length": 10**30},
        {"length": True},
        {"reason": None},
        {"future": 1},
        {"likeness": 0.5},
    ],
)
def test_a_damaged_line_of_the_journal_and_what_comes_after_it_are_judged_again(tmp_path, damage):
    settings = ScreenSettings("tar", 64, FilterSettings())
    journal = Journal(tmp_path, settings)
    assert len(list(journal.record([(Screened(key, "ab", "", 2**64 - 1), b"data") for key in "abc"]))) == 3
    journal.close()
    path = tmp_path / FOLDER / "verdicts.jsonl"
    lines = path.read_text().splitlines()
    lines[2] = json.dumps(json.loads(lines[2]) | damage)
    path.write_text("\n".join(lines) + "\n")
    again = Journal(tmp_path, settings)

    assert list(again.entries) == ["a"]
    assert again.read(again.entries["a"]) == b"data"
    again.close()


def test_other_settings_begin_anew(photos, tmp_path):
    preparation = Preparation([photos], tmp_path / "set", SETTINGS)
    list(preparation.judge(1))
    preparation.journal.close()

    again = Preparation([photos], tmp_path / "set", PrepareSettings(size=64))
    again.journal.close()

    assert again.done_before == 0


def test_copies_are_left_out_and_the_largest_stays(photos, tmp_path, painted, encoded):
    (photos / "again.jpg").write_bytes((photos / "01.jpg").read_bytes())
    (photos / "small.jpg").write_bytes(encoded(painted(2, 300, 400), quality=70))
    (photos / "large.jpg").write_bytes(encoded(painted(2, 600, 800)))
    manifest = prepare([photos], tmp_path / "set")
    left_out = {entry["picture"].rsplit("/", 1)[1]: entry for entry in manifest.left_out}

    assert left_out["again.jpg"]["reason"] == filters.DUPLICATE
    assert left_out["again.jpg"]["of"] == str(photos / "01.jpg")
    assert left_out["small.jpg"]["reason"] == left_out["02.jpg"]["reason"] == filters.NEAR
    assert left_out["small.jpg"]["of"] == str(photos / "large.jpg")
    assert sum(manifest.counts.values()) == 24


def test_alike_pictures_never_fall_into_different_splits(tmp_path, painted, encoded):
    from graycolor.data.screen import perceptual_hash

    rng = np.random.default_rng(0)
    scenes = []
    for seed in range(12):
        base = painted(seed, 300, 400)
        for shift in range(6):  # each a little further from the first
            moved = np.roll(base, int(rng.integers(3, 12)) * shift, axis=1)
            (tmp_path / f"{seed}-{shift}.png").write_bytes(encoded(moved, "PNG"))
            scenes.append((f"{seed}-{shift}.png", perceptual_hash(thumbnail(moved))))
    manifest = prepare([tmp_path / "*.png"], tmp_path / "set", PrepareSettings(val=0.3, test=0.3))
    split = {source.rsplit("/", 1)[1]: name for name, held in manifest.pictures.items() for source in held.values()}
    alike = [
        (one, other)
        for one, a in scenes
        for other, b in scenes
        if one < other and one in split and other in split and COPY_BITS < (a ^ b).bit_count() <= 8
    ]

    assert len(alike) >= 5
    assert all(split[one] == split[other] for one, other in alike)


def test_each_left_out_picture_has_its_reason(photos, tmp_path, painted, encoded):
    gray = np.repeat(painted(30)[..., :1], 3, axis=2)
    (photos / "gray.jpg").write_bytes(encoded(gray))
    (photos / "small.jpg").write_bytes(encoded(painted(31, 60, 90)))
    (photos / "long.jpg").write_bytes(encoded(painted(32, 150, 700)))
    (photos / "text.jpg").write_text("Dear diary")
    (photos / "empty.png").write_bytes(b"")
    manifest = prepare([photos], tmp_path / "set")
    reasons = {entry["picture"].rsplit("/", 1)[1]: entry["reason"] for entry in manifest.left_out}

    assert reasons == {
        "gray.jpg": filters.GRAY,
        "small.jpg": filters.SMALL,
        "long.jpg": filters.LONG,
        "text.jpg": filters.DAMAGED,
        "empty.png": filters.DAMAGED,
    }
    assert read_manifest(tmp_path / "set") == manifest


def test_pictures_are_shrunk_and_never_enlarged(tmp_path, painted, encoded):
    from graycolor.data.dataset import open_dataset

    (tmp_path / "large.jpg").write_bytes(encoded(painted(1, 500, 700)))
    (tmp_path / "small.jpg").write_bytes(encoded(painted(2, 200, 300)))
    prepare([tmp_path / "*.jpg"], tmp_path / "set", PrepareSettings(size=256, val=0, test=0))
    store = open_dataset(tmp_path / "set").store("train")

    assert len(store) == 1  # the other is cut out for validation
    assert {min(store[0].shape[:2])} <= {256, 200}


def test_what_is_shrunk_keeps_chroma_at_full_size(tmp_path, painted, encoded):
    (tmp_path / "large.jpg").write_bytes(encoded(painted(1, 500, 700)))
    prepare([tmp_path / "large.jpg"], tmp_path / "set", PrepareSettings(val=0, test=0))
    data = next(iter(members(tmp_path / "set" / "train-000.tar").values()))

    with Image.open(io.BytesIO(data)) as image:
        assert JpegImagePlugin.get_sampling(image) == 0


def test_a_small_jpeg_goes_in_as_it_is_without_its_metadata(tmp_path, painted, encoded):
    exif = Image.Exif()
    exif[0x010E] = "where we live"
    (tmp_path / "small.jpg").write_bytes(encoded(painted(1), exif=exif, quality=75) + b"a film appended")
    prepare([tmp_path / "small.jpg"], tmp_path / "set", PrepareSettings(val=0, test=0))
    data = next(iter(members(tmp_path / "set" / "train-000.tar").values()))

    assert data == encoded(painted(1), quality=75)
    assert b"where we live" not in data
    assert b"a film" not in data


def test_the_reports_layout_is_written(photos, tmp_path):
    manifest = prepare([photos], tmp_path / "set", PrepareSettings("npy", 96, test=0.25))
    arrays = open_arrays(tmp_path / "set")

    assert not any(row.problem for row in check_arrays(tmp_path / "set"))
    assert arrays.gray.shape == (24, 96, 96)
    assert (arrays.train_count, len(arrays.ab3)) == (manifest.counts["train"], manifest.counts["test"])
    assert abs(len(arrays.ab1) - len(arrays.ab2)) <= 1
    assert manifest.counts["val"] == 0
    source = list(manifest.pictures["train"].values())[2]
    with Image.open(source) as image:  # 200 x 150: its middle square, shrunk
        expected = np.asarray(image.convert("RGB").resize((128, 96)).crop((16, 0, 112, 96)))
    assert np.abs(arrays.rgb(2).astype(int) - expected).mean() < 4


def test_the_reports_layout_is_deterministic(photos, tmp_path):
    for name, processes in (("one", 1), ("two", 2)):
        prepare([photos], tmp_path / name, PrepareSettings("npy", 64), processes)

    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_the_reports_layout_is_read(tmp_path, painted):
    labs = [lab8(painted(seed, 160, 160)) for seed in range(6)]
    write_arrays(tmp_path, iter(labs[:4]), iter(labs[4:]), (4, 2), 160)
    manifest = prepare([tmp_path], tmp_path / "set", PrepareSettings(val=0, test=0))

    assert manifest.counts["train"] == 6
    assert set(manifest.pictures["train"].values()) == {f"{tmp_path}:{row}" for row in range(6)}


def test_a_dataset_is_replaced_only_when_asked_to(photos, tmp_path):
    prepare([photos], tmp_path / "set", PrepareSettings("npy", 64))
    before = bytes_of(tmp_path / "set")
    with pytest.raises(OutputError, match="--overwrite"):
        prepare([photos], tmp_path / "set")
    assert bytes_of(tmp_path / "set") == before
    prepare([photos], tmp_path / "set", overwrite=True)

    assert set(bytes_of(tmp_path / "set")) == {"manifest.json", "train-000.tar", "val-000.tar", "test-000.tar"}


def test_other_folders_and_files_are_left_alone(photos, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="holds other files"):
        prepare([photos], photos)
    with pytest.raises(OutputError, match="is a file"):
        prepare([photos], tmp_path / "file")
    with pytest.raises(InputError, match="no file or folder"):
        prepare([tmp_path / "nowhere"], tmp_path / "set")

    assert not (tmp_path / "set").exists()
    assert (tmp_path / "file").read_text() == "mine"


def test_two_runs_never_write_to_one_place(photos, tmp_path):
    first = Preparation([photos], tmp_path / "set", SETTINGS)
    with pytest.raises(OutputError, match="Another graycolor prepare"):
        Preparation([photos], tmp_path / "set", SETTINGS)
    list(first.judge(1))

    assert sum(first.finish().counts.values()) == 24


def test_nothing_left_is_said_with_the_reasons(photos, tmp_path):
    with pytest.raises(DatasetError, match=r"None of 24 pictures is left to train on \(24 too small\)"):
        prepare([photos], tmp_path / "set", PrepareSettings(filters=FilterSettings(min_side=1000)))

    assert not (tmp_path / "set" / "manifest.json").exists()


@pytest.mark.parametrize(
    "wrong", [{"layout": "zip"}, {"size": 8}, {"val": 1.0}, {"val": 0.5, "test": 0.5}, {"test": -0.1}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(UsageError):
        PrepareSettings(**wrong)


def test_the_manifest_is_plain_json(photos, tmp_path):
    prepare([photos], tmp_path / "set")
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_text("utf-8"))

    assert manifest["version"] == 1
    assert manifest["settings"]["size"] == 320
    assert manifest["settings"]["filters"]["min_side"] == 128


@pytest.mark.parametrize(("pictures", "share"), [(0, 0.2), (60, 0.2), (240, 0.1), (480, 0.05), (100_000, 0.05)])
def test_of_few_pictures_more_validate(pictures, share):
    assert share_to_judge_by(pictures) == pytest.approx(share)


def test_what_validates_by_itself_is_written_down(tmp_path, drawn_photos):
    (tmp_path / "photos").mkdir()
    for name, encoded in drawn_photos(40):
        (tmp_path / "photos" / name).write_bytes(encoded)
    settings = PrepareSettings(test=0, filters=FilterSettings(min_side=32))
    manifest = prepare([tmp_path / "photos"], tmp_path / "set", settings)

    assert manifest.settings["val"] == 0.2
    assert manifest.counts["val"] > 3
