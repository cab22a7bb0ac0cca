"""The image is linted, copies what is there and what the app needs, and compose.yaml and the documents fit it."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("image_steps", ROOT / "scripts" / "image_steps.py")
assert spec is not None
assert spec.loader is not None
image_steps = importlib.util.module_from_spec(spec)
spec.loader.exec_module(image_steps)

STEPS = list(image_steps.instructions((ROOT / "Dockerfile").read_text()))


def of(word: str) -> list[str]:
    return [rest for name, rest in STEPS if name == word]


def test_the_dockerfile_is_linted():
    hadolint = shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not installed (pip install -r requirements-dev.txt)")
    done = subprocess.run([hadolint, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_continued_lines_are_joined_and_comments_left_out():
    text = "# a\nFROM x AS y\nRUN one \\\n    # of it\n    && two\n"
    assert list(image_steps.instructions(text)) == [("FROM", "x AS y"), ("RUN", "one && two")]


def test_the_image_runs_without_root_and_gets_its_signals():
    assert of("USER") == [str(image_steps.UID)]
    assert of("USER")[0] not in ("0", "root")
    command, check = json.loads(of("CMD")[0]), json.loads(of("HEALTHCHECK")[0].partition("CMD ")[2])
    assert command[:4] == ["python", "-m", "streamlit", "run"], "a shell in between would swallow SIGTERM"
    port = of("EXPOSE")[0]
    assert port in command
    assert f":{port}/_stcore/health" in check[-1]
    assert of("VOLUME") == ["/data"]


def test_what_is_copied_is_there_and_is_not_ignored():
    copied = [rest.split()[0] for rest in of("COPY") if not rest.startswith("--from")]
    kept = re.findall(r"(?m)^!(.+)$", (ROOT / ".dockerignore").read_text())
    assert sorted(copied) == sorted(kept)
    assert all((ROOT / name).exists() for name in copied)
    assert {"app.py", "bnviz", "pages", "assets", ".streamlit"} <= set(copied)


def test_compose_uses_files_that_are_there_and_the_port_of_the_image():
    compose = (ROOT / "compose.yaml").read_text()
    files = re.findall(r"- \./(\S+?):", compose)
    assert files == ["deploy/Caddyfile"]
    assert all((ROOT / name).is_file() for name in files)
    assert f"BNVIZ_UPSTREAM: app:{of('EXPOSE')[0]}" in compose
    assert set(re.findall(r"\{\$(\w+)", (ROOT / "deploy" / "Caddyfile").read_text())) == {
        "BNVIZ_SITE",
        "BNVIZ_UPSTREAM",
    }


def test_the_document_names_files_and_settings_that_are_there():
    words = (ROOT / "docs" / "hosting.md").read_text()
    assert all((ROOT / "docs" / link).exists() for link in re.findall(r"\]\((\.\./[^)#]+)\)", words))
    from bnviz.config.limits import read

    known = {f"BNVIZ_{given.name.upper()}" for given in read({})}
    named = set(re.findall(r"`(BNVIZ_[A-Z_]+)", words)) - {"BNVIZ_DATA_DIR", "BNVIZ_SETTINGS", "BNVIZ_SITE"}
    assert named <= known


def test_the_server_does_not_look_for_edits_while_a_class_is_there():
    """After each run of a page, its watcher walks all modules on the event loop: half of its time, with 20 visitors."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["fileWatcherType"] == "none"


def test_an_error_of_ours_shows_visitors_no_stack():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["client"]["showErrorDetails"] == "none"


def test_pages_that_were_closed_are_soon_let_go():
    """Streamlit keeps each for its return, 128 of them at most: with 13 MB each, more than a small server has."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["disconnectedSessionTTL"] <= 30
