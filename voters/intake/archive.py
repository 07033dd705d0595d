"""Is this workbook safe to open? Looked at before anything parses it; raises BadFile where it is not.

A workbook is a ZIP of XML. What is declared about sizes is not trusted: every part is unpacked once, in blocks, and
counted. calamine holds a sheet whole, so what decides is the memory that it would need (sheetsize.py has the sums).
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from voters.intake.badfile import BadFile
from voters.intake.sheetsize import ROWS, Measure

PARTS = 500
UNPACKED_MB = 192
# Sheets of lists are about 10 to 1, blank ones with formats up to 100 to 1. Deflate can reach 1032 to 1.
RATIO = 300
_RATIO_COUNTS_FROM = 1 << 20
_BLOCK = 1 << 20
# End of the directory: signature, disks, entries, bytes of the directory, its place, length of a comment.
_END = struct.Struct("<4sHHHHIIH")
_ENTRY_AT_MOST = 512  # bytes of one entry of the directory
_LOCAL = struct.Struct("<4sHHHHHIIIHH")


def check(path: Path) -> None:
    """Raises BadFile unless the workbook can be read within bounds and holds nothing but tables."""
    with path.open("rb") as stream:
        _check_directory(stream, path.stat().st_size)
        try:
            parts = ZipFile(stream).infolist()
        except (BadZipFile, ValueError, NotImplementedError):
            raise BadFile("workbook_broken") from None
        _check_parts(parts)
        measure, left = Measure(), UNPACKED_MB << 20
        # Shared texts first: cells refer to them.
        for part in sorted(parts, key=lambda one: "sharedstrings" not in one.filename.lower()):
            left = _check_part(stream, part, measure, left)


def _check_directory(stream: BinaryIO, size: int) -> None:
    """One plain directory at the very end, of a bounded size: programs differ in how they read any other."""
    stream.seek(max(0, size - _END.size))
    end = stream.read(_END.size)
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
        raise BadFile("workbook_broken")
    _, _, _, here, entries, length, place, comment = _END.unpack(end)
    if max(entries, length / _ENTRY_AT_MOST) > PARTS:
        raise BadFile("workbook_parts", limit=PARTS)
    if here != entries or comment or place + length + _END.size != size:
        raise BadFile("workbook_broken")
    stream.seek(0)


def _check_parts(parts: list[ZipInfo]) -> None:
    names = [part.filename.lower().replace("\\", "/") for part in parts]
    if "xl/workbook.bin" in names:
        raise BadFile("workbook_binary")
    if "xl/workbook.xml" not in names:
        raise BadFile("workbook_missing")
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        raise BadFile("workbook_macros")
    if any("/externallinks/" in name for name in names):
        raise BadFile("workbook_links")
    if any(part.flag_bits & 1 for part in parts):
        raise BadFile("workbook_encrypted")
    if len(set(names)) < len(names) or any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise BadFile("workbook_broken")
    if any(part.file_size > max(_RATIO_COUNTS_FROM, RATIO * part.compress_size) for part in parts):
        raise BadFile("workbook_bomb", ratio=RATIO)
    if sum(part.file_size for part in parts) > UNPACKED_MB << 20:
        raise _too_large()


def _check_part(stream: BinaryIO, part: ZipInfo, measure: Measure, left: int) -> int:
    """Unpacks a part; returns how many bytes the others may have."""
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    measure.begin()
    size = 0
    for block in _unpacked(stream, part):
        size += len(block)
        if size > part.file_size:
            raise BadFile("workbook_bomb", ratio=RATIO)
        if size > left:
            raise _too_large()
        if is_xml and (b"<!DOCTYPE" in block or b"<!ENTITY" in block or b"\x00" in block):
            raise BadFile("workbook_xml")
        measure.add(block)
    if size < part.file_size:
        raise BadFile("workbook_broken")
    return left - size


def _unpacked(stream: BinaryIO, part: ZipInfo) -> Iterator[bytes]:
    """The part's bytes, cut before the last tag of each block, so that no tag is cut in two."""
    rest = b""
    for block in _inflated(stream, part):
        data = rest + block
        end = data.rfind(b"<")
        end = end if end > 0 else len(data)
        if len(data) - end > _BLOCK:
            raise BadFile("workbook_xml")
        yield data[:end]
        rest = data[end:]
    yield rest


def _inflated(stream: BinaryIO, part: ZipInfo) -> Iterator[bytes]:
    stream.seek(part.header_offset)
    header = stream.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise BadFile("workbook_broken")
    *_, name, extra = _LOCAL.unpack(header)
    stream.seek(name + extra, 1)
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = part.compress_size
    while packed:
        piece = stream.read(min(packed, _BLOCK // 16))
        if not piece:
            raise BadFile("workbook_broken")
        packed -= len(piece)
        if part.compress_type == ZIP_STORED:
            yield piece
            continue
        while piece:
            try:
                yield unpack.decompress(piece, _BLOCK)
            except zlib.error:
                raise BadFile("workbook_broken") from None
            piece = unpack.unconsumed_tail
    if part.compress_type == ZIP_DEFLATED and not unpack.eof:
        raise BadFile("workbook_broken")


def _too_large() -> BadFile:
    return BadFile("workbook_too_large", limit=UNPACKED_MB, rows=ROWS)
