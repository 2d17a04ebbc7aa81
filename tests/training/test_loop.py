import json
import math
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from graycolor.colorizer import Colorizer
from graycolor.data.store import build_store
from graycolor.errors import OutputError, TrainingError, UsageError, WeightsError
from graycolor.network import weights
from graycolor.network.bins import Bins
from graycolor.network.config import NetworkConfig
from graycolor.network.engine import OnnxEngine, TorchEngine
from graycolor.network.export import to_onnx
from graycolor.network.header import Header
from graycolor.training.checkpoint import load_checkpoint, save_checkpoint
from graycolor.training.config import TrainConfig
from graycolor.training.crops import CropBatches
from graycolor.training.estimate import quicker
from graycolor.training.events import Busy, EpochDone, Estimate, Started, StepDone
from graycolor.training.fit import Fit, learning_rate
from graycolor.training.loop import train
from graycolor.training.objectives import objective_of
from graycolor.training.record import RunFolder
from graycolor.training.setup import choose_trained, start_network


def tiny(architecture="lite", **settings):
    small = {"scale": "tiny", "epochs": 2, "batch": 4, "area": 4096, "zoom": (64, 96), "warmup": 2, "frozen_blocks": 1}
    return TrainConfig.of(architecture, **(small | {"validation_photos": 4, "learning_rate": 3e-3} | settings))


def run_of(tmp_path, config, photos, init="scratch", **options):
    events = []
    config = replace(config, init=init)
    folder = RunFolder.new(tmp_path / "runs", config)
    train(config, folder, photos, photos, listen=events.append, **options)
    return folder, events


@pytest.mark.parametrize("architecture", ["lite", "cnn", "resnet-v2"])
def test_a_run_leaves_all_that_a_run_folder_holds(tmp_path, photos, architecture):
    folder, events = run_of(tmp_path, tiny(architecture), photos)
    epochs = [event for event in events if isinstance(event, EpochDone)]

    assert isinstance(events[0], Started)
    assert [epoch.epoch for epoch in epochs] == [1, 2]
    assert folder.epochs() == epochs
    for name in ("loss.png", "metrics.png", "samples/epoch-01.jpg", "samples/epoch-02.jpg"):
        with Image.open(folder.path / name) as image:
            image.load()
    assert (tmp_path / "runs" / "latest" / "best.safetensors").samefile(folder.best)
    assert json.loads((folder.path / "config.json").read_text())["architecture"] == architecture
    assert folder.config() == tiny(architecture, init="scratch")


