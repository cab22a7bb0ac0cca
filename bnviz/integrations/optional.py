"""What a missing optional package is told as."""

from __future__ import annotations


def missing(package: str) -> str:
    """Return the sentence of the ImportError where a package of an integration is not installed."""
    return (
        f"bnviz.integrations needs the package {package}, which is not installed; "
        "pip install -r requirements-integrations.txt has it"
    )
