"""What a file is by its first bytes; its name is only looked at to explain a wrong one."""

from pathlib import Path

from voters.intake.badfile import BadFile
from voters.intake.layout import Format

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Office keeps an encrypted workbook as a stream of this name, in UTF-16.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = {
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"SQLite": "SQLite",
}
_HTML = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<style", b"<body", b"<div")
_LOOKED_AT = 1 << 20


def format_of(path: Path, name: str) -> Format:
    """CSV or XLSX; raises BadFile for anything else."""
    with path.open("rb") as stream:
        head = stream.read(_LOOKED_AT)
    if not head:
        raise BadFile("empty")
    if head.startswith(_OLE):
        raise BadFile("workbook_encrypted" if _ENCRYPTED in head or _ENCRYPTED in _end_of(path) else "xls_old")
    if head.startswith(b"PK"):
        return Format.XLSX
    for begin, found in _OTHERS.items():
        if head.startswith(begin):
            raise BadFile("not_a_table", found=found)
    text = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_HTML) or (text.startswith(b"<?xml") and b"<html" in text):
        raise BadFile("html_table")
    if text.startswith((b"<?xml", b"<workbook")):
        raise BadFile("not_a_table", found="XML")
    if text.startswith((b"{", b"[")):
        raise BadFile("not_a_table", found="JSON")
    if name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise BadFile("text_named_xlsx")
    return Format.CSV


def _end_of(path: Path) -> bytes:
    """The directory of an OLE file often stands at its end."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _LOOKED_AT))
        return stream.read()
