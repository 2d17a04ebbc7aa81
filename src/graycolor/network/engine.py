"""Two engines behind one door: ONNX Runtime on the CPU, torch elsewhere.

Importing torch and running its first picture costs about three seconds, ONNX Runtime a quarter of one: on the CPU
torch is never imported. A user's own weights are exported to ONNX once, into a cache folder.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from graycolor.bounds import most_threads
from graycolor.errors import DeviceError, UsageError, WeightsError
from graycolor.files.regular import sha256_of
from graycolor.network import weights
from graycolor.network.chroma import Forecast, forecast_of
from graycolor.network.device import chosen_device
from graycolor.network.folding import graph_tensors, read_ours
from graycolor.network.header import Header
from graycolor.packages import require
from graycolor.types import Floats

if TYPE_CHECKING:
    from graycolor.network.networks import Network


_log = logging.getLogger(__name__)

_USUAL_PIXELS = 400_000
"""Pictures up to this may leave their memory with the session: some 100 MB."""

_SILENT = 4
"""ONNX Runtime's log level at which failures are raised, and told once."""
_ENCODED = ("encoded8", "encoded16")
"""Outputs that say what the encoder sees, see `graycolor.network.export.ENCODED`: that module imports torch."""
_GRAPH = 2
"""Changes with what the exported graphs hold: since 2, what the encoder sees."""
_ANOTHER = "holds another network than its header names; give the .safetensors file."


class Engine(Protocol):
    """Runs one network on one device; `source` is its weights file."""

    header: Header
    device: str
    source: Path

    def forecast(self, gray: Floats, offset: Floats, temperature: float) -> Forecast:
        """Decoded colors for gray (H,W) in the network's scaling; H and W multiples of 32."""
        ...

    def forecasts(self, grays: Sequence[Floats], offset: Floats, temperature: float) -> list[Forecast]:
        """`forecast` of several pictures of one shape; at once where that is faster."""
        ...

    def logits(self, gray: Floats) -> Floats:
        """Raw logits (bins,h,w) for gray (H,W)."""
        ...

    def forecast_and_logits(self, gray: Floats, offset: Floats, temperature: float) -> tuple[Forecast, Floats]:
        """What `forecast` and `logits` give, both from one run of the network."""
        ...

    @property
    def tells_places(self) -> bool:
        """Whether it knows more of a place than its colors, see `forecasts_and_encoded`."""
        ...

    def forecasts_and_encoded(
        self, grays: Sequence[Floats], offset: Floats, temperature: float
    ) -> list[tuple[Forecast, tuple[Floats, ...]]]:
        """`forecasts`, each with the feature maps (C,_,_) of its encoder; empty where it tells no places."""
        ...


