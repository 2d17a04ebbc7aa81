import cv2
import numpy as np
import pytest

from graycolor.color.lightness_join import lab_of_rgb8
from graycolor.evaluation.evaluate import evaluate
from graycolor.evaluation.ground_truth import Truth
from graycolor.evaluation.predictors import OtherTool, constant, mean_colors, network, unchanged, with_true_lightness


@pytest.fixture(scope="module")
def truths():
    rng = np.random.default_rng(0)
    pictures = []
    for number in range(6):
        rgb = cv2.GaussianBlur(rng.integers(0, 256, (60, 80, 3), np.uint8), (0, 0), 5) // 2 + [60, 10, 0]
        pictures.append(Truth(f"{'ab'[number % 2]}-{number}.png", rgb.astype(np.uint8)))
    return pictures


def half(truth):
    return with_true_lightness(truth.rgb, lab_of_rgb8(truth.rgb)[..., 1:] / 2)


def values(row):
    return {name: figure.value for name, figure in row.figures.items()}


def test_baselines_stand_in_their_order(truths):
    a, b = mean_colors(truths).mean(0)
    rows = evaluate(truths, {"gray": constant(0, 0), "mean": constant(a, b), "half": half, "truth": unchanged})
    gray, mean, halved, truth = (values(row) for row in rows)

    assert truth["delta_e2000"] == 0
    assert truth["ab_cosine"] == pytest.approx(1)
    assert gray["ab_cosine"] == 0
    assert halved["delta_e2000"] < gray["delta_e2000"]
    assert mean["delta_e2000"] < gray["delta_e2000"]
    assert halved["psnr"] > gray["psnr"]
    assert rows[0].pictures == 6


def test_matching_undoes_a_wrong_saturation(truths):
    (row,) = evaluate(truths, {"half": half})

    assert row.factor == pytest.approx(2, rel=0.05)
    assert row.figures["delta_e2000_matched"].value < 0.5 < row.figures["delta_e2000"].value
    assert row.figures["edge_delta_e_matched"].value < 0.5 < row.figures["edge_delta_e"].value


def test_blurred_colors_are_worst_at_edges_whatever_their_strength():
    halves = np.full((60, 80, 3), (150, 90, 80), np.uint8)
    halves[:, 40:] = (80, 100, 150)

    def blurred(truth):
        lab = lab_of_rgb8(truth.rgb)
        return with_true_lightness(truth.rgb, cv2.GaussianBlur(lab[..., 1:], (0, 0), 4) * 0.7)

    (row,) = evaluate([Truth("halves.png", halves)], {"blurred": blurred})

    assert row.figures["edge_delta_e_matched"].value > 2 * row.figures["delta_e2000_matched"].value


def test_several_threads_give_the_same_figures_in_the_same_order(truths):
    (one,), (several,) = (evaluate(truths, {"half": half}, threads=threads) for threads in (1, 3))

    assert one.names == several.names == tuple(truth.name for truth in truths)
    assert values(one) == values(several)


def test_own_lightness_counts_where_a_tool_changed_it(truths):
    def darker(truth):
        return (truth.rgb * 0.8).astype(np.uint8)

    (row,) = evaluate(truths, {"darker": darker})

    assert row.figures["delta_e2000_own"].value > row.figures["delta_e2000"].value + 1


def test_a_colorizer_is_a_predictor(truths, colorizer):
    (row,) = evaluate(truths[:2], {"network": network(colorizer)})

    assert row.figures["chroma"].value > 0


def test_another_tools_pictures_are_found_by_name_and_brought_to_size(tmp_path, truths):
    for truth in truths[:4]:
        large = cv2.resize(truth.rgb, (160, 120), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(tmp_path / f"{truth.name.removesuffix('.png')}-color.png"), large[..., ::-1])
    (row,) = evaluate(truths, {"tool": OtherTool(tmp_path)})

    assert row.pictures == 4
    assert row.missing == ("a-4.png", "b-5.png")
    assert row.figures["delta_e2000"].value < 1


def test_pictures_in_folders_are_found_in_folders_and_twins_elsewhere_are_not(tmp_path, truths):
    rgb = truths[0].rgb
    for place, color in (("one/0.png", rgb), ("two/0.png", 255 - rgb), ("single.png", rgb)):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / place), color[..., ::-1])
    tool = OtherTool(tmp_path)

    assert np.array_equal(tool(Truth("one/0.jpg", rgb)), rgb)
    assert np.array_equal(tool(Truth("two/0.jpg", rgb)), 255 - rgb)
    assert Truth("0.jpg", rgb) not in tool
    assert Truth("elsewhere/single.jpg", rgb) in tool


def test_the_gap_to_the_truths_colorfulness_has_its_sign(truths):
    less, none = evaluate(truths, {"half": half, "truth": unchanged})

    assert less.figures["colorfulness_gap"].high < 0
    assert none.figures["colorfulness_gap"].value == 0


def test_intervals_hold_their_mean(truths):
    (row,) = evaluate(truths, {"half": half})

    for figure in row.figures.values():
        assert figure.low <= figure.value <= figure.high
