"""The whole bench at a tiny size, in a process of its own with servers of its own. No time is asserted."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import MEASURED_BY

ROOT = Path(__file__).resolve().parents[2]
# `make demo` in a fresh clone installs packages and takes minutes: tests/bench/test_make_demo.py tries its parts.
NAMES = [name for name in MEASURED_BY if not name.startswith("demo.")]
COLUMNS = ["name", "value", "unit", "floor", "ratio", "note"]


def bench(place, *arguments):
    command = [sys.executable, "-m", "bench", "--place", place, "--out", place / "results.json", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def run(place):
    """Everything but the demonstration, upon 2,205 voters (the TPS that hold at least 2,000)."""
    return bench(place, "--only", ",".join(NAMES), "--voters", "2000", "--times", "1", "--uploads", "2")


@pytest.fixture(scope="module")
def rows(run, place):
    assert run.returncode == 0, run.stderr
    return {row["name"]: row for row in json.loads((place / "results.json").read_text())}


@pytest.mark.e2e
@pytest.mark.slow
def test_every_figure_is_measured_once_in_the_tables_order(rows):
    assert list(rows) == NAMES


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_row_has_the_shape_of_the_results(rows, name):
    row = rows[name]
    assert list(row) == COLUMNS
    assert row["value"] > 0
    assert row["unit"] in ("rows/s", "results/s", "MB", "s", "CPU s", "ms", "queries", "times")
    if row["floor"] is None:
        assert row["ratio"] is None
    else:
        assert row["ratio"] == pytest.approx(row["value"] / row["floor"])


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_note_tells_limit_machine_and_commit(rows, name):
    assert re.search(
        r"limit at (most|least) [\d.]+: (kept|MISSED); \d+ cores, \d+ GiB.*; commit \w+", rows[name]["note"]
    )


@pytest.mark.e2e
@pytest.mark.slow
def test_table_names_settings_and_figures(run, rows):
    assert "fsync=on" in run.stdout
    assert re.findall(r"^([a-z]+\.[a-z0-9_]+) ", run.stdout, re.MULTILINE) == NAMES


@pytest.mark.e2e
@pytest.mark.slow
def test_notes_tell_rows_indexes_and_rounds(rows):
    told = rows["import.csv"]["note"]
    assert re.search(r"2,205 rows, file .* \d indexes, 1 foreign keys, \d checks; \d+ \+ \d+ bytes a row", told)
    assert "1 rounds, ours " in told
    assert "2,205 rows = 2,205 created + 0 changed" in rows["import.memory"]["note"]
    assert re.search(r"2,205 voters, 1,\d{3} results", rows["rebuild.full"]["note"])
    assert "2 uploads of 5 results" in rows["dashboard.freshness"]["note"]


@pytest.mark.e2e
@pytest.mark.slow
def test_notes_of_uploads_tell_what_was_sent_and_the_senders_cpu(rows):
    assert re.search(
        r"9 uploads of 250, \d+ kB each \(gzip\), 16 connections, list of 4,437 ", rows["sync.cpu"]["note"]
    )
    assert "voters_coklitevent: 2 indexes, 4 foreign keys, " in rows["sync.throughput"]["note"]
    assert "9 uploads over 16 connections at " in rows["sync.p95"]["note"]
    assert "; 0 errors" in rows["sync.p95"]["note"]
    assert "bench/drf_endpoint.py" in rows["sync.cpu_vs_drf"]["note"]
    assert "167,301 voters " in rows["sync.growth"]["note"]
    assert all("(sender's own 0." in row["note"] for name, row in rows.items() if name.startswith("sync."))


@pytest.mark.e2e
@pytest.mark.slow
def test_province_page_asks_no_more_for_many_kabkota(rows):
    counts = re.findall(r"(\d+) with (\d+) kab/kota", rows["dashboard.queries"]["note"])
    assert [number for _, number in counts] == ["1", "23"]
    assert counts[0][0] == counts[1][0]


@pytest.mark.unit
def test_unknown_figure_is_refused_before_anything_starts(tmp_path):
    refused = bench(tmp_path, "--only", "import,impor.csv")
    assert refused.returncode == 1
    assert "no figure is called 'impor.csv'. There are: import.csv, " in refused.stderr
    assert list(tmp_path.iterdir()) == []
