"""Fixtures for every test: the test database, used as the web role."""

import os

import pytest
from django.core.management import call_command
from django.db import connections

from tests import databases, sqlguard
from tests import scene as standing


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """This worker's copy of the migrated database. In place of Django's own, which migrates as the role that tests."""
    owner_url = os.environ["COKLIT_DATABASE_OWNER_URL"]
    template = os.environ["COKLIT_TEST_RUN"]
    name = f"{template}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock():
        with databases.making_template(owner_url, template) as draft:
            if draft:
                _use(draft)
                call_command("migrate", database="owner", verbosity=0)
                _disconnect()
        databases.copy_template(owner_url, template, name)
        _use(name)
        yield
        _disconnect()


@pytest.fixture(autouse=True)
def sql_guard():
    """No test may send what a table distributed by kabkota refuses (tests/sqlguard.py); gives what was found."""
    with sqlguard.watching() as found:
        yield found
    assert found == []


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings, tmp_path_factory):
    """Pages do not ask for collected files: a fresh clone has none."""
    settings.STATIC_ROOT = tmp_path_factory.getbasetemp()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def uploads_of_their_own(settings, tmp_path_factory):
    """No test sees what another one brought in, and none leaves files behind."""
    private = settings.STORAGES["uploads"]
    options = {**private["OPTIONS"], "location": tmp_path_factory.mktemp("uploads")}
    settings.STORAGES = {**settings.STORAGES, "uploads": {**private, "OPTIONS": options}}


@pytest.fixture
def scene(db):
    """The standing places and people (tests/scene.py)."""
    return standing.build()


def _use(name):
    _disconnect()
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name
    # Processes that a test starts work on the same database.
    for variable in ("COKLIT_DATABASE_URL", "COKLIT_DATABASE_OWNER_URL"):
        os.environ[variable] = databases.renamed(os.environ[variable], name)


def _disconnect():
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].close_pool()
