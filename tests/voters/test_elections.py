"""Elections as data: what is loaded, what is kept, and the two questions everybody asks of them."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from tests import scene as standing
from tests.scene import FAR_KELURAHAN, KELURAHAN, NEXT_KELURAHAN, NOW
from voters import elections
from voters.access import territory
from voters.models import Election, OutcomeCode, Region, Stage, TrailEntry, WindowExtension
from voters.terms import Setter, StageKind

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ALL_CODES = ["0", "1", "2", "3", "4", "5", "6", "7", "B", "U"]


@pytest.fixture
def pemilu():
    return standing.make_election("pemilu-2024")


@pytest.fixture
def pilkada():
    return standing.make_election("pilkada-2024")


def _codes(election, setter, stage=StageKind.COKLIT):
    return list(elections.codes_for(election, stage, setter))


def _window(election, kelurahan=KELURAHAN):
    stage = election.stages.get(kind=StageKind.COKLIT)
    return stage.first_day, elections.last_day_of(stage, kelurahan)


def _extend(scene, *, last_day=dt.date(2023, 3, 20), reason="Banjir", kelurahan=KELURAHAN):
    with territory("62.71"):
        return elections.extend_window(
            election=scene.election,
            kelurahan=Region.objects.get(pk=kelurahan),
            last_day=last_day,
            reason=reason,
            by=scene.kpu,
            now=NOW,
        )


def test_load_elections_makes_the_two_shipped_ones(pemilu, pilkada):
    assert [pemilu.pk, pilkada.pk] == [1, 2]
    assert [pemilu.voting_day, pilkada.voting_day] == [dt.date(2024, 2, 14), dt.date(2024, 11, 27)]
    assert [pemilu.voters_per_tps_planned, pilkada.voters_per_tps_planned] == [300, 600]
    assert list(pemilu.stages.order_by("first_day").values_list("kind", flat=True)) == [
        "coklit",
        "dps",
        "dphp",
        "dpshp",
        "dpt",
    ]


def test_load_elections_tells_coklit_end_from_work_end(pilkada):
    assert _window(pilkada) == (dt.date(2024, 6, 24), dt.date(2024, 7, 24))
    assert pilkada.work_end_day == dt.date(2024, 7, 25)


def test_load_elections_marks_days_without_a_source(pemilu, pilkada):
    unverified = Stage.objects.filter(verified=False).order_by("election_id").values_list("election_id", "kind")
    assert list(unverified) == [(1, "dphp"), (2, "dphp")]


def test_load_elections_twice_changes_nothing(pemilu):
    before = [list(model.objects.order_by("pk").values()) for model in (Election, Stage, OutcomeCode)]
    elections.load_elections(now=NOW)
    assert [list(model.objects.order_by("pk").values()) for model in (Election, Stage, OutcomeCode)] == before


def test_load_elections_keeps_what_people_switched(pemilu, pilkada):
    _switch(pemilu, pilkada)
    elections.load_elections(now=NOW)
    assert "2" in _codes(pemilu, Setter.PANTARLIH)
    assert Election.objects.get(pk=2).two_pantarlih_at_limit is True
    assert _window(pemilu)[1] == dt.date(2023, 3, 16)


def test_load_elections_reset_overwrites_switches_and_tells_the_trail(pemilu, pilkada):
    _switch(pemilu, pilkada)
    elections.load_elections(now=NOW, reset=True)
    assert "2" not in _codes(pemilu, Setter.PANTARLIH)
    assert Election.objects.get(pk=2).two_pantarlih_at_limit is False
    assert _window(pemilu)[1] == dt.date(2023, 3, 14)
    assert TrailEntry.objects.get().verb == "reset_elections"


def _switch(pemilu, pilkada):
    OutcomeCode.objects.filter(election=pemilu, code="2").update(by_pantarlih=True)
    Election.objects.filter(pk=pilkada.pk).update(two_pantarlih_at_limit=True)
    Stage.objects.filter(election=pemilu, kind=StageKind.COKLIT).update(last_day=dt.date(2023, 3, 16))


def test_load_elections_mends_texts_that_the_file_tells(pemilu):
    OutcomeCode.objects.filter(election=pemilu, code="1").update(label="?", proof="")
    elections.load_elections(now=NOW)
    code = elections.codes_for(pemilu, StageKind.COKLIT, Setter.PPS)["1"]
    assert [code.label, code.proof] == ["Meninggal", "Akta kematian atau dokumen lain"]


def test_codes_for_pantarlih_differ_by_election(pemilu, pilkada):
    assert _codes(pemilu, Setter.PANTARLIH) == ["0", "1", "3", "6", "7", "B", "U"]
    assert _codes(pilkada, Setter.PANTARLIH) == ALL_CODES


def test_codes_for_pps_hold_every_code_of_the_stage(pemilu, pilkada):
    assert _codes(pemilu, Setter.PPS) == _codes(pilkada, Setter.KPU) == ALL_CODES
    assert _codes(pemilu, Setter.PPS, StageKind.DPHP) == sorted([*ALL_CODES, "8"])
    assert _codes(pemilu, Setter.PANTARLIH, StageKind.DPHP) == []


def test_codes_for_code_5_means_what_the_election_says(pemilu, pilkada):
    meaning = [elections.codes_for(one, StageKind.COKLIT, Setter.PPS)["5"].label for one in (pemilu, pilkada)]
    assert meaning == ["Tidak dikenal", "WNA"]


def test_codes_for_only_code_8_needs_a_pair(pilkada):
    codes = elections.codes_for(pilkada, StageKind.DPHP, Setter.PPS)
    assert [code for code, row in codes.items() if row.needs_pair] == ["8"]


def test_codes_for_tells_which_rows_have_no_source(pilkada):
    codes = elections.codes_for(pilkada, StageKind.COKLIT, Setter.PANTARLIH)
    assert [code for code, row in codes.items() if not row.verified] == ["2", "4"]


def test_codes_for_asks_one_query(pemilu, django_assert_num_queries):
    with django_assert_num_queries(1):
        elections.codes_for(pemilu, StageKind.COKLIT, Setter.PPS)


@pytest.mark.parametrize(
    ("voters", "at_limit", "expected"), [(399, False, 1), (400, False, 1), (400, True, 2), (401, False, 2)]
)
def test_pantarlih_expected_turns_at_400(pilkada, voters, at_limit, expected):
    pilkada.two_pantarlih_at_limit = at_limit
    assert pilkada.pantarlih_expected(voters) == expected


def test_pantarlih_expected_is_one_in_pemilu(pemilu):
    assert pemilu.pantarlih_expected(500) == 1


def test_create_demo_election_moves_every_day_by_the_same_number(pemilu):
    demo = elections.create_demo_election(like="pemilu-2024", first_day=dt.date(2026, 2, 12))
    shift = dt.date(2026, 2, 12) - dt.date(2023, 2, 12)
    assert [demo.pk, demo.slug] == [3, "contoh-hari-20"]
    assert [demo.voting_day, demo.work_end_day] == [pemilu.voting_day + shift, pemilu.work_end_day + shift]
    moved = {kind: (first + shift, last + shift) for kind, first, last in _days(pemilu)}
    assert {kind: (first, last) for kind, first, last in _days(demo)} == moved


def _days(election):
    return election.stages.values_list("kind", "first_day", "last_day")


@pytest.mark.parametrize("like", ["pemilu-2024", "pilkada-2024"])
def test_create_demo_election_has_the_codes_of_its_model(pemilu, like):
    demo = elections.create_demo_election(like=like, first_day=dt.date(2026, 2, 12))
    model = Election.objects.get(slug=like)
    fields = ("stage", "code", "label", "by_pantarlih", "by_pps", "by_kpu", "proof", "needs_pair", "verified")
    assert sorted(demo.codes.values_list(*fields)) == sorted(model.codes.values_list(*fields))
    assert demo.two_pantarlih_above == model.two_pantarlih_above


def test_create_demo_election_keeps_its_days_on_resume(pemilu):
    elections.create_demo_election(like="pemilu-2024", first_day=dt.date(2026, 2, 12))
    again = elections.create_demo_election(like="pemilu-2024", first_day=dt.date(2026, 5, 1))
    assert _window(again)[0] == dt.date(2026, 2, 12)


def test_command_names_the_elections(db, capsys):
    call_command("import_elections", demo_first_day=dt.date(2026, 2, 12))
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "pemilu-2024",
        "pilkada-2024",
        "contoh-hari-20",
    ]


def test_command_refuses_an_unknown_model(db):
    with pytest.raises(CommandError, match="pemilu-2029"):
        call_command("import_elections", demo_first_day=dt.date(2026, 2, 12), demo_like="pemilu-2029")


def test_extend_window_moves_the_last_day_of_one_kelurahan(scene):
    _extend(scene)
    ends = {code: _window(scene.election, code)[1] for code in (KELURAHAN, NEXT_KELURAHAN)}
    assert ends == {KELURAHAN: dt.date(2023, 3, 20), NEXT_KELURAHAN: dt.date(2023, 3, 14)}


def test_extend_window_again_changes_the_same_extension(scene):
    _extend(scene)
    _extend(scene, last_day=dt.date(2023, 3, 18), reason="Banjir surut")
    extension = WindowExtension.objects.get(kabkota_id="62.71")
    assert [extension.last_day, extension.reason] == [dt.date(2023, 3, 18), "Banjir surut"]


def test_extend_window_leaves_a_trail(scene):
    _extend(scene, reason=" Banjir ")
    entry = TrailEntry.objects.get(verb="extend_window")
    assert [entry.by_name, entry.region, entry.reason] == ["kpu", KELURAHAN, "Banjir"]
    assert [entry.before, entry.after] == [{"last_day": "2023-03-14"}, {"last_day": "2023-03-20"}]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"last_day": dt.date(2023, 3, 14)}, "not_later"),
        ({"last_day": dt.date(2023, 3, 1)}, "not_later"),
        ({"reason": "  "}, "reason_missing"),
        ({"kelurahan": "62.71.01"}, "not_a_kelurahan"),
    ],
)
def test_extend_window_refuses(scene, change, code):
    with pytest.raises(elections.WindowRefused) as refused:
        _extend(scene, **change)
    assert refused.value.code == code
    assert not WindowExtension.objects.filter(kabkota_id="62.71").exists()


def test_last_day_takes_one_query(scene, django_assert_num_queries):
    _extend(scene)
    _extend(scene, kelurahan=FAR_KELURAHAN)
    stage = scene.election.stages.get(kind=StageKind.COKLIT)
    with django_assert_num_queries(1):
        elections.last_day_of(stage, KELURAHAN)


def test_extension_never_shortens_a_window_that_was_moved_later(scene):
    _extend(scene, last_day=dt.date(2023, 3, 20))
    Stage.objects.filter(election=scene.election, kind=StageKind.COKLIT).update(last_day=dt.date(2023, 3, 25))
    assert _window(scene.election)[1] == dt.date(2023, 3, 25)


def test_a_window_without_a_reason_is_refused_by_the_database(scene):
    extension = _extend(scene)
    with pytest.raises(IntegrityError, match="window_extension_has_a_reason"):
        WindowExtension.objects.filter(kabkota_id="62.71", pk=extension.pk).update(reason="")
