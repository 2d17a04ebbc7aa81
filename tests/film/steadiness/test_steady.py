"""Colors hold through a shot, follow what moves, and never pass a cut."""

from itertools import count, islice

import cv2
import numpy as np
import pytest

from film_clips import dissolved, faded, panned
from graycolor.colorizer import ColorizeSettings
from graycolor.errors import UsageError
from graycolor.film.job.remembered_keys import RememberedKeys
from graycolor.film.job.segment_feed import SegmentFeed
from graycolor.film.steadiness.shots import stepped
from graycolor.film.steadiness.steady import LOOK_AHEAD, KeyColors, ShotColorizer, SteadySettings

RED, BLUE = np.float32([40, 20]), np.float32([-10, -40])


def plain(color):
    """Key frames all of one color."""
    return lambda keys: [KeyColors(np.broadcast_to(color, (*key.gray.shape, 2)).astype(np.float32)) for key in keys]


def restless(seed=0, noise=8.0):
    """Key frames of a color that differs from key to key by chance, as a network's does."""
    rng = np.random.default_rng(seed)
    return lambda keys: [
        KeyColors(np.full((*key.gray.shape, 2), RED + rng.normal(0, noise, 2), np.float32)) for key in keys
    ]


def colors(grays, color_keys, **settings):
    return np.array(list(ShotColorizer(None, SteadySettings(**settings), color_keys).color(grays)))


def flicker(film):
    return float(np.abs(np.diff(film, axis=0)).mean())


@pytest.fixture
def shot(draw):
    return panned(draw(96, 240, seed=1), 60)


def noisy(picture, length, sigma=4.0):
    rng = np.random.default_rng(0)
    return [np.clip(picture + rng.normal(0, sigma, picture.shape), 0, 255).astype(np.uint8) for _ in range(length)]


def test_a_static_noisy_shot_does_not_flicker(draw):
    film = noisy(draw(96, 144, seed=1), 80)
    single, steady = colors(film, restless(), smoothing=0), colors(film, restless())

    assert flicker(steady) < flicker(single) / 12
    assert np.abs(steady.mean((0, 1, 2)) - RED).max() < 3


def test_the_networks_own_flicker_is_gone(draw, colorizer):
    film = noisy(draw(96, 144, seed=1), 24, sigma=8.0)
    size = ColorizeSettings(size=96)
    single, steady = (
        np.array(list(ShotColorizer(colorizer, SteadySettings(smoothing=smoothing, colors=size)).color(film)))
        for smoothing in (0, 0.5)
    )

    assert flicker(single) > 0.3
    assert flicker(steady) < flicker(single) / 5
    assert np.hypot(*steady.T).mean() > 0.7 * np.hypot(*single.T).mean()


def test_more_smoothing_is_steadier(draw):
    film = noisy(draw(96, 144, seed=1), 80)
    found = [flicker(colors(film, restless(), smoothing=smoothing)) for smoothing in (0.1, 0.5, 1)]

    assert found == sorted(found, reverse=True)


def test_colors_never_pass_a_cut(draw, shot):
    film = shot[:22] + panned(draw(96, 240, seed=2)[::-1], 22)

    def color_keys(keys):
        return [plain(RED if key.number < 22 else BLUE)([key])[0] for key in keys]

    found = colors(film, color_keys)

    assert np.allclose(found[:22], RED, atol=1e-3)
    assert np.allclose(found[22:], BLUE, atol=1e-3)


def test_a_dissolve_leads_from_one_shots_colors_to_the_others(draw, shot):
    other = panned(draw(96, 240, seed=2)[::-1], 60)
    film = shot[:20] + dissolved(shot[20:40], other[20:40]) + other[40:]

    def color_keys(keys):
        shares = [np.clip((key.number - 19) / 21, 0, 1) for key in keys]
        return [plain(RED * (1 - share) + BLUE * share)([key])[0] for key, share in zip(keys, shares, strict=True)]

    found = colors(film, color_keys).mean((1, 2))

    assert np.abs(found[:16] - RED).max() < 3
    assert np.abs(found[44:] - BLUE).max() < 3
    assert np.abs(np.diff(found, axis=0)).max() < 18


def test_dark_and_flashed_frames_are_never_key_frames(shot):
    film = shot[:20] + faded(shot[20:32]) + [np.zeros_like(shot[0])] * 12
    film[8] = np.full_like(shot[0], 254)
    asked = []

    def color_keys(keys):
        asked.extend(key.number for key in keys)
        return plain(RED)(keys)

    found = colors(film, color_keys)

    assert 8 not in asked
    assert max(asked) < 32
    assert np.allclose(found, RED, atol=1e-3)


