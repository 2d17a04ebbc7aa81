"""What type checkers see of graycolor: `mypy --strict` reads this file, nobody runs it."""

from pathlib import Path
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import graycolor

gray: NDArray[np.uint8] = np.zeros((4, 4), np.uint8)

assert_type(graycolor.colorize("old.jpg"), Path)
assert_type(graycolor.colorize(Path("old.jpg"), hints=["1,1,#ff0000"], overwrite=True), Path)
assert_type(graycolor.colorize(gray, device="cpu"), NDArray[Any])
assert_type(graycolor.colorize(Image.new("L", (4, 4)), reference="album.jpg"), Image.Image)
assert_type(graycolor.colorize_video("old.mp4", options=graycolor.FilmOptions(overwrite=True)), Path)
assert_type(graycolor.__version__, str)

colorizer = graycolor.Colorizer(device="cpu", threads=1)
settings = graycolor.ColorizeSettings(saturation=1.2)
assert_type(colorizer.colorize(gray, settings), NDArray[np.uint8] | NDArray[np.uint16])
assert_type(colorizer.forecast(gray).confidence, NDArray[np.float32])
assert_type(colorizer.device, str)
graycolor.show(gray, Path("old.jpg"), Image.new("L", (4, 4)), height=200)

try:
    graycolor.colorize(gray)
except graycolor.errors.GraycolorError as error:
    assert_type(error.exit_code, int)
