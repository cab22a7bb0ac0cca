"""``streamlit`` in this process, plus answers on standard output to words on standard input.

threads: the names of all threads. break: training raises from now on. mend: it no longer does. hurry: a run that
is not watched ends after a second. outside: other machines that were asked for since this word was said last.

There is no network here: whatever asks for another machine fails, as it does where the cable is out.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import sys
import threading
from dataclasses import replace
from pathlib import Path

from streamlit.web import cli

sys.path.insert(0, str(Path(__file__).parents[2]))


WHOLE: dict[str, object] = {}
"""What was broken, as it was before."""


OUTSIDE: list[str] = []
"""Other machines that something here asked for."""


def refuse_others(event: str, values: tuple[object, ...]) -> None:
    """An audit hook that lets only this machine be found and reached; a datagram's "connection" sends nothing."""
    match event, values:
        case "socket.getaddrinfo", (str(host), *_):
            pass
        case "socket.connect", (socket.socket(type=socket.SOCK_STREAM), (str(host), *_)):
            pass
        case _:
            return
    if not is_here(host):
        OUTSIDE.append(host)
        raise OSError(f"there is no network here, so no {host}")


def is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "", socket.gethostname())


def broken(_arms: object) -> None:
    raise RuntimeError("broken on purpose")


def answer(word: str) -> list[str]:
    if word == "threads":
        return [thread.name for thread in threading.enumerate()]
    if word == "outside":
        asked = list(OUTSIDE)
        OUTSIDE.clear()
        return asked
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
    sys.addaudithook(refuse_others)
    threading.Thread(target=listen, args=(answers,), daemon=True).start()
    cli.main(prog_name="streamlit")
