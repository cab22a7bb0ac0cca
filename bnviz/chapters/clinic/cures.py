"""The cures: each really changes the net, or the way it is served, and pauses where it can be examined."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import nn

from bnviz.chapters.clinic.case import AS_THEY_COME, Case, put_for, use_batch
from bnviz.chapters.clinic.nets import generator_for, norms, put_statistics, statistics
from bnviz.chapters.clinic.reorder import reorder
from bnviz.chapters.clinic.train import batches, drawn_from, together, train

UPDATES, PAUSES = 63, (5, 10, 20, 40, 63)
LONG, LONG_PAUSES, LONG_RATE = 120, (10, 20, 40, 80, 120), 3e-3
"""Where the weights themselves have to change much."""
LONGEST, LONGEST_PAUSES = 180, (10, 20, 40, 80, 120, 180)
N_BATCHES, SIZE, LOOKS = 8, 128, (1, 2, 4, 8)
RATE = 1e-3
SEED = 1

Steps = Iterator[int]
"""A cure yields how far it is wherever the net may be examined: batches, updates, or 1 for what is done at once."""


def reestimate(case: Case, *, everything: bool = True) -> Steps:
    """Let the running statistics be the plain means over 8 batches; ``everything``: in full training mode."""
    case.own = None
    feed = batches((together(case.train),), SIZE, generator_for(SEED))
    for norm in norms(case.net):
        norm.reset_running_stats()
    momenta = [norm.momentum for norm in norms(case.net)]
    modes = [(module, module.training) for module in case.net.modules()]
    for number in range(1, N_BATCHES + 1):
        if everything:
            case.net.train()
        else:
            use_batch(case.net)
        for norm in norms(case.net):
            norm.momentum = 1 / number
        with torch.no_grad(), drawn_from(SEED, number):
            case.net(next(feed)[0][0])
        for norm, momentum in zip(norms(case.net), momenta, strict=True):
            norm.momentum = momentum
        for module, mode in modes:
            module.training = mode
        if number in LOOKS:
            yield number


def reestimate_without_dropout(case: Case) -> Steps:
    """The same with only BN in training mode: dropout stays off."""
    return reestimate(case, everything=False)


def reestimate_on_service(case: Case) -> Steps:
    """Re-estimate on images as the service sends them."""
    case.train = case.test
    return reestimate(case)


def reset(case: Case) -> Steps:
    """Set the running statistics back to 0 and 1."""
    for norm in norms(case.net):
        norm.reset_running_stats()
    yield 1


def serve_in_training_mode(case: Case) -> Steps:
    """Serve the net in training mode, as requests come: few images each, one class after another."""
    case.net.train()
    case.service = AS_THEY_COME
    yield 1


def evaluation_mode(case: Case) -> Steps:
    """Call ``eval()`` before serving."""
    case.net.eval()
    yield 1


def train_on(case: Case) -> Steps:
    """Train on for 63 updates, one epoch of batches of 64, with the settings it was trained with and a smaller rate."""
    return _trained_on(case, UPDATES, PAUSES, RATE)


def momentum(case: Case) -> Steps:
    """Set the momentum to PyTorch's 0.1 and train on."""
    for norm in norms(case.net):
        norm.momentum = 0.1
    return train_on(case)


def together_in_one_batch(case: Case) -> Steps:
    """Train on for 120 updates with the images of both domains in one batch."""
    case.apart = False
    return _trained_on(case, LONG, LONG_PAUSES, LONG_RATE)


def bigger_batch(case: Case) -> Steps:
    """Train on for 120 updates with 64 images per batch."""
    case.batch = 64
    return _trained_on(case, LONG, LONG_PAUSES, LONG_RATE)


def more_data(case: Case) -> Steps:
    """Train on for 120 updates with all training images and their right labels."""
    case.train = (case.spares["more"],)  # type: ignore[assignment]
    return bigger_batch(case)


def move_dropout(case: Case) -> Steps:
    """Take dropout away from before BN, put it before the last layer, and train on for 180 updates."""
    dropouts = [module for module in case.net.modules() if isinstance(module, nn.Dropout2d)]
    chance = dropouts[0].p
    for module in dropouts:
        module.p = 0.0
    head = case.net.get_submodule("head")

    def drop(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor]:
        return (nn.functional.dropout(inputs[0], chance, module.training),)

    head.register_forward_pre_hook(drop)
    return _trained_on(case, LONGEST, LONGEST_PAUSES, LONG_RATE)


