"""The bytes of an upload as JSON: undoes the compression, and never makes more of them than the protocol allows."""

import zlib

from voters.sync.payload import MAX_BYTES

GZIP = "gzip"
# zlib's way to say "with a gzip header".
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS


class UnknownEncoding(ValueError):
    """Another Content-Encoding than gzip or none."""


class BadEncoding(ValueError):
    """Not the gzip it says to be, or cut off."""


class TooLarge(ValueError):
    """More than MAX_BYTES, as sent or after decompression."""


def encoding_of(header: str) -> str:
    """`Content-Encoding` as it is kept: "" or "gzip". Raises UnknownEncoding."""
    name = header.strip().lower()
    if name in ("", "identity"):
        return ""
    if name in (GZIP, "x-gzip"):
        return GZIP
    raise UnknownEncoding


def unpacked(body: bytes, encoding: str) -> bytes:
    """The JSON of a received body. Raises BadEncoding and TooLarge; holds at most MAX_BYTES + 1 of its content."""
    if len(body) > MAX_BYTES:
        raise TooLarge
    if encoding != GZIP:
        return body
    stream = zlib.decompressobj(_WITH_GZIP_HEADER)
    try:
        content = stream.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise BadEncoding from error
    if len(content) > MAX_BYTES:
        raise TooLarge
    if not stream.eof or stream.unused_data:
        raise BadEncoding
    return content