class OnnxEngine:
    """ONNX Runtime on the CPU."""

    device = "cpu"
    source: Path

    def __init__(
        self,
        model: bytes | Path,
        name: str,
        threads: int | None,
        *,
        header: Header | None = None,
        tensors: Mapping[str, Floats] | None = None,
    ) -> None:
        """Open a session; `header` and `tensors` are what the model does not hold itself."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or available_cores()
        options.log_severity_level = _SILENT
        # Spinning threads take the cores from decoding and encoding, and from a busy neighbour.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if tensors is not None:
            self._tensors = tensors  # the session may look into them for as long as it lives
            values = [onnxruntime.OrtValue.ortvalue_from_numpy(tensor) for tensor in tensors.values()]
            options.add_external_initializers(list(tensors), values)
        source = str(model) if isinstance(model, Path) else model
        try:
            self._session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its exceptions have no common base of their own
            raise WeightsError(f"{name} cannot be run by ONNX Runtime; it is damaged or foreign.") from error
        # A network that says ab itself has no decoding settings to feed.
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        outputs = [entry.name for entry in self._session.get_outputs()]
        self._encoded = [name for name in outputs if name in _ENCODED]
        self._wanted = [name for name in outputs if name != "logits" and name not in self._encoded]
        self.header = header or Header.from_strings(self._session.get_modelmeta().custom_metadata_map, name)
        self._name = name
        self._refuse_unlike()
        self._usual, self._large = onnxruntime.RunOptions(), onnxruntime.RunOptions()
        for run in (self._usual, self._large):
            run.only_execute_path_to_fetches, run.log_severity_level = True, _SILENT
        # What memory the arena holds saves a tenth of the time, but a large picture's would be kept for good.
        self._large.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")

    def _refuse_unlike(self) -> None:
        """Refuse a graph that is not of the network that its header names."""
        outputs = {"ab", "confidence", *(["kernels"] if self.header.config.refine else [])}
        shapes = {entry.name: entry.shape for entry in self._session.get_inputs()}
        bins = shapes.get("offset", [len(self.header.bins)])
        if "gray" not in shapes or set(self._wanted) != outputs or bins != [len(self.header.bins)]:
            raise WeightsError(f"{self._name} {_ANOTHER}")

    def forecast(self, gray: Floats, offset: Floats, temperature: float) -> Forecast:
        """See `Engine.forecast`."""
        return forecast_of(self.header.decode.calibration, *self._run(self._wanted, gray, offset, temperature))

    def forecasts(self, grays: Sequence[Floats], offset: Floats, temperature: float) -> list[Forecast]:
        """See `Engine.forecasts`; one by one, since a CPU gains nothing from more."""
        return [self.forecast(gray, offset, temperature) for gray in grays]

    def logits(self, gray: Floats) -> Floats:
        """See `Engine.logits`."""
        (logits,) = self._run(["logits"], gray, np.zeros(len(self.header.bins), np.float32), 1.0)
        return logits[0]

    def forecast_and_logits(self, gray: Floats, offset: Floats, temperature: float) -> tuple[Forecast, Floats]:
        """See `Engine.forecast_and_logits`."""
        logits, *rest = self._run(["logits", *self._wanted], gray, offset, temperature)
        return forecast_of(self.header.decode.calibration, *rest), logits[0]

    @property
    def tells_places(self) -> bool:
        """See `Engine.tells_places`."""
        return bool(self._encoded)

    def forecasts_and_encoded(
        self, grays: Sequence[Floats], offset: Floats, temperature: float
    ) -> list[tuple[Forecast, tuple[Floats, ...]]]:
        """See `Engine.forecasts_and_encoded`; one by one."""
        found = []
        for gray in grays:
            said = self._run([*self._wanted, *self._encoded], gray, offset, temperature)
            colors, encoded = said[: len(self._wanted)], said[len(self._wanted) :]
            found.append((forecast_of(self.header.decode.calibration, *colors), tuple(each[0] for each in encoded)))
        return found

    def _run(self, outputs: list[str], gray: Floats, offset: Floats, temperature: float) -> list[Any]:
        feeds = {
            "gray": np.ascontiguousarray(gray[None, None], np.float32),
            "offset": offset,
            "sharpness": np.array([1 / temperature], np.float32),
        }
        known = {name: value for name, value in feeds.items() if name in self._inputs}
        try:
            said = self._session.run(outputs, known, self._usual if gray.size <= _USUAL_PIXELS else self._large)
        except Exception as error:  # its exceptions have no common base of their own
            if "allocate" in str(error):
                raise DeviceError("The network ran out of memory; use a smaller size, or a larger machine.") from error
            raise WeightsError(f"{self._name} cannot be run by ONNX Runtime; it is damaged or foreign.") from error
        cells = tuple(side // self.header.config.stride for side in gray.shape)
        if any(
            each.shape[-2:] != cells
            for name, each in zip(outputs, said, strict=True)
            if name in ("logits", "ab", "confidence")
        ):
            raise WeightsError(f"{self._name} {_ANOTHER}")
        return said


class TorchEngine:
    """torch on a GPU."""

    source: Path

    def __init__(self, path: Path, device: str) -> None:
        self._hold(*weights.load(path), device)

    @classmethod
    def around(cls, network: Network, header: Header, device: str) -> Self:
        """An engine for a network that is in memory, say one in training; it has no `source`."""
        engine = cls.__new__(cls)
        engine._hold(network, header, device)
        return engine

    def _hold(self, network: Network, header: Header, device: str) -> None:
        from graycolor.network.export import DecodedWithPlaces, tells_places

        self.header, self.device = header, device
        self.tells_places = tells_places(network)
        self._model = DecodedWithPlaces(network, header).eval().to(device)

    def forecast(self, gray: Floats, offset: Floats, temperature: float) -> Forecast:
        """See `Engine.forecast`."""
        return self.forecast_and_logits(gray, offset, temperature)[0]

    def forecasts(self, grays: Sequence[Floats], offset: Floats, temperature: float) -> list[Forecast]:
        """See `Engine.forecasts`; all at once."""
        return [forecast for forecast, _ in self.forecasts_and_encoded(grays, offset, temperature)]

    def forecasts_and_encoded(
        self, grays: Sequence[Floats], offset: Floats, temperature: float
    ) -> list[tuple[Forecast, tuple[Floats, ...]]]:
        """See `Engine.forecasts_and_encoded`; all at once."""
        colors, encoded = (
            [each.cpu().numpy() for each in outputs] for outputs in self._run(np.stack(grays), offset, temperature)
        )
        of_each = ([each[number : number + 1] for each in colors[1:]] for number in range(len(grays)))
        forecasts = [forecast_of(self.header.decode.calibration, *each) for each in of_each]
        return [(forecast, tuple(each[number] for each in encoded)) for number, forecast in enumerate(forecasts)]

    def logits(self, gray: Floats) -> Floats:
        """See `Engine.logits`."""
        (logits, *_), _ = self._run(gray[None], np.zeros(len(self.header.bins), np.float32), 1.0)
        return logits[0].cpu().numpy()

    def forecast_and_logits(self, gray: Floats, offset: Floats, temperature: float) -> tuple[Forecast, Floats]:
        """See `Engine.forecast_and_logits`."""
        colors, _ = self._run(gray[None], offset, temperature)
        logits, *rest = (each.cpu().numpy() for each in colors)
        return forecast_of(self.header.decode.calibration, *rest), logits[0]

    def _run(self, grays: Floats, offset: Floats, temperature: float) -> Any:
        """Outputs for gray pictures (B,H,W): those of `Decoded`, and what is encoded."""
        import torch

        try:
            with torch.inference_mode():
                x = torch.from_numpy(np.ascontiguousarray(grays))[:, None].to(self.device)
                x = x.contiguous(memory_format=torch.channels_last)
                sharpness = torch.tensor([1 / temperature], device=self.device)
                outputs = self._model(x, torch.from_numpy(offset).to(self.device), sharpness)
                return outputs[: 4 if self.header.config.refine else 3], outputs[
                    4 if self.header.config.refine else 3 :
                ]
        except torch.OutOfMemoryError as error:
            raise DeviceError(f"{self.device} ran out of memory; use a smaller size, or the device cpu.") from error


def open_engine(path: Path | None, device: str = "auto", threads: int | None = None) -> Engine:
    """The engine for a weights file (None: the embedded one) on a device (`auto`: a GPU where there is one).

    Raises:
        DeviceError: the device is not there.
        WeightsError, MissingInputError: the weights cannot be used.
        UsageError: too few or too many threads.
    """
    check_threads(threads)
    engine = _engine(path, chosen_device(device), threads)
    engine.source = path or weights.default_path()
    return engine


def _engine(path: Path | None, device: str, threads: int | None) -> Engine:
    if device != "cpu":
        return TorchEngine(path or weights.default_path(), device)
    if path is None:
        return _embedded(threads)
    return OnnxEngine(_exported(path), path.name, threads)


def _embedded(threads: int | None) -> OnnxEngine:
    """The embedded network: its graph, with the tensors of its weights file."""
    strings, tensors = read_ours(weights.default_path())
    header, graph = Header.of_ours(strings), weights.default_path(weights.DEFAULT_ONNX)
    ready = graph_tensors(tensors, header.bins.centers)
    return OnnxEngine(graph, "the embedded network", threads, header=header, tensors=ready)


def header_of(path: Path | None) -> Header:
    """What a weights file (None: the embedded one) says of itself; torch is not imported for it.

    Raises:
        WeightsError, MissingInputError: it cannot be read.
    """
    if path is not None and path.suffix == ".onnx":
        weights.check_weights(path)
        return OnnxEngine(path, path.name, 1).header
    return weights.read_header(path or weights.default_path())


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_threads(threads: int | None) -> None:
    """Refuse fewer threads or processes than one, and more than this machine could ever use.

    Raises:
        UsageError: there are too few or too many.
    """
    most = most_threads(available_cores())
    if threads is not None and not isinstance(threads, int):
        raise UsageError(f"Threads are counted in whole numbers, not as {threads!r}; choose 1 to {most}.")
    if threads is not None and not 1 <= threads <= most:
        raise UsageError(
            f"{threads:,} threads cannot be used; choose 1 to {most} on this machine of {available_cores()} cores."
        )


def cache_folder() -> Path:
    """Where exported networks are kept: the platform's cache folder."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("graycolor"))


def _exported(path: Path) -> Path:
    """The ONNX form of a weights file, made on first use."""
    weights.check_weights(path)
    if path.suffix == ".onnx":
        return path
    weights.read_header(path)
    digest = sha256_of(path, "weights file", WeightsError)[:32]
    target = cache_folder() / f"{digest}-{_GRAPH}.onnx"
    if not target.exists():
        _export(path, target)
    return target


def _export(path: Path, target: Path) -> None:
    require("Preparing weights of one's own", "torch", "onnx")
    _log.info("Preparing %s for the CPU; this is done once.", path.name)
    from graycolor.files import write_atomic
    from graycolor.network.export import to_onnx

    network, header = weights.load(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, to_onnx(network, header), overwrite=True)
