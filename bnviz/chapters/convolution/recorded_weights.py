"""The recorded weights of the twins in the page's pictures: half precision, in one .npz."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from bnviz.chapters.convolution.net_pictures import TwinWeights, Weights, shapes
from bnviz.config import InputError
from bnviz.files.npz import NpzReader
from bnviz.files.source import read_from
from bnviz.files.write import write_npz

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "convolution_weights.npz"
_MAX_BYTES = 8 * 2**20
_META = "meta"


def save(twins: TwinWeights, provenance: dict[str, Any], target: Path = FILE) -> None:
    """Write the weights of the twins; a file is written completely or not at all."""
    meta = {"steps": twins.steps, "accuracy": list(twins.accuracy), "provenance": provenance}
    arrays: dict[str, Any] = {_META: np.asarray(json.dumps(meta))}
    for arm, weights in enumerate(twins.weights):
        arrays |= {f"{arm}.{name}": value.astype(np.float16) for name, value in weights.items()}
    write_npz(arrays, target)


def load(source: Path = FILE) -> tuple[TwinWeights, dict[str, Any]]:
    """Read the weights of the twins and their provenance.

    Raises:
        InputError: no such file, or not the weights of these networks.
    """
    return read_from(source, "file of weights", None, _read)


@lru_cache(maxsize=1)
def recorded() -> tuple[TwinWeights, dict[str, Any]]:
    """Read the weights that come with the app, once."""
    return load()


def _read(file: BinaryIO, label: str) -> tuple[TwinWeights, dict[str, Any]]:
    wanted = shapes()
    names = {f"{arm}.{name}": shape for arm, each in enumerate(wanted) for name, shape in each.items()}
    with NpzReader(file, label, len(names) + 1, _MAX_BYTES) as reader:
        if set(reader.names) != {*names, _META}:
            raise InputError(f"{label}: found other arrays than those of our nets")
        headers = reader.headers(names)
        for name, shape in names.items():
            if headers[name].shape != shape or headers[name].dtype != np.float16:
                raise InputError(f"{label}, {name}: found {headers[name]}, expected shape {shape} of float16")
        arrays = {name: reader.array(name).astype(np.float32) for name in names}
        try:
            meta = json.loads(str(reader.array(_META)))
            steps, accuracy = int(meta["steps"]), tuple(map(float, meta["accuracy"]))
            provenance = dict(meta["provenance"])
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{label}: found no bnviz description") from error
    weights: list[Weights] = [{name: arrays[f"{arm}.{name}"] for name in each} for arm, each in enumerate(wanted)]
    return TwinWeights(steps, tuple(weights), accuracy), provenance
