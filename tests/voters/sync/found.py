"""What stands on the server, in the shape of the model, and both held against each other."""

from collections import Counter

from reports.models import VOTER_COUNTS, RegionProgress, TpsProgress
from reports.rollup import roll_up
from tests.scene import FOREIGN_KOTA, KOTA
from tests.voters.sync.model import TMS, Told
from voters.models import CoklitEvent, CoklitResult, Conflict, HeldEvent, Pantarlih, Region, SyncBatch, Voter
from voters.sync.replay import check

PERSON_FIELDS = ["nik", "nkk", "name", "rt", "rw", "sex"]


def told(answer):
    """An answer of the server's own."""
    return Told(answer.id, answer.status, frozenset({str(answer.problem)} - {""}), answer.late)


def told_in_json(one):
    """An answer as it came over HTTP."""
    return Told(one["id"], one["status"], frozenset({one.get("problem", "")} - {""}), one.get("late", False))


def as_listed(one):
    """One row of a downloaded list."""
    values = {} if one["listed"] else {name: one[name] for name in PERSON_FIELDS}
    papers = one["sticker"], one["receipt"]
    return one["code"], one["corrected"], one["evidence"] or "", one["revision"] or 0, papers, values


def expected_list(model, tps):
    """The list of one TPS, by the model."""
    return {
        voter: (who.code, who.corrected or None, who.evidence, who.revision, who.papers, _values(who))
        for voter, who in model.people.items()
        if who.tps == str(tps.pk) and not who.gone
    }


def _values(who):
    return {} if who.listed else {name: who.values[name] for name in PERSON_FIELDS}


def assert_same(model, election, now):
    """Ledger, held events, results, conflicts, new voters, pantarlih, replay and all counts."""
    assert_ledger(model)
    assert_held(model)
    assert_results(model)
    assert not SyncBatch.objects.filter(state="stored").exists()
    synced = Pantarlih.objects.filter(first_synced_at__isnull=False)
    assert {str(one.pk) for one in synced} == model.synced
    for kabkota in (KOTA, FOREIGN_KOTA):
        replayed = check(kabkota)
        assert (replayed.differing, replayed.first) == (0, [])
    roll_up(now=now)
    assert_counts(model, election)


def assert_ledger(model):
    """Each event once, as what it came in."""
    rows = list(CoklitEvent.objects.all())
    ledger = {
        (row.kabkota_id, str(row.pk)): {
            "voter": str(row.voter_id),
            "code": row.code,
            "timing": row.timing,
            "ahead": row.ahead,
            "door": row.door,
        }
        for row in rows
    }
    assert len(ledger) == len(rows)
    assert ledger == model.lines


def assert_held(model):
    """Each held event once; those under ids of their own by number."""
    rows = {(row.kabkota_id, str(row.pk)): row for row in HeldEvent.objects.all()}
    own = {key: row for key, row in rows.items() if key in model.held}
    assert {key: row.state for key, row in own.items()} == {key: one.state for key, one in model.held.items()}
    for key, row in own.items():
        assert (row.kind == "late") == model.held[key].late
        assert row.problem in (model.held[key].problems or {""})
    assert len(rows) - len(own) == len(model.beside)
    in_ledger = {key for key, one in model.held.items() if one.state == "applied"}
    assert set(model.held) & set(model.ledger) == in_ledger


def assert_results(model):
    """The current result of each voter, what is open about it, and the values of new voters."""
    results = {
        str(row.voter_id): [
            *(row.code, row.corrected or {}, row.evidence, row.revision, row.synced, row.door, str(row.event)),
            *(row.by_pantarlih_id and str(row.by_pantarlih_id), (row.sticker, row.receipt)),
        ]
        for row in CoklitResult.objects.all()
    }
    assert results == {
        voter: [
            *(who.code, who.corrected, who.evidence, who.revision, who.synced, who.door, who.event),
            *(who.author, who.papers),
        ]
        for voter, who in model.people.items()
        if who.code is not None
    }
    open_ = {
        (str(row.voter_id), str(row.event)): (row.kind, frozenset(row.fields))
        for row in Conflict.objects.filter(settled_at__isnull=True)
    }
    assert open_ == {
        (voter, event): conflict for voter, who in model.people.items() for event, conflict in who.conflicts.items()
    }
    new = {
        str(row.pk): (str(row.tps_id), row.deleted_at is not None, {name: getattr(row, name) for name in PERSON_FIELDS})
        for row in Voter.objects.filter(listed=False)
    }
    assert new == {voter: (who.tps, who.gone, _values(who)) for voter, who in model.people.items() if not who.listed}


def assert_counts(model, election):
    """TPS by the model; every region above as the sum of its TPS."""
    sexes = {str(voter): sex for voter, sex in Voter.objects.values_list("pk", "sex")}
    sums = {}
    for tps in TpsProgress.objects.filter(election=election):
        people = {voter: who for voter, who in model.people.items() if who.tps == str(tps.pk) and not who.gone}
        counted = Counter(name for voter, who in people.items() for name in _counted(who, sexes[voter]))
        assert _counts(tps) == {name: counted[name] for name in VOTER_COUNTS.split()}
        for region in _above(tps.kelurahan_id):
            sums[region] = sums.get(region, Counter()) + counted
    newest = {row.region_id: row for row in RegionProgress.objects.filter(election=election).order_by("day")}
    assert {code: _counts(row) for code, row in newest.items()} == {
        code: {name: total[name] for name in VOTER_COUNTS.split()} for code, total in sums.items()
    }


def _counted(who, sex):
    """The columns that count this voter."""
    if not who.listed:
        return ["baru"] if who.code == "B" else []
    names = ["listed", f"listed_{sex.lower()}", *(["synced"] if who.synced else [])]
    if who.code in TMS:
        names += ["tms", f"tms_{who.code}", *(["tms_no_proof"] if who.evidence in ("belum_ada", "menyusul") else [])]
    return names + {"0": ["sesuai"], "U": ["ubah"]}.get(who.code, [])


def _counts(row):
    return {name: getattr(row, name) for name in VOTER_COUNTS.split()}


def _above(code):
    """The region, and all above it up to the nation."""
    parents = dict(Region.objects.values_list("code", "parent_id"))
    while code:
        yield code
        code = parents[code]
