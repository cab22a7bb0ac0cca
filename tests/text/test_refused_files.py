"""What is said of a refused file is said in the reader's language, in every upload of the app."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bnviz.chapters.own_network.checkpoint_strip import read_checkpoint_upload
from bnviz.chapters.own_network.report_strip import read_report
from bnviz.config import InputError
from bnviz.data import save_upload
from bnviz.files import one_sentence
from bnviz.telemetry import recording
from bnviz.text.plain import plain_sentence
from bnviz.text.wrong import wrong_words
from bnviz.ui.text import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
OPEN_FILES = (
    *("files/last_resort", "files/npz", "files/source", "files/zips", "data/arrays", "data/cache", "data/dataset"),
    *("data/image_files", "data/images", "data/npz", "data/upload_room", "data/uploads", "data/user_files"),
    *("diagnosis/checkpoint", "diagnosis/safetensors_file", "telemetry/recording", "telemetry/run_description"),
    *("files/typed_json", "chapters/own_network/report_strip"),
)
"""Files that read what a visitor uploads."""
CJK = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z][a-z]+ [A-Za-z]+")
TERMS = re.compile(r"'[^']*'|`[^`]*`|\([^()]*\)|state dict|zip end")
"""What may stay in Latin letters: what is quoted, shapes and terms."""


def written(node: ast.AST, names: Mapping[str, list[str]]) -> list[str]:
    """Return the texts that an expression may give, with 7 where it puts in a value."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(each) for each in product(*(written(part, names) for part in parts))]
        case ast.FormattedValue(value=ast.Name(id=name)):
            return names.get(name, ["7"])
        case ast.FormattedValue(value=ast.IfExp() | ast.BoolOp() as choice):
            return written(choice, names)
        case ast.Name(id=name):
            return names.get(name, ["7"])
        case ast.IfExp(body=one, orelse=other):
            return [text for text in (*written(one, names), *written(other, names)) if text]
    return ["7"]


def raised(name: str) -> Iterator[str]:
    """Yield the messages of a file, with the words that their places are given in the same file."""
    tree = ast.parse((ROOT / "bnviz" / f"{name}.py").read_text("utf-8"))
    names: dict[str, list[str]] = {}
    for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))):
        for node in scope.body if scope is tree else ast.walk(scope):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                texts = [text for text in written(node.value, names) if text != "7"]
                if texts and scope is tree:
                    names[node.targets[0].id] = texts
        local = {**names}
        for node in ast.walk(scope) if scope is not tree else ():
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                local[node.targets[0].id] = written(node.value, local)
        for node in ast.walk(scope) if scope is not tree else ():
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InputError":
                yield from (text for text in written(node.args[0], local) if re.search("[a-z]", text))


