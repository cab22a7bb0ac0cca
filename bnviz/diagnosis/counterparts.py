"""Which layer of a reference stands for which layer of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bnviz.watching.norm_layers import NormLayer

PREFIXES = ("module.", "_orig_mod.", "model.")
"""What a wrapper puts before the names: AveragedModel and DataParallel, torch.compile, Lightning."""


def counterparts(layers: Sequence[NormLayer], others: Iterable[NormLayer]) -> Mapping[str, NormLayer]:
    """Return the reference's layers by the names of the model's, where name and width agree.

    Names are compared as they are; where none is the same, without what wrappers put before them.
    """
    others = list(others)
    found = _by_name(layers, {other.name: other for other in others}, plain=False)
    return found or _by_name(layers, {_without_prefix(other.name): other for other in others}, plain=True)


def _by_name(layers: Sequence[NormLayer], others: Mapping[str, NormLayer], plain: bool) -> dict[str, NormLayer]:
    found = {}
    for layer in layers:
        other = others.get(_without_prefix(layer.name) if plain else layer.name)
        if other is not None and _width(other) == _width(layer):
            found[layer.name] = other
    return found


def _without_prefix(name: str) -> str:
    for prefix in PREFIXES:
        if name.startswith(prefix):
            return _without_prefix(name.removeprefix(prefix))
    return name


def _width(layer: NormLayer) -> int | None:
    for values in (layer.running_mean, layer.gamma):
        if values is not None:
            return values.numel()
    return None
