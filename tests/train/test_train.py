"""Training: schedules, learning, exact resume, stops, refusals."""

import csv
import dataclasses
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from small_datasets import make_dataset, random_dataset

from gopolicy import modelstore
from gopolicy.config import NetworkConfig, TrainConfig, format_config
from gopolicy.errors import ConfigError, DatasetError, ModelError, TrainError
from gopolicy.go.coords import PASS, POINTS
from gopolicy.measure.evaluate import EVALUATION_BATCH
from gopolicy.networks import build
from gopolicy.networks.backend import keras, tf
from gopolicy.plots.curves import save_curves
from gopolicy.predict import log_softmax
from gopolicy.train import clock as clocks
from gopolicy.train import looks
from gopolicy.train import run as running
from gopolicy.train.folder import RunFolder, read_rows
from gopolicy.train.optimizers import build_optimizer, has_muon
from gopolicy.train.pipeline import SAMPLE_BYTES, batches, plan_pieces
from gopolicy.train.progress import Progress
from gopolicy.train.run import train
from gopolicy.train.schedule import Budget, average_decay, learning_rate
from gopolicy.train.sidetasks import side_loss
from gopolicy.train.trainer import Trainer

ROOT = Path(__file__).parents[2]
NETWORK = NetworkConfig(filters=4)
CONFIG = TrainConfig(batch_size=4, warmup_steps=0, precision="float32", ema=0.9)


@pytest.fixture(scope="module")
def data():
    return random_dataset(n_games=6)


def run(data, out, steps, *, looks=0, valid=None, **options):
    """A run of ``steps`` that looks at fifty held-out positions."""
    budget = Budget(steps=steps, looks=looks, look_at=50)
    options = {"network": NETWORK, "config": CONFIG, "budget": budget, **options}
    return train(data, data if valid is None else valid, out, **options)


def weights(folder):
    return [w.numpy() for w in modelstore.load_model(folder)[0].weights]


