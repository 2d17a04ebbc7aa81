"""What is no picture is told by its first bytes, with what would work."""

import io
import tarfile
import zipfile
from fractions import Fraction

import pytest
from PIL import Image

from film_clips import Clip, make
from graycolor.errors import InputError
from graycolor.files import find_inputs
from graycolor.files.foreign import no_film, no_picture
from graycolor.pictures.frames import read_source


def document(*names):
    """A zip with these files, as offices' programs make them: not known by its first bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, "".join(map(chr, range(32, 126))) * 20)
    return buffer.getvalue()


def open_document(kind):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        file.writestr("content.xml", "x")
    return buffer.getvalue()


def archive(kind):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") if kind == "zip" else tarfile.open(fileobj=buffer, mode="w") as file:
        file.writestr("a.txt", "x") if kind == "zip" else file.addfile(tarfile.TarInfo("a.txt"))
    return buffer.getvalue()


KINDS = [
    (b"%PDF-1.7\n", "is a PDF; save its pages"),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
    (archive("zip"), "is a zip archive; unpack it"),
    (document("[Content_Types].xml", "word/document.xml"), "is a Word document, not a photograph"),
    (document("[Content_Types].xml", "xl/workbook.xml"), "is an Excel workbook, not a photograph"),
    (document("[Content_Types].xml", "ppt/presentation.xml"), "is a PowerPoint presentation, not a photograph"),
    (document("letters/word/document.xml"), "is a zip archive; unpack it"),
    (document("a.docx") + b"\0" * 40, "is a zip archive; unpack it"),
    (open_document("text"), "is a text document, not a photograph"),
    (open_document("graphics"), "is an office document, not a photograph"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 9, "is an office document, not a photograph"),
    (b"{\\rtf1\\ansi", "is a text document, not a photograph"),
    (archive("tar"), "is an archive"),
    (b"\x1f\x8b\x08\0", "is an archive"),
    (b"8BPS\0\1", "Photoshop"),
    (b"\xff\x0a\xfa", "JPEG XL"),
    (b"\0" * 128 + b"DICM", "DICOM"),
    (b"<!DOCTYPE html><title>404</title>", "web page"),
    (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "web page or a drawing"),
    (b"ID3\4", "sound file"),
    (b"SDPX\0\0\x08\0V2.0", "name all of its frames by their pattern"),
    (b"XPDS\0\x08\0\0V1.0", "name all of its frames by their pattern"),
    (b"v/1\1\2\0\0\0", "name all of its frames by their pattern"),
    (b"\x80\x2a\x5f\xd7\0\0\x08\0", "Cineon"),
    (b"FUJIFILMCCD-RAW 0201", "camera's raw file"),
    (b"IIRO\x08\0\0\0", "camera's raw file"),
    (b"\0\0\0\x18ftypcrx \0\0\0\1", "camera's raw file"),
]


@pytest.mark.parametrize(("data", "words"), KINDS)
def test_each_kind_gets_its_sentence_under_its_own_name_and_under_a_pictures(tmp_path, data, words):
    (tmp_path / "it.other").write_bytes(data)
    (tmp_path / "it.jpg").write_bytes(data)
    (refusal,) = find_inputs([tmp_path / "it.other"])[1]

    assert words in str(refusal.error)
    with pytest.raises(InputError, match=words):
        read_source(tmp_path / "it.jpg")


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".avi", ".ts", ".mpg", ".flv", ".webm"])
def test_films_are_told_from_pictures(tmp_path, suffix):
    codec = {".webm": "libvpx-vp9", ".mpg": "mpeg2video", ".flv": "flv"}.get(suffix, "mpeg4")
    film = make(tmp_path / f"old{suffix}", Clip(frames=3, codec=codec, time_base=Fraction(1, 25)))

    assert "graycolor video" in no_picture(film.read_bytes()[:600])
    assert not no_film(film)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF", "JPEG2000"])
def test_pictures_are_told_from_films(tmp_path, draw, image_format):
    path = tmp_path / f"old.{image_format.lower()}"
    Image.fromarray(draw(40, 40)).save(path, image_format)

    assert "graycolor colorize" in no_film(path)
    assert not no_picture(path.read_bytes()[:600])
