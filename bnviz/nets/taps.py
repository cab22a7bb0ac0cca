"""Places in a recurrent net that can be observed like the layers of any other."""

from __future__ import annotations

from torch import Tensor, nn

from bnviz.nets.step_norm import StepNorm


class LinearTap(nn.Identity):
    """Passes the pre-activations of one time step through; ``weight`` is that of the layer they come from.

    Args:
        layer: the linear layer that all steps share.
    """

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self._layer = (layer,)  # in a tuple: it belongs to the net, not to each of its taps

    @property
    def weight(self) -> Tensor:
        """The shared weight, a Parameter."""
        return self._layer[0].weight


class NormTap(nn.Identity):
    """Passes the normalized candidates of one time step through; ``weight`` is their gamma.

    Args:
        norm: the norm of the recurrent part: gates first, candidates last.
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
