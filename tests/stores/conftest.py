"""A store within this process, drawn pictures, and the command as it is typed."""

import io
import sys

import pytest
from PIL import Image

from graycolor.cli.app import run
from graycolor.stores import patience, store
from moto_served import serving


@pytest.fixture
def memory(monkeypatch):
    """The store behind `memory://`, empty."""
    system = store._system("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    monkeypatch.setattr(patience, "PAUSE", 0.01)
    yield system
    system.store.clear()


@pytest.fixture
def picture(draw):
    """The bytes of a drawn picture."""

    def drawn(seed=0, image_format="JPEG", size=(60, 80)):
        buffer = io.BytesIO()
        Image.fromarray(draw(*size, seed=seed)).save(buffer, image_format)
        return buffer.getvalue()

    return drawn


@pytest.fixture
def scans(memory, picture, tmp_path):
    """Three pictures in a store, and the same ones in a folder."""
    (tmp_path / "scans").mkdir()
    for number, (suffix, image_format) in enumerate([("jpg", "JPEG"), ("png", "PNG"), ("tif", "TIFF")]):
        data = picture(number, image_format)
        memory.pipe_file(f"/box/scans/p{number}.{suffix}", data)
        (tmp_path / f"scans/p{number}.{suffix}").write_bytes(data)
    return memory


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Runs `graycolor` as typed in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))

    def typing(*arguments):
        monkeypatch.setattr(sys, "argv", ["graycolor", *map(str, arguments)])
        code = run()
        said = capsys.readouterr()
        return code, said.out, said.err

    return typing


@pytest.fixture
def typed(command):
    """The same for `graycolor colorize`."""
    return lambda *arguments: command("colorize", "--device", "cpu", *arguments)


@pytest.fixture
def server(monkeypatch):
    """A server that speaks S3 on this machine, which the environment leads to."""
    with serving() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield
