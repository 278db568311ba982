"""Channels of Microsoft Teams, over HTTP to the sandbox: told once, with a link that signs nothing; never in the way."""

from datetime import timedelta

import httpx
import pytest
from sqlmodel import select

from compliance import clock, outbox
from connectors import teams as wire
from connectors.sandbox import running_sandbox
from errors import DeliveryUnknown, InvalidInput, NotPermitted, RateLimited, Rejected, RuleViolated, Unavailable
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import EffectKind, EffectStatus, PostStatus, Qualification, Role
from models.session import reading, transaction
from models.teams import TeamChannel
from tests.post_factories import HEALTH_TEXT, approve_all, load, open_steps, post_at
from workflow import teams
from workflow.team_cards import plain

ADMIN = Role.ADMINISTRATOR


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("teams"), smtp=False) as running:
        yield running


@pytest.fixture(autouse=True)
def empty(sandbox):
    httpx.post(f"{sandbox.url}/_sandbox/reset", trust_env=False).raise_for_status()


def connect(people, sandbox, name="comite", **fields):
    address = fields.pop("address", f"{sandbox.url}/teams/{name}?sig=secret")
    with transaction() as session:
        return teams.connect_channel(session, people[ADMIN], name=name, address=address, **fields)


def send():
    with transaction() as session:
        teams.queue_cards(session)
    while outbox.run_one("test", {EffectKind.TEAMS: teams.TEAMS_HANDLER}):
        pass


def cards(sandbox, name="comite"):
    return httpx.get(f"{sandbox.url}/_sandbox/teams/{name}", trust_env=False).json()


def break_next(sandbox, **fault):
    entry = {"network": "teams", "path": "/teams/"} | fault
    httpx.post(f"{sandbox.url}/_sandbox/faults", json=entry, trust_env=False).raise_for_status()


def shown(people):
    with reading() as session:
        (row,) = teams.channels(session, people[ADMIN])
    return row


def test_a_step_is_asked_for_then_recalled_each_once(people_on_both, sandbox):
    people = people_on_both
    channel = connect(people, sandbox)
    post = post_at(PostStatus.IN_REVIEW, people, title="Course *solidaire*")
    send()
    send()
    (card,) = cards(sandbox)
    (step,) = open_steps(post.id)
    assert card["body"][0]["text"] == "À signer"
    assert card["body"][1]["facts"][0]["value"] == "« Course \\*solidaire\\* », v1"
    assert card["actions"][0]["type"] == "Action.OpenUrl"
    assert card["actions"][0]["url"].endswith(f"/relecture?post={post.id}&v=1&etape={step.id}")
    with clock.at(step.due_at + timedelta(minutes=1)):
        send()
        send()
    assert [each["body"][0]["text"] for each in cards(sandbox)] == ["À signer", "En retard"]
    with reading() as session:
        kept = session.get(TeamChannel, channel.id)
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "teams:connect")).all()
    assert "secret" not in kept.address_encrypted
    assert "secret" not in str([event.new for event in events])
    assert shown(people).delivered_at


def test_a_channel_is_for_its_circuit_and_its_role(people, sandbox):
    for name, fields in {
        "legal": {"role": Role.LEGAL},
        "health": {"circuit_key": "health"},
        "both": {"circuit_key": "institutional", "role": Role.LEGAL},
    }.items():
        connect(people, sandbox, name, **fields)
    post = post_at(PostStatus.IN_REVIEW, people, HEALTH_TEXT, qualification=Qualification.DISEASE)
    send()
    approve_all(post.id, people)
    post_at(PostStatus.IN_REVIEW, people)
    send()
    assert {name: len(cards(sandbox, name)) for name in ("legal", "health", "both")} == {
        "legal": 0,
        "health": 1,
        "both": 0,
    }


def test_what_does_not_arrive_is_shown_tried_again_and_stops_nothing(people, sandbox):
    connect(people, sandbox)
    post = post_at(PostStatus.IN_REVIEW, people)
    break_next(sandbox, kind="status", value=503)
    send()
    assert "ne répond pas" in shown(people).last_error
    with clock.at(clock.now() + timedelta(minutes=1)):
        send()
    assert len(cards(sandbox)) == 1
    assert shown(people).last_error == ""
    approve_all(post.id, people)
    assert load(post.id).status is PostStatus.APPROVED


