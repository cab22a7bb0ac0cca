"""Where data lives: fetched sets in the data folder, the users' own files in its ``user`` folder."""

from __future__ import annotations

import os
from pathlib import Path


def data_dir() -> Path:
    """Return the data folder: the environment's BNVIZ_DATA_DIR, else ~/.bnviz/data. It may not exist yet."""
    chosen = os.environ.get("BNVIZ_DATA_DIR")
    return Path(chosen).expanduser() if chosen else Path.home() / ".bnviz" / "data"


def user_dir() -> Path:
    """Return the one folder of which the app opens files by name."""
    return data_dir() / "user"
