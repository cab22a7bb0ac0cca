"""docs/speed.md, its picture and the README's table are what the file of measurements says."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from bnviz.api.record import RecordOptions
from bnviz.bench.device.row import DeviceRow
from bnviz.bench.result import BenchRow
from bnviz.bench.speed_file import Measurement, SpeedFile, SpeedRow, machine_words, measured, read_speed, write_speed
from bnviz.cli import speed_document as document
from bnviz.cli import speed_gpu
from bnviz.cli.bench import measurements
from bnviz.cli.main import main
from bnviz.cli.speed_picture import picture
from bnviz.cli.speed_scaling import scalings, slopes
from bnviz.cli.speed_tables import readme_table, tables
from bnviz.config import InputError


def made(*rows: BenchRow) -> Measurement:
    return measured(lambda: list(rows), "name")


def point(axis: str, at: int, value: float, **detail: float) -> BenchRow:
    return BenchRow(f"{axis} {at}", value, None, True, "1/s", {"axis": axis, "at": at, **detail})


def test_the_pages_and_the_picture_are_up_to_date() -> None:
    found = read_speed(document.FILE)
    assert document.DOC.read_text(encoding="utf-8") == document.page(found), "python -m bnviz record speed-doc"
    assert document.PICTURE.read_text(encoding="utf-8") == picture(scalings(found))
    assert document.README.read_text(encoding="utf-8") == document.readme(found)
    assert f"]({document.PICTURE.relative_to(document.DOC.parent)})" in document.page(found)


def test_a_measurement_without_words_has_a_table_all_the_same() -> None:
    found = SpeedFile({"new": made(BenchRow("a new figure", 2.0, 1.0, True, "ratio")), "control": made()})
    text = "\n".join(tables(found))
    assert text.index("### Controls") < text.index("### `bench --only new`")
    assert "| a new figure | – | – | 2 | at least 1 | met |" in text


def test_only_what_measures_speed_is_recorded(tmp_path: Path) -> None:
    assert set(document.NO_SPEED) < set(measurements())
    with pytest.raises(InputError, match="unknown part 'diagnosis'; known are training, "):
        document.record_speed(RecordOptions(tmp_path, parts=("diagnosis",)))


def test_the_file_says_where_it_comes_from_and_names_no_machine() -> None:
    found = read_speed(document.FILE)
    for each in found.measurements.values():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", each.date)
        assert set(each.versions) == {"torch", "python"}
        assert re.fullmatch(r"\d+ CPU cores? \(\w+, [\w ]+\)", each.machine)
    assert machine_words().split()[1].startswith("CPU")


def test_a_figure_stands_between_what_it_is_compared_with_its_limit_and_its_budget() -> None:
    detail = {"bare_steps_per_s": 412.4, "limit": 2.81, "share_of_limit": 0.5}
    row = BenchRow("training with full telemetry and a viewer / bare loop", 1.402, 1.4, True, "ratio", detail)
    (line,) = [line for line in tables(SpeedFile({"training": made(row)})) if line.startswith("| training")]
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "training with full telemetry and a viewer / bare loop",
        "the plain loop, 412 steps/s",
        "2.81: matrix products alone; reached: 50 %",
        "1.4",
        "at least 1.4",
        "met",
    ]


def test_a_missed_budget_and_what_was_not_measured_are_said() -> None:
    slow = BenchRow("page load to first painted frame", 2.4, 2, False, "s")
    absent = BenchRow("frames painted a second", None, 24, True, "1/s", {"skipped": "no Chromium"})
    found = SpeedFile({"browser": made(slow, absent)})
    lines = [line for line in readme_table(found) if "frame" in line]
    assert lines == [
        "| page load to first painted frame | 2.4 s | – | at most 2 s | **missed** |",
        "| frames painted a second | not measured: no Chromium | 60: the screen | at least 24 per s | – |",
    ]


def test_figures_of_one_kind_share_a_line_that_names_those_that_miss() -> None:
    rows = [BenchRow(f"{name}: layout shift", value, 0.1, False, "") for name, value in (("lab", 0.02), ("why", 0.3))]
    (line,) = [line for line in tables(SpeedFile({"pages": made(*rows)})) if "shift" in line]
    assert "| layout shift (2) |" in line
    assert "| 0.02 to 0.3 | at most 0.1 | **missed** by 1 of 2: why |" in line


def test_a_measurement_that_fails_becomes_a_row_and_the_others_are_kept(tmp_path: Path) -> None:
    def broken() -> list[BenchRow]:
        raise OSError("no room")

    found = measured(broken, "memory")
    assert [(row.value, row.detail["skipped"]) for row in found.rows] == [(None, "OSError: no room")]
    path = write_speed(SpeedFile({"memory": found}), tmp_path / "measured.json")
    assert read_speed(path).measurements["memory"] == found


def test_what_json_cannot_hold_costs_no_figure(tmp_path: Path) -> None:
    row = BenchRow("a ratio", math.inf, 1.0, True, "ratio", {"pair": (math.nan, np.float64(0.5)), "path": tmp_path})
    path = write_speed(SpeedFile({"beside": made(row)}), tmp_path / "measured.json")
    (found,) = read_speed(path).measurements["beside"].rows
    assert (found.value, found.met, found.detail) == (None, None, {"pair": [None, 0.5], "path": str(tmp_path)})


def test_the_command_measures_the_parts_that_are_asked_for_and_keeps_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = BenchRow("memory of one idle session", 3.25, 5, False, "MB")
    monkeypatch.setattr(document, "measurements", lambda: {"memory": lambda: row})
    before = read_speed(document.FILE)
    paths = document.record_speed(RecordOptions(tmp_path, parts=("memory",)))
    assert [path.name for path in paths] == ["measured.json", "speed.md", "scaling.svg", "README.md"]
    assert {path.parent for path in paths} == {tmp_path}
    after = read_speed(paths[0])
    assert after.measurements["memory"].rows == (SpeedRow("memory of one idle session", 3.25, "<= 5", "MB", True, {}),)
    assert {**after.measurements, "memory": None} == {**before.measurements, "memory": None}
    assert "| memory of one idle session | 3.25 MB | – | at most 5 MB | met |" in paths[3].read_text(encoding="utf-8")
    with pytest.raises(InputError, match="unknown part 'nonsense'"):
        document.record_speed(RecordOptions(tmp_path, parts=("nonsense",)))


def test_scaling_is_said_in_words_and_drawn() -> None:
    rows = [point("width", at, 800 / at, bare_steps_per_s=400.0, limit=6400 / at**2, over_bare=2 / at) for at in (1, 4)]
    rows.append(BenchRow("slope", -1.0, None, True, "", {"axis": "width", "slopes": {"plain": 0.0, "products": -2.0}}))
    found = SpeedFile({"scaling": made(*rows)})
    words, *table = slopes(found)
    assert words == (
        "- **Width.** With 4 times as many units per layer, 4 instead of 1, a step of bnviz takes 4 times as long "
        "(slope −1.00), one of the plain loop 1 times as long (slope +0.00), and the matrix products alone 16 times as "
        "long (slope −2.00). bnviz is 2.00 times as fast as the plain loop at 1 and 0.50 times at 4, and reaches 12 % "
        "and 50 % of the limit."
    )
    assert "| bnviz, steps/s | 800 | 200 | −1.00 |" in table
    drawn = picture(scalings(found))
    assert [name for name in ("bnviz −1.00", "plain loop +0.00", "products −2.00") if name in drawn] == [
        "bnviz −1.00",
        "plain loop +0.00",
        "products −2.00",
    ]
    assert drawn.count("<polyline") == 3


def test_the_words_of_sessions_are_of_all_together() -> None:
    detail = {"slowest_over_mean": 0.95, "cores": 2}
    rows = [point("sessions", at, 100.0 * at**0.5, limit=300.0 * at, **detail) for at in (1, 4)]
    rows.append(BenchRow("slope", 0.5, None, True, "", {"axis": "sessions", "slopes": {"products": 1.0}}))
    words = next(slopes(SpeedFile({"scaling": made(*rows)})))
    assert (
        "4 sessions together make 2.00 times the steps of 1 (slope +0.50), and the products alone 4.00 times" in words
    )
    assert "Each of the 4 makes 50.0 steps per second" in words


def test_the_first_log_of_a_gpu_is_reported_whole() -> None:
    text = speed_gpu.LOG.read_text(encoding="utf-8")
    run = speed_gpu.first_run(text)
    lines = list(speed_gpu.gpu_table(run))
    assert "| default | 125 | 115 | 88 | 111 | 1,710 | 13.7 times |" in lines
    assert len(lines) == 2 + text.count(", steps/s")
    checks = list(speed_gpu.gpu_checks(run))
    assert len(checks) - 1 == text.count("  FAIL") == int(text.splitlines()[-1].split()[0])
    assert checks[0].startswith(f"{len(re.findall('  ok$', text, re.M))} of ")


def test_what_the_command_prints_of_a_device_is_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--device", "cpu", "--only", "sweep", "--json"]) == 0
    path = tmp_path / "gpu-2026-11-27-0123abc.json"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    run = speed_gpu.later_run(path)
    assert (run.device, run.date, run.commit) == ("cpu", "2026-11-27", "0123abc")
    assert list(speed_gpu.gpu_checks(run)) == ["1 of 1 checks held."]


def test_a_later_run_on_a_gpu_is_shown_whole_beside_the_first(tmp_path: Path) -> None:
    rates = dict.fromkeys(speed_gpu.RATES, 1500.4) | {"plain loop": 120.0, "queued": None}
    rows = [
        DeviceRow("measured on", "", numbers={"device": "NVIDIA H100", "torch": "2.13.0", "python": "3.12.3"}),
        DeviceRow("default: steps by", "replayed, replayed", True),
        DeviceRow("default: step 1, loss", "3.0e-01", False),
        DeviceRow("default, steps/s", "", numbers=rates),
        DeviceRow("speed of resnet20", "left out: out of time"),
    ]
    printed = {"rows": [row.to_dict() for row in rows], "failed": ["default: step 1, loss"]}
    (tmp_path / "gpu-2026-11-27-0123abc.json").write_text(json.dumps(printed), encoding="utf-8")
    text = "\n".join(speed_gpu.gpu_section(speed_gpu.gpu_runs(tmp_path)))
    assert text.startswith("NVIDIA H100, torch 2.13.0, Python 3.12.3, 2026-11-27, commit 0123abc.\n")
    assert "| default | 120 | – | 1,500 | 1,500 | 1,500 | 12.5 times | replayed, replayed |" in text
    assert "1 of 2 checks held. These did not:\n\n- default: step 1, loss: 3.0e-01\n" in text
    assert "Not made, because the time was over: speed of resnet20." in text
    assert "| default | 111 | 1,500 | 1,000 |" in text
    assert "| resnet20 | 50 | – | – |" in text
    (tmp_path / "gpu-2026-11-28-nonsense.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"gpu-2026-11-28-nonsense\.json: a run on a GPU is named gpu-<date>-<commit>"):
        speed_gpu.gpu_runs(tmp_path)


def test_pages_with_another_budget_have_a_line_of_their_own_and_those_without_one_none() -> None:
    sizes = [("lab", 1.2, 1.3), ("why", 1.4, 1.5), ("claims", 1.1, 1.5)]
    rows = [BenchRow(f"{name}: first visit", value, budget, False, "MB") for name, value, budget in sizes]
    rows.append(BenchRow("claims: share of the first screen that is picture", 3.0, 0.0, True, "%"))
    lines = [line for line in tables(SpeedFile({"pages": made(*rows)})) if line.startswith("| ")]
    assert lines == [
        "| lab: first visit | – | – | 1.2 MB | at most 1.3 MB | met |",
        "| first visit (2) | – | – | 1.1 to 1.4 MB | at most 1.5 MB | met |",
    ]


def test_architectures_share_a_line_in_which_those_that_are_not_installed_do_not_count() -> None:
    names = {"resnet18: 20/20 norms, all seen, 35 kB": 1.02, "vgg11_bn: 8/8 norms": 1.14, "timm densenet121": None}
    rows = [BenchRow(name, value, 1.1, False, "ratio") for name, value in names.items()]
    (line,) = [line for line in tables(SpeedFile({"zoo": made(*rows)})) if line.startswith("| loop")]
    assert "bare (2) | the same loop, not watched |" in line
    assert line.endswith("| 1.02 to 1.14 | at most 1.1 | **missed** by 1 of 2: vgg11_bn |")
