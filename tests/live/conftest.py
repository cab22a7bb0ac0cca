"""Sessions that end with their test."""

import pytest
from live_viewer import Watcher

from bnviz.live.registry import Registry


@pytest.fixture
def registry():
    made = Registry()
    yield made
    made.close_all()


@pytest.fixture
def session(registry):
    return registry.open()


@pytest.fixture
def watch():
    return Watcher