def test_the_rate_warms_up_holds_and_falls():
    config = TrainConfig(learning_rate=1.0, warmup_steps=10, decay_share=0.2)
    rates = [learning_rate(config, step, step / 1000) for step in range(1000)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == rates[10] == rates[800] == 1
    assert rates[900] == pytest.approx(0.5)
    assert rates[999] == pytest.approx(0.005)


def test_the_papers_rate_halves_every_80_million_steps():
    from gopolicy.config import PAPER

    assert learning_rate(PAPER, 79_999_999, 0.0) == 0.003
    assert learning_rate(PAPER, 80_000_000, 0.99) == 0.0015
    assert learning_rate(PAPER, 240_000_000, 1.0) == 0.003 / 8


@pytest.mark.parametrize(("schedule", "half"), [("cosine", 0.5), ("linear", 0.5)])
def test_other_schedules_fall_to_zero(schedule, half):
    config = TrainConfig(schedule=schedule, learning_rate=1.0, warmup_steps=0)
    assert learning_rate(config, 5, 0.0) == 1
    assert learning_rate(config, 5, 0.5) == pytest.approx(half)
    assert learning_rate(config, 5, 1.0) == pytest.approx(0)


def test_the_average_of_a_short_run_is_of_its_last_part():
    """However the steps are cut into calls, and in the long run as ``ema`` says."""
    config = TrainConfig(ema=0.999)
    assert average_decay(config, 0, 1) == pytest.approx(0.1)
    # Of the first weights nothing is left.
    assert average_decay(config, 0, 1000) < 1e-20
    assert average_decay(config, 900, 100) == pytest.approx(0.9**9, rel=0.02)
    parts = average_decay(config, 0, 64) * average_decay(config, 64, 36)
    assert average_decay(config, 0, 100) == pytest.approx(parts)
    assert average_decay(config, 10**6, 64) == pytest.approx(0.999**64)
    assert average_decay(TrainConfig(ema=0.0), 0, 64) == 0


def test_a_budget_ends_with_what_comes_first():
    budget = Budget(steps=100, minutes=2)
    assert budget.share_done(50, 0) == 0.5
    assert budget.share_done(10, 90) == 0.75
    assert budget.share_done(200, 0) == 1
    assert Budget().share_done(10**9, 1e9) == 0


def test_a_run_of_minutes_looks_at_the_clock_every_second():
    """However long a step takes; the last ones are as many as there is time for."""
    budget = Budget(minutes=1)
    assert budget.steps_in_time(0, 0.0) == 1
    assert budget.steps_in_time(10, 0.01) == 100
    assert budget.steps_in_time(59.5, 0.01) == 50
    assert budget.steps_in_time(10, 0.7) == 1
    assert budget.steps_in_time(59.9, 0.7) == 1


def test_a_run_whose_clock_runs_through_leaves_time_for_the_last_look():
    budget = Budget(minutes=1, looks=4, began=0.0)
    assert budget.share_done(0, 45, 10) == 0.9
    assert budget.share_done(0, 50, 10) == 1
    assert budget.share_done(0, 0, 100) < 1, "there is training in every run"
    assert budget.steps_in_time(49.5, 0.01, 10) == 50
    assert budget.can_look(3) and not budget.can_look(4)
    assert Budget(minutes=1, looks=4).can_look(1000), "they are not counted"
    assert Budget(steps=9, looks=4, began=0.0).can_look(1000)


def test_a_look_is_at_as_many_positions_as_a_quarter_of_the_run_allows():
    budget = Budget(minutes=1, look_at=4096, began=0.0)
    assert budget.affordable(0.001, besides=3, at_least=256) == 4096
    assert budget.affordable(0.012, besides=3, at_least=256) == 1000
    assert budget.affordable(1.0, besides=3, at_least=256) == 256
    for other in (Budget(minutes=1), Budget(steps=9, began=0.0)):
        assert other.affordable(1.0, besides=3, at_least=256) == 4096


class SlowTrainer(Trainer):
    """Takes no real step: its ``clock`` only shows that time has passed."""

    clock, step_takes, position_takes = 0.0, 0.0, 0.0

    def trace(self, iterator):
        SlowTrainer.clock += 7.0

    def run(self, iterator, n_steps, rate):
        assert rate > 0
        SlowTrainer.clock += n_steps * self.step_takes
        self.step.assign_add(n_steps)
        return 5.0

    def log_probabilities(self, planes, legal):
        SlowTrainer.clock += len(planes) * self.position_takes
        return log_softmax(np.zeros(legal.shape), legal)


def write_slowly(folder, row, *models):
    SlowTrainer.clock += 2.0
    folder.history.append(row)


@pytest.mark.parametrize(
    ("step_takes", "position_takes", "later"),
    [(0.02, 0.0003, 1), (0.1, 0.002, 2), (0.7, 0.04, 1), (1.5, 0.04, 2), (4, 0.01, 1)],
    ids=["tiny", "laptop, then slower", "paper", "paper, then slower", "slow steps"],
)
def test_a_run_of_minutes_ends_on_time_with_any_network(
    data, tmp_path, monkeypatch, step_takes, position_takes, later
):
    """Compiling, looks and writing are in it; half a step, half a batch may be over."""
    monkeypatch.setattr(running, "Trainer", SlowTrainer)
    now = lambda: SlowTrainer.clock  # noqa: E731
    clock = SimpleNamespace(monotonic=now, process_time=now)
    for module in (running, clocks, looks):
        monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(RunFolder, "add", write_slowly)
    monkeypatch.setattr(SlowTrainer, "clock", 1000.0)
    monkeypatch.setattr(SlowTrainer, "step_takes", step_takes)
    monkeypatch.setattr(SlowTrainer, "position_takes", position_takes)

    def slow_down(now):
        if now.share_done > 0.8:
            SlowTrainer.position_takes = later * position_takes

    budget = Budget(minutes=1, looks=20, began=1000.0)
    config = dataclasses.replace(CONFIG, batch_size=64)
    run(data, tmp_path, None, budget=budget, config=config, progress=slow_down)
    took = SlowTrainer.clock + clocks.ENDING - 1000
    half = step_takes / 2 + later * position_takes * EVALUATION_BATCH / 2
    assert 60 - half - 2 < took < 60 + half + 0.1


def test_the_shortest_run_takes_a_step_and_a_long_one_looks_at_the_clock(
    data, tmp_path
):
    for began in (None, time.monotonic()):
        budget = Budget(minutes=1e-4, looks=4, look_at=50, began=began)
        done = run(data, tmp_path / str(began), None, budget=budget)
        assert done.finished and done.step >= 1
        looks = len(done.history)
        assert looks >= 1 and (looks == 1 or began is None)


def test_looks_are_spread_evenly_over_a_run():
    budget = Budget(steps=100, looks=4)
    shares = [step / 100 for step in range(0, 101, 5)]
    due = [now for b, now in itertools.pairwise(shares) if budget.is_look_due(b, now)]
    assert due == [0.25, 0.5, 0.75]
    assert not Budget(steps=100).is_look_due(0, 0.9)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam", "adamw", "muon"])
def test_every_optimizer_learns_by_heart(tmp_path, name):
    few = make_dataset([np.array([60, 300 | 512, 72, 288 | 512], np.uint16)])
    rate = {"sgd": 0.05, "momentum": 0.01}.get(name, 0.005)
    config = TrainConfig(
        batch_size=4,
        optimizer=name,
        learning_rate=rate,
        warmup_steps=0,
        augment=False,
        ema=0.0,
        precision="float32",
    )
    if name == "muon" and not has_muon():
        with pytest.raises(ConfigError, match=r"muon needs Keras 3\.13 or newer"):
            run(few, tmp_path / "r", 128, config=config)
        return
    result = run(few, tmp_path / "r", 128, config=config)
    assert result.history[-1]["valid_log_loss"] < 5


def test_what_was_learned_by_heart_shows_beside_the_held_out_games(tmp_path):
    few = make_dataset([np.array([60, 300 | 512, 72, 288 | 512], np.uint16)])
    config = dataclasses.replace(CONFIG, learning_rate=0.005, augment=False, ema=0.0)
    other = random_dataset(seed=9)
    last = run(few, tmp_path / "r", 128, valid=other, config=config).history[-1]
    assert last["train_top1"] == 1 and last["valid_top1"] < 0.5
    assert last["train_log_loss"] < last["valid_log_loss"] - 1
    (row,) = read_rows(tmp_path / "r" / "history.csv")
    assert row == last


def test_a_run_leaves_models_history_and_settings(data, tmp_path):
    result = run(data, tmp_path / "r", 100)
    assert result.finished
    assert result.step == 100
    for name in ("best", "last"):
        info = modelstore.read_info(tmp_path / "r" / name)
        assert info.network == NETWORK
        assert info.card["train"]["batch_size"] == 4
        assert info.card["run"]["positions"] == 100 * 4
    rows = (tmp_path / "r" / "history.csv").read_text().splitlines()
    assert rows[0].startswith("step,positions,seconds")
    assert len(rows) == 2
    assert json.loads((tmp_path / "r" / "run.json").read_text())["network"]


def test_the_model_that_is_kept_has_the_averaged_weights(data, tmp_path):
    run(data, tmp_path / "r", 128)
    trainer = Trainer(NETWORK, CONFIG)
    place = tf.train.latest_checkpoint(str(tmp_path / "r" / "checkpoints"))
    trainer.restore(place)
    averaged, raw = trainer.averaged.get_weights(), trainer.model.get_weights()
    for name in ("best", "last"):
        kept = weights(tmp_path / "r" / name)
        assert all((x == y).all() for x, y in zip(kept, averaged, strict=True))
        assert any((x != y).any() for x, y in zip(kept, raw, strict=True))


def test_a_look_in_the_middle_is_kept_and_shown(data, tmp_path):
    seen: list[Progress] = []
    budget = Budget(steps=128, looks=2, look_at=50)
    result = train(
        data,
        data,
        tmp_path / "r",
        network=NETWORK,
        config=CONFIG,
        budget=budget,
        progress=seen.append,
    )
    assert [row["step"] for row in result.history] == [64, 128]
    assert seen[0].valid["valid_top1"] == result.history[0]["valid_top1"]


def read_events(folder):
    """(scalars, pictures, histograms) by name and step, of TensorBoard's file."""
    (path,) = (folder / "tensorboard").iterdir()
    scalars, pictures, histograms = {}, {}, {}
    for event in tf.compat.v1.train.summary_iterator(str(path)):
        for value in event.summary.value:
            if value.HasField("image"):
                png = tf.io.decode_png(value.image.encoded_image_string).numpy()
                pictures[value.tag, event.step] = png
            elif value.HasField("histo"):
                histograms[value.tag, event.step] = value.histo
            else:
                scalars[value.tag, event.step] = value.simple_value
    return scalars, pictures, histograms


def test_tensorboard_shows_curves_and_boards(data, tmp_path):
    """Boards at looks 1, 2, 4, each with the move played and legal probabilities."""
    drawn = []

    def draw(example):
        drawn.append(example)
        return np.full((4, 6, 3), len(drawn), np.uint8)

    budget = Budget(steps=256, looks=4, look_at=50)
    train(
        data,
        data,
        tmp_path / "r",
        network=NETWORK,
        config=CONFIG,
        budget=budget,
        draw=draw,
    )
    scalars, pictures, _ = read_events(tmp_path / "r")
    rows = read_rows(tmp_path / "r" / "history.csv")
    assert [row["step"] for row in rows] == [64, 128, 192, 256]
    for row in rows:
        top1 = scalars["held-out/top-1", row["step"]]
        assert top1 == pytest.approx(row["valid_top1"])
        assert scalars["training/positions a second", row["step"]] > 0
    boards = [f"boards/{i}" for i in range(1, 5)]
    assert list(pictures) == [(b, step) for step in (64, 128, 256) for b in boards]
    assert (pictures["boards/2", 128] == 6).all()
    for example in drawn:
        legal = example.position.legal_mask()
        assert legal[example.played]
        assert example.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert not example.probabilities[~legal].any()


def test_tensorboard_shows_weights_and_gradients_and_dead_filters(data, tmp_path):
    run(data, tmp_path / "r", 64)
    scalars, _, histograms = read_events(tmp_path / "r")
    model, _ = modelstore.load_model(tmp_path / "r" / "last")
    trained = {v.path: v.numpy() for v in model.trainable_variables}
    shapes = sorted(x.size for x in trained.values())
    for kind in ("weights", "gradients"):
        shown = {tag: x for (tag, step), x in histograms.items() if step == 64}
        shown = {tag: x for tag, x in shown.items() if tag.startswith(kind)}
        assert sorted(int(x.num) for x in shown.values()) == shapes
        for histogram in shown.values():
            assert sum(histogram.bucket) == histogram.num
            assert histogram.bucket_limit[-1] == pytest.approx(histogram.max)
            assert histogram.sum_squares > 0
    name = max(trained, key=lambda name: trained[name].size)
    kernel, histogram = trained[name], histograms[f"weights/{name}", 64]
    assert histogram.sum == pytest.approx(kernel.sum(), abs=1e-3)
    assert (histogram.min, histogram.max) == (kernel.min(), kernel.max())
    dead = [x for (tag, step), x in scalars.items() if tag.startswith("dead filters/")]
    assert len(dead) == 12 and all(0 <= x <= 1 for x in dead)


def test_tensorboards_gradients_are_slopes_of_the_loss(data):
    trainer = Trainer(NETWORK, CONFIG)
    batch = data.samples(np.arange(8))
    slopes = trainer.gradients(batch.planes, batch.targets)
    legal = np.ones((8, POINTS), bool)

    def loss():
        found = trainer.log_probabilities(batch.planes, legal)
        return -found[np.arange(8), batch.targets].mean()

    for variable in trainer.averaged.trainable_variables[-2:]:
        slope, values = slopes[variable.path], variable.numpy()
        at = np.unravel_index(np.abs(slope).argmax(), slope.shape)
        step = np.zeros_like(values)
        step[at] = 0.01
        variable.assign(values + step)
        above = loss()
        variable.assign(values - step)
        assert (above - loss()) / 0.02 == pytest.approx(slope[at], rel=0.02)
        variable.assign(values)


def test_tensorboard_reads_graph_and_settings_of_a_run(data, tmp_path):
    """By its own reader; a run that goes on tells neither again."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams.metadata import (
        parse_session_start_info_plugin_data,
    )

    for steps in (8, 16):
        run(data, tmp_path / "r", steps, resume=steps == 16)
        events = EventAccumulator(str(tmp_path / "r" / "tensorboard")).Reload()
        names = {node.op for node in events.Graph().node}
        assert "Conv2D" in names
        found = events.summary_metadata["_hparams_/session_start_info"]
        settings = parse_session_start_info_plugin_data(found.plugin_data.content)
        assert settings.hparams["batch_size"].number_value == CONFIG.batch_size
        assert settings.hparams["optimizer"].string_value == CONFIG.optimizer
    files = sorted((tmp_path / "r" / "tensorboard").iterdir())
    raw = [path.read_bytes() for path in files]
    assert [b"session_start_info" in x for x in raw] == [True, False]


def test_curves_follow_from_the_second_look_on(data, tmp_path):
    run(data, tmp_path / "r", 64, draw_curves=save_curves)
    assert not (tmp_path / "r" / "curves.png").exists()
    run(data, tmp_path / "r", 128, resume=True, draw_curves=save_curves)
    assert (tmp_path / "r" / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_seed_gives_the_same_run(data, tmp_path):
    run(data, tmp_path / "a", 64)
    run(data, tmp_path / "b", 64)
    run(
        data,
        tmp_path / "c",
        64,
        config=dataclasses.replace(CONFIG, seed=2),
    )
    a, b, c = (weights(tmp_path / name / "last") for name in "abc")
    assert all((x == y).all() for x, y in zip(a, b, strict=True))
    assert any((x != y).any() for x, y in zip(a, c, strict=True))


def test_a_resumed_run_ends_as_an_uninterrupted_one(data, tmp_path):
    """Cut after 64 of 192 steps, the run goes on with the schedule of the whole.

    Also with dropout and batch normalisation, which have a state of their own.
    """
    network = NetworkConfig(filters=4, dropout=0.3, batch_norm=True)
    run(data, tmp_path / "whole", 192, network=network)

    def cut(now):
        if now.step == 64:
            os.kill(os.getpid(), signal.SIGTERM)

    stopped = run(data, tmp_path / "cut", 192, network=network, progress=cut)
    assert not stopped.finished
    assert stopped.step == 64
    resumed = run(data, tmp_path / "cut", 192, network=network, resume=True)
    assert resumed.finished
    assert resumed.step == 192
    for x, y in zip(
        weights(tmp_path / "whole" / "last"),
        weights(tmp_path / "cut" / "last"),
        strict=True,
    ):
        assert np.allclose(x, y, atol=1e-5)


def history(folder):
    """The rows of history.csv as text, and without the seconds that they took."""
    with (folder / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return rows, [{**row, "seconds": ""} for row in rows]


def test_a_resumed_run_writes_the_history_of_an_uncut_one(data, tmp_path):
    """To the letter: what it did before, and what it learned until the next look.

    What it reached when it was stopped, between two looks, is told until it goes on.
    """

    def stop(now):
        if now.step == 192:
            os.kill(os.getpid(), signal.SIGTERM)

    run(data, tmp_path / "whole", 256, looks=2)
    stopped = run(data, tmp_path / "cut", 256, looks=2, progress=stop)
    before, _ = history(tmp_path / "cut")
    assert [row["step"] for row in before] == ["128", "192"]
    assert stopped.history[-1]["step"] == 192
    run(data, tmp_path / "cut", 256, looks=2, resume=True)
    after, same = history(tmp_path / "cut")
    assert after[0] == before[0]
    assert same == history(tmp_path / "whole")[1]


def test_what_a_stopped_run_reached_is_forgotten_once_it_goes_on(data, tmp_path):
    """Also when it is killed before its next look."""

    def stop(now):
        os.kill(os.getpid(), signal.SIGTERM)

    def die(now):
        raise KeyboardInterrupt

    run(data, tmp_path / "r", 256, progress=stop)
    assert len(history(tmp_path / "r")[0]) == 1
    with pytest.raises(KeyboardInterrupt):
        run(data, tmp_path / "r", 256, resume=True, progress=die)
    assert history(tmp_path / "r")[0] == []


def test_a_checkpoint_of_an_older_version_is_taken_up(data, tmp_path, monkeypatch):
    """It did not keep the losses since the last look."""
    parts = Trainer.parts
    with monkeypatch.context() as older:
        older.setattr(
            Trainer,
            "parts",
            lambda trainer: {
                name: part for name, part in parts(trainer).items() if name != "losses"
            },
        )
        run(data, tmp_path / "r", 64)
    assert run(data, tmp_path / "r", 128, resume=True).step == 128
    assert [row["step"] for row in history(tmp_path / "r")[0]] == ["64", "128"]


def test_l2_moves_the_weights_by_its_gradient(data):
    """A step of plain SGD with two shards: w - rate * (gradient + 2 l2 w)."""
    config = TrainConfig(batch_size=16, optimizer="sgd", precision="float32")
    after = []
    for l2 in (0.0, 0.5):
        trainer = Trainer(NetworkConfig(filters=4, l2=l2), config)
        trainer.shards = 2
        before = trainer.model.get_layer("conv2").kernel.numpy()
        trainer.run(iter(batches(data, config, 0)), 1, 0.01)
        after.append(trainer.model.get_layer("conv2").kernel.numpy())
    assert np.allclose(after[1] - after[0], -0.01 * 2 * 0.5 * before, atol=1e-5)


def test_a_run_of_an_older_version_can_be_resumed(data, tmp_path):
    """Settings that it did not know have their defaults."""
    run(data, tmp_path / "r", 0)
    path = tmp_path / "r" / "run.json"
    settings = json.loads(path.read_text())
    for name in ("l2", "dropout", "batch_norm"):
        del settings["network"][name]
    path.write_text(json.dumps(settings))
    assert run(data, tmp_path / "r", 0, resume=True).finished


def test_damaged_settings_of_a_run_are_told(data, tmp_path):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "run.json").write_text('{"network": {}}')
    with pytest.raises(ConfigError, match="damaged"):
        run(data, tmp_path / "r", 64, resume=True)


def test_signals_are_given_back(data, tmp_path):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    run(data, tmp_path / "r", 64)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_folder_in_use_is_refused(data, tmp_path):
    run(data, tmp_path / "r", 0)
    with pytest.raises(ConfigError, match="--resume"):
        run(data, tmp_path / "r", 64)
    with pytest.raises(ConfigError, match="filters 4 -> 5"):
        run(data, tmp_path / "r", 64, resume=True, network=NetworkConfig(filters=5))


def test_a_run_is_resumed_with_its_own_games_only(data, tmp_path):
    others = random_dataset(n_games=7)
    run(data, tmp_path / "r", 0)
    with pytest.raises(ConfigError, match="other games: training"):
        run(others, tmp_path / "r", 0, valid=data, resume=True)
    with pytest.raises(ConfigError, match="other games: held_out"):
        run(data, tmp_path / "r", 0, valid=others, resume=True)


def test_held_out_games_that_are_learned_are_told(data, tmp_path, caplog):
    few = data.select(np.arange(data.n_games) < 2)
    rest = data.select(np.arange(data.n_games) >= 1)
    run(rest, tmp_path / "r", 0, valid=few)
    assert "1 of the 2 held-out games are training games" in caplog.text


def test_a_folder_that_cannot_be_written_is_told_before_the_first_step(data, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ModelError, match="cannot write"):
        run(data, tmp_path / "file" / "r", 64)


@contextmanager
def largest_file(n_bytes):
    """As on a full disk: no file can grow beyond ``n_bytes``."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_before_the_first_step(data, tmp_path):
    with largest_file(1 << 20), pytest.raises(ModelError, match="make room"):
        run(data, tmp_path / "r", 64)
    assert [path.name for path in (tmp_path / "r").iterdir()] == ["run.json"]
    assert run(data, tmp_path / "r", 64, resume=True).step == 64


def test_a_disk_that_fills_up_costs_the_last_minute_only(data, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "CHECKPOINT_SECONDS", 0.0)

    def fill(now):
        if now.step == 64:
            stack.enter_context(largest_file(1000))

    with ExitStack() as stack, pytest.raises(TrainError, match="make room"):
        run(data, tmp_path / "r", 192, progress=fill)
    seen = []
    run(data, tmp_path / "r", 192, resume=True, progress=lambda now: seen.append(now))
    assert seen[0].step == 128


def test_a_disk_that_is_full_at_a_look_says_how_to_go_on(data, tmp_path):
    def fill(now):
        stack.enter_context(largest_file(1000))

    with ExitStack() as stack, pytest.raises(TrainError, match="--resume"):
        run(data, tmp_path / "r", 64, progress=fill)


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_weights(tmp_path):
    """kill -9 after 55 of 60 steps, with a checkpoint every five.

    Each part is a process of its own, or the threads that a test before it let
    TensorFlow have would add up its sums in another order.
    """
    assert running.CHECKPOINT_SECONDS < 60  # what is lost at most
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])

    def work(folder, die_after):
        worker = ROOT / "tests" / "support" / "train_worker.py"
        return subprocess.run(
            [sys.executable, str(worker), str(tmp_path / folder), "60", str(die_after)],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            timeout=300,
            text=True,
        )

    killed = work("cut", 55)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed, whole = work("cut", 1000), work("whole", 1000)
    steps = [int(line.split()[0]) for line in resumed.stdout.splitlines()]
    assert steps == [60]
    assert whole.stdout.splitlines()[-1:] == resumed.stdout.splitlines()
    ours, theirs = (weights(tmp_path / name / "last") for name in ("cut", "whole"))
    assert all((x == y).all() for x, y in zip(ours, theirs, strict=True))


