"""Every operation of /api/schema with what its schema allows, and with what it does not: the answers keep to it."""

import json
from itertools import count

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from schemathesis import GenerationMode, checks

from coklit import clock
from tests.scene import KOTA
from tests.voters.api.calls import said, send, upload
from voters import enrolment
from voters.models import SyncBatch

# A WSGI server closes its connection after each call, which no transaction of a test survives.
pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OPERATIONS = ["batch_receipt", "enrol", "list_of_tps", "my_tps", "send_batch", "tell_state"]
METHODS = ("get", "post", "put", "patch", "delete")
# What comes beside 200 whenever chance is at work.
OFTEN = {"batch_receipt": [202, 404], "enrol": [400], "list_of_tps": [404], "send_batch": [403]}
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture
def described(scene, settings):
    """The schema as it is served. Nothing is limited, so that not every answer is a 429."""
    for name in ("DEVICE_PER_MINUTE", "KABKOTA_PER_SECOND", "SYSTEM_PER_SECOND", "APPLY_PER_SECOND"):
        setattr(settings, f"SYNC_{name}", 0)
    return schemathesis.openapi.from_wsgi("/api/schema", get_wsgi_application())


@pytest.fixture
def known(scene, client, described):
    """By operation, what puts values of this scene into a drawn case, as chance alone never finds them."""
    bodies = [upload(scene.tps.pk, said("0", voter.pk)) for voter in scene.voters[:2]]
    for body in bodies:
        assert send(client, body, scene.token).status_code == 200
    batches = [json.loads(body)["batch"] for body in bodies]
    turns = count()

    def own_batch(case):
        SyncBatch.objects.filter(kabkota_id=KOTA, phone_batch=batches[0]).update(state="stored")
        case.path_parameters["batch"] = batches[next(turns) % 2]

    def own_tps(case):
        case.path_parameters["tps"] = str(scene.tps.pk)

    def own_code(case):
        with transaction.atomic():
            today = clock.local_day(clock.now(), "WIB")
            case.body["code"] = enrolment.issue(pantarlih=scene.pantarlih, last_day=today, now=clock.now(), by=None)

    def own_voters(case):
        case.body["tps"] = str(scene.tps.pk)
        for event, voter in zip(case.body["events"], scene.voters, strict=False):
            event["voter"] = str(voter.pk)

    return {"batch_receipt": own_batch, "list_of_tps": own_tps, "enrol": own_code, "send_batch": own_voters}


def walk(operation, token, mode, use=None):
    """Call it with drawn cases, every second one used on; hold all answers against the schema. Gives their statuses."""
    came, turns = set(), count()

    @given(case=operation.as_strategy(generation_mode=mode))
    @budget(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def once(case):
        if use and next(turns) % 2:
            use(case)
        # Compressed answers are tested where they matter; here they are to be read.
        answer = case.call(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
        case.validate_response(answer, checks=CHECKS)
        came.add(answer.status_code)

    once()
    return came


def test_every_operation_is_walked(described):
    found = {one.ok().definition.raw["operationId"] for one in described.get_all_operations()}
    assert sorted(found) == OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_calls_that_the_schema_allows_are_answered_as_it_says(described, known, scene, name):
    operation = described.find_operation_by_id(name)
    assert {200, *OFTEN.get(name, ())} <= walk(operation, scene.token, GenerationMode.POSITIVE, known.get(name))


@pytest.mark.parametrize("name", OPERATIONS)
def test_calls_that_the_schema_does_not_allow_are_answered_as_it_says(described, scene, name):
    operation = described.find_operation_by_id(name)
    assert max(walk(operation, scene.token, GenerationMode.NEGATIVE)) < 500


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - {"enrol"}))
def test_calls_without_a_known_token_are_answered_401(described, name):
    assert walk(described.find_operation_by_id(name), "ck1_6271_unbekannt", GenerationMode.POSITIVE) == {401}


@pytest.mark.parametrize("name", OPERATIONS)
def test_other_methods_and_other_formats_are_refused_in_the_protocols_form(described, scene, client, name):
    operation = described.find_operation_by_id(name)
    path = operation.path.replace("{tps}", str(scene.tps.pk)).replace("{batch}", str(scene.tps.pk))
    headers = {"Authorization": f"Bearer {scene.token}"}
    for method in set(METHODS) - {operation.method.lower()}:
        answer = getattr(client, method)(path, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    answer = getattr(client, operation.method.lower())(path, headers={**headers, "Accept": "text/html"})
    assert (answer.status_code, answer.json()["error"]) == (406, "not_acceptable")


@pytest.mark.parametrize("path", ["", "v1", "v1/tps/", "v1/tps/7/voters", "v1/batches/kaputt", "v2/batches"])
def test_address_that_is_not_there_is_told_so_in_the_protocols_form(client, db, path):
    for answer in (client.get(f"/api/{path}"), client.post(f"/api/{path}", b"{}", content_type="application/json")):
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
