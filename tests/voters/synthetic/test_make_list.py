"""The command, as an operator uses it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[3]


def make_list(out, *, area="62.71.05.1002", stage="dpt", **options):
    call_command("make_list", area=area, stage=stage, out=str(out), **options)
    return out.read_bytes()


def test_make_list_repeats_its_bytes_for_the_same_seed_only(tmp_path):
    first = make_list(tmp_path / "1.csv", seed=1)
    assert make_list(tmp_path / "2.csv", seed=1, processes=2) == first
    assert make_list(tmp_path / "3.csv", seed=2) != first


def test_make_list_writes_the_same_to_standard_output_under_any_hash_seed(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "make_list", "--area", "62.71.05.1002", "--stage", "dpt", "--out", "-"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
    )
    assert done.stdout == make_list(tmp_path / "list.csv")
    assert b"rows/s" in done.stderr


def test_make_list_tells_what_its_numbers_rest_on(tmp_path, capsys):
    make_list(tmp_path / "a.csv", area="62.71.05", stage="coklit")
    assert (
        "62.71: no coklit list was published; its DPT Pemilu 2024 (211,423 voters) stands in" in capsys.readouterr().err
    )
    make_list(tmp_path / "b.csv", area="31", stage="coklit", limit_tps=3)
    told = capsys.readouterr().err
    assert "31: 30,683 TPS were published (Bahan coklit Pemilu 2024 (DP4 sinkron)), the list has 30,686" in told
    assert "cut to the first 3 TPS" in told
    make_list(tmp_path / "c.csv", area="11.01.01", stage="dpt")
    assert "estimated from the national mean of 247.6 voters per TPS" in capsys.readouterr().err


def test_make_list_overwrites_only_when_forced(tmp_path):
    out = tmp_path / "list.csv"
    out.write_bytes(b"mine")
    with pytest.raises(CommandError, match="exists: give another --out, or --force"):
        make_list(out)
    assert out.read_bytes() == b"mine"
    assert make_list(out, force=True).startswith(b"KODE WILAYAH#KECAMATAN#")
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_make_list_leaves_out_the_code_on_request(tmp_path):
    assert make_list(tmp_path / "list.csv", official_columns=True).startswith(b"KECAMATAN#KELURAHAN#DPID#")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"area": "99.01"}, "'99.01' is not in the official regions: give a dotted code"),
        ({"area": "62.01", "election": "pilkada-2024"}, "no official Pilkada 2024 figures are shipped for 62.01"),
    ],
)
def test_make_list_refuses_what_it_cannot_fill(tmp_path, options, message):
    with pytest.raises(CommandError, match=message):
        make_list(tmp_path / "list.csv", **options)
    assert list(tmp_path.iterdir()) == []


def test_make_list_names_a_directory_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match=r"cannot write .*/missing/list\.csv: No such file or directory"):
        make_list(tmp_path / "missing" / "list.csv")


def test_make_list_leaves_nothing_of_a_file_it_could_not_finish(tmp_path):
    directory = tmp_path / "list.csv"
    directory.mkdir()
    with pytest.raises(CommandError, match="Is a directory"):
        make_list(directory, force=True)
    assert list(tmp_path.iterdir()) == [directory]


@pytest.mark.parametrize(
    "wrong", [("--stage", "dps"), ("--election", "pilpres"), ("--limit-tps", "0"), ("--seed", "x")]
)
def test_make_list_explains_a_wrong_option(tmp_path, wrong):
    arguments = ["--area", "62.71", "--stage", "dpt", "--out", str(tmp_path / "list.csv"), *wrong]
    with pytest.raises(CommandError, match=f"argument {wrong[0]}: invalid"):
        call_command("make_list", *arguments)