def test_a_loss_that_is_not_finite_stops_the_run(data, tmp_path):
    config = TrainConfig(
        batch_size=4,
        optimizer="sgd",
        learning_rate=10.0,
        warmup_steps=0,
        precision="float32",
    )
    with pytest.raises(TrainError, match="lower the learning rate"):
        run(data, tmp_path / "r", 640, config=config)


def test_a_run_whose_filters_died_is_told_once(data, tmp_path, caplog):
    """Those of tanh do not begin anew, so they are dead when the run looks."""
    network = NetworkConfig(filters=4, activation="tanh")
    model = build(network)
    model.get_layer("conv7").bias.assign([-1e6, -1e6, -1e6, 0])
    modelstore.save_model(tmp_path / "dead", model, network, {})
    train(
        data,
        data,
        tmp_path / "run",
        network=network,
        config=CONFIG,
        budget=Budget(steps=64, looks=2, look_at=8),
        start=tmp_path / "dead",
    )
    (told,) = [r.getMessage() for r in caplog.records if "dead;" in r.getMessage()]
    assert told.startswith("75 % of the filters of conv7_tanh")


def test_a_young_run_does_not_call_its_filters_dead(data, tmp_path, caplog):
    """The recipe of the laptop, whose normalisation has seen two batches."""
    network = NetworkConfig(filters=16, batch_norm=True)
    run(data, tmp_path / "r", 2, network=network)
    assert "dead;" not in caplog.text


