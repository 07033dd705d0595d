"""What each row of a list must be to be loaded: named checks, each one SQL condition on the staged text.

Hard are only rules without which the row cannot be stored faithfully; doubts are loaded and marked (docs/domain.md §9).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """`broken` is true for a row that breaks the rule. `column` and `mend` are told to the person."""

    code: str
    column: str
    broken: str
    mend: str


# DD|MM|YYYY, as PostgreSQL reads days.
BIRTH_DAY = "substr(tanggal_lahir, 7, 4) || '-' || substr(tanggal_lahir, 4, 2) || '-' || substr(tanggal_lahir, 1, 2)"

CHECKS = (
    Check("dpid_missing", "DPID", "dpid !~ '^[1-9][0-9]{0,19}$'", "Give the row its Sidalih number (digits only)."),
    Check("nik_not_16_digits", "NIK", "nik !~ '^[0-9]{16}$'", "Write all 16 digits; keep the cell as text."),
    Check("nkk_not_16_digits", "NKK", "nkk !~ '^[0-9]{16}$'", "Write all 16 digits; keep the cell as text."),
    Check("name_missing", "NAMA", "trim(nama) = '' OR length(nama) > 100", "Write the name, at most 100 characters."),
    Check("sex_unknown", "KELAMIN", "jk NOT IN ('L', 'P')", "Write L or P."),
    Check("marital_unknown", "STS KAWIN", "kawin NOT IN ('B', 'S', 'P')", "Write B, S or P."),
    Check("disability_unknown", "DISABILITAS", "disabilitas !~ '^[0-6]$'", "Write 0 to 6."),
    Check("ktp_unknown", "EKTP", "ktp_el NOT IN ('S', 'B')", "Write S or B."),
    Check(
        "birth_day_unreadable",
        "TANGGAL LAHIR",
        f"tanggal_lahir !~ '^[0-3][0-9]\\|[01][0-9]\\|[0-9]{{4}}$' OR NOT pg_input_is_valid({BIRTH_DAY}, 'date')"
        " OR substr(tanggal_lahir, 7, 4) < '1880'",
        "Write an existing day since 1880 as DD|MM|YYYY.",
    ),
    Check("rt_rw_not_numbers", "RT/RW", "rt !~ '^[0-9]{1,3}$' OR rw !~ '^[0-9]{1,3}$'", "Write numbers; 0 if unknown."),
    Check("tps_not_a_number", "TPS", "tps !~ '^[0-9]{1,4}$' OR tps ~ '^0+$'", "Write the TPS number."),
    Check(
        "text_too_long",
        "TEMPAT LAHIR, ALAMAT, SUMBER",
        "length(tempat_lahir) > 60 OR length(alamat) > 150 OR length(sumber) > 20",
        "Shorten: birth place 60, address 150, source 20 characters at most.",
    ),
)

# True only for a row that breaks none of the checks: a quick pass over a list without defects. Where it is false the
# checks themselves decide, so it may be stricter than they are (it counts bytes, not characters).
SOUND = f"""
    (dpid || nik || nkk || rt || rw || disabilitas || tps || left(tanggal_lahir, 2) || substr(tanggal_lahir, 4, 2)
     || substr(tanggal_lahir, 7, 4)) ~ '^[0-9]+$'
    AND octet_length(dpid) BETWEEN 1 AND 20 AND left(dpid, 1) <> '0'
    AND octet_length(nik) = 16 AND octet_length(nkk) = 16
    AND octet_length(nama) BETWEEN 1 AND 100 AND left(nama, 1) <> ' '
    AND jk IN ('L', 'P') AND kawin IN ('B', 'S', 'P') AND ktp_el IN ('S', 'B')
    AND disabilitas IN ('0', '1', '2', '3', '4', '5', '6')
    AND octet_length(rt) BETWEEN 1 AND 3 AND octet_length(rw) BETWEEN 1 AND 3
    AND octet_length(tps) BETWEEN 1 AND 4 AND ltrim(tps, '0') <> ''
    AND octet_length(tempat_lahir) <= 60 AND octet_length(alamat) <= 150 AND octet_length(sumber) <= 20
    AND octet_length(tanggal_lahir) = 10 AND tanggal_lahir LIKE '__|__|____' AND substr(tanggal_lahir, 7, 4) >= '1880'
    AND pg_input_is_valid({BIRTH_DAY}, 'date')
"""

# Loaded all the same, with these marks in `Voter.doubts`: coklit is where they get mended.
DOUBTS = (
    (
        "nik_birth_day",
        "substr(nik, 9, 4) <> substr(tanggal_lahir, 4, 2) || substr(tanggal_lahir, 9, 2)"
        " OR substr(nik, 7, 2)::int %% 40 <> substr(tanggal_lahir, 1, 2)::int",
    ),
    ("nik_sex", "(jk = 'P') <> (substr(nik, 7, 2)::int > 40)"),
    ("under_17", f"kawin = 'B' AND ({BIRTH_DAY})::date > %(voting_day)s::date - interval '17 years'"),
)


def doubts_expression() -> str:
    """SQL for the array of a row's doubts, NULL for none."""
    cases = ", ".join(f"CASE WHEN {broken} THEN '{code}' END" for code, broken in DOUBTS)
    return f"nullif(array_remove(ARRAY[{cases}], NULL), '{{}}')"
