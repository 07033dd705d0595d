"""The documents name what the code has, no more and no less, and their links lead somewhere."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.translation import override

from coklit.settings import CELERY_BEAT_SCHEDULE
from voters.access import Verb
from voters.imports.registry import KINDS
from voters.intake.badfile import PROBLEMS
from voters.sync.judge import TEXTS, Problem

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
MAKE = re.compile(r"make ([a-z]+)\b")
# A sentence may say "make" as well; a command stands in code.
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def headings(text: str) -> set[str]:
    """The anchors that a page's headings give."""
    return {
        re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }


def broken(page: Path) -> list[str]:
    """The page's relative links that lead nowhere."""
    lost = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        if "://" in target or target.startswith("mailto:"):
            continue
        if not file.exists() or (anchor and anchor not in headings(file.read_text(encoding="utf-8"))):
            lost.append(target)
    return lost


# As comments point: "docs/domain.md §9", "docs/adr/0002", "docs/settings.md".
POINTER = re.compile(r"(?<![\w/])docs/([\w/.-]*\w)(?: §(\d+))?")
COMMENTED = [
    path
    for room in ("coklit", "voters", "reports", "templates", "tests", "tools", "bench", "docker")
    for path in sorted((ROOT / room).rglob("*"))
    if path.suffix in (".py", ".sql", ".toml", ".html", ".sh") and path != Path(__file__)
] + [ROOT / "pyproject.toml", ROOT / "docker-compose.yml", ROOT / "Makefile"]


def lost_pointers(text: str) -> list[str]:
    """Pointers to a page, or to a numbered section of one, that does not exist."""
    lost = []
    for name, section in POINTER.findall(text):
        found = [*ROOT.glob(f"docs/{name}"), *ROOT.glob(f"docs/{name}-*.md")]
        numbers = {number for page in found for number in re.findall(r"(?m)^## (\d+)\. ", page.read_text("utf-8"))}
        if not found or (section and section not in numbers):
            lost.append(f"docs/{name} §{section}" if section else f"docs/{name}")
    return lost


def test_comments_point_to_pages_and_sections_that_exist():
    lost = {str(path.relative_to(ROOT)): lost_pointers(path.read_text(encoding="utf-8")) for path in COMMENTED}
    assert lost["voters/privacy.py"] == []
    assert {name: pointers for name, pointers in lost.items() if pointers} == {}


def test_pointers_to_nothing_are_found():
    text = "(docs/domain.md §9) docs/domain.md §99, docs/domain, docs/adr/0002 and docs/adr/9999. https://a.b/docs/x"
    assert lost_pointers(text) == ["docs/domain.md §99", "docs/domain", "docs/adr/9999"]


def test_facts_of_the_field_have_their_sources():
    text, _, sources = read("docs/domain.md").partition("## 14. Sources")
    cited = set(re.findall(r"\[(\d+)\](?!\()", text))
    assert cited == set(re.findall(r"(?:^|· )(\d+) ", sources, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_documents_lead_somewhere(page):
    assert broken(page) == []


def test_links_that_lead_nowhere_are_found(tmp_path):
    (tmp_path / "there.md").write_text("# One thing\n")
    page = tmp_path / "page.md"
    page.write_text("[a](there.md) [b](there.md#one-thing) [c](gone.md) [d](there.md#another) [e](#here)\n## Here\n")
    assert broken(page) == ["gone.md", "there.md#another"]


# A proxy is another name for rows of a table that is told of already.
TABLES = [
    model
    for label in ("voters", "reports")
    for model in apps.get_app_config(label).get_models()
    if not model._meta.proxy
]


def test_data_model_names_every_table_once():
    models = {model.__name__: model for model in TABLES}
    entries = re.findall(r"^### (\w+)\n`(\w+)`, (\w+)\.", read("docs/data-model.md"), re.MULTILINE)
    assert sorted(entries) == sorted((name, model._meta.db_table, model.placement) for name, model in models.items())


def test_data_model_names_every_personal_field():
    text = read("docs/data-model.md")
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    for model in TABLES:
        guarded = f"{model.privacy.personal} {model.privacy.sensitive}".split()
        assert [name for name in guarded if f"`{name}`" not in sections[model.__name__]] == [], model


def test_settings_page_names_every_variable_once():
    asked = set(re.findall(r"env\.\w+\(\s*\"(COKLIT_\w+)\"", read("coklit/settings.py")))
    assert asked
    rows = re.findall(r"^\| `(COKLIT_\w+)` \|", read("docs/settings.md"), re.MULTILINE)
    assert sorted(rows) == sorted(asked)


def test_settings_page_names_no_variable_that_is_gone():
    known = set(re.findall(r"COKLIT_\w+", read("coklit/settings.py") + read("docker-compose.yml")))
    named = {name.removesuffix("_FILE") for name in re.findall(r"COKLIT_\w+", read("docs/settings.md"))}
    assert named - known == set()
    assert known - named == set()


def test_import_page_has_every_rule_and_every_reason_of_a_file_that_cannot_be_read():
    page = read("docs/list-import.md")
    told = set(re.findall(r"^\| `(\w+)` \| ([a-z, ]+) \| (.*?) \|", page, re.MULTILINE))
    says = {"refused": "refused", "left_out": "stays out", "doubt": "loaded, to be checked", "note": "loaded, told"}
    with override("en"):
        rules = [rule for kind in KINDS.values() for rule in kind.rules]
        assert told == {(rule.code, says[rule.severity], str(rule.title).rstrip(".")) for rule in rules}
    assert [code for code in PROBLEMS if f"`{code}`" not in page] == []


def test_protocol_page_has_every_problem_with_its_text():
    table = read("docs/sync-protocol.md").partition("### Problems of an event")[2].partition("\nThe rules")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?\.)(?: \(.*\))? \|$", table, re.MULTILINE)
    with override("en"):
        assert sorted(rows) == sorted((problem.value, str(TEXTS[problem])) for problem in Problem)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_documents_name_files_and_commands_that_exist(page):
    code = " ".join(CODE.findall(page.read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE))
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    named = set(
        re.findall(r"\b(?:coklit|voters|reports|tests|templates|static|bench|tools|locale|docker)/[\w./-]+\w", code)
    )
    assert {name for name in named if not (ROOT / name).exists()} == set()
    assert set(MAKE.findall(code)) - targets == set()
    called = set(re.findall(r"\b(?:import|create|rebuild|check|send|make|prepare|simulate)_\w+", code))
    assert called - commands == set()


def test_first_changes_names_the_verbs_and_the_schedule_as_they_are():
    page = read("docs/first-changes.md")
    assert [verb.name for verb in Verb if f"`{verb.name}`" not in page] == []
    assert [name for name in CELERY_BEAT_SCHEDULE if name not in page] == []
