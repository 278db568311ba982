"""LinkedIn among the sandbox's networks: a page's posts and what members say under them; names stay through edits."""

from dataclasses import replace

from connectors.base import Account, Token
from connectors.sandbox.linkedin import comments, media, oauth, posts, push
from connectors.sandbox.linkedin.names import link, name, number
from connectors.sandbox.network import SandboxNetwork

COMPANY = Account("urn:li:organization:90210417", "laboratoires-helior", "Laboratoires Hélior")
USER = Token(
    access="sandbox-linkedin-user-token",
    refresh="sandbox-linkedin-refresh-token",
    client_id="sandboxLinkedInClient",
    client_secret="sandboxLinkedInSecret",  # noqa: S106 - opens nothing but the sandbox
)
READER = Token(access="sandbox-linkedin-reader-token")
"""A token whose member did not consent to writing."""

LINKEDIN = SandboxNetwork(
    name="linkedin",
    label="LinkedIn",
    root="/linkedin",
    routes=[*posts.ROUTES, *comments.ROUTES, *media.ROUTES, *oauth.ROUTES, *push.ROUTES],
    company=COMPANY,
    tokens=(
        ("user", Token(access=USER.access), COMPANY.id),
        ("reader", READER, COMPANY.id),
        ("refresh", replace(USER, access=USER.refresh), COMPANY.id),
    ),
    link=link,
    switch=comments.SWITCH,
    id_of=name,
    number_of=number,
    files=media.files,
)
