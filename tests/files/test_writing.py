"""Writing files: a full disk names the file, devices and links stay what they are."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bnviz.cli.main import main
from bnviz.config import InputError
from bnviz.files import atomic, write_npz
from bnviz.files.write import naming

FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))  # the kernel refuses what goes beyond, as a full disk does
from bnviz.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_disk_without_space_names_the_file_and_leaves_nothing(tmp_path: Path) -> None:
    train = ["train", "--steps", "2", "--set", "dataset=moons", "width=4", "--out", "run.npz"]
    command = [sys.executable, "-c", FULL, *train]
    root = str(Path(__file__).parents[2])
    ended = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("bnviz: ")
    assert "run.npz" in last
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [lambda p: p.write_bytes(b"x"), lambda p: write_npz({"a": np.zeros(3)}, p)])
def test_a_device_and_a_pipe_are_not_replaced(write, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for target in (pipe, Path("/dev/null"), tmp_path):
        with pytest.raises(InputError, match="expected a file or nothing yet"), atomic(target) as part:
            write(part)
    assert pipe.is_fifo()
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("command", ["train", "sweep", "export", "diagnose"])
def test_out_onto_a_device_is_refused_before_anything_is_computed(command: str, tmp_path: Path, capsys) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    rest = {
        "train": ["--out", str(pipe)],
        "sweep": ["--x", "lr=.1,1", "--y", "depth=1,2", "--work", str(pipe)],
        "export": ["run.npz", "--out", str(pipe)],
        "diagnose": ["model.py", "loader.py", "--html", str(pipe)],
    }[command]
    assert main([command, *rest]) == 2
    assert "found a device or a pipe" in capsys.readouterr().err
    assert pipe.is_fifo()


def test_a_link_stays_a_link_to_the_new_content(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept.txt", tmp_path / "link.txt"
    kept.write_text("before", encoding="utf-8")
    link.symlink_to(kept)
    with atomic(link) as part:
        part.write_text("after", encoding="utf-8")
    assert link.is_symlink()
    assert kept.read_text(encoding="utf-8") == "after"


def test_an_error_with_a_name_of_its_own_keeps_it() -> None:
    with pytest.raises(FileNotFoundError, match=r"elsewhere\.txt"), naming("out.txt"):
        Path("/nowhere/elsewhere.txt").read_bytes()
    with pytest.raises(OSError, match=r"No space left on device: 'out\.txt'"), naming("out.txt"):
        raise OSError(errno.ENOSPC, "No space left on device")
