import cv2
import numpy as np
import pytest

from graycolor.data.store import build_store
from graycolor.evaluation.evaluate import by_network, constant, evaluate, mean_color


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    rng = np.random.default_rng(0)
    photos = []
    for number in range(6):
        picture = cv2.GaussianBlur(rng.integers(0, 256, (60, 80, 3), np.uint8), (0, 0), 5) // 2 + [60, 10, 0]
        photos.append((f"{'ab'[number % 2]}-{number}.png", cv2.imencode(".png", picture)[1].tobytes()))
    return build_store(tmp_path_factory.mktemp("photos") / "val", photos, max_side=500)


def test_gray_mean_color_and_truth_stand_in_their_order(store):
    gray, mean, half, truth = evaluate(
        store,
        {
            "gray": constant(0, 0),
            "mean color": constant(*mean_color(store)),
            "half": lambda rgb, lab: lab[..., 1:] / 2,
        },
    )

    assert truth.delta_e2000 < 0.3
    assert truth.ab_cosine == pytest.approx(1, abs=1e-3)
    assert gray.ab_cosine == 0
    assert truth.delta_e2000 < half.delta_e2000 < gray.delta_e2000
    assert mean.delta_e2000 < gray.delta_e2000
    assert mean.pictures == 6


def test_matching_undoes_a_wrong_saturation(store):
    (half, truth) = evaluate(store, {"half": lambda rgb, lab: lab[..., 1:] / 2})

    assert half.delta_e2000_matched < 0.5 < half.delta_e2000
    assert half.chroma == pytest.approx(truth.chroma / 2, rel=0.05)


def test_sources_can_be_left_out(store):
    (score, _) = evaluate(store, {"gray": constant(0, 0)}, lambda name: name.startswith("a"))

    assert score.pictures == 3


def test_a_colorizer_is_a_predictor(store, colorizer):
    (score, _) = evaluate(store, {"network": by_network(colorizer)})

    assert score.chroma > 0
