"""What a film is and how far its colors are, in words for everybody."""

from __future__ import annotations

from collections import Counter

from graycolor.files.disk import size_told
from graycolor.film.source.probe import Film, Track
from graycolor.jobs.films import FilmOutcome
from graycolor.web.films.coloring import AT_WORK, FAILED, STOPPED, WAITING, Coloring
from graycolor.web.films.film import FilmInHand

_NAMES = {"h264": "H.264", "hevc": "H.265", "av1": "AV1", "aac": "AAC", "mp3": "MP3", "mpeg4": "MPEG-4", "ffv1": "FFV1"}
_KINDS = {"audio": "Sound", "subtitle": "Subtitles", "video": "Second picture", "attachment": "Attachment"}


def facts_of(film: FilmInHand) -> list[tuple[str, str]]:
    """What is known of a film by now, each with its name."""
    what = film.film
    if what is None:
        return []
    height, width = (what.width, what.height) if what.quarter_turns % 2 else (what.height, what.width)
    picture = f"{width} × {height}, {float(what.rate):.4g} frames a second, {_codec(what.codec)}"
    facts = [("Length", _length(what)), ("Picture", picture), *_tracks(what.tracks)]
    facts += [("Chapters", str(what.chapters))] if what.chapters else []
    facts += [("Shots", _shots(film))] if film.plan else []
    if film.estimate is not None and film.plan is not None:
        facts.append(("Coloring", f"about {duration(film.estimate.seconds)} on this computer"))
        where = f", in {film.plan.job.target.parent}" if film.is_local else ""
        facts.append(("Result", f"{film.plan.job.target.name}, about {size_told(film.estimate.size)}{where}"))
    return facts


def _length(what: Film) -> str:
    frames = f", {counted(what.frames, 'frame')}" if what.frames else ""
    return f"{duration(what.seconds)}{frames}" if what.seconds else "unknown"


def _tracks(tracks: tuple[Track, ...]) -> list[tuple[str, str]]:
    by_kind: dict[str, Counter[str]] = {}
    for each in tracks:
        name = " ".join(word for word in (_codec(each.codec), each.title) if word) or "unknown"
        by_kind.setdefault(each.kind, Counter())[name] += 1
    facts = [] if "audio" in by_kind else [("Sound", "none")]
    for kind, names in by_kind.items():
        said = (f"{count} × {name}" if count > 1 else name for name, count in names.items())
        facts.append((_KINDS.get(kind, "Other data"), "; ".join(said)))
    return facts


def _codec(name: str) -> str:
    return _NAMES.get(name, name.upper() if len(name) < 6 else name)


def _shots(film: FilmInHand) -> str:
    if film.all_shots:
        return str(len(film.shots))
    expected = film.plan.frames if film.plan else 0
    part = f", {min(99, 100 * film.looked // expected)} % looked through" if expected else ""
    return f"{len(film.shots)} so far{part}"


def state_words(work: Coloring, film: FilmInHand, ahead: int) -> str:
    """What a coloring waits for, or how it went; `ahead` is how many come before."""
    if work.state == WAITING:
        return f"{counted(ahead, 'film')} before this one." if ahead else "It begins in a moment."
    if work.state == AT_WORK:
        return "Photographs and previews come first; it goes on by itself." if work.is_paused else "Coloring …"
    if work.state == STOPPED:
        return _stopped(work, film)
    if work.state == FAILED or work.outcome is None:
        return work.sentence
    changed = " You have changed something since." if film.outdated(work) else ""
    return f"{_done(work.outcome)}{changed}"


def _stopped(work: Coloring, film: FilmInHand) -> str:
    if not work.kept:
        return "Stopped, before any part was finished."
    kept = f"Stopped. {counted(work.kept, 'frame')} are finished"
    if film.outdated(work):
        return f"{kept}, but you have changed something since, so all of it will be made anew."
    return f"{kept} and will not be made again."


def _done(outcome: FilmOutcome) -> str:
    return f"Done: {counted(outcome.frames, 'frame')}, {size_told(outcome.size)}, in {duration(outcome.seconds)}."


def progress_words(work: Coloring, film: FilmInHand) -> str:
    """How far a coloring is: frame, shot, speed, time left."""
    now, pace = work.progress, work.pace
    if now is None or work.state != AT_WORK:
        return ""
    if now.looked:
        return f"Looking for what you said of its shots: frame {now.looked:,}"
    words = [f"Frame {now.done:,} of {now.total:,}"]
    if work.options.preview is None and (shot := _shot_at(film, now.done)):
        words.append(shot)
    if pace is not None:
        words += [f"{pace.rate:.1f} frames a second", f"about {duration(pace.left)} left"]
    return " · ".join(words)


def _shot_at(film: FilmInHand, frame: int) -> str:
    number = next((n for n, each in enumerate(film.shots) if frame <= each.shot.first + each.shot.frames), None)
    if number is None:
        return ""
    return f"shot {number + 1} of {len(film.shots)}" if film.all_shots else f"shot {number + 1}"


def duration(seconds: float) -> str:
    """A length of time in words, with two units at most."""
    whole = max(1, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{counted(hours, 'hour')} {minutes} min" if minutes else counted(hours, "hour")
    if minutes >= 10:
        return f"{minutes} min"
    return f"{minutes} min {rest} s" if minutes else counted(rest, "second")


def counted(number: int, word: str) -> str:
    """Such as `1 frame` or `2,400 frames`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
