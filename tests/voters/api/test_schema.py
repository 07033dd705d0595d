"""The machine-readable description of the API."""

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.integration


def test_schema_describes_every_door_without_a_warning(db, tmp_path, client):
    out = tmp_path / "schema.yml"
    call_command("spectacular", file=str(out), validate=True, fail_on_warn=True)
    described = out.read_text(encoding="utf-8")
    for path in ("/api/v1/batches", "/api/v1/tps", "/api/v1/tps/{tps}/voters"):
        assert f"\n  {path}:\n" in described
    assert "deviceToken" in described
    assert client.get("/api/schema").status_code == 200
