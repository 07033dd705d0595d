"""Every reason has a code that something raises, and a text that is whole."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from voters.intake.badfile import PROBLEMS, BadFile

pytestmark = pytest.mark.unit

INTAKE = Path(__file__).resolve().parents[3] / "voters" / "intake"


def test_every_code_is_raised_and_every_raised_code_has_a_text():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in INTAKE.glob("*.py") if path.stem != "badfile")
    named = set(re.findall(r'"([a-z][a-z0-9_]+)"', sources))
    raised = {
        code for call in re.findall(r"BadFile\(([^)]*)", sources) for code in re.findall(r'"([a-z]\w*_\w*)"', call)
    }
    assert set(PROBLEMS) - named == set()
    assert raised - set(PROBLEMS) == set()


def test_text_tells_its_facts_in_the_style_of_numbers():
    bad = BadFile("too_few_columns", row=1_234_567, found=3, expected=18)
    with translation.override("id"):
        assert "1.234.567" in str(bad)
    assert (bad.code, bad.row, BadFile("empty").row) == ("too_few_columns", 1_234_567, None)
