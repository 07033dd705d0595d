"""Gives the results of a file, TPS by TPS, through the verb of the phones; how they count stands in docs/adr/0015.

In come a job and the door; afterwards every row is a result in the ledger, or known, or left out with a reason. A check
is a load that is taken back, so it says exactly what the load will do.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from coklit.sqlfiles import sql
from voters import access
from voters.codes import BARU, TARIK, UBAH
from voters.imports import earlier, results_read
from voters.imports.author import source_of
from voters.imports.content import Content, person_id
from voters.imports.earlier import Past, Pasts
from voters.imports.placing import Given, Placing
from voters.imports.said import Said, differing
from voters.imports.sheet import Effect, RowRefused, Sheet
from voters.intake.findings import Report, Rule
from voters.intake.kind import Job, Progress
from voters.models import CoklitEvent, CoklitResult, ImportChange
from voters.sync.apply import Answer, apply_results
from voters.sync.arrays import as_array
from voters.sync.payload import BadEvent, NewVoter, ResultEvent, read_event
from voters.terms import Door
from voters.terms import Effect as InLedger


class _Sent(NamedTuple):
    """A row, its event, and what stood before."""

    given: Given
    event: ResultEvent
    before: dict[str, Any] | None


def load(job: Job, door: Door, moment: str, rules: Sequence[Rule]) -> Report:
    """Give the file's results; `moment` is the key of the column with the time of the visit."""
    sheet = results_read.read(job, rules)
    record = job.record
    source = source_of(door, record.committed_by or record.by, record.area, job.now)
    if source is None:
        sheet.find("no_author", 0)
    if source is None or sheet.report().refused:
        return _refused(sheet)
    facts: Counter[str] = Counter()
    # A NIK is looked for in the whole kab/kota, which is wider than a PPS' territory.
    with access.territory(record.area_id[:5]):
        placing = Placing(sheet, source, moment)
        found = placing.given()
        if sheet.report().refused:
            return _refused(sheet)
        lock(record.area_id[:5], {given.tps for given in found})
        # New voters last: their NIK may be free only once a listed voter's TMS is given, in whichever TPS.
        for new in (False, True):
            _give_all(placing, [given for given in found if (given.said.code == BARU) is new], facts)
    return sheet.finished(facts={name: number for name, number in facts.items() if number})


def _refused(sheet: Sheet) -> Report:
    """No row is loaded of a file that is refused."""
    report = sheet.finished()
    return msgspec.structs.replace(report, created=0, changed=0, unchanged=0, left_out=report.rows)


def lock(kabkota: str, tps: Iterable[UUID]) -> None:
    """Lock the TPS in the order of their ids, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(sql("voters", "lock_tps_of_file"), {"kabkota": kabkota, "tps": as_array(sorted(tps))})


def _give_all(placing: Placing, found: Sequence[Given], facts: Counter[str]) -> None:
    by_tps: dict[UUID, list[Given]] = defaultdict(list)
    for given in found:
        by_tps[given.tps].append(given)
    done = 0
    for tps in sorted(by_tps):
        placing.sheet.job.tell(Progress("load", done, len(found)))
        _give(placing, tps, by_tps[tps], facts)
        done += len(by_tps[tps])


def _give(placing: Placing, tps: UUID, found: Sequence[Given], facts: Counter[str]) -> None:
    """The results of one TPS, whose row is locked."""
    sheet, source = placing.sheet, placing.source
    kabkota = sheet.job.record.area_id[:5]
    voters = [given.person.id for given in found if given.person]
    past = earlier.read(kabkota, [*voters, *(one for given in found for one in given.gone)], source.door)
    before = _before(kabkota, voters)
    sent: list[_Sent] = []
    for given in found:
        try:
            event = _event(placing, given, past, facts)
        except RowRefused as refused:
            sheet.find(refused.code, given.said.row, refused.value, refused.hint)
            continue
        if event is None:
            sheet.effects[Effect.UNCHANGED] += 1
        else:
            mends = given.said.code == BARU and given.person is not None and event.voter == given.person.id
            stood = {"new": dict(given.person.values)} if mends and given.person else before.get(event.voter)
            sent.append(_Sent(given, event, stood))
    if sent:
        events = [one.event for one in sent]
        answers = apply_results(kabkota=kabkota, tps=tps, events=events, source=source, now=sheet.job.now)
        _note(sheet, kabkota, list(zip(sent, answers, strict=True)), facts)


def _event(placing: Placing, given: Given, past: Pasts, facts: Counter[str]) -> ResultEvent | None:
    """The row's event, None where it says what is known. Raises RowRefused."""
    said, person = given.said, given.person
    own = past.of(*given.gone, *([person.id] if person else []))
    if said.code == BARU:
        _refuse_incomplete(said)
        content = placing.content_of_new(said)
        if person and not person.gone and own.last is None and not differing(content.values, person.values):
            # Another door has recorded the same person: said twice, counted once.
            facts["confirmed"] += 1
            return None
    else:
        content = _content(placing, given, own)
    event = own.id_of(content, given.at)
    if event is None:
        facts["known"] += 1
        return None
    # A new voter who was taken back by the undo of a file stays so: the person is recorded anew.
    voter = person.id if person and not (person.gone and own.last is None) else person_id(event)
    return _typed(placing, given, content, event, voter, own)


