"""The folder that the app writes to."""

from __future__ import annotations

import os
from pathlib import Path


def data_dir() -> Path:
    """Return the data folder: the environment variable BNVIZ_DATA_DIR, else ~/.bnviz/data. It may not exist yet."""
    chosen = os.environ.get("BNVIZ_DATA_DIR")
    return Path(chosen).expanduser() if chosen else Path.home() / ".bnviz" / "data"
