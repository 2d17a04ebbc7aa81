"""PDFs of scans, colored page by page; a page waits on disk until all are done, so that memory stays flat."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from graycolor.errors import UsageError
from graycolor.jobs.photo_options import LEFT_ALONE, PhotoOptions
from graycolor.network.chroma import Forecast
from graycolor.pdf.document import Document, Page, notes_on
from graycolor.pictures.encode_result import LIGHTNESS, Result, encode_colored, foreseen
from graycolor.pictures.picture import Picture

ForecastOf = Callable[[Picture], Forecast]


@dataclass
class ColoredPages:
    """What is told of all pages together: size, kind and forecast of the first, the others as sums."""

    size: tuple[int, int] = (0, 0)
    kind: str = "gray"
    was_color: bool = False
    first: tuple[Picture, Forecast] | None = None
    confidences: list[float] = field(default_factory=list)
    kept: dict[str, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    rendered: int = 0
    left_alone: int = 0

    @property
    def confidence(self) -> float:
        """Mean over the pages."""
        return sum(self.confidences) / max(1, len(self.confidences))

    def take(self, done: _Done) -> None:
        """Take up a page."""
        picture = done.page.picture
        if self.first is None:
            self.first = done.page.upright(), done.forecast
            self.size, self.kind = picture.size, picture.kind
        self.was_color |= picture.was_color
        self.confidences.append(float(done.forecast.confidence.mean()))
        self.kept[done.result.kept] = None
        self.notes |= dict.fromkeys(done.result.notes)
        self.rendered += done.page.rendered


class _Done(NamedTuple):
    page: Page
    forecast: Forecast
    result: Result
    image_format: str


def color_pages(document: Document, forecast: ForecastOf, options: PhotoOptions, *, threads: int = 1) -> ColoredPages:
    """Color every page that shows a picture, `threads` of them at a time, and place it in the document.

    Raises:
        GraycolorError: a page cannot be read, colored or encoded.
        UsageError: something was asked for that is one picture's.
    """
    _refuse_what_is_for_one(document, options)
    seen = ColoredPages()
    with ThreadPoolExecutor(threads, "graycolor-pages") as pool:
        waiting: deque[Future[_Done]] = deque()
        for page in _wanted(document, options, seen):
            waiting.append(pool.submit(_colored, page, forecast, options))
            if len(waiting) > threads:
                _place(document, waiting.popleft().result(), seen)
        while waiting:
            _place(document, waiting.popleft().result(), seen)
    seen.notes |= dict.fromkeys(notes_on(document, seen.rendered))
    if seen.left_alone and seen.confidences:
        pages = "1 page has" if seen.left_alone == 1 else f"{seen.left_alone:,} pages have"
        seen.notes[f"{pages} colors and stayed as before; --input gray colors such pages by their light."] = None
    return seen


def foreseen_in(document: Document, options: PhotoOptions) -> tuple[str, ...]:
    """The notes of `color_pages`, as far as they can be told without a network."""
    _refuse_what_is_for_one(document, options)
    seen, notes = ColoredPages(), dict[str, None]()
    for page in _wanted(document, options, seen):
        seen.rendered += page.rendered
        notes |= dict.fromkeys(foreseen(page.picture, _format_for(page, options), options.write))
    return (*notes, *notes_on(document, seen.rendered))


def _refuse_what_is_for_one(document: Document, options: PhotoOptions) -> None:
    asked = {
        "--compare": options.compare,
        "--variants": options.variants > 1,
        "--hint": bool(options.hints),
    }
    for flag in (flag for flag, said in asked.items() if said):
        raise UsageError(
            f"{document.path} is a PDF, whose pages are many pictures; leave out {flag}, or give a page as a picture."
        )


def _wanted(document: Document, options: PhotoOptions, seen: ColoredPages) -> Iterator[Page]:
    for page in document.pages():
        if page.picture.kind in LEFT_ALONE[options.kind]:
            seen.left_alone += 1
        else:
            yield page


def _colored(page: Page, forecast: ForecastOf, options: PhotoOptions) -> _Done:
    upright = page.upright()
    guess = forecast(upright)
    image_format = _format_for(page, options)
    result = encode_colored(page.picture, upright.as_stored(guess.fine()), image_format, options.write)
    return _Done(page, guess, result, image_format)


def _format_for(page: Page, options: PhotoOptions) -> str:
    """What a page becomes within the PDF: what it was; where it was drawn PNG, or JPEG of a quality that was named."""
    return page.result or ("PNG" if options.write.quality is None else "JPEG")


def _place(document: Document, done: _Done, seen: ColoredPages) -> None:
    document.place(done.page, done.result.data, done.image_format)
    seen.take(done)


def kept_by(pages: ColoredPages) -> str:
    """The light that the pages kept, each word once."""
    return "; ".join(pages.kept) or LIGHTNESS
