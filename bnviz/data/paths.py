"""Folders of data: fetched sets are in the data folder, files of users in its ``user`` folder."""

from __future__ import annotations

import os
from pathlib import Path


def data_dir() -> Path:
    """Return the data folder: the environment variable BNVIZ_DATA_DIR, else ~/.bnviz/data. It may not exist yet."""
    chosen = os.environ.get("BNVIZ_DATA_DIR")
    return Path(chosen).expanduser() if chosen else Path.home() / ".bnviz" / "data"


def user_dir() -> Path:
    """Return the only folder whose files the app opens by name."""
    return data_dir() / "user"
