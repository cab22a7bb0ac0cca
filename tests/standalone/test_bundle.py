"""One module in place of many: the same results, and a refusal where the bundler cannot read a module."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bnviz.standalone.bundle import ASSETS, bundle

NODE = shutil.which("node")
ENTRIES = sorted(path.name for path in (ASSETS / "standalone").glob("*.js"))

MODULES = {
    "main.js": """
/** @import { Thing } from "./types" */

import shout from "./deep/default.js";
import {
  ANSWER,
  Counter as Tally,
  later,
  twice,
} from "./names.js";
import { pick } from "./vendor.js";

/** Say all. @param {Thing} thing */
const text = (thing) => /** @type {string} */ (thing); // a remark that ends with a quote: '
const tally = new Tally();
tally.up();
console.log([text(shout("a")), ANSWER, twice(4), tally.n, pick([3, 1]), "// no remark", typeof later()].join(" "));
""",
    "names.js": """
import { two } from "./two.js";

/** What they ask for. */
export const ANSWER = 42;
export const [FIRST, SECOND] = [1, 2];
const inner = 1;

export class Counter {
  n = 0;

  up() {
    this.n += inner + FIRST;
  }
}

/**
 * Double.
 * @param {number} x
 */
export function twice(x) {
  return x * two();
}

export async function later() {
  return SECOND;
}
""",
    "two.js": "const inner = 2;\nexport const two = () => inner;\n",
    "deep/default.js": 'import { two } from "../two.js";\nexport default (word) => word.repeat(two());\n',
    "vendor.js": "/*! a license */\nfunction a(l){return Math.min(...l)}export{a as pick};\n",
}


def written(folder: Path, modules: dict[str, str]) -> Path:
    for name, source in modules.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    return folder / "main.js"


def said(path: Path) -> str:
    return subprocess.run([str(NODE), str(path)], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.skipif(NODE is None, reason="no node on the path")
def test_a_bundle_says_what_its_modules_say(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"type": "module"}')
    entry = written(tmp_path, MODULES)
    one = tmp_path / "one.mjs"
    one.write_text(bundle(entry))
    assert said(one) == said(entry) == "aa 42 8 2 1 // no remark object\n"
    assert "Double" not in one.read_text()
    assert "a license" in one.read_text()


@pytest.mark.skipif(NODE is None, reason="no node on the path")
def test_a_bundle_may_keep_the_names_of_its_entry(tmp_path: Path) -> None:
    modules = {
        "main.js": 'import { two } from "./two.js";\nexport const four = () => two() + two();\nexport { two };\n'
    }
    entry = written(tmp_path, {**modules, "two.js": MODULES["two.js"]})
    (tmp_path / "one.mjs").write_text(bundle(entry, named=True))
    (tmp_path / "user.mjs").write_text('import { four, two } from "./one.mjs";\nconsole.log(four(), two());\n')
    assert said(tmp_path / "user.mjs") == "4 2\n"
    assert "export" not in bundle(entry)


@pytest.mark.skipif(NODE is None, reason="no node on the path")
def test_a_bundle_of_ours_decodes_the_golden_frame(tmp_path: Path) -> None:
    golden = Path(__file__).parents[1] / "golden"
    wire = ASSETS / "live" / "wire.js"
    frame = golden / "frame.bin"
    source = f"""
import {{ readFileSync }} from "node:fs";
const bytes = readFileSync({str(frame)!r});
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
const {{ kind, step, blocks }} = decode(buffer);
console.log(kind, step, blocks.size);
"""
    one, many = tmp_path / "one.mjs", tmp_path / "many.mjs"
    one.write_text(bundle(wire) + "const { decode } = m0;\n" + source)
    many.write_text(f"import {{ decode }} from {str(wire)!r};\n" + source)
    assert said(one) == said(many) != ""


@pytest.mark.parametrize("name", ENTRIES)
def test_every_module_of_ours_can_be_joined(name: str) -> None:
    text = bundle(ASSETS / "standalone" / name)
    assert "</script" not in text.lower()
    assert "<!--" not in text
    assert not re.search(r"^(import|export) (?!default m\d+\.default;)", text, re.M)


def test_no_template_of_ours_goes_over_lines() -> None:
    """The bundler takes indents away: within a template they would be part of the text."""
    modules = [*(ASSETS / "live").rglob("*.js"), *(ASSETS / "standalone").rglob("*.js")]
    ours = [path for path in modules if path.parent.name != "vendor"]
    assert len(ours) > 70
    odd = [path.name for path in ours for line in path.read_text().splitlines() if line.count("`") % 2]
    assert odd == []


def test_modules_in_a_circle_are_refused(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        {"main.js": 'import { a } from "./a.js";\n', "a.js": 'import { b } from "./main.js";\nexport const a = b;\n'},
    )
    with pytest.raises(ValueError, match="circle"):
        bundle(entry)


@pytest.mark.parametrize(
    "line",
    [
        'import "./two.js";',
        'import * as all from "./two.js";',
        'export * from "./two.js";',
        "export let changing = 1;",
        'export { two } from "./two.js";',
    ],
)
def test_what_the_bundler_does_not_read_is_refused(tmp_path: Path, line: str) -> None:
    entry = written(tmp_path, {"main.js": line + "\n", "two.js": MODULES["two.js"]})
    with pytest.raises(ValueError, match="cannot be joined"):
        bundle(entry)
