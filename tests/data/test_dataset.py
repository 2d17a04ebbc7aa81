import json
import subprocess
import sys

import numpy as np
import pytest

from graycolor.data.arrays import lab8, write_arrays
from graycolor.data.dataset import ArrayDataset, TarDataset, _validation_of, open_dataset
from graycolor.data.journal import FOLDER
from graycolor.data.manifest import SPLITS, Manifest, read_manifest, write_manifest
from graycolor.data.preparation import Preparation, PrepareSettings
from graycolor.data.store import decode_photo
from graycolor.errors import DatasetError, OutputError, UsageError


@pytest.fixture
def prepared(photos, tmp_path):
    preparation = Preparation([photos], tmp_path / "set", PrepareSettings(val=0.2, test=0.2))
    list(preparation.judge(1))
    preparation.finish()
    return tmp_path / "set"


@pytest.fixture
def arrays(tmp_path, painted):
    folder = tmp_path / "arrays"
    folder.mkdir()
    labs = [lab8(painted(seed, 48, 48)) for seed in range(50)]
    write_arrays(folder, iter(labs[:40]), iter(labs[40:]), (40, 10), 48)
    return folder


def test_photographs_counts_and_stores_agree(prepared):
    dataset = open_dataset(prepared)
    for split in ("train", "val", "test"):
        pictures = dict(dataset.photos(split))
        store = dataset.store(split)

        assert len(pictures) == dataset.count(split) == len(store) > 0
        assert list(store.names) == list(pictures)
        for place, data in enumerate(pictures.values()):
            assert np.array_equal(store[place], decode_photo(data, 10_000))


def test_a_store_is_made_once(prepared):
    open_dataset(prepared).store("train")
    before = {path.name: path.stat().st_mtime_ns for path in (prepared / ".decoded").iterdir()}
    open_dataset(prepared).store("train")

    assert {path.name: path.stat().st_mtime_ns for path in (prepared / ".decoded").iterdir()} == before


def test_a_store_follows_its_dataset(prepared, photos):
    first = open_dataset(prepared).store("train")
    held = first[0].copy()
    preparation = Preparation([photos], prepared, PrepareSettings(size=100, val=0.2, test=0.2), overwrite=True)
    list(preparation.judge(1))
    preparation.finish()
    second = open_dataset(prepared).store("train")

    assert min(second[0].shape[:2]) == 100
    assert np.array_equal(first[0], held)  # those who still have the old one keep it
    assert len(list((prepared / ".decoded").glob("train-*.rgb"))) == 1


def test_half_a_store_is_made_again(prepared):
    expected = open_dataset(prepared).store("train")[3].copy()
    path = next((prepared / ".decoded").glob("train-*.rgb"))
    path.write_bytes(path.read_bytes()[:-7])

    assert np.array_equal(open_dataset(prepared).store("train")[3], expected)


def test_two_processes_may_make_a_store_at_once(prepared):
    code = "from graycolor.data.dataset import *; import sys; print(open_dataset(sys.argv[1]).store('train')[5].sum())"
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(prepared)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [process.communicate() for process in running]

    assert [process.returncode for process in running] == [0, 0, 0], said
    assert len({out for out, _ in said}) == 1
    assert not list((prepared / ".decoded").glob(".part-*"))


def test_validation_is_cut_out_of_train_where_there_is_none(arrays):
    dataset = open_dataset(arrays)
    train, val = (dict(dataset.photos(split)) for split in ("train", "val"))

    assert isinstance(dataset, ArrayDataset)
    assert (len(train), len(val), dataset.count("test")) == (32, 8, 10)  # two of forty would judge by chance
    assert not set(train) & set(val)
    assert list(val) == list(dict(open_dataset(arrays).photos("val")))
    assert list(dataset.store("val").names) == list(val)
    assert sorted([*dataset.rows("train"), *dataset.rows("val")]) == list(range(40))


@pytest.mark.parametrize(("pictures", "judges"), [(1, 0), (2, 1), (28, 5), (100, 12), (377, 19), (1000, 50)])
def test_few_pictures_keep_a_larger_share_to_validate_on(pictures, judges):
    assert len(_validation_of([f"{number:06d}" for number in range(pictures)])) == judges


def test_array_photographs_are_the_arrays_colors(arrays):
    dataset = open_dataset(arrays)
    store = dataset.store("test")
    for place, (name, data) in enumerate(dataset.photos("test")):
        assert np.array_equal(decode_photo(data, 10_000), dataset.arrays.rgb(int(name)))
        assert np.array_equal(store[place], dataset.arrays.rgb(int(name)))


