"""Mails from the public: each is a comment, once; what is too large gives its words, and is said to be too large."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import select

from compliance import clock
from connectors import imap
from models.comment import Comment, CommentRevision, RawEvent
from models.door import InboxMail
from models.enums import Network, PvFacet, Role, Screening
from models.session import reading, transaction
from moderation import analysing, inbox, inbox_letter
from settings import get_settings
from tests.comment_factories import ADVERSE, NOON, community_manager, count, products
from tests.factories import person
from tests.imap_server import running_mailbox


@pytest.fixture
def box(monkeypatch):
    with running_mailbox() as running:
        given = {"HOST": "127.0.0.1", "PORT": running.port, "TLS": False, "LOGIN": "contact@helior.example"}
        for name, value in given.items():
            monkeypatch.setenv(f"COVIGIE_INBOX_IMAP_{name}", str(value))
        get_settings.cache_clear()
        yield running


def mail(body: str = ADVERSE, *, n: int = 1, sender: str = "Mme D. <D@patient.example>", **headers) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, headers.pop("subject", "Une question")
    message["Message-ID"], message["Date"] = f"<{n}@patient.example>", headers.pop("date", NOON - timedelta(hours=3))
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def read(at: datetime = NOON) -> None:
    with clock.at(at):
        inbox.read_inbox()


def comments() -> list[Comment]:
    with reading() as session:
        return list(session.exec(select(Comment).order_by(Comment.external_id)))


def texts() -> list[str]:
    with reading() as session:
        return [row.text or "" for row in session.exec(select(CommentRevision).order_by(CommentRevision.external_id))]


def test_a_mail_is_a_comment_and_its_clock_runs_since_the_server_had_it(db, box):
    arrived = "from mx by imap; Wed, 18 Nov 2026 09:15:00 +0100"
    box.deliver(mail(Received=arrived).as_bytes())
    read()
    read()
    (one,) = comments()
    assert (one.network, one.author_handle) == (Network.EMAIL, "d@patient.example")
    assert one.posted_at == NOON - timedelta(hours=3)
    assert one.awareness_at == datetime(2026, 11, 18, 8, 15, tzinfo=UTC)
    assert texts() == [f"Une question\n\n{ADVERSE}"]


def test_it_is_analysed_like_any_other(sqlite_db, box):
    products()
    box.deliver(mail().as_bytes())
    read()
    analysing.analyse_pending()
    assert comments()[0].pv is PvFacet.POSSIBLE


def test_the_answers_to_a_mail_are_one_thread(sqlite_db, box):
    first = mail()
    second = mail("Toujours des vertiges.", n=2, In_Reply_To="<1@patient.example>", References="<1@patient.example>")
    box.deliver(first.as_bytes(), second.as_bytes())
    read()
    one, two = comments()
    assert one.conversation_id == two.conversation_id == "<1@patient.example>"
    assert (two.parent_external_id, two.author_pseudonym) == ("<1@patient.example>", one.author_pseudonym)


def test_attachments_are_kept_with_the_mail_and_a_mail_in_a_mail_is_read(sqlite_db, box):
    forwarded = mail("Voir ci-joint.", subject="TR: patient")
    forwarded.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../peau.png")
    forwarded.add_attachment(mail("J'ai eu une éruption.", n=9, subject="Éruption"))
    box.deliver(forwarded.as_bytes())
    read()
    with reading() as session:
        kept = inbox.mail_of(session, comments()[0].id)
    assert kept.attachments[0] == [".._peau.png", "image/png", 4]
    assert inbox.attachment(kept.comment_id, 0) == b"\x89PNG"
    assert "J'ai eu une éruption." in texts()[0]


def test_a_mail_that_is_too_large_gives_its_words_and_waits_until_somebody_opened_it(db, box, monkeypatch):
    for module in (imap, inbox_letter):
        monkeypatch.setattr(module, "LARGEST", 20_000)
    heavy = mail()
    heavy.add_attachment(b"x" * 40_000, maintype="application", subtype="pdf", filename="dossier.pdf")
    box.deliver(heavy.as_bytes()[:20_000])
    read()
    assert texts() == [f"Une question\n\n{ADVERSE}"]
    with reading() as session:
        (waiting,) = inbox.gap_mails(session)
        assert len(session.exec(select(RawEvent.payload)).one()) < 20_000
    with transaction() as session:
        inbox.settle_gap(session, community_manager(), comment_id=waiting.comment.id, row_version=1)
    with reading() as session:
        assert inbox.gap_mails(session) == []


def test_what_is_no_mail_comes_in_all_the_same_in_front_of_a_person(sqlite_db, box):
    box.deliver(b"\x00\xff\xfe", b"", mail(sender="").as_bytes(), b"Content-Type: multipart/mixed\r\n\r\nrien")
    read()
    analysing.analyse_pending()
    assert count(Comment) == count(InboxMail) == 4
    with reading() as session:
        gaps = {each.comment.id for each in inbox.gap_mails(session)}
    assert {one.id for one in comments() if one.screening is Screening.UNSCREENED} >= gaps
    assert len(gaps) == 2


def test_a_mailbox_that_refuses_is_said_and_read_when_it_opens(sqlite_db, box):
    person(Role.ADMINISTRATOR)
    box.opens = False
    box.deliver(mail().as_bytes())
    read()
    with reading() as session:
        state = inbox.inbox_state(session)
    assert not state.healthy
    assert "lisez cette boîte vous-même" in state.advice
    box.opens = True
    read()
    with reading() as session:
        assert inbox.inbox_state(session).healthy
    assert count(Comment) == 1


def test_a_date_to_come_is_the_moment_of_its_arrival(sqlite_db, box):
    box.deliver(mail(date=NOON + timedelta(days=3)).as_bytes())
    read()
    assert comments()[0].posted_at == NOON
