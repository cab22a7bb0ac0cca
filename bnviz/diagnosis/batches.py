"""A batch of any loader as a call of the model: what is input, what is target, on which device."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import torch
from torch import nn

from bnviz.config import InputError
from bnviz.diagnosis.nested import with_tensors

ACCEPTED = "a tensor, a tuple (input, target), or a dict of the model's arguments"


def device_of(model: nn.Module) -> torch.device:
    """Return the device of the first parameter or buffer; the CPU for a model without any."""
    for tensor in (*model.parameters(), *model.buffers()):
        return tensor.device
    return torch.device("cpu")


def first_batches(loader: Iterable[Any], most: int) -> Iterator[Any]:
    """Yield at most so many batches of a loader; a generator is not read further than that.

    Raises:
        InputError: the loader cannot be iterated, it raised an error (also later, out of the iterator that is
            returned), or ``most`` is not a positive whole number.
    """
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise InputError(f"batches must be a whole number of at least 1, got {most!r:.80}")
    if isinstance(loader, torch.Tensor | Mapping):
        return iter([loader])
    try:
        batches = iter(loader)
    except TypeError as error:
        found = type(loader).__name__
        raise InputError(f"the loader must be an iterable of batches, each {ACCEPTED}, got {found}") from error
    except Exception as error:
        raise InputError(f"the loader stopped with {told(error)}") from error
    return _read(islice(batches, most))


def _read(batches: Iterator[Any]) -> Iterator[Any]:
    while True:
        try:
            batch = next(batches)
        except StopIteration:
            return
        except Exception as error:
            raise InputError(f"the loader stopped with {told(error)}") from error
        yield batch


def told(error: Exception) -> str:
    """Return an error of foreign code in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300].rstrip('.')}"


def moved(value: Any, device: torch.device) -> Any:  # noqa: ANN401 - whatever a loader yields
    """Return the value with every tensor in it on a device; what holds no tensor is returned as it is."""
    return with_tensors(value, lambda each: each.to(device))


def call(model: nn.Module, batch: Any) -> Any:  # noqa: ANN401 - whatever a model returns
    """Call the model on a batch and return its output.

    A tensor is the only argument. Of a tuple or list the first items are the arguments, as many as ``forward``
    requires and at least one; what is left over, such as the target, is not given to the model. A dict is given by
    name, without the names that ``forward`` does not take.

    Raises:
        InputError: the batch is nothing of these.
    """
    batch = moved(batch, device_of(model))
    if isinstance(batch, torch.Tensor):
        return model(batch)
    if isinstance(batch, Mapping) and batch:
        return model(**_taken(model, batch))
    if isinstance(batch, Sequence) and not isinstance(batch, str | bytes) and batch:
        return model(*batch[: max(1, required_arguments(model))])
    raise InputError(f"a batch must be {ACCEPTED}, got {type(batch).__name__}")


def _parameters(model: nn.Module) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(model.forward).parameters.values())
    except (TypeError, ValueError):  # built in, or scripted
        return []


def argument_names(model: nn.Module) -> list[str]:
    """Return the names of the arguments of ``forward``; empty where they cannot be read."""
    return [each.name for each in _parameters(model)]


def required_arguments(model: nn.Module) -> int:
    """Return how many positional arguments ``forward`` requires."""
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in positional and each.default is inspect.Parameter.empty for each in _parameters(model))


def _taken(model: nn.Module, batch: Mapping[str, Any]) -> dict[str, Any]:
    parameters = _parameters(model)
    if not parameters or any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters):
        return dict(batch)
    return {each.name: batch[each.name] for each in parameters if each.name in batch}
