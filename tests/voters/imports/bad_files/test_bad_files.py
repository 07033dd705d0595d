"""Every bad file is told well: beside each stands its exact report, and no rule and no refusal is without a file.

A report says `about` (the one defect), what is `given` besides the file, and then either why it is `unreadable` or all
that the check found. What is empty or 0 is left away.
"""

import re

import pytest

from tests.voters.imports.bad_reports import FOLDER, expected, named, told
from voters.imports.registry import KINDS
from voters.intake.badfile import PROBLEMS
from voters.terms import ImportKind

pytestmark = pytest.mark.integration

NAMES = named()
SNIFFED = "sniffing refuses such a file before it is checked (the unreadable `no_rows`)"
UNDOING = "keeps an import from being taken back; no check says it"
# Rules that no file can show, and why.
WITHOUT_FILE = {
    ("voters", "no_rows"): SNIFFED,
    ("voters", "result_since"): UNDOING,
    ("voters", "changed_since"): UNDOING,
    ("tps", "no_rows"): SNIFFED,
    ("tps", "tps_in_use"): UNDOING,
    ("tps", "changed_since"): UNDOING,
    ("committees", "no_rows"): SNIFFED,
    ("committees", "account_used"): UNDOING,
    ("committees", "changed_since"): UNDOING,
    ("pantarlih", "no_rows"): SNIFFED,
    ("pantarlih", "pantarlih_has_phone"): UNDOING,
    ("pantarlih", "pantarlih_has_results"): UNDOING,
    ("pantarlih", "changed_since"): UNDOING,
    ("recap", "no_rows"): SNIFFED,
    ("recap", "changed_since"): UNDOING,
    ("results", "no_rows"): SNIFFED,
    ("results", "changed_since"): UNDOING,
    ("results", "conflict_open"): UNDOING,
    ("results", "new_voter_needs_b"): "rows without B find listed voters only",
    ("results", "id_reused"): "a row's id comes from its content: no file can give one to something else",
}
PROBLEMS_WITHOUT_FILE = {"file_gone": "an upload that was deleted after its time is no bad file"}


@pytest.mark.parametrize("name", NAMES)
def test_bad_file_gets_exactly_its_report(world, tmp_path, name):
    report = expected(name)
    assert report.pop("about")
    assert told(name, world, tmp_path, **report.pop("given", {})) == report


def test_no_report_names_a_nik():
    whole = [name for name in NAMES if re.search(r"\d{16}", (FOLDER / f"{name}.json").read_text(encoding="utf-8"))]
    assert whole == []


def test_every_file_has_its_report():
    files = {f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*") if path.suffix != ".py"}
    assert files == set(NAMES)
    assert len(files) >= 40


def _same_rules(kind):
    """Paper and e-Coklit are read by the same rules: a file of either shows them."""
    return "results" if kind in (ImportKind.PAPER, ImportKind.ECOKLIT) else kind.value


def test_paper_and_ecoklit_have_the_same_rules():
    assert KINDS[ImportKind.PAPER].rules is KINDS[ImportKind.ECOKLIT].rules


def test_every_rule_of_every_kind_is_shown_by_a_file():
    rules = {(_same_rules(kind), rule.code) for kind, verbs in KINDS.items() for rule in verbs.rules}
    shown = {
        (_same_rules(ImportKind(name.partition("/")[0])), finding["code"])
        for name in NAMES
        for finding in expected(name).get("findings", ())
    }
    assert rules - shown == set(WITHOUT_FILE)


def test_every_reason_not_to_read_a_file_is_shown_by_one():
    shown = {report["unreadable"] for report in map(expected, NAMES) if "unreadable" in report}
    assert set(PROBLEMS) - shown == set(PROBLEMS_WITHOUT_FILE)


def test_findings_of_the_reports_are_rules_of_their_kind():
    for name in NAMES:
        rules = {rule.code: rule for rule in KINDS[ImportKind(name.partition("/")[0])].rules}
        for finding in expected(name).get("findings", ()):
            rule = rules[finding["code"]]
            assert (finding["severity"], finding["column"]) == (rule.severity, rule.column)
