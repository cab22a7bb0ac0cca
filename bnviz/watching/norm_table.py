"""The normalization layers of a watched model by number: its modules, and calls of functions such as F.batch_norm."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from bnviz.telemetry.records import MAX_LAYERS
from bnviz.watching.norm_layers import Kind, NormLayer, norm_kind


@dataclass(slots=True, eq=False)
class KnownNorm:
    """A normalization layer, and whether it was seen.

    Attributes:
        index: its number.
        name: its path in the model.
        kind: what its mean and variance are taken over.
        channels: 0 until it is known.
        layer: the module; None for a function.
        seen: number of observed calls.
        unseen: why a call of it could not be read, or why none can; empty where all is well.
    """

    index: int
    name: str
    kind: Kind
    channels: int = 0
    layer: NormLayer | None = None
    seen: int = 0
    unseen: str = ""


class NormTable:
    """Normalization layers in the order in which they were found, each module and each function call once."""

    def __init__(self) -> None:
        self.norms: list[KnownNorm] = []
        self.left_out = 0
        self._by_module: dict[nn.Module, KnownNorm] = {}
        self._by_name: dict[str, KnownNorm] = {}

    def find(self, model: nn.Module) -> None:
        """Add the normalization layers of a model that are not known yet, in the order of registration."""
        for name, module in model.named_modules():
            kind = norm_kind(module)
            if kind is None or module in self._by_module:
                continue
            if len(self.norms) >= MAX_LAYERS:
                self.left_out += 1
                continue
            layer = NormLayer(name, module, kind)
            parts = (layer.running_mean, layer.gamma)
            channels = next((part.numel() for part in parts if part is not None), 0)
            known = KnownNorm(len(self.norms), name, kind, channels, layer)
            self._by_module[module] = known
            self.norms.append(known)

    def of_module(self, module: nn.Module) -> KnownNorm | None:
        """Return a module's entry; None where it is no normalization layer, or one too many."""
        return self._by_module.get(module)

    def affine_parameters(self) -> list[Tensor | None]:
        """Return gamma and beta of every entry in turn, None where there is none."""
        modules = [None if norm.layer is None else norm.layer.module for norm in self.norms]
        return [None if m is None else m._parameters.get(name) for m in modules for name in ("weight", "bias")]

    def of_function(self, name: str, kind: Kind) -> KnownNorm | None:
        """Return the entry of a function's call, which is known by its name and its place in the pass."""
        if name not in self._by_name:
            if len(self.norms) >= MAX_LAYERS:
                return None
            self._by_name[name] = KnownNorm(len(self.norms), name, kind)
            self.norms.append(self._by_name[name])
        return self._by_name[name]
