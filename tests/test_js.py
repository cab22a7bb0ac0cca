"""Runs the browser's own tests (tests/js) under node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests" / "js").glob("*.test.*js"))
NODE = shutil.which("node")


def _version(node: str) -> int:
    text = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(text.lstrip("v").split(".")[0])


def test_there_are_files_to_run() -> None:
    assert FILES


@pytest.mark.skipif(NODE is None, reason="the browser's unit tests need node 20 or newer, and there is no node here")
def test_the_browsers_unit_tests_pass() -> None:
    assert NODE is not None
    if _version(NODE) < 20:
        pytest.skip("the browser's unit tests need node 20 or newer")
    command = [NODE, "--test", *(str(file) for file in FILES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_lock_file_pins_every_package_and_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    pinned = {path: entry for path, entry in packages.items() if path}
    assert {"node_modules/typescript", "node_modules/@biomejs/biome"} <= set(pinned)
    for path, entry in pinned.items():
        assert entry["integrity"].startswith("sha512-"), path
        assert entry.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/"), path
