"""Where every optional package must be there (BNVIZ_REQUIRE_OPTIONAL=1), a missing one fails its tests."""

from __future__ import annotations

import importlib
import os
from types import ModuleType

import pytest


def required(name: str, *_args: object, **_named: object) -> ModuleType:
    """Stand in for ``pytest.importorskip`` where every optional package must be there."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        pytest.fail(f"BNVIZ_REQUIRE_OPTIONAL=1, but {name} cannot be imported: {error}", pytrace=False)


if os.environ.get("BNVIZ_REQUIRE_OPTIONAL") == "1":
    pytest.importorskip = required