def test_nothing_to_train_on_is_told(data, tmp_path):
    empty = make_dataset([np.array([361], np.uint16)])
    with pytest.raises(DatasetError, match="no positions"):
        run(empty, tmp_path / "r", 64)


def test_a_run_can_begin_with_a_narrower_model(data, tmp_path):
    run(data, tmp_path / "small", 64)
    wide = NetworkConfig(filters=8)
    grown = run(data, tmp_path / "wide", 0, network=wide, start=tmp_path / "small/last")
    small, _ = modelstore.load_model(tmp_path / "small" / "last")
    large, info = modelstore.load_model(tmp_path / "wide" / "last")
    assert info.network == wide
    planes = data.samples(np.arange(8)).planes
    assert np.allclose(small(planes), large(planes), atol=1e-3)
    assert grown.step == 0
    with pytest.raises(ModelError, match="does not grow"):
        run(data, tmp_path / "n", 0, start=tmp_path / "wide/last")


def test_a_model_that_does_not_fit_is_a_fault_of_the_model(data, tmp_path):
    """Whichever step of making it fit finds out."""
    mixed = NetworkConfig(filters=4, activation="maxout")
    modelstore.save_model(tmp_path / "mixed", build(mixed), mixed, {})
    wider = dataclasses.replace(mixed, filters=8)
    normalised = dataclasses.replace(mixed, batch_norm=True)
    for network, out in ((wider, tmp_path / "wider"), (normalised, tmp_path / "norm")):
        with pytest.raises(ModelError, match=r"mixed' does not fit: .*maxout"):
            run(data, out, 0, network=network, start=tmp_path / "mixed")