@pytest.mark.parametrize("name", OPEN_FILES)
def test_every_refusal_has_words_in_every_language(name: str) -> None:
    messages = set(raised(name))
    assert messages
    for lang in (each for each in LANGUAGES if each != "en"):
        said = {message: wrong_words(message, lang) for message in messages}
        assert {m: s for m, s in said.items() if not CJK.search(s) or LATIN.search(TERMS.sub("", s))} == {}


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def packed(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def saved(content: object) -> bytes:
    out = io.BytesIO()
    torch.save(content, out)
    return out.getvalue()


def safetensors(header: object, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def recording_parts(**changes: Any) -> bytes:
    with np.load(ROOT / "assets/recordings/default.npz") as whole:
        return npz(**{**{name: whole[name] for name in whole.files}, **changes})


def described(**changes: Any) -> bytes:
    with np.load(ROOT / "assets/recordings/default.npz") as whole:
        meta = json.loads(bytes(whole["meta"]))
    return recording_parts(meta=np.frombuffer(json.dumps({**meta, **changes}).encode(), np.uint8))


X, Y = np.zeros((10, 4), np.float32), np.arange(10) % 2
GOOD = {"x_train": X, "y_train": Y}
DATA_FILES = {
    "no-arrays.npz": zipped({}),
    "text.npz": b"a,b,c\n1,2,3\n" * 9,
    "empty.npz": b"",
    "cut.npz": npz(**GOOD)[:-30],
    "bent.npz": npz(**GOOD).replace(X.tobytes(), b"\1" * X.nbytes),
    "pickled.npz": npz(x_train=np.array([{}] * 10), y_train=Y),
    "recording.npz": npz(meta=Y, steps=Y),
    "without-labels.npz": npz(x_train=X),
    "labels-shape.npz": npz(x_train=X, y_train=Y[:5]),
    "labels-of-text.npz": npz(x_train=X, y_train=np.array(["cat"] * 10)),
    "labels.npz": npz(x_train=X, y_train=Y - 1),
    "one-class.npz": npz(x_train=X, y_train=0 * Y),
    "two-samples.npz": npz(x_train=X[:2], y_train=Y[:2]),
    "shape.npz": npz(x_train=X[..., None, None, None], y_train=Y),
    "channels.npz": npz(x_train=np.zeros((10, 4, 4, 2), np.uint8), y_train=Y),
    "no-values.npz": npz(x_train=X[:0], y_train=Y[:0]),
    "large-samples.npz": npz(x_train=np.zeros((10, 20000), np.float32), y_train=Y),
    "not-a-number.npz": npz(x_train=X + np.nan, y_train=Y),
    "range.npz": npz(x_train=np.full((10, 4, 4), 7.5, np.float32), y_train=Y),
    "pixels.npz": npz(x_train=np.full((10, 4, 4), 300), y_train=Y),
    "parts.npz": npz(**GOOD, x_test=X[:, :2], y_test=Y),
    "names.npz": npz(**GOOD, classes=np.array(["a", "b", ""])),
    "name.npz": npz(**GOOD, classes=np.array(["a"])),
    "long-names.npz": npz(**GOOD, classes=np.array(["a" * 900, "b"])),
    "more-labels.npz": npz(x_train=X, y_train=Y * 4, classes=np.array(["a", "b"])),
    "to be.csv": b"1,2",
    "none.zip": zipped({"readme.txt": b"hello"}),
    "loose.zip": zipped({"a/1.png": b"x", "2.png": b"x", "b/c/3.png": b"x"}),
    "one.zip": zipped({"a/1.png": b"x"}),
    "broken.zip": zipped({"a/1.png": b"x", "b/2.png": b"x"}),
    "outside.zip": zipped({"../a/1.png": b"x"}),
}
RECORDINGS = {
    "data.npz": npz(**GOOD),
    "text.npz": b"hello" * 20,
    "cut.npz": recording_parts()[:-900],
    "frames.npz": recording_parts(steps=np.zeros(3, np.uint32)),
    "type.npz": recording_parts(steps=np.zeros(3)),
    "no-json.npz": recording_parts(meta=np.zeros(9, np.uint8)),
    "list.npz": recording_parts(meta=np.frombuffer(b"[1]", np.uint8)),
    "format.npz": described(format="other"),
    "version.npz": described(version=7),
    "arms.npz": described(arms="two"),
    "no-arms.npz": described(arms=[]),
    "marks.npz": described(marks=[[0, "x", "", 0]]),
    "chance.npz": described(chance=2),
    "edges.npz": described(edges={"linear": [3, 1]}),
    "experiment.npz": described(experiment={"base": {"norm": "none at all"}, "arms": [], "name": "x"}),
}
CHECKPOINTS = {
    "text.pt": b"hello, this is a text",
    "short.pt": b"hello",
    "numbers.pt": saved([1, 2, 3]),
    "model.pt": saved(torch.nn.Linear(2, 2)),
    "cut.pt": saved({"a": torch.zeros(9)})[:-40],
    "arrays.pt": npz(a=X),
    "packed.pt": packed(a=X),
    "cut.safetensors": safetensors({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}, b"1234"),
    "shape.safetensors": safetensors({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 16]}}, b"1" * 16),
    "type.safetensors": safetensors({"a": {"dtype": "X9", "shape": [2], "data_offsets": [0, 16]}}, b"1" * 16),
    "lists.safetensors": safetensors({"a": {"dtype": "F32", "shape": "2", "data_offsets": [0, 8]}}, b"1" * 8),
    "after.safetensors": safetensors({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, b"1" * 16),
    "json.safetensors": (16).to_bytes(8, "little") + b"{" * 40,
}
REPORTS = {
    "text.json": b"hello",
    "list.json": b"[1, 2]",
    "empty.json": b"{}",
    "layers.json": json.dumps({"format": "bnviz-diagnosis", "layers": [{"name": "a"}]}).encode(),
    "deep.json": b"[" * 400 + b"]" * 400,
}


def keep(name: str, content: bytes) -> None:
    with one_sentence(name, "a data set: an .npz, or a .zip of an image folder"):
        save_upload(name, content, "a" * 32)


def play(name: str, content: bytes) -> None:
    with one_sentence(name, "a recording of bnviz"):
        recording.load(content, label=name)


UPLOADS = {keep: DATA_FILES, play: RECORDINGS, read_checkpoint_upload: CHECKPOINTS, read_report: REPORTS}
REFUSED = [pytest.param(read, name, files[name], id=name) for read, files in UPLOADS.items() for name in files]


@pytest.mark.parametrize(("read", "name", "content"), REFUSED)
def test_what_is_said_of_a_file_has_its_name_and_no_english_but_terms(
    read: Callable[[str, bytes], object], name: str, content: bytes
) -> None:
    with pytest.raises(InputError) as wrong:
        read(name, content)
    said = wrong_words(str(wrong.value), "zh")
    assert CJK.search(said)
    assert name in said
    assert LATIN.search(TERMS.sub("", said.replace(name, ""))) is None, said


def test_the_name_of_a_file_is_left_as_it_is_though_it_has_words_of_ours() -> None:
    name = "a recording of bnviz, found more to like.npz"
    assert name in wrong_words(f"{name}: found 3 samples, expected at least one value", "zh")


def test_a_name_that_repeats_our_words_is_not_taken_apart() -> None:
    """For the patterns, such a name has so many ways to be read that the server would look for minutes."""
    message = f"{': found a header of 3 bytes in a file of ' * 500}: found 3 samples, expected at least one value"
    assert wrong_words(message, "zh") == message
    assert plain_sentence(message, "zh").endswith("…")  # cut, as it came


def test_an_archive_of_another_kind_is_called_so_packed_or_not() -> None:
    for name in ("arrays.pt", "packed.pt"):
        with pytest.raises(InputError, match="another kind"):
            read_checkpoint_upload(name, CHECKPOINTS[name])


@pytest.mark.parametrize("name", ["a" * 100 + ".npz", "我的数据集" * 20 + ".npz"])
def test_a_long_name_does_not_keep_a_refusal_from_being_said_in_chinese(name: str) -> None:
    with pytest.raises(InputError) as wrong:
        keep(name, b"abc")
    said = plain_sentence(wrong.value, "zh")
    assert CJK.search(said.partition("…")[2])
    assert LATIN.search(TERMS.sub("", said.partition("…")[2])) is None, said
