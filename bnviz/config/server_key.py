"""The server's own secret: what it signs was given out by it, and what it hashes with it cannot be guessed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import secrets
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from bnviz.config.data_folder import data_dir

log = logging.getLogger(__name__)

FILE = "server.key"
BYTES = 32
_SIGNATURE = 16
"""Bytes of a signature that are kept: 128 bits."""


def signature(text: str) -> str:
    """Return the HMAC-SHA256 of a text under the server's key, cut to 128 bits (RFC 2104), as 22 letters."""
    digest = hmac.new(_key(data_dir()), text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_SIGNATURE]).decode().rstrip("=")


def is_signature(text: str, given: str) -> bool:
    """Return whether a text was signed by this server."""
    return hmac.compare_digest(signature(text).encode(), given.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=8)
def _key(folder: Path) -> bytes:
    """Return the key in the data folder, made at its first use; where it cannot be kept, one of this process."""
    path = folder / FILE
    for _ in range(5):
        with suppress(OSError):
            if len(found := path.read_bytes()) == BYTES:
                return found
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process is just writing it
            time.sleep(0.02)
            continue
        except OSError as error:
            log.warning("the server's key cannot be kept, so that a restart forgets who is who: %s", error)
            break
        with os.fdopen(handle, "wb") as file:
            file.write(made := secrets.token_bytes(BYTES))
        return made
    return secrets.token_bytes(BYTES)
