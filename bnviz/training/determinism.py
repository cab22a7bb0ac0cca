"""Kernels that give the same bits twice."""

from __future__ import annotations

import os

import torch


def repeat_exactly(device: torch.device) -> None:
    """Make a device give the same bits for the same training, as a CPU does; for the rest of the process.

    On CUDA, cuDNN may add up the gradient of a convolution's weight in any order, and may choose another algorithm the
    next time: ``deterministic`` and no ``benchmark`` forbid it. cuBLAS needs a workspace of its own for each stream, by
    an environment variable that it reads at its first product. On an H100 (torch 2.11), VGG11 and ResNet-20 gave other
    bits without ``deterministic`` and the same bits with it; multilayer perceptrons gave the same bits either way.

    These are settings of torch, not of a thread or a net, so they are made where arms are built (``twins.build_twins``)
    and stay. ``bnviz.watch`` builds no arms: it never changes them in the program of others.
    """
    if device.type == "cuda":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.benchmark = False
