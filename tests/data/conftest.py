"""Every test of the data room has a data folder of its own."""

import io

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def data_home(tmp_path, monkeypatch):
    home = tmp_path / "data-home"
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(home))
    return home


@pytest.fixture
def npz():
    """Bytes of an .npz of the given arrays."""

    def make(**arrays):
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        return buffer.getvalue()

    return make
