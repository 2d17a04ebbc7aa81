"""What a visitor takes home: the files that the command would have written, one by one or all in a .zip."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from graycolor import __version__
from graycolor.colorizer import Colorizer
from graycolor.files import Claims, Job, named, plan
from graycolor.jobs.photo_options import PhotoOptions, sidecar_of
from graycolor.jobs.photos import color_photo
from graycolor.jobs.sidecar import sidecar
from graycolor.pictures.metadata.mark import Mark
from graycolor.web.photo import Photo
from graycolor.web.studio import LATER, Studio
from graycolor.web.visits import Visit


def finish(photo: Photo, visit: Visit, studio: Studio) -> Future[Path]:
    """Have the result made as the command makes it; the file of the variant that was chosen."""
    wishes = photo.history.now

    def make(colorizer: Colorizer) -> Path:
        options = _options(photo, colorizer)
        job = job_of(photo, visit, options)
        color_photo(job, colorizer, options)
        return Path(options.results(job.target)[wishes.chosen])

    return studio.submit(LATER, make)


def saved_settings(photo: Photo, visit: Visit, studio: Studio) -> Future[Path]:
    """Have the settings written as `--save-settings` writes them."""

    def make(colorizer: Colorizer) -> Path:
        options = _options(photo, colorizer)
        job = job_of(photo, visit, options)
        place = sidecar_of(job.target)
        place.write_bytes(sidecar(job, options, colorizer.weights_hash[:16]))
        return place

    return studio.submit(LATER, make)


def _options(photo: Photo, colorizer: Colorizer) -> PhotoOptions:
    mark = Mark(__version__, colorizer.weights_hash[:16])
    return replace(photo.history.now.options(mark), overwrite=True)


def job_of(photo: Photo, visit: Visit, options: PhotoOptions) -> Job:
    """The photograph and its result's place, named as the command names it.

    Raises:
        GraycolorError: there can be no such result.
    """
    folder = visit.place_for("results")
    folder.mkdir()
    suffix = "." + options.format if options.format else Path(photo.name).suffix
    planned = plan(
        [photo.source],
        folder,
        overwrite=True,
        results=options.results,
        companions=options.companions,
        claims=Claims([photo.source]),
        result_name=lambda _: named(Path(photo.name), suffix),
    )
    for refusal in planned.refusals:
        raise refusal.error
    return planned.jobs[0]


def zipped(results: Iterable[Path], visit: Visit) -> Path:
    """All results in one archive, stored as they are: pictures do not become smaller."""
    place = visit.place_for("graycolor.zip")
    with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED) as archive:
        for result in results:
            archive.write(result, result.name)
    return place
