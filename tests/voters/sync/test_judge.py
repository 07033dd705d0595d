"""The state rules: what an event may change."""

import pytest
from msgspec.structs import replace

from tests.scene import NOW
from tests.voters.sync.events import PERSON, event
from voters.sync.judge import TEXTS, Problem, nik_claimed, refusal
from voters.sync.standing import Standing

pytestmark = pytest.mark.unit

ALLOWED = {"0", "U", "B", "1", "2", "3", "6", "7"}
LISTED = Standing(listed=True)
NEW = Standing(listed=False, code="B")
TAKEN_BACK = Standing(listed=False, code="X", deleted=True)
ELSEWHERE = Standing(listed=True, here=False)


def refused(said, standing):
    found = refusal(said, standing, ALLOWED, NOW)
    return found and (found.problem.value, found.field)


@pytest.mark.parametrize(
    ("said", "standing", "expected"),
    [
        # Somebody unknown, or of another TPS.
        (event("0"), None, ("unknown_voter", "voter")),
        (event("X"), None, ("unknown_voter", "voter")),
        (event("0"), ELSEWHERE, ("unknown_voter", "voter")),
        (event("X"), replace(NEW, here=False), ("unknown_voter", "voter")),
        (event("B"), replace(NEW, here=False), ("unknown_voter", "voter")),
        # Codes that the table does not give.
        (event("4"), LISTED, ("code_not_allowed", "code")),
        (event("8"), LISTED, ("code_not_allowed", "code")),
        (event("Z"), LISTED, ("code_not_allowed", "code")),
        # A new voter is never TMS, 0 or U, and can be taken back; a listed one never is.
        (event("1"), NEW, ("new_voter_needs_b", "code")),
        (event("0"), NEW, ("new_voter_needs_b", "code")),
        (event("U", corrected={"rt": 1}), NEW, ("new_voter_needs_b", "code")),
        (event("X"), NEW, None),
        (event("B"), NEW, None),
        (event("B"), None, None),
        (event("B"), TAKEN_BACK, ("taken_back", "voter")),
        (event("X"), LISTED, ("listed_is_never_deleted", "code")),
        (event("B"), LISTED, ("listed_is_not_new", "code")),
        (event("0", new=PERSON), LISTED, ("listed_is_not_new", "new")),
        (event("B", new=None), None, ("new_fields_missing", "new")),
        # Fields that go with codes.
        (event("U"), LISTED, ("correction_missing", "corrected")),
        (event("U", corrected={}), LISTED, ("correction_missing", "corrected")),
        (event("0", corrected={"rt": 1}), LISTED, ("correction_unwanted", "corrected")),
        (event("1", corrected={"rt": 1}), LISTED, ("correction_unwanted", "corrected")),
        (event("B", corrected={"rt": 1}), None, ("correction_unwanted", "corrected")),
        (event("0", evidence="ada"), LISTED, ("evidence_unwanted", "evidence")),
        (event("B", evidence="ada"), None, ("evidence_unwanted", "evidence")),
        (event("1", evidence="menyusul"), LISTED, None),
        # What is plain.
        (event("0"), LISTED, None),
        (event("3"), LISTED, None),
        (event("0"), replace(LISTED, code="1"), None),
        (event("U", corrected={"rt": 0}), LISTED, None),
    ],
)
def test_refusal_names_the_first_rule_broken(said, standing, expected):
    assert refused(said, standing) == expected


@pytest.mark.parametrize(("day", "allowed"), [("1879-12-31", False), ("1880-01-01", True), ("2023-03-05", False)])
def test_birth_day_lies_between_1880_and_today(day, allowed):
    problem = "birth_day_impossible"
    assert refused(event("U", corrected={"birth_day": day}), LISTED) == (
        None if allowed else (problem, "corrected.birth_day")
    )
    assert refused(event("B", new={**PERSON, "birth_day": day}), None) == (
        None if allowed else (problem, "new.birth_day")
    )


def test_every_problem_has_its_own_text_for_people():
    assert set(TEXTS) == set(Problem)
    assert len({str(text) for text in TEXTS.values()}) == len(Problem)


def test_nik_is_claimed_by_a_new_voter_or_a_correction():
    assert nik_claimed(event("B")) == PERSON["nik"]
    assert nik_claimed(event("U", corrected={"nik": "6271990101800001"})) == "6271990101800001"
    assert nik_claimed(event("U", corrected={"rt": 1})) is None
    assert nik_claimed(event("0")) is None


def test_taking_back_is_for_those_who_may_record_a_new_voter_and_carries_nothing_else():
    new = Standing(listed=False, code="B")
    assert refusal(event("X"), new, ["0", "B"], NOW) is None
    assert refusal(event("X"), new, ["0"], NOW).problem == Problem.CODE_NOT_ALLOWED
    assert refusal(event("X", evidence="ada"), new, ["B"], NOW).problem == Problem.EVIDENCE_UNWANTED
