import smtplib
import sys
import threading
from email.message import EmailMessage
from http import HTTPStatus
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from coklit.localservices import mailpages
from coklit.localservices.mailbox import receive
from coklit.localservices.ports import HOST, answers, free_port
from coklit.localservices.stack import Stack

pytestmark = pytest.mark.integration


def letter(subject="Laporan malam", html="<p>98,47 %</p>"):
    message = EmailMessage()
    message["From"] = "Coklit <coklit@example.id>"
    message["To"] = "PPS Menteng <pps@example.id>"
    message["Subject"] = subject
    message.set_content("Sudah dicoklit 98,47 %. Terima kasih — é")
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="laporan é.xlsx")
    return message


def send(port, message, to=("pps@example.id", "ppk@example.id")):
    with smtplib.SMTP(HOST, port) as client:
        client.send_message(message, from_addr="coklit@example.id", to_addrs=list(to))


class Box:
    """A running mailbox: its directory, its SMTP port, and what its pages answer."""

    def __init__(self, directory, smtp_port, http_port):
        self.directory, self.smtp_port, self.http_port = directory, smtp_port, http_port

    def open(self, path):
        return urlopen(f"http://{HOST}:{self.http_port}{path}")

    def read(self, path):
        with self.open(path) as answer:
            return answer.read().decode()

    @property
    def newest(self):
        return "/pesan/" + max(file.stem for file in self.directory.glob("*.eml"))


@pytest.fixture
def box(tmp_path):
    directory = tmp_path / "mail"
    receiver = receive(directory, free_port())
    pages = mailpages.server(directory, free_port(avoid={receiver.port}))
    thread = threading.Thread(target=pages.serve_forever)
    thread.start()
    yield Box(directory, receiver.port, pages.server_port)
    pages.shutdown()
    thread.join()
    pages.server_close()
    receiver.stop()


def test_empty_mailbox_says_so(box):
    assert "Belum ada surat." in box.read("/")


def test_message_is_kept_as_it_came_with_its_envelope(box):
    send(box.smtp_port, letter())
    (file,) = box.directory.iterdir()
    head, _, rest = file.read_bytes().partition(b"From:")
    assert head == b"Return-Path: <coklit@example.id>\r\nDelivered-To: pps@example.id, ppk@example.id\r\n"
    assert rest


def test_list_shows_the_newest_first_with_recipients(box):
    for number in (1, 2, 3):
        send(box.smtp_port, letter(subject=f"Laporan {number}"))
    page = box.read("/")
    assert page.index("Laporan 3") < page.index("Laporan 2") < page.index("Laporan 1")
    assert "3 surat." in page
    assert "pps@example.id, ppk@example.id" in page


def test_list_is_bounded(box, monkeypatch):
    monkeypatch.setattr(mailpages, "SHOWN", 2)
    for number in (1, 2, 3):
        send(box.smtp_port, letter(subject=f"Laporan {number}"))
    page = box.read("/")
    assert "3 surat, 2 terbaru ditampilkan." in page
    assert "Laporan 1" not in page


def test_message_page_shows_head_text_and_sandboxed_html(box):
    send(box.smtp_port, letter())
    page = box.read(box.newest)
    assert "Sudah dicoklit 98,47 %. Terima kasih — é" in page
    assert f'<iframe sandbox src="{box.newest}/html"' in page
    assert "PPS Menteng" not in page  # what the envelope said counts
    assert "<p>98,47 %</p>" in box.read(f"{box.newest}/html")


def test_html_part_may_run_and_load_nothing(box):
    send(box.smtp_port, letter(html="<script>alert(1)</script>"))
    with box.open(f"{box.newest}/html") as answer:
        rules = answer.headers["Content-Security-Policy"]
    assert rules.startswith("sandbox; default-src 'none'")
    assert "script-src" not in rules


def test_subject_cannot_become_markup(box):
    send(box.smtp_port, letter(subject="<script>alert(1)</script>"))
    for path in ("/", box.newest):
        page = box.read(path)
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_text_source_and_file_are_served(box):
    send(box.smtp_port, letter())
    assert box.read(f"{box.newest}/teks").startswith("Sudah dicoklit")
    assert "Subject: Laporan malam" in box.read(f"{box.newest}/sumber")
    with box.open(f"{box.newest}/berkas/0") as answer:
        assert answer.read() == b"PK\x03\x04"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''laporan%20%C3%A9.xlsx"


def test_message_of_an_unknown_character_set_is_still_shown(box):
    plain = EmailMessage()
    plain["Subject"] = "Lama"
    plain.set_content("isi surat")
    plain.replace_header("Content-Type", 'text/plain; charset="x-tidak-ada"')
    send(box.smtp_port, plain)
    assert "isi surat" in box.read(box.newest)


@pytest.mark.parametrize(
    "path",
    [
        "/pesan/../../etc/passwd",
        "/pesan/..%2F..%2Fetc%2Fpasswd",
        "/pesan/0000000000000000000-00000000",
        "/pesan/0000000000000000000-00000000/../../secret",
        "/secret.eml",
        "/pesan/",
        "/nothing",
    ],
)
def test_other_addresses_lead_nowhere(box, path):
    (box.directory.parent / "secret.eml").write_text("Subject: rahasia\n\nrahasia")
    with pytest.raises(HTTPError) as refused:
        box.read(path)
    assert refused.value.code == HTTPStatus.NOT_FOUND
    assert "rahasia" not in refused.value.read().decode()


def test_missing_file_of_a_message_is_not_found(box):
    send(box.smtp_port, letter())
    with pytest.raises(HTTPError) as refused:
        box.read(f"{box.newest}/berkas/7")
    refused.value.close()
    assert refused.value.code == HTTPStatus.NOT_FOUND


def test_module_runs_as_a_program(tmp_path):
    smtp_port = free_port()
    http_port = free_port(avoid={smtp_port})
    command = [sys.executable, "-m", "coklit.localservices.mailbox", "--smtp-port", str(smtp_port)]
    command += ["--http-port", str(http_port), "--dir", str(tmp_path / "mail")]
    with Stack(tmp_path) as stack:
        stack.start("mailbox", command, ready=lambda: answers(smtp_port) and answers(http_port))
        send(smtp_port, letter())
        assert "Laporan malam" in Box(tmp_path / "mail", smtp_port, http_port).read("/")
