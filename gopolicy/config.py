"""Settings as frozen values, to and from JSON, and the lists they are chosen from.

A config checks itself when it is made, is stored with every model, and is the only way
settings reach the code below the command line. The options of the commands offer what
is listed here. Knows nothing of TensorFlow; everybody may come in.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar, get_args

from gopolicy.errors import ConfigError, phrase

#: In the order in which a learner meets them.
Architecture: TypeAlias = Literal[
    "linear", "mlp", "alexnet", "inception", "resnet", "alphago"
]
Activation: TypeAlias = Literal[
    "relu", "sigmoid", "tanh", "leaky_relu", "elu", "maxout"
]
Initializer: TypeAlias = Literal["near_identity", "he"]
Optimizer: TypeAlias = Literal["sgd", "momentum", "adam", "adamw", "muon"]
Schedule: TypeAlias = Literal["constant", "halving", "cosine", "linear"]
Precision: TypeAlias = Literal["auto", "float32", "bfloat16", "float16"]
#: What an export is, and what its weights are stored as.
Format: TypeAlias = Literal["saved_model", "tflite", "onnx"]
Dtype: TypeAlias = Literal["float32", "float16", "int8"]
#: What a network tells of a position: the move, or whose each point will be.
Task: TypeAlias = Literal["moves", "owners"]
#: How a game is counted. Area: living stones and territory (Chinese), and a point to
#: White for each handicap stone, as GNU Go, KGS and OGS count; one point less by AGA's
#: rules, none by Tromp-Taylor's and New Zealand's. Territory: territory and prisoners
#: (Japanese); in a game that is over, eyes in a seki are none.
Rules: TypeAlias = Literal["area", "territory", "aga", "tromp-taylor"]
#: Which colors the person at the window plays, and how the window looks.
RoleName: TypeAlias = Literal["black", "white", "both", "none"]
ThemeName: TypeAlias = Literal["light", "dark"]
LanguageName: TypeAlias = Literal["en", "zh_CN"]
#: How strong the network plays, the strongest last, which is the plain network.
StrengthName: TypeAlias = Literal["15k", "14k", "12k", "10k", "8k", "full"]
#: What ``bench`` measures, in the order of its table.
BenchPart: TypeAlias = Literal[
    "features",
    "samples",
    "side-tasks",
    "sgf",
    "7z",
    "gib",
    "ngf",
    "playouts",
    "worst",
    "train",
    "infer",
    "play",
    "start",
]

ARCHITECTURES: Final[tuple[Architecture, ...]] = get_args(Architecture)
ACTIVATIONS: Final[tuple[Activation, ...]] = get_args(Activation)
INITIALIZERS: Final[tuple[Initializer, ...]] = get_args(Initializer)
OPTIMIZERS: Final[tuple[Optimizer, ...]] = get_args(Optimizer)
SCHEDULES: Final[tuple[Schedule, ...]] = get_args(Schedule)
TASKS: Final[tuple[Task, ...]] = get_args(Task)
PRECISIONS: Final[tuple[Precision, ...]] = get_args(Precision)
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
DTYPES: Final[tuple[Dtype, ...]] = get_args(Dtype)
RULES: Final[tuple[Rules, ...]] = get_args(Rules)
ROLE_NAMES: Final[tuple[RoleName, ...]] = get_args(RoleName)
THEME_NAMES: Final[tuple[ThemeName, ...]] = get_args(ThemeName)
LANGUAGE_NAMES: Final[tuple[LanguageName, ...]] = get_args(LanguageName)
BENCH_PARTS: Final[tuple[BenchPart, ...]] = get_args(BenchPart)
#: The most handicap stones that stand on star points.
MAX_HANDICAP: Final = 9
#: Over how many of the board's symmetries a policy can average.
N_SYMMETRIES: Final = (1, 8)
#: The dtypes that each format has.
FORMAT_DTYPES: Final[Mapping[Format, tuple[Dtype, ...]]] = {
    "saved_model": ("float32",),
    "tflite": DTYPES,
    "onnx": DTYPES,
}

C = TypeVar("C", "NetworkConfig", "TrainConfig")


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong the network plays: each move is drawn at ``temperature``, as in
    ``player.Player``, among the ``choices`` likeliest."""

    temperature: float
    choices: int


