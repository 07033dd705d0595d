"""Applies a list of events in pieces when the whole of it fails, down to the one event that does."""

from collections.abc import Callable, Collection

from django.db import InterfaceError, OperationalError, transaction

from voters.sync.apply import Answer
from voters.sync.judge import TEXTS, Problem
from voters.sync.payload import ResultEvent

# So many events that fail alone for the first time, and none that goes in: the fault is not in the events.
_ENOUGH = 10


class NothingApplies(RuntimeError):
    """Not one of the events could be applied: a fault of the server, not of a phone."""


def piecewise(
    apply: Callable[[list[ResultEvent]], list[Answer]],
    events: list[ResultEvent],
    *,
    failed_before: Collection[str],
    give_up: bool,
) -> list[Answer]:
    """The answers of all events, each piece in a savepoint. One that fails alone is to be sent again; one that failed
    so before, or with `give_up`, is quarantined.

    Raises NothingApplies, unless `give_up`, where no event could be applied, as then the fault may pass.
    """
    answers: list[Answer] = []
    failed = again = 0
    enough = min(_ENOUGH, sum(str(event.id) not in failed_before for event in events))
    pieces = [events]
    while pieces:
        piece = pieces.pop()
        try:
            with transaction.atomic():
                answers += apply(piece)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if len(piece) > 1:
                half = len(piece) // 2
                # A stack: the first half is taken next, so that the events keep their order.
                pieces += [piece[half:], piece[:half]]
                continue
            first_time = not give_up and str(piece[0].id) not in failed_before
            failed, again = failed + 1, again + first_time
            if failed == len(answers) + 1 and first_time and again >= enough:
                raise NothingApplies from error
            answers.append(_cannot(piece[0], again=first_time))
    return answers


def _cannot(event: ResultEvent, *, again: bool) -> Answer:
    problem = Problem.CANNOT_BE_APPLIED
    return Answer(str(event.id), "retry" if again else "quarantined", problem, "", str(TEXTS[problem]))