def test_a_run_begins_with_a_plain_model_and_leaves_one(data, tmp_path):
    """Unfolded, branched, grown and folded again: the answers stay."""
    run(data, tmp_path / "first", 64)
    rich = NetworkConfig(filters=8, batch_norm=True, branches=True)
    run(data, tmp_path / "rich", 0, network=rich, start=tmp_path / "first/last")
    before, _ = modelstore.load_model(tmp_path / "first" / "last")
    after, info = modelstore.load_model(tmp_path / "rich" / "last")
    assert info.network == NetworkConfig(filters=8)
    assert info.card["trained_as"] == format_config(rich)
    planes = data.samples(np.arange(8)).planes
    assert np.allclose(before(planes), after(planes), atol=1e-3)


def test_a_run_can_begin_with_a_normalised_model(data, tmp_path):
    rich = NetworkConfig(filters=4, batch_norm=True, branches=True)
    model = build(rich)
    modelstore.save_model(tmp_path / "rich", model, rich, {})
    run(data, tmp_path / "plain", 0, start=tmp_path / "rich")
    after, _ = modelstore.load_model(tmp_path / "plain" / "last")
    planes = data.samples(np.arange(8)).planes
    assert np.allclose(model(planes), after(planes), atol=1e-3)


def test_normalised_planes_are_kept_with_the_model(data, tmp_path):
    linear = NetworkConfig(architecture="linear", filters=4, batch_norm=True)
    run(data, tmp_path / "r", 0, network=linear)
    assert modelstore.read_info(tmp_path / "r" / "last").network == linear


