"""Trains AlphaGo's network on one graphics card with PyTorch: ``gopolicy train``, fast.

python tools/card/train_card.py START FILE.h5[=WEIGHT] ... --valid FILE.h5 --out RUN
    (--minutes M | --steps N) [--config RUN.json] [--batch-size 256] [--learning-rate
    2e-3] ... [--looks 4] [--workers N] [--compile] [--resume]

START is a model with batch normalisation, as make_start.py makes it; FILE.h5 are
datasets. RUN becomes the folder of an ordinary run: run.json, history.csv, the models
best and last (averaged, normalisation folded away). The settings are those of
``gopolicy train`` and begin with its laptop recipe; samples, losses, optimizer, rate
and average are the same (see compare_gradients.py). A run is a whole number of pieces
of 8 steps. Ctrl-C and SIGTERM end it in good order; --resume goes on. Minutes are those
of training: looks at held-out games, the compiler and the start come on top. See
docs/card.md.

Needs torch, numpy, numba, h5py and ``gopolicy`` on PYTHONPATH, no TensorFlow. Without a
card it trains on the processor.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import torch
from card_loader import STEPS, pieces
from card_options import choose_config, parse_options, parse_weight
from card_trainer import CardTrainer, find_device, pieces_done
from card_weights import fold, load_weights

from gopolicy.config import NetworkConfig, TrainConfig
from gopolicy.data.dataset import Dataset
from gopolicy.errors import ConfigError, GoPolicyError, TrainError
from gopolicy.files import whole_file
from gopolicy.measure.evaluate import score_positions
from gopolicy.train.folder import (
    CARD_CHECKPOINT,
    RunFolder,
    hash_games,
    history_row,
    look_card,
)
from gopolicy.train.provenance import describe_origin, warn_of_known_games
from gopolicy.train.schedule import Budget, graceful_stop, learning_rate

#: Training positions looked at for so many held-out ones; as ``train.looks``.
SHARE_KNOWN = 4
#: Seconds between two lines of progress.
TELL_EVERY = 10.0


def say(*values: object) -> None:
    sys.stderr.write(" ".join(map(str, values)) + "\n")
    sys.stderr.flush()


class CardRun:
    """The loop, and what it keeps in the folder of the run.

    ``card``: what the models' cards say besides the look at them.
    """

    def __init__(
        self,
        trainer: CardTrainer,
        network: NetworkConfig,
        folder: RunFolder,
        budget: Budget,
        card: dict[str, Any],
    ) -> None:
        self.trainer = trainer
        self.network = network
        self.folder = folder
        self.budget = budget
        self.card = card
        self._losses: list[float] = []  # of the pieces since the last look
        self._checkpoint = folder.path / CARD_CHECKPOINT

    def resume(self) -> None:
        """Goes on with the checkpoint, if there is one.

        Raises: ConfigError for a run of ``gopolicy train``.
        """
        if self._checkpoint.exists():
            where = self.trainer.device
            self.trainer.restore(torch.load(self._checkpoint, map_location=where))
            self.folder.read_history(self.trainer.step)
        elif (self._checkpoint.parent / "checkpoint").exists():
            raise ConfigError(
                f"the run in {str(self.folder.path)!r} is one of gopolicy train; go on "
                "with that, or give another --out"
            )

    @property
    def share_done(self) -> float:
        """How much of the run is over, 0 to 1."""
        return self.budget.share_done(self.trainer.step, self.trainer.seconds)

    def loop(
        self,
        data: Dataset,
        valid: Dataset,
        source: Iterator[list[torch.Tensor]],
        stopped: Callable[[], bool],
    ) -> None:
        """Trains until the budget is spent or somebody stopped it."""
        piece = next(source)  # the kernels are compiled: that does not count
        rate, told, waiting = 0.0, time.monotonic(), None
        while self.share_done < 1 and not stopped():
            before, began = self.share_done, time.monotonic()
            rate = learning_rate(self.trainer.config, self.trainer.step, before)
            loss = self.trainer.run(piece, rate)
            piece = next(source)
            if waiting is not None:  # the first piece compiles, so it counts as little
                self._note(float(waiting))  # the card is at most one piece behind
                self.trainer.seconds += time.monotonic() - began
            waiting = loss
            if self.budget.is_look_due(before, self.share_done):
                self.look(data, valid, rate)
                self.save()
            if self._losses and time.monotonic() - told > TELL_EVERY:
                told = time.monotonic()
                self._tell()
        if waiting is not None:
            self._note(float(waiting))
            self.look(data, valid, rate)
            self.save()

    def _note(self, loss: float) -> None:
        """Keeps a loss. Raises: TrainError when it is not finite."""
        if not math.isfinite(loss):
            raise TrainError(
                f"the loss is not finite at step {self.trainer.step}; lower the "
                "learning rate or set clip_norm"
            )
        self._losses.append(loss)

    def _tell(self) -> None:
        positions = self.trainer.step * self.trainer.config.batch_size
        speed = positions / self.trainer.seconds
        say(f"{positions:,} positions, {speed:,.0f}/s, loss {self._losses[-1]:.3f}")

    def look(self, data: Dataset, valid: Dataset, rate: float) -> None:
        """Scores the averaged weights and keeps them, as a look of an ordinary run.

        Nothing when the last look was at this step.
        """
        history = self.folder.history
        if history and history[-1]["step"] == self.trainer.step:
            return
        trainer, n_positions = self.trainer, self.budget.look_at
        predict = trainer.log_probabilities
        sample = valid.shuffled_positions(n_positions, seed=0)
        known = data.shuffled_positions(n_positions // SHARE_KNOWN, seed=0)
        row = history_row(
            step=trainer.step,
            positions=trainer.step * trainer.config.batch_size,
            seconds=trainer.seconds,
            rate=rate,
            loss=sum(self._losses) / len(self._losses) if self._losses else math.nan,
            scores=score_positions(predict, valid, sample),
            known=score_positions(predict, data, known),
        )
        self._losses.clear()
        card = look_card(row, self.network, trainer.config, valid_positions=len(sample))
        weights, network = fold(trainer.averaged_weights(), self.network)
        self.folder.add(row, weights, network, {**self.card, **card})
        say(f"held-out top-1 {row['valid_top1']:.2%}, log loss {row['valid_log_loss']}")

    def save(self) -> None:
        """Writes what ``resume`` reads."""
        self._checkpoint.parent.mkdir(exist_ok=True)
        with whole_file(self._checkpoint) as file:
            torch.save(self.trainer.state(), file)


def claim(
    options: argparse.Namespace,
    data: Dataset,
    valid: Dataset,
    network: NetworkConfig,
    config: TrainConfig,
    device: torch.device,
) -> tuple[RunFolder, dict[str, Any]]:
    """The folder of the run, made its own, and what its models' cards say of it."""
    cards = [torch.cuda.get_device_name(device)] if device.type == "cuda" else []
    limit = {"steps": options.steps, "minutes": options.minutes}
    origin = describe_origin(
        data,
        valid,
        command=sys.argv,
        accelerators=cards,
        packages=("torch", "numpy"),
    )
    folder = RunFolder(options.out)
    folder.claim(
        network,
        config,
        games={"training": hash_games(data), "held_out": hash_games(valid)},
        files={
            "training": options.files,
            "held_out": options.valid,
            "start": [options.start],
        },
        limit=limit,
        looks=options.looks,
        origin=origin,
        resume=options.resume,
    )
    return folder, {**origin, "limit": limit}


