"""What may be said at a door, right and wrong, as hypothesis draws it; and what may become of a request."""

from hypothesis import strategies as st

from tests.voters.sync.events import PERSON

NIKS = [f"627199410180555{number}" for number in range(6)]

# What becomes of a request: it arrives; never does; the server dies before its commit; its answer is lost after it;
# the server only stores it; and that with a lost answer.
FATES = st.lists(st.sampled_from(["arrives", "lost", "died", "unheard", "busy", "busy unheard"]), max_size=3)

CORRECTIONS = st.fixed_dictionaries(
    {},
    optional={
        "rt": st.integers(1, 2),
        "rw": st.integers(1, 2),
        "name": st.sampled_from(["SITI", "AMINAH"]),
        "nik": st.sampled_from(NIKS),
        "birth_day": st.sampled_from(["1980-02-03"] * 4 + ["1870-01-01", "2990-01-01"]),
    },
)
PERSONS = st.builds(lambda nik, rt: {**PERSON, "nik": nik, "rt": rt}, st.sampled_from(NIKS), st.integers(1, 2))
PAPERS = {"sticker": st.sampled_from([True, False, None]), "receipt": st.sampled_from([True, None])}
SAID = st.one_of(
    st.fixed_dictionaries({"code": st.sampled_from("0013")}, optional=PAPERS),
    st.fixed_dictionaries({"code": st.just("U"), "corrected": CORRECTIONS}, optional=PAPERS),
    st.fixed_dictionaries(
        {"code": st.sampled_from("13"), "evidence": st.sampled_from(["ada", "menyusul", "belum_ada"])}
    ),
    st.fixed_dictionaries({"code": st.just("B"), "new": PERSONS}, optional=PAPERS),
    st.just({"code": "X"}),
    # What breaks a rule.
    st.sampled_from(
        [{"code": "2"}, {"code": "0", "evidence": "ada"}, {"code": "3", "corrected": {"rt": 1}}, {"code": "B"}]
    ),
)
# What cannot be read as an event at all.
SPOILT = st.sampled_from(
    [
        {"code": "kode"},
        {"at": "kemarin"},
        {"id": "kaputt"},
        {"voter": 7},
        {"evidence": "NIK 6271994101805551"},
        {"code": "U", "corrected": {"name": "A\0"}},
        {"code": "U", "corrected": {"name": "\ud800"}},
        {"code": "U", "corrected": {"nama": "A"}},
        {"base_revision": -1},
        {"base_revision": float("nan")},
    ]
)
PHONES = st.integers(0, 2)
# Places in a list that ends in the newest new voter and somebody unknown: few people, of whom much is said.
VOTERS = st.sampled_from([0, 0, 0, 1, 2, -2, -2, -2, -1])
# Made on the kept list, on none, or by a phone that knows everything.
BASES = st.sampled_from([None, None, 0, 10**6])
VISITS = st.tuples(VOTERS, SAID, BASES)


def likely(chance, model, tps, unknown):
    """A result as it comes at most doors: of one of two listed voters of the TPS, or of its last new voter."""
    code = chance.choice("0001133UUUBBBXX")
    here = [voter for voter, who in model.people.items() if who.tps == tps and who.listed == (code not in "BX")]
    voters = here[:2] if code not in "BX" else [*here[-1:], unknown][: 2 if code == "B" else 1] or [unknown]
    event = {"voter": chance.choice(voters), "code": code}
    if code == "U":
        fields = {"rt": chance.choice([1, 2]), "rw": chance.choice([1, 2]), "nik": chance.choice(NIKS)}
        event["corrected"] = {name: fields[name] for name in chance.sample(sorted(fields), chance.choice([1, 1, 2]))}
    if code == "B":
        event["new"] = {**PERSON, "nik": chance.choice(NIKS), "rt": chance.choice([1, 2])}
    if code in "13" and chance.random() < 0.5:
        event["evidence"] = chance.choice(["ada", "menyusul"])
    if chance.random() < 0.3:
        event["sticker"] = chance.choice([True, False])
    return event
