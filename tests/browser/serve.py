"""``streamlit`` in this process, plus answers on standard output to words on standard input.

threads: the names of all threads. break: training raises from now on. mend: it no longer does. hurry: a run that
is not watched ends after a second.
"""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import replace
from pathlib import Path

from streamlit.web import cli

sys.path.insert(0, str(Path(__file__).parents[2]))


WHOLE: dict[str, object] = {}
"""What was broken, as it was before."""


def broken(_arms: object) -> None:
    raise RuntimeError("broken on purpose")


def answer(word: str) -> list[str]:
    if word == "threads":
        return [thread.name for thread in threading.enumerate()]
    from bnviz.live.registry import registry
    from bnviz.training.trainer import Trainer

    if word == "hurry":
        registry().limits = replace(registry().limits, unwatched_s=1.0)
        return [word]
    kept = WHOLE.setdefault("advance", Trainer.advance)
    Trainer.advance = broken if word == "break" else kept
    return [word]


def listen(out: object) -> None:
    for line in sys.stdin:
        print(json.dumps(answer(line.strip())), file=out, flush=True)


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout, sys.stderr  # what Streamlit prints must not mix with the answers
    threading.Thread(target=listen, args=(answers,), daemon=True).start()
    cli.main(prog_name="streamlit")