def _content(placing: Placing, given: Given, own: Past) -> Content:
    said, person = given.said, given.person
    if person is None:
        raise ValueError("Only a new voter is nobody yet.")
    values = own.corrections(said.values, person.values) if said.code == UBAH else {}
    return Content(
        source=placing.source.door.value,
        election=placing.sheet.job.record.election.slug,
        kabkota=placing.sheet.job.record.area_id[:5],
        key=person.key,
        code=said.code,
        values=values,
        evidence=said.evidence,
        sticker=said.sticker,
        receipt=said.receipt,
    )


def _typed(placing: Placing, given: Given, content: Content, event: UUID, voter: UUID, own: Past) -> ResultEvent:
    """As the protocol's own reader takes it. Raises RowRefused."""
    last = own.last
    # A file that says nothing of proof takes none away.
    evidence = content.evidence or (last.evidence if last and last.code == content.code else "")
    told = {"id": event, "voter": voter, "code": content.code, "at": given.at or placing.sheet.job.now}
    told |= {"evidence": evidence, "sticker": content.sticker, "receipt": content.receipt}
    told |= {"new" if content.code == BARU else "corrected": dict(content.values)} if content.values else {}
    read = read_event(msgspec.json.encode(told))
    if isinstance(read, BadEvent):
        raise RowRefused("bad_value", given.said.shown, read.field.rpartition(".")[2])
    return read


def _refuse_incomplete(said: Said) -> None:
    missing = [name for name in NewVoter.__struct_fields__ if name not in said.values and name != "disability"]
    if missing:
        raise RowRefused("new_fields_missing", said.shown, ", ".join(missing))


def _before(kabkota: str, voters: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The results that stand, as they would be said again."""
    rows = CoklitResult.objects.filter(kabkota_id=kabkota, voter__in=voters).exclude(code=TARIK)
    names = ("code", "corrected", "evidence", "sticker", "receipt")
    return {voter: dict(zip(names, told, strict=True)) for voter, *told in rows.values_list("voter_id", *names)}


def _note(sheet: Sheet, kabkota: str, answered: Sequence[tuple[_Sent, Answer]], facts: Counter[str]) -> None:
    """What the verb answered, and what is kept for an undo."""
    ids = [sent.event.id for sent, _ in answered]
    effects = dict(CoklitEvent.objects.filter(kabkota_id=kabkota, pk__in=ids).values_list("pk", "effect"))
    made: list[ImportChange] = []
    for sent, answer in answered:
        said = sent.given.said
        if answer.problem:
            sheet.find(answer.problem, said.row, said.shown, answer.field.rpartition(".")[2])
        if answer.status == "quarantined" or answer.problem == "id_reused":
            continue
        facts["conflicts"] += answer.status == "conflict"
        if effects[sent.event.id] != InLedger.SET:
            facts["confirmed"] += effects[sent.event.id] == InLedger.SAME
            sheet.effects[Effect.UNCHANGED] += 1
            continue
        sheet.effects[Effect.CHANGED if sent.before else Effect.CREATED] += 1
        if sent.event.code == UBAH:
            sheet.changed_fields.update(list(msgspec.to_builtins(sent.event.corrected)))
        made.append(
            ImportChange(
                kabkota_id=kabkota,
                file_import=sheet.job.record.pk,
                subject=f"event:{sent.event.id}:{said.row}",
                before=sent.before,
            )
        )
    ImportChange.objects.bulk_create(made)
