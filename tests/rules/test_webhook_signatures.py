"""What proves that a network speaks: handshake and signature, against vectors that were computed apart."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.webhooks import HOOKS, HookSecrets, hook_of
from errors import Rejected

BODY = b'{"a":1}'
SECRETS = HookSecrets(app_secret="s3cret", verify_token="mot")
NOW = datetime.fromtimestamp(1_700_000_000, UTC)
META = {"x-hub-signature-256": "sha256=5910e62016ef5034272c926c27071992a465c2335cecf41851bda071577f4f6d"}
SIGNED = {
    "x": {"x-twitter-webhooks-signature": "sha256=WRDmIBbvUDQnLJJsJwcZkqRlwjNc7PQYUb2gcVd/T20="},
    "facebook": META,
    "instagram": META,
    "linkedin": {"x-li-signature": "65c896696fe3f7afbf10dfafa2f470c37fa1a96dea8f1098bfb37d589f5ce3bd"},
    "tiktok": {"tiktok-signature": "t=1700000000,s=1698a50bc74d1ff1db85c4e0a5297c2ad9fdba245d5737cdb789e4cc6e098940"},
}
LINKEDIN_SAYS = "282e84d6c3fe9e152bf838a2c9ac5fabeace9e4bcc5a62d3eb0925f22f514d62"
CHALLENGE = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
ASKED = {
    "x": ({"crc_token": "tok"}, '{"response_token": "sha256=L/JlnjcaASxqubiKSvISLvwi3Rxd2m39ni7J5vdBV5E="}'),
    "facebook": ({"hub.mode": "subscribe", "hub.verify_token": "mot", "hub.challenge": "42"}, "42"),
    "linkedin": (
        {"challengeCode": CHALLENGE},
        json.dumps({"challengeCode": CHALLENGE, "challengeResponse": LINKEDIN_SAYS}),
    ),
}


@pytest.mark.parametrize("network", sorted(HOOKS))
def test_a_signature_holds_for_these_bytes_and_this_secret_alone(network):
    genuine, headers = hook_of(network).genuine, SIGNED[network]
    assert genuine(BODY, headers, SECRETS, NOW)
    assert not genuine(BODY + b" ", headers, SECRETS, NOW)
    assert not genuine(BODY, {}, SECRETS, NOW)
    assert not genuine(BODY, headers, HookSecrets(), NOW), "without a secret nothing is genuine"
    assert not genuine(BODY, dict.fromkeys(headers, "é"), SECRETS, NOW)


@pytest.mark.parametrize("off", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_a_signature_of_another_hour_does_not_hold_where_the_network_dates_it(off):
    assert not hook_of("tiktok").genuine(BODY, SIGNED["tiktok"], SECRETS, NOW + off)


@pytest.mark.parametrize("network", sorted(ASKED))
def test_the_networks_question_is_answered_and_a_strangers_is_not(network):
    query, answer = ASKED[network]
    assert hook_of(network).answer(query, SECRETS)[0] == answer
    for asked, secrets in (({}, SECRETS), (query, HookSecrets()), (dict.fromkeys(query, "t" * 501), SECRETS)):
        with pytest.raises(Rejected):
            hook_of(network).answer(asked, secrets)


def test_who_asks_nothing_and_who_sends_nothing():
    for network in ("tiktok", "youtube"):
        with pytest.raises(Rejected):
            hook_of(network).answer({}, SECRETS)
