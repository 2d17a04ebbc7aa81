"""Other colorings to choose from, and a version that is kept to compare others with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graycolor.web.photo import Photo

if TYPE_CHECKING:
    from graycolor.web.page.desk import Desk


class Colorings:
    """What is done with several colorings of the photograph in hand.

    Args:
        desk: knows the photograph, and says what is wished of it.

    Attributes:
        of: the photograph whose colorings are offered.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seed = 0
        self.of: Photo | None = None

    async def show(self) -> None:
        """Show four colorings to choose from; asked again, others."""
        photo = self._desk.photo
        if photo is None:
            return
        self._seed = self._seed + 1 if self.of is photo else 0
        pictures = await self._desk.made(photo.choices(self._desk.studio, self._seed))
        if pictures is not None:
            self.of = photo
            self._offer(pictures, photo)

    def _offer(self, pictures: list[bytes], photo: Photo) -> None:
        seed = self._seed

        async def choose(number: int) -> None:
            await self._desk.wish(photo.history.now.choosing(number, seed))
            self._offer(pictures, photo)

        now = photo.history.now
        same = now.chosen == 0 or now.settings.get("seed", 0) == seed
        self._desk.panel.choices(pictures, now.chosen if same else -1, choose)

    def keep(self) -> None:
        """Keep the version that is seen, to compare others with."""
        if self._desk.photo is not None:
            self._desk.photo.keep()
            self._desk.beat()

    def let_go(self) -> None:
        """Compare with gray again."""
        if (photo := self._desk.photo) is not None:
            photo.kept, photo.version = None, photo.version + 1
            self._desk.beat()
