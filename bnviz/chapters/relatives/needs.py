"""The needs of a normalizer, found by trying it: other samples, running statistics, an evaluation mode."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bnviz.config import RunConfig
from bnviz.norms import make_norm

_SHAPE = (6, 3, 3)
_BATCHES = 3
_SAME = 1e-5


@dataclass(frozen=True, slots=True)
class Needs:
    """The needs of one normalizer.

    Attributes:
        norm: its name.
        companions: whether the result for a sample in training depends on the other samples of its batch.
        running: whether it keeps running statistics.
        differs: whether the result for a sample differs between training and evaluation.
    """

    norm: str
    companions: bool
    running: bool
    differs: bool


def needs(norm: str, seed: int = 0) -> Needs:
    """Try a normalizer on random maps (8, 6, 3, 3).

    After three batches of training, one batch passes twice: the second time all samples but the first are
    replaced. Then the original batch passes in evaluation mode. Random numbers are the same each time.

    Args:
        norm: one of ``bnviz.config.NORMS``.
        seed: seed of the maps.
    """
    random = torch.Generator().manual_seed(seed)
    batches = [_maps(random) for _ in range(_BATCHES)]
    batch, others = _maps(random), _maps(random)
    exchanged = torch.cat([batch[:1], others[1:]])
    one, two = _trained(norm, batches), _trained(norm, batches)
    if one is None or two is None:  # it normalizes the weights, or there is none
        return Needs(norm, companions=False, running=False, differs=False)
    with torch.no_grad():
        first = one(batch)[0]
        companions = _differ(first, two(exchanged)[0])
        after = one.eval()(batch)[0]
    running = any(getattr(one, f"running_{name}", None) is not None for name in ("mean", "var"))
    return Needs(norm, companions=companions, running=running, differs=_differ(first, after))


def _maps(random: torch.Generator) -> Tensor:
    return 1 + 2 * torch.randn(8, *_SHAPE, generator=random)


def _trained(norm: str, batches: list[Tensor]) -> nn.Module | None:
    """Return a new normalizer after some batches; None where it is no layer."""
    config = RunConfig(net="vgg11", norm=norm, groups=2, ghost_size=4)
    layer = make_norm(config, _SHAPE, 0)
    if layer is None:
        return None
    layer.train()
    with torch.no_grad():
        for batch in batches:
            layer(batch)
    return layer


def _differ(a: Tensor, b: Tensor) -> bool:
    return bool((a - b).abs().max() > _SAME)
