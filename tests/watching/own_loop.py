"""A loop as users write it, around a watched model, and what of its recording the tests look at."""

import io
import math

import pytest
import torch
from torch import nn

import bnviz
from bnviz.telemetry.recording import load, save


def watched(model, *inputs, steps=2, optimizer=True, every=1, lr=0.01):
    """Train on the given batches in turn; returns the watcher after its block."""
    made = torch.optim.SGD(model.parameters(), lr=lr) if optimizer else None
    with bnviz.watch(model, made, every=every, share=math.inf) as watcher:
        for step in range(steps):
            x = inputs[step % len(inputs)]
            if made is not None:
                made.zero_grad()
            model(x).square().mean().backward()
            if made is not None:
                made.step()
    assert not any("recording stopped" in mark.text for mark in watcher.history.marks)
    return watcher


def layers(watcher):
    return watcher.history.description.arms[0].layers


def record(watcher, index=0):
    return watcher.history.frames[index].arms[0]


class Called(nn.Module):
    """A model whose forward pass is a function of it; its submodules are given by name."""

    def __init__(self, run, **modules):
        super().__init__()
        self.run = run
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, x):
        return self.run(self, x)


def moments_of(values):
    return pytest.approx([values.mean().item(), values.std(correction=0).item()], rel=1e-4, abs=1e-5)


def reopened(watcher):
    buffer = io.BytesIO()
    save(watcher.history, buffer)
    return load(buffer.getvalue())
