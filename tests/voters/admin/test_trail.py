"""Every act that the code records has words, in Indonesian too."""

import ast
import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.utils.html import strip_tags
from django.utils.translation import override

from tests import scene as standing
from voters import trail
from voters.admin.territory import TerritoryAdmin
from voters.admin.trail import ACTS
from voters.terms import HeldState

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [path for room in ("coklit", "voters", "reports") for path in (ROOT / room).rglob("*.py")]
# Codes come with the election's data; windows are extended and notes given through verbs of their own.
NEVER_DONE = {"add_outcomecode", "add_windowextension", "change_windowextension", "add_notice", "change_notice"}


def calls(tree, name):
    """Calls of a function of this name, whatever it is imported as."""
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in called if getattr(call.func, "attr", getattr(call.func, "id", "")) == name]


def verbs_of(source):
    """The verbs that one file writes into the trail, directly or through a `_record(verb, …)` of its own."""
    tree = ast.parse(source)
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.targets[0], ast.Name)
    }
    given = [keyword.value for call in calls(tree, "record") for keyword in call.keywords if keyword.arg == "verb"]
    given += [call.args[0] for call in calls(tree, "_record") if call.args]
    literal = {node.value for node in given if isinstance(node, ast.Constant)}
    return literal | {constants[node.id] for node in given if isinstance(node, ast.Name) and node.id in constants}


def forms_verbs():
    """The verbs of the admin's own forms (`TerritoryAdmin._record`)."""
    written = [
        model._meta.model_name
        for model, one in admin.site._registry.items()
        if isinstance(one, TerritoryAdmin) and one.write is not None
    ]
    return {f"{verb}_{name}" for name in written for verb in ("add", "change")} - NEVER_DONE


def held_verbs():
    """The decisions on held events."""
    return {f"held_{state.value}" for state in HeldState if state != HeldState.WAITING}


@pytest.mark.unit
def test_verbs_of_a_file_are_found_in_each_manner():
    source = 'DONE = "c"\ntrail.record(verb="a", now=now)\n_record("b", one)\nrecord(verb=DONE)\nrecord(verb=verb)'
    assert verbs_of(source) == {"a", "b", "c"}


@pytest.mark.unit
def test_every_act_that_is_recorded_has_words_and_no_other():
    recorded = {verb for path in SOURCES for verb in verbs_of(path.read_text(encoding="utf-8"))}
    # Those of `self._record(request, …)` and of voters/sync/held.py are no literals: they are built from names.
    assert recorded | forms_verbs() | held_verbs() == set(ACTS)


@pytest.mark.integration
def test_page_tells_every_act_in_indonesian(scene, enter):
    for verb in ACTS:
        trail.record(verb=verb, by=None, region=standing.KOTA, subject="tps:1", now=standing.NOW)
    page = re.sub(r"\s+", " ", strip_tags(enter(scene.kpu_ri).get("/admin/voters/trailentry/").text))
    with override("en"):
        english = {str(text) for text in ACTS.values()}
    with override("id"):
        indonesian = {str(text) for text in ACTS.values()}
    assert {text for text in indonesian if text not in page.replace("&#x27;", "'")} == set()
    assert indonesian & english == set()
