"""What came in by the other doors and cannot be read whole is said on the coverage page, with what to do."""

from datetime import datetime

import openpyxl
import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app_pages import _webhooks
from models.comment import Comment, CommentRevision, RawEvent
from models.enums import Role
from models.session import reading
from moderation import inbox
from moderation.files import ahead, command, importing
from settings import get_settings
from tests.comment_factories import ADVERSE, count
from tests.factories import person
from tests.imap_server import running_mailbox
from tests.pages.conftest import text_of

HEAVY = (
    "From: Mme D. <d@patient.example>\r\nSubject: Une question\r\nMessage-ID: <1@patient.example>\r\n"
    "Date: Wed, 18 Nov 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=bord\r\n\r\n"
    f"--bord\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{ADVERSE}\r\n"
    "--bord\r\nContent-Type: application/pdf; name=dossier.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
).encode()
FORTY_MEGABYTES = (b"A" * 76 + b"\r\n") * (40_000_000 // 78)


@pytest.fixture
def mailbox(monkeypatch):
    with running_mailbox() as running:
        given = {"HOST": "127.0.0.1", "PORT": running.port, "TLS": False, "LOGIN": "contact@helior.example"}
        for name, value in given.items():
            monkeypatch.setenv(f"COVIGIE_INBOX_IMAP_{name}", str(value))
        monkeypatch.setenv("COVIGIE_X_APP_SECRET", "le secret de l'application")
        get_settings.cache_clear()
        yield running


def a_workbook_with_a_formula(path) -> None:
    book = openpyxl.Workbook()
    for cells in (["Date", "Texte", "id"], [datetime(2025, 11, 18, 9, 30), "Bonjour", 7], ["18/11/2025", "=1+1", 8]):
        book.active.append(cells)
    book.save(path)


def test_a_mail_of_40_mb_a_formula_and_a_forged_notification_are_said_and_nothing_is_lost(
    sqlite_db, mailbox, tmp_path, monkeypatch, open_page
):
    monkeypatch.setattr(importing, "parts_ahead", ahead.parts)
    mailbox.deliver(HEAVY + FORTY_MEGABYTES + b"--bord--\r\n")
    inbox.read_inbox()
    a_workbook_with_a_formula(tmp_path / "appels.xlsx")
    command.import_comments(tmp_path / "appels.xlsx", source="Centre d'appels", mapping={}, tell=lambda _row: None)
    stranger = TestClient(Starlette(routes=_webhooks.ROUTES), base_url="https://covigie.example")
    assert stranger.post("/webhooks/x", content=b'{"for_user_id":"1000"}').status_code == 401
    said = text_of(open_page("coverage.py", person(Role.QUALITY)))
    assert "Ouvrez-le dans la boîte, et notez dans la file ce que les pièces montrent." in said
    assert "1 entrées, 0 textes modifiés, 0 déjà là, 1 à corriger" in said
    assert "corrigez ces lignes et importez-les de nouveau" in said
    assert "vérifiez le secret de l&#39;application chez le réseau" in said
    assert (count(Comment), count(CommentRevision), count(RawEvent)) == (2, 2, 2)
    with reading() as session:
        words = {revision.text for revision in session.exec(select(CommentRevision))}
    assert words == {f"Une question\n\n{ADVERSE}", "Bonjour"}
