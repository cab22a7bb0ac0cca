import pytest
import torch

from bnviz.config import InputError
from bnviz.data import Dataset


def make(**changes):
    parts = {
        "name": "tiny",
        "x_train": torch.rand(4, 1, 2, 3),
        "y_train": torch.tensor([0, 1, 0, 1]),
        "x_test": torch.rand(2, 1, 2, 3),
        "y_test": torch.tensor([1, 0]),
        "classes": ("a", "b"),
        "source": "made here",
    }
    return Dataset(**(parts | changes))


def test_what_it_says_of_itself():
    images, points = make(), make(x_train=torch.rand(4, 2), x_test=torch.rand(2, 2))
    assert (images.input_shape, images.input_size, images.n_classes, images.is_plane) == ((1, 2, 3), 6, 2, False)
    assert (points.input_shape, points.input_size, points.is_plane) == ((2,), 2, True)
    assert points.nbytes == 4 * 2 * 4 + 4 * 8 + 2 * 2 * 4 + 2 * 8


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"classes": ("a",)}, "1 class"),
        ({"x_train": torch.rand(4, 1, 2, 3).double()}, "torch.float64 samples"),
        ({"y_train": torch.zeros(4)}, "torch.float32 labels"),
        ({"x_train": torch.rand(4, 2, 3)}, r"shape \(4, 2, 3\)"),
        ({"x_test": torch.rand(0, 1, 2, 3), "y_test": torch.zeros(0, dtype=torch.int64)}, "none empty"),
        ({"y_train": torch.tensor([0, 1, 0])}, r"4 samples and labels of shape \(3,\)"),
        ({"x_train": torch.full((4, 1, 2, 3), torch.nan)}, "NaN"),
        ({"x_test": torch.full((2, 1, 2, 3), torch.inf)}, "infinite"),
        ({"x_train": torch.full((4, 1, 2, 3), 1.5)}, "0..1"),
        ({"x_train": torch.full((4, 1, 2, 3), -0.5)}, "0..1"),
        ({"y_test": torch.tensor([1, 2])}, "labels from 1 to 2, expected 0 to 1"),
        ({"y_test": torch.tensor([-1, 0])}, "labels from -1 to 0"),
        ({"x_test": torch.rand(2, 1, 2, 2)}, "expected one shape"),
    ],
)
def test_contradictions_are_refused(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        make(**changes)


def test_one_nan_among_many_values_is_found():
    x = torch.rand(4, 1, 2, 3)
    x[2, 0, 1, 1] = torch.nan
    with pytest.raises(InputError, match="NaN"):
        make(x_train=x)