def test_a_removed_channel_is_refused_for_good_and_the_step_goes_on(people, sandbox):
    connect(people, sandbox)
    post = post_at(PostStatus.IN_REVIEW, people)
    break_next(sandbox, kind="status", value=404)
    send()
    assert "refuse" in shown(people).last_error
    with reading() as session:
        assert session.exec(select(OutboxEffect.status)).one() is EffectStatus.FAILED
    approve_all(post.id, people)
    assert load(post.id).status is PostStatus.APPROVED


def test_what_was_signed_meanwhile_is_not_asked_for(people, sandbox):
    connect(people, sandbox)
    post = post_at(PostStatus.IN_REVIEW, people)
    with transaction() as session:
        assert teams.queue_cards(session) == 1
    approve_all(post.id, people)
    send()
    assert cards(sandbox) == []


@pytest.mark.parametrize(
    "address",
    ["http://teams.example/x", "ftp://127.0.0.1/x", "https://", "", "https://a:b@teams.example/x", "https://a b/x",
     "http://127.0.0.1.example/x", "file:///etc/passwd"],
)  # fmt: skip
def test_an_address_is_https_or_this_very_machine(people, sandbox, address):
    with pytest.raises(InvalidInput, match="https"):
        connect(people, sandbox, address=address)
    with pytest.raises(Rejected):
        wire.send_message(address, {}, timeout=1)


def test_only_an_administrator_connects_tries_and_closes_a_channel(people, sandbox):
    with pytest.raises(NotPermitted), transaction() as session:
        teams.connect_channel(session, people[Role.LEGAL], name="x", address="https://teams.example/x")
    channel = connect(people, sandbox)
    with transaction() as session:
        teams.try_channel(session, people[ADMIN], channel_id=channel.id)
    send()
    assert cards(sandbox)[0]["body"][0]["text"] == "Ce canal est relié à Covigie"
    with transaction() as session:
        teams.close_channel(session, people[ADMIN], channel_id=channel.id)
    with pytest.raises(RuleViolated), transaction() as session:
        teams.close_channel(session, people[ADMIN], channel_id=channel.id)
    post_at(PostStatus.IN_REVIEW, people)
    send()
    assert len(cards(sandbox)) == 1
    with reading() as session:
        assert session.get(TeamChannel, channel.id).address_encrypted == ""


CARD = {
    "type": "message",
    "attachments": [
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard", "body": []}}
    ],
}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "value": 302}, Rejected),
        ({"kind": "status", "value": 410}, Rejected),
        ({"kind": "status", "value": 429}, RateLimited),
        ({"kind": "status", "value": 502}, Unavailable),
        ({"kind": "stall", "value": 0.6}, DeliveryUnknown),
        ({"kind": "lose_answer"}, DeliveryUnknown),
    ],
    ids=str,
)
def test_every_failure_has_its_name_and_the_address_is_in_none(sandbox, fault, error):
    break_next(sandbox, **fault)
    with pytest.raises(error) as raised:
        wire.send_message(f"{sandbox.url}/teams/a?sig=secret", CARD, timeout=0.3)
    assert "secret" not in str(raised.value)


def test_the_older_connector_that_answers_200_and_failed_is_a_failure():
    said = (
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error {} with ContextId x"
    )
    assert isinstance(wire._refusal(httpx.Response(200, text=said.format(429))), RateLimited)
    assert isinstance(wire._refusal(httpx.Response(200, text=said.format(403))), Rejected)
    assert wire._refusal(httpx.Response(200, text="1")) is None
    assert isinstance(wire._refusal(httpx.Response(307, headers={"Location": "https://x.example"})), Rejected)


def test_nobody_there_means_that_nothing_was_sent():
    with pytest.raises(Unavailable):
        wire.send_message("http://127.0.0.1:9/x", CARD, timeout=0.5)


def test_a_title_is_no_markdown():
    assert plain("[ici](https://x)\n# **a**") == "\\[ici\\]\\(https://x\\) \\# \\*\\*a\\*\\*"
