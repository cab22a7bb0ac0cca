"""JSON as typed values: what is accepted, and one sentence with a path for what is not."""

import pytest

from bnviz.config import InputError
from bnviz.files.typed_json import Fact, Name, Number, Share, convert, decode

ROWS = tuple[dict[Name, Share], ...]


def test_values_of_the_type_come_back_as_they_are():
    assert decode(b'[{"a": 0.5}, {}]', ROWS, "x.json", "rows") == ({"a": 0.5}, {})
    assert convert([{"a": 1}], ROWS, "x.json", "rows") == ({"a": 1.0},)
    assert convert(["text", 3, 0.5, True, None], tuple[Fact, ...], "x.json", "facts") == ("text", 3, 0.5, True, None)


@pytest.mark.parametrize(
    ("plain", "kind", "sentence"),
    [
        ([{"a": 2}], ROWS, r"expected `float` <= 1\.0 - at `\$\[0\]"),
        ([{"a": "b"}], ROWS, r"expected `float`, got `str` - at `\$\[0\]"),
        ([{"": 0.5}], ROWS, "length >= 1"),
        (["a\x07b"], tuple[Name, ...], r"expected printable text - at `\$\[0\]`"),
        (["a\u202eb"], tuple[Name, ...], "printable text"),
        (["a" * 401], tuple[Name, ...], "length <= 400"),
        ([1e305], tuple[Number, ...], r"1e\+300"),
        ([float("nan")], tuple[Share, ...], "expected `float`"),
        ([True], tuple[Share, ...], "got `bool`"),
    ],
)
def test_other_values_are_refused_in_one_sentence(plain, kind, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        convert(plain, kind, "x.json", "a list")
    assert str(caught.value).startswith("x.json: this is not a list: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[NaN]", b"[" * 100_000])
def test_what_is_no_json_is_refused(content):
    with pytest.raises(InputError, match=r"^x\.json: this is not rows: "):
        decode(content, ROWS, "x.json", "rows")