def test_a_prepared_dataset_in_the_reports_layout_opens(photos, tmp_path):
    preparation = Preparation([photos], tmp_path / "set", PrepareSettings("npy", 64, test=0.2))
    list(preparation.judge(1))
    preparation.finish()

    assert isinstance(open_dataset(tmp_path / "set"), ArrayDataset)
    with (tmp_path / "set" / "ab2.npy").open("r+b") as file:
        file.seek(500)
        file.write(b"changed")
    with pytest.raises(DatasetError, match=r"ab2.npy is not the file"):
        open_dataset(tmp_path / "set")


def test_no_dataset_says_how_to_make_one(tmp_path, photos):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match=r"There is no dataset .*graycolor prepare"):
        open_dataset(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="is empty; fill it with: graycolor prepare"):
        open_dataset(tmp_path / "empty")
    with pytest.raises(DatasetError, match="is no prepared dataset"):
        open_dataset(photos)


def test_half_a_dataset_is_refused(photos, prepared, tmp_path):
    preparation = Preparation([photos], tmp_path / "half", PrepareSettings())
    list(preparation.judge(1))
    preparation.journal.close()
    (prepared / "manifest.json").unlink()
    for folder in (tmp_path / "half", prepared):
        with pytest.raises(DatasetError, match="half prepared; run the same graycolor prepare again"):
            open_dataset(folder)
    assert (tmp_path / "half" / FOLDER).exists()


def test_a_changed_dataset_is_refused(prepared):
    tar = prepared / "train-000.tar"
    assert isinstance(open_dataset(prepared), TarDataset)
    data = bytearray(tar.read_bytes())
    data[3000] ^= 1
    tar.write_bytes(data)
    with pytest.raises(DatasetError, match=r"train-000.tar is not the file that the manifest describes"):
        open_dataset(prepared)
    tar.write_bytes(data[:-512])
    with pytest.raises(DatasetError, match="is not the file"):
        open_dataset(prepared)
    tar.unlink()
    with pytest.raises(DatasetError, match="is missing, the manifest names it"):
        open_dataset(prepared)


def test_a_damaged_or_later_manifest_is_refused(prepared):
    path = prepared / "manifest.json"
    text = path.read_text("utf-8")
    path.write_text(text[:-30], "utf-8")
    with pytest.raises(DatasetError, match=r"is no JSON at line \d+.*prepare the dataset again"):
        open_dataset(prepared)
    path.write_text(json.dumps(json.loads(text) | {"version": 99}), "utf-8")
    with pytest.raises(DatasetError, match="update graycolor"):
        open_dataset(prepared)
    path.write_text(json.dumps(json.loads(text) | {"counts": {"train": 0, "val": 0, "test": 0}}), "utf-8")
    with pytest.raises(DatasetError, match="has no pictures"):
        open_dataset(prepared)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"files": [{"name": "a.tar", "split": "train", "bytes": "many", "sha256": ""}]}, r"files\[0\]\.bytes must be"),
        ({"files": [{"name": "a.tar"}]}, r"files\[0\]\.split is missing"),
        ({"pictures": {"train": {}}}, "does not count and list"),
        ({"pictures": {"train": {"a": 5}}}, "must be text"),
        ({"counts": None}, "counts must be an object"),
        ({"future": 1}, "future is unknown"),
        ({"version": None}, "is no manifest"),
        ({"left_out": [{"picture": "a"}]}, r"left_out\[0\]\.reason is missing"),
        ({"left_out": [5]}, r"left_out\[0\] must be an object"),
    ],
)
def test_a_manifest_of_other_types_is_refused_with_the_place(tmp_path, change, sentence):
    write_manifest(tmp_path, Manifest("tar", {}, dict.fromkeys(SPLITS, 0), [], {split: {} for split in SPLITS}))
    fields = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps(fields | change), "utf-8")

    with pytest.raises(DatasetError, match=sentence):
        read_manifest(tmp_path)


def test_names_that_are_no_utf8_come_back_from_a_manifest(tmp_path):
    manifest = Manifest("tar", {"size": 9}, dict.fromkeys(SPLITS, 1), [], {split: {"a": "\udcff"} for split in SPLITS})
    write_manifest(tmp_path, manifest)

    assert read_manifest(tmp_path) == manifest


def test_an_empty_split_is_refused(photos, tmp_path):
    preparation = Preparation([photos], tmp_path / "set", PrepareSettings(val=0, test=0))
    list(preparation.judge(1))
    preparation.finish()
    dataset = open_dataset(tmp_path / "set")

    assert dataset.count("test") == 0
    assert dataset.count("val") == 4  # a fifth of few
    with pytest.raises(DatasetError, match="no pictures to test on"):
        dataset.store("test")
    with pytest.raises(UsageError, match="no split"):
        dataset.count("dev")


def test_a_dataset_that_cannot_be_written_to_still_opens(prepared):
    (prepared / ".decoded").write_text("in the way")
    dataset = open_dataset(prepared)

    assert len(dict(dataset.photos("train"))) == dataset.count("train")
    with pytest.raises(OutputError, match="copy the dataset to a place"):
        dataset.store("train")
