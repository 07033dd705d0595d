"""Columns as array text arrive in the database as the values they were."""

import datetime as dt

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voters.sync.arrays import as_array

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

KINDS = {
    "uuid": st.uuids(),
    "bytea": st.binary(max_size=20),
    "text": st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(["", "NULL", "null", '"', "\\", "{a,b}", " ", "é,"]),
    "bool": st.booleans(),
    "int8": st.integers(-(2**63), 2**63 - 1),
    "float8": st.floats(allow_nan=False, allow_infinity=False),
    "timestamptz": st.datetimes(
        dt.datetime(1900, 1, 1),  # noqa: DTZ001  # the zone comes beside it
        dt.datetime(2999, 12, 31),  # noqa: DTZ001
        timezones=st.just(dt.UTC),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_values_arrive_as_they_were(kind, data):
    values = data.draw(st.lists(st.none() | KINDS[kind], max_size=8))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [as_array(values)])
        (arrived,) = cursor.fetchone()
    assert [bytes(one) if isinstance(one, memoryview) else one for one in arrived] == values