def _trained_on(case: Case, updates: int, pauses: tuple[int, ...], rate: float) -> Steps:
    modes = [(module, module.training) for module in case.net.modules()]
    case.lr = rate
    for step in train(case, updates, SEED):
        for module, mode in modes:
            module.training = mode
        if step in pauses:
            yield step


def nan_to_zero(case: Case) -> Steps:
    """Write mean 0 and variance 1 where a statistic is not finite."""
    for norm in norms(case.net):
        assert norm.running_mean is not None
        assert norm.running_var is not None
        norm.running_mean[~norm.running_mean.isfinite()] = 0.0
        norm.running_var[~norm.running_var.isfinite()] = 1.0
    yield 1


def put_channels_in_order(case: Case) -> Steps:
    """Find the order in which each layer's statistics fit its batch, and put all its vectors in it."""
    reorder(case.net, case.train[0][0][:512])
    yield 1


def right_eps(case: Case) -> Steps:
    """Set eps to 0.001, that of the framework it was trained in."""
    for norm in norms(case.net):
        norm.eps = 1e-3
    yield 1


def larger_eps(case: Case) -> Steps:
    """Set eps to 0.1 in every layer."""
    for norm in norms(case.net):
        norm.eps = 0.1
    yield 1


def silence_constant(case: Case) -> Steps:
    """Replace every channel of the input that was constant in training by that constant."""
    first = norms(case.net)[0]
    assert first.running_var is not None
    assert first.running_mean is not None
    dead, mean = first.running_var < 1e-6, first.running_mean.clone()

    def hold(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor]:
        return (torch.where(dead[:, None, None], mean[:, None, None], inputs[0]),)

    case.net.register_forward_pre_hook(hold)
    yield 1


def copy_buffers(case: Case) -> Steps:
    """Copy the buffers that were kept: the student's, or those of the checkpoint."""
    put_statistics(case.net, case.spares["buffers"])  # type: ignore[arg-type]
    yield 1


def restore_and_evaluate(case: Case) -> Steps:
    """Load the checkpoint's buffers and keep BN in evaluation mode from now on."""
    case.net.eval()
    return copy_buffers(case)


def keep_statistics(case: Case) -> Steps:
    """Let BN keep running statistics, and estimate them on 8 batches."""
    for norm in norms(case.net):
        norm.track_running_stats = True
        norm.running_mean = torch.zeros(norm.num_features)
        norm.running_var = torch.ones(norm.num_features)
        norm.num_batches_tracked = torch.tensor(0)
    return reestimate(case)


def separate(case: Case) -> Steps:
    """Give each domain running statistics of its own, each estimated on 8 batches of that domain."""
    own = []
    for images in case.train:
        alone = replace(case, net=copy.deepcopy(case.net), train=(images,))
        for _ in reestimate(alone):
            pass
        own.append(statistics(alone.net))
    case.own = own
    put_for(case, 0)
    yield 1


def freeze(case: Case) -> Steps:
    """Set ``requires_grad`` to False once more, and let the trainer ride on."""
    case.net.requires_grad_(False)
    x = case.train[0][0]
    case.net.train()
    with torch.no_grad():
        for at in range(40, 80, 2):
            case.net(0.5 + 0.5 * x[at : at + 2])
    case.net.eval()
    yield 1


CURES: dict[str, tuple[Callable[[Case], Steps], str]] = {
    "reestimate": (reestimate, "batches"),
    "without-dropout": (reestimate_without_dropout, "batches"),
    "on-service": (reestimate_on_service, "batches"),
    "reset": (reset, "once"),
    "serve-training": (serve_in_training_mode, "once"),
    "eval": (evaluation_mode, "once"),
    "train-on": (train_on, "updates"),
    "momentum": (momentum, "updates"),
    "bigger-batch": (bigger_batch, "updates"),
    "together": (together_in_one_batch, "updates"),
    "more-data": (more_data, "updates"),
    "clean-labels": (more_data, "updates"),
    "move-dropout": (move_dropout, "updates"),
    "nan-to-zero": (nan_to_zero, "once"),
    "reorder": (put_channels_in_order, "once"),
    "right-eps": (right_eps, "once"),
    "larger-eps": (larger_eps, "once"),
    "silence": (silence_constant, "once"),
    "copy-buffers": (copy_buffers, "once"),
    "restore": (restore_and_evaluate, "once"),
    "keep": (keep_statistics, "batches"),
    "separate": (separate, "once"),
    "freeze": (freeze, "once"),
}
"""Every cure by its name, and what it counts."""
