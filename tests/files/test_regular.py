"""What a user names is opened as a file only if it is one: nothing waits for a pipe, nothing reads a device."""

import ast
import os
import socket
from pathlib import Path

import pytest

import graycolor
from graycolor import bounds
from graycolor.data.manifest import DataFile, describe_file
from graycolor.data.sources import find_pictures
from graycolor.data.store import photos_in
from graycolor.errors import BoundError, DatasetError, InputError, MissingInputError, WeightsError
from graycolor.evaluation.ground_truth import Truths
from graycolor.files.regular import read_regular, sha256_of
from graycolor.film.source.probe import opened_film
from graycolor.guidance.hints import read_hints
from graycolor.jobs.guide import reference_pixels
from graycolor.jobs.sidecar import read_sidecar
from graycolor.network.engine import check_threads, open_engine
from graycolor.network.weights import fingerprint, load
from graycolor.pictures.frames import read_source

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system knows no named pipes")
SOURCE = Path(graycolor.__file__).parent
OURS = {
    "files/regular.py",
    "film/output/frame_ledger.py",
    "film/output/packets.py",
    "film/output/segments.py",
    "jobs/page_file.py",
    "jobs/runlog.py",
    "data/journal.py",
    "data/store.py",
    "stores/store.py",  # a result that is on its way
    "evaluation/report.py",
    "training/helpers.py",  # what a helper has said when it ended
    "pdf/scan_pixels.py",  # unpacks what lies in a document that was read
}
"""Who opens files for reading by themselves: those that graycolor made or came with."""


@pytest.fixture(params=["pipe", "socket", "device", "linked device"])
def special(request, tmp_path, monkeypatch):
    path = tmp_path / "a.jpg"
    if request.param == "pipe":
        os.mkfifo(path)
    elif request.param == "linked device":
        path.symlink_to("/dev/zero")
    elif request.param == "device":
        path = Path("/dev/zero")
    else:
        with socket.socket(socket.AF_UNIX) as listener:
            monkeypatch.chdir(tmp_path)  # names of sockets are short
            listener.bind("a.jpg")
    return path


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_nobody_reads_a_users_file_by_another_way(path):
    own = path.relative_to(SOURCE).as_posix()
    reading = {"read_bytes", "read_text"}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if own in OURS or not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        is_open = name == "open" and any(isinstance(each, ast.Constant) and each.value == "rb" for each in node.args)
        reads = is_open or name in reading
        assert not reads, f"{own}:{node.lineno}"


@pytest.mark.parametrize(
    "reader",
    [
        read_source,
        read_hints,
        read_sidecar,
        reference_pixels,
        fingerprint,
        load,
        opened_film,
        sha256_of,
        lambda path: open_engine(path, "cpu"),
        lambda path: describe_file(path, "train"),
        lambda path: list(photos_in([path])),
    ],
)
def test_what_is_no_file_is_refused_at_once(special, reader):
    with pytest.raises((InputError, WeightsError, DatasetError), match=r"is a (pipe|socket|device), not a "):
        reader(special)


def test_a_pipe_in_a_folder_is_named_or_left_aside(tmp_path):
    os.mkfifo(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_bytes(b"nothing")

    found = find_pictures([tmp_path], out=tmp_path / "out")

    assert [(Path(origin.path).name, origin.stamp == 0) for origin in found] == [("a.jpg", True), ("b.jpg", False)]
    with pytest.raises(InputError, match="is a pipe"):
        list(Truths(tmp_path))
    with pytest.raises(InputError, match="is a pipe"):
        find_pictures([tmp_path / "a.jpg"], out=tmp_path / "out")


def test_a_dataset_that_names_a_device_is_not_hashed(tmp_path):
    from graycolor.data.dataset import open_dataset
    from graycolor.data.manifest import Manifest, write_manifest

    counts, pictures = {"train": 1, "val": 0, "test": 0}, {"train": {"a": "a"}, "val": {}, "test": {}}
    for name in ("train-000.tar", "/dev/zero"):
        (tmp_path / "train-000.tar").unlink(missing_ok=True)
        (tmp_path / "train-000.tar").symlink_to("/dev/zero")
        write_manifest(tmp_path, Manifest("tar", {}, counts, [DataFile(name, "train", 0, "0")], pictures))

        with pytest.raises(DatasetError, match=r"is a device|no file of its folder"):
            open_dataset(tmp_path)


def test_sentences_name_the_bound(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(bytes(2_000_000))

    with pytest.raises(InputError, match=r"holds 2 MB, more than the 1 MB that graycolor takes; do this\."):
        read_regular(path, most=1_000_000, lift="do this")
    with pytest.raises(MissingInputError, match="There is no weights file"):
        fingerprint(tmp_path / "b")
    with pytest.raises(InputError, match="is a folder"):
        read_source(tmp_path)


def test_a_sparse_file_of_terabytes_is_refused_by_its_size(tmp_path):
    path = tmp_path / "a.jpg"
    path.touch()
    os.truncate(path, 2**42)

    with pytest.raises(InputError, match="--max-pixels"):
        read_source(path)


def test_threads_are_as_many_as_a_machine_has_a_use_for():
    assert bounds.most_threads(2) == 16
    assert bounds.most_threads(64) == 512
    for threads in (0, -1, 100_000):
        with pytest.raises(ValueError, match="choose 1 to"):
            check_threads(threads)
    assert issubclass(BoundError, InputError)
