"""The state rules: what an event may change, and what the voter's result then is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scene import NOW
from tests.voters.sync.events import PERSON, event
from voters.codes import is_tms
from voters.placement import new_id
from voters.sync.judge import TEXTS, Problem, Standing, contests, nik_claimed, refusal, standing_after

pytestmark = pytest.mark.unit

ALLOWED = {"0", "U", "B", "1", "2", "3", "6", "7"}
SITI, BUDI = new_id(), new_id()
LISTED = Standing(listed=True)
NEW = Standing(listed=False, code="B")
TAKEN_BACK = Standing(listed=False, code="X", deleted=True)
ELSEWHERE = Standing(listed=True, here=False)


def refused(said, standing):
    found = refusal(said, standing, ALLOWED, NOW)
    return found and (found.problem.value, found.field)


def after(said, before, author=SITI, *, own_device=True, revision=9, proof_asked=False):
    return standing_after(
        said, before, author=author, own_device=own_device, revision=revision, proof_asked=proof_asked
    )


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


@given(st.sampled_from([*"0UBXZ123456789", "10"]), st.booleans(), st.booleans())
def test_new_voter_is_never_tms_and_a_listed_one_never_deleted(code, listed, deleted):
    standing = Standing(listed=listed, deleted=deleted and not listed, code="B" if not listed else None)
    said = event(code, corrected={"rt": 1} if code == "U" else None)
    if refusal(said, standing, {*ALLOWED, "4", "5", "8", "9", "10"}, NOW) is None:
        stands = after(said, standing)
        assert not (stands.listed and stands.deleted)
        assert stands.listed or not is_tms(stands.code)


def test_tms_is_activated_again_and_keeps_the_values_of_the_list():
    changed = after(event("U", corrected={"rt": 3}), LISTED)
    dead = after(event("1"), changed)
    assert (dead.code, dead.corrected) == ("1", None)
    alive = after(event("0"), dead)
    assert (alive.code, alive.corrected, alive.evidence) == ("0", None, "")


def test_corrections_of_different_fields_add_up_and_the_later_value_of_one_field_holds():
    one = after(event("U", corrected={"rt": 3, "name": "SITI"}), LISTED)
    two = after(event("U", corrected={"rt": 4, "address": "JALAN"}), one)
    assert two.corrected == {"rt": 4, "name": "SITI", "address": "JALAN"}


def test_correction_after_another_outcome_begins_anew():
    one = after(event("U", corrected={"rt": 3}), LISTED)
    two = after(event("U", corrected={"rw": 4}), after(event("0"), one))
    assert two.corrected == {"rw": 4}


@pytest.mark.parametrize(
    ("said", "proof_asked", "evidence"),
    [
        (event("1"), True, "belum_ada"),
        (event("1", evidence="ada"), True, "ada"),
        (event("3"), False, ""),
        (event("B"), True, ""),
    ],
)
def test_missing_proof_is_noted_only_where_the_code_asks_for_one(said, proof_asked, evidence):
    assert after(said, LISTED, proof_asked=proof_asked).evidence == evidence


def test_synced_never_goes_back():
    phone = after(event("0"), LISTED, own_device=True)
    desk = after(event("0"), phone, None, own_device=False)
    assert (phone.synced, desk.synced) == (True, True)
    assert not after(event("0"), LISTED, None, own_device=False).synced


def test_taking_back_marks_the_new_voter_deleted():
    new = after(event("B"), None)
    assert (new.listed, new.deleted, new.code) == (False, False, "B")
    assert after(event("X"), new) == replace(new, code="X", deleted=True)


BUDI_MATCHED = Standing(listed=True, code="0", author=BUDI, revision=5)
BUDI_CHANGED = Standing(listed=True, code="U", author=BUDI, revision=5, corrected={"rt": 3})


@pytest.mark.parametrize(
    ("said", "before", "contested"),
    [
        (event("1", base_revision=4), None, False),
        (event("1", base_revision=4), LISTED, False),
        # One's own earlier result, in the same batch or an older one.
        (event("1", base_revision=0), replace(BUDI_MATCHED, author=SITI), False),
        # Somebody else's, seen and unseen.
        (event("1", base_revision=5), BUDI_MATCHED, False),
        (event("1", base_revision=4), BUDI_MATCHED, True),
        (event("0", base_revision=4), BUDI_MATCHED, False),
        (event("1", base_revision=4), replace(BUDI_MATCHED, author=None), True),
        (event("B", base_revision=4), replace(NEW, author=BUDI, revision=5), True),
        # Corrections.
        (event("U", base_revision=4, corrected={"rw": 1}), BUDI_CHANGED, False),
        (event("U", base_revision=4, corrected={"rt": 3}), BUDI_CHANGED, False),
        (event("U", base_revision=4, corrected={"rt": 4}), BUDI_CHANGED, True),
        (event("U", base_revision=5, corrected={"rt": 4}), BUDI_CHANGED, False),
        (event("0", base_revision=4), BUDI_CHANGED, True),
    ],
)
def test_contest_is_a_different_result_of_somebody_else_that_was_not_seen(said, before, contested):
    assert contests(said, before, after(said, before)) is contested


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
