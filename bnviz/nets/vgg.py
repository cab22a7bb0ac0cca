"""VGG11 for small images."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from bnviz.config import RunConfig
from bnviz.nets.images import ToImage, image_shape
from bnviz.nets.parts import head_parts, hidden_parts, make_conv
from bnviz.nets.seeds import draw_seeds

PLAN: tuple[int | None, ...] = (1, None, 2, None, 4, 4, None, 8, 8, None, 8, 8, None)
"""Channels of the 8 convolutions in units of the width (published: 64); None is a 2 x 2 max pooling."""


def build_vgg11(
    config: RunConfig, inputs: int | tuple[int, ...], n_classes: int, generator: torch.Generator
) -> nn.Sequential:
    """Return VGG11 for small images: (B, C * H * W) to logits (B, n_classes), on the CPU, in training mode.

    Its children are image, conv1, norm1, activation1, dropout1, pool1, conv2, ..., flatten, dropout, head. One linear
    head replaces the three large linear layers of the ImageNet net, as is usual for 32 x 32.

    Source: Simonyan & Zisserman 2015, table 1, column A. With a norm at each convolution it is torchvision's vgg11_bn,
    except for the biases that the norms cancel.

    Args:
        config: the recipe; width is the number of channels of the first convolution.
        inputs: shape of a sample, (C, H, W).
        n_classes: number of logits.
        generator: source of the seeds, those of the head first.

    Raises:
        InputError: ``inputs`` is not the shape of an image.
    """
    image = ToImage(image_shape(config.net, inputs))
    (n_in, _, _), (rows, columns) = image.shape, image.size
    head_seeds = draw_seeds(generator)
    children: OrderedDict[str, nn.Module] = OrderedDict(image=image)
    number = 0
    for factor in PLAN:
        if factor is None:
            children[f"pool{number}"] = nn.MaxPool2d(2)
            rows, columns = rows // 2, columns // 2
            continue
        number += 1
        seeds = draw_seeds(generator)
        n_out = factor * config.width
        conv = make_conv(config, n_in, n_out, number, seeds.weight, kernel=3)
        children.update(hidden_parts(config, number, conv, (n_out, rows, columns), seeds))
        n_in = n_out
    children["flatten"] = nn.Flatten()
    children.update(head_parts(config, n_in * rows * columns, n_classes, head_seeds))
    return nn.Sequential(children)
