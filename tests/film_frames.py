"""Numbered frames drawn for the tests: the scene of `film_clips`, a file each."""

from __future__ import annotations

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
