"""The block of digits, against a convolution by hand."""

from __future__ import annotations

import numpy as np
import torch

from bnviz.chapters.relatives.block import digit_block
from bnviz.data import load_dataset


def test_one_value_by_hand() -> None:
    image = load_dataset("mnist").x_train[2, 0].numpy()
    small = image[:27, :27].reshape(9, 3, 9, 3).mean((1, 3))
    filters = torch.randn(6, 9, generator=torch.Generator().manual_seed(0)).numpy() * np.sqrt(2 / 9)
    expected = (small[3:6, 6:9].ravel() * filters[4]).sum()
    block = digit_block()
    assert block.shape == (6, 6, 9)
    np.testing.assert_allclose(block[2, 4, 5], expected, rtol=1e-5)


def test_the_next_digits() -> None:
    assert not np.array_equal(digit_block(), digit_block(first=6))
    np.testing.assert_array_equal(digit_block(first=3)[0], digit_block()[3])
