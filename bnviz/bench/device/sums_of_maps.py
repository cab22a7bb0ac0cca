"""Why convolutional nets differ between two devices by more than rounding: which sums over feature maps are inexact.

Where two devices disagree in float32, float64 says which of them is off. It is the CPU, in batch normalization alone.
Our nets keep their maps channels last, because convolutions on a CPU are fastest so, and of such maps torch 2.13 adds
up one value after another into one float32 per channel. After N = B H W values the sum has lost up to N roundings, all
to one side where the maps are constant, as the background of a digit is. In channels-first memory, and on a GPU, the
same sums are made in parts, and the parts are added.

The gradient feels it more than the loss, because it is a difference of such sums. dL/dbeta = sum_i G_i and
dL/dgamma = sum_i G_i x_hat_i are sums of many numbers of both signs that nearly cancel, and dL/dx subtracts their means
(``backprop.batch_norm``). So the weights that differ most are beta and gamma, and the convolutions below them.

One step, computed in three ways, shows it: in float32; in float32 with BN on channels-first maps; and in float64 with
nothing but BN in float32. The second is right, and the third is as wrong as the first.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import CPU, DeviceScene
from bnviz.norms import BatchNorm
from bnviz.training.batches import batch_indices
from bnviz.training.loop import TrainingData
from bnviz.training.twins import build_twins


@dataclass(frozen=True, slots=True)
class Off:
    """How far the gradients of a step are off.

    Attributes:
        loss: difference of the loss.
        worst: largest |g - g64| / |g64| (Euclidean norms) of all parameters.
        name: the parameter that is so far off.
    """

    loss: float
    worst: float
    name: str


def sums_of_maps(scene: DeviceScene) -> Iterator[DeviceRow]:
    """Yield how far the gradients of the arms with BN are off from float64 on the CPU, and what makes them so."""
    for arm, off in enumerate(gradients_off(scene)):
        if off is not None:
            found = ", ".join(f"{how} {each.worst:.1e} ({each.name})" for how, each in off.items())
            numbers = {how: {"loss": each.loss, "worst": each.worst, "name": each.name} for how, each in off.items()}
            yield DeviceRow(f"{scene.name}: gradients of arm {arm} on the CPU, off from float64", found, None, numbers)


def gradients_off(scene: DeviceScene) -> list[dict[str, Off] | None]:
    """Return how far the first gradients of each arm are off in three ways of computing; None for an arm without BN."""
    dataset, base = scene.dataset, scene.experiment.base
    data = TrainingData.of(dataset, CPU)
    indices = next(batch_indices(len(data.y), base.batch_size, base.seed))
    x, y = data.x[indices], data.y[indices]
    found: list[dict[str, Off] | None] = []
    for twin in build_twins(scene.experiment, dataset, CPU):
        if not _norms(twin.net):
            found.append(None)
            continue
        exact = _step(twin.net, x, y, lambda net: net.double())
        found.append({how: _off(_step(twin.net, x, y, prepare), exact) for how, prepare in _WAYS.items()})
    return found


def channels_first(net: nn.Module) -> nn.Module:
    """Let each BN layer get its input in channels-first memory."""
    for norm in _norms(net):
        norm.register_forward_pre_hook(lambda _, args: (args[0].contiguous(),))
    return net


def only_norms_float32(net: nn.Module) -> nn.Module:
    """Compute all but the BN layers in float64."""
    net.double()
    for norm in _norms(net):
        norm.float()
        norm.register_forward_pre_hook(lambda _, args: (args[0].float(),))
        norm.register_forward_hook(lambda _, __, output: output.double())
    return net


_WAYS: dict[str, Callable[[nn.Module], nn.Module]] = {
    "float32": lambda net: net,
    "BN channels first": channels_first,
    "only BN in float32": only_norms_float32,
}


def _norms(net: nn.Module) -> list[BatchNorm]:
    return [module for module in net.modules() if isinstance(module, BatchNorm)]


def _step(
    net: nn.Module, x: Tensor, y: Tensor, prepare: Callable[[nn.Module], nn.Module]
) -> tuple[float, dict[str, Tensor]]:
    """Return the loss and the gradients, in float64, of a copy of the net that was prepared in a way."""
    net = prepare(copy.deepcopy(net))
    loss = F.cross_entropy(net(x.to(list(net.parameters())[-1].dtype)), y)  # the head's type is that of the net
    loss.backward()  # type: ignore[no-untyped-call]
    return loss.item(), {name: p.grad.double() for name, p in net.named_parameters() if p.grad is not None}


def _off(step: tuple[float, dict[str, Tensor]], exact: tuple[float, dict[str, Tensor]]) -> Off:
    far = {name: float((step[1][name] - g).norm() / g.norm()) for name, g in exact[1].items() if g.norm() > 0}
    worst = max(far, key=lambda name: far[name])
    return Off(abs(step[0] - exact[0]), far[worst], worst)
