"""`/sehat`: says whether this process can serve, for load balancers and compose."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def sehat(request: HttpRequest) -> JsonResponse:
    """200 with `{"database": true, "broker": true}`; 503 when the database does not answer.

    A missing broker is told but does not take the server out: syncing goes on without it.
    """
    state = {"database": _database_answers(), "broker": _broker_answers()}
    return JsonResponse(state, status=200 if state["database"] else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
