"""The floor's statements of an upload, as text; every run of the bench proves that they leave the rows of ours."""

import pytest

from bench import floors

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("table", "same", "each"),
    [
        ("voters_voter", floors.VOTER_SAME, floors.VOTER_EACH),
        ("voters_coklitevent", floors.EVENT_SAME, floors.EVENT_EACH),
        ("voters_coklitresult", floors.RESULT_SAME, floors.RESULT_EACH),
    ],
)
def test_rows_of_one_table_are_one_statement(table, same, each):
    (statement,) = [text for text in floors.UPLOAD if text.startswith(f"INSERT INTO {table} ")]
    assert statement.count("%s") == len(same) + len(each)
    assert statement.count("[]") == len(each)


def test_body_goes_as_bytes():
    (statement,) = [text for text in floors.UPLOAD if "voters_syncbatch" in text]
    assert statement.count("%s") == len(floors.BATCH)
    assert statement.endswith("%b)")
