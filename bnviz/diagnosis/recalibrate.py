"""recalibrate: measure a model's running statistics again, in place, and say what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

import torch
from torch import Tensor, nn

from bnviz.config import InputError
from bnviz.diagnosis.batches import first_batches, told
from bnviz.diagnosis.care import random_state_kept
from bnviz.diagnosis.html_style import fragment
from bnviz.diagnosis.reestimate import Measured, estimated_layers, reestimate
from bnviz.diagnosis.tables import html_table, number, text_table
from bnviz.text.catalogue import translate
from bnviz.watching.norm_layers import NormLayer

_BUFFERS = ("running_mean", "running_var", "num_batches_tracked")
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class LayerChange:
    """How far the statistics of one layer moved.

    Attributes:
        name: path of the layer in the model.
        channels: number of its channels.
        moved: root mean square over the channels of z = (new mean - old mean) / sqrt(old variance + eps).
        variance_ratio: median over the channels of (new variance + eps) / (old variance + eps).
        worst: the channels that moved most by |z|, the first most; at most 8.
        worst_z: z of the first of them.
        not_finite: channels whose old mean or variance was not finite; they do not count in the other numbers.
        kept: channels in which the batches had no finite value, so that they keep their statistics.
    """

    name: str
    channels: int
    moved: float
    variance_ratio: float
    worst: tuple[int, ...]
    worst_z: float
    not_finite: int
    kept: int


@dataclass(frozen=True, slots=True)
class Recalibration:
    """What ``recalibrate`` changed.

    Attributes:
        model: class of the model.
        batches: batches that were measured.
        skipped: batches that the model refused in training mode, such as a last one of a single sample.
        layers: what changed in each layer, in the order of registration.
        before: the statistics as they were; ``model.load_state_dict(recalibration.before, strict=False)`` undoes it.
    """

    model: str
    batches: int
    skipped: int
    layers: tuple[LayerChange, ...]
    before: Mapping[str, Tensor] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return what changed as plain values for JSON, without the statistics themselves."""
        return {
            "model": self.model,
            "batches": self.batches,
            "skipped": self.skipped,
            "layers": [asdict(layer) for layer in self.layers],
        }

    def __str__(self) -> str:
        shown = self._most_moved()
        lines = [self.headline(), *text_table(self._heads("en"), [_cells(layer) for layer in shown])]
        return "\n".join([*lines, *self._left_out(len(shown), "en")])

    def _repr_html_(self) -> str:
        shown = self._most_moved()
        table = html_table(self._heads("en"), [_cells(layer) for layer in shown])
        notes = "".join(f"<p>{escape(line)}</p>" for line in self._left_out(len(shown), "en"))
        parts = f'<div class="scroll">{table}</div>{notes}'
        return fragment(f"<section><h3>{escape(self.headline())}</h3>{parts}</section>")

    def headline(self, language: str = "en") -> str:
        """Return the change in one sentence."""
        measured = sum(layer.kept < layer.channels for layer in self.layers)
        key = "done" if measured else "unmeasured" if self.layers else "nothing"
        places = {"model": self.model, "layers": measured, "batches": self.batches}
        return translate(f"reports.recalibration.{key}", language, **places)

    def _most_moved(self) -> list[LayerChange]:
        return sorted(self.layers, key=lambda layer: (-layer.not_finite, -layer.moved))[:_SHOWN]

    def _heads(self, language: str) -> list[str]:
        names = ("layer", "channels", "moved", "worst", "ratio", "not_finite")
        return [translate(f"reports.recalibration.head.{name}", language) for name in names]

    def _left_out(self, shown: int, language: str) -> list[str]:
        said = []
        if len(self.layers) > shown:
            said.append(translate("reports.more_layers", language, count=len(self.layers) - shown))
        if self.skipped:
            said.append(translate("reports.recalibration.skipped", language, count=self.skipped))
        if kept := sum(layer.kept for layer in self.layers):
            said.append(translate("reports.recalibration.kept", language, count=kept))
        return said


