"""Gray in, chroma out: the one door to a network.

A `Colorizer` knows sizes, devices and settings and nothing of files. The gray picture is shrunk (never squashed) to the
working size, the network says what colors it sees there, and the result is carried to full size along the picture's
own edges. The gray itself is never touched.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from graycolor.bounds import SIDE_RATIO
from graycolor.color.lightness_join import gray_of_rgb, join, lab_of_rgb8
from graycolor.errors import BoundError, InputError, ResultWarning, UsageError, WeightsError
from graycolor.files.regular import sha256_of
from graycolor.looks import look_of
from graycolor.network.border import MOST_ENLARGED, Seen, seen_whole, seen_within_border
from graycolor.network.chroma import Forecast
from graycolor.network.engine import Engine, open_engine
from graycolor.network.places import Places, cut_to
from graycolor.network.weights import default_path
from graycolor.network.working_picture import denoised, min_half_side_for, padded, scaled
from graycolor.settings import ColorizeSettings, said_settings, weights_path
from graycolor.types import Codes, Floats
from graycolor.upsample import ChromaUpsampler, cell_lightness

if TYPE_CHECKING:
    from graycolor.guidance.guidance import Guidance
    from graycolor.guidance.hints import Hint
    from graycolor.guidance.network_view import NetworkView
    from graycolor.guidance.reference import Reference


_OTHER_KINDS = "use graycolor.colorize for other kinds and for paths"


class Colorizer:
    """Colors gray pictures with one network on one device.

    Args:
        weights: a weights file of `graycolor train`; None or `default` for the embedded one.
        device: `auto`, `cpu`, `cuda` or `mps`.
        threads: CPU threads for the network; None for all cores.

    Raises:
        WeightsError, MissingInputError: the weights cannot be used.
        DeviceError: the device is not there.
    """

    def __init__(self, weights: str | Path | None = None, *, device: str = "auto", threads: int | None = None) -> None:
        path = weights_path(weights)
        self._engine: Engine = open_engine(path, device, threads)
        self._asked: tuple[Path | None, str, int | None] | None = path and path.absolute(), device, threads

    @classmethod
    def around(cls, engine: Engine) -> Self:
        """A Colorizer around an engine that was opened elsewhere, say while other libraries were loading."""
        colorizer = cls.__new__(cls)
        colorizer._engine = engine
        colorizer._asked = None
        return colorizer

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied by its settings: in another process, or for a copy, the network is opened again."""
        source = getattr(self._engine, "source", None)
        if source is None:
            raise UsageError("This Colorizer was made of no weights file, so it cannot be opened again elsewhere.")
        own = None if source == default_path() else source.absolute()
        weights, device, threads = self._asked or (own, self._engine.device, None)
        return partial(type(self), weights, device=device, threads=threads), ()

    @property
    def device(self) -> str:
        """Where the network runs: `cpu`, `cuda` or `mps`."""
        return self._engine.device

    @property
    def weights_hash(self) -> str:
        """SHA-256 of the weights file, in hexadecimal."""
        return sha256_of(self._engine.source, "weights file", WeightsError)

    def min_half_side(self, settings: ColorizeSettings | None = None) -> int:
        """The shorter side that half a gray must have for the network to see in it what it sees in the whole."""
        return min_half_side_for(math.ceil(MOST_ENLARGED * self._size(said_settings(settings))))

    def forecast(
        self, gray: Codes, settings: ColorizeSettings | None = None, guidance: Guidance | None = None
    ) -> Forecast:
        """Chroma and confidence at the network's resolution.

        Args:
            gray: (H,W) uint8 or uint16, the sRGB gray of equal L, upright, any size.
            settings: see `ColorizeSettings`.
            guidance: see `graycolor.guidance.guidance.Guidance`.
        """
        return self.forecasts(gray, settings, guidance)[0]

    def forecasts(
        self, gray: Codes, settings: ColorizeSettings | None = None, guidance: Guidance | None = None
    ) -> list[Forecast]:
        """`forecast` for every variant that `guidance` asks for; the first is the usual one."""
        settings = said_settings(settings)
        _check(gray)
        if guidance is None or guidance.is_nothing:
            seen = self._seen(gray, settings)
            said = seen.placed(self._engine.forecast(*self._fed(seen.shown, settings)), self._stride)
            return [self._treated(said, seen.codes, settings)]
        return self.guided(self.look(gray, settings), gray.shape, settings, guidance)

    def guided(
        self, sight: NetworkView, size: tuple[int, ...], settings: ColorizeSettings | None, guidance: Guidance
    ) -> list[Forecast]:
        """`forecasts` of a picture that `look` has seen before, so that the network need not run again.

        Args:
            sight: what `look` gave for the picture, with these settings but for the saturation.
            size: height and width of the upright picture.
            settings, guidance: see `forecasts`.
        """
        settings, decode = said_settings(settings), self._engine.header.decode
        colorings = guidance.colorings(
            sight,
            (size[0], size[1]),
            temperature=settings.temperature or decode.temperature,
            saturation=settings.saturation,
            fitted=decode.saturation,
            look=look_of(settings.look),
        )
        return [Forecast(each.ab, each.confidence, sight.kernels, each.heard) for each in colorings]

    def forecast_many(self, grays: Sequence[Codes], settings: ColorizeSettings | None = None) -> list[Forecast]:
        """`forecast` for several pictures (H,W) of one shape, say key frames of a film; at once on a GPU.

        They are seen whole, borders and all, so that none of them is seen otherwise than its neighbors.
        """
        settings = said_settings(settings)
        for gray in grays:
            _check(gray)
        seen = [self._seen(gray, settings, whole=True) for gray in grays]
        fed = [self._fed(each.shown, settings) for each in seen]
        said = self._engine.forecasts([picture for picture, _, _ in fed], *fed[0][1:]) if fed else []
        placed = [each.placed(forecast, self._stride) for forecast, each in zip(said, seen, strict=True)]
        return [self._treated(forecast, each.codes, settings) for forecast, each in zip(placed, seen, strict=True)]

    @property
    def tells_places(self) -> bool:
        """Whether the network says what it sees in a place beside its colors, which a shot's palette needs."""
        return self._engine.tells_places

    def places(self, grays: Sequence[Codes], settings: ColorizeSettings | None = None) -> list[Places]:
        """What the network sees in pictures (H,W) of one shape, whole, before saturation and look."""
        settings = said_settings(settings)
        seen = [self._seen(gray, settings, whole=True) for gray in grays]
        fed = [self._fed(each.shown, settings) for each in seen]
        said = self._engine.forecasts_and_encoded([picture for picture, _, _ in fed], *fed[0][1:]) if fed else []
        return [
            Places(
                each.placed(forecast, self._stride),
                each.codes,
                cut_to(each.codes.shape, encoded, fed=picture.shape),
            )
            for (forecast, encoded), each, (picture, _, _) in zip(said, seen, fed, strict=True)
        ]

    def settled(self, places: Places, settings: ColorizeSettings | None = None) -> Forecast:
        """The forecast of a picture that `places` has seen, as strong as the network was fitted and the user wants."""
        return self._treated(places.forecast, places.codes, said_settings(settings))

    def look(self, gray: Codes, settings: ColorizeSettings | None = None, *, whole: bool = False) -> NetworkView:
        """What the network sees in a gray picture (H,W), for guidance to bend; `whole`: as `forecast_many` sees it."""
        from graycolor.guidance.network_view import seen

        settings = said_settings(settings)
        _check(gray)
        sight = self._seen(gray, settings, whole=whole)
        picture, offset, temperature = self._fed(sight.shown, settings)
        said, raw = self._engine.forecast_and_logits(picture, offset, temperature)
        forecast, bins = sight.placed(said, self._stride), self._engine.header.bins
        says_ab = self._engine.header.config.output == "ab"
        logits = None if says_ab else sight.placed_logits(raw, bins, self._stride)
        return seen(sight.codes, forecast, bins, logits, offset)

    def reference(self, rgb: NDArray[np.uint8], settings: ColorizeSettings | None = None) -> Reference:
        """A photograph in color (H,W,3), made ready to lead others.

        Raises:
            InputError: it is no such array, or has no colors.
        """
        from graycolor.guidance.reference import reference_of
        from graycolor.pictures.in_memory import check_reference

        check_reference(rgb)
        return reference_of(self.look(gray_of_rgb(rgb), settings), lab_of_rgb8(rgb))

    def chroma(
        self, gray: Codes, settings: ColorizeSettings | None = None, guidance: Guidance | None = None
    ) -> ChromaUpsampler:
        """Chroma of any rows of the full-size picture, without holding all of it at once."""
        return ChromaUpsampler(self.forecast(gray, settings, guidance).fine(), gray)

    def colorize(
        self,
        gray: Codes,
        settings: ColorizeSettings | None = None,
        *,
        depth: int | None = None,
        hints: Iterable[Hint | str] = (),
        reference: NDArray[np.uint8] | Reference | None = None,
    ) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """Gray (H,W) to sRGB (H,W,3) of the same size, L kept within one step of `depth` (8 or 16; None: as `gray`).

        Args:
            gray: see `forecast`.
            settings: see `ColorizeSettings`.
            depth: bits of a channel of the result.
            hints: colors at places, as `Hint` or as text `X,Y,#RRGGBB`.
            reference: a photograph (H,W,3) whose colors lead, or what `reference` made of it.

        What hints and reference say wins over the network. The same picture and settings give the same bytes, whatever
        else was colored before.

        Raises:
            InputError: `gray` or `reference` is no such array; `graycolor.colorize` takes other kinds, and paths.
            UsageError: a hint lies outside the picture or makes no sense.
        """
        return self.variants(gray, settings, depth=depth, hints=hints, reference=reference, count=1)[0]

    def variants(
        self,
        gray: Codes,
        settings: ColorizeSettings | None = None,
        *,
        depth: int | None = None,
        hints: Iterable[Hint | str] = (),
        reference: NDArray[np.uint8] | Reference | None = None,
        count: int = 4,
        seed: int = 0,
    ) -> list[NDArray[np.uint8] | NDArray[np.uint16]]:
        """`count` different colorings of one picture, each coherent; the first is that of `colorize`.

        Args:
            gray, settings, depth, hints, reference: see `colorize`.
            count: 1 to 16.
            seed: of the colorings after the first; the same seed gives the same ones.

        Raises:
            UsageError: a hint lies outside the picture or makes no sense, or the count is out of range.

        Warns:
            ResultWarning: the reference has little in common with the picture.
        """
        from graycolor.guidance.guidance import Guidance
        from graycolor.guidance.heard import little_heard
        from graycolor.guidance.hints import as_hints
        from graycolor.guidance.reference import Reference

        _check(gray)
        if depth not in (None, 8, 16):
            raise UsageError(f"A result has 8 or 16 bits a channel, not {depth}.")
        led = (
            reference if reference is None or isinstance(reference, Reference) else self.reference(reference, settings)
        )
        guidance = Guidance(as_hints(hints), led, count, seed)
        depth = depth or gray.dtype.itemsize * 8
        forecasts = self.forecasts(gray, settings, guidance)
        for note in little_heard(forecasts[0].heard):
            warnings.warn(note, ResultWarning, stacklevel=2)
        return [join(gray, ChromaUpsampler(forecast.fine(), gray).rows, depth=depth) for forecast in forecasts]

    def _seen(self, gray: Codes, settings: ColorizeSettings, *, whole: bool = False) -> Seen:
        """The picture at its working shape, within the border that it has, or `whole`."""
        see = seen_whole if whole else seen_within_border
        seen = see(gray, self._size(settings))
        return seen._replace(codes=denoised(seen.codes)) if settings.denoise else seen

    def _size(self, settings: ColorizeSettings) -> int:
        return settings.size or self._engine.header.decode.size

    def _fed(self, codes: NDArray[np.uint8], settings: ColorizeSettings) -> tuple[Floats, Floats, float]:
        """What the engine takes: the padded picture, the offset of the logits and the temperature."""
        decode = self._engine.header.decode
        offset = self._engine.header.bins.logit_offset(decode.rebalancing_undone)
        return padded(scaled(codes)), offset, settings.temperature or decode.temperature

    def _treated(self, forecast: Forecast, codes: NDArray[np.uint8], settings: ColorizeSettings) -> Forecast:
        """Colors as strong as was fitted, then under the look, then as strong as the user wants them."""
        ab, look = forecast.ab * np.float32(self._engine.header.decode.saturation), look_of(settings.look)
        if not look.changes_nothing:
            ab = look.on(ab, cell_lightness(codes, forecast.confidence.shape))
        return forecast._replace(ab=ab * np.float32(settings.saturation))

    @property
    def _stride(self) -> int:
        return self._engine.header.config.stride


def _check(gray: Codes) -> None:
    if not isinstance(gray, np.ndarray):
        raise InputError(f"A Colorizer takes gray arrays, not {type(gray).__name__}; {_OTHER_KINDS}.")
    if gray.ndim != 2 or gray.dtype not in (np.uint8, np.uint16) or gray.size == 0:
        raise InputError(
            f"A gray picture is a (H,W) array of uint8 or uint16, not {gray.shape} of {gray.dtype}; {_OTHER_KINDS}."
        )
    if max(gray.shape) > SIDE_RATIO * min(gray.shape):
        raise BoundError(f"{gray.shape} is a line of more than {SIDE_RATIO:,} times its width; cut it into parts.")
