"""A PDF of scans: its pages one at a time, and the same document with the colored ones in their place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from graycolor.bounds import PDF_BYTES, PDF_PAGES, PIXELS
from graycolor.errors import BoundError, InputError
from graycolor.files.regular import open_regular, too_many_bytes
from graycolor.packages import require
from graycolor.pdf.rendered import DPI, Renderer
from graycolor.pdf.scan_of_page import SCAN, TEXT, Shown, shown_on
from graycolor.pdf.scan_pixels import file_of, size_of
from graycolor.pdf.spool import Spool
from graycolor.pictures.door import check_size
from graycolor.pictures.picture import Picture
from graycolor.pictures.read import decode_picture

SUFFIX = ".pdf"
_TURNED = {90: 6, 180: 3, 270: 8}
"""EXIF's words for a page that is shown turned clockwise."""
_NAME = "/GraycolorPage"
_DEEPEST = 50
"""Levels of a tree of pages."""


@dataclass(frozen=True, eq=False)
class Page:
    """A page to be colored.

    Attributes:
        number: from 0.
        picture: its pixels, as they lie in the file.
        orientation: how a viewer turns them, in EXIF's words.
        result: Pillow's name of the format that is to go into the document.
        rendered: it was drawn, because it shows more than one scan.
        key: of the scan's object, which several pages may show.
    """

    number: int
    picture: Picture
    orientation: int
    result: str
    rendered: bool
    key: tuple[int, int]

    def upright(self) -> Picture:
        """The picture, with the page's turn as its own."""
        return replace(self.picture, metadata=self.picture.metadata._replace(orientation=self.orientation))


class _Placed(NamedTuple):
    """A page whose colored picture waits in the spool; its own picture is let go."""

    number: int
    rendered: bool
    key: tuple[int, int]
    spooled: int


class Document:
    """A PDF that was opened; `close` lets its files go.

    Raises:
        InputError: it is missing, damaged, encrypted or over a bound.
        MissingPackageError: what reads PDFs is not installed.
    """

    def __init__(self, path: Path, max_pixels: int = PIXELS) -> None:
        require("Coloring PDFs", "pikepdf", "pypdfium2")
        self.path, self._max_pixels = path, max_pixels
        self._stack, self._spool = ExitStack(), Spool()
        self._stack.callback(self._spool.close)
        self._placed = list[_Placed]()
        self._shown_on: dict[tuple[int, int], list[int]] = {}
        self.without_pictures = 0
        self._renderer: Renderer | None = None
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        import pikepdf

        file = self._stack.enter_context(open_regular(self.path, "PDF"))
        size = file.seek(0, 2)
        file.seek(0)
        if size > PDF_BYTES:
            raise BoundError(too_many_bytes(str(self.path), size, PDF_BYTES, "split it"))
        with _sentences(self.path):
            self._pdf = self._stack.enter_context(pikepdf.open(file))
            self._count = len(self._pdf.pages)
        if self._count > PDF_PAGES:
            raise BoundError(
                f"{self.path} has {self._count:,} pages, more than the {PDF_PAGES:,} graycolor takes; split it."
            )
        self.is_protected = bool(self._pdf.is_encrypted)

    def __len__(self) -> int:
        """Pages, whatever they show."""
        return self._count

    def pages(self) -> Iterator[Page]:
        """The pages that show a picture, one at a time; a scan that several show comes once."""
        for number in range(self._count):
            with _sentences(self.path):
                page = self._page(number)
            if page is not None:
                yield page

    def _page(self, number: int) -> Page | None:
        page = self._pdf.pages[number]
        shown = shown_on(page, number + 1)
        if shown.kind == TEXT:
            self.without_pictures += 1
            return None
        key = tuple(shown.image.objgen) if shown.kind == SCAN else (0, number)
        self._shown_on.setdefault(key, []).append(number)
        if len(self._shown_on[key]) > 1:
            return None  # an earlier page has it already; in the document both show one object
        data, result = self._bytes_of(number, shown)
        picture = decode_picture(data, f"{self.path}, page {number + 1},", max_pixels=self._max_pixels)
        orientation = _turn_of(page)
        return Page(number, picture, orientation, result, result == "", key)

    def _bytes_of(self, number: int, shown: Shown) -> tuple[bytes, str]:
        """A file with the page's picture, and the format of its result; nothing for one that was drawn."""
        name = f"{self.path}, page {number + 1},"
        if shown.kind != SCAN:
            return self._drawn().page(number, name, self._max_pixels), ""
        width, height = size_of(shown.image)
        check_size(width, height, name, self._max_pixels)
        file = file_of(shown.image)
        if file is None:
            return self._drawn().page(number, name, self._max_pixels, pixels_wide=width), ""
        return file

    def _drawn(self) -> Renderer:
        if self._renderer is None:
            self._renderer = Renderer(self._stack.enter_context(open_regular(self.path, "PDF")))
            self._stack.callback(self._renderer.close)
        return self._renderer

    def place(self, page: Page, data: bytes, image_format: str) -> None:
        """Take the colored picture of a page, encoded; it waits on disk."""
        self._placed.append(_Placed(page.number, page.rendered, page.key, self._spool.add(data, image_format)))

    def save(self, place: Path, mark: str = "") -> None:
        """Write the document with its colored pages to an empty file; all else in it stays as it is."""
        import pikepdf

        with pikepdf.open(self._spool.finished()) as spool:
            for each in self._placed:
                self._put(each, self._pdf.copy_foreign(spool.get_object(each.spooled, 0)))
            if mark:
                self._pdf.docinfo["/GraycolorColors"] = mark
            with place.open("r+b") as file:
                self._pdf.save(file, encryption=False, deterministic_id=True)

    def _put(self, placed: _Placed, image: Any) -> None:
        """Let a page show an image instead of what it showed."""
        import pikepdf

        target = self._pdf.pages[placed.number]
        if not placed.rendered:
            for number in self._shown_on[placed.key]:
                _replace(self._pdf.pages[number], placed.key, image)
            return
        left, bottom, right, top = (float(edge) for edge in target.cropbox)
        content = b"q %f 0 0 %f %f %f cm %s Do Q" % (right - left, top - bottom, left, bottom, _NAME.encode())
        target.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({_NAME: image}))
        target.obj.Contents = self._pdf.make_stream(content)

    def close(self) -> None:
        """Let all files go."""
        self._stack.close()


