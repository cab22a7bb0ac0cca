"""Checkpoints of strangers: nothing is executed, damaged and hostile files end in one sentence."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from bnviz.config import InputError
from bnviz.diagnosis.checkpoint import read_checkpoint
from bnviz.diagnosis.inspection import inspect_checkpoint
from bnviz.diagnosis.safetensors_file import read_safetensors


def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3))


def safetensors(tensors: dict[str, torch.Tensor], change: dict[str, Any] | None = None, tail: bytes = b"") -> bytes:
    """A file written by hand, after the format's description."""
    names = {torch.float32: "F32", torch.int64: "I64", torch.float16: "F16", torch.bool: "BOOL"}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().numpy().tobytes()
        places = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": places}
        data += raw
    for name, entry in (change or {}).items():
        header[name] = {**header.get(name, {}), **entry}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data + tail


class Bomb:
    """An object whose unpickling writes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, (f"touch {self.path}",))


@pytest.mark.parametrize("wrap", [lambda state: state, lambda state: {"state_dict": state, "epoch": 3}])
@pytest.mark.parametrize("legacy", [False, True])
def test_a_state_dict_is_found_in_the_file_or_in_an_entry(tmp_path: Path, wrap: Any, legacy: bool) -> None:
    path = tmp_path / "net.pt"
    torch.save(wrap(net().state_dict()), path, _use_new_zipfile_serialization=not legacy)
    found = read_checkpoint(path)
    assert set(found.tensors) == set(net().state_dict())
    assert read_checkpoint(path.read_bytes()).tensors.keys() == found.tensors.keys()


@pytest.mark.parametrize("legacy", [False, True])
def test_a_whole_model_is_refused_with_the_name_of_what_it_is(tmp_path: Path, legacy: bool) -> None:
    path = tmp_path / "net.pt"
    torch.save(torch.nn.Linear(2, 2), path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(InputError, match=r"can rebuild \(torch\.nn\.modules\.linear\.Linear\), expected tensors only"):
        read_checkpoint(path)


def test_a_pickle_bomb_does_not_go_off(tmp_path: Path) -> None:
    sign = tmp_path / "exploded"
    for name, legacy in (("new.pt", False), ("old.pt", True)):
        content = {"state_dict": net().state_dict(), "x": Bomb(sign)}
        torch.save(content, tmp_path / name, _use_new_zipfile_serialization=not legacy)
    (tmp_path / "plain.pt").write_bytes(pickle.dumps({"x": Bomb(sign)}))
    for name in ("new.pt", "old.pt", "plain.pt"):
        with pytest.raises(InputError, match=name) as caught:
            read_checkpoint(tmp_path / name)
        assert "\n" not in str(caught.value)
        assert not sign.exists()
    Bomb(sign).__reduce__()[0](f"touch {sign}")  # the bomb itself works
    assert sign.exists()


def test_a_whole_model_is_refused_with_what_to_save_instead(tmp_path: Path) -> None:
    torch.save(net(), tmp_path / "model.pt")
    with pytest.raises(InputError, match=r"save model.state_dict\(\). Nothing was executed"):
        read_checkpoint(tmp_path / "model.pt")


def test_an_archive_with_packed_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\0" * 10_000_000)
    with pytest.raises(InputError, match="packed parts"):
        read_checkpoint(path)


def test_a_broadcast_tensor_that_claims_more_than_it_holds_is_not_read() -> None:
    claimed = torch.zeros(1).expand(2**50)
    file = io.BytesIO()
    torch.save({"a.weight": torch.ones(2), "huge": claimed}, file)
    found = read_checkpoint(file.getvalue())
    assert set(found.tensors) == {"a.weight"}
    assert found.unread == ("huge",)


NOISE = torch.randint(0, 256, (200,), generator=torch.Generator().manual_seed(0), dtype=torch.uint8).numpy().tobytes()


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 60, b"\x80\x02" * 20, NOISE, b"{" * 64])
def test_damaged_files_end_in_one_sentence(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "bad.pt"
    path.write_bytes(damage)
    with pytest.raises(InputError, match=r"bad\.pt") as caught:
        read_checkpoint(path)
    assert "\n" not in str(caught.value)


def test_every_shortened_file_ends_in_one_sentence(tmp_path: Path) -> None:
    file = io.BytesIO()
    torch.save(net().state_dict(), file)
    whole = file.getvalue()
    for end in range(0, len(whole), 97):
        with pytest.raises(InputError):
            read_checkpoint(whole[:end])


def test_containers_that_hold_themselves_do_not_stop_the_reader() -> None:
    loop: dict[str, Any] = {"state": dict(net().state_dict())}
    loop |= {f"again{at}": loop for at in range(100)}
    assert read_checkpoint(loop).entry == "state"


def test_missing_folders_and_sizes_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_checkpoint(tmp_path / "absent.pt")
    with pytest.raises(InputError, match="is a folder"):
        read_checkpoint(tmp_path)
    torch.save(net().state_dict(), tmp_path / "net.pt")
    with pytest.raises(InputError, match="accepted are up to 100"):
        read_checkpoint(tmp_path / "net.pt", largest=100)
    with pytest.raises(InputError, match="no state dict"):
        read_checkpoint({"epoch": 3})
    with pytest.raises(InputError, match="found no entry 'ema'"):
        read_checkpoint({"model": net().state_dict()}, "ema")


def test_the_model_is_preferred_to_its_average_and_the_optimizer_is_none() -> None:
    model = net()
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(2, 1, 5, 5)).sum().backward()
    optimizer.step()
    content = {"ema": model.state_dict(), "optimizer": optimizer.state_dict(), "model": model.state_dict()}
    found = read_checkpoint(content)
    assert found.entry == "model"
    assert set(found.others) == {"ema"}
    average = found.average()
    assert average is not None
    assert average[0] == "ema"


def test_safetensors_are_read_as_they_were_written(tmp_path: Path) -> None:
    tensors = {**net().state_dict(), "odd": torch.tensor([True]), "half": torch.ones(3, dtype=torch.float16)}
    (tmp_path / "net.safetensors").write_bytes(safetensors(tensors))
    for found in (read_checkpoint(tmp_path / "net.safetensors"), read_checkpoint(safetensors(tensors))):
        assert found.tensors.keys() == tensors.keys()
        assert all(torch.equal(each, tensors[name]) for name, each in found.tensors.items())


def test_our_reader_agrees_with_the_package(tmp_path: Path) -> None:
    torch_files = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")
    tensors = {**net().state_dict(), "bf": torch.randn(3, 2).bfloat16(), "empty": torch.empty(0, 4)}
    torch_files.save_file(tensors, tmp_path / "net.safetensors")
    found = read_safetensors(bytearray((tmp_path / "net.safetensors").read_bytes()), "net")
    assert all(torch.equal(found[name], each) for name, each in tensors.items())


ONE = {"a": torch.ones(4), "b": torch.ones(4)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"b": {"data_offsets": [0, 16]}}, "overlaps"),
        ({"b": {"data_offsets": [20, 36]}}, "data up to byte 36"),
        ({"b": {"data_offsets": [16, 2**40]}}, "data up to byte"),
        ({"b": {"data_offsets": [32, 16]}}, "two in order"),
        ({"b": {"data_offsets": [-16, 0]}}, "whole numbers"),
        ({"b": {"data_offsets": "all"}}, "lists of whole numbers"),
        ({"b": {"shape": [2**47, 2**47]}}, "bytes for shape"),
        ({"b": {"shape": [4.0]}}, "whole numbers"),
        ({"b": {"shape": [True, 4]}}, "whole numbers"),
        ({"b": {"dtype": "F7"}}, "type 'F7'"),
        ({"b": {"dtype": ["F32"]}}, "accepted are"),
        ({"c": {"dtype": "F32", "shape": [4], "data_offsets": [32, 48]}}, "data up to byte 48"),
    ],
)
def test_hostile_safetensors_end_in_one_sentence(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_checkpoint(safetensors(ONE, change))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (safetensors(ONE, tail=b"more"), "4 bytes after"),
        (struct.pack("<Q", 2**63) + b"{" + b" " * 20, "damaged or foreign pickle"),
        (struct.pack("<Q", 20) + b'{"a":1,"a":2}' + b" " * 7, "twice"),
        (struct.pack("<Q", 20) + b"{" * 20 + b"0" * 8, "no JSON"),
        (safetensors(ONE)[:-1], "data up to byte 32"),
    ],
)
def test_damaged_safetensors_end_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_checkpoint(data)


def test_changed_bytes_give_a_report_or_one_sentence() -> None:
    file = io.BytesIO()
    torch.save({"model": net().state_dict()}, file)
    randomness = random.Random(0)
    reports, sentences = 0, []
    for turn in range(400):
        data = bytearray(file.getvalue() if turn % 2 else safetensors(net().state_dict()))
        for _ in range(randomness.choice((1, 2, 8))):
            data[randomness.randrange(min(len(data), 900))] = randomness.randrange(256)
        try:
            found = inspect_checkpoint(bytes(data))
            assert str(found)
            assert json.dumps(found.to_dict(), allow_nan=False)
            reports += 1
        except InputError as error:
            sentences.append(str(error))
    assert min(reports, len(sentences)) > 20
    assert not [each for each in sentences if "\n" in each]
