"""Enrolment codes: readable, forgiving, good once and until their last day, kept as a keyed hash."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from tests import scene as standing
from voters import devices, enrolment
from voters.models import Device, EnrolmentCode, Stage, TrailEntry
from voters.terms import StageKind

pytestmark = pytest.mark.integration

NOW, TODAY = standing.NOW, standing.TODAY
TOMORROW = TODAY + dt.timedelta(days=1)
# 23.00 UTC: in the kelurahan's zone (WIB, UTC+7) tomorrow has begun already.
LATE_EVENING = NOW.replace(hour=23)


@pytest.fixture
def newcomer(scene):
    """A pantarlih of the standing TPS without a phone."""
    return standing.make_pantarlih(scene.tps, name="ORANG BARU")[0]


def issued(pantarlih, last_day=TOMORROW, by=None, now=NOW):
    return enrolment.issue(pantarlih=pantarlih, last_day=last_day, now=now, by=by)


def refusal_of(code, now=NOW):
    with pytest.raises(enrolment.CodeRefused) as refused:
        enrolment.exchange(code, now=now)
    assert refused.value.message
    return refused.value.code


def verbs():
    return list(TrailEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_code_names_its_kabkota_and_has_fifty_random_bits(newcomer):
    code = issued(newcomer)
    assert re.fullmatch(r"6271-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code)
    assert enrolment.kabkota_of(code) == standing.KOTA
    assert len(enrolment.ALPHABET) ** enrolment.RANDOM_CHARACTERS == 2**50
    assert len({issued(newcomer) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "typed",
    ["6271-7KQ20-4XW91", " 6271 7kq2o 4xw9l ", "62717KQ2O4XW9I", "627I-7KQ2o\u20134XW9l\n", "6271\u00a07kq20-4xw9i"],
)
def test_mistyped_code_is_understood(typed):
    assert enrolment.normal(typed) == "62717KQ204XW91"
    assert enrolment.kabkota_of(typed) == "62.71"


@pytest.mark.parametrize("typed", ["", "6271", "6271-7KQ2U-4XW9T", "6271-7KQ2M-4XW9T1", "AB71-7KQ2M-4XW9T", "\0" * 14])
def test_what_is_no_code_is_unreadable_and_asks_nothing(db, typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert refusal_of(typed) == "unreadable"


def test_code_is_kept_as_a_hash_with_a_key(newcomer, settings):
    code = issued(newcomer)
    row = EnrolmentCode.objects.get()
    assert bytes(row.code_hash) == enrolment.hash_of(enrolment.normal(code))
    assert enrolment.normal(code) not in str(list(TrailEntry.objects.values())) + str(vars(row))
    settings.SECRET_KEY = "another key of another installation"
    assert refusal_of(code) == "code_unknown"


def test_code_expires_when_its_last_day_ends_there(newcomer):
    code = issued(newcomer, last_day=TODAY)
    midnight = dt.datetime(2023, 3, 4, 17, tzinfo=dt.UTC)
    assert EnrolmentCode.objects.get().expires_at == midnight
    assert refusal_of(code, now=midnight) == "code_expired"
    assert enrolment.exchange(code, now=midnight - dt.timedelta(seconds=1)).device.pantarlih == newcomer


def test_last_day_is_today_or_later_and_not_far(newcomer):
    issued(newcomer, last_day=TODAY)
    farthest = TODAY + dt.timedelta(days=enrolment.MAX_DAYS)
    issued(newcomer, last_day=farthest)
    for day, now, code in (
        (TODAY - dt.timedelta(days=1), NOW, "last_day_past"),
        (TODAY, LATE_EVENING, "last_day_past"),
        (farthest + dt.timedelta(days=1), NOW, "last_day_too_far"),
        (dt.date.max, NOW, "last_day_too_far"),
    ):
        with pytest.raises(enrolment.LastDayRefused) as refused:
            issued(newcomer, last_day=day, now=now)
        assert refused.value.code == code
    assert EnrolmentCode.objects.count() == 2


def test_default_last_day_is_the_second_of_coklit_or_tomorrow(newcomer):
    first_day = Stage.objects.get(election=newcomer.election, kind=StageKind.COKLIT).first_day
    friday_before = dt.datetime(2023, 2, 10, 5, tzinfo=dt.UTC)
    assert enrolment.default_last_day(newcomer, friday_before) == first_day + dt.timedelta(days=1)
    assert enrolment.default_last_day(newcomer, NOW) == TOMORROW
    assert enrolment.default_last_day(newcomer, LATE_EVENING) == TOMORROW + dt.timedelta(days=1)
    a_year_before = NOW - dt.timedelta(days=365)
    assert enrolment.default_last_day(newcomer, a_year_before) == dt.date(2022, 3, 5)


def test_exchanged_code_gives_a_phone_that_counts(newcomer):
    code = issued(newcomer)
    enrolled = enrolment.exchange(code.lower(), now=NOW, app_version="1.0")
    device = devices.identify(enrolled.token)
    assert (device, device.pantarlih, device.app_version) == (enrolled.device, newcomer, "1.0")
    assert (device.issued_at, device.confirmed_at) == (NOW, NOW)
    row = EnrolmentCode.objects.get()
    assert (row.used_at, row.device_id) == (NOW, device.pk)


def test_code_is_good_once(newcomer):
    code = issued(newcomer)
    enrolment.exchange(code, now=NOW)
    assert refusal_of(code) == "code_used"
    assert refusal_of(code, now=NOW + dt.timedelta(days=9)) == "code_used"
    assert Device.objects.filter(pantarlih=newcomer).count() == 1


def test_newer_code_withdraws_the_one_before(newcomer):
    first, second = issued(newcomer), issued(newcomer)
    assert refusal_of(first) == "code_withdrawn"
    assert enrolment.exchange(second, now=NOW).device.pantarlih == newcomer


def test_withdrawn_code_is_refused_and_a_used_one_stays_used(newcomer):
    code = issued(newcomer)
    row = EnrolmentCode.objects.get()
    for _ in range(2):
        enrolment.withdraw(code=row, now=NOW, by=None)
    assert refusal_of(code) == "code_withdrawn"
    used = issued(newcomer)
    enrolment.exchange(used, now=NOW)
    enrolment.withdraw(code=EnrolmentCode.objects.get(used_at__isnull=False), now=NOW, by=None)
    assert refusal_of(used) == "code_used"
    assert verbs().count("withdraw_code") == 1


def test_unknown_code_and_code_of_another_kabkota_are_unknown(newcomer):
    code = issued(newcomer)
    assert refusal_of("6271-00000-00000") == "code_unknown"
    assert refusal_of(code.replace("6271", "3171")) == "code_unknown"
    assert refusal_of(code.replace("6271", "9999")) == "code_unknown"


def test_second_phone_waits_and_a_third_takes_its_place(scene):
    second = enrolment.exchange(issued(scene.pantarlih), now=NOW)
    assert devices.identify(second.token).confirmed_at is None
    assert devices.identify(scene.token).confirmed_at == NOW
    third = enrolment.exchange(issued(scene.pantarlih), now=NOW)
    assert devices.identify(second.token) is None
    assert devices.identify(third.token).confirmed_at is None
    assert devices.identify(scene.token) is not None


def test_codes_of_several_are_each_their_own(scene):
    people = [standing.make_pantarlih(scene.tps, name=f"ORANG {n}")[0] for n in range(3)]
    codes = enrolment.issue_all(people, last_day=TOMORROW, now=NOW, by=scene.pps)
    assert [enrolment.exchange(code, now=NOW).device.pantarlih for code in codes] == people


@pytest.mark.parametrize("number", [1, 3])
def test_statements_do_not_grow_with_the_codes(scene, number, django_assert_num_queries):
    people = [standing.make_pantarlih(scene.tps, name=f"ORANG {n}")[0] for n in range(number)]
    for one in people:
        assert one.kelurahan.zone == "WIB"
    enrolment.issue_all(people, last_day=TOMORROW, now=NOW, by=scene.pps)
    # Lock; open codes, withdrawn, with their trail; new codes, with theirs.
    with django_assert_num_queries(6):
        enrolment.issue_all(people, last_day=TOMORROW, now=NOW, by=scene.pps)


def test_acts_are_on_the_trail_without_the_code(scene, newcomer):
    issued(newcomer, by=scene.pps)
    code = issued(newcomer, by=scene.pps)
    before, row = EnrolmentCode.objects.order_by("pk")
    device = enrolment.exchange(code, now=NOW).device
    acts = TrailEntry.objects.filter(after__pantarlih=str(newcomer.pk)).order_by("pk")
    assert list(acts.values_list("verb", "by_name", "subject", "region")) == [
        ("issue_code", "pps", f"enrolment_code:{before.pk}", standing.KELURAHAN),
        ("withdraw_code", "pps", f"enrolment_code:{before.pk}", standing.KELURAHAN),
        ("issue_code", "pps", f"enrolment_code:{row.pk}", standing.KELURAHAN),
        ("enrol_device", f"device:{device.pk}", f"device:{device.pk}", standing.KELURAHAN),
    ]
    assert acts.last().by_user is None


def at_once(*acts):
    """Run the acts in threads that start together; gives what each returned or raised."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=30)
            return act()
        except enrolment.CodeRefused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(run, act) for act in acts]]