def notes_on(document: Document, rendered: int) -> tuple[str, ...]:
    """What is told of a document that was colored."""
    said = []
    if rendered:
        said.append(
            f"{_pages(rendered, 'shows', 'show')} more than one scan, or one of a rare kind, and became a picture as a "
            f"whole ({DPI} dpi, or the scan's own size); text there cannot be searched any more."
        )
    if document.without_pictures:
        said.append(f"{_pages(document.without_pictures, 'shows', 'show')} no picture and stayed as before.")
    if document.is_protected:
        said.append("It was protected against changes; the result is not.")
    return tuple(said)


def _pages(count: int, one: str, more: str) -> str:
    return f"1 page {one}" if count == 1 else f"{count:,} pages {more}"


def _replace(target: Any, key: tuple[int, int], image: Any) -> None:
    """Let a page's resources name an image where they named the object `key`."""
    objects = target.resources.get("/XObject", {})
    for name in [name for name, each in objects.items() if tuple(each.objgen) == key]:
        objects[name] = image


def _turn_of(page: Any) -> int:
    """How a page is turned, by itself or by the tree above it, in EXIF's words."""
    node = page.obj
    for _ in range(_DEEPEST):
        if "/Rotate" in node:
            return _TURNED.get(int(node.Rotate) % 360, 1)
        if "/Parent" not in node:
            break
        node = node.Parent
    return 1


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turn what PDF libraries raise into one sentence."""
    import pikepdf

    try:
        yield
    except InputError as error:
        named = path.name in str(error)
        raise (error if named else type(error)(f"{path}: {error}")) from error
    except pikepdf.PasswordError:
        raise InputError(f"{path} is encrypted; save it without its password first.") from None
    except MemoryError:
        raise InputError(f"{path} does not fit into memory; split it, or use a larger machine.") from None
    except Exception as error:  # both libraries raise whatever their authors thought of
        raise InputError(
            f"{path} is damaged or no PDF ({type(error).__name__}); save it anew with a viewer."
        ) from error
