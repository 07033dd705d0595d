"""Texts for translation, found and compiled without gettext's programs.

In come the sources: Python files and templates of this project and of the admin theme, which ships no
Indonesian. Afterwards the catalog `locale/id/LC_MESSAGES/django.po` has one entry per text, sorted, and
`django.mo` says the same. A translation is never dropped while its text stands in a source.
"""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "locale" / "id" / "LC_MESSAGES" / "django.po"
HEADER = {
    "Project-Id-Version": "coklit",
    "Language": "id",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
ROOMS = ("coklit", "voters", "reports", "templates")
# Where each text stands among a call's arguments: context, text, plural.
CALLS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_TEMPLATE_CALL = re.compile(rf"(?<!\w)(_|n?p?gettext)\(({_STRING}(?:\s*,\s*{_STRING})*)", re.DOTALL)


class Text(NamedTuple):
    """One text to translate; `context` and `plural` are empty where the source gives none."""

    context: str
    msgid: str
    plural: str


def texts_of_sources() -> dict[Text, list[str]]:
    """Every text of this project and of the theme, each with the files it stands in.

    The theme's texts that Django already has in Indonesian are left out: Django's catalog serves them.
    """
    found: dict[Text, list[str]] = {}
    for room in ROOMS:
        _collect(ROOT / room, ROOT, found)
    own = set(found)
    theme = _folder_of("unfold")
    for part in sorted(theme.iterdir()):
        _collect(theme / "contrib" / "filters" if part.name == "contrib" else part, theme.parent, found)
    served = _texts_django_has()
    return {text: places for text, places in found.items() if text in own or text not in served}


def texts_of_python(source: str) -> Iterator[Text]:
    """Texts in gettext calls of a Python source; variables and numbers among the arguments are skipped."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        literals = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in CALLS and literals:
            yield _text(name, literals)


def texts_of_template(source: str) -> Iterator[Text]:
    """Texts in `translate` and `blocktranslate` tags and in `_("...")` of a Django template."""
    for name, arguments in _TEMPLATE_CALL.findall(templatize(source)):
        literals = re.findall(_STRING, arguments, re.DOTALL)
        yield _text(name, [ast.literal_eval(literal) for literal in literals])


def update_catalog(others: list[Path]) -> polib.POFile:
    """The catalog brought in step with the sources; what it lacks is looked up in the catalogs `others`."""
    known: dict[Text, polib.POEntry] = {}
    for path in [*others, CATALOG] if CATALOG.exists() else others:
        known |= {text_of_entry(entry): entry for entry in polib.pofile(str(path)) if entry.translated()}
    catalog = polib.POFile(wrapwidth=110)
    catalog.metadata = HEADER
    for text, places in sorted(texts_of_sources().items()):
        catalog.append(_entry(text, places, known.get(text)))
    return catalog


def text_of_entry(entry: polib.POEntry) -> Text:
    """The text that a catalog entry translates."""
    return Text(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def _collect(folder: Path, root: Path, found: dict[Text, list[str]]) -> None:
    for path in [folder] if folder.is_file() else sorted(folder.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "locale" in path.parts:
            continue
        read = texts_of_python if path.suffix == ".py" else texts_of_template
        place = path.relative_to(root).as_posix()
        for text in read(path.read_text(encoding="utf-8")):
            places = found.setdefault(text, [])
            if place not in places:
                places.append(place)


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed; run make with the test requirements.")
    return Path(spec.origin).parent


def _text(name: str, arguments: list[str]) -> Text:
    context, msgid, plural = (arguments[at] if at is not None else "" for at in CALLS[name])
    return Text(context, msgid, plural)


def _texts_django_has() -> set[Text]:
    parts = ("conf", "contrib/admin", "contrib/auth", "contrib/humanize", "contrib/postgres")
    catalogs = [_folder_of("django") / part / "locale/id/LC_MESSAGES/django.mo" for part in parts]
    served = (polib.mofile(str(path)) for path in catalogs)
    return {text_of_entry(entry) for catalog in served for entry in catalog}


def _entry(text: Text, places: list[str], known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.msgid, occurrences=[(place, "") for place in places])
    entry.msgctxt = text.context or None
    if known:
        entry.comment, entry.tcomment = known.comment, known.tcomment
    if text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = known.msgstr_plural if known else {0: ""}
    else:
        entry.msgstr = known.msgstr if known else ""
    return entry


def main() -> None:
    """`python -m tools.messages [OTHER.po ...]`: update and compile the catalog, list what needs a hand."""
    settings.configure()
    catalog = update_catalog([Path(name) for name in sys.argv[1:]])
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    catalog.save(str(CATALOG))
    catalog.save_as_mofile(str(CATALOG.with_suffix(".mo")))
    waiting = catalog.untranslated_entries()
    for entry in waiting:
        print(f"no Indonesian yet: {entry.msgid!r}  ({entry.occurrences[0][0]})")
    print(f"{len(catalog)} texts, {len(waiting)} without Indonesian: {CATALOG.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
