"""Compressed uploads: undone within the limit, refused where they are not what they say."""

import gzip
import tracemalloc
import zlib

import pytest

from voters.sync.payload import MAX_BYTES
from voters.sync.wire import BadEncoding, TooLarge, UnknownEncoding, encoding_of, unpacked

pytestmark = pytest.mark.unit

BODY = b'{"batch": "x"}' * 50


@pytest.mark.parametrize(
    ("header", "name"), [("", ""), ("identity", ""), ("gzip", "gzip"), (" GZip ", "gzip"), ("x-gzip", "gzip")]
)
def test_encoding_is_none_or_gzip(header, name):
    assert encoding_of(header) == name


@pytest.mark.parametrize("header", ["br", "deflate", "gzip, gzip", "zstd", "\xff"])
def test_any_other_encoding_is_unknown(header):
    with pytest.raises(UnknownEncoding):
        encoding_of(header)


def test_bytes_come_out_as_they_went_in():
    assert unpacked(BODY, "") == BODY
    assert unpacked(gzip.compress(BODY), "gzip") == BODY


@pytest.mark.parametrize(
    "body",
    [
        b"",
        BODY,
        gzip.compress(BODY)[:-1],
        gzip.compress(BODY)[:12],
        gzip.compress(BODY)[:-6] + b"\0\0\0\0\0\0",
        gzip.compress(BODY) + b"more",
        gzip.compress(BODY) + gzip.compress(BODY),
        zlib.compress(BODY),
    ],
    ids=["empty", "plain", "cut", "begun", "wrong sum", "trailing", "two members", "zlib"],
)
def test_what_is_no_gzip_or_cut_off_or_more_than_one_is_refused(body):
    with pytest.raises(BadEncoding):
        unpacked(body, "gzip")


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_limit_is_included(encoding):
    def sent(size):
        return gzip.compress(b" " * size) if encoding else b" " * size

    assert len(unpacked(sent(MAX_BYTES), encoding)) == MAX_BYTES
    with pytest.raises(TooLarge):
        unpacked(sent(MAX_BYTES + 1), encoding)


def test_bomb_takes_no_more_memory_than_the_limit():
    bomb = gzip.compress(b"\0" * (64 * MAX_BYTES))
    assert len(bomb) < MAX_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            unpacked(bomb, "gzip")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4 * MAX_BYTES
