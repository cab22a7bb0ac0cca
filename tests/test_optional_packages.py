"""A missing optional package skips its tests with a reason, and fails them where every package must be there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import missing_packages
import pytest

ROOT = Path(__file__).parents[1]
TEST = 'import pytest\npytest.importorskip("bnviz_has_no_such_package", reason="it is not there")\n'


@pytest.mark.parametrize(("required", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_a_missing_package(tmp_path: Path, required: str, outcome: str) -> None:
    """The module alone, without all else that conftest.py imports, in a process of its own."""
    (tmp_path / "conftest.py").write_text(Path(missing_packages.__file__).read_text(encoding="utf-8"))
    (tmp_path / "test_it.py").write_text(TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", str(tmp_path)]
    environment = {**os.environ, "BNVIZ_REQUIRE_OPTIONAL": required, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    told = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False).stdout
    assert outcome in told
    reason = "bnviz_has_no_such_package cannot be imported" if required == "1" else "it is not there"
    assert reason in told


def test_it_holds_for_every_test_here() -> None:
    assert (pytest.importorskip is missing_packages.required) == (os.environ.get("BNVIZ_REQUIRE_OPTIONAL") == "1")
    assert "\nimport missing_packages " in (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")


def test_every_optional_package_is_pinned_and_says_what_for() -> None:
    for name in ("notebook", "integrations"):
        lines = (ROOT / f"requirements-{name}.txt").read_text(encoding="utf-8").splitlines()
        assert lines[0] == "-r requirements.txt", "the same torch"
        for line in lines[1:]:
            assert re.fullmatch(r"[\w-]+==[\d.]+ +# \S.*", line), line
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "-r requirements-notebook.txt -r requirements-integrations.txt" in run
    assert "BNVIZ_REQUIRE_OPTIONAL=1" in run
