"""``python -m bnviz diagnose``: the diagnosis of a model that the user's own code builds."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from bnviz.cli.common import Commands, add_report_arguments, out_path, tell_report
from bnviz.config import InputError


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser(
        "diagnose",
        help="find what is wrong with a model's normalization layers",
        description="Imports your code and calls it: MODEL and LOADER name objects in modules that Python can import "
        "from the current folder, or functions that return them.",
    )
    parser.add_argument("model", metavar="MODEL", help="package.module:name of a torch.nn.Module")
    parser.add_argument("loader", metavar="LOADER", help="package.module:name of an iterable of batches")
    parser.add_argument("--metric", metavar="METRIC", help="package.module:name of metric(output, target) -> float")
    parser.add_argument("--reference", metavar="MODEL", help="package.module:name of a model of the same shape")
    parser.add_argument("--batches", type=int, default=8, metavar="N", help="batches to run (default 8)")
    add_report_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the diagnosis, write the page if asked; 1 when a finding is above "note", else 0."""
    from torch import nn

    from bnviz.diagnosis.diagnose import diagnose

    def is_no_model(value: object) -> bool:
        return not isinstance(value, nn.Module)

    page = out_path(arguments.html, "--html")
    with redirect_stdout(sys.stderr):  # what the user's code prints is no part of the result
        model = named(arguments.model, is_no_model)
        loader = named(arguments.loader, lambda value: not hasattr(value, "__iter__"))
        metric = named(arguments.metric) if arguments.metric else None
        reference = named(arguments.reference, is_no_model) if arguments.reference else None
        found = diagnose(model, loader, metric=metric, batches=arguments.batches, reference=reference)
    return tell_report(found, arguments, page)


def named(text: str, call: Callable[[object], bool] | None = None) -> Any:  # noqa: ANN401 - an object of the user's
    """Import what ``package.module:name`` names, from the current folder as ``python -m`` does.

    Args:
        text: the module, a colon, the name in it; dots lead to attributes.
        call: says whether the object is to be called without arguments to get the value.

    Raises:
        InputError: the text has no colon, there is no such module or name, or the function fails.
    """
    module_name, colon, name = text.partition(":")
    if not (module_name and colon and name):
        raise InputError(f"expected package.module:name, got {text!r:.80}")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        value: Any = importlib.import_module(module_name)
    except Exception as error:  # the user's module can raise anything
        raise InputError(f"{module_name!r:.80} cannot be imported: {_line(error)}") from error
    for part in name.split("."):
        if not hasattr(value, part):
            known = [each for each in getattr(value, "__dict__", ()) if not each.startswith("_")]
            raise InputError(f"{module_name!r:.80} has no {name!r:.80}; it has {', '.join(known[:12]) or 'no names'}")
        value = getattr(value, part)
    if call is None or not call(value) or not callable(value):
        return value
    try:
        return value()
    except Exception as error:
        raise InputError(f"{text} was called without arguments and failed: {_line(error)}") from error


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