def train(options: argparse.Namespace) -> None:
    """Trains as the options say. Raises: GoPolicyError."""
    device = find_device()
    weights, network = load_weights(options.start)
    config = choose_config(options, network)
    files = dict(map(parse_weight, options.files))
    data, valid = Dataset.open(*files, weights=files), Dataset.open(*options.valid)
    warn_of_known_games(data, valid)
    trainer = CardTrainer(
        network.filters, config, device=device, compiled=options.compile
    )
    trainer.begin_with(weights)
    folder, card = claim(options, data, valid, network, config, device)
    budget = Budget(steps=options.steps, minutes=options.minutes, looks=options.looks)
    run = CardRun(trainer, network, folder, budget, card)
    if options.resume:
        run.resume()
    say(
        f"{network.filters} filters on {device}, batches of {config.batch_size} in "
        f"pieces of {STEPS}; {data.n_positions:,} positions of {data.n_games:,} games"
    )
    source = pieces(
        data,
        config,
        pieces_done(trainer),
        workers=options.workers,
        finish=trainer.place,
    )
    with closing(source), graceful_stop() as stopped:
        run.loop(data, valid, source, stopped)


def main() -> None:
    options = parse_options(sys.argv[1:])
    if torch.cuda.is_available():
        torch.set_num_threads(1)  # the processor is the loader's
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
    try:
        train(options)
    except GoPolicyError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
