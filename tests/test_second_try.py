"""A test that fails beside all others gets one more try, and CI says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "second_try"
TESTS = """
import pathlib, pytest

@pytest.fixture
def late_end():
    yield
    once("late end")

def once(name):
    flag = pathlib.Path(__file__).with_name(name)
    known = flag.exists()
    flag.touch()
    assert known

def test_fine(): pathlib.Path(__file__).with_name("fine").open("a").write("x")
def test_late(): once("late")
def test_end(late_end): pass
@pytest.mark.parametrize("number", range(NUMBER))
def test_broken(number): assert False
"""


@pytest.fixture(autouse=True, scope="module")
def _of_this_environment():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # most of a start
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        yield


SHARED_OUT = ("-p", "xdist.plugin", "-n", "2", "--dist", "loadfile")
"""As all tests but those of the browser run at first; the second try is in one process."""


def two_tries(folder: Path, broken: int, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]")
    (folder / "test_it.py").write_text(TESTS.replace("NUMBER", str(broken)))
    cache = folder / "cache"
    command = ["pytest", "-q", "-o", f"cache_dir={cache}", *options, "test_it.py"]
    first = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert first.returncode == 1, first.stdout + first.stderr
    return subprocess.run(["bash", SCRIPT, cache, "-q", "test_it.py"], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("options", [(), SHARED_OUT], ids=["one process", "two processes"])
def test_what_passes_on_its_own_is_named(tmp_path, options):
    second = two_tries(tmp_path, 0, *options)
    assert second.returncode == 0, second.stdout + second.stderr
    named = [line for line in second.stdout.splitlines() if line.startswith("passed only on a second try: ")]
    assert [line.rpartition("::")[2] for line in named] == ["test_late", "test_end"]
    assert (tmp_path / "fine").read_text() == "x", "what passed must not run again"


def test_what_fails_twice_fails(tmp_path):
    second = two_tries(tmp_path, broken=1)
    assert second.returncode == 1
    assert "failed twice: test_it.py::test_broken[0]" in second.stdout
    assert "passed only on a second try: test_it.py::test_late" in second.stdout


def test_more_than_three_get_no_second_try(tmp_path):
    second = two_tries(tmp_path, broken=2)
    assert second.returncode == 1
    assert "no second try: 4 tests failed" in second.stdout
    assert "test session starts" not in second.stdout
    assert "failed twice" not in second.stdout
