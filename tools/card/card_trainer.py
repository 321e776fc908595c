"""A network being trained with PyTorch: what ``gopolicy.train.trainer`` is there.

The optimizer's, the average's and the loss's formulas are those of ``gopolicy train``
on one device. Steps are taken a piece at a time (``card_loader.STEPS``), in which the
rate stays; then the average follows.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from card_loader import STEPS, Arrays
from card_network import Network, losses
from card_options import check
from card_weights import from_torch
from numpy.typing import NDArray
from torch import Tensor

from gopolicy.config import TrainConfig
from gopolicy.predict import log_softmax
from gopolicy.train.schedule import average_decay

#: Keras's Adam.
_BETAS: Final = (0.9, 0.999)
_EPSILON: Final = 1e-7
#: What ``train.optimizers`` gives "adamw" unless the config says.
_ADAMW_DECAY: Final = 0.004


def find_device() -> torch.device:
    """The card, or the processor where there is none."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def resolve_precision(config: TrainConfig, device: torch.device) -> str:
    """The precision to compute in: "auto" is bfloat16 on a card."""
    if config.precision != "auto":
        return config.precision
    return "bfloat16" if device.type == "cuda" else "float32"


class CardTrainer:
    """The network, its average, the optimizer, the step.

    ``compiled``: whether ``torch.compile`` makes the step's kernels. ``step``,
    ``seconds``: how far the run is. Raises: ConfigError as ``card_options.check``.
    """

    def __init__(
        self,
        filters: int,
        config: TrainConfig,
        *,
        device: torch.device,
        compiled: bool = False,
    ) -> None:
        check(config)
        self.config = config
        self.device = device
        self.is_half = resolve_precision(config, device) == "bfloat16"
        self.network = Network(filters).to(device, memory_format=torch.channels_last)
        self.averaged = copy.deepcopy(self.network).requires_grad_(False).eval()
        decay = config.weight_decay or (
            _ADAMW_DECAY if config.optimizer == "adamw" else 0.0
        )
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), betas=_BETAS, weight_decay=decay, fused=True
        )
        self.step = 0
        self.seconds = 0.0
        self._call = torch.compile(self.network) if compiled else self.network

    def begin_with(self, weights: dict[str, NDArray[np.float32]]) -> None:
        """Takes over weights by Keras's names; the average begins with them."""
        self.network.take(weights)
        self.averaged.load_state_dict(self.network.state_dict())

    def place(self, arrays: Arrays) -> list[Tensor]:
        """A piece where the card can fetch it while it computes."""
        tensors = [torch.from_numpy(x) for x in arrays]
        if self.device.type == "cuda":
            tensors = [x.pin_memory() for x in tensors]
        return tensors

    def run(self, piece: Sequence[Tensor], rate: float) -> Tensor:
        """Takes the steps of a piece; the mean loss, in nats, still on the card."""
        tensors = [x.to(self.device, non_blocking=True) for x in piece]
        n_steps = len(tensors[0])
        total = torch.zeros((), device=self.device)
        for batch in zip(*tensors, strict=True):
            total += self._take_step(batch, rate)
        self._update_average(average_decay(self.config, self.step - n_steps, n_steps))
        return total / n_steps

    def _take_step(self, batch: Sequence[Tensor], rate: float) -> Tensor:
        """One step on one batch; its loss of the next move."""
        self.step += 1
        for group in self.optimizer.param_groups:
            group["lr"] = rate
            # TensorFlow adds epsilon before the second moment is made unbiased.
            group["eps"] = _EPSILON / math.sqrt(1 - _BETAS[1] ** self.step)
        kind = self.device.type
        with torch.autocast(kind, torch.bfloat16, enabled=self.is_half):
            whole, loss = losses(self._call, self.config, batch)
        self.optimizer.zero_grad(set_to_none=True)
        whole.backward()
        if self.config.clip_norm:
            parameters = self.network.parameters()
            torch.nn.utils.clip_grad_norm_(parameters, self.config.clip_norm)
        self.optimizer.step()
        return loss.detach()

    @torch.no_grad()
    def _update_average(self, keep: float) -> None:
        """``keep``: what stays of the averaged weights, moving means among them."""
        now = self.network.state_dict()
        pairs = [
            (average, now[name])
            for name, average in self.averaged.state_dict().items()
            if average.is_floating_point()
        ]
        averages, values = map(list, zip(*pairs, strict=True))
        torch._foreach_lerp_(averages, values, 1 - keep)

    def log_probabilities(
        self, planes: NDArray[np.uint8], legal: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """What the averaged weights predict; see ``gopolicy.predict.Predict``."""
        with torch.inference_mode():
            logits, _ = self.averaged(torch.from_numpy(planes).to(self.device))
        return log_softmax(logits.cpu().numpy(), legal)

    def averaged_weights(self) -> dict[str, NDArray[np.float32]]:
        """The averaged weights by Keras's names."""
        return from_torch(self.averaged.weights())

    def state(self) -> dict[str, Any]:
        """All that a run needs to go on."""
        return {
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on with what ``state`` gave."""
        for name in ("network", "averaged", "optimizer"):
            getattr(self, name).load_state_dict(state[name])
        self.step, self.seconds = state["step"], state["seconds"]


def pieces_done(trainer: CardTrainer) -> int:
    """How many pieces the run has taken."""
    return trainer.step // STEPS
