"""Packages that only an integration needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def needs(package: str) -> Iterator[None]:
    """Say in one sentence that a package is not installed, where an import inside of the block finds it missing.

    Raises:
        ImportError: the package is missing; what is missing inside of the package is raised as it is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != package:
            raise
        raise ImportError(
            f"bnviz.integrations needs the package {package}, which is not installed; "
            "pip install -r requirements-integrations.txt has it"
        ) from error
