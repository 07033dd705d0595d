"""Mail through a real receiver: both parts, headers that names cannot break, one connection."""

import pytest

from coklit import mail

pytestmark = pytest.mark.integration

LETTER = mail.Letter(subject="Coklit hari ke-20: 71,02 %", text="halo\n", html="<p>halo</p>")


def send(connection, *, name="SITI", address="siti@example.com", letter=LETTER):
    mail.connect(connection)
    mail.send(letter, name=name, address=address, key="k1", unsubscribe="http://localhost:8000/", connection=connection)


def test_a_message_arrives_with_both_parts_and_headers(smtp_server):
    with mail.outbox() as connection:
        send(connection)
    (message,) = smtp_server.messages
    assert message["Subject"] == "Coklit hari ke-20: 71,02 %"
    assert message["To"] == "SITI <siti@example.com>"
    assert message["Message-ID"] == "<k1@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<http://localhost:8000/>"
    assert message.get_body(("plain",)).get_content().strip() == "halo"
    assert message.get_body(("html",)).get_content().strip() == "<p>halo</p>"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_name_cannot_add_a_header(smtp_server, end):
    with mail.outbox() as connection:
        send(connection, name=f"SITI{end}Bcc: lain@example.com{end}{end}isi")
    (message,) = smtp_server.messages
    assert message["Bcc"] is None
    assert [one.addr_spec for one in message["To"].addresses] == ["siti@example.com"]
    assert smtp_server.recipients == [["siti@example.com"]]
    assert message.get_body(("plain",)).get_content().strip() == "halo"


def test_an_address_with_line_ends_is_not_sent(smtp_server):
    with mail.outbox() as connection, pytest.raises(mail.NotSent):
        send(connection, address="siti@example.com\nBcc: lain@example.com")
    assert smtp_server.messages == []


def test_a_subject_with_line_ends_is_refused_before_the_server_sees_it(smtp_server):
    with mail.outbox() as connection, pytest.raises(mail.NotSent):
        send(connection, letter=mail.Letter("a\nBcc: lain@example.com", "t", "h"))
    assert smtp_server.messages == []


def test_a_connection_that_the_server_closed_is_opened_anew(smtp_server):
    with mail.outbox() as connection:
        send(connection)
        connection.connection.sock.close()
        send(connection)
    assert len(smtp_server.messages) == 2


def test_one_line_leaves_no_control_character():
    assert mail.one_line(" a\x00\x1b\r\n\tb\u2029c\xa0d ") == "a b c d"
