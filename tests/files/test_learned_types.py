"""Types of msgspec that several threads read for the first time at once, as pages do that come to a fresh server."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import dataclasses, sys, threading
from bnviz.files.typed_json import convert, decode

FIELDS = 40

def fresh(number):
    inner = dataclasses.make_dataclass(f"Inner{number}", [(f"f{n}", int) for n in range(FIELDS)])
    return dataclasses.make_dataclass(f"Outer{number}", [(f"g{n}", inner) for n in range(FIELDS)])

plain = {f"g{n}": {f"f{m}": m for m in range(FIELDS)} for n in range(FIELDS)}
sys.setswitchinterval(1e-6)
for number in range(40):
    kind, start, found = fresh(number), threading.Barrier(4), []
    def read():
        start.wait()
        found.append(convert(plain, kind, "a file", "such a file"))
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert len(found) == 4 and all(each == found[0] for each in found)
print("read")
"""


def test_threads_that_read_a_type_for_the_first_time_at_once_do_not_end_the_process():
    ended = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout) == (0, "read\n"), ended.stderr


def test_whoever_reads_by_msgspec_itself_has_the_type_learned_first():
    """Where a type is given to msgspec, ``learn`` stands before it in the same function."""
    for path in (ROOT / "bnviz").rglob("*.py"):
        before = ""
        for line in path.read_text().splitlines():
            before = "" if line.startswith(("def ", "    def ")) else before + line
            named = "type=" in line or "convert(" in line or ".Decoder(" in line
            if "msgspec." in line and named and path.name != "learned_types.py":
                assert "learn(" in before, f"{path}: {line.strip()}"
