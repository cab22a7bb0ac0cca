"""For every test: one thread per kernel, no thread of bnviz that is left running; what a missing package means."""

import gc
import os
import threading
from functools import cache

import missing_packages  # noqa: F401 - a missing package fails where it must not
import pytest
import torch
from plotly import basedatatypes
from streamlit.components.v2 import manifest_scanner

# Servers of tests, and pages in this process, make frames in threads: a hundred tests would start as many processes.
os.environ.setdefault("BNVIZ_REDUCER_PROCESS", "false")

# AppTest reads what every installed package says of itself, for each app that it opens: most of what that costs.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

# Plotly takes the name of a property apart each time that it is used: a fifth of what a page with figures costs.
basedatatypes._str_to_dict_path_full = cache(basedatatypes._str_to_dict_path_full)


def pytest_collection_finish():
    """What was imported and collected stays until the end: later collections of garbage skip it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def one_thread_from_the_start():
    """Fixtures of a module are made before those of its first test."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def one_thread_per_kernel():
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def no_thread_is_left():
    """Each of our threads must end with the test that started it (a few may still be on their way out)."""
    before = set(threading.enumerate())
    yield
    ours = [t for t in threading.enumerate() if t.name.startswith("bnviz-") and t not in before]
    for thread in ours:
        thread.join(20)
    assert [thread.name for thread in ours if thread.is_alive()] == []