@pytest.mark.parametrize("architecture", ["lite", "cnn", "resnet-v2"])
def test_trained_weights_color_photographs(tmp_path, photos, draw, architecture, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder, _ = run_of(tmp_path, tiny(architecture, epochs=1), photos)
    rgb = Colorizer(folder.best, device="cpu", threads=1).colorize(draw(70, 90))

    assert rgb.shape == (70, 90, 3)


def test_a_bar_shows_the_steps_of_the_whole_run_where_one_is_asked_for(tmp_path, photos, capsys):
    folder, events = run_of(tmp_path, tiny(epochs=1), photos, progress=True)

    steps = events[0].steps
    assert f"{folder.path.name}: 100%" in (seen := capsys.readouterr().err)
    assert f"{steps}/{steps}" in seen


@pytest.mark.slow
def test_training_lowers_the_loss_and_beats_gray(tmp_path, photos):
    _, events = run_of(tmp_path, tiny(epochs=40, degraded=0.0, ema=0.9), photos)
    epochs = [event for event in events if isinstance(event, EpochDone)]

    assert epochs[-1].loss < 0.8 * epochs[0].loss
    assert epochs[-1].validation_loss < 0.9 * epochs[0].validation_loss
    assert epochs[-1].delta_e2000 < 0.5 * epochs[0].delta_e2000
    assert epochs[-1].ab_cosine > 0.8


class StopAfter:
    """Ask for a stop once so many looks at the clock are over."""

    def __init__(self, looks):
        self.looks = looks

    def __call__(self):
        self.looks -= 1
        return self.looks < 0


@pytest.mark.slow
def test_a_run_that_was_stopped_ends_like_one_that_was_not(tmp_path, photos):
    config = tiny(epochs=2, batch=1, init="scratch", drop_path=0.3, dropout=0.3, stretch=0.2)
    whole, _ = run_of(tmp_path / "whole", config, photos)
    folder = RunFolder.new(tmp_path / "stopped", config)
    with pytest.raises(KeyboardInterrupt):
        train(config, folder, photos, photos, stop=StopAfter(2))
    again = RunFolder.existing(folder.path)
    train(again.config(), again, photos, photos, resume=True)

    one, other = load_file(whole.last), load_file(folder.last)
    assert all(torch.equal(one[name], other[name]) for name in one)
    for first, second in zip(whole.epochs(), again.epochs(), strict=True):
        assert replace(first, minutes=0) == replace(second, minutes=0)


@pytest.mark.slow
def test_the_time_limit_ends_a_run_with_a_judgment(tmp_path, photos):
    folder, events = run_of(tmp_path, tiny(epochs=500, max_minutes=0.05), photos)
    epochs = [event for event in events if isinstance(event, EpochDone)]

    assert 1 <= len(epochs) < 500
    assert folder.last.exists()


@pytest.mark.slow
def test_training_stops_when_nothing_gets_better(tmp_path, photos):
    _, events = run_of(tmp_path, tiny(epochs=30, learning_rate=1e-9, patience=2), photos)

    assert len([event for event in events if isinstance(event, EpochDone)]) < 30


def test_a_loss_beyond_all_numbers_stops_the_run_and_keeps_what_was(tmp_path, photos):
    shape = NetworkConfig.tiny()
    header = Header(shape, Bins.uniform(shape.bin_step))
    network = weights.build(header)
    with torch.no_grad():
        network.head.bias[::2], network.head.bias[1::2] = 3e38, -3e38
    weights.save(tmp_path / "wild.safetensors", network, header)

    with pytest.raises(TrainingError, match="not a number at step 1; nothing was written"):
        run_of(tmp_path, tiny(), photos, init=str(tmp_path / "wild.safetensors"))


def test_nan_in_the_middle_names_the_step_and_keeps_the_last_good_checkpoint(tmp_path, photos):
    config = tiny(epochs=4, batch=8, init="scratch")
    folder, _ = run_of(tmp_path, replace(config, epochs=1), photos)
    files = (folder.best, folder.last, folder.resume)
    place, parts = load_checkpoint(folder.resume)
    parts["network"]["head.bias"].fill_(math.nan)
    save_checkpoint(folder.resume, place, **parts)
    before = [file.read_bytes() for file in files]

    with pytest.raises(TrainingError, match=r"at step 3; the checkpoint in .* is kept.*--learning-rate.*last\.safet"):
        train(config, folder, photos, photos, resume=True)
    assert [file.read_bytes() for file in files] == before


def test_a_gradient_that_is_no_number_never_reaches_the_weights(tmp_path, photos):
    config = tiny("cnn", init="scratch")
    network, header, *_ = start_network(config, photos)
    choose_trained(network, config)
    objective = objective_of(config, network, header)
    batches = CropBatches(photos, config, objective.stride)
    fit = Fit(
        config, RunFolder.new(tmp_path, config), objective, header=header, batches=batches, device=torch.device("cpu")
    )
    before = [parameter.clone() for parameter in network.parameters()]
    network.head.weight.register_hook(lambda gradient: gradient * math.nan)

    with pytest.raises(TrainingError, match="gradient is not a number at step 1"):
        fit.step(batches.batch(0, 0))
    assert all(torch.equal(now, then) for now, then in zip(network.parameters(), before, strict=True))


@pytest.mark.slow
def test_a_full_disk_is_said_and_keeps_the_last_checkpoint(tmp_path, photos, little_room):
    config = tiny(epochs=2, batch=16, init="scratch")
    folder, _ = run_of(tmp_path, replace(config, epochs=1), photos)
    before = folder.resume.read_bytes()

    with little_room(len(before) // 2), pytest.raises(OutputError, match="cannot be written"):
        train(config, folder, photos, photos, resume=True)
    assert folder.resume.read_bytes() == before
    assert not list(folder.path.rglob("*.part"))
    train(config, folder, photos, photos, resume=True)
    assert [epoch.epoch for epoch in folder.epochs()] == [1, 2]


def test_a_checkpoint_of_another_network_is_refused(tmp_path, photos):
    folder, _ = run_of(tmp_path / "lite", tiny(epochs=1), photos)
    other, _ = run_of(tmp_path / "cnn", tiny("cnn", epochs=1), photos)
    folder.resume.write_bytes(other.resume.read_bytes())

    with pytest.raises(TrainingError, match="of another network"):
        train(folder.config(), folder, photos, photos, resume=True)


def test_weights_of_another_network_are_no_start(tmp_path, photos):
    with pytest.raises(WeightsError, match="of another shape"):
        run_of(tmp_path, tiny(), photos, init=str(weights.default_path()))


@pytest.mark.slow
def test_lite_goes_on_from_the_embedded_weights_and_says_so(tmp_path, photos):
    config = tiny(scale="base", epochs=1, batch=16, learning_rate=1e-8, warmup=1)
    folder, events = run_of(tmp_path, config, photos, init="default")
    start = load_file(weights.default_path())["head.weight"].float()

    assert "embedded" in events[0].start
    assert torch.allclose(load_file(folder.last)["head.weight"].float(), start, atol=1e-3)


@pytest.mark.slow
def test_a_run_can_start_from_the_mean_of_several_weights(tmp_path, photos):
    runs = [run_of(tmp_path / str(seed), tiny(epochs=1, seed=seed), photos)[0] for seed in (1, 2)]
    init = tuple(str(run.last) for run in runs)
    folder, events = run_of(tmp_path, tiny(epochs=1, batch=16, learning_rate=1e-8, warmup=1), photos, init=init)
    one, other, result = (load_file(path)["head.weight"].float() for path in (*init, folder.last))

    assert events[0].start == f"Starting from the mean of {init[0]} and {init[1]}."
    assert torch.allclose(result, (one + other) / 2, atol=1e-3)
    assert not torch.allclose(one, other, atol=1e-2)
    assert folder.config().init == init


@pytest.mark.slow
def test_no_epochs_judge_and_write_the_start_as_it_is(tmp_path, photos):
    runs = [run_of(tmp_path / str(seed), tiny(epochs=1, seed=seed), photos)[0] for seed in (1, 2)]
    init = tuple(str(run.last) for run in (*runs, runs[1]))
    folder, events = run_of(tmp_path, tiny(epochs=0), photos, init=init)
    each, result = [load_file(path) for path in init], load_file(folder.best)

    told = [event for event in events if isinstance(event, Started | StepDone | EpochDone)]
    assert [(type(event), getattr(event, "epoch", 0)) for event in told] == [(Started, 0), (EpochDone, 0)]
    for name, value in result.items():
        assert torch.allclose(value.float(), sum(one[name].float() for one in each) / 3, atol=2e-3, rtol=1e-3)


@pytest.mark.slow
def test_a_start_that_was_trained_is_judged_first_and_stays_the_best_where_nothing_is_better(tmp_path, photos):
    first, _ = run_of(tmp_path / "first", tiny(epochs=2), photos)
    config = tiny(epochs=3, batch=16, learning_rate=0.9, warmup=1, clip=1e6, patience=1)
    second, events = run_of(tmp_path / "second", config, photos, init=str(first.best))
    epochs = second.epochs()
    before, after = load_file(first.best), load_file(second.best)

    assert [epoch.epoch for epoch in epochs][:2] == [0, 1]
    assert (epochs[0].loss, epochs[0].step, epochs[0].best) == (None, 0, True)
    assert not any(epoch.best for epoch in epochs[1:])
    assert len(epochs) == 2, "patience counts from the start"
    assert all(torch.equal(after[name], before[name]) for name in before)
    assert weights.read_header(second.best).decode == weights.read_header(first.best).decode
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [0, 1]


@pytest.mark.slow
def test_a_run_goes_on_while_it_gets_better_even_where_chance_could_explain_that(tmp_path, photos, monkeypatch):
    first, _ = run_of(tmp_path / "first", tiny(epochs=1), photos)
    monkeypatch.setattr("graycolor.training.fit.beyond_chance", lambda *_: False)
    config = tiny(epochs=5, learning_rate=1e-3, patience=1)
    second, _ = run_of(tmp_path / "second", config, photos, init=str(first.best))
    epochs = second.epochs()
    figures = [epoch.delta_e2000_matched for epoch in epochs]
    lower = [figure < min(figures[:number]) for number, figure in enumerate(figures) if number]

    assert len(epochs) > 2, "more than one epoch was better than all before"
    assert all(lower[:-1])
    assert lower[-1] == (len(epochs) == 6)
    assert [epoch.best for epoch in epochs] == [True] + [False] * (len(epochs) - 1)


def test_a_new_network_is_not_judged_before_it_has_learnt(tmp_path, photos):
    folder, _ = run_of(tmp_path, tiny(epochs=1), photos)

    assert [epoch.epoch for epoch in folder.epochs()] == [1]


def test_a_run_says_how_long_it_will_take_and_what_it_does_when_the_steps_are_over(tmp_path, photos):
    _, events = run_of(tmp_path, tiny(epochs=1), photos)
    kinds = [type(event) for event in events]
    last = [event.what for event in events if isinstance(event, Busy) and event.last]

    assert kinds.index(Started) < kinds.index(Estimate) < kinds.index(StepDone)
    assert next(event for event in events if isinstance(event, Estimate)).minutes > 0
    assert [words.split()[0] for words in last] == ["Judging", "Drawing", "Fitting", "Fitting"]


def test_the_estimate_changes_nothing_of_a_run(tmp_path, photos, monkeypatch):
    config = tiny(epochs=1, init="scratch", drop_path=0.3, dropout=0.3)
    one, _ = run_of(tmp_path / "one", config, photos)
    monkeypatch.setattr("graycolor.training.loop.estimate", lambda *_: Estimate(1.0, ""))
    other, _ = run_of(tmp_path / "other", config, photos)
    tensors = load_file(one.last), load_file(other.last)

    assert all(torch.equal(tensors[0][name], tensors[1][name]) for name in tensors[0])


def test_what_would_be_quicker_is_named():
    assert "--scale small" in quicker(tiny("cnn", scale="base"), "cpu", 1)
    assert "--scale small" not in quicker(tiny(scale="base", init="default"), "cpu", 1)
    assert "torchrun" not in quicker(tiny(), "cpu", 2)


def test_statistics_can_stay_as_they_were(tmp_path, photos):
    first, _ = run_of(tmp_path / "first", tiny(epochs=1), photos)
    second, _ = run_of(tmp_path / "second", tiny(epochs=1, frozen_statistics=True), photos, init=str(first.last))
    before, after = load_file(first.last), load_file(second.last)
    same = {name for name in before if torch.equal(after[name], before[name])}

    assert {name for name in before if name.endswith(("running_mean", "running_var"))} <= same
    assert same.isdisjoint({"head.weight", "d4.conv1.conv.weight"})


def test_from_scratch_is_no_start_beside_others():
    with pytest.raises(UsageError, match="scratch has no other start"):
        tiny(init=("scratch", "default"))


def test_a_folder_without_a_checkpoint_cannot_be_resumed(tmp_path):
    with pytest.raises(TrainingError, match="no run that can be resumed"):
        RunFolder.existing(tmp_path)


class Harmful:
    """What a checkpoint of somebody else's might hold: unpickled, it would make a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize("place", [{"epoch": "one"}, {"epoch": 1.5}, {"future": 1}, 5, None])
def test_a_checkpoint_of_other_types_is_refused_and_none_is_unpickled(tmp_path, place):
    torch.save({"place": Harmful(tmp_path / "harm") if place is None else place}, tmp_path / "resume.pt")

    with pytest.raises(TrainingError, match=r"resume\.pt is damaged"):
        load_checkpoint(tmp_path / "resume.pt")
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "no JSON at line 1"),
        ('{"epochs": "ten"}', "epochs must be a whole number, not text"),
        ('{"zoom": [1, 2, 3]}', "zoom must have 2 entries"),
        ('{"loss": "hope"}', "There is no loss 'hope'"),
        ('{"learning_rate": NaN}', "learning_rate is no number"),
        ('{"future": 1}', "future is unknown"),
    ],
)
def test_damaged_settings_of_a_run_are_told_with_the_place(tmp_path, text, sentence):
    folder = RunFolder.new(tmp_path, tiny())
    (folder.path / "config.json").write_text(text)

    with pytest.raises(TrainingError, match=rf"config\.json.*{sentence}"):
        folder.config()


def test_a_history_is_read_with_figures_that_are_no_numbers_and_refused_where_it_is_damaged(tmp_path):
    folder = RunFolder.new(tmp_path, tiny())
    epoch = EpochDone(1, 2, math.inf, 0.5, 9.0, 8.0, 0.5, 0.1, 0.5, 1e-3, 1.0, True)
    folder.history.write_text(json.dumps(vars(epoch)) + "\n")
    assert folder.epochs() == [epoch]

    folder.history.write_text(json.dumps(vars(epoch)) + "\n" + json.dumps(vars(epoch) | {"best": "yes"}) + "\n")
    with pytest.raises(TrainingError, match=r"history\.jsonl \(line 2\), best must be true or false, not text"):
        folder.epochs()


def test_a_damaged_checkpoint_is_named(tmp_path, photos):
    folder, _ = run_of(tmp_path, tiny(epochs=1), photos)
    folder.resume.write_bytes(folder.resume.read_bytes()[:1000])

    with pytest.raises(TrainingError, match=r"resume\.pt is damaged"):
        train(folder.config(), folder, photos, photos, resume=True)


@pytest.mark.slow
def test_two_processes_learn_what_one_would(tmp_path, drawn_photos):
    """With frozen statistics aside (each process normalises its own crops), the curves agree closely."""
    script = tmp_path / "both.py"
    script.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "from graycolor.data.store import PhotoStore\n"
        "from graycolor.training.config import TrainConfig\n"
        "from graycolor.training.loop import train\n"
        "from graycolor.training.record import RunFolder\n"
        "photos = PhotoStore.open(Path(sys.argv[1]))\n"
        "run = RunFolder(Path(sys.argv[2]))\n"
        "train(run.config(), run, photos, photos)\n"
        "left = [each.read_text() for each in Path('/proc/self/task').glob('*/comm')]\n"
        "assert not any('gloo' in each for each in left), left\n"  # one that outlives Python would abort it
    )
    config, store = tiny(epochs=6, batch=8, init="scratch"), tmp_path / "photos"
    photos = build_store(store, drawn_photos(16), max_side=500)
    alone, _ = run_of(tmp_path / "alone", config, photos)
    folder = RunFolder.new(tmp_path / "both", config)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(script)]
    command += [str(store), str(folder.path)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=200)

    assert ran.returncode == 0, ran.stderr
    for one, other in zip(alone.epochs(), folder.epochs(), strict=True):
        assert other.loss == pytest.approx(one.loss, rel=0.05)


def test_progress_says_where_a_run_stands(tmp_path, photos):
    _, events = run_of(tmp_path, tiny(epochs=3, batch=1), photos)
    steps = [event for event in events if isinstance(event, StepDone)]

    assert [(event.epoch, event.step) for event in steps] == [(e, s) for e in (1, 2, 3) for s in range(1, 17)]
    assert all(event.steps == 16 and event.crops_per_second > 0 for event in steps)


def test_the_learning_rate_warms_up_and_falls_to_a_hundredth():
    config = tiny(warmup=10)

    assert learning_rate(config, 0, 1000, 0) == pytest.approx(config.learning_rate / 10)
    assert learning_rate(config, 100, 1000, 0) == pytest.approx(config.learning_rate)
    assert learning_rate(config, 100, 1000, 1) == pytest.approx(config.learning_rate / 100)


def test_the_warm_up_of_a_short_run_is_short():
    config = tiny(warmup=300)

    assert learning_rate(config, 5, 50, 0) == pytest.approx(config.learning_rate)


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": -1},
        {"size": 8},
        {"temperature": 0.0},
        {"rebalancing_undone": 1.5},
        {"batch": 0},
        {"ema": 1.0},
        {"zoom": (20, 10)},
        {"crop": (96, 100)},
        {"loss": "hinge"},
        {"learning_rate": 0.0},
        {"drop_path": 1.0},
        {"dropout": -0.1},
        {"stretch": 2.0},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong):
    with pytest.raises(UsageError):
        tiny(**wrong)


def test_what_is_left_out_in_training_is_there_when_judged(photos):
    network = start_network(tiny(init="scratch"), photos).network
    config = tiny(init="scratch", drop_path=0.9, dropout=0.9)
    choose_trained(network, config)
    chances = [block.drop_path for block in network.encoder.blocks if block.residual]
    gray = torch.randn(2, 1, 64, 64)
    with torch.no_grad():
        one, other = network.features(gray), network.features(gray)
        network.eval()
        assert torch.equal(network.features(gray), network.features(gray))

    assert not torch.allclose(one, other)
    assert chances == sorted(chances)
    assert chances[-1] == 0.9
    assert network.encoder.blocks[0].drop_path == 0


def test_a_network_that_does_not_exist_is_refused():
    with pytest.raises(WeightsError, match="no network"):
        TrainConfig.of("vgg")


@pytest.mark.slow
def test_the_detail_phase_trains_the_refinement_and_nothing_else(tmp_path, photos):
    first, _ = run_of(tmp_path / "first", tiny(epochs=1), photos)
    second, events = run_of(tmp_path / "second", tiny(epochs=2, phase="detail"), photos, init=str(first.last))
    before, after = load_file(first.last), load_file(second.last)

    assert "refinement" in events[0].start
    assert {name for name in after if name not in before} == {n for n in after if n.startswith("refinement.")}
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert after["refinement.head.weight"].abs().max() > 0
    assert Colorizer(second.last, device="cpu", threads=1).forecast(np.zeros((70, 90), np.uint8)).kernels is not None


@pytest.mark.slow
def test_the_finish_trains_what_is_not_frozen_and_leaves_statistics_and_decoding(tmp_path, photos):
    first, _ = run_of(tmp_path / "first", tiny(epochs=1, phase="detail"), photos)
    config = tiny(epochs=1, phase="finish", frozen_blocks=3, temperature=0.8, rebalancing_undone=0.25, size=64)
    second, _ = run_of(tmp_path / "second", config, photos, init=str(first.last))
    before, after = load_file(first.last), load_file(second.last)
    same = {name for name, value in after.items() if torch.equal(value, before[name])}
    decode = weights.read_header(second.last).decode

    assert {name for name in after if name.startswith(("encoder.stem", "encoder.blocks.0", "encoder.blocks.2"))} <= same
    assert {name for name in after if name.endswith(("running_mean", "running_var", ".dw.weight"))} <= same
    assert same.isdisjoint({"encoder.head.weight", "d32.conv.weight", "d4.conv2.conv.weight", "head.weight"})
    assert same.isdisjoint({name for name in after if name.startswith("refinement.") and name.endswith("conv.weight")})
    assert (decode.temperature, decode.rebalancing_undone, decode.size) == (0.8, 0.25, 64)


def test_there_is_nothing_to_finish_without_trained_weights_and_their_refinement(tmp_path, photos):
    first, _ = run_of(tmp_path, tiny(epochs=1), photos)
    for init, sentence in ((str(first.last), "run --phase detail on it first"), ("default", "of another shape")):
        with pytest.raises(WeightsError, match=sentence):
            start_network(tiny(phase="finish", init=init), photos)
    with pytest.raises(UsageError, match="nothing to finish from scratch"):
        tiny(phase="finish", init="scratch")


@pytest.mark.slow
def test_training_the_color_again_keeps_the_refinement(tmp_path, photos):
    first, _ = run_of(tmp_path / "first", tiny(epochs=1, phase="detail"), photos)
    again, events = run_of(tmp_path / "again", tiny(epochs=1), photos, init=str(first.last))
    before, after = load_file(first.last), load_file(again.last)

    assert "stays as it is" in events[0].start
    assert all(torch.equal(after[name], before[name]) for name in before if name.startswith("refinement."))
    assert not torch.equal(after["head.weight"], before["head.weight"])


@pytest.mark.slow
def test_queries_are_added_to_weights_that_have_none_and_learn(tmp_path, photos, draw, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first, _ = run_of(tmp_path / "first", tiny(epochs=1, phase="detail"), photos)
    asking, events = run_of(tmp_path / "asking", tiny(epochs=2, queries=8), photos, init=str(first.last))
    further, _ = run_of(tmp_path / "further", tiny(epochs=1), photos, init=str(asking.last))
    after = load_file(asking.last)
    engines = OnnxEngine(to_onnx(*weights.load(asking.last)), "asking", 1), TorchEngine(asking.last, "cpu")
    gray, offset = draw(64, 96).astype(np.float32) / 128 - 1, np.zeros(len(engines[0].header.bins), np.float32)
    one, other = (engine.forecast(gray, offset, 0.5).ab for engine in engines)

    assert "color queries added" in events[0].start
    assert after["q16.out.weight"].abs().max() > 0
    assert after["q32.out.weight"].abs().max() > 0
    assert weights.read_header(further.last).config == weights.read_header(asking.last).config
    assert np.abs(one - other).max() < 0.3