def test_a_faded_key_frame_counts_less(shot):
    film = [np.rint(frame * share).astype(np.uint8) for frame, share in zip(shot, [0.2] * 12 + [1] * 48, strict=True)]
    film[12] = np.rint(shot[12] * 0.6).astype(np.uint8)

    def color_keys(keys):
        return [plain(BLUE if key.number < 12 else RED)([key])[0] for key in keys]

    assert np.abs(colors(film, color_keys)[16:] - RED).max() < 8


def test_a_film_without_anything_to_see_gets_no_colors():
    assert not colors([np.full((64, 96), 30, np.uint8)] * 10, plain(RED)).any()


def test_what_is_sure_counts_more(draw):
    def color_keys(keys):
        return [
            KeyColors(plain(RED if key.number == 24 else BLUE)([key])[0].ab, 1.0 if key.number == 24 else 0.1)
            for key in keys
        ]

    found = colors([draw(96, 144, seed=1)] * 41, color_keys)

    assert np.abs(found[20:29] - RED).max() < 10


def keys_of(film, begin=0):
    """The frames of a film, of which the first `begin` are not looked at, that the network is asked about."""
    asked = []

    def color_keys(keys):
        asked.extend(begin + key.number for key in keys)
        return plain(RED)(keys)

    colors(film[begin:], color_keys)
    return asked


def test_more_frames_are_looked_at_where_motion_does_not_explain_a_change(draw):
    still = draw(96, 144, seed=1)
    rng = np.random.default_rng(0)
    rolled = [cv2.GaussianBlur(rng.integers(0, 256, still.shape, np.uint8), (0, 0), 2) for _ in range(40)]
    seething = [cv2.addWeighted(still, 0.6, other, 0.7, 0) for other in rolled]

    assert keys_of([still] * 41) == [0, 8, 16, 24, 32, 40]
    assert keys_of([still] * 16 + seething[:25]) == [0, 8, 16, 20, 24, 28, 32, 36, 40]


def test_a_piece_of_a_shot_looks_at_the_frames_that_the_whole_shot_looks_at(shot):
    assert keys_of(shot, begin=16) == [number for number in keys_of(shot) if number >= 16]


def test_colors_follow_what_moves(draw):
    ground, places = draw(96, 160, seed=3) // 2, [(30 + 3 * number, 48) for number in range(30)]
    film = [cv2.circle(ground.copy(), place, 16, 240, -1) for place in places]

    def color_keys(keys):
        masks = [cv2.circle(np.zeros((96, 160), np.float32), places[key.number], 16, 1.0, -1) for key in keys]
        return [KeyColors(mask[..., None] * RED) for mask in masks]

    found = colors(film, color_keys)

    for place, ab in zip(places, found, strict=True):
        assert np.abs(ab[place[1], place[0]] - RED).max() < 6
        assert np.abs(ab[:, place[0] - 28]).mean() < 6


def test_the_look_ahead_is_bounded(shot):
    read = count()

    def endless():
        while True:
            next(read)
            yield shot[0]

    for _ in islice(ShotColorizer(None, SteadySettings(), plain(RED)).color(endless()), 150):
        pass

    assert next(read) <= 150 + LOOK_AHEAD + 8


def test_a_long_shot_has_no_seam_where_a_segment_ends(draw):
    film = noisy(draw(48, 72, seed=1), 130)

    class Frame:
        def __init__(self, pts):
            self.pts = pts

    asked = []

    def color_keys(keys):  # the same for the same frame, whenever it is asked for
        return [restless(key.number)([key])[0] for key in keys]

    def network(keys):
        asked.extend(key.number for key in keys)
        return color_keys(keys)

    remembered = RememberedKeys(network)
    shown = stepped(((Frame(pts), gray) for pts, gray in enumerate(film)), lambda item: item[1])
    feed, parts = SegmentFeed(shown, 1 / 8, None), []
    while not feed.exhausted:
        parts.append(list(ShotColorizer(None, SteadySettings(), remembered).color_looks(feed.looks())))
    found = np.concatenate(parts).mean((1, 2))
    whole = colors(film, color_keys).mean((1, 2))

    assert len(parts) == 5
    assert sorted(asked) == sorted(set(asked))  # what two segments look at goes through the network once
    assert len(asked) < 130 / 4 + len(parts) + 2
    assert np.abs(np.diff(found, axis=0)).max() < 1.5 * np.abs(np.diff(whole, axis=0)).max()


def test_without_smoothing_every_frame_is_colored_by_itself(shot):
    asked = []

    def color_keys(keys):
        asked.extend(key.number for key in keys)
        return plain(RED)(keys)

    colors(shot[:10], color_keys, smoothing=0)

    assert asked == list(range(10))


@pytest.mark.parametrize("settings", [{"smoothing": 1.5}, {"key_every": 0}, {"key_every": 100}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(UsageError, match="out of range"):
        SteadySettings(**settings)
