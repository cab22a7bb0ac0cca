"""The common parts of ResNet-20 and the small Inception: numbered convolutional layers that are not one sequence."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from bnviz.config import RunConfig
from bnviz.nets.images import ToImage, image_shape
from bnviz.nets.layers import HiddenLayer, named_layers
from bnviz.nets.parts import head_parts, hidden_parts, make_conv
from bnviz.nets.seeds import draw_seeds


class ConvNet(nn.Module):
    """A net with the children image, conv1, norm1, activation1, dropout1, conv2, ..., dropout, head; see subclasses.

    The last feature maps are averaged over their locations (global average pooling) before the head.
    """

    image: ToImage
    head: nn.Linear

    def hidden_layers(self) -> tuple[HiddenLayer, ...]:
        """Return all convolutional layers in forward order."""
        return named_layers(self)

    def layer(self, number: int, x: Tensor) -> Tensor:
        """Return the output of hidden layer ``number``."""
        return self.activate(number, self.normalized(number, x))

    def normalized(self, number: int, x: Tensor) -> Tensor:
        """Return the output of convolution ``number`` after its norm, if it has one."""
        x = self._modules[f"conv{number}"](x)  # type: ignore[misc]  # every number has a convolution
        norm = self._modules.get(f"norm{number}")
        return x if norm is None else norm(x)

    def activate(self, number: int, x: Tensor) -> Tensor:
        """Return the nonlinearity of layer ``number`` at x, with its dropout in training."""
        x = self._modules[f"activation{number}"](x)  # type: ignore[misc]
        dropout = self._modules.get(f"dropout{number}")
        return x if dropout is None else dropout(x)

    def classify(self, x: Tensor) -> Tensor:
        """Return the logits (B, n_classes) for the last feature maps (B, C, H, W)."""
        x = x.mean((2, 3))
        dropout = self._modules.get("dropout")
        logits: Tensor = self.head(x if dropout is None else dropout(x))
        return logits


class LayerMaker:
    """Makes the numbered layers of a ConvNet and adds them to it.

    Args:
        net: the net that the layers are added to.
        config: the recipe.
        inputs: shape of a sample, (C, H, W).
        generator: source of the seeds, those of the head first.

    Raises:
        InputError: ``inputs`` is not the shape of an image.
    """

    def __init__(
        self, net: ConvNet, config: RunConfig, inputs: int | tuple[int, ...], generator: torch.Generator
    ) -> None:
        self._net, self._config, self._generator = net, config, generator
        self._head_seeds = draw_seeds(generator)
        self.number = 0
        net.image = ToImage(image_shape(config.net, inputs))
        self.channels = net.image.shape[0]
        self.size = net.image.size

    def add(self, n_in: int, n_out: int, kernel: int, size: tuple[int, int], stride: int = 1) -> int:
        """Add a hidden layer and return its number.

        Args:
            n_in: channels of the input.
            n_out: channels of the output.
            kernel: rows and columns of the filters.
            size: rows and columns of the input.
            stride: stride of the convolution, 1 or 2.
        """
        self.number += 1
        seeds = draw_seeds(self._generator)
        conv = make_conv(self._config, n_in, n_out, self.number, seeds.weight, kernel=kernel, stride=stride)
        rows, columns = halved(size) if stride == 2 else size
        self._add_children(hidden_parts(self._config, self.number, conv, (n_out, rows, columns), seeds))
        return self.number

    def add_head(self, n_in: int, n_classes: int) -> None:
        """Add the dropout before the head, if any, and the head."""
        self._add_children(head_parts(self._config, n_in, n_classes, self._head_seeds))

    def _add_children(self, children: OrderedDict[str, nn.Module]) -> None:
        for name, child in children.items():
            self._net.add_module(name, child)


def halved(size: tuple[int, int]) -> tuple[int, int]:
    """Return rows and columns after a padded convolution or pooling of stride 2."""
    return (size[0] + 1) // 2, (size[1] + 1) // 2
