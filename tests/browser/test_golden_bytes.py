"""The codec in a real browser against the golden bytes (tests/golden), as Python and node are."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path

from lab_view import Lab

GOLDEN = Path(__file__).parents[1] / "golden"

DECODE = """async ([address, text]) => {
  const { decode } = await import(address);
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const { kind, seq, step, blocks } = decode(bytes.buffer);
  const plain = ([id, { shape, data }]) => [String(id), { shape, data: Array.from(data) }];
  return { kind, seq, step, blocks: Object.fromEntries([...blocks].map(plain)) };
}"""


def test_chromium_decodes_the_golden_bytes(lab: Lab) -> None:
    lab.page.goto(lab.url + "/bnviz/assets/live/wire.js")
    text = base64.b64encode((GOLDEN / "frame.bin").read_bytes()).decode()
    found = lab.page.evaluate(DECODE, [f"{lab.url}/bnviz/assets/live/wire.js", text])
    expected = json.loads((GOLDEN / "frame.json").read_text())
    assert [found[key] for key in ("kind", "seq", "step")] == [expected[key] for key in ("kind", "seq", "step")]
    assert list(found["blocks"]) == list(expected["blocks"])
    for ident, block in expected["blocks"].items():
        assert found["blocks"][ident]["shape"] == block["shape"]
        pairs = list(zip(found["blocks"][ident]["data"], map(float, block["data"]), strict=True))
        assert all(one == other or (math.isnan(one) and math.isnan(other)) for one, other in pairs), ident
