"""Pictures of maps and filters against hand-made tensors."""

from __future__ import annotations

import numpy as np
import torch

from bnviz.chapters.convolution.pictures import arm_pictures, strongest_slices


def test_the_slice_that_weighs_most_is_shown() -> None:
    weight = torch.zeros(2, 3, 2, 2)
    weight[0, 1], weight[0, 2, 0, 0] = 1.0, 1.9  # norms 2 and 1.9
    weight[1, 0, 1, 1] = -3.0
    shown = strongest_slices(weight)
    assert torch.equal(shown[0], torch.ones(2, 2))
    assert shown[1].tolist() == [[0, 0], [0, -3]]


def test_numbers_are_of_the_batch_and_the_picture_is_of_the_first() -> None:
    out = torch.stack([torch.full((3, 2, 2), 1.0), torch.full((3, 2, 2), 3.0)])
    found = arm_pictures(torch.zeros(3, 1, 3, 3), {"conv": out}, n_maps=2)
    np.testing.assert_array_equal(found.maps["conv"], np.ones((2, 2, 2)))
    assert found.means["conv"].tolist() == [2, 2]
    assert found.sds["conv"].tolist() == [1, 1]
    assert found.filters.shape == (2, 3, 3)
