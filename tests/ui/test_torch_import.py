"""A page that cannot import torch says so."""

import sys

import pytest

from bnviz.ui import torch_import


def test_nothing_is_to_be_said_where_it_can_be_imported():
    assert torch_import.why_not() is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "raise OSError('libtorch.so: cannot open shared object file.')",
            "libtorch.so: cannot open shared object file",
        ),
        ("import no_such_module", "No module named 'no_such_module'"),
    ],
)
def test_the_reason_is_what_ends_the_import(monkeypatch, tmp_path, code, reason):
    (tmp_path / "torch.py").write_text(code)
    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.syspath_prepend(tmp_path)
    assert torch_import.why_not() == reason
