"""The fingerprint of torch and of the package: what a process's numbers depend on beside their recipe."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch

import bnviz

PACKAGE = Path(bnviz.__file__).parent
_ROOMS = ("config", "data", "norms", "nets", "backprop", "telemetry", "training", "landscape", "studies", "sweeps")


def package_fingerprint() -> str:
    """Return torch's version and a hash of the sources that compute: where these differ, numbers may differ."""
    digest = hashlib.blake2b(digest_size=8)
    for room in _ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return f"torch {torch.__version__} and bnviz {digest.hexdigest()}"
