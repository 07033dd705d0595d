"""How much memory calamine would need for a workbook, told from the XML of its parts without parsing it. Pure.

For a moment calamine keeps two copies of a sheet, a list of its filled cells and the rectangle around them, and a copy
of each text. Shared texts it keeps as well, and copies them for each cell that refers to them: one long text with a
million references is a bomb that no size of a part shows. So three sums are made, each never less than the truth
however the XML is written, and what they cost in bytes is bounded:

    cells      filled ones, of one sheet
    rectangle  greatest row x greatest column, of cells wherever they say they are; `<dimension>` is not asked
    texts      shared ones, and the length of each x references to it
"""

import re
from array import array
from functools import cache

from voters.intake.badfile import BadFile

ROWS = 115_000
COLUMNS = 256
MEMORY_MB = 270

# Bytes, as measured: a cell in the list and its text, a place of the rectangle, a shared text. They hold up to 24
# characters; what a text has more comes on top.
_CELL, _PLACE_IN_SHEET, _TEXT, _SHORT = 72, 32, 56, 24
# A cell that is filled has four: <c><v></v></c>.
_TAGS_OF_A_CELL = 4
_TAG = re.compile(rb"<(?:[\w.-]+:)?(?:row|c)[\s/>]")
_SOUND_TAG = re.compile(rb"""<(?:[\w.-]+:)?(row|c)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*/?>""")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
# A cell or row that says its place, or is written in a way of its own.
_SAYS_PLACE = re.compile(rb"\sr\s*=|<(?:c|row)[^ >A-Za-z]")
_TEXT_TAG = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")
_ODD_TEXT_TAG = re.compile(rb":si[\s/>]|<si[\s/]|</si\s")
_REFERENCE = re.compile(rb"<v>([0-9]+)</v>")
# A number that is none: with a point, a sign or an exponent.
_NO_REFERENCE = re.compile(rb"<v>[0-9]*[-.eE][-+0-9.eE]*</v>")


class Measure:
    """Adds up the parts of one workbook, given block by block with no tag cut in two; raises BadFile past a bound.

    The part of the shared texts has to come before the sheets.
    """

    def __init__(self) -> None:
        self._texts = array("I")  # the length of each shared text
        self._texts_size = self._longest = 0
        # Whether they cannot be told apart: then each reference counts as one to the longest.
        self._unsure = self._sheets_begun = False
        self._rows = 0
        self.begin()

    def begin(self) -> None:
        """Another part begins."""
        self._sheets_begun = self._sheets_begun or self._rows > 0
        self._first, self._of_texts, self._begun = True, False, 0
        self._cells = self._copied = 0
        self._row = self._column = 0  # where the last cell is
        self._rows = self._columns = 0  # the greatest of each

    def add(self, block: bytes) -> None:
        """The next block of the part."""
        if self._of_texts or ((b"<si" in block or b":si" in block) and _TEXT_TAG.search(block)):
            self._add_texts(block)
        else:
            self._add_cells(block)
            if self._texts:
                self._add_references(block)
        self._first = False
        cells = self._cells * _CELL + self._rows * self._columns * _PLACE_IN_SHEET + self._copied
        if cells + len(self._texts) * _TEXT + self._texts_size > MEMORY_MB << 20:
            raise BadFile("sheet_too_large", rows=100_000, columns=20)

    def _add_texts(self, block: bytes) -> None:
        if not self._of_texts:
            if self._sheets_begun:
                raise BadFile("workbook_xml")
            self._of_texts, self._unsure = True, self._unsure or bool(self._texts)
            block = block[max(0, block.find(b"<si")) :]
        self._unsure = self._unsure or bool(_ODD_TEXT_TAG.search(block))
        *whole, begun = block.split(b"</si>")
        for text in whole:
            length = self._begun + len(text)
            self._begun = 0
            self._texts.append(length)
            self._texts_size += length if length > _SHORT else 0
            self._longest = max(self._longest, length)
        self._begun += len(begun)
        self._longest = max(self._longest, self._begun)

    def _add_references(self, block: bytes) -> None:
        found = [] if self._unsure else _REFERENCE.findall(block)
        lengths, texts = self._texts, len(self._texts)
        self._copied += sum(lengths[number] for number in map(int, found) if number < texts)
        others = block.count(b"<v") + block.count(b":v") - len(found)
        if others:
            # Written otherwise, they may refer to any.
            self._copied += (others - len(_NO_REFERENCE.findall(block))) * self._longest

    def _add_cells(self, block: bytes) -> None:
        tags = block.count(b"<") // _TAGS_OF_A_CELL
        if self._follow_one_another(block):
            self._cells += tags
        elif self._first or b":c" in block or self._columns > 26 or _elsewhere(self._columns).search(block):
            self._add_places(block)
            self._cells += tags
        else:
            self._rows = ROWS
            self._cells += min(tags, block.count(b"<c "))

    def _follow_one_another(self, block: bytes) -> bool:
        """Whether no cell or row of the block says where it is; then each stands next to the one before."""
        if b":c" in block or b":row" in block or _SAYS_PLACE.search(block):
            return False
        begun, *rows = (part.count(b"<c ") + part.count(b"<c>") for part in block.split(b"<row"))
        self._row += len(rows)
        self._reach(self._row, max(self._column + begun, *rows, 0))
        self._column = rows[-1] if rows else self._column + begun
        return True

    def _add_places(self, block: bytes) -> None:
        """Where each cell is, read in full: from its reference, or next to the one before."""
        tags = _SOUND_TAG.findall(block)
        if len(tags) != len(_TAG.findall(block)):
            raise BadFile("workbook_xml")
        for name, attributes in tags:
            place = _PLACE.search(attributes)
            if name == b"row":
                self._row = int(place[2]) if place else self._row + 1
                self._column = 0
                continue
            self._column = _number(place[1]) if place else self._column + 1
            self._reach(int(place[2]) if place else self._row, self._column)

    def _reach(self, row: int, column: int) -> None:
        self._rows, self._columns = max(self._rows, row), max(self._columns, column)
        if self._rows > ROWS:
            raise BadFile("sheet_too_many_rows", limit=ROWS)
        if self._columns > COLUMNS:
            raise BadFile("too_many_columns_in_all", row=row, limit=COLUMNS)


def _number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


@cache
def _elsewhere(columns: int) -> re.Pattern[bytes]:
    """Finds a cell that does not say, in the way of all common programs, that it is within these columns and ROWS."""
    last = b"%c" % (64 + max(1, columns))
    return re.compile(rb'<c(?![A-Za-z]| r="[A-' + last + rb'](?:[0-9]{1,5}|10[0-9]{4}|11[0-4][0-9]{3})")')
