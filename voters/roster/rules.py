"""Every check of a voter list by its stable code.

What KPU lists stays listed: only rows that nobody can place or recognise stay out. Other defects are loaded and marked
"perlu dicek" (`Voter.doubts`), because coklit is where they get mended (docs/domain.md, rules of a list).
"""

from django.utils.translation import gettext_lazy as _

from voters.intake.findings import Rule, Severity

REFUSED = (
    Rule(
        "nik_lost",
        Severity.REFUSED,
        "nik",
        _("NIK that Excel turned into a rounded number (3.17E+15)"),
        _(
            "The last digits are gone and cannot be brought back. Export the list again, and format the column as Text"
            " before any value is entered or pasted."
        ),
    ),
    Rule(
        "nkk_lost",
        Severity.REFUSED,
        "nkk",
        _("NKK that Excel turned into a rounded number (3.17E+15)"),
        _(
            "The last digits are gone and cannot be brought back. Export the list again, and format the column as Text"
            " before any value is entered or pasted."
        ),
    ),
    Rule(
        "nik_rounded",
        Severity.REFUSED,
        "nik",
        _("Nearly every NIK ends in 0: a program kept only 15 of the 16 digits"),
        _("Export the list again, and format the column as Text before any value is entered or pasted."),
    ),
    Rule(
        "no_rows",
        Severity.REFUSED,
        "",
        _("There is no row below the header"),
        _("Add the rows, or choose the sheet that has them."),
    ),
)
LEFT_OUT = (
    Rule(
        "region_unknown",
        Severity.LEFT_OUT,
        "kelurahan",
        _("Village not found in the area of this import"),
        _("Correct code or names; the nearest names stand beside. Rows of another area belong to another import."),
    ),
    Rule(
        "region_ambiguous",
        Severity.LEFT_OUT,
        "kelurahan",
        _("More than one village has this name"),
        _("Add a column with the village's code (KODE WILAYAH), or the one of the sub-district."),
    ),
    Rule(
        "tps_not_a_number",
        Severity.LEFT_OUT,
        "tps",
        _("TPS number is no whole number from 1 to 999"),
        _("Enter the number alone, such as 1 or 001."),
    ),
    Rule(
        "tps_unknown",
        Severity.LEFT_OUT,
        "tps",
        _("The election has no such TPS in this village"),
        _("Correct the number, load the TPS first, or have the TPS made that the list names."),
    ),
    Rule(
        "no_key",
        Severity.LEFT_OUT,
        "nik",
        _("Neither DPID nor NIK"),
        _("Enter one of them: without both the voter cannot be recognised again."),
    ),
    Rule(
        "dpid_twice",
        Severity.LEFT_OUT,
        "dpid",
        _("The DPID stands in an earlier row"),
        _("The first row was taken. Keep one row of each DPID."),
    ),
    Rule(
        "match_unclear",
        Severity.LEFT_OUT,
        "nik",
        _("No DPID, and NIK with birth date does not tell for sure who is meant"),
        _("Add the DPID: several rows or voters share this NIK and birth date, or the birth date is missing."),
    ),
)
DOUBT = (
    Rule(
        "dpid_malformed",
        Severity.DOUBT,
        "dpid",
        _("DPID is no number of at most 20 digits"),
        _("The row was recognised by NIK and birth date. Enter the DPID of Sidalih."),
    ),
    Rule(
        "nik_missing",
        Severity.DOUBT,
        "nik",
        _("NIK missing or a placeholder (0, equal digits)"),
        _("The pantarlih asks for the KTP-el or the family card."),
    ),
    Rule(
        "nik_not_16_digits",
        Severity.DOUBT,
        "nik",
        _("NIK has not exactly 16 digits"),
        _("The pantarlih reads it from the KTP-el or the family card."),
    ),
    Rule(
        "nik_day_month",
        Severity.DOUBT,
        "nik",
        _("NIK holds a day that is not 1-71 or a month that is not 1-12"),
        _("The pantarlih compares it with the KTP-el."),
    ),
    Rule(
        "nik_birth_day",
        Severity.DOUBT,
        "nik",
        _("NIK and birth date differ"),
        _("The pantarlih compares both with the KTP-el. A NIK stays when a birth date was corrected."),
    ),
    Rule(
        "nik_sex",
        Severity.DOUBT,
        "nik",
        _("NIK and sex differ"),
        _("The pantarlih compares both with the KTP-el."),
    ),
    Rule(
        "nkk_missing",
        Severity.DOUBT,
        "nkk",
        _("NKK missing or a placeholder (0, equal digits)"),
        _("The pantarlih asks for the family card."),
    ),
    Rule(
        "nkk_not_16_digits",
        Severity.DOUBT,
        "nkk",
        _("NKK has not exactly 16 digits"),
        _("The pantarlih reads it from the family card."),
    ),
    Rule(
        "nkk_day",
        Severity.DOUBT,
        "nkk",
        _("NKK holds a day that is not 1-31"),
        _("The pantarlih compares it with the family card."),
    ),
    Rule("name_missing", Severity.DOUBT, "nama", _("Name missing"), _("The pantarlih asks for the name.")),
    Rule("sex_unknown", Severity.DOUBT, "jk", _("Sex is neither L nor P"), _("The pantarlih enters L or P.")),
    Rule(
        "birth_day_unreadable",
        Severity.DOUBT,
        "tanggal_lahir",
        _("Birth date missing, impossible or before 1880"),
        _("The pantarlih reads it from the KTP-el or the family card."),
    ),
    Rule(
        "marital_unknown",
        Severity.DOUBT,
        "kawin",
        _("Marital status is none of B, S, P"),
        _("The pantarlih enters B, S or P."),
    ),
    Rule(
        "disability_unknown",
        Severity.DOUBT,
        "disabilitas",
        _("Disability is none of 0 to 6"),
        _("Loaded as 0. The pantarlih enters the kind."),
    ),
    Rule("ktp_unknown", Severity.DOUBT, "ktp_el", _("KTP-el is neither B nor S"), _("The pantarlih enters B or S.")),
    Rule(
        "rt_rw_not_numbers",
        Severity.DOUBT,
        "rt",
        _("RT or RW is no number of at most 3 digits"),
        _("Loaded as 0. The pantarlih enters the number."),
    ),
    Rule(
        "under_17",
        Severity.DOUBT,
        "tanggal_lahir",
        _("Not married and under 17 on the voting day"),
        _("The pantarlih checks the birth date; code 3 if it is right."),
    ),
    Rule(
        "child_marriage",
        Severity.DOUBT,
        "tanggal_lahir",
        _("Married and under 17 on the voting day"),
        _("The pantarlih checks birth date and marital status."),
    ),
    Rule(
        "text_too_long",
        Severity.DOUBT,
        "nama",
        _("A text is longer than the list can hold and was cut"),
        _("At most: name 100, birth place 60, address 150, source 20 characters."),
    ),
)
NOTE = (
    Rule(
        "nik_twice",
        Severity.NOTE,
        "nik",
        _("NIK stands in several rows of the file"),
        _("All are loaded. The offices concerned find them under duplicate NIKs."),
    ),
    Rule(
        "nik_in_list",
        Severity.NOTE,
        "nik",
        _("Another voter on the list of this kab/kota has this NIK"),
        _("Both stay listed. The offices concerned find them under duplicate NIKs."),
    ),
    Rule(
        "nik_elsewhere",
        Severity.NOTE,
        "nik",
        _("A voter of another kab/kota has this NIK"),
        _("Both stay listed. The offices of both find them under duplicate NIKs."),
    ),
    Rule(
        "nkk_several_tps",
        Severity.NOTE,
        "nkk",
        _("One family card stands in several TPS"),
        _("A family votes in one TPS: check the mapping of TPS."),
    ),
    Rule(
        "tps_above_limit",
        Severity.NOTE,
        "tps",
        _("TPS with more voters than the election allows"),
        _("Divide the TPS, or move voters to another one."),
    ),
)
# What keeps an import from being taken back.
UNDO = (
    Rule(
        "result_since",
        Severity.REFUSED,
        "",
        _("The voter has been verified, reported or noted on since"),
        _("What a pantarlih or an office did stays. Correct single voters there, or load a corrected list."),
    ),
    Rule(
        "changed_since",
        Severity.REFUSED,
        "",
        _("Changed again by a later import"),
        _("Take the later import back first."),
    ),
)
RULES = (*REFUSED, *LEFT_OUT, *DOUBT, *NOTE, *UNDO)
RULE = {rule.code: rule for rule in RULES}
