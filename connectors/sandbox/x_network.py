"""X among the sandbox's networks: every version of a post has an id of its own, and a mention needs no conversation."""

from connectors.base import Token
from connectors.sandbox import x_media, x_messages, x_oauth, x_push, x_routes
from connectors.sandbox.network import SandboxNetwork, number_id
from connectors.sandbox.people import COMPANY
from connectors.sandbox.store import Item
from connectors.sandbox.switching import Switch
from connectors.sandbox.x_shapes import media_of

OAUTH2 = Token(access="sandbox-x-user-token")
OAUTH1 = Token(
    access="1500000000000000001-sandboxAccessToken",
    secret="sandboxAccessTokenSecret",  # noqa: S106 - opens nothing but the sandbox
    client_id="sandboxConsumerKey",
    client_secret="sandboxConsumerSecret",  # noqa: S106
)
NO_MESSAGES = Token(access="sandbox-x-user-token-without-dm")
APP_ONLY = Token(access="sandbox-x-app-token")


def link(handle: str, item: Item) -> str:
    """Return the address of a post."""
    return f"https://x.com/{handle}/status/{item.id}"


X = SandboxNetwork(
    name="x",
    label="X",
    root="",
    prefixes=("/2/",),
    routes=[*x_media.ROUTES, *x_messages.ROUTES, *x_oauth.ROUTES, *x_push.ROUTES, *x_routes.ROUTES],
    company=COMPANY,
    tokens=(
        ("user", OAUTH2, COMPANY.id),
        ("user", OAUTH1, COMPANY.id),
        (x_messages.WITHOUT, NO_MESSAGES, COMPANY.id),
        ("app", APP_ONLY, None),
    ),
    link=link,
    switch=Switch("reply_settings", "everyone", "following", bars=False),
    id_of=number_id,
    files=media_of,
    mentions=True,
)
