"""Progressive frames among interlaced ones, marked for encoders that write all frames as interlaced.

Such an encoder takes a frame that says nothing for one whose lower field comes first: the order would change each time.
"""

from __future__ import annotations

from typing import Any

import av

from graycolor.film.source.probe import Film

_ALL_ALIKE = ("h264", "prores")
_ORDERS = {"t": "tff", "b": "bff"}


class FieldMark:
    """Marks the frames of one film for the encoder of `codec`."""

    def __init__(self, film: Film, codec: str) -> None:
        self._order = _ORDERS[film.fields[1]] if film.fields and codec in _ALL_ALIKE else ""
        self._graph: Any = None

    def marked(self, frame: Any) -> Any:
        """The frame, interlaced as the film is where it was progressive."""
        if not self._order or frame.interlaced_frame:
            return frame
        if self._graph is None:
            self._graph = self._made(frame)
        self._graph.push(frame)
        return self._graph.pull()

    def _made(self, frame: Any) -> Any:
        graph = av.filter.Graph()
        begin = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format.name, time_base=frame.time_base
        )
        mark, end = graph.add("setfield", self._order), graph.add("buffersink")
        begin.link_to(mark)
        mark.link_to(end)
        graph.configure()
        return graph
