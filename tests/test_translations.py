"""The Indonesian catalog is complete, says what it should and is compiled; checked without gettext."""

import re
from functools import cache

import polib
import pytest

from tools.messages import CATALOG, Text, text_of_entry, texts_of_python, texts_of_sources, texts_of_template

pytestmark = pytest.mark.unit

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}")


@cache
def _catalog() -> polib.POFile:
    assert CATALOG.exists(), "there is no Indonesian catalog: run `make messages`"
    return polib.pofile(str(CATALOG))


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_catalog_has_every_text_of_the_sources_and_no_other():
    in_catalog, in_sources = {text_of_entry(entry) for entry in _catalog()}, set(texts_of_sources())
    assert in_catalog == in_sources, "run `make messages`, translate what it names, commit locale/"


def test_catalog_has_indonesian_for_every_text():
    assert [entry.msgid for entry in _catalog() if entry.fuzzy or not all(_translations(entry))] == []


def test_translations_keep_the_placeholders_of_their_text():
    changed = [
        (entry.msgid, translation)
        for entry in _catalog()
        for translation in _translations(entry)
        if _placeholders(translation) != _placeholders(entry.msgid_plural or entry.msgid)
    ]
    assert changed == []


def test_compiled_catalog_says_what_the_written_one_says():
    written = _catalog()
    compiled = polib.mofile(str(CATALOG.with_suffix(".mo")))
    assert {text_of_entry(entry): _translations(entry) for entry in compiled} == {
        text_of_entry(entry): _translations(entry) for entry in written
    }


def test_texts_of_python_are_found_with_context_and_plural():
    source = '_("one " "text"); ngettext("%d day", "%d days", n); pgettext_lazy("month", "May"); _(name)'
    assert set(texts_of_python(source)) == {
        Text("", "one text", ""),
        Text("", "%d day", "%d days"),
        Text("month", "May", ""),
    }


def test_texts_of_templates_are_found_in_tags_and_filters():
    source = (
        '{% load i18n %}<p title="{{ x|default:_("none") }}">{% translate "It\'s 5 %" %}</p>'
        '{% translate "May" context "month" %}'
        "{% blocktranslate count n=n trimmed %}\n {{ n }} voter\n"
        "{% plural %}{{ n }} voters{% endblocktranslate %}"
    )
    assert set(texts_of_template(source)) == {
        Text("", "none", ""),
        Text("", "It's 5 %%", ""),
        Text("month", "May", ""),
        Text("", "%(n)s voter", "%(n)s voters"),
    }
