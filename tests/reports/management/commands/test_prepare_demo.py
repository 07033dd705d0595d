"""The demonstration keeps its hands off other data."""

import pytest
from django.core.management import CommandError, call_command

from voters.models import Election, Region, Voter

pytestmark = pytest.mark.integration


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_database_with_other_data_is_refused_and_stays_as_it_is(scene, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    before = Voter.objects.count(), Region.objects.count(), Election.objects.count()
    with pytest.raises(CommandError, match="holds other data"):
        call_command("prepare_demo", dir=tmp_path / "scene")
    assert (Voter.objects.count(), Region.objects.count(), Election.objects.count()) == before
    assert not (tmp_path / "scene").exists()
