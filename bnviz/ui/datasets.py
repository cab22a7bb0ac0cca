"""Data sets as the pages list them."""

from __future__ import annotations

from bnviz.data import data_status, dataset_names, user_files
from bnviz.lab.controls import dataset_label
from bnviz.ui.text import t

NOT_HERE = "not fetched"


def trainable() -> dict[str, str]:
    """Return the data sets that are here, and how people read their names."""
    here = [name for name in dataset_names() if data_status(name).state != NOT_HERE]
    return {name: dataset_label(name) for name in (*here, *user_files())}


def status_words(name: str) -> str:
    """Say where a data set stands."""
    status = data_status(name)
    state = "missing" if status.state == NOT_HERE else status.state
    return t(f"data.state.{state}", size=f"{status.megabytes:,.0f}" if status.megabytes >= 1 else "< 1")
