"""Whole numbers that add up: a total shared out by weights, largest remainder first. Pure, integers only.

Integers all the way, so that the result is the same on every machine.
"""

from collections.abc import Sequence


class DoesNotFit(ValueError):
    """The total is below the floors or above the ceilings."""


def apportion(
    total: int,
    weights: Sequence[int],
    *,
    floors: Sequence[int] | None = None,
    ceilings: Sequence[int] | None = None,
) -> list[int]:
    """Shares that sum to `total`, as near to the weights as whole numbers and bounds allow.

    A share that a bound holds is fixed there and the others share what is left. All weights zero means
    equal weights. Ties go to the earlier place. Raises DoesNotFit.
    """
    low = floors or [0] * len(weights)
    high = ceilings or [total] * len(weights)
    if not sum(low) <= total <= sum(high):
        raise DoesNotFit(f"{total} does not fit between {sum(low)} and {sum(high)}")
    shares = [0] * len(weights)
    free = list(range(len(weights)))
    rest = total
    while free:
        weigh = [weights[place] for place in free]
        if not any(weigh):
            weigh = [1] * len(free)
        whole = sum(weigh)
        held = {
            place: high[place] for place, weight in zip(free, weigh, strict=True) if rest * weight > high[place] * whole
        } or {
            place: low[place] for place, weight in zip(free, weigh, strict=True) if rest * weight < low[place] * whole
        }
        if not held:
            _largest_remainder(rest, free, weigh, shares)
            break
        for place, share in held.items():
            shares[place] = share
            rest -= share
        free = [place for place in free if place not in held]
    return shares


def _largest_remainder(rest: int, places: list[int], weights: list[int], shares: list[int]) -> None:
    """Give `rest` to `places` in proportion to `weights`, writing into `shares`."""
    whole = sum(weights)
    remainders = []
    for place, weight in zip(places, weights, strict=True):
        shares[place], remainder = divmod(rest * weight, whole)
        remainders.append((-remainder, place))
    missing = rest - sum(shares[place] for place in places)
    for _, place in sorted(remainders)[:missing]:
        shares[place] += 1
