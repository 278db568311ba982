"""Connecting an account of YouTube, and renewing its token."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import Token
from connectors.youtube import oauth
from errors import AuthExpired, Rejected, Unavailable
from tests.connectors import consenting
from tests.connectors.world import just_now
from tests.connectors.youtube_world import YoutubeWorld, world_of


@pytest.fixture
def world(sandbox, http) -> YoutubeWorld:
    return world_of(sandbox, http)


# --- connecting an account -----------------------------------------------------------------------------------------

BACK = "https://covigie.labos-helior.example/oauth/youtube"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def consent(world: YoutubeWorld) -> dict[str, str]:
    """Let the account's owner consent, and return what comes back to the application."""
    client_id, base_url = world.token.client_id, world.url + "/youtube"
    url = oauth.authorize_url(
        client_id=client_id, redirect_uri=BACK, state="s1", challenge=CHALLENGE, base_url=base_url
    )
    assert world.token.client_secret not in url
    place = consenting.consent(url)
    assert str(place).startswith(BACK)
    return dict(place.params)


def exchange(world: YoutubeWorld, code: str, **more: str) -> Token:
    known: dict[str, Any] = {
        "client_id": world.token.client_id,
        "client_secret": world.token.client_secret,
        "verifier": VERIFIER,
    }
    return oauth.exchange(code, **{**known, "redirect_uri": BACK, **more}, base_url=world.url + "/youtube")


def test_consent_gives_a_token_that_speaks_for_the_account_and_can_be_renewed(world: YoutubeWorld):
    back = consent(world)
    assert back["state"] == "s1"
    token = exchange(world, back["code"])
    assert world.channel(token=token).whoami() == world.account
    renewed = oauth.refresh(token, base_url=world.url + "/youtube")
    assert renewed.access != token.access
    assert (renewed.refresh, renewed.client_secret) == (token.refresh, token.client_secret)
    assert abs(renewed.expires_at - just_now() - timedelta(hours=1)) < timedelta(minutes=1)
    assert world.channel(token=renewed).whoami() == world.account
    with pytest.raises(AuthExpired):
        exchange(world, back["code"])  # a code is used once


@pytest.mark.parametrize("more", [{"verifier": "w" * 43}, {"redirect_uri": "https://autre.example/"}])
def test_a_code_is_no_use_to_who_did_not_ask_for_it(world: YoutubeWorld, more):
    with pytest.raises(AuthExpired):
        exchange(world, consent(world)["code"], **more)


def test_a_token_that_cannot_be_renewed_must_be_connected_again(world: YoutubeWorld):
    base_url = world.url + "/youtube"
    for token in (Token("a"), replace(world.token, refresh="1//revoked")):
        with pytest.raises(AuthExpired):
            oauth.refresh(token, base_url=base_url)
    with pytest.raises(Rejected, match="client"):
        oauth.refresh(replace(world.token, client_secret="wrong"), base_url=base_url)
    with pytest.raises(Unavailable):
        oauth.refresh(world.token, base_url="http://127.0.0.1:9")
