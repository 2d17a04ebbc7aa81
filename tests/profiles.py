"""ICC profiles, put together by hand."""

import struct

import numpy as np


def gray_profile(curve, connection=b"XYZ "):
    return profile(b"GRAY", connection, kTRC=curve)


def profile(space, connection, **contents):
    tags = [(b"wtpt", b"XYZ \0\0\0\0" + struct.pack(">iii", 63190, 65536, 54061))]
    tags += [(name.encode(), content) for name, content in contents.items()]
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags:
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"test", 0x02400000, b"mntr", space, connection)
    return header.ljust(36, b"\0") + b"acsp" + b"\0" * 88 + table + body


def curv(*points):
    return b"curv\0\0\0\0" + struct.pack(f">I{len(points)}H", len(points), *points)


def para(kind, *values):
    numbers = [round(value * 65536) for value in values]
    return b"para\0\0\0\0" + struct.pack(f">HH{len(numbers)}i", kind, 0, *numbers)


def lightness_table(channels, exponent, ink=False):
    """A look-up table (mft2) to Lab: L is the mean of the channels to a power, less the ink; a and b are small."""
    points = 9
    codes = np.stack(np.meshgrid(*[np.linspace(0, 1, points)] * channels, indexing="ij"), -1).reshape(-1, channels)
    mean = codes.mean(1)
    L = (1 - mean if ink else mean) ** exponent
    tint = np.full_like(L, 128 * 256)
    lab = np.stack([L * 65280, tint + 256 * L, tint + 512 * L], 1).round().astype(">u2")
    ramp = struct.pack(">HH", 0, 65535)
    head = bytes([channels, 3, points, 0]) + struct.pack(">9i", *np.eye(3, dtype=int).ravel() * 65536)
    return b"mft2" + bytes(4) + head + struct.pack(">HH", 2, 2) + ramp * channels + lab.tobytes() + ramp * 3
