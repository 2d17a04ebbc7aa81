import os
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from graycolor.bounds import member_bytes
from graycolor.data.arrays import lab8, open_arrays, write_arrays
from graycolor.data.filters import DAMAGED, LARGE, FilterSettings
from graycolor.data.screen import ScreenSettings, judge
from graycolor.data.sources import find_pictures
from graycolor.data.store import photos_in
from graycolor.errors import BoundError, DatasetError, InputError, MissingInputError

OUT = Path("dataset")


def names(*sources, out=OUT):
    return [Path(origin.name).name for origin in find_pictures(sources, out=out)]


def test_folders_are_searched_all_the_way_down(photos):
    assert sorted(names(photos)) == [f"{seed:02d}.jpg" for seed in range(24)]


def test_what_is_no_source_is_passed_by(photos):
    for name in ("notes.txt", "._01.jpg", "01-color.jpg"):
        (photos / name).write_text("nothing")
    for hidden in (photos / ".thumbnails", photos / "dataset"):
        hidden.mkdir()
        (hidden / "a.jpg").write_text("nothing")

    assert len(names(photos, out=photos / "dataset")) == 24


def test_patterns_and_names_meet_but_once(photos, monkeypatch):
    monkeypatch.chdir(photos)

    assert names("0*.jpg", "01.jpg", str(photos / "02.jpg")) == [
        "01.jpg",
        "02.jpg",
        "04.jpg",
        "05.jpg",
        "07.jpg",
        "08.jpg",
    ]
    assert len(names("**/*.jpg")) == 24


def test_archives_give_the_bytes_of_their_pictures(photos, tmp_path):
    originals = {path.name: path.read_bytes() for path in photos.glob("*.jpg")}
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        tar.add(photos, "inside")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in photos.glob("*.jpg"):
            archive.write(path, f"inside/{path.name}")
        archive.writestr("inside/readme.txt", "hello")
    for kind, count in (("a.tar", 24), ("a.zip", 16)):
        origins = find_pictures([tmp_path / kind], out=OUT)
        read = {Path(origin.name).name: origin.read() for origin in origins}

        assert len(origins) == count
        assert all(read[name] == data for name, data in originals.items())
        assert all(origin.name.startswith(str(tmp_path / kind) + ":inside/") for origin in origins)


def test_archives_in_folders_are_opened(photos):
    with tarfile.open(photos / "more.tar", "w") as tar:
        tar.add(photos / "01.jpg", "another.jpg")

    assert "more.tar:another.jpg" in names(photos)


def test_what_lies_broken_in_a_folder_stops_nobody(photos):
    before = len(find_pictures([photos], out=OUT))
    (photos / "broken.zip").write_bytes(b"PK\3\4 no zip")
    (photos / "gone.jpg").symlink_to("nowhere.jpg")
    origins = {Path(origin.name).name: origin for origin in find_pictures([photos], out=OUT)}
    settings = ScreenSettings("tar", 96, FilterSettings())

    assert len(origins) == before + 2
    assert [judge(origins[name], settings)[0].reason for name in ("broken.zip", "gone.jpg")] == [DAMAGED, DAMAGED]


def test_the_reports_arrays_are_a_source(tmp_path, painted):
    labs = [lab8(painted(seed, 160, 160)) for seed in range(4)]
    write_arrays(tmp_path, iter(labs[:3]), iter(labs[3:]), (3, 1), 160)
    origins = find_pictures([tmp_path], out=OUT)
    header, pixels = origins[2].read().split(b"255\n", 1)

    assert [origin.start for origin in origins] == [0, 1, 2, 3]
    assert header == b"P6 160 160 "
    assert np.array_equal(np.frombuffer(pixels, np.uint8), open_arrays(tmp_path).rgb(2).ravel())


def test_arrays_that_do_not_fit_are_refused(tmp_path):
    np.save(tmp_path / "gray_scale.npy", np.zeros((3, 9, 9), np.uint8))

    with pytest.raises(DatasetError, match=r"ab1.npy is missing; ab2.npy is missing; ab3.npy is missing"):
        find_pictures([tmp_path], out=OUT)


def test_a_changed_file_is_another_picture(photos):
    before = find_pictures([photos / "01.jpg"], out=OUT)[0].key
    os.utime(photos / "01.jpg", (1, 1))

    assert find_pictures([photos / "01.jpg"], out=OUT)[0].key != before


def test_sources_that_lead_nowhere_are_refused(photos, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "letter.doc").write_text("Dear diary")
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 no zip")
    (tmp_path / "broken.tar").write_bytes(b"no tar at all" * 100)

    with pytest.raises(MissingInputError, match="no file or folder"):
        names(photos, tmp_path / "nowhere")
    with pytest.raises(MissingInputError, match="no file or folder"):
        names(photos, tmp_path / "*.png")
    with pytest.raises(InputError, match="empty holds no pictures"):
        names(photos, tmp_path / "empty")
    with pytest.raises(InputError, match=r"letter.doc is no picture, .tar or .zip"):
        names(tmp_path / "letter.doc")
    for archive in ("broken.zip", "broken.tar"):
        with pytest.raises(InputError, match=f"{archive} is damaged"):
            names(tmp_path / archive)


def test_a_member_that_unpacks_to_more_than_a_picture_is_left_out(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bmp", b"BM" + bytes(30_000))
    (origin,) = find_pictures([tmp_path / "a.zip"], out=OUT)
    few, many = FilterSettings(max_pixels=10_000), FilterSettings(max_pixels=10_001)

    assert judge(origin, ScreenSettings("tar", 64, few))[0].reason == LARGE
    assert judge(origin, ScreenSettings("tar", 64, many))[0].reason == DAMAGED
    with pytest.raises(BoundError, match="--max-pixels"):
        origin.read(max_pixels=10_000)


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bmp", b"BM" + bytes(30_000_000))
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace((30_000_002).to_bytes(4, "little"), (5_000).to_bytes(4, "little")))
    (origin,) = find_pictures([tmp_path / "a.zip"], out=OUT)

    assert judge(origin, ScreenSettings("tar", 64, FilterSettings()))[0].reason == DAMAGED


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(30):
            archive.writestr(f"{number}.bmp", bytes(1_000_000))
    monkeypatch.setattr("graycolor.data.sources.ARCHIVE_BYTES", 20_000_000)
    with pytest.raises(BoundError, match="holds 30 MB, more than the 20 MB"):
        find_pictures([tmp_path / "a.zip"], out=OUT)

    monkeypatch.setattr("graycolor.data.sources.ARCHIVE_MEMBERS", 29)
    with pytest.raises(BoundError, match="more than 29 members"):
        find_pictures([tmp_path / "a.zip"], out=OUT)


def test_a_sparse_member_of_terabytes_is_not_unpacked(tmp_path):
    member = tarfile.TarInfo("a.jpg")
    member.size = member_bytes() + 1
    (tmp_path / "a.tar").write_bytes(member.tobuf() + bytes(10_240))

    with pytest.raises(BoundError, match="--max-pixels"):
        list(photos_in([tmp_path / "a.tar"]))