@pytest.mark.parametrize("first", [0, 13])
@pytest.mark.parametrize("batch_size", [4, 150, 1000])  # 8, 6 steps in a piece, and 1
def test_the_pipeline_gives_the_datasets_batches_in_order(data, first, batch_size):
    config = dataclasses.replace(CONFIG, batch_size=batch_size)
    made = batches(data, config, first).take(12)
    for step, (planes, targets) in enumerate(made, start=first):
        expected = data.training_batch(step, batch_size, seed=CONFIG.seed)
        assert (planes.numpy() == expected.planes).all()
        assert (targets.numpy() == expected.targets).all()


def test_nothing_tunes_the_pipeline(data):
    """Or the end of a run waits for what tunes it, which sleeps for up to a minute."""
    assert batches(data, CONFIG, 0).options().autotune.enabled is False


@pytest.mark.parametrize("cores", [1, 16, 128])
@pytest.mark.parametrize("batch_size", [1, 16, 32, 100, 2048, 15_000])
def test_samples_are_made_within_bounds_of_memory(batch_size, cores):
    pieces = plan_pieces(batch_size, cores)
    assert 1 <= pieces.steps <= 8 and 1 <= pieces.at_a_time <= cores
    held = pieces.steps * pieces.at_a_time + pieces.waiting
    assert held * batch_size * SAMPLE_BYTES <= 768 << 20


