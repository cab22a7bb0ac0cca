"""The seeds of one layer."""

from __future__ import annotations

from dataclasses import dataclass

import torch

_SEEDS = 2**62


@dataclass(frozen=True, slots=True)
class LayerSeeds:
    """What a layer draws from; a fresh one per layer, in a fixed order, so that twins agree.

    Attributes:
        weight: of the initial weights.
        dropout: of the dropout masks.
    """

    weight: int
    dropout: int

    @property
    def norm(self) -> int:
        """Seed of a norm that draws (the noisy one): made from the others, so that no draw is added."""
        return self.weight ^ self.dropout


def draw_seeds(generator: torch.Generator) -> LayerSeeds:
    """Draw the seeds of the next layer."""
    weight, dropout = torch.randint(_SEEDS, (2,), generator=generator).tolist()
    return LayerSeeds(weight, dropout)
