"""The test run's own ground: the servers of `services.py` and the database of `conftest.py`."""

import os
import smtplib

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import connection, connections

pytestmark = pytest.mark.integration


@pytest.mark.django_db
def test_database_is_used_as_the_web_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        role, name = cursor.fetchone()
    assert role == "coklit_web"
    assert name == connections["owner"].settings_dict["NAME"]
    assert name.startswith(os.environ["COKLIT_TEST_RUN"])


@pytest.mark.django_db
def test_processes_started_by_a_test_find_the_same_database():
    with psycopg.connect(os.environ["COKLIT_DATABASE_URL"]) as other:
        assert other.execute("SELECT current_database()").fetchone() == (connection.settings_dict["NAME"],)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_transactional_tests_begin_without_rows_of_others(turn):
    assert not get_user_model().objects.filter(username="penduduk").exists()
    get_user_model().objects.create(username="penduduk")


def test_cache_is_a_real_server():
    cache.set("kunci", "nilai", 5)
    assert cache.get("kunci") == "nilai"


def test_mail_is_received_by_a_real_server(smtp_server):
    assert send_mail("Laporan", "isi", "coklit@example.id", ["pps@example.id"]) == 1
    (message,) = smtp_server.messages
    assert message["Subject"] == "Laporan"
    assert smtp_server.recipients == [["pps@example.id"]]


def test_other_processes_would_mail_to_the_same_server(smtp_server):
    host, _, port = os.environ["COKLIT_SMTP_URL"].removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port)) as client:
        client.sendmail("coklit@example.id", ["ppk@example.id"], "Subject: Lain\r\n\r\nisi")
    assert [message["Subject"] for message in smtp_server.messages] == ["Lain"]
