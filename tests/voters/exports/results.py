"""Results as the projection holds them, without a ledger behind."""

from tests import scene as standing
from voters.models import CoklitResult
from voters.placement import new_id
from voters.terms import Door


def give(voter, code, **corrected):
    """The voter's current result."""
    return CoklitResult.objects.create(
        voter=voter,
        kabkota_id=voter.kabkota_id,
        code=code,
        corrected=corrected or None,
        event=new_id(),
        revision=1,
        door=Door.PPS_FORM,
        synced=False,
        event_at=standing.NOW,
        received_at=standing.NOW,
    )
