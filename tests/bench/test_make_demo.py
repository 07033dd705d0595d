"""The watch over `make demo`, tried with small launchers: ready, Ctrl-C, and nothing left behind."""

import os
import re
import signal
import sys

import pytest

from bench.demo import seconds_to_dashboard

pytestmark = pytest.mark.integration

SERVE = """
import subprocess, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/masuk/" else 404)
        self.end_headers()
    def log_message(self, *_):
        pass

site = HTTPServer(("127.0.0.1", 0), Site)
print("Memuat data ...")
{before}
print(f"Siap: http://127.0.0.1:{{site.server_port}}/ (data contoh)", flush=True)
try:
    site.serve_forever()
except KeyboardInterrupt:
    pass
"""
LEAVE_ONE = 'subprocess.Popen(["sleep", "60"], start_new_session=True, stdout=subprocess.DEVNULL)'


def launcher(before=""):
    return [sys.executable, "-c", SERVE.format(before=before)]


def test_launcher_that_serves_and_ends_is_timed(tmp_path):
    assert seconds_to_dashboard(launcher(), tmp_path) > 0


def test_process_left_behind_is_named(tmp_path):
    with pytest.raises(RuntimeError, match=r"Left behind after Ctrl-C: \d+ sleep$") as raised:
        seconds_to_dashboard(launcher(LEAVE_ONE), tmp_path)
    pid = int(re.search(r"(\d+) sleep", str(raised.value))[1])
    # It is ours now, as its own parent has died.
    os.kill(pid, signal.SIGKILL)
    assert os.waitpid(pid, 0)[0] == pid


def test_launcher_that_never_gets_ready_is_told(tmp_path):
    with pytest.raises(RuntimeError, match="ended without a line that begins with 'Siap:'"):
        seconds_to_dashboard(launcher("sys.exit(1)"), tmp_path)


def test_launcher_gets_none_of_our_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("COKLIT_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    has_settings = 'import os; any(name.startswith("COKLIT_") for name in os.environ) and sys.exit(1)'
    assert seconds_to_dashboard(launcher(has_settings), tmp_path) > 0