#: By measured matches, see docs/strengths.md.
STRENGTH_NAMES: Final[tuple[StrengthName, ...]] = get_args(StrengthName)
FULL_STRENGTH: Final[StrengthName] = "full"
STRENGTHS: Final[Mapping[StrengthName, Strength]] = {
    "15k": Strength(2.1, 16),
    "14k": Strength(1.8, 12),
    "12k": Strength(1.55, 9),
    "10k": Strength(1.35, 6),
    "8k": Strength(1.0, 4),
    "full": Strength(0.0, 361),
}


def _require(config: object, field: str, holds: bool, allowed: str) -> None:
    if not holds:
        value = getattr(config, field)
        raise ConfigError(
            phrase(
                "setting {field!r} is {value!r}; allowed: {allowed}",
                field=field,
                value=value,
                allowed=allowed,
            )
        )


def _one_of(config: object, field: str, allowed: tuple[str, ...]) -> None:
    _require(config, field, getattr(config, field) in allowed, ", ".join(allowed))


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """What a network is; stored with its weights, so it can be built again.

    The last five are the paper's by default: no network but one in a comparison needs
    them. ``l2``: penalty on the sum of the squared kernels. ``dropout``: share of a
    hidden layer's outputs that a training step leaves out. ``batch_norm``: each hidden
    layer normalised over the batch, before its activation.
    ``branches``: AlphaGo's 3x3 kernels are sums of three that learn apart (see
    ``layers.BranchedConvolution``).

    Raises: ConfigError for a value outside its range.
    """

    architecture: Architecture = "alphago"
    filters: int = 192  # k of the match version (Silver et al. 2016, Methods)
    initializer: Initializer = "near_identity"  # measured: beats He in short runs
    activation: Activation = "relu"  # the paper's rectifier
    l2: float = 0.0
    dropout: float = 0.0
    batch_norm: bool = False
    branches: bool = False

    def __post_init__(self) -> None:
        _one_of(self, "architecture", ARCHITECTURES)
        _require(self, "filters", 1 <= self.filters <= 1024, phrase("1 to 1024"))
        _one_of(self, "activation", ACTIVATIONS)
        _one_of(self, "initializer", INITIALIZERS)
        _require(self, "l2", 0 <= self.l2 <= 1, phrase("0 to 1"))
        _require(self, "dropout", 0 <= self.dropout < 1, phrase("0 to below 1"))
        _require(
            self,
            "branches",
            not self.branches
            or (self.architecture == "alphago" and self.activation != "maxout"),
            phrase("false but for 'alphago' without 'maxout'"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """How a network is trained; the defaults are plain ones, see the presets below.

    Raises: ConfigError for a value outside its range.
    """

    preset: str = "custom"
    batch_size: int = 16  # that of the paper
    accumulate: int = 1  # parts a batch is computed in, one after another
    optimizer: Optimizer = "adam"
    learning_rate: float = 1e-3  # measured at batch 16
    schedule: Schedule = "constant"
    halve_every: int = 0  # steps between halvings, for "halving"
    warmup_steps: int = 500
    decay_share: float = 0.2  # last part of the run in which the rate falls to 0
    weight_decay: float = 0.0
    clip_norm: float = 0.0  # global norm of the gradient; 0 is no clipping
    ema: float = 0.9995  # decay of the averaged weights a step; 0 is no averaging
    later_moves: float = 0.0  # weight of a side task: the two moves after the next
    final_owners: float = 0.0  # and of another: whose each point is at the game's end
    augment: bool = True  # each sample under one of the 8 symmetries
    precision: Precision = "auto"  # bfloat16 where the processor has it
    seed: int = 1
    held_out: float = 0.02  # share of games held out when no --valid is given

    def __post_init__(self) -> None:
        _require(
            self, "batch_size", 1 <= self.batch_size <= 65536, phrase("1 to 65536")
        )
        _require(
            self,
            "accumulate",
            self.accumulate >= 1 and self.batch_size % self.accumulate == 0,
            phrase(
                "1 and other divisors of the batch size, {size}", size=self.batch_size
            ),
        )
        _one_of(self, "optimizer", OPTIMIZERS)
        _one_of(self, "schedule", SCHEDULES)
        _one_of(self, "precision", PRECISIONS)
        _require(
            self,
            "learning_rate",
            0 < self.learning_rate <= 10,
            phrase("above 0, to 10"),
        )
        _require(self, "halve_every", self.halve_every >= 0, phrase("0 or more"))
        _require(
            self,
            "halve_every",
            self.schedule != "halving" or self.halve_every > 0,
            phrase("at least 1 with the schedule 'halving'"),
        )
        _require(self, "warmup_steps", self.warmup_steps >= 0, phrase("0 or more"))
        _require(self, "decay_share", 0 <= self.decay_share <= 1, phrase("0 to 1"))
        _require(self, "weight_decay", self.weight_decay >= 0, phrase("0 or more"))
        _require(self, "clip_norm", self.clip_norm >= 0, phrase("0 or more"))
        for side_task in ("later_moves", "final_owners"):
            weight = getattr(self, side_task)
            _require(self, side_task, 0 <= weight <= 100, phrase("0 to 100"))
        _require(self, "ema", 0 <= self.ema < 1, phrase("0 to below 1"))
        _require(self, "held_out", 0 <= self.held_out < 1, phrase("0 to below 1"))

    @property
    def has_side_tasks(self) -> bool:
        return self.later_moves > 0 or self.final_owners > 0


#: The paper's recipe; each number from Silver et al. 2016, Methods, "Policy network:
#: classification": minibatch of 16, step size 0.003 "halved every 80 million training
#: steps, without momentum terms".
PAPER: Final = TrainConfig(
    preset="paper",
    batch_size=16,
    optimizer="sgd",
    learning_rate=0.003,
    schedule="halving",
    halve_every=80_000_000,
    warmup_steps=0,
    decay_share=0.0,
    ema=0.0,
    precision="float32",
)
PAPER_NETWORK: Final = NetworkConfig(filters=192, initializer="he")

#: What came first in tools/search_recipe.py; the table is in docs/training-log.md.
LAPTOP: Final = TrainConfig(
    preset="laptop",
    batch_size=32,
    learning_rate=3e-3,
    later_moves=0.15,
    final_owners=0.5,
)
LAPTOP_NETWORK: Final = NetworkConfig(filters=32, batch_norm=True)

#: For comparisons of some minutes: batches large enough that the optimizer's work on
#: the millions of weights of a dense layer does not eat the time, and an average and a
#: warm-up that fit a run of a few hundred steps. Batch normalisation, or networks with
#: fully connected layers learn next to nothing in that time: after 20,000 positions
#: alexnet had 1.0 % top-1 without it (at batch 16 and 32), 8.2 % with it (at 32).
COMPARE: Final = TrainConfig(
    preset="compare", batch_size=64, warmup_steps=32, ema=0.98, learning_rate=2e-3
)
COMPARE_NETWORK: Final = NetworkConfig(filters=32, batch_norm=True)
#: Learning rates of those networks that want another than the rest. Chosen on 900 KGS
#: games that are not in the sample, in about 40 s of training on two thirds of them:
#: linear has 9.6 % top-1 and a log loss of 5.3 at 5e-4, 9.6 % and 4.7 at 2.5e-4 (after
#: 600 steps 6.1 % and 10.2 at 2e-3, 7.5 % and 5.3 at 5e-4); mlp 10.3 % and 4.03 at
#: 6e-3, 9.7 % and 4.07 at 1.5e-2.
COMPARE_RATES: Final[Mapping[str, float]] = {"linear": 2.5e-4, "mlp": 6e-3}

PRESETS: Final = {"paper": (PAPER_NETWORK, PAPER), "laptop": (LAPTOP_NETWORK, LAPTOP)}


def format_config(config: NetworkConfig | TrainConfig) -> dict[str, Any]:
    """``config`` as a dict for JSON."""
    return dataclasses.asdict(config)


def describe_changes(before: Mapping[str, object], now: Mapping[str, object]) -> str:
    """What of ``now`` was not so ``before``: "name old -> new; ..."; "" for nothing."""
    return "; ".join(
        f"{name} {before.get(name)!r} -> {value!r}"
        for name, value in now.items()
        if before.get(name) != value
    )


def parse_config(kind: type[C], values: object) -> C:
    """The config that ``format_config`` gave.

    Raises: ConfigError for unknown names, values of another type or out of range.
    """
    if not isinstance(values, dict):
        raise ConfigError(
            phrase("settings must be a JSON object, not {values!r}", values=values)
        )
    fields = {field.name: field for field in dataclasses.fields(kind)}
    for name, value in values.items():
        if name not in fields:
            raise ConfigError(
                phrase(
                    "unknown setting {name!r}; known: {known}",
                    name=name,
                    known=", ".join(fields),
                )
            )
        expected = type(fields[name].default)
        if type(value) is not expected and (type(value), expected) != (int, float):
            raise ConfigError(
                phrase(
                    "setting {name!r} must be {kind}, not {value}",
                    name=name,
                    kind=expected.__name__,
                    value=json.dumps(value),
                )
            )
    return kind(**values)
