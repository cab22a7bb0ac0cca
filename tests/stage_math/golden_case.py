"""One golden case of assets/stage/math: a call, its arguments, and the numbers that JavaScript must give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Case:
    """``call(*arguments) == expected`` in JavaScript.

    Attributes:
        call: name of the exported function.
        arguments: its arguments, plain numbers and lists.
        expected: the result; of an object only the keys that are named here are compared.
    """

    call: str
    arguments: list[Any]
    expected: Any

    def plain(self) -> dict[str, Any]:
        """Return the case for JSON."""
        return {"call": self.call, "arguments": plain(self.arguments), "expected": plain(self.expected)}


def plain(value: Any) -> Any:
    """Return numbers and lists in the place of tensors and arrays."""
    if isinstance(value, Tensor):
        return value.detach().tolist()
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def draws(seed: int) -> Generator:
    """Return the generator of a module's inputs."""
    return np.random.default_rng(seed)


def tensor(value: Any) -> Tensor:
    """Return a float64 tensor."""
    return torch.as_tensor(np.asarray(value, np.float64))
