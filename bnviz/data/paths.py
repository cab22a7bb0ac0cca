"""Folders of data: fetched sets in the data folder, shared files in ``user``, uploads in ``visitors``."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bnviz.config.data_folder import data_dir

__all__ = ["data_dir", "user_dir", "visitor_dir", "visitors_dir"]


def user_dir() -> Path:
    """Return the folder whose files the app opens by name for every visitor: the host puts them there."""
    return data_dir() / "user"


def visitors_dir() -> Path:
    """Return the folder of the folders of single visitors."""
    return data_dir() / "visitors"


def visitor_dir(owner: str) -> Path:
    """Return the folder of one visitor's uploads, which is opened by name for this visitor alone.

    Args:
        owner: secret of the browser; the folder's name is a hash of it, so that a listing of the disk gives none away.
    """
    return visitors_dir() / hashlib.sha256(owner.encode("utf-8", "surrogatepass")).hexdigest()[:32]
