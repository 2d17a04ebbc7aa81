"""Colors a photograph by a network of `graycolor export`, without graycolor.

python run_onnx.py colors.onnx old.jpg new.png
"""

import json
import sys

import numpy as np
import onnxruntime
from PIL import Image

network, photograph, result = sys.argv[1:]
session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
size = json.loads(session.get_modelmeta().custom_metadata_map["decode"])["size"]

image = Image.open(photograph).convert("L")
scale = size * min(1 / min(image.size), (4 / 3 / (image.width * image.height)) ** 0.5)
small = image.resize([round(side * scale / 4) * 4 for side in image.size], Image.Resampling.BOX)
seen = (np.asarray(small, np.float32) - 127) / 128
padded = np.pad(seen, [(0, -side % 32) for side in seen.shape], "symmetric")
ab = session.run(["ab"], {"gray": padded[None, None]})[0][0]
ab = ab[:, : ab.shape[1] * seen.shape[0] // padded.shape[0], : ab.shape[2] * seen.shape[1] // padded.shape[1]]
a, b = (np.asarray(Image.fromarray(plane).resize(image.size, Image.Resampling.BICUBIC)) for plane in ab)

gray = np.asarray(image) / 255
light = np.where(gray > 0.04045, ((gray + 0.055) / 1.055) ** 2.4, gray / 12.92)
y = np.where(light > 216 / 24389, np.cbrt(light), light * 841 / 108 + 4 / 29)
x, z = (np.where(f > 6 / 29, f**3, (f - 4 / 29) * 108 / 841) for f in (y + a / 500, y - b / 200))
matrix = np.array([[3.2405, -1.5371, -0.4985], [-0.9693, 1.8760, 0.0416], [0.0556, -0.2040, 1.0572]])
linear = np.clip(np.stack([x * 0.95047, light, z * 1.08883], -1) @ matrix.T, 0, 1)
rgb = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
Image.fromarray((rgb * 255 + 0.5).astype(np.uint8)).save(result)
