"""The app in a process of its own ends with what started it."""

import os
import signal
import sys
from subprocess import DEVNULL, PIPE, Popen

import pytest
from waiting import until

from bnviz.bench.app_process import ROOT

PROGRAM = """
import time
from bnviz.bench.app_process import app_process
with app_process() as (port, process):
    print(process.pid, flush=True)
    time.sleep(60)
"""


def has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_the_command_that_started_it(number: signal.Signals) -> None:
    with Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=PIPE, stderr=DEVNULL) as command:
        assert command.stdout
        server = int(command.stdout.readline())
        command.send_signal(number)
        assert command.wait(30) != 0
    until(lambda: has_ended(server))
