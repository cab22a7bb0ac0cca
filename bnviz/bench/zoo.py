"""The zoo: public architectures with random weights under ``bnviz.watch``, with what was seen and what it cost."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor, nn

from bnviz.bench.result import BenchRow
from bnviz.bench.watching import LIMIT, Loop, overhead
from bnviz.data._torchvision import torchvision_datasets
from bnviz.telemetry.recording import load, save
from bnviz.watching.norm_layers import find_norm_layers
from bnviz.watching.watch import watch
from bnviz.watching.watcher import Watcher

SEED = 0


@dataclass(frozen=True, slots=True)
class Architecture:
    """A public architecture.

    Attributes:
        name: of the architecture, with its package where that is not torchvision.
        package: the package that has to be there.
        make: returns the model, with random weights.
        shape: of a batch that is as small as the architecture allows.
        blocks: of ten steps, of which the overhead is measured.
    """

    name: str
    package: str
    make: Callable[[], nn.Module]
    shape: tuple[int, ...] = (2, 3, 32, 32)
    blocks: int = 10

    @property
    def is_here(self) -> bool:
        """Whether its package is installed."""
        return find_spec(self.package) is not None


@dataclass(frozen=True, slots=True, eq=False)
class WatchedLoop:
    """A watched loop of an architecture, and the same loop without ``watch``.

    Attributes:
        watched: normalization layers that were seen.
        present: normalization layers that the model has.
        channels_right: whether each has as many channels as its parameters or statistics.
        is_unchanged: whether parameters, buffers, gradients and the random state are bit for bit the same.
        reopens: whether the file was read again with all frames and records.
        kilobytes: size of the file of two frames.
        watcher: the watcher.
    """

    watched: int
    present: int
    channels_right: bool
    is_unchanged: bool
    reopens: bool
    kilobytes: float
    watcher: Watcher

    @property
    def result(self) -> str:
        """What is wrong, or "all seen"."""
        faults = {
            "changed": not self.is_unchanged,
            "wrong channels": not self.channels_right,
            "does not reopen": not self.reopens,
            "partial": self.watched < self.present,
        }
        return ", ".join(name for name, holds in faults.items() if holds) or "all seen"


def architectures() -> tuple[Architecture, ...]:
    """Return the architectures: classification, segmentation, detection, generation; torchvision's and timm's."""
    return (*_of_torchvision(), *_of_timm(), Architecture("DCGAN generator", "torch", _generator, (2, 16, 1, 1)))


def watch_loop(architecture: Architecture, steps: int = 2) -> WatchedLoop:
    """Train an architecture for some steps twice, once of them watched at every step."""
    alone, _ = _state_after(architecture, steps, None)
    state, watcher = _state_after(architecture, steps, 1)
    assert watcher is not None
    file = io.BytesIO()
    save(watcher.history, file)
    again = load(file.getvalue())
    norms = find_norm_layers(watcher.model)
    channels = {name: channels for name, _, channels, _ in watcher.coverage.norms}
    seen = set(watcher.coverage.watched_norms)
    return WatchedLoop(
        watched=sum(norm.name in seen for norm in norms),
        present=len(norms),
        channels_right=all(_channels(norm.gamma, norm.running_mean) in (None, channels[norm.name]) for norm in norms),
        is_unchanged=_same(alone, state),
        reopens=len(again.frames) == steps and len(again.norm_records) == len(watcher.history.norm_records) > 0,
        kilobytes=len(file.getvalue()) / 1e3,
        watcher=watcher,
    )


def zoo() -> list[BenchRow]:
    """Watch every architecture that is installed; the figure is the overhead of watching at every=10."""
    rows = []
    for architecture in architectures():
        if not architecture.is_here:
            rows.append(BenchRow(architecture.name, None, LIMIT, False, "ratio", {"missing": architecture.package}))
            continue
        found = watch_loop(architecture)
        ratio, step_s, _ = overhead(partial(_loop, architecture), architecture.blocks)
        what = f"{architecture.name}: {found.watched}/{found.present} norms, {found.result}, {found.kilobytes:.0f} kB"
        rows.append(BenchRow(what, ratio, LIMIT, False, "ratio", {"bare_ms": round(1e3 * step_s, 1)}))
    return rows


def _state_after(architecture: Architecture, steps: int, every: int | None) -> tuple[list[Tensor], Watcher | None]:
    loop = _loop(architecture)
    torch.manual_seed(SEED + 1)
    watcher = None if every is None else watch(loop.model, loop.optimizer, every=every, share=float("inf"))
    if watcher is None:
        loop.steps(steps)
    else:
        with watcher:
            loop.steps(steps)
    gradients = [p.grad for p in loop.model.parameters() if p.grad is not None]
    return [*(v.clone() for v in loop.model.state_dict().values()), *gradients, torch.get_rng_state()], watcher


def _loop(architecture: Architecture) -> Loop:
    torch.manual_seed(SEED)
    model = architecture.make().train()
    return Loop(model, torch.randn(architecture.shape), loss_of)


def loss_of(output: object) -> Tensor:
    """Return the sum of the mean squares of all tensors of an output."""
    return torch.stack([value.float().square().mean() for value in _tensors(output)]).sum()


def _tensors(output: object) -> Iterator[Tensor]:
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, Mapping):
        for value in output.values():
            yield from _tensors(value)
    elif isinstance(output, list | tuple):
        for value in output:
            yield from _tensors(value)


def _channels(gamma: Tensor | None, running_mean: Tensor | None) -> int | None:
    """Return the number of channels that a layer's own tensors tell; None where it has none, or one per position."""
    tensor = running_mean if running_mean is not None else gamma
    return None if tensor is None or tensor.dim() != 1 else tensor.numel()


