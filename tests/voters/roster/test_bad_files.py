"""Files with one defect each: nothing is changed, and the report says where, what and how to mend it."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.scene import KOTA, make_tps
from voters.models import Change, FileImport, Tps, Voter

pytestmark = pytest.mark.integration

FILES = Path(__file__).parent / "files"
SHAPE = "Each row needs as many columns as the header, in UTF-8. Nothing was loaded."

REPORTS = {
    "columns_missing": "Row 1: columns are missing: NIK, RW, TPS. Add them to the header and the rows.",
    "too_few_columns": f'Row 3: missing data for column "TPS". {SHAPE}',
    "too_many_columns": f"Row 3: extra data after last expected column. {SHAPE}",
    "blank_line": f'Row 3: missing data for column "KECAMATAN". {SHAPE}',
    "not_utf8": f'Row 4: invalid byte sequence for encoding "UTF8": 0xd1 0x23. {SHAPE}',
    "nul_byte": "Row 4: it holds a control character (byte 0). Remove it.",
    "mixed_line_ends": f"Row 3: unquoted newline found in data. {SHAPE}",
    "region_unknown": "region_unknown: column KODE WILAYAH, 1 row(s): 3. Correct the region; this load is for 62.71"
    " Kota Palangkaraya.",
    "region_outside": "region_unknown: column KODE WILAYAH, 1 row(s): 3. Correct the region; this load is for 62.71"
    " Kota Palangkaraya.",
    "region_name_unknown": "region_unknown: column KECAMATAN, KELURAHAN, 1 row(s): 3. Correct the region; this load is"
    " for 62.71 Kota Palangkaraya.",
    "tps_unknown": "tps_unknown: column TPS, 1 row(s): 3. Correct the number, or load the TPS first (import_tps), or"
    " take them from the list (--create-tps).",
    "dpid_twice": "dpid_twice: column DPID, 1 row(s): 5. Keep one row of each DPID.",
    "dpid_missing": "dpid_missing: column DPID, 1 row(s): 3. Give the row its Sidalih number (digits only).",
    "birth_day_impossible": "birth_day_unreadable: column TANGGAL LAHIR, 1 row(s): 3. Write an existing day since 1880"
    " as DD|MM|YYYY.",
    "birth_day_by_spreadsheet": "birth_day_unreadable: column TANGGAL LAHIR, 1 row(s): 3. Write an existing day since"
    " 1880 as DD|MM|YYYY.",
    "nik_by_spreadsheet": "nik_not_16_digits: column NIK, 1 row(s): 3. Write all 16 digits; keep the cell as text.",
    "nkk_short": "nkk_not_16_digits: column NKK, 1 row(s): 3. Write all 16 digits; keep the cell as text.",
    "rt_letters": "rt_rw_not_numbers: column RT/RW, 1 row(s): 3. Write numbers; 0 if unknown.",
    "name_empty": "name_missing: column NAMA, 1 row(s): 3. Write the name, at most 100 characters.",
    "sex_unknown": "sex_unknown: column KELAMIN, 1 row(s): 3. Write L or P.",
    "marital_unknown": "marital_unknown: column STS KAWIN, 1 row(s): 3. Write B, S or P.",
    "disability_unknown": "disability_unknown: column DISABILITAS, 1 row(s): 3. Write 0 to 6.",
    "ktp_unknown": "ktp_unknown: column EKTP, 1 row(s): 3. Write S or B.",
    "tps_zero": "tps_not_a_number: column TPS, 1 row(s): 3. Write the TPS number.",
    "address_too_long": "text_too_long: column TEMPAT LAHIR, ALAMAT, SUMBER, 1 row(s): 3. Shorten: birth place 60,"
    " address 150, source 20 characters at most.",
    "several_defects": "nik_not_16_digits: column NIK, 8 row(s): 2, 3, 4, 5, 6 …. Write all 16 digits; keep the cell as"
    " text.\nrt_rw_not_numbers: column RT/RW, 2 row(s): 8, 9. Write numbers; 0 if unknown.",
}


def refusal_of(name, **options):
    with pytest.raises(CommandError) as refused:
        call_command("import_voters", FILES / f"{name}.csv", area=KOTA, **options)
    return refused.value


def standing():
    """All that an import may change."""
    voters = list(Voter.objects.order_by("pk").values())
    return voters, list(Tps.objects.order_by("pk").values()), FileImport.objects.count(), Change.objects.count()


@pytest.mark.parametrize("name", REPORTS)
def test_broken_file_changes_nothing_and_says_where_what_and_how_to_mend(scene, name):
    before = standing()
    assert str(refusal_of(name)) == f"{REPORTS[name]}\nNothing was changed."
    assert standing() == before


@pytest.mark.parametrize("name", REPORTS)
def test_report_and_what_caused_it_hold_no_personal_value(scene, name):
    told, error = "", refusal_of(name)
    while error:
        told, error = f"{told}\n{error}", error.__cause__
    for value in ("62719", "SITI", "BUDI", "SARI", "RAHASIA", "6.27E", "JALAN CONTOH", "12|02", "31|02"):
        assert value not in told


def test_every_file_is_used():
    used = {*REPORTS, "good", "without_code"}
    assert {path.stem for path in FILES.iterdir()} == used


def test_broken_file_makes_no_tps_either(scene):
    make_tps(scene.election, number=2)
    before = standing()
    refusal_of("dpid_twice", create_tps=True)
    refusal_of("region_unknown", create_tps=True)
    assert standing() == before
