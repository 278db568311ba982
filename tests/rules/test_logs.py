"""A log tells what failed and where, never what was written."""

import json
import logging

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import logs
from models.session import transaction


def test_a_traceback_holds_no_values(capsys):
    before = structlog.get_config()
    logs.configure()
    try:
        comment = "J'ai des vertiges, appelez-moi au 06 00 00 00 00"
        try:
            len(comment) / 0
        except ZeroDivisionError:
            structlog.get_logger().exception("job failed", kind="analyse")
    finally:
        structlog.configure(**before)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["kind"]) == ("job failed", "analyse")
    assert "ZeroDivisionError" in line["exception"]
    assert "vertiges" not in line["exception"]


def test_a_database_error_does_not_repeat_what_was_to_be_stored(sqlite_db):
    with pytest.raises(DBAPIError) as refused, transaction() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "J'ai des vertiges"})
    assert "nowhere" in str(refused.value)
    assert "vertiges" not in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("/oauth/x/callback?code=secret&state=s", "/oauth/x/callback"),
        ("/webhooks/facebook?hub.verify_token=secret", "/webhooks/facebook"),
        ("/comptes?retour=used", "/comptes?retour=used"),
    ],
)
def test_an_access_log_holds_no_code_that_came_in_an_address(asked, written):
    args = ("127.0.0.1:1", "GET", asked, "1.1", 303)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', args, None)
    assert logs.WithoutQueries().filter(record)
    assert f"GET {written} HTTP" in record.getMessage()
    assert "secret" not in record.getMessage()
