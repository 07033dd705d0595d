"""Read-only pages over a directory of .eml files: the newest messages, and each one as HTML, text, source and files.

A message is untrusted: its HTML is shown in a sandboxed frame without scripts, forms or anything from the network.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesHeaderParser, BytesParser
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from coklit.localservices.ports import HOST

SHOWN = 200
# The only names ever opened: what `mailbox.Keep` makes, so that no address leads out of the directory.
_ADDRESS = re.compile(r"/pesan/(?P<name>\d{19}-[0-9a-f]{8})(?:/(?P<part>html|teks|sumber|berkas/\d{1,3}))?")
_PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
_MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; color: #1c1917 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .6rem .4rem 0 }
tr { border-bottom: 1px solid #e7e5e4 } td { overflow-wrap: anywhere } th { white-space: nowrap; vertical-align: top }
a { color: #a1151c } iframe { width: 100%; height: 70vh; border: 1px solid #d6d3d1; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f5f5f4; padding: 1rem }
"""


@dataclass(frozen=True)
class Answer:
    """What a page sends: status, kind, content policy, body."""

    body: bytes
    kind: str = "text/html; charset=utf-8"
    policy: str = _PAGE_POLICY
    status: HTTPStatus = HTTPStatus.OK
    file_name: str = ""


def serve(directory: Path, port: int) -> None:
    """Answer page requests on 127.0.0.1 until we are stopped."""
    with server(directory, port) as pages:
        pages.serve_forever()


def server(directory: Path, port: int) -> ThreadingHTTPServer:
    """The web server, listening but not yet answering."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _send(self, answer(directory, self.path.partition("?")[0]))

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing: the page refreshes itself."""

    return ThreadingHTTPServer((HOST, port), Pages)


def answer(directory: Path, path: str) -> Answer:
    """The page at one address."""
    if path == "/":
        return _page("Kotak surat", _listing(directory), head='<meta http-equiv="refresh" content="30">')
    if path == "/gaya.css":
        return Answer(_STYLE.encode(), kind="text/css")
    found = _ADDRESS.fullmatch(path)
    file = directory / f"{found['name']}.eml" if found else None
    if found is None or file is None or not file.is_file():
        return _missing("Surat atau halaman ini tidak ada.")
    if found["part"] == "sumber":
        return Answer(file.read_bytes(), kind="text/plain; charset=utf-8")
    message = _parsed(file)
    match (found["part"] or "").split("/"):
        case ["html"]:
            return Answer(_text_of(message.get_body(("html",))).encode(), policy=_MAIL_POLICY)
        case ["teks"]:
            return Answer(_text_of(message.get_body(("plain",))).encode(), kind="text/plain; charset=utf-8")
        case ["berkas", number]:
            return _attachment(message, int(number))
    return _page(str(message["Subject"] or "(tanpa perihal)"), _shown(found["name"], message))


def _listing(directory: Path) -> str:
    names = sorted((file.stem for file in directory.glob("*.eml")), reverse=True)
    if not names:
        return "<p>Belum ada surat.</p>"
    note = f"{len(names)} surat" + (f", {SHOWN} terbaru ditampilkan" if len(names) > SHOWN else "")
    rows = "".join(_row(directory, name) for name in names[:SHOWN])
    return f"<p>{note}.</p><table><tr><th>Diterima</th><th>Kepada</th><th>Perihal</th></tr>{rows}</table>"


def _row(directory: Path, name: str) -> str:
    with (directory / f"{name}.eml").open("rb") as file:
        head = BytesHeaderParser(policy=policy.default).parse(file)
    subject = escape(str(head["Subject"] or "(tanpa perihal)"))
    return (
        f"<tr><td>{_arrival(name)}</td><td>{escape(str(head['Delivered-To']))}</td>"
        f'<td><a href="/pesan/{name}">{subject}</a></td></tr>'
    )


def _shown(name: str, message: EmailMessage) -> str:
    here = f"/pesan/{name}"
    labels = {"Dari": message["From"], "Kepada": message["Delivered-To"], "Diterima": _arrival(name)}
    head = "".join(f"<tr><th>{label}</th><td>{escape(str(value))}</td></tr>" for label, value in labels.items())
    files = ""
    for number, part in enumerate(message.iter_attachments()):
        file_name = escape(part.get_filename() or "tanpa nama")
        files += f'<tr><th>Berkas</th><td><a href="{here}/berkas/{number}">{file_name}</a></td></tr>'
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    frame = f'<h2>HTML</h2><iframe sandbox src="{here}/html" title="Isi surat"></iframe>' if html else ""
    plain = f"<h2>Teks</h2><pre>{escape(_text_of(text))}</pre>" if text else ""
    links = f'<p><a href="/">Semua surat</a> · <a href="{here}/sumber">Sumber asli</a></p>'
    return f"{links}<table>{head}{files}</table>{frame}{plain}"


def _page(title: str, content: str, status: HTTPStatus = HTTPStatus.OK, head: str = "") -> Answer:
    page = (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        + head
        + '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="/gaya.css"><title>{escape(title)}</title></head>'
        f"<body><h1>{escape(title)}</h1>{content}</body></html>"
    )
    return Answer(page.encode(), status=status)


def _missing(sentence: str) -> Answer:
    return _page("Tidak ditemukan", f'<p>{sentence} <a href="/">Semua surat</a></p>', HTTPStatus.NOT_FOUND)


def _attachment(message: EmailMessage, number: int) -> Answer:
    parts = list(message.iter_attachments())
    if number >= len(parts):
        return _missing("Berkas ini tidak ada.")
    content = parts[number].get_payload(decode=True)
    body = content if isinstance(content, bytes) else parts[number].as_bytes()
    name = parts[number].get_filename() or "berkas"
    return Answer(body, kind="application/octet-stream", file_name=name)


def _parsed(file: Path) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    if not isinstance(message, EmailMessage):
        raise TypeError("the default policy makes EmailMessage objects")
    return message


def _text_of(part: MIMEPart | None) -> str:
    """The text of a part, whatever character set it claims."""
    content = part.get_payload(decode=True) if part else None
    if part is None or not isinstance(content, bytes):
        return ""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def _arrival(name: str) -> str:
    seconds = int(name.partition("-")[0]) // 1_000_000_000
    return datetime.fromtimestamp(seconds).astimezone().strftime("%d-%m-%Y %H.%M.%S %Z")


def _send(handler: BaseHTTPRequestHandler, page: Answer) -> None:
    handler.send_response(page.status)
    handler.send_header("Content-Type", page.kind)
    handler.send_header("Content-Length", str(len(page.body)))
    handler.send_header("Content-Security-Policy", page.policy)
    handler.send_header("X-Content-Type-Options", "nosniff")
    handler.send_header("Referrer-Policy", "no-referrer")
    handler.send_header("Cache-Control", "no-store")
    if page.file_name:
        handler.send_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(page.file_name)}")
    handler.end_headers()
    handler.wfile.write(page.body)
