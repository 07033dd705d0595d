"""Why a file cannot be read: every reason by its stable code, with the text that says what, where, why, how to mend.

No text ever holds a value of the file: it may be personal data, and messages are logged and mailed.
"""

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, Promise] = {
    # --- the file as a whole
    "empty": _("The file is empty (0 bytes). Save or export it again, then upload it."),
    "too_large": _(
        "The file is larger than %(limit)s MB, the limit for this format. Export it in parts, one per kecamatan for"
        " example, or as CSV."
    ),
    "file_gone": _("The uploaded file is no longer kept: files are deleted after %(days)s days. Upload it again."),
    "masked_list": _(
        "The file is an export whose NIK and NKK are masked. Loading it would put the masks in the numbers' place: take"
        " an export that is not masked, or the list as KPU gave it."
    ),
    "not_a_table": _(
        "The file is no table: it begins like %(found)s. Open it, copy the table to Excel, and save it as an Excel"
        " workbook (.xlsx) or as CSV."
    ),
    "html_table": _(
        "The file is a web page (HTML), even if its name says .xls. Open it in Excel and save it as an Excel workbook"
        " (.xlsx)."
    ),
    "xls_old": _(
        "The file is a workbook of the old kind (.xls), whatever its name says. Open it in Excel and save it as an"
        " Excel workbook (.xlsx)."
    ),
    "text_named_xlsx": _(
        "The name ends in .xlsx, but the file is plain text. Rename it to end in .csv, then upload it."
    ),
    # --- text
    "no_delimiter": _(
        "No columns were found: the first lines hold none of # ; , or tab between values. Export the list as CSV from"
        " Sidalih, or save it as CSV from Excel."
    ),
    "nul_bytes": _(
        "Row %(row)s: the file holds bytes of value 0, so it is damaged or no text. Export it again from its source."
    ),
    "control_char": _("Row %(row)s: it holds a control character (byte %(byte)s). Delete it from the row."),
    "not_utf8": _("Row %(row)s: some bytes are not %(encoding)s. Save the file as CSV UTF-8, then upload it."),
    "mixed_encoding": _(
        "Row %(row)s: the file is UTF-8, but this row (and %(more)s more) is written in another encoding. It was put"
        " together from two sources: save both as CSV UTF-8 first, or type the row anew."
    ),
    "line_too_long": _(
        "Row %(row)s: the line is longer than %(limit)s characters, so line ends are missing or the file is no list."
        " Export it again from its source."
    ),
    "quote_open": _(
        "Row %(row)s: a quotation mark opens and is not closed in its row, so the rows below would be swallowed. Delete"
        ' the mark, or write it twice ("").'
    ),
    "quote_stray": _(
        'Row %(row)s: text stands behind a closing quotation mark. Write each quotation mark inside a value twice ("").'
    ),
    "too_few_columns": _(
        "Row %(row)s has %(found)s columns, the header has %(expected)s. A value or a line end is missing or the row is"
        " broken in two: mend the row."
    ),
    "too_many_columns": _(
        "Row %(row)s has %(found)s columns, the header has %(expected)s. A value holds the sign between columns"
        " (%(delimiter)s): take it out of the value."
    ),
    # --- workbooks
    "workbook_broken": _(
        "The workbook cannot be opened: it is damaged or incomplete, often by an upload or a copy that was cut off."
        " Open it in Excel, save it again, then upload it."
    ),
    "workbook_encrypted": _(
        "The workbook is protected by a password. Open it in Excel, take the password off (File, Info, Protect"
        " Workbook), save it, then upload it."
    ),
    "workbook_missing": _(
        "The file is a ZIP archive, but no Excel workbook (.xlsx). Unpack it, or save the table as an Excel workbook"
        " (.xlsx)."
    ),
    "workbook_binary": _(
        "The workbook is of the binary kind (.xlsb). Open it in Excel and save it as an Excel workbook (.xlsx)."
    ),
    "workbook_macros": _(
        "The workbook holds macros. Save it as an Excel workbook (.xlsx) without macros, then upload it."
    ),
    "workbook_links": _(
        "The workbook takes values from other files. Copy the table, paste it as values into a new workbook, and upload"
        " that."
    ),
    "workbook_too_large": _(
        "Unpacked, the workbook is larger than %(limit)s MB. Leave one sheet with the list only, in parts of at most"
        " %(rows)s rows, or save it as CSV: a CSV may have any number of rows."
    ),
    "workbook_bomb": _(
        "The workbook unpacks to a size that no list has (a compression of more than %(ratio)s to 1). Save the table to"
        " a new workbook."
    ),
    "workbook_parts": _(
        "The workbook has more than %(limit)s parts. Copy the table alone to a new workbook, and upload that."
    ),
    "workbook_xml": _(
        "The workbook declares entities in its XML or is written as Excel never writes: it was made to harm, or by a"
        " faulty program. Copy the table to a new workbook."
    ),
    "sheet_too_many_rows": _(
        "The sheet has values below row %(limit)s. Split the list, or save it as CSV: a CSV may have any number of"
        " rows."
    ),
    "sheet_too_large": _(
        "The sheet holds more than can be read at once: about %(rows)s rows of %(columns)s columns are the most. Leave"
        " the columns of the list only, split it, or save it as CSV: a CSV may have any number of rows."
    ),
    "sheet_unknown": _("The workbook has no visible sheet of this name. It has: %(sheets)s. Choose one of them."),
    "sheets_empty": _("No visible sheet of the workbook holds a table. Put the list on a sheet of its own."),
    # --- the table
    "too_many_columns_in_all": _(
        "Row %(row)s has more than %(limit)s columns. Leave the columns of the list only; a line end may be missing."
    ),
    "no_header": _(
        "The first rows hold values, no headings. Put a row above them that names each column, such as NIK or NAMA."
    ),
    "no_rows": _("There is a header (row %(row)s) but no row below it. Export the list again, with its rows."),
    "heading_twice": _(
        "Row %(row)s: two columns have the heading %(headings)s. Rename or delete one of each, so that one column is"
        " meant."
    ),
    "columns_missing": _(
        "Columns are missing: %(columns)s. Say which column of the file holds them, or add them to the file."
    ),
}


class BadFile(ValueError):
    """A file that cannot be read. `code` is stable, `str()` is the text in the language of who reads it."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = {name: _told(fact) for name, fact in self.facts.items()}
        return str(PROBLEMS[self.code]) % facts

    @property
    def row(self) -> int | None:
        """The row that is wrong, where it is one."""
        row = self.facts.get("row")
        return row if isinstance(row, int) else None


def _told(fact: object) -> object:
    return number_format(fact, force_grouping=True) if isinstance(fact, int) else fact
