"""What may be said at a door, right and wrong, as hypothesis draws it; and what may become of a request."""

from hypothesis import strategies as st

from tests.voters.sync.events import PERSON

NIKS = ["6271994101805551", "6271994101805552"]

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
    st.fixed_dictionaries({"code": st.sampled_from("00137")}, optional=PAPERS),
    st.fixed_dictionaries({"code": st.just("U"), "corrected": CORRECTIONS}, optional=PAPERS),
    st.fixed_dictionaries(
        {"code": st.sampled_from("136"), "evidence": st.sampled_from(["ada", "menyusul", "belum_ada"])}
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
PHONES, VOTERS = st.integers(0, 2), st.integers(0, 5)
# Made on the kept list, on none, or by a phone that knows everything.
VISITS = st.tuples(VOTERS, SAID, st.sampled_from([None, None, 0, 10**6]))
