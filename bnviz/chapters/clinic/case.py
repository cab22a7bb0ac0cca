"""A case: a net, the images it knows, and how it is served; and how its accuracy is measured without changing it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from bnviz.chapters.clinic.nets import norms, put_statistics
from bnviz.diagnosis.care import state_kept

Images = tuple[Tensor, Tensor]
"""(N, C, 28, 28) images and (N,) labels."""


@dataclass(frozen=True, slots=True)
class Service:
    """How the net is served: how many images per request, and whether the images of a class come together.

    Attributes:
        size: images per forward.
        by_class: images sorted by their class, as a folder is read.
    """

    size: int = 250
    by_class: bool = False


AS_THEY_COME = Service(size=4, by_class=True)
"""Few images per request, one class after another: nothing that a net in evaluation mode would notice."""


@dataclass(slots=True, eq=False)
class Case:
    """A patient's net with its world. The net may be changed by a cure; the images are shared and never changed.

    Attributes:
        net: in the mode in which it is served.
        train: what it is trained on; one entry per domain.
        test: the test images of each domain.
        batch: images per batch in training.
        service: how it is served.
        lr: learning rate where a cure trains.
        apart: the batch of each domain is forwarded on its own.
        spares: what a cure may need: the student's buffers, the labels as they should be.
        own: buffers for each domain, once a cure has separated them.
    """

    net: nn.Module
    train: tuple[Images, ...]
    test: tuple[Images, ...]
    batch: int = 64
    service: Service = field(default_factory=Service)
    lr: float = 1e-3
    apart: bool = False
    spares: dict[str, object] = field(default_factory=dict)
    own: list[dict[str, Tensor]] | None = None


def unchanged(net: nn.Module) -> AbstractContextManager[None]:
    """Put the buffers and the mode of every module back at the end of the block."""
    return state_kept(net, parameters=False)


def put_for(case: Case, domain: int) -> None:
    """Let the net have the statistics of a domain, where each has its own."""
    if case.own is not None:
        put_statistics(case.net, case.own[domain])


def use_batch(net: nn.Module) -> None:
    """Let every BN layer normalize with its batch, everything else being as in evaluation mode."""
    net.eval()
    for norm in norms(net):
        norm.training = True


@torch.no_grad()
def hits(net: nn.Module, images: Images, size: int) -> int:
    """Return how many answers are right, in the mode that the net is in; a last batch of one image is left out."""
    x, y = images
    pieces = [(x[at : at + size], y[at : at + size]) for at in range(0, len(x), size)]
    return sum(int((net(part).argmax(1) == labels).sum()) for part, labels in pieces if len(part) > 1 or size == 1)


def served(case: Case, share: int = 1) -> float:
    """Return the accuracy as the net is served; ``share`` 2 takes every second image."""
    right = total = 0
    with unchanged(case.net):
        for domain, (x, y) in enumerate(case.test):
            put_for(case, domain)
            images = (x[::share], y[::share])
            if case.service.by_class:
                order = images[1].argsort(stable=True)
                images = (images[0][order], images[1][order])
            right += hits(case.net, images, case.service.size)
            total += len(images[1])
    return right / total


def with_batches(case: Case, sets: tuple[Images, ...], size: int = 100, share: int = 1) -> float:
    """Return the accuracy with the statistics of each batch, nothing else being as in training mode."""
    right = total = 0
    with unchanged(case.net):
        use_batch(case.net)
        for x, y in sets:
            right += hits(case.net, (x[::share], y[::share]), size)
            total += len(y[::share])
    return right / total
