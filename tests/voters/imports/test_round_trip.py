"""What is written in any layout comes in as it was: any voters, every encoding; and once more, unchanged."""

import csv
import datetime as dt

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.voters.imports import voter_lists
from tests.voters.imports.bad_workbooks import saved
from tests.voters.imports.voter_lists import DP4, bawaslu, bulk, fields_of, listed, load, sidalih, told
from tests.voters.intake.builders import BAWASLU, BULK, SIDALIH
from voters.models import LeftOut, Voter
from voters.terms import CommitChoice

pytestmark = pytest.mark.integration

# Layout -> ending, headings, characters that it can hold, how it is written.
LAYOUTS = {
    "sidalih": ("csv", SIDALIH, "utf-8", sidalih),
    "semicolons": ("csv", SIDALIH, "utf-8", lambda voters: sidalih(voters, delimiter=";")),
    "commas with a mark": ("csv", SIDALIH, "utf-8", lambda v: sidalih(v, delimiter=",", encoding="utf-8-sig")),
    "tabs": ("csv", SIDALIH, "utf-8", lambda voters: sidalih(voters, delimiter="\t", end="\n")),
    "cp1252": ("csv", SIDALIH, "cp1252", lambda voters: sidalih(voters, encoding="cp1252")),
    "utf-16": ("csv", SIDALIH, "utf-8", lambda voters: sidalih(voters, delimiter="\t", encoding="utf-16")),
    "dp4": ("csv", DP4, "utf-8", lambda voters: sidalih(voters, headings=DP4)),
    "bulk": ("xlsx", BULK, "utf-8", bulk),
    "bawaslu": ("xlsx", BAWASLU, "utf-8", bawaslu),
}
# Not made smaller: each attempt is two imports.
TRIED = (Phase.explicit, Phase.reuse, Phase.generate)
FEW = settings(max_examples=5, deadline=None, phases=TRIED, suppress_health_check=list(HealthCheck))


def texts(codec, longest):
    """Names and addresses as people write them, and stranger ones."""
    # Bytes of CP1252 that might be UTF-8 as well nobody can tell apart: of its signs, only letters stand in names.
    odd = {"max_codepoint": 0x7E} if codec == "cp1252" else {"codec": codec}
    signs = st.characters(**odd, exclude_characters="#", exclude_categories=["C", "Z"])
    words = st.lists(st.text(signs | st.sampled_from("AEIOU'\".,;|-/ÑÉÀÿ"), min_size=1), max_size=4)
    return words.map(" ".join).filter(lambda text: len(text) <= longest)


def numbered(draw, serial, codec):
    """A voter with DPID and NIK of its own."""
    born = draw(st.dates(dt.date(1880, 1, 1), dt.date(2006, 1, 1)))
    sex = draw(st.sampled_from("LP"))
    return {
        "dpid": f"{90_000_100 + serial}",
        "nkk": draw(st.sampled_from(["", "6271990101100001", "6271993112100002"])),
        "nik": f"627199{born.day + 40 * (sex == 'P'):02d}{born:%m%y}{serial:04d}",
        "name": draw(texts(codec, 100)),
        "sex": sex,
        "birth_place": draw(texts(codec, 60)),
        "birth_day": born,
        "marital": draw(st.sampled_from("BSP")),
        "address": draw(texts(codec, 150)),
        "rt": draw(st.integers(0, 999)),
        "rw": draw(st.integers(0, 999)),
        "disability": draw(st.integers(0, 6)),
        "ktp_el": draw(st.sampled_from("SB")),
        "source": draw(st.sampled_from(["", "DP4", "DPT PEMILU"])),
    }


@st.composite
def some_voters(draw, codec):
    """One to eight of them."""
    return [numbered(draw, serial, codec) for serial in range(draw(st.integers(1, 8)))]


@pytest.mark.parametrize("layout", LAYOUTS)
@FEW
@given(data=st.data())
def test_voters_come_in_as_they_were_written_and_again_unchanged(bare, tmp_path, layout, data):
    ending, headings, codec, write = LAYOUTS[layout]
    voters = data.draw(some_voters(codec))
    fields = fields_of(headings)
    with transaction.atomic():
        name, content = f"daftar.{ending}", write(voters)
        _, report = load(bare, tmp_path, name, content)
        assert (report.rows, report.created, report.left_out) == (len(voters), len(voters), 0)
        assert listed(fields) == told(voters, fields)
        _, again = load(bare, tmp_path, name, content, minute=2)
        assert (again.unchanged, again.created, again.changed, again.missing) == (len(voters), 0, 0, 0)
        transaction.set_rollback(True)


@pytest.mark.parametrize(("ending", "write"), [("csv", sidalih), ("xlsx", bulk)])
def test_mended_error_file_brings_the_rows_that_stayed_out(bare, tmp_path, ending, write):
    people = [{**voter_lists.SITI, "dpid": f"9000010{n}", "nik": f"627199520280010{n}"} for n in range(6)]
    half = [{**one, "tps": "7"} if n % 2 else one for n, one in enumerate(people)]
    errors = tmp_path / f"errors.{ending}"
    record, report = load(bare, tmp_path, f"daftar.{ending}", write(half), choice=CommitChoice.VALID, errors=errors)
    assert (report.created, report.left_out) == (3, 3)
    assert list(LeftOut.objects.order_by("row").values_list("row", "code")) == [
        (3, "tps_unknown"),
        (5, "tps_unknown"),
        (7, "tps_unknown"),
    ]
    mended, report = load(bare, tmp_path, f"mended.{ending}", _with_tps_1(errors), minute=2)
    assert (mended.mends_id, report.rows, report.created, report.left_out) == (record.pk, 3, 3, 0)
    assert set(LeftOut.objects.values_list("settled_by", flat=True)) == {mended.pk}
    assert listed(["dpid"]) == [(one["dpid"],) for one in people]
    assert Voter.objects.count() == 6


def _with_tps_1(errors):
    """The error file as somebody mends it: 1 in place of 7 in the column of the TPS, the reasons left as they are."""
    if errors.suffix == ".csv":
        lines = list(csv.reader(errors.read_text(encoding="utf-8-sig").splitlines(), delimiter="#"))
        place = lines[0].index("TPS")
        return "".join(
            "#".join("1" if at == place and cell == "7" else cell for at, cell in enumerate(line)) + "\n"
            for line in lines
        ).encode()
    book = openpyxl.load_workbook(errors)
    for row in book.active.iter_rows():
        for cell in row:
            cell.value = "1" if cell.value == "7" else cell.value
    return saved(book)
