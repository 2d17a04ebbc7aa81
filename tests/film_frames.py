"""Numbered frames drawn for the tests: the scene of `film_clips`, a file each."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from film_clips import Clip, frames


def grays(count: int = 12, size: tuple[int, int] = (96, 64)) -> list[np.ndarray]:
    """8-bit gray pictures (H,W) of a disk that wanders."""
    return [frame.to_ndarray(format="gray") for frame in frames(Clip(frames=count, size=size))]


def deep(gray: np.ndarray) -> np.ndarray:
    """16-bit codes that are no multiples of 8-bit ones."""
    return gray.astype(np.uint16) * 257 // 2 + np.arange(gray.shape[1], dtype=np.uint16)


def write_frames(folder: Path, suffix: str = ".png", *, first: int = 1, count: int = 12, bits: int = 8) -> Path:
    """Frames `f_000001` and so on; returns their pattern."""
    folder.mkdir(exist_ok=True)
    for number, gray in enumerate(grays(count), first):
        path = folder / f"f_{number:06d}{suffix}"
        if bits == 16:
            assert cv2.imwrite(str(path), deep(gray))
        else:
            Image.fromarray(gray).save(path, quality=90)
    return folder / f"f_%06d{suffix}"


def write_sound(path: Path, seconds: float = 0.5) -> Path:
    """A WAV of a rising tone."""
    import wave

    wave_form = np.sin(np.cumsum(np.linspace(0.02, 0.1, round(48000 * seconds)))) * 9000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(wave_form.astype("<i2").tobytes())
    return path


def dpx(
    codes: np.ndarray,
    *,
    bits: int = 10,
    transfer: int = 1,
    order: str = ">",
    timecode: int = 0x01020304,
    rate: float = 18.0,
    user_data: bytes = b"SHOT 12 of the archive",
    aspect: tuple[int, int] = (1, 1),
    black: int = 0xFFFFFFFF,
    white: int = 0xFFFFFFFF,
) -> bytes:
    """A DPX of gray codes (H,W) or RGB codes (H,W,3), all of its headers filled in."""
    height, width = codes.shape[:2]
    codes = np.dstack([codes] * 3) if codes.ndim == 2 else codes
    header = bytearray(b"\xff" * 2048) + user_data + bytes(-len(user_data) % 4)
    struct.pack_into(order + "2I8s5I", header, 0, 0x53445058, len(header), b"V2.0", 0, 1, 1664, 384, len(user_data))
    for at, text in (
        (36, "reel1.0001.dpx"),
        (136, "2011:03:04:12:00:00"),
        (160, "Scanner 9"),
        (260, "Newsreel"),
        (460, "An archive"),
        (1556, "SN 77"),
        (1732, "A1"),
        (1764, "slate 3"),
    ):
        header[at : at + 24] = text.encode().ljust(24, b"\0")
    struct.pack_into(order + "2H2I", header, 768, 0, 1, width, height)
    struct.pack_into(
        order + "2IfIf4B2H3I",
        header,
        780,
        0,
        black,
        0.0,
        white,
        2.046,
        50,
        transfer,
        transfer,
        bits,
        1 if bits in (10, 12) else 0,
        0,
        len(header),
        0,
        0,
    )
    struct.pack_into(order + "2I", header, 1628, *aspect)
    struct.pack_into(order + "f", header, 1724, rate)
    struct.pack_into(order + "I", header, 1920, timecode)
    struct.pack_into(order + "f", header, 1940, rate)
    return bytes(header) + _packed(codes.reshape(height, -1), bits, order)


def _packed(lines: np.ndarray, bits: int, order: str) -> bytes:
    if bits == 8:
        return lines.astype(np.uint8).tobytes()
    if bits == 10:
        words = lines.astype(np.uint32).reshape(len(lines), -1, 3)
        return (words << np.array([22, 12, 2], np.uint32)).sum(axis=2, dtype=np.uint32).astype(order + "u4").tobytes()
    return (lines.astype(np.uint16) << (16 - bits)).astype(order + "u2").tobytes()


def write_dpx(folder: Path, *, count: int = 12, first: int = 1, bits: int = 10, **header) -> Path:
    """Frames of DPX with every code from the least to the greatest in them; returns their pattern."""
    folder.mkdir(exist_ok=True)
    for number, gray in enumerate(grays(count), first):
        codes = scan_codes(gray, bits)
        (folder / f"f_{number:06d}.dpx").write_bytes(dpx(codes, bits=bits, **header))
    return folder / "f_%06d.dpx"


def scan_codes(gray: np.ndarray, bits: int) -> np.ndarray:
    """Codes of a scan: the scene, and at its bottom a ramp over all codes."""
    top = (1 << bits) - 1
    codes = np.rint(gray * (top / 255)).astype(np.uint16)
    codes[-8:] = np.linspace(0, top, codes[-8:].size).astype(np.uint16).reshape(8, -1)
    return codes
