"""Reads the report out of the judged rows: counts, findings with their first rows, rows for the error file."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from coklit.sqlfiles import sql
from voters.intake.findings import SAMPLES, Finding, Report, Sample
from voters.intake.kind import Job
from voters.intake.shown import shown
from voters.models import FileImport
from voters.roster.matching import BITS
from voters.roster.rules import REFUSED, RULES
from voters.roster.staging import parameters
from voters.terms import ImportState

# So many NIK at least, and so large a share of them, must end in 0 before it is no accident (a tenth do).
ROUNDED_AT_LEAST, ROUNDED_SHARE = 20, 0.9
VALUE_LENGTH = 60
ROWS_AT_ONCE = 2_000
_REFUSED = [rule.code for rule in REFUSED]
_PLACED_BY = {"region_unknown": "kode, kecamatan, kelurahan", "region_ambiguous": "kecamatan, kelurahan"}
_PLACED_BY["tps_unknown"] = "kode, kelurahan, tps"
_PLACED_BY["rt_rw_not_numbers"] = "rt, rw"
_PLACED_BY["text_too_long"] = (
    "CASE WHEN length(btrim(nama)) > 100 THEN nama WHEN length(btrim(tempat_lahir)) > 60 THEN tempat_lahir"
    " WHEN length(btrim(alamat)) > 150 THEN alamat ELSE sumber END"
)

# Rows that a rule is about, and the first of them.
_Found = tuple[int, Sequence[Sample]]


def tell(job: Job) -> Report:
    """The whole report. Makes the tables `filed`, `after` and `shared` on the way."""
    told = parameters(job)
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "roster_filed"))
        cursor.execute(sql("voters", "roster_after"))
        cursor.execute(sql("voters", "roster_shared"))
        cursor.execute(sql("voters", "roster_shared_with"), told | {"nik_bit": BITS["nik"]})
    rows, left_out, doubtful, rounded = _row(sql("voters", "roster_sum"), {})
    bits = "".join(f", count(*) FILTER (WHERE differs & {bit} > 0)" for bit in BITS.values())
    known, changed, missing, *fields = _row(sql("voters", "roster_changes").replace("/*fields*/", bits), {})
    (tps_created,) = _row(sql("voters", "roster_new_tps"), told)
    found = {**(_by_code(told) if left_out or doubtful else {}), **_notes(job)}
    if rows >= ROUNDED_AT_LEAST and rounded >= rows * ROUNDED_SHARE:
        found["nik_rounded"] = rounded, []
    if not rows:
        found["no_rows"] = 0, []
    return Report(
        rows=rows,
        created=rows - left_out - known,
        changed=changed,
        unchanged=known - changed,
        left_out=left_out,
        missing=missing,
        doubtful=doubtful,
        changed_fields={key: count for key, count in zip(BITS, fields, strict=True) if count},
        tps_created=tps_created,
        same_as=_same_bytes(job),
        findings=[
            Finding(rule.code, rule.severity, rule.column, found[rule.code][0], list(found[rule.code][1]))
            for rule in RULES
            if rule.code in found
        ],
    )


def reasons() -> Iterator[tuple[int, list[str]]]:
    """The rows for the error file in their order, each with the codes that keep it or the whole file out."""
    statement = """
        SELECT row_no,
               array_remove(ARRAY(SELECT unnest(doubts) INTERSECT SELECT unnest(%s::varchar[])) || problem, NULL)
        FROM judged WHERE problem IS NOT NULL OR doubts && %s::varchar[] ORDER BY row_no
    """
    with contextlib.closing(connection.chunked_cursor()) as cursor:
        cursor.execute(statement, [_REFUSED, _REFUSED])
        while batch := cursor.fetchmany(ROWS_AT_ONCE):
            yield from batch


def _same_bytes(job: Job) -> str:
    """The latest import of these very bytes for the same election and area that is loaded, "" for none."""
    twins = FileImport.objects.filter(
        kind=job.record.kind, election=job.record.election_id, area=job.record.area_id, file_hash=job.record.file_hash
    )
    loaded = twins.filter(state=ImportState.COMMITTED).exclude(pk=job.record.pk).order_by("-committed_at").first()
    return str(loaded.pk) if loaded else ""


def _by_code(told: Mapping[str, Any]) -> dict[str, _Found]:
    """Findings about single rows: by what keeps them out, and by their doubts."""
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "roster_codes"), {"refused": _REFUSED})
        counts = dict(cursor.fetchall())
    return {code: (rows, _samples(code, told)) for code, rows in counts.items()}


def _samples(code: str, told: Mapping[str, Any]) -> list[Sample]:
    statement = """
        SELECT row_no FROM judged WHERE problem = %s OR %s = ANY(doubts) AND (problem IS NULL OR %s = ANY(%s))
        ORDER BY row_no LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [code, code, code, _REFUSED, SAMPLES])
        return _read([row for (row,) in cursor.fetchall()], code, told)


def _read(rows: Sequence[int], code: str, told: Mapping[str, Any]) -> list[Sample]:
    """What stands in these rows in the column of the rule; a NIK or NKK masked."""
    column = next(rule.column for rule in RULES if rule.code == code)
    names = _PLACED_BY.get(code) or (f"{column}" if column else "''")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row_no, {names} FROM staged WHERE row_no = ANY(%s) ORDER BY row_no",  # noqa: S608  # our own names
            [list(rows)],
        )
        found = cursor.fetchall()
    samples = []
    for row, *texts in found:
        value = ", ".join(text.strip() for text in texts if text.strip())
        hint = _nearest(texts[1:], told) if code == "region_unknown" else ""
        samples.append(Sample(row, shown(value, secret=column in ("nik", "nkk"))[:VALUE_LENGTH], hint))
    return samples


def _nearest(names: Sequence[str], told: Mapping[str, Any]) -> str:
    kecamatan, kelurahan = names
    if not kelurahan.strip():
        return ""
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "roster_nearest"), {**told, "kecamatan": kecamatan, "kelurahan": kelurahan})
        return "; ".join(name for (name,) in cursor.fetchall())


def _notes(job: Job) -> dict[str, _Found]:
    """Findings about rows together: shared NIK, family cards, full TPS."""
    told, found = parameters(job), dict[str, _Found]()
    first = f"""
        SELECT code, count(DISTINCT row_no), (array_agg(DISTINCT row_no ORDER BY row_no))[1:{SAMPLES}]
        FROM shared GROUP BY code
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(first)
        for code, rows, sample in cursor.fetchall():
            found[code] = rows, _read(sample, code, told)
        cursor.execute(sql("voters", "roster_cards"), {"samples": SAMPLES})
        rows, sample = cursor.fetchone() or (0, [])
        if rows:
            found["nkk_several_tps"] = rows, _read(sample, "nkk_several_tps", told)
        limit = job.record.election.voters_per_tps_limit
        cursor.execute(sql("voters", "roster_limits"), {"limit": limit, "samples": SAMPLES})
        full = cursor.fetchall()
        if full:
            found["tps_above_limit"] = (
                full[0][0],
                [
                    Sample(row, f"{village} TPS {tps:03d}", f"{voters} > {limit}")
                    for _, row, village, tps, voters in full
                ],
            )
    return found


def _row(statement: str, told: Mapping[str, Any]) -> Sequence[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return cursor.fetchone() or ()
