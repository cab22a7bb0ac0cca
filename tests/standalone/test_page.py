"""The page of a recording holds all messages and words, weighs little, and no name in it becomes HTML."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hand_made_history import as_bytes, full_history, history, meta

import bnviz
from bnviz.config import InputError
from bnviz.live import wire
from bnviz.standalone.messages import recorded_messages
from bnviz.standalone.page import page
from bnviz.standalone.words import LANGUAGES
from bnviz.text.catalogue import catalogue

SHIPPED = Path(__file__).parents[2] / "assets" / "recordings"
RECORDINGS = [SHIPPED / "default.npz", SHIPPED / "vgg11.npz", SHIPPED / "resnet20.npz", *SHIPPED.glob("scenes/*.npz")]
HOSTILE = "</script><img src=x onerror=alert(1)><!--"


class Reader(HTMLParser):
    """The tags of a page, and the text of those that have an id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(dict(attrs).get("id") or tag)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]] = self.texts.get(self._open[-1], "") + data

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._open.pop()

    def block(self, name: str) -> bytes:
        return zlib.decompress(base64.b64decode(self.texts[name]))


def split(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def hostile_history() -> bnviz.History:
    plain = meta()
    for arm in plain["arms"]:
        arm["layers"] = [HOSTILE, "b"]
    return history(3, plain={**plain, "watched": {"model": HOSTILE}})


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_page_is_hardly_larger_than_its_recording(path: Path, tmp_path: Path) -> None:
    out = bnviz.export(path, tmp_path / "run.html")
    assert out.stat().st_size <= 1.4 * path.stat().st_size + 300_000


def test_a_page_holds_the_messages_of_the_recording_and_the_words_of_every_language() -> None:
    made = full_history()
    read = Reader(page(made))
    messages = split(read.block("bnviz-messages"))
    assert messages == recorded_messages(made)
    kinds = [wire.decode(each).kind for each in messages]
    assert kinds[0] == wire.HELLO
    assert kinds[-1] == wire.STATUS
    assert kinds.count(wire.FRAME) == 3
    assert {wire.CURVES, wire.SURFACE, wire.BOUNDARY} <= set(kinds)
    words = json.loads(read.block("bnviz-words"))
    assert set(words) == set(LANGUAGES)
    for lang in LANGUAGES:
        assert words[lang]["strings"]["tabs"]["curves"] == catalogue(lang)["live.tabs.curves"]
        assert words[lang]["strings"]["contours"]["train"] == catalogue(lang)["standalone.instead.contours.train"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_said_instead_replaces_what_the_view_says_of_training(lang: str) -> None:
    words = catalogue(lang)
    instead = [key for key in words if key.startswith("standalone.instead.")]
    assert len(instead) > 8
    assert [key for key in instead if key.replace("standalone.instead.", "live.") not in words] == []
    press = {"en": "Press Train", "zh": "按“训练”"}[lang]
    pressed = {key for key, text in words.items() if key.startswith("live.") and press in text}
    replaced = {key.replace("standalone.instead.", "live.") for key in instead}
    # None of these is said where nothing trains: no run is restarted, and no server.
    of_a_server = {"live.restart.waiting", "live.badge.recorded_train", "live.trouble.kept"}
    of_a_server |= {"live.trouble.renewed", "live.trouble.renewed_recorded"}
    assert pressed - replaced <= of_a_server


def test_the_policy_names_the_two_scripts_and_allows_no_request() -> None:
    read = Reader(page(full_history()))
    policy = next(str(a["content"]) for tag, a in read.tags if a.get("http-equiv") == "Content-Security-Policy")
    loader = next(text for name, text in read.texts.items() if name == "script")
    digests = [
        base64.b64encode(hashlib.sha256(s).digest()).decode() for s in (loader.encode(), read.block("bnviz-code"))
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [f"'sha256-{digest}'" for digest in digests]
    assert set(rules) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    assert not [a for _, a in read.tags if "src" in a or "href" in a]
    assert "@import" not in read.texts["style"]
    assert "url(" not in read.texts["style"]


def test_hostile_names_stay_text() -> None:
    text = page(hostile_history(), title=HOSTILE)
    assert HOSTILE not in text
    read = Reader(text)
    assert "img" not in {tag for tag, _ in read.tags}
    assert [tag for tag, _ in read.tags].count("script") == 4
    assert read.texts["title"].startswith(HOSTILE[:9])
    hello = wire.decode(split(read.block("bnviz-messages"))[0])
    assert HOSTILE in json.loads(hello.blocks[0].tobytes())["arms"][0]["layers"]


def test_the_title_is_the_watched_models_name_the_arms_or_as_given() -> None:
    watched = history(1, plain={**meta(), "watched": {"model": "Net"}})
    titles = [
        re.search(r"<title>(.*?)</title>", page(*args)) for args in ((watched,), (history(1),), (watched, "Mine"))
    ]
    assert [found.group(1) for found in titles if found] == ["Net", "Without BN · With BN", "Mine"]


def test_a_history_without_a_frame_has_a_page() -> None:
    assert "up to step 0" in page(history(0))


def test_export_takes_histories_watchers_and_paths_and_refuses_the_rest(tmp_path: Path) -> None:
    class Watcher:
        history = full_history()

    recording = tmp_path / "run.npz"
    recording.write_bytes(as_bytes(Watcher.history))
    pages = [bnviz.export(each, tmp_path / "run.html").read_text() for each in (Watcher.history, Watcher(), recording)]
    assert pages[0] == pages[1] == pages[2]
    with pytest.raises(InputError, match="got int"):
        bnviz.export(3, tmp_path / "run.html")
    with pytest.raises(InputError, match="folder that exists"):
        bnviz.export(Watcher.history, tmp_path / "no" / "run.html")
    (tmp_path / "bad.npz").write_bytes(b"no recording")
    with pytest.raises(InputError, match=r"bad\.npz"):
        bnviz.export(tmp_path / "bad.npz", tmp_path / "run.html")
