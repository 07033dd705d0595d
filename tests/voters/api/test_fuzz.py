"""Anything a broken app, a broken line or an enemy may send to a real server: a clear no, and memory that stays."""

import copy
import gzip
import json
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from tests.voters.api.calls import said, upload
from tests.voters.api.web_process import MIB, serving
from tests.voters.sync.events import PERSON
from voters.models import CoklitEvent, HeldEvent, SyncBatch
from voters.sync.payload import MAX_BYTES

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What docs/sync-protocol.md names for uploads; a client decides by these.
CODES = {
    400: {"unreadable", "bad_encoding"},
    401: {"unknown_device"},
    403: {"not_your_tps"},
    411: {"length_required"},
    413: {"too_large"},
    415: {"unknown_encoding"},
}
FUZZ = budget(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
DEEP = b"[" * 200_000 + b"]" * 200_000


@pytest.fixture(scope="module")
def web(django_db_setup, tmp_path_factory):
    """One server for all tests of this file: what one test does to it, the next one finds."""
    with serving(tmp_path_factory.mktemp("web") / "web.log") as running:
        yield running


@pytest.fixture
def phone(web, scene):
    """Sends a body as this scene's phone; `headers` replace those of a right call, None leaves one out."""

    def send(body, path="/api/v1/batches", **headers):
        usual = {"Host": "127.0.0.1", "Authorization": f"Bearer {scene.token}", "Content-Length": str(len(body))}
        named = usual | {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value is not None)
        return web.call(f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1"), body)

    return send


@pytest.fixture
def right(scene):
    """A right upload: one result of every kind."""
    first, second, third = (voter.pk for voter in scene.voters)
    place = {"latitude": -2.2, "longitude": 113.9, "accuracy": 12}
    events = [
        said("0", first, sticker=True, receipt=False, position=place),
        said("U", second, corrected={"rt": 3, "name": "SITI"}),
        said("1", third, evidence="menyusul"),
        said("B", new=PERSON),
    ]
    return upload(scene.tps.pk, *events, app_version="1.0", attempts=2, recorded=4, waiting=4, failed=0)


def assert_refused(answer, *statuses):
    """Refused in the protocol's form, with one of its codes."""
    assert answer.status in (statuses or CODES), answer
    assert answer.kind == "application/json"
    assert answer.said["error"] in CODES[answer.status]
    assert answer.said["message"]


def assert_in_form(answer):
    """Taken, with a typed body; or refused."""
    if answer.status not in (200, 202):
        assert_refused(answer)
    else:
        assert answer.said["status"] == {200: "applied", 202: "stored"}[answer.status]


def test_right_upload_is_applied(phone, right):
    answer = phone(right)
    assert (answer.status, [one["status"] for one in answer.said["results"]]) == (200, ["accepted"] * 4)


# Of each kind of value, one that is none of what any field holds.
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**63, -(2**63), 10**400, -1, 1e308, float("nan"), float("inf")]),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["\0", "\ud800", "9" * 5000, "4f0c", "2024-02-30T25:00:00Z", "0001-01-01T00:00:00+14:00"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)


