"""The sizes that the page names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes of nets, runs and data.

    Attributes:
        lab: parameters of the default net of the lab with BN.
        vgg11: parameters of VGG11 as the lab has it, on photographs.
        vgg11_published: the same at the published width.
        resnet20: parameters of ResNet-20 as the lab has it, on photographs.
        resnet20_published: the same at the published width.
        widest: channels of the first stage of the widest VGG11 in a shipped study.
        widest_resnet20: the same of ResNet-20.
        longest: updates of the longest shipped study.
        typical: updates that half of the shipped studies do not exceed.
        n_train: bundled training digits.
        n_test: bundled test digits.
        photographs_train: most training images of a shipped study on CIFAR-10.
        photographs_test: most test images of one.
        error: standard error, in percentage points, of an accuracy of 95 % on the test digits.
        fewest_seeds: seeds of the shipped recording with the fewest.
        most_seeds: seeds of the one with the most.
    """

    lab: int
    vgg11: int
    vgg11_published: int
    resnet20: int
    resnet20_published: int
    widest: int
    widest_resnet20: int
    longest: int
    typical: int
    n_train: int
    n_test: int
    photographs_train: int
    photographs_test: int
    error: float
    fewest_seeds: int
    most_seeds: int
