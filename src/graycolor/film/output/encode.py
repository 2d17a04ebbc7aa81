"""The video encoder: which one, set how. Every setting that the source's pictures carry is handed on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import av
import av.error

from graycolor.errors import UsageError
from graycolor.film.output.hdr_params import hdr_params, with_params
from graycolor.film.source.pixel_format import ENCODERS, PixelFormat, encoded_format, planar
from graycolor.film.source.probe import Film

CODECS = tuple(ENCODERS)
_PRESETS = {"h264": "veryfast", "hevc": "veryfast", "av1": "10"}
_QUALITIES = {"h264": 18, "hevc": 20, "av1": 30}
_RANGES = {"h264": (0, 51), "hevc": (0, 51), "av1": (1, 63)}
_422, _422_DEEP, _444_DEEP = "yuv422p", "yuv422p10le", "yuv444p10le"
_PROFILES = {
    "prores": tuple((str(number), _422_DEEP if number < 4 else _444_DEEP) for number in range(6)),
    "dnxhr": (
        *((f"dnxhr_{name}", _422) for name in ("lb", "sq", "hq")),
        ("dnxhr_hqx", _422_DEEP),
        ("dnxhr_444", _444_DEEP),
    ),
}
"""For codecs whose quality is a profile: its name in FFmpeg and the pixels it holds, from the least on."""
_HQ, _FULL_CHROMA = 3, 4
"""The profiles of both that are taken unasked: the second where the source has full chroma."""
VIDEO_RANGE = tuple(_PROFILES)
"""Codecs of editing, whose luma leaves room below black and above white: nobody looks whether it says otherwise."""
_LOSSLESS = "ffv1"
_SLICES = ((1280 * 720, 24), (640 * 480, 16), (0, 4))
"""Slices of a picture of FFV1 with so many pixels, each with a checksum of its own: what is damaged is told, and
costs no more than its slice. Archives ask for 16 to 24 (the NYPL's specification) and 4 at least (FADGI's)."""


@dataclass(frozen=True)
class EncodeSettings:
    """What the user may say about the encoding; None leaves it to the codec's default.

    Attributes:
        codec: one of `CODECS`; None for what the container is used to.
        quality: the codec's own scale: CRF 0 to 51 for h264 (18) and hevc (20), 1 to 63 for av1 (30), where less is
            better; the profile for prores (0 Proxy, 1 LT, 2 standard, 3 HQ, 4 4444, 5 4444 XQ) and dnxhr (0 LB, 1 SQ,
            2 HQ, 3 HQX, 4 444), where more is better: 3, or 4 for a source with full chroma.
        preset: the codec's own word for speed against size: `veryfast` for h264 and hevc, 10 for av1.
        lossless: keep the luma bit for bit and everything else as painted (FFV1).
        threads: of the encoder; None for as many as it likes.
    """

    codec: str | None = None
    quality: int | None = None
    preset: str | None = None
    lossless: bool = False
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.codec is not None and self.codec not in CODECS:
            raise UsageError(f"There is no codec '{self.codec}'; choose one of {', '.join(CODECS)}.")
        if self.lossless and self.codec not in (None, _LOSSLESS):
            raise UsageError(f"Lossless is {_LOSSLESS}, not {self.codec}; leave out one of the two.")


@dataclass(frozen=True)
class Encoding:
    """An encoder and its settings, settled for one film.

    Attributes:
        codec: as the user calls it.
        encoder: as FFmpeg calls it.
        options: FFmpeg's.
        pixel_format: of the frames it takes.
    """

    codec: str
    encoder: str
    options: tuple[tuple[str, str], ...]
    pixel_format: PixelFormat


def encoding_for(film: Film, settings: EncodeSettings, codec: str) -> Encoding:
    """Settle the encoder.

    Raises:
        UsageError: the settings do not fit the codec or the codec not the film.
    """
    if codec in _PROFILES:
        rate, pixel_format = _profile(codec, settings, film.conversion.pixel_format.ratio)
    else:
        rate = _rate_options(codec, settings, film.width * film.height)
        pixel_format = encoded_format(film.conversion.pixel_format, codec, film.width, film.height)
    options = {**rate, **_field_options(codec, film)}
    options |= with_params(codec, (*_params(codec, film), *hdr_params(codec, film.hdr)))
    if settings.threads:
        options["threads"] = str(settings.threads)
    return Encoding(codec, ENCODERS[codec].name, tuple(sorted(options.items())), pixel_format)


def chosen_codec(settings: EncodeSettings, usual: str) -> str:
    """The codec that the settings ask for, else the container's usual one."""
    return settings.codec or (_LOSSLESS if settings.lossless else usual)


