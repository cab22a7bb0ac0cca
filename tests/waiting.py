"""Waiting for what another thread does."""

import threading

import pytest
from run_listener import WAIT


def until(test):
    """Return as soon as the test holds; fail when it does not come."""
    pause = threading.Event()
    for _ in range(int(WAIT / 0.005)):
        if test():
            return
        pause.wait(0.005)
    pytest.fail("it did not come")