def _same(a: list[Tensor], b: list[Tensor]) -> bool:
    return len(a) == len(b) and all(torch.equal(x.nan_to_num(), y.nan_to_num()) for x, y in zip(a, b, strict=True))


def _of_torchvision() -> Iterator[Architecture]:
    def model(name: str, **options: Any) -> nn.Module:  # noqa: ANN401 - whatever the architecture takes
        torchvision_datasets()  # with a CPU build of torch, torchvision can be imported only so
        made: nn.Module = getattr(import_module("torchvision.models"), name)(weights=None, **options)
        return made

    def segmentation(name: str) -> nn.Module:
        torchvision_datasets()
        module = import_module("torchvision.models.segmentation")
        made: nn.Module = getattr(module, name)(weights=None, weights_backbone=None, num_classes=3)
        return made

    def detection() -> nn.Module:
        torchvision_datasets()
        module = import_module("torchvision.models.detection.backbone_utils")
        made: nn.Module = module.resnet_fpn_backbone(backbone_name="resnet50", weights=None, trainable_layers=5)
        return made

    plain = (
        *("resnet18", "resnet50", "mobilenet_v2", "mobilenet_v3_small", "densenet121", "efficientnet_b0"),
        *("regnet_y_400mf", "shufflenet_v2_x0_5", "mnasnet0_5", "convnext_tiny", "swin_t"),
    )
    for name in plain:
        yield Architecture(name, "torchvision", partial(model, name))
    yield Architecture("vgg11_bn", "torchvision", _small_vgg)
    yield Architecture("googlenet", "torchvision", partial(model, "googlenet", init_weights=False))
    inception = partial(model, "inception_v3", init_weights=False, aux_logits=False)
    yield Architecture("inception_v3", "torchvision", inception, (2, 3, 75, 75))
    yield Architecture("vit (2 blocks of vit_b_16)", "torchvision", _small_vit)
    yield Architecture(
        "deeplabv3_mobilenet_v3_large", "torchvision", partial(segmentation, "deeplabv3_mobilenet_v3_large")
    )
    yield Architecture("deeplabv3_resnet50", "torchvision", partial(segmentation, "deeplabv3_resnet50"), blocks=4)
    yield Architecture("fasterrcnn_resnet50_fpn's backbone", "torchvision", detection, blocks=4)


def _of_timm() -> Iterator[Architecture]:
    def model(name: str) -> nn.Module:
        made: nn.Module = import_module("timm").create_model(name, pretrained=False)
        return made

    names = (
        *("convnext_atto", "resnetv2_50", "densenet121", "efficientnet_b0", "regnety_002", "mobilenetv3_small_050"),
        *("resnet26t", "ghostnet_050"),
    )
    for name in names:
        yield Architecture(f"timm {name}", "timm", partial(model, name))


def _small_vgg() -> nn.Module:
    """vgg11_bn without its three fully connected layers of 4,096 units, which have no normalization."""
    torchvision_datasets()
    whole = import_module("torchvision.models").vgg11_bn(weights=None, init_weights=False, num_classes=2)
    return nn.Sequential(whole.features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def _small_vit() -> nn.Module:
    torchvision_datasets()
    module = import_module("torchvision.models.vision_transformer")
    made: nn.Module = module.VisionTransformer(
        image_size=32, patch_size=16, num_layers=2, num_heads=12, hidden_dim=768, mlp_dim=3072
    )
    return made


def _generator() -> nn.Module:
    layers: list[nn.Module] = []
    for inputs, outputs in ((16, 32), (32, 16), (16, 8)):
        layers += [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1), nn.BatchNorm2d(outputs), nn.ReLU(True)]
    layers[0] = nn.ConvTranspose2d(16, 32, 4, 1, 0)
    return nn.Sequential(*layers, nn.ConvTranspose2d(8, 3, 4, 2, 1), nn.Tanh())
