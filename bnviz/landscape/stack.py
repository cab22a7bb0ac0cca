"""A multilayer perceptron's parameters over a plane: where the points of a surface take theirs from."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bnviz.landscape.plain import Direction


class Stack:
    """A net's parameters, those that move as rows theta, d1, d2, and its first product at each of the three.

    Attributes:
        layers: name and module, without the flattening and dropout.
        samples: N.
        widest: units of its widest layer.
        pre_activation: (3, D * N), the first layer's output without its bias.
        theta: (3, M), all other parameters that move, one after another.
        slices: where in theta a parameter is, and its shape.
        resting: the parameters that do not move.
    """

    def __init__(self, net: nn.Sequential, x: Tensor, directions: tuple[Direction, Direction], bn_stats: str) -> None:
        self.bn_stats, self.samples = bn_stats, len(x)
        self.layers = [(name, m) for name, m in net.named_children() if not isinstance(m, (nn.Flatten, nn.Dropout))]
        self.widest = max(m.out_features for _, m in self.layers if isinstance(m, nn.Linear))
        parameters = {name: p.detach() for name, p in net.named_parameters()}
        first = f"{self.layers[0][0]}.weight"
        self.pre_activation = (_rows(first, parameters.pop(first), directions) @ x.T).flatten(1)
        self.resting = {n: p for n, p in parameters.items() if not any(n in direction for direction in directions)}
        moving = {n: _rows(n, p, directions) for n, p in parameters.items() if n not in self.resting}
        self.slices: dict[str, tuple[int, int, torch.Size]] = {}
        start = 0
        for name, row in moving.items():
            self.slices[name] = (start, start + row[0].numel(), row.shape[1:])
            start += row[0].numel()
        self.theta = torch.cat([row.flatten(1) for row in moving.values()], 1) if moving else x.new_empty(3, 0)


def _rows(name: str, theta: Tensor, directions: tuple[Direction, Direction]) -> Tensor:
    return torch.stack([theta, *(d.get(name, torch.zeros_like(theta)).to(theta) for d in directions)])
