"""What a twin's further training depends on, so that a copy of it goes on with the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from bnviz.training.twins import Twin


def twin_state(twin: Twin) -> dict[str, Any]:
    """Return weights, buffers, optimizer and generator states of a twin; the tensors are the twin's own, not copies."""
    return {
        "net": twin.net.state_dict(),
        "optimizer": twin.optimizer.state_dict(),
        "generators": {place: generator.get_state() for place, _, _, generator in _generators(twin.net) if generator},
    }


def restore_twin(twin: Twin, state: dict[str, Any]) -> None:
    """Load a state into a new twin of the same recipe; the optimizer may take over tensors of the state."""
    twin.net.load_state_dict(state["net"])
    twin.optimizer.load_state_dict(state["optimizer"])
    device = next(twin.net.parameters()).device
    for place, module, name, generator in _generators(twin.net):
        if place in state["generators"]:
            own = generator if generator is not None else torch.Generator(device)
            own.set_state(state["generators"][place].cpu())
            setattr(module, name, own)


def _generators(net: nn.Module) -> Iterator[tuple[str, nn.Module, str, torch.Generator | None]]:
    """Yield every generator that a module owns, or will own once it draws for the first time."""
    for path, module in net.named_modules():
        for name, value in vars(module).items():
            if isinstance(value, torch.Generator) or (name == "_generator" and value is None):
                yield f"{path}.{name}", module, name, value
