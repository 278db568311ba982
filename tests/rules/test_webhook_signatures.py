"""What proves that a network speaks: handshake and signature, against vectors that were computed apart."""

import pytest

from compliance import clock
from connectors.webhooks import HOOKS, HookSecrets, hook_of
from errors import Rejected

BODY = b'{"a":1}'
SECRETS = HookSecrets(app_secret="s3cret", verify_token="mot")
SIGNED = {"x": {"x-twitter-webhooks-signature": "sha256=WRDmIBbvUDQnLJJsJwcZkqRlwjNc7PQYUb2gcVd/T20="}}


@pytest.mark.parametrize("network", sorted(HOOKS))
def test_a_signature_holds_for_these_bytes_and_this_secret_alone(network):
    genuine, headers, now = hook_of(network).genuine, SIGNED[network], clock.now()
    assert genuine(BODY, headers, SECRETS, now)
    assert not genuine(BODY + b" ", headers, SECRETS, now)
    assert not genuine(BODY, {}, SECRETS, now)
    assert not genuine(BODY, headers, HookSecrets(), now), "without a secret nothing is genuine"
    assert not genuine(BODY, dict.fromkeys(headers, "é"), SECRETS, now)


def test_x_asks_whose_address_it_is():
    body, kind = hook_of("x").answer({"crc_token": "tok"}, SECRETS)
    assert (body, kind) == (
        '{"response_token": "sha256=L/JlnjcaASxqubiKSvISLvwi3Rxd2m39ni7J5vdBV5E="}',
        "application/json",
    )
    for query, secrets in (({}, SECRETS), ({"crc_token": "tok"}, HookSecrets()), ({"crc_token": "t" * 501}, SECRETS)):
        with pytest.raises(Rejected):
            hook_of("x").answer(query, secrets)


def test_who_sends_no_webhooks_has_none():
    with pytest.raises(Rejected):
        hook_of("youtube")
