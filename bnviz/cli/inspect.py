"""``python -m bnviz inspect``: what a checkpoint shows about its normalization layers, without the model's code."""

from __future__ import annotations

import argparse

from bnviz.cli.common import Commands, add_report_arguments, out_path, tell_report


def add_to(commands: Commands) -> None:
    """Register the command."""
    parser = commands.add_parser("inspect", help="look at the normalization layers of a checkpoint; runs nothing in it")
    parser.add_argument("path", metavar="CHECKPOINT", help="a state dict: .pt, .pth or .safetensors")
    parser.add_argument("--against", metavar="OTHER", help="a state dict of the same architecture that is right")
    parser.add_argument("--entry", metavar="NAME", help="which state dict, where the file holds several")
    add_report_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; 1 when a finding is above "note", so that a script can stop, else 0."""
    from bnviz.diagnosis.inspection import inspect_checkpoint

    page = out_path(arguments.html, "--html")
    found = inspect_checkpoint(arguments.path, arguments.against, entry=arguments.entry)
    return tell_report(found, arguments, page)