def places_of(value, path=()):
    """The paths of everything in a JSON value, itself first."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places_of(one, (*path, key))


def put(tree, path, strange):
    """The tree with another value at that place."""
    if not path:
        return strange
    tree = copy.deepcopy(tree)
    holder = tree
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = strange
    return tree


def test_wrong_value_at_any_place_is_told(phone, right):
    tree = json.loads(right)
    places = list(places_of(tree))

    @FUZZ
    @given(place=st.sampled_from(places), strange=STRANGE)
    @example(place=(), strange=None)
    @example(place=("events",), strange={})
    @example(place=("sent_at",), strange=10**400)
    @example(place=("tps",), strange="\ud800")
    @example(place=("app_version",), strange="\ud800")
    @example(place=("events", 1, "corrected", "name"), strange="\ud800")
    def told(place, strange):
        assert_in_form(phone(json.dumps(put(tree, place, strange)).encode()))

    told()


def test_damaged_bytes_are_told(phone, right):
    zipped = gzip.compress(right, mtime=0)

    @FUZZ
    @given(
        body=st.sampled_from([right, zipped]),
        cut=st.one_of(st.none(), st.integers(0, 300)),
        at=st.integers(0, 10_000),
        put_in=st.binary(max_size=8),
    )
    def told(body, cut, at, put_in):
        encoding = {"Content_Encoding": "gzip"} if body is zipped else {}
        at %= len(body)
        assert_in_form(phone((body[:at] + put_in + body[at + len(put_in) :])[:cut], **encoding))

    told()


def test_random_bytes_are_refused(phone):
    @FUZZ
    @given(body=st.binary(max_size=400), encoding=st.sampled_from(["", "gzip", "identity", "br", "gzip, gzip", "\xff"]))
    def told(body, encoding):
        assert_refused(phone(body, Content_Encoding=encoding), 400, 415)

    told()


@pytest.mark.parametrize(
    "body",
    [
        b'"' + b"a" * 1_000_000 + b'"',
        b"9" * 1_000_000,
        b'{"batch": ' + b"9" * 900_000 + b"}",
        b'{"a": 1e' + b"9" * 900_000 + b"}",
        DEEP,
        b'{"events": ' + DEEP + b"}",
        b'{"x": "\\ud800", "events": ' + DEEP + b"}",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"\xff\xfe" * 400_000,
        b"\0" * MAX_BYTES,
        b"[" + b"{}," * 300_000 + b"{}]",
        "\ufeff{}".encode("utf-16"),
    ],
    ids=lambda body: f"{body[:16]!r} {len(body)}",
)
def test_body_of_a_strange_shape_is_unreadable(phone, body):
    assert_refused(phone(body), 400)
    assert_refused(phone(gzip.compress(body), Content_Encoding="gzip"), 400)


@pytest.mark.parametrize("path", ["/api/v1/batches", "/api/v1/state", "/api/v1/enrol"])
def test_ten_megabytes_are_refused_before_they_are_read(phone, path):
    answer = phone(b'{"code": "' + b"7" * 10_000_000 + b'"}', path)
    assert_refused(answer, 413)
    assert answer.said["limit"]


def test_more_events_than_allowed_are_refused_with_the_limits(phone, scene):
    answer = phone(gzip.compress(upload(scene.tps.pk, *[0] * 1001)), Content_Encoding="gzip")
    assert_refused(answer, 413)
    assert answer.said["limits"] == {"events": 1000, "bytes": MAX_BYTES}


def test_one_event_with_a_text_as_long_as_the_upload_does_not_hold_up_the_other(phone, scene):
    long = said("U", scene.voters[0].pk, corrected={"name": "A" * 1_000_000})
    answer = phone(upload(scene.tps.pk, long, said("0", scene.voters[1].pk)))
    assert [(one["id"], one["status"]) for one in answer.said["results"]][1:] == [(long["id"], "quarantined")]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Length": None}, 411),
        ({"Content_Length": None, "Transfer_Encoding": "chunked"}, 411),
        ({"Content_Length": str(2**40)}, 413),
        ({"Content_Length": "20"}, 400),
        ({"Content_Encoding": "br"}, 415),
        ({"Content_Encoding": "gzip"}, 400),
        ({"Authorization": None}, 401),
        ({"Authorization": "Bearer " + "x" * 50_000}, 401),
        ({"Authorization": "Bearer \xff\xfe"}, 401),
        ({"Authorization": "Basic cGFudGFybGlo"}, 401),
    ],
)
def test_wrong_or_missing_header_is_refused(phone, right, headers, status):
    assert_refused(phone(right, **headers), status)
    assert not CoklitEvent.objects.exists()


@pytest.mark.parametrize("kind", [None, "text/plain", "multipart/form-data; boundary=x", "\xff", "x" * 5000])
def test_kind_of_content_does_not_matter(phone, right, kind):
    assert phone(right, Content_Type=kind, Accept_Language="\xff;q=x" * 500).status == 200


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 5000, "1, 2"])
def test_length_that_is_no_http_is_refused(web, phone, right, length):
    """By the HTTP server itself, without a body."""
    assert phone(right, Content_Length=length).status == 400


@pytest.mark.parametrize("zipped", [False, True])
def test_upload_that_is_cut_off_by_the_line_leaves_nothing(web, scene, right, zipped):
    body = gzip.compress(right) if zipped else right
    encoding = "Content-Encoding: gzip\r\n" if zipped else ""
    token = f"Authorization: Bearer {scene.token}\r\n{encoding}Content-Length: {len(body) + 1}\r\n"
    for cut in (0, 1, len(body) // 2, len(body)):
        answer = web.call(
            f"POST /api/v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\n{token}\r\n".encode(), body[:cut], cut=True
        )
        assert answer is None or (answer.status, answer.said["error"]) == (400, "bad_encoding")
    assert (SyncBatch.objects.count(), HeldEvent.objects.count(), CoklitEvent.objects.count()) == (0, 0, 0)


def bomb():
    """A gzip stream of less than 1 MiB that holds 1,000 MiB of zeros."""
    pack = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    head = pack.compress(bytes(MIB)) + pack.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block stands for itself: the same bytes again are the same zeros again.
    block = pack.compress(bytes(MIB)) + pack.flush(zlib.Z_FULL_FLUSH)
    packed = head + block * 999
    assert zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head + block, 3 * MIB) == bytes(2 * MIB)
    return packed


def test_gzip_bombs_are_refused_and_memory_stays(web, phone, right):
    packed = bomb()
    assert 1_000_000 < len(packed) < MAX_BYTES

    def explode(_):
        assert_refused(phone(packed, Content_Encoding="gzip"), 413)

    with ThreadPoolExecutor(8) as senders:
        # The first ones warm up: the server keeps the buffers that it once needed.
        list(senders.map(explode, range(40)))
        before = web.resident()
        web.forget_peak()
        list(senders.map(explode, range(80)))
    # Eight at once hold 8,000 MiB. What the server takes is the bodies, as for any other upload of that size.
    assert web.peak() - before < 192 * MIB
    assert phone(right).status == 200


def test_memory_stays_after_much_that_is_unreadable(web, phone):
    bodies = [DEEP, b"\xff" * 900_000, b"[" + b"{}," * 300_000 + b"{}]", b'"' + b"a" * 10_000_000]
    for body in bodies * 2:
        assert_refused(phone(body), 400, 413)
    before = web.resident()
    for number in range(40):
        assert_refused(phone(bodies[number % 4] + b" " * number), 400, 413)
    assert web.resident() - before < 128 * MIB