def check_settings(settings: EncodeSettings, codec: str) -> None:
    """Refuse a quality or a preset that a codec does not have, before there is a film.

    Raises:
        UsageError: it says which there are.
    """
    if codec in _PROFILES:
        _profile(codec, settings, "422")
    else:
        _rate_options(codec, settings, 1)


def configure(context: Any, film: Film, encoding: Encoding) -> None:
    """Set an encoder's context up for a film; the same settings give the same stream header every time."""
    os.environ.setdefault("SVT_LOG", "1")  # else the AV1 encoder writes its settings to stderr
    context.width, context.height, context.pix_fmt = film.width, film.height, encoding.pixel_format.name
    context.time_base, context.framerate = film.time_base, film.rate
    context.sample_aspect_ratio = film.sar
    context.color_primaries, context.color_trc, context.colorspace, context.color_range = film.tags


def open_encoder(film: Film, encoding: Encoding) -> Any:
    """An encoder by itself, outside any file; its stream header is kept apart from its packets.

    Raises:
        UsageError: the encoder refuses its settings.
    """
    context = av.CodecContext.create(encoding.encoder, "w")
    context.options = encoder_options(encoding)
    configure(context, film, encoding)
    try:
        context.open()
    except av.error.FFmpegError as error:
        preset = dict(encoding.options).get("preset")
        asked = f"{film.width} x {film.height} pixels of {encoding.pixel_format.name}" + (
            f" at preset {preset}" if preset else ""
        )
        raise UsageError(f"{encoding.codec} cannot encode {asked}; choose another codec or preset.") from error
    return context


def encoder_options(encoding: Encoding) -> dict[str, str]:
    """The encoder's options; its stream header is kept apart whatever the muxer asks for."""
    options = dict(encoding.options)
    return options | {"flags": options.get("flags", "") + "+global_header"}


def _profile(codec: str, settings: EncodeSettings, ratio: str) -> tuple[dict[str, str], PixelFormat]:
    """The option and the pixels of the profile that is asked for, or usual for pictures of a chroma `ratio`."""
    _refuse(settings.preset, "preset", codec)
    usual = _FULL_CHROMA if ratio == "444" else _HQ
    quality = usual if settings.quality is None else settings.quality
    _check_range(codec, quality, 0, len(_PROFILES[codec]) - 1)
    profile, pixels = _PROFILES[codec][quality]
    pixel_format = planar(pixels)
    assert pixel_format is not None
    return {"profile": profile}, pixel_format


def _check_range(codec: str, quality: int, least: int, most: int) -> None:
    if not least <= quality <= most:
        raise UsageError(f"The quality {quality} is out of range for {codec}; choose {least} to {most}.")


def _rate_options(codec: str, settings: EncodeSettings, pixels: int) -> dict[str, str]:
    if codec == _LOSSLESS:
        _refuse(settings.quality, "quality", codec)
        _refuse(settings.preset, "preset", codec)
        slices = next(count for least, count in _SLICES if pixels >= least)
        return {"level": "3", "g": "1", "slices": str(slices), "slicecrc": "1"}
    quality = _QUALITIES[codec] if settings.quality is None else settings.quality
    _check_range(codec, quality, *_RANGES[codec])
    options = {"crf": str(quality), "preset": settings.preset or _PRESETS[codec]}
    return options | ({"a53cc": "1"} if codec == "hevc" else {})  # closed captions, which x264 takes unasked


def _refuse(value: object, setting: str, codec: str) -> None:
    if value is not None:
        raise UsageError(f"{codec} has no {setting} to set; leave it out.")


def _params(codec: str, film: Film) -> tuple[str, ...]:
    """Settings that only the encoders' own libraries know."""
    if codec == "hevc":
        return ("log-level=none",)
    if codec == "h264" and film.fields:
        return ("tff=1" if film.fields[1] == "t" else "bff=1",)
    return ()


def _field_options(codec: str, film: Film) -> dict[str, str]:
    """Interlaced pictures stay so; hevc, av1 and dnxhr encode their lines as they are, without a mark."""
    if not film.fields or codec in ("hevc", "av1", "dnxhr"):
        return {}
    options = {"field_order": "tt" if film.fields[1] == "t" else "bb"}
    return options | ({"flags": "+ildct+ilme"} if codec == "prores" else {})
