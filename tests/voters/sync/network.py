"""The way of one phone to the real application, on which things get lost; what was committed is told to the model."""

import datetime as dt
import gzip
import json

from django.db import transaction
from django.test import Client

from tests.voters.sync.model import Upload
from voters.sync.client_http import NoAnswer, Reply


class Network:
    """One phone's way to the real application. `fates` are those of its next requests, afterwards all arrive."""

    def __init__(self, machine, name, pantarlih, token):
        self.machine, self.name, self.pantarlih, self.token = machine, name, str(pantarlih.pk), token
        self.fates, self.http = [], Client()

    def __call__(self, method, path, headers, body):
        """As in client_http.Transport."""
        fate = self.fates.pop(0) if self.fates else "arrives"
        if fate == "lost":
            raise NoAnswer
        machine = self.machine
        machine.now += dt.timedelta(seconds=1)
        with transaction.atomic():
            machine.let_apply("busy" not in fate)
            kind = headers.get("Content-Type", "application/json")
            some = {name: value for name, value in headers.items() if not name.startswith("Content-T")}
            reply = self.http.generic(method, path, body or b"", kind, headers=some)
            transaction.set_rollback(fate == "died")
        if fate == "died":
            raise NoAnswer
        self.learn(method, path, headers, body, reply, busy="busy" in fate)
        if "unheard" in fate:
            raise NoAnswer
        return Reply(reply.status_code, {name.lower(): value for name, value in reply.items()}, reply.content)

    def learn(self, method, path, headers, body, reply, *, busy):
        """Tell the model what was committed, and hold the answer against its own."""
        assert reply.status_code in (200, 202, 304), (reply.status_code, reply.content)
        if path == "/api/v1/batches":
            plain = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body
            self.machine.compare(self._taken(json.loads(plain), busy=busy), reply)
        elif path.startswith("/api/v1/batches/"):
            self.machine.compare_receipt(self.name, path.rpartition("/")[2], reply)

    def _taken(self, said, *, busy):
        now, model = self.machine.now, self.machine.model
        offset = round((dt.datetime.fromisoformat(said["sent_at"]) - now).total_seconds())
        one = Upload(self.name, self.pantarlih, said["tps"], said["batch"], said["events"], now, offset)
        return model.upload(one, busy=busy)
