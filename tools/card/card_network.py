"""AlphaGo's network in PyTorch, as ``gopolicy train`` trains it on one card.

The layers of ``gopolicy.networks.alphago`` with batch normalisation, the side tasks of
``gopolicy.train.sidetasks``, and the loss of both. In float32, or under
``torch.autocast`` in bfloat16 but for the last layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
import torch.nn.functional as F
from card_weights import HIDDEN, LAST, to_torch
from numpy import float32
from numpy.typing import NDArray
from torch import Tensor, nn

from gopolicy.config import TrainConfig
from gopolicy.data.dataset import LATER_MOVES
from gopolicy.go.coords import PASS, POINTS
from gopolicy.go.features import PLANES
from gopolicy.networks.parts import EPSILON, MOMENTUM

#: A point is the side's own, its opponent's or nobody's.
_OWNERS: Final = 3


class PointBias(nn.Module):
    """One bias for each point."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(POINTS))


class Network(nn.Module):
    """The 13 convolutions and the side tasks' own, whose weights begin at 0."""

    def __init__(self, filters: int) -> None:
        super().__init__()
        for layer in HIDDEN:
            n_in, size = (PLANES, 5) if layer == HIDDEN[0] else (filters, 3)
            convolution = nn.Conv2d(n_in, filters, size, padding=size // 2, bias=False)
            norm = nn.BatchNorm2d(filters, eps=EPSILON, momentum=1 - MOMENTUM)
            self.add_module(layer, convolution)
            self.add_module(f"{layer}_norm", norm)
        self.add_module(LAST, nn.Conv2d(filters, 1, 1, bias=False))
        self.point_bias = PointBias()
        self.side_tasks = nn.Conv2d(filters, LATER_MOVES + _OWNERS, 1)
        nn.init.zeros_(self.side_tasks.weight)
        nn.init.zeros_(self.side_tasks.bias)

    def forward(self, planes: Tensor) -> tuple[Tensor, Tensor]:
        """Planes, uint8 [B, 19, 19, 48], to logits [B, 361] and answers [B, 5, 361].

        The answers are the later moves' logits, then those of owner -1, 0, 1.
        """
        x = planes.permute(0, 3, 1, 2).float()  # channels last in memory, as it was
        for layer in HIDDEN:
            norm = getattr(self, f"{layer}_norm")
            x = F.relu(norm(getattr(self, layer)(x)))
        # Both ends read the same numbers, so they are one convolution here.
        ends = torch.cat([getattr(self, LAST).weight, self.side_tasks.weight])
        with torch.autocast(x.device.type, enabled=False):
            y = F.conv2d(x.float(), ends).flatten(2)  # [B, 6, 361]
        return y[:, 0] + self.point_bias.bias, y[:, 1:] + self.side_tasks.bias[:, None]

    def take(self, weights: dict[str, NDArray[float32]]) -> None:
        """Takes over weights by Keras's names; what they do not name stays.

        Raises: RuntimeError for names or shapes of another network.
        """
        state = {key: torch.from_numpy(x) for key, x in to_torch(weights).items()}
        self.load_state_dict(self.state_dict() | state)

    def weights(self) -> dict[str, NDArray[float32]]:
        """All that ``take`` takes, by PyTorch's names."""
        return {key: x.float().cpu().numpy() for key, x in self.state_dict().items()}


def losses(
    network: nn.Module, config: TrainConfig, batch: Sequence[Tensor]
) -> tuple[Tensor, Tensor]:
    """(what is trained on, the part of it that is the next move's), means, in nats.

    ``batch``: what ``card_loader.make_piece`` says, of one step.
    """
    planes, targets, *sequels = batch
    logits, answers = network(planes)
    loss = F.cross_entropy(logits, targets.long())
    if not sequels:
        return loss, loss
    later, owners = sequels
    moves = F.cross_entropy(
        answers[:, :LATER_MOVES].flatten(0, 1),  # [2 B, 361]
        later.flatten().long(),
        ignore_index=PASS,
        reduction="sum",
    )
    owned = F.cross_entropy(answers[:, LATER_MOVES:], owners.long() + 1)
    side = config.later_moves * moves / len(targets) + config.final_owners * owned
    return loss + side, loss
