"""House rules that no linter knows: sizes, names, locked requirements, notices, and no address to download from."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parent.parent
WRITTEN_BY_HAND = {".py", ".sql", ".html", ".css", ".js", ".md", ".toml", ".yml", ".sh", ".in"}
JUNK_DRAWERS = {"utils", "helpers", "common", "manager", "service", "base", "misc"}
# Put together here so that this file does not contain what it looks for.
DOWNLOAD_HOSTS = [
    "pypi." + "org",
    "python" + "hosted.org",
    "npmjs." + "org",
    "npmjs." + "com",
    "debian." + "org",
    "jsdelivr." + "net",
    "unpkg." + "com",
    "cdnjs." + "cloudflare.com",
    "googleapis." + "com",
    "docker." + "io",
    "ghcr." + "io",
    "quay." + "io",
    "anaconda." + "org",
    "releases/" + "download",
    "raw.github" + "usercontent.com",
]


@cache
def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607  # git is where the developer has it
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _read(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _sources() -> list[Path]:
    return [path for path in _tracked() if path.suffix == ".py" and "migrations" not in path.parts]


def test_files_written_by_hand_have_at_most_400_lines():
    lengths = {
        str(path.relative_to(ROOT)): len(_read(path).splitlines())
        for path in _tracked()
        if path.suffix in WRITTEN_BY_HAND and "migrations" not in path.parts
    }
    assert lengths
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_functions_have_at_most_60_lines():
    lengths = {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in _sources()
        for node in ast.walk(ast.parse(_read(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert lengths
    assert {name: length for name, length in lengths.items() if length > 60} == {}


def test_no_file_is_a_junk_drawer():
    assert [path for path in _sources() if path.stem in JUNK_DRAWERS] == []


@pytest.mark.parametrize("name", ["uv", "base", "local", "test"])
def test_requirements_are_pinned_and_hashed(name):
    requirements = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", _read(f"requirements/{name}.txt")).strip())
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+ ", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize("name", ["uv", "base", "local", "test"])
def test_requirements_record_no_address(name):
    assert not re.search(r"://|--(extra-)?index-url|--find-links", _read(f"requirements/{name}.txt"))


@pytest.mark.parametrize("name", ["base", "local", "test"])
def test_requirements_say_what_each_is_for(name):
    lines = [line for line in _read(f"requirements/{name}.in").splitlines() if line and line[0] not in "#-"]
    assert lines
    assert [line for line in lines if "  # " not in line] == []


def test_no_file_names_a_download_host():
    pattern = re.compile("|".join(map(re.escape, DOWNLOAD_HOSTS)).encode())
    found = {str(path.relative_to(ROOT)): pattern.findall(path.read_bytes()) for path in _tracked()}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


def test_notice_names_each_shipped_data_set():
    shipped = [path.name for path in _tracked() if path.is_relative_to(ROOT / "voters" / "data")]
    assert shipped
    assert [name for name in shipped if name not in _read("NOTICE")] == []


def test_changelog_has_a_place_for_the_next_release():
    assert "## Unreleased" in _read("CHANGELOG.md")


def test_readme_documents_every_make_target():
    targets = re.findall(r"^([a-z]+):.*## ", _read("Makefile"), re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", _read("Makefile"), re.MULTILINE)
    assert phony
    assert set(targets) == set(phony[1].split())
    assert [target for target in targets if f"make {target}" not in _read("README.md")] == []
