"""Pages drawn as they are seen, by PDFium: those that show more than one picture, or a scan of a rare kind."""

from __future__ import annotations

import threading
from typing import Any

from graycolor.pictures.door import check_size

DPI = 300
"""Dots per inch of a page that shows several things."""
_UNIT = 72
# PDFium may be in one thread at a time, whatever the document.
_PDFIUM = threading.Lock()


class Renderer:
    """Draws pages of one document; the file stays open until `close`."""

    def __init__(self, file: Any) -> None:
        import pypdfium2

        with _PDFIUM:
            self._document = pypdfium2.PdfDocument(file)

    def page(self, number: int, name: str, max_pixels: int, *, pixels_wide: int | None = None) -> bytes:
        """Page `number` (from 0) as a portable pixmap, as it lies in the file (not turned), without annotations.

        At 300 dpi, or so many pixels wide.

        Raises:
            BoundError: it would be too large.
        """
        with _PDFIUM:
            page = self._document[number]
            turned = page.get_rotation()
            width, height = page.get_size() if turned % 180 == 0 else page.get_size()[::-1]
            scale = DPI / _UNIT if pixels_wide is None else pixels_wide / max(width, 1e-3)
            check_size(max(1, round(width * scale)), max(1, round(height * scale)), name, max_pixels)
            bitmap = page.render(
                scale=scale,
                rotation=-turned % 360,
                may_draw_forms=False,
                draw_annots=False,
                rev_byteorder=True,
                prefer_bgrx=False,
            )
            pixels = bitmap.to_numpy()[..., :3].copy()
            bitmap.close()
            page.close()
        rows, columns = pixels.shape[:2]
        return b"P6 %d %d 255\n" % (columns, rows) + pixels.tobytes()

    def close(self) -> None:
        """Let the file go."""
        with _PDFIUM:
            self._document.close()
