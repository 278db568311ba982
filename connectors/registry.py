"""Which channel speaks for which network."""

from connectors.base import Account, Capabilities, Channel, Token
from connectors.linkedin.channel import LinkedInChannel
from connectors.meta.facebook import FacebookChannel
from connectors.meta.instagram import InstagramChannel
from connectors.tiktok import TikTokChannel
from connectors.tiktok.text import utf16_units
from connectors.x import XChannel
from connectors.x_poll import afresh
from connectors.x_text import weighted_length
from connectors.youtube.channel import YoutubeChannel
from connectors.youtube.text import comment_length
from errors import Rejected

Known = type[XChannel | FacebookChannel | InstagramChannel | LinkedInChannel | TikTokChannel | YoutubeChannel]
CHANNELS: dict[str, Known] = {
    "x": XChannel,
    "facebook": FacebookChannel,
    "instagram": InstagramChannel,
    "linkedin": LinkedInChannel,
    "tiktok": TikTokChannel,
    "youtube": YoutubeChannel,
}
MEASURES = {
    "x": weighted_length,
    "facebook": len,
    "instagram": len,
    "linkedin": len,
    "tiktok": utf16_units,
    "youtube": comment_length,
}

AFRESH = {"x": afresh}
"""What makes a cursor read posts from their beginning again, where a poll finds nothing that appears late."""


def channel_for(network: str, *, base_url: str, token: Token, account: Account, timeout: float = 10.0) -> Channel:
    """Return the channel of one account.

    `base_url` is scheme and host (`https://api.x.com`, or the sandbox's), `timeout` seconds a call. Nothing is sent.
    `Rejected` when no channel speaks for the network.
    """
    if network not in CHANNELS:
        raise Rejected(f"no channel speaks for {network}")
    return CHANNELS[network](base_url=base_url, token=token, account=account, timeout=timeout)


def reply_length(network: str, text: str) -> tuple[int, int]:
    """Return how long an answer is and how long it may be, in the network's own unit (on X weighted characters).

    `Rejected` when no channel speaks for the network.
    """
    if network not in CHANNELS:
        raise Rejected(f"no channel speaks for {network}")
    return MEASURES[network](text), CHANNELS[network].capabilities.max_reply_length


def capabilities_of(network: str) -> Capabilities | None:
    """Return what a network can do; None when no channel speaks for it."""
    return CHANNELS[network].capabilities if network in CHANNELS else None
