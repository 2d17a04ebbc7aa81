"""`graycolor video`: films."""

from __future__ import annotations

from functools import partial

import typer

from graycolor.cli.configured import look_named
from graycolor.cli.console import reported_errors
from graycolor.cli.engines import is_ray
from graycolor.cli.film_options import (
    Codec,
    DryRun,
    Duration,
    FilmManifest,
    Films,
    Frames,
    Hints,
    KeyEvery,
    Lossless,
    Preset,
    Preview,
    Quality,
    Rate,
    References,
    Report,
    Resume,
    Shown,
    Size,
    Smoothing,
    Sound,
    Source,
    Start,
    Transfer,
)
from graycolor.cli.film_run import FilmRun
from graycolor.cli.inputs import said_places
from graycolor.cli.options import (
    Address,
    Denoise,
    Device,
    FilesFrom,
    Json,
    Log,
    Look,
    NoMark,
    Output,
    Overwrite,
    Quiet,
    Recursive,
    Saturation,
    SkipExisting,
    Temperature,
    Threads,
    Weights,
    Where,
    Workers,
)

EPILOG = (
    "Example:  graycolor video old_film.mp4   "
    "(look first with --preview 10s or --dry-run; to continue a stopped run, type the same command again)"
)


def video(
    context: typer.Context,
    inputs: Films = None,
    files_from: FilesFrom = None,
    manifest: FilmManifest = None,
    out: Output = None,
    overwrite: Overwrite = False,
    skip_existing: SkipExisting = False,
    recursive: Recursive = False,
    resume: Resume = True,
    rate: Rate = None,
    sound: Sound = None,
    transfer: Transfer = "auto",
    codec: Codec = None,
    quality: Quality = None,
    preset: Preset = None,
    lossless: Lossless = False,
    preview: Preview = None,
    start: Start = None,
    duration: Duration = None,
    frames: Frames = None,
    snapshot: Shown = None,
    dry_run: DryRun = False,
    source: Source = "auto",
    hints: Hints = None,
    references: References = None,
    smoothing: Smoothing = 0.5,
    key_every: KeyEvery = 4,
    saturation: Saturation = 1.0,
    temperature: Temperature = None,
    size: Size = None,
    denoise: Denoise = False,
    look: Look = "natural",
    weights: Weights = None,
    device: Device = "auto",
    threads: Threads = None,
    where: Where = "local",
    address: Address = None,
    workers: Workers = None,
    no_mark: NoMark = False,
    log: Log = None,
    report: Report = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Color films. Sound, subtitles, chapters and times stay as they are, and so does the gray of every frame."""
    run = FilmRun(as_json=as_json, quiet=quiet, dry_run=dry_run)
    with reported_errors(lambda: run.kept):
        on_ray = is_ray(where, address, workers)
        from graycolor.colorizer import ColorizeSettings
        from graycolor.film.job.user_hints import FilmHint, FilmReference
        from graycolor.film.output.encode import EncodeSettings
        from graycolor.film.source.rates import rate_of
        from graycolor.film.steadiness.steady import SteadySettings
        from graycolor.jobs.film_part import start_of
        from graycolor.jobs.film_plan import FilmOptions, find_films

        options = FilmOptions(
            ColorizeSettings(saturation, temperature, size, denoise, look_named(look)),
            SteadySettings(key_every, smoothing=smoothing),
            encode=EncodeSettings(codec, quality, preset, lossless, threads),
            overwrite=overwrite,
            skip_existing=skip_existing,
            resume=resume,
            source=source,
            start=None if start is None else start_of(start),
            duration=_seconds(duration),
            preview=_seconds(preview),
            frames=frames,
            hints=tuple(map(FilmHint.parse, hints or ())),
            references=tuple(map(FilmReference.parse, references or ())),
            snapshot=snapshot,
            rate=None if rate is None else rate_of(rate),
            sound=sound,
            transfer=transfer,
            mark=not no_mark,
        )
        films, out, is_archive = said_places(context, "FILMS", inputs, files_from or (), manifest, out)
        if is_archive:
            from graycolor.cli import film_archive
            from graycolor.cli.archive import Places
            from graycolor.cli.photo_plan import Telling
            from graycolor.colorizer import Colorizer
            from graycolor.jobs.film_threads import share_cores

            if on_ray:
                carrying = film_archive.on_ray(run, weights, device, address=address, workers=workers)
            else:
                network = partial(Colorizer, weights, device=device, threads=share_cores(threads))
                carrying = film_archive.here(run, network)
            telling = Telling(as_json=as_json, quiet=quiet, log=log, page=report)
            places = Places(films, manifest, out, recursive=recursive)
            raise typer.Exit(
                film_archive.color_archive(places, options, telling, weights, run, carrying, looking=dry_run)
            )
        found = find_films(films, out, options, recursive=recursive, weights=weights, log=log, page=report)
        with run.told(log, report, options, weights, skipped=len(found.skipped)):
            planned = run.planned(found, options)
            if planned and on_ray and not dry_run:
                run.carry_out_on_ray(planned, options, weights, device, address=address, workers=workers)
            elif planned:
                from graycolor.colorizer import Colorizer
                from graycolor.jobs.film_threads import share_cores

                run.carry_out(planned, Colorizer(weights, device=device, threads=share_cores(threads)), options)
    raise typer.Exit(1 if run.failed else 0)


def _seconds(text: str | None) -> float | None:
    from graycolor.film.job.user_hints import seconds_of

    return None if text is None else seconds_of(text)