@pytest.mark.parametrize(
    ("changed", "error"), [({"accumulate": 4}, 1e-3), ({"precision": "float16"}, 0.3)]
)
def test_parts_and_scaled_losses_give_the_same_step(data, changed, error):
    """Clipped, too: the limit is for the gradient of the whole batch."""
    config = TrainConfig(
        batch_size=16, optimizer="sgd", precision="float32", clip_norm=0.1
    )
    after = []
    for settings in (config, dataclasses.replace(config, **changed)):
        trainer = Trainer(NETWORK, settings)
        before = trainer.model.get_weights()
        loss = trainer.run(trainer.batches(data), 3, 0.1)
        moves = zip(trainer.model.get_weights(), before, strict=True)
        after.append((loss, np.concatenate([(x - y).ravel() for x, y in moves])))
    (expected, whole), (loss, moved) = after
    assert loss == pytest.approx(expected, rel=1e-3)
    assert np.linalg.norm(moved - whole) < error * np.linalg.norm(whole)


def test_adam_in_one_operation_is_adam():
    """Against Keras's own, also its weight decay.

    On given gradients: those of a network differ in their last bits from one machine to
    the next, and where they are next to nothing Adam takes whole steps of them.
    """
    config = TrainConfig(optimizer="adamw", learning_rate=1e-2, weight_decay=0.1)
    fused = build_optimizer(config, "float32")
    keras_own = keras.optimizers.AdamW(1e-2, weight_decay=0.1)
    rng = np.random.default_rng(1)
    shapes = [(5, 5, 48, 4), (4,)]
    start = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    steps = [[rng.normal(size=s).astype(np.float32) for s in shapes] for _ in range(10)]
    after = []
    for optimizer in (fused, keras_own):
        weights = [keras.Variable(value) for value in start]
        for gradients in steps:
            optimizer.apply([tf.constant(g) for g in gradients], weights)
        after.append([w.numpy() for w in weights])
    for x, y, before in zip(*after, start, strict=True):
        assert np.abs(x - before).mean() > 1e-3  # the steps moved the weights
        assert np.allclose(x, y, atol=1e-5)


