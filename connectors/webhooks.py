"""What each network's webhooks ask: an answer that proves whose address it is, and whose signature a call bears."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors import x_webhook
from errors import Rejected


@dataclass(frozen=True, slots=True)
class HookSecrets:
    """The application's secret at the network, and the word that Meta asks back."""

    app_secret: str = field(default="", repr=False)
    verify_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Hook:
    """One network's webhooks.

    `answer(query, secrets)` is the body of the handshake's answer and its content type; `Rejected` for another's.
    `genuine(body, headers, secrets, now)`: whether the network sent these raw bytes; header names are in lower case.
    """

    answer: Callable[[Mapping[str, str], HookSecrets], tuple[str, str]]
    genuine: Callable[[bytes, Mapping[str, str], HookSecrets, datetime], bool]


def _x_answer(query: Mapping[str, str], secrets: HookSecrets) -> tuple[str, str]:
    return json.dumps(x_webhook.answer_challenge(query.get("crc_token", ""), secrets.app_secret)), "application/json"


def _x_genuine(body: bytes, headers: Mapping[str, str], secrets: HookSecrets, _now: datetime) -> bool:
    return x_webhook.is_signed(body, headers.get(x_webhook.SIGNATURE_HEADER, ""), secrets.app_secret)


HOOKS: Mapping[str, Hook] = {"x": Hook(_x_answer, _x_genuine)}


def hook_of(network: str) -> Hook:
    """Return a network's webhooks; `Rejected` when it has none."""
    if network not in HOOKS:
        raise Rejected(f"{network} sends no webhooks")
    return HOOKS[network]
