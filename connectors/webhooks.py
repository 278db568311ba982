"""What each network's webhooks ask: an answer that proves whose address it is, and whose signature a call bears."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors import x_webhook
from connectors.linkedin import webhook as linkedin
from connectors.meta import webhook as meta
from connectors.tiktok import webhook as tiktok
from errors import Rejected

JSON, TEXT = "application/json", "text/plain"
LINKEDIN_HEADER = "x-li-signature"


@dataclass(frozen=True, slots=True)
class HookSecrets:
    """The application's secret at the network, and the word that Meta asks back."""

    app_secret: str = field(default="", repr=False)
    verify_token: str = field(default="", repr=False)


Query = Mapping[str, str]
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hook:
    """One network's webhooks.

    `answer(query, secrets)` is the body of the handshake's answer and its content type; `Rejected` for another's.
    `genuine(body, headers, secrets, now)`: whether the network sent these raw bytes; header names are in lower case.
    `header` holds the signature: a body without one is not read.
    `named(told)`: the ids of the comments that a notification speaks of, as `Channel.look_up` takes them; KeyError,
    TypeError or AttributeError when it speaks of anything else. None: this network's notifications name no comment so.
    `private(told)`: whether it tells of private messages, and whether of anything else. None: it tells of none.
    """

    answer: Callable[[Query, HookSecrets], tuple[str, str]]
    genuine: Callable[[bytes, Headers, HookSecrets, datetime], bool]
    header: str
    named: Callable[[Any], tuple[str, ...]] | None = None
    private: Callable[[Any], tuple[bool, bool]] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a notification makes us ask for: these comments, the private messages, all else of the account."""

    named: tuple[str, ...] = ()
    private: bool = False
    other: bool = True


def _x_answer(query: Query, secrets: HookSecrets) -> tuple[str, str]:
    return json.dumps(x_webhook.answer_challenge(query.get("crc_token", ""), secrets.app_secret)), JSON


def _x_genuine(body: bytes, headers: Headers, secrets: HookSecrets, _now: datetime) -> bool:
    return x_webhook.is_signed(body, headers.get(x_webhook.SIGNATURE_HEADER, ""), secrets.app_secret)


def _meta_answer(query: Query, secrets: HookSecrets) -> tuple[str, str]:
    return meta.handshake(query, secrets.verify_token), TEXT


def _meta_genuine(body: bytes, headers: Headers, secrets: HookSecrets, _now: datetime) -> bool:
    return meta.is_signed(body, headers.get(meta.SIGNATURE_HEADER, ""), secrets.app_secret)


def _linkedin_answer(query: Query, secrets: HookSecrets) -> tuple[str, str]:
    return json.dumps(linkedin.answer_challenge(query.get("challengeCode", ""), secrets.app_secret)), JSON


def _linkedin_genuine(body: bytes, headers: Headers, secrets: HookSecrets, _now: datetime) -> bool:
    return linkedin.is_signed(body, headers.get(LINKEDIN_HEADER, ""), secrets.app_secret)


def _tiktok_answer(_query: Query, _secrets: HookSecrets) -> tuple[str, str]:
    raise Rejected("TikTok asks for no handshake")


def _tiktok_genuine(body: bytes, headers: Headers, secrets: HookSecrets, now: datetime) -> bool:
    return tiktok.is_signed(body, headers.get(tiktok.HEADER.lower(), ""), secrets.app_secret, now=now)


HOOKS: Mapping[str, Hook] = {
    "x": Hook(_x_answer, _x_genuine, x_webhook.SIGNATURE_HEADER, x_webhook.named),
    "facebook": Hook(_meta_answer, _meta_genuine, meta.SIGNATURE_HEADER, meta.named, meta.private),
    "instagram": Hook(_meta_answer, _meta_genuine, meta.SIGNATURE_HEADER, meta.named, meta.private),
    "linkedin": Hook(_linkedin_answer, _linkedin_genuine, LINKEDIN_HEADER, linkedin.named),
    "tiktok": Hook(_tiktok_answer, _tiktok_genuine, tiktok.HEADER.lower()),
}


def hook_of(network: str) -> Hook:
    """Return a network's webhooks; `Rejected` when it has none."""
    if network not in HOOKS:
        raise Rejected(f"{network} sends no webhooks")
    return HOOKS[network]


def named_in(network: str, body: str) -> tuple[str, ...]:
    """Return the ids of the comments that a notification names, empty when it names none or speaks of more."""
    hook = hook_of(network)
    try:
        return hook.named(json.loads(body)) if hook.named else ()
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()


def told_in(network: str, body: str) -> Told:
    """Return what a notification makes us ask for; one that cannot be read makes us read the account."""
    hook, named = hook_of(network), named_in(network, body)
    try:
        private, other = hook.private(json.loads(body)) if hook.private else (False, True)
    except (ValueError, KeyError, TypeError, AttributeError):
        private, other = False, True
    return Told(named, private, other and not named)
