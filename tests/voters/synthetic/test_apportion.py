import pytest
from hypothesis import given
from hypothesis import strategies as st

from voters.synthetic.apportion import DoesNotFit, apportion

WEIGHTS = st.lists(st.integers(0, 5_000), min_size=1, max_size=30)


@given(st.integers(0, 1_000_000), WEIGHTS)
def test_apportion_sums_to_the_total_and_stays_near_the_weights(total, weights):
    shares = apportion(total, weights)
    assert sum(shares) == total
    whole = sum(weights)
    if whole:
        assert all(
            abs(share - total * weight / whole) < 1 + 1e-6 for share, weight in zip(shares, weights, strict=True)
        )


@given(WEIGHTS, st.data())
def test_apportion_keeps_within_ceilings(weights, data):
    ceilings = [data.draw(st.integers(0, 300)) for _ in weights]
    total = data.draw(st.integers(0, sum(ceilings)))
    shares = apportion(total, weights, ceilings=ceilings)
    assert sum(shares) == total
    assert all(0 <= share <= ceiling for share, ceiling in zip(shares, ceilings, strict=True))


@given(WEIGHTS, st.data())
def test_apportion_keeps_above_floors(weights, data):
    floors = [data.draw(st.integers(0, 3)) for _ in weights]
    total = data.draw(st.integers(sum(floors), sum(floors) + 500))
    shares = apportion(total, weights, floors=floors)
    assert sum(shares) == total
    assert all(share >= floor for share, floor in zip(shares, floors, strict=True))


def test_apportion_gives_ties_to_the_earlier_place():
    assert apportion(5, [1, 1, 1]) == [2, 2, 1]


def test_apportion_refuses_a_total_over_the_ceilings():
    with pytest.raises(DoesNotFit, match="601 does not fit between 0 and 600"):
        apportion(601, [1, 1], ceilings=[300, 300])
