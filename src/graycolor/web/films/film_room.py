"""All films of all visitors, and the three lines in which they are looked at, previewed and colored."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from graycolor.bounds import VISIT_FILMS
from graycolor.errors import BoundError, UsageError
from graycolor.web.films.line import Line, Task
from graycolor.web.studio import NOW, Studio
from graycolor.web.visits import Visit

if TYPE_CHECKING:
    from graycolor.colorizer import Colorizer
    from graycolor.web.films.coloring import Coloring
    from graycolor.web.films.film import FilmInHand

_BREATH = 0.05
"""Seconds between two looks at whether work that was stopped is over."""

# What reads films costs a third of a second to import, and most visitors have none: it is imported with the first.


class FilmRoom:
    """Where films are worked on, one at a time; photographs go first, and previews go before whole films.

    Args:
        studio: has the network.
    """

    def __init__(self, studio: Studio) -> None:
        def colorizer() -> Colorizer:
            return studio.submit(NOW, lambda network: network).result()

        self.looks: Line[Task] = Line("graycolor-looking", colorizer, lambda: studio.busy)
        self.previews: Line[Task] = Line("graycolor-previewing", colorizer, lambda: studio.busy)
        self.wholes: Line[Coloring] = Line("graycolor-filming", colorizer, lambda: studio.busy or self.previews.busy)

    def close(self) -> list[str]:
        """Stop everything; of films that lie on this machine, what is finished stays beside them, and is told of."""
        stopped = self.wholes.close()
        for line in (self.previews, self.looks):
            line.close()
        return [
            f"{each.source} is colored in part: {each.kept:,} frames. Open it again on the page to go on."
            for each in stopped
            if each.kept_beside
        ]

    def bring(self, visit: Visit, source: Path, *, local: bool = False) -> FilmInHand:
        """Take a film into a visit, and look at it; a local one stays where it is, and so does its result.

        Raises:
            BoundError: the visit has as many as it may.
        """
        from graycolor.web.films.film import FilmInHand

        if len(visit.films) >= VISIT_FILMS:
            raise BoundError(f"{VISIT_FILMS} films are as many as one visit may hold; remove some first.")
        results = visit.place_for("results")
        results.mkdir()
        film = FilmInHand(source, source.name, results.parent, None if local else results)
        visit.films[film.id] = film
        if not visit.at_end:
            visit.at_end.append(lambda: self.end(visit))
        self.look(visit, film)
        return film

    def open_path(self, visit: Visit, said: str) -> list[Path]:
        """Take a film that lies on this machine, by its path; of several in a folder, their paths come back.

        Raises:
            GraycolorError: the visitor does not sit here, or there is no film.
        """
        from graycolor.jobs.film_plan import FilmOptions, find_films
        from graycolor.web.films.coloring import ADVICE

        if not visit.is_local:
            raise UsageError("Films are opened by their path only at the computer that shows this page; bring it here.")
        path = _path_of(said)
        found = find_films([path], None, FilmOptions(overwrite=True), advice=ADVICE)
        if len(found.jobs) == 1:
            self.bring(visit, found.jobs[0].source, local=True)
        if found.refusals and not found.jobs:
            raise found.refusals[0].error
        return [job.source for job in found.jobs] if len(found.jobs) > 1 else []

    def look(self, visit: Visit, film: FilmInHand) -> None:
        """Look at a film, when its turn comes."""
        from graycolor.web.films.looking import Looking

        looking = Looking(film, lambda still: visit.stills.update({still.id: still}))
        film.looking = looking
        self.looks.put(looking)

    def preview(self, film: FilmInHand, start: float | None) -> None:
        """Color ten seconds of a film, from a moment on or a third into it."""
        from graycolor.web.films.coloring import Coloring

        self.stop_preview(film)
        folder = film.folder / f"preview-{film.version}"
        folder.mkdir(exist_ok=True)
        film.preview = Coloring(film.source, folder, folder, film.preview_options(start), film.options())
        film.version += 1
        self.previews.put(film.preview)

    def stop_preview(self, film: FilmInHand) -> None:
        """Make no preview, and forget the one that was made."""
        if film.preview is not None:
            self.previews.drop(film.preview)
            shutil.rmtree(film.preview.folder, ignore_errors=True)
            film.preview, film.version = None, film.version + 1

    def color(self, film: FilmInHand) -> None:
        """Color the whole film, or go on where it was stopped."""
        from graycolor.web.films.coloring import Coloring
        from graycolor.web.films.kept import keeper_of

        if film.whole is not None and film.whole.going_on:
            return
        options = film.options(snapshot=film.newest_frame)
        film.whole = Coloring(film.source, film.out, film.folder, options, film.options())
        if film.is_local:
            film.whole.began_with = keeper_of(film)
        film.version += 1
        self.wholes.put(film.whole)

    def stop(self, film: FilmInHand) -> None:
        """Stop coloring the whole film; what is finished is kept."""
        if film.whole is not None:
            self.wholes.drop(film.whole)

    def copy(self, whole: Coloring) -> None:
        """Make a copy of a result that browsers can play."""
        from graycolor.web.films.coloring import Copying

        if not whole.copying:
            whole.copying, whole.version = True, whole.version + 1
            self.previews.put(Copying(whole))

    def remove(self, visit: Visit, film: FilmInHand) -> None:
        """Take a film away; a local one and its result stay where they are."""
        if visit.films.pop(film.id, None) is None:
            return
        for each in film.shots:
            visit.stills.pop(each.photo.id, None)
        if not film.is_local:
            visit.give_back(film.source)
        self._leave([film], film.folder)

    def end(self, visit: Visit) -> None:
        """The visit is over."""
        self._leave(list(visit.films.values()), visit.folder)

    def _leave(self, films: list[FilmInHand], folder: Path) -> None:
        """Stop all work on some films, and remove a folder as soon as nothing is written there any more."""
        for film in films:
            if film.looking is not None:
                self.looks.drop(film.looking)
            if film.preview is not None:
                self.previews.drop(film.preview)
            self.stop(film)
        Thread(target=self._clear, args=(films, folder), name="graycolor-clearing", daemon=True).start()

    def _clear(self, films: list[FilmInHand], folder: Path) -> None:
        while any(self._is_at(film) for film in films):
            time.sleep(_BREATH)
        shutil.rmtree(folder, ignore_errors=True)

    def _is_at(self, film: FilmInHand) -> bool:
        looked, previewed = self.looks.is_at(film.looking), self.previews.is_at(film.preview)
        whole = film.whole
        return looked or previewed or (whole is not None and (self.wholes.is_at(whole) or whole.copying))


def _path_of(said: str) -> Path:
    """A path as people paste it, perhaps between quotation marks or with the sign for their own folder."""
    text = said.strip().strip("\"'").strip()
    if not text:
        raise UsageError("Type the path of the film, like /home/anna/films/wedding.mp4.")
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        path = Path(text)
    if not path.is_absolute():
        raise UsageError(f"{text} is not a whole path; begin with / or ~, or with a drive like C:\\ on Windows.")
    return path