def test_shards_take_the_same_step_as_a_whole_batch(data):
    """Two halves side by side give the gradient of the batch."""
    batch = data.training_batch(0, 16, seed=1)
    config = TrainConfig(
        batch_size=16, optimizer="sgd", learning_rate=0.1, precision="float32"
    )
    results = []
    for shards in (1, 2):
        trainer = Trainer(NETWORK, config)
        trainer.shards = shards
        repeated = tf.data.Dataset.from_tensors((batch.planes, batch.targets))
        loss = trainer.run(iter(repeated.repeat()), 3, 0.1)
        results.append((loss, [w.numpy() for w in trainer.model.weights]))
    assert results[0][0] == pytest.approx(results[1][0], rel=1e-5)
    for x, y in zip(results[0][1], results[1][1], strict=True):
        assert np.allclose(x, y, atol=1e-5)


SIDE_TASKS = dataclasses.replace(CONFIG, later_moves=0.5, final_owners=1.0)


def test_side_tasks_change_nothing_at_first_and_then_they_do(data):
    """Their layer begins at 0, so the first step is that of the next move alone."""
    moved = []
    for config in (CONFIG, SIDE_TASKS):
        config = dataclasses.replace(config, optimizer="sgd")
        trainer = Trainer(NETWORK, config)
        iterator = trainer.batches(data)
        for _ in range(2):
            trainer.run(iterator, 1, 0.1)
            moved.append(trainer.model.get_weights())
    (plain, plain_2, side, side_2) = moved
    for x, y in zip(plain, side, strict=True):
        assert np.allclose(x, y, atol=1e-6)
    assert not all(np.allclose(x, y) for x, y in zip(plain_2, side_2, strict=True))


def test_the_loss_of_side_tasks_is_the_sum_over_what_followed(data):
    """Against the definition: moves that are no passes, owners meaned over points."""
    config = dataclasses.replace(SIDE_TASKS, batch_size=8)
    rng = np.random.default_rng(1)
    answers = rng.normal(size=(8, POINTS, 5)).astype(np.float32)
    positions = np.arange(data.n_positions)[-8:]  # the game's end, without a sequel
    _, sequels = data.samples_with_sequels(positions, np.zeros_like(positions))
    expected = 0.0
    for answer, later, owners in zip(
        answers.astype(float), sequels.later, sequels.owners, strict=True
    ):
        for i, point in enumerate(later):
            if point != PASS:
                odds = np.exp(answer[:, i])
                expected -= config.later_moves * np.log(odds[point] / odds.sum())
        odds = np.exp(answer[:, 2:])
        shares = odds[np.arange(POINTS), owners + 1] / odds.sum(axis=1)
        expected -= config.final_owners * np.log(shares).mean()
    assert (sequels.later == PASS).any() and (sequels.later != PASS).any()
    loss = side_loss(config, answers, sequels.later, sequels.owners)
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_a_run_with_side_tasks_resumes_exactly_and_leaves_the_plain_network(
    data, tmp_path
):
    config = dataclasses.replace(SIDE_TASKS, precision="bfloat16")
    run(data, tmp_path / "whole", 128, config=config)
    run(data, tmp_path / "cut", 64, config=config)
    run(data, tmp_path / "cut", 128, config=config, resume=True)
    whole, cut = weights(tmp_path / "whole/last"), weights(tmp_path / "cut/last")
    for x, y in zip(whole, cut, strict=True):
        assert np.allclose(x, y, atol=1e-5)
    assert [w.shape for w in whole] == [w.shape for w in build(NETWORK).weights]


def test_side_tasks_need_a_network_that_ends_on_the_board():
    with pytest.raises(ConfigError, match="'mlp' has no last layer of points"):
        Trainer(NetworkConfig(architecture="mlp", filters=4), SIDE_TASKS)
