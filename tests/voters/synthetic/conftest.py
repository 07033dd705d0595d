"""Two lists for all tests here: a whole kota, and a small kecamatan."""

import pytest

from tests.voters.synthetic.lists import list_text, rows_of


@pytest.fixture(scope="session")
def palangka_raya():
    """The 211,423 rows of 62.71."""
    return rows_of(list_text("62.71"))


@pytest.fixture(scope="session")
def rakumpit():
    """The 2,806 rows of 62.71.05."""
    return rows_of(list_text("62.71.05"))
