"""A new token before the old one ends: which network gives one, where, and how long before."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from connectors import x_oauth as x
from connectors.base import Token
from connectors.consent import token_host
from connectors.linkedin import oauth as linkedin
from connectors.meta import oauth as meta
from connectors.tiktok import oauth as tiktok
from connectors.youtube import oauth as youtube

MARGINS: Mapping[str, timedelta] = {
    "facebook": timedelta(days=7),
    "instagram": timedelta(days=7),
    "linkedin": timedelta(days=7),
    "tiktok": timedelta(hours=6),
    "x": timedelta(minutes=30),
    "youtube": timedelta(minutes=15),
}
"""How long before its end a token is renewed: a tenth of its life at least, so that an outage passes meanwhile."""

Refresh = Callable[[Token, str, str, float], Token]
REFRESHES: Mapping[str, Refresh] = {
    "facebook": lambda token, base, account, wait: meta.refresh(token, base_url=base, account_id=account, timeout=wait),
    "instagram": lambda token, base, account, wait: meta.refresh(
        token, base_url=base, account_id=account, timeout=wait
    ),
    "linkedin": lambda token, base, _account, wait: linkedin.refresh(token, base_url=base, timeout=wait),
    "tiktok": lambda token, base, _account, wait: tiktok.refresh(token, base_url=base, timeout=wait),
    "x": lambda token, base, _account, wait: x.refresh(token, base_url=base, timeout=wait),
    "youtube": lambda token, base, _account, wait: youtube.refresh(token, base_url=base, timeout=wait),
}


def refresh(network: str, token: Token, *, base_url: str, account_id: str, timeout: float) -> Token:
    """Return a new token for an account (the network's id), asked for at once.

    `base_url` is that of the network's interface. `AuthExpired` when a person has to connect the account again,
    `Unavailable` when the network could not be asked: the old token then still holds.
    """
    return REFRESHES[network](token, token_host(network, base_url), account_id, timeout)
