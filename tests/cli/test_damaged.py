"""A folder of damaged files, as a failing disk leaves them: sentences, whole results, nothing else."""

import io
import subprocess
import sys

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

RNG = np.random.default_rng(11)
GRAY = cv2.GaussianBlur(RNG.integers(0, 256, (40, 56), np.uint8), (0, 0), 2)
DEEP = GRAY.astype(np.uint16) * 257
EXIF = Image.Exif()
EXIF[0x010F], EXIF[0x0112] = "Kodak", 6
EACH = 5
"""Files of every kind that are cut, and as many in which bytes are changed."""


def pillow(pixels, image_format, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, image_format, **options)
    return buffer.getvalue()


def tiff(pixels, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **options)
    return buffer.getvalue()


def moving(image_format):
    further = [Image.fromarray(np.roll(GRAY, 9 * step, 1)) for step in (1, 2)]
    return pillow(GRAY, image_format, save_all=True, append_images=further, duration=80)


def good():
    """Suffix and bytes of one whole file of every kind."""
    return [
        ("jpg", pillow(GRAY, "JPEG", exif=EXIF.tobytes(), comment=b"attic")),
        ("jpg", pillow(GRAY, "JPEG", progressive=True, restart_marker_blocks=3)),
        ("jpg", pillow(np.dstack([GRAY, GRAY // 2, GRAY]), "JPEG")),
        ("png", pillow(GRAY, "PNG", exif=EXIF.tobytes())),
        ("png", pillow(DEEP, "PNG")),
        ("png", cv2.imencode(".png", np.dstack([DEEP] * 3))[1].tobytes()),
        ("png", moving("PNG")),
        ("webp", pillow(GRAY, "WEBP", exif=EXIF.tobytes())),
        ("webp", pillow(GRAY, "WEBP", lossless=True)),
        ("webp", moving("WEBP")),
        ("tif", pillow(GRAY, "TIFF", exif=EXIF.tobytes())),
        ("tif", pillow(GRAY, "TIFF", compression="tiff_lzw")),
        ("tif", pillow(GRAY, "TIFF", save_all=True, append_images=[Image.fromarray(GRAY)])),
        ("tif", tiff(DEEP, compression="adobe_deflate", predictor=True)),
        ("tif", tiff((GRAY / 255).astype(np.float16))),
        ("bmp", pillow(GRAY, "BMP")),
        ("gif", pillow(GRAY, "GIF")),
        ("gif", moving("GIF")),
        ("avif", pillow(GRAY, "AVIF", exif=EXIF.tobytes())),
        ("jp2", pillow(GRAY, "JPEG2000")),
        ("jp2", cv2.imencode(".jp2", np.tile(DEEP, (2, 2)))[1].tobytes()),
        ("ppm", pillow(np.dstack([GRAY] * 3), "PPM")),
        ("pgm", pillow(DEEP, "PPM")),
    ]


def damaged(data, rng):
    """The file cut at several places, and the file with some bytes changed, the first ones more often."""
    for _ in range(EACH):
        yield data[: int(rng.integers(1, len(data)))]
        broken = bytearray(data)
        for _ in range(int(rng.integers(1, 4))):
            broken[int(rng.integers(len(data)) * rng.random() ** 2)] ^= 1 << int(rng.integers(8))
        yield bytes(broken)


@pytest.fixture(scope="module")
def ruins(tmp_path_factory):
    """A folder of them, and what a run over it said."""
    folder = tmp_path_factory.mktemp("ruins")
    (folder / "in").mkdir()
    rng = np.random.default_rng(12)
    for kind, (suffix, data) in enumerate(good()):
        for number, broken in enumerate(damaged(data, rng)):
            (folder / "in" / f"{kind:02}-{number}.{suffix}").write_bytes(broken)
    command = [sys.executable, "-m", "graycolor", "colorize", "in", "-o", "out", "--size", "64", "--json", "--quiet"]
    return folder, subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


def test_a_failing_disk_gets_a_sentence_a_file(ruins):
    folder, done = ruins
    sources, results = list((folder / "in").iterdir()), list((folder / "out").iterdir())
    errors = done.stderr.splitlines()

    assert len(sources) >= 200
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "nobody foresaw" not in done.stderr
    assert all(line.startswith("graycolor: in/") and line.endswith(".") for line in errors), errors
    assert len(errors) + len(results) == len(sources) == len(done.stdout.splitlines())


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's on damaged EXIF, which travels as it is
def test_what_could_be_saved_is_whole(ruins):
    folder, _ = ruins
    results = list((folder / "out").iterdir())

    assert results
    assert all(path.stem.endswith("-color") for path in results), "something was left half-written"
    for path in results:
        with Image.open(path) as image:
            for frame in range(getattr(image, "n_frames", 1)):
                image.seek(frame)
                image.load()