def recalibrate(model: nn.Module, loader: Iterable[Any], batches: int = 100) -> Recalibration:
    """Replace the running statistics of the model by those of the loader's batches.

    This changes the model, because that is what it is for: ``running_mean``, ``running_var`` and
    ``num_batches_tracked`` of the batch and instance norm layers that keep them, and nothing else. Weights, momentum,
    modes, gradients and random state stay as they are. FrozenBatchNorm2d and layers without statistics are left alone;
    a batch norm that is kept in evaluation mode is measured like the others. Give it the data that
    the model will be used on, with the training's preprocessing and without its augmentation; labels are not needed.

    How it is measured: ``reestimate``. A hundred batches of 32 samples fix a mean within a few hundredths of a
    standard deviation; momentum plays no part.

    Args:
        model: any model.
        loader: an iterable of batches: tensors, tuples (input, target), or dicts of the model's arguments.
        batches: the most batches to read.

    Raises:
        InputError: no model, a scripted one, no batches, or an error of the model or of the loader. The statistics
            are then as they were.

    Source: "PreciseBN" in Wu & Johnson 2021 (arXiv 2105.07576); AdaBN in Li et al. 2016 (arXiv 1603.04779) if the
    loader holds another domain.
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"recalibrate takes a torch.nn.Module, got {type(model).__name__}")
    layers = estimated_layers(model)
    before = {
        f"{layer.name}.{name}".lstrip("."): buffer.detach().clone()
        for layer in layers
        for name in _BUFFERS
        if isinstance(buffer := getattr(layer.module, name, None), Tensor)
    }
    _refuse_scripted(model)
    with random_state_kept(loader):  # a loader that shuffles draws its seed where its iteration begins
        read = first_batches(loader, batches)
        if not layers:
            return Recalibration(type(model).__name__, 0, 0, (), before)
        seen = _measured(model, read)
    changes = tuple(_change(layer, before, seen) for layer in layers)
    return Recalibration(type(model).__name__, seen.batches, seen.skipped, changes, before)


def _refuse_scripted(model: nn.Module) -> None:
    for name, module in model.named_modules():
        if isinstance(module, torch.jit.ScriptModule) and any(each.endswith("running_mean") for each in _names(module)):
            part = name or "the model"
            raise InputError(
                f"{part} is scripted, so its layers cannot be observed: recalibrate the model before torch.jit"
            )


def _names(module: nn.Module) -> list[str]:
    return [name for name, _ in module.named_buffers()]


def _measured(model: nn.Module, read: Iterable[Any]) -> Measured:
    try:
        return reestimate(model, read)
    except InputError:
        raise
    except Exception as error:  # whatever the model's code raises
        said = f"the model cannot be called with a batch of this loader: {told(error)}"
        raise InputError(f"{said}. The running statistics are as they were") from error


def _change(layer: NormLayer, before: Mapping[str, Tensor], seen: Measured) -> LayerChange:
    mean, variance = (before[f"{layer.name}.{name}".lstrip(".")].double() for name in _BUFFERS[:2])
    assert layer.running_mean is not None
    assert layer.running_var is not None
    z = (layer.running_mean.double() - mean) / (variance + layer.eps).sqrt()
    ratio = (layer.running_var.double() + layer.eps) / (variance + layer.eps)
    good = mean.isfinite() & variance.isfinite() & z.isfinite() & ratio.isfinite()
    size = torch.where(good, z.abs(), -1)
    order = [int(channel) for channel in size.argsort(descending=True) if good[channel]][:8]
    moments = seen.layers.get(layer.name)
    measured = 0 if moments is None or moments.count is None else int((moments.count > 0).sum())
    return LayerChange(
        name=layer.name,
        channels=len(mean),
        moved=float(z[good].square().mean().sqrt()) if order else 0.0,
        variance_ratio=float(ratio[good].median()) if order else 1.0,
        worst=tuple(order),
        worst_z=float(z[order[0]]) if order else 0.0,
        not_finite=int((~(mean.isfinite() & variance.isfinite())).sum()),
        kept=len(mean) - measured,
    )


def _cells(layer: LayerChange) -> list[str]:
    worst = f"{layer.worst[0]} ({number(layer.worst_z)})" if layer.worst else ""
    moved, ratio = number(layer.moved), number(layer.variance_ratio)
    return [layer.name or "(model)", str(layer.channels), moved, worst, ratio, str(layer.not_finite or "")]
