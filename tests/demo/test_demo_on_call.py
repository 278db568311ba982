"""The demonstration's rota: its people are called by the demonstration's own mailbox, and an emergency was answered."""

from datetime import UTC, datetime

import pytest

from compliance import clock
from connectors.sandbox import OAUTH2, running_sandbox
from demo import on_call
from demo.stage import Stage
from models.enums import AlarmKind, AlarmStatus, DeliveryStatus, Role
from models.on_call import OnCallAlarm
from models.session import reading
from moderation import on_call_views
from settings import get_settings
from tests.comment_factories import officer, products, sandbox_account
from tests.factories import person
from tests.on_call_factories import deliveries, rows


@pytest.fixture
def stage(tmp_path, sqlite_db, monkeypatch):
    with running_sandbox(tmp_path / "sandbox") as running, clock.at(datetime(2026, 11, 18, 21, tzinfo=UTC)):
        monkeypatch.setenv("COVIGIE_X_BASE_URL", running.url)
        monkeypatch.setenv("COVIGIE_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("COVIGIE_SMTP_PORT", str(running.smtp_port))
        get_settings.cache_clear()
        made = Stage(running.url, OAUTH2)
        made.people = {"nadia": officer("nadia"), "helene": person(Role.RESPONSIBLE_PHARMACIST, login="helene")}
        products()
        made.account_id = sandbox_account().id
        yield made


def test_the_demonstration_opens_on_a_rota_with_a_gap_and_an_answered_emergency(stage):
    on_call.keep_watch(stage)
    with reading() as session:
        view = on_call_views.rota(session, stage.people["nadia"])
    assert {row.name for row in view.shifts} == {"Nadia", "Helene"}
    assert view.gaps
    (alarm,) = [each for each in rows(OnCallAlarm) if each.kind is AlarmKind.EMERGENCY]
    assert alarm.status is AlarmStatus.ACKNOWLEDGED
    assert {each.status for each in deliveries()} == {DeliveryStatus.DELIVERED}
    assert all(each.way_id for each in deliveries())
