"""Modules of a recurrent net that can be observed like the layers of other nets."""

from __future__ import annotations

from torch import Tensor, nn

from bnviz.nets.step_norm import StepNorm


class LinearTap(nn.Identity):
    """Returns its input, the pre-activations of one time step; ``weight`` is that of their linear layer.

    Args:
        layer: the linear layer that all steps share.
    """

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self._layer = (layer,)  # in a tuple, so that it is no child module: it belongs to the net

    @property
    def weight(self) -> Tensor:
        """The shared weight, a Parameter."""
        return self._layer[0].weight


class NormTap(nn.Identity):
    """Returns its input, the normalized candidates of one time step; ``weight`` is their gamma.

    Args:
        norm: the norm of the recurrent part, with the gates first and the candidates last.
        layer: the linear layer of the candidates, whose bias is their beta.
    """

    def __init__(self, norm: StepNorm, layer: nn.Linear) -> None:
        super().__init__()
        self._norm, self._layer = (norm,), (layer,)

    @property
    def weight(self) -> Tensor | None:
        """Gamma of the candidates (D,), or None."""
        gamma = self._norm[0].weight
        return None if gamma is None else gamma[-self._layer[0].out_features :]

    @property
    def bias(self) -> Tensor:
        """Beta of the candidates (D,)."""
        return self._layer[0].bias
