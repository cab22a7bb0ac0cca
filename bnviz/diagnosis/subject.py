"""The net that is looked at: a copy of the model, its normalization layers, the batches, and passes over them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn

from bnviz.diagnosis.care import modes_of, set_modes, state_kept
from bnviz.diagnosis.observe import Observation, observed
from bnviz.diagnosis.samples import Batch
from bnviz.watching.norm_layers import NormLayer, by_channel, find_norm_layers

Mode = Literal["evaluation", "training", "batch"]
"""evaluation: as the model is evaluated. training: as it is trained. batch: evaluation, but each layer that keeps
statistics normalizes with those of its batch, so that nothing but the running statistics differs from evaluation."""


@dataclass(slots=True, eq=False)
class Pass:
    """What one pass over the batches gave.

    Attributes:
        mode: how the net ran.
        outputs: what the net returned, batch by batch.
        seen: the calls of the layers.
        error: why the pass ended early, or "".
        skipped: batches that hold one value per channel, which training mode refuses; their output is None.
    """

    mode: Mode
    outputs: list[object] = field(default_factory=list)
    seen: Observation = field(default_factory=Observation)
    error: str = ""
    skipped: int = 0


_ONE_VALUE = "more than 1 value per channel"


class Subject:
    """A net to work on. Every pass puts its state back."""

    def __init__(self, net: nn.Module, batches: Sequence[Batch], is_copy: bool) -> None:
        self.net = net
        self.batches = tuple(batches)
        self.is_copy = is_copy
        self.layers: tuple[NormLayer, ...] = find_norm_layers(net)
        self.by_name = {layer.name: layer for layer in self.layers}
        self.given_training = net.training
        self.given_modes = {layer.name: layer.module.training for layer in self.layers}
        given = modes_of(net)
        self.modes: dict[Mode, tuple[bool, ...]] = {
            "evaluation": given if not net.training else self._after(net.eval),
            "training": given if net.training else self._after(net.train),
        }
        set_modes(net, given)
        kinds = {each.dtype for each in net.parameters() if each.is_floating_point()}
        self.cast = next(iter(kinds)) if len(kinds) == 1 and kinds != {torch.float32} else None

    def _after(self, switch: object) -> tuple[bool, ...]:
        given = modes_of(self.net)
        assert callable(switch)
        try:
            switch()
            return modes_of(self.net)
        finally:
            set_modes(self.net, given)

    def training_in(self, mode: Mode) -> dict[str, bool]:
        """Return whether each layer is in training mode in a pass."""
        found = dict(zip((id(module) for module in self.net.modules()), self.modes["evaluation"], strict=True))
        if mode == "training":
            found = dict(zip(found, self.modes["training"], strict=True))
        return {layer.name: found[id(layer.module)] for layer in self.layers}

    def run(self, mode: Mode, outputs: bool = False, batches: Sequence[Batch] | None = None) -> Pass:
        """Run the net over the batches from one random state, observe its layers, and put everything back."""
        result = Pass(mode)
        if mode == "batch" and all(layer.kind in ("layer", "rms", "group") for layer in self.layers):
            return result  # no layer keeps statistics, so that nothing would differ from evaluation
        with ExitStack() as stack:
            stack.enter_context(state_kept(self.net, parameters=False))
            stack.enter_context(torch.no_grad())
            set_modes(self.net, self.modes["training" if mode == "training" else "evaluation"])
            result.seen = stack.enter_context(observed(self.layers, outputs))
            if mode == "batch":
                for layer in self.layers:
                    _use_batch(layer, stack)
            torch.manual_seed(0)
            for number, batch in enumerate(self.batches if batches is None else batches):
                result.seen.batch = number
                try:
                    result.outputs.append(batch.call(self.net, self.cast))
                except Exception as error:  # whatever the user's model raises is a result
                    if mode != "evaluation" and _ONE_VALUE in str(error):
                        result.outputs.append(None)
                        result.skipped += 1
                        continue
                    result.error = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
                    break
        return result


def _use_batch(layer: NormLayer, stack: ExitStack) -> None:
    """Let a layer normalize with the statistics of its batch while the stack is open."""
    if layer.kind in ("batch", "instance"):
        layer.module.training = True
        return
    if layer.kind != "frozen":
        return

    def hook(_: nn.Module, args: tuple[object, ...]) -> None:
        mean, var = layer.running_mean, layer.running_var
        if args and isinstance(args[0], Tensor) and mean is not None and var is not None:
            rows = by_channel(layer, args[0].detach()).float()
            new_var, new_mean = torch.var_mean(rows, 0, correction=0)
            mean.view(-1).copy_(new_mean)
            var.view(-1).copy_(new_var)

    handle = layer.module.register_forward_pre_hook(hook)
    stack.callback(handle.remove)