@pytest.fixture
def committed(transactional_db):
    """The scene for threads with connections of their own, and a pantarlih without a phone."""
    with transaction.atomic():
        scene = standing.build()
        return standing.make_pantarlih(scene.tps, name="ORANG BARU")[0]


def test_code_exchanged_eight_times_at_once_enrols_one_phone(committed):
    with transaction.atomic():
        code = issued(committed)
    got = at_once(*[lambda: enrolment.exchange(code, now=NOW)] * 8)
    assert sorted(one for one in got if isinstance(one, str)) == ["code_used"] * 7
    assert Device.objects.filter(pantarlih=committed, revoked_at__isnull=True).count() == 1
    assert verbs().count("enrol_device") == 2


def test_code_issued_anew_while_it_is_exchanged_is_used_or_withdrawn(committed):
    def anew():
        with transaction.atomic():
            return issued(committed)

    for _ in range(5):
        code = anew()
        first, newer = at_once(lambda code=code: enrolment.exchange(code, now=NOW), anew)
        assert first == "code_withdrawn" or devices.identify(first.token) is not None
        assert enrolment.exchange(newer, now=NOW).device.pantarlih_id == committed.pk
    assert EnrolmentCode.objects.filter(used_at__isnull=False, withdrawn_at__isnull=False).count() == 0
