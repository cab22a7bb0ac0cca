"""The seeds of one layer."""

from __future__ import annotations

from dataclasses import dataclass

import torch

_SEEDS = 2**62


@dataclass(frozen=True, slots=True)
class LayerSeeds:
    """The seeds of one layer. Layers draw them in a fixed order, so that twins have equal seeds.

    Attributes:
        weight: seed of the initial weights.
        dropout: seed of the dropout masks.
    """

    weight: int
    dropout: int

    @property
    def norm(self) -> int:
        """Seed of a random norm; it is made from the others, so that no further seed is drawn."""
        return self.weight ^ self.dropout


def draw_seeds(generator: torch.Generator) -> LayerSeeds:
    """Draw the seeds of the next layer."""
    weight, dropout = torch.randint(_SEEDS, (2,), generator=generator).tolist()
    return LayerSeeds(weight, dropout)
