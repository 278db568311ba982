"""A mail leaves once, or says what is known of it."""

import socket
import threading
from email.message import EmailMessage

import pytest

from connectors.mail import Mailer
from connectors.sandbox.inbox import mails, read_mail
from errors import ConnectorError, DeliveryUnknown, Rejected, Unavailable

SENDER = "covigie@labos-helior.example"


def make_mail(to: str = "pv@labos-helior.example") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Cas à évaluer – nº 12"
    mail["To"] = to
    mail.set_content("Bonjour,\n.\nUn cas grave est joint.\n" + "é" * 2000 + "\n")
    mail.add_attachment(b"PK\x03\x04 docx", maintype="application", subtype="octet-stream", filename="cas-12.docx")
    return mail


@pytest.fixture
def mailer(sandbox, world):
    return Mailer("127.0.0.1", sandbox.smtp_port, SENDER, timeout=3)


def arm(world, kind, **more):
    world.http.post("/_sandbox/faults", json={"network": "mail", "kind": kind, **more}).raise_for_status()


def test_send_arrives_whole(mailer, sandbox):
    message_id = mailer.send(make_mail(), "case-12-1")
    (path,) = mails(sandbox.sandbox.mails)
    mail = read_mail(path)
    assert mail["Message-ID"] == message_id == mailer.message_id("case-12-1")
    assert (mail["From"], mail["Subject"]) == (SENDER, "Cas à évaluer – nº 12")
    assert mail["Date"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Bonjour,\n.\nUn cas grave est joint.\n" + "é" * 2000 + "\n"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "cas-12.docx"
    assert attachment.get_content() == b"PK\x03\x04 docx"


def test_send_gives_one_id_a_key_and_leaves_the_message_alone(mailer):
    mail = make_mail()
    before = mail.as_bytes()
    ids = [mailer.send(mail, key) for key in ("a", "a", "b")]
    assert ids[0] == ids[1] != ids[2]
    assert mail.as_bytes() == before


def test_send_with_a_lost_answer_is_unknown(mailer, world, sandbox):
    arm(world, "lose_answer")
    with pytest.raises(DeliveryUnknown):
        mailer.send(make_mail(), "k")
    assert len(mails(sandbox.sandbox.mails)) == 1


def test_send_answered_too_late_is_unknown(sandbox, world):
    arm(world, "delay", value=1.5)
    with pytest.raises(DeliveryUnknown):
        Mailer("127.0.0.1", sandbox.smtp_port, SENDER, timeout=0.4).send(make_mail(), "k")


@pytest.mark.parametrize(("code", "error"), [(451, Unavailable), (554, Rejected)])
def test_send_refused_says_whether_to_try_again(mailer, world, sandbox, code, error):
    arm(world, "status", value=code)
    with pytest.raises(error, match=str(code)):
        mailer.send(make_mail(), "k")
    assert mails(sandbox.sandbox.mails) == []


def test_send_to_nobody_is_rejected(mailer):
    mail = make_mail()
    del mail["To"]
    with pytest.raises(Rejected):
        mailer.send(mail, "k")


def test_send_to_a_dead_server_is_unavailable():
    with pytest.raises(Unavailable):
        Mailer("127.0.0.1", 9, SENDER, timeout=1).send(make_mail(), "k")


def scripted(*answers: bytes) -> int:
    """Start a server that gives these answers, one a line received, then hangs up; return its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with listener, listener.accept()[0] as peer, peer.makefile("rwb", buffering=0) as lines:
            for index, answer in enumerate(answers):
                if index:
                    lines.readline()
                lines.write(answer + b"\r\n")

    threading.Thread(target=talk, daemon=True).start()
    return int(listener.getsockname()[1])


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ((b"554 no",), Unavailable),
        ((b"220 hi", b"250 ok", b"550 sender"), Rejected),
        ((b"220 hi", b"250 ok", b"250 ok", b"550 nobody there"), Rejected),
        ((b"220 hi", b"250 ok", b"250 ok", b"451 later"), Unavailable),
        ((b"220 hi", b"250 ok", b"250 ok", b"250 ok", b"354 go", b""), DeliveryUnknown),
        ((b"220 hi", b"250 ok"), Unavailable),
    ],
)
def test_send_broken_off_says_whether_the_message_had_left(answers, error):
    with pytest.raises(ConnectorError) as caught:
        Mailer("127.0.0.1", scripted(*answers), SENDER, timeout=2).send(make_mail(), "k")
    assert type(caught.value) is error
