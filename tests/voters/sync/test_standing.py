"""What an event does to a voter's result: every rule of docs/sync-protocol.md, "What can be relied on"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.scene import NOW
from tests.voters.sync.events import PERSON, event
from voters.codes import is_tms
from voters.placement import new_id
from voters.sync.judge import refusal
from voters.sync.standing import Author, Standing, outcome_of
from voters.terms import ConflictKind, Door, Effect

pytestmark = pytest.mark.unit

SITI, BUDI = (Author(Door.PHONE, new_id()) for _ in range(2))
OFFICE = Author(Door.PPS_FORM, None)
PAPER, ECOKLIT = Author(Door.PAPER_FILE, None), Author(Door.ECOKLIT_FILE, None)
LISTED = Standing(listed=True)
PAPERS = ("sticker", "receipt")


def outcome(said, before=LISTED, author=SITI, *, revision=9, proof_asked=False):
    return outcome_of(said, before, author, revision=revision, proof_asked=proof_asked)


def after(said, before=LISTED, author=SITI, **more):
    return outcome(said, before, author, **more).after


def given_by(author, code, *, revision=5, **fields):
    """A current result."""
    values = {"corrected": fields.pop("corrected"), **fields} if "corrected" in fields else fields
    made = Standing(listed=code not in "BX", code=code, revision=revision, event=new_id(), synced=author is not OFFICE)
    return replace(made, author=author.pantarlih, door=author.door.value, **values)


def disagreed(found):
    return found.disagreement and (found.disagreement.kind, found.disagreement.fields)


def test_first_result_stands_with_its_author_door_and_event():
    said = event("U", corrected={"rt": 3}, sticker=True)
    found = outcome(said)
    assert (found.effect, found.disagreement, found.settles) == (Effect.SET, None, False)
    assert found.after == Standing(
        listed=True,
        code="U",
        corrected={"rt": 3},
        revision=9,
        synced=True,
        author=SITI.pantarlih,
        door="phone",
        event=said.id,
        sticker=True,
    )


# Corrections.


def test_corrections_of_different_fields_add_up_and_the_later_value_of_one_field_holds():
    one = after(event("U", corrected={"rt": 3, "name": "SITI"}))
    two = after(event("U", corrected={"rt": 4, "address": "JALAN"}), one)
    assert two.corrected == {"rt": 4, "name": "SITI", "address": "JALAN"}


def test_corrections_of_different_fields_by_two_who_did_not_see_each_other_are_no_conflict():
    found = outcome(event("U", corrected={"rw": 4}), given_by(BUDI, "U", corrected={"rt": 3}))
    assert (found.effect, disagreed(found), found.after.corrected) == (Effect.SET, None, {"rt": 3, "rw": 4})


def test_another_value_of_the_same_field_is_a_conflict_that_names_the_fields():
    before = given_by(BUDI, "U", corrected={"rt": 3, "rw": 4, "name": "SITI"})
    found = outcome(event("U", corrected={"rw": 5, "name": "SITTI", "rt": 3, "address": "JALAN"}), before)
    assert disagreed(found) == (ConflictKind.FIELDS, ("name", "rw"))
    assert (found.disagreement.earlier, found.after.contested, found.effect) == (before.event, True, Effect.SET)
    assert found.after.corrected == {"rt": 3, "rw": 5, "name": "SITTI", "address": "JALAN"}


@pytest.mark.parametrize("code", ["0", "1"])
def test_another_code_drops_corrections_and_a_later_one_begins_anew(code):
    other = after(event(code), given_by(SITI, "U", corrected={"rt": 3}))
    assert (other.code, other.corrected) == (code, None)
    assert after(event("U", corrected={"rw": 4}), other).corrected == {"rw": 4}


def test_tms_is_activated_again_without_evidence():
    alive = after(event("0"), given_by(SITI, "1", evidence="ada"))
    assert (alive.code, alive.evidence) == ("0", "")


# What was seen, and what was not.


@pytest.mark.parametrize(
    ("said", "before", "expected"),
    [
        (event("1"), LISTED, None),
        # One's own earlier result, in the same batch or an older one.
        (event("1", base_revision=0), given_by(SITI, "0"), None),
        # Somebody else's, seen and unseen.
        (event("1", base_revision=5), given_by(BUDI, "0"), None),
        (event("1", base_revision=4), given_by(BUDI, "0"), (ConflictKind.OUTCOME, ())),
        (event("0", base_revision=4), given_by(BUDI, "U", corrected={"rt": 3}), (ConflictKind.OUTCOME, ())),
        (event("U", base_revision=4, corrected={"rt": 3}), given_by(BUDI, "0"), (ConflictKind.OUTCOME, ())),
        (event("U", base_revision=5, corrected={"rt": 4}), given_by(BUDI, "U", corrected={"rt": 3}), None),
        # A new voter's values cannot be told apart: they stand in the voter's own row.
        (event("B", base_revision=4), given_by(BUDI, "B"), (ConflictKind.OUTCOME, ())),
        (event("X", base_revision=4), given_by(BUDI, "B"), (ConflictKind.OUTCOME, ())),
    ],
)
def test_conflict_is_a_different_result_of_somebody_else_that_was_not_seen(said, before, expected):
    found = outcome(said, before)
    assert disagreed(found) == expected
    assert (found.effect, found.after.event, found.after.contested) == (Effect.SET, said.id, expected is not None)


def test_office_that_did_not_see_a_phones_result_sets_its_own_and_flags_it():
    found = outcome(event("1", base_revision=4), given_by(SITI, "0"), OFFICE)
    assert (found.effect, disagreed(found)) == (Effect.SET, (ConflictKind.OUTCOME, ()))
    assert (found.after.door, found.after.author, found.after.synced) == ("pps", None, True)


def test_offices_follow_one_another_without_a_conflict():
    assert disagreed(outcome(event("1", base_revision=0), given_by(OFFICE, "0"), OFFICE)) is None


# Confirmations.


@pytest.mark.parametrize(("author", "before"), [(BUDI, SITI), (OFFICE, SITI), (SITI, OFFICE), (SITI, SITI)])
@pytest.mark.parametrize("base", [0, 5])
def test_equal_outcome_of_a_second_person_or_door_changes_nothing_but_synced(author, before, base):
    standing = given_by(before, "0")
    found = outcome(event("0", base_revision=base), standing, author)
    assert (found.effect, found.disagreement, found.settles) == (Effect.SAME, None, False)
    assert found.after == replace(standing, synced=True)


def test_correction_that_says_less_of_the_same_is_a_confirmation():
    before = given_by(BUDI, "U", corrected={"rt": 3, "rw": 4})
    assert outcome(event("U", corrected={"rt": 3}), before).after == before
    assert outcome(event("U", corrected={"name": "SITI"}), before).effect is Effect.SET


def test_synced_never_goes_back():
    assert after(event("1"), given_by(SITI, "0"), OFFICE).synced
    assert not after(event("0"), LISTED, OFFICE).synced


@pytest.mark.parametrize("paper", PAPERS)
def test_confirmation_adds_the_households_papers_and_comes_with_the_next_download(paper):
    before = given_by(BUDI, "0", **{paper: False})
    found = outcome(event("0", **{paper: True}), before)
    assert (found.effect, found.after) == (Effect.SAME, replace(before, revision=9, **{paper: True}))
    assert outcome(event("0"), found.after).after == found.after


@pytest.mark.parametrize("paper", PAPERS)
def test_another_result_that_says_nothing_of_the_papers_leaves_them(paper):
    before = given_by(SITI, "0", **{paper: True})
    assert getattr(after(event("1"), before), paper) is True
    assert getattr(after(event("1", **{paper: False}), before), paper) is False


# Evidence.


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
    found = outcome(said, proof_asked=proof_asked)
    assert (found.evidence, found.after.evidence) == (evidence, evidence)


@pytest.mark.parametrize("author", [SITI, OFFICE])
@pytest.mark.parametrize("before", [BUDI, OFFICE])
@pytest.mark.parametrize(("kept", "said", "evidence"), [("ada", "belum_ada", "ada"), ("belum_ada", "ada", "ada")])
def test_better_proof_is_kept_where_the_other_was_not_seen(author, before, kept, said, evidence):
    standing = given_by(before, "1", evidence=kept)
    found = outcome(event("1", evidence=said), standing, author)
    # Two offices see each other's: the later one says what it wants.
    if author is before:
        assert (found.effect, found.after.evidence) == (Effect.SET, said)
        return
    assert (found.effect, found.disagreement, found.evidence) == (Effect.SAME, None, said)
    revision = 9 if evidence != kept else 5
    assert found.after == replace(
        standing, evidence=evidence, revision=revision, synced=True if author is SITI else standing.synced
    )


def test_proof_that_was_seen_can_be_taken_back():
    found = outcome(event("1", evidence="belum_ada", base_revision=5), given_by(BUDI, "1", evidence="ada"))
    assert (found.effect, found.after.evidence, found.disagreement) == (Effect.SET, "belum_ada", None)


# What the PPS decided.


@pytest.mark.parametrize(
    ("said", "before"),
    [
        (event("1", base_revision=4), given_by(OFFICE, "0")),
        (event("0", base_revision=4), given_by(OFFICE, "U", corrected={"rt": 3})),
        (event("X", base_revision=4), given_by(OFFICE, "B")),
        (event("B", base_revision=4), given_by(OFFICE, "B")),
    ],
)
def test_decision_of_the_pps_stays_against_a_phone_that_had_not_seen_it(said, before):
    found = outcome(said, before)
    assert (found.effect, disagreed(found)) == (Effect.KEPT, (ConflictKind.DECIDED, ()))
    # Its revision is raised: who has seen that has seen both.
    assert found.after == replace(before, synced=True, contested=True, revision=9)


def test_phone_that_saw_the_decision_of_the_pps_may_set_another_result():
    found = outcome(event("1", base_revision=5), given_by(OFFICE, "0"))
    assert (found.effect, found.disagreement, found.after.door) == (Effect.SET, None, "phone")


def test_fields_that_the_pps_left_alone_are_added_from_an_older_phone():
    before = given_by(OFFICE, "U", corrected={"rt": 3})
    added = outcome(event("U", corrected={"rw": 4}), before)
    assert (added.effect, added.disagreement) == (Effect.KEPT, None)
    assert added.after == replace(before, corrected={"rt": 3, "rw": 4}, revision=9, synced=True)
    differs = outcome(event("U", corrected={"rt": 5, "rw": 4}), before)
    assert disagreed(differs) == (ConflictKind.DECIDED, ("rt",))
    assert differs.after == replace(added.after, contested=True)
    nothing_new = outcome(event("U", corrected={"rt": 5}), before)
    assert nothing_new.after == replace(before, synced=True, contested=True, revision=9)


# Conflicts are settled.


@pytest.mark.parametrize("code", ["0", "1"])
@pytest.mark.parametrize(
    ("author", "base", "settled"), [(OFFICE, 0, True), (OFFICE, 5, True), (BUDI, 5, True), (BUDI, 4, False)]
)
def test_conflict_is_settled_by_an_office_or_a_phone_that_saw_both(code, author, base, settled):
    found = outcome(event(code, base_revision=base), given_by(SITI, "0", contested=True), author)
    # An office that had not seen the latest result disagrees with that one anew.
    anew = code == "1" and base < 5
    assert (found.settles, found.after.contested) == (settled, anew or not settled)
    assert found.effect is (Effect.SET if settled or code == "1" else Effect.SAME)


def test_conflict_with_the_pps_is_settled_by_a_phone_only_if_it_has_seen_it():
    decided = given_by(OFFICE, "0")
    contested = after(event("1", base_revision=4), decided, BUDI, revision=6)
    unaware = outcome(event("0", base_revision=5), contested)
    assert (unaware.effect, unaware.settles, unaware.after.door) == (Effect.SAME, False, "pps")
    assert outcome(event("0", base_revision=6), contested).settles


def test_own_later_result_that_had_not_seen_the_conflict_leaves_it_open():
    found = outcome(event("1", base_revision=4), given_by(SITI, "0", contested=True))
    assert (found.settles, found.after.contested, found.disagreement) == (False, True, None)


def test_taking_back_marks_the_new_voter_deleted():
    said = event("X")
    new = given_by(SITI, "B")
    assert after(said, new) == replace(new, code="X", deleted=True, revision=9, event=said.id)


# Properties: any history.

CODES = [*"0UBX123", "10"]
AUTHORS = [SITI, BUDI, OFFICE]
FIELDS = st.dictionaries(st.sampled_from(["rt", "rw"]), st.integers(0, 2), min_size=1)


@st.composite
def histories(draw):
    """Events with their authors, as far as the rules allow them; each standing with the one before."""
    standing = Standing(listed=draw(st.booleans()))
    steps = []
    for revision in range(1, draw(st.integers(1, 8)) + 1):
        code = draw(st.sampled_from(CODES))
        said = event(
            code,
            base_revision=draw(st.integers(0, revision)),
            corrected=draw(FIELDS) if code == "U" else None,
            evidence=draw(st.sampled_from(["", "ada", "menyusul", "belum_ada"])) if is_tms(code) else "",
            sticker=draw(st.none() | st.booleans()),
        )
        if refusal(said, standing, CODES, NOW) is None:
            found = outcome(said, standing, draw(st.sampled_from(AUTHORS)), revision=revision, proof_asked=True)
            steps.append((standing, said, found, revision))
            standing = found.after
    return steps


@given(histories())
def test_listed_never_changes_a_new_voter_is_never_tms_and_a_listed_one_never_deleted(steps):
    for before, _, found, _ in steps:
        assert found.after.listed == before.listed
        assert not (found.after.listed and found.after.deleted)
        assert found.after.listed or not is_tms(found.after.code)


@given(histories())
def test_synced_and_revision_never_go_back_and_what_a_phone_sees_changes_with_the_revision(steps):
    def shown(standing):
        return standing.code, standing.corrected, standing.evidence, standing.sticker, standing.deleted

    for before, _, found, revision in steps:
        assert found.after.synced >= before.synced
        assert found.after.revision in (before.revision, revision)
        assert shown(found.after) == shown(before) or found.after.revision == revision


@given(histories())
def test_effect_says_whose_the_result_is(steps):
    for before, said, found, _ in steps:
        assert (found.after.event == said.id) == (found.effect is Effect.SET)
        if found.effect is not Effect.SET:
            assert (found.after.code, found.after.door, found.after.author) == (before.code, before.door, before.author)
        if found.effect is Effect.KEPT:
            assert before.door == Door.PPS_FORM
            assert (before.corrected or {}).items() <= (found.after.corrected or {}).items()


@given(histories())
def test_conflict_is_open_exactly_from_its_disagreement_to_its_settling(steps):
    for before, said, found, _ in steps:
        assert found.after.contested == bool(found.disagreement or (before.contested and not found.settles))
        if found.disagreement:
            assert found.after.revision > before.revision
            assert said.base_revision < before.revision
            assert found.disagreement.earlier == before.event


def test_person_stands_in_the_voters_row_and_not_in_the_result():
    assert after(event("B", new=PERSON), None).corrected is None


# Files of results.


@pytest.mark.parametrize("file", [PAPER, ECOKLIT])
@pytest.mark.parametrize("phone_first", [True, False])
def test_the_same_visit_by_file_and_phone_is_a_confirmation_and_only_the_phone_syncs(file, phone_first):
    first, second = (SITI, file) if phone_first else (file, SITI)
    found = outcome(event("4"), after(event("4"), author=first, revision=5), second)
    assert (found.effect, found.disagreement) == (Effect.SAME, None)
    assert (found.after.door, found.after.synced) == (first.door.value, True)


@pytest.mark.parametrize(
    ("first", "second", "effect", "kind"),
    [
        (SITI, ECOKLIT, Effect.SET, ConflictKind.OUTCOME),
        (ECOKLIT, SITI, Effect.SET, ConflictKind.OUTCOME),
        (SITI, PAPER, Effect.SET, ConflictKind.OUTCOME),
        (PAPER, SITI, Effect.KEPT, ConflictKind.DECIDED),
        (ECOKLIT, PAPER, Effect.SET, ConflictKind.OUTCOME),
        (PAPER, ECOKLIT, Effect.KEPT, ConflictKind.DECIDED),
        (OFFICE, ECOKLIT, Effect.KEPT, ConflictKind.DECIDED),
        (OFFICE, PAPER, Effect.KEPT, ConflictKind.DECIDED),
    ],
)
def test_another_outcome_is_a_conflict_and_the_higher_rank_stays(first, second, effect, kind):
    found = outcome(event("4"), after(event("0"), author=first, revision=5), second)
    assert (found.effect, found.disagreement.kind, found.after.contested) == (effect, kind, True)
    assert found.after.code == ("4" if effect is Effect.SET else "0")


@pytest.mark.parametrize("file", [PAPER, ECOKLIT])
def test_a_newer_file_of_the_same_source_replaces_its_own_result(file):
    found = outcome(event("4"), after(event("0"), author=file, revision=5), file)
    assert (found.effect, found.disagreement, found.after.code) == (Effect.SET, None, "4")


@pytest.mark.parametrize(("author", "settles"), [(PAPER, False), (ECOKLIT, False), (OFFICE, True)])
def test_a_file_settles_no_conflict(author, settles):
    before = given_by(SITI, "0", contested=True)
    found = outcome(event("4"), before, author)
    assert (found.settles, found.after.contested) == (settles, True)


def test_after_a_withdrawal_the_next_result_stands_without_a_conflict():
    gone = after(event("Z", base_revision=5), given_by(PAPER, "4"), PAPER)
    assert (gone.code, gone.evidence, gone.corrected) == ("Z", "", None)
    found = outcome(event("0"), gone, SITI)
    assert (found.effect, found.disagreement, found.after.code) == (Effect.SET, None, "0")
