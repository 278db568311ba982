"""Facebook and Instagram among the sandbox's networks: one interface, two roots."""

from collections.abc import Callable
from typing import Any

from connectors.sandbox.meta import facebook, instagram, instagram_containers, instagram_shapes, messages, oauth, push
from connectors.sandbox.meta.facebook_shapes import files, id_of, link, read_id
from connectors.sandbox.meta.graph import Call, Dialect, Endpoint, routes
from connectors.sandbox.network import SandboxNetwork, first_id, read_number
from connectors.sandbox.people import COMPANY
from connectors.sandbox.switching import Switch

PAGE_TOKEN = oauth.token_of("sandboxPageToken")
BLIND_TOKEN = oauth.token_of("sandboxPageTokenWithoutUserContent")
SHOW = frozenset({"pages_show_list"})
OPEN: dict[tuple[str, ...], Callable[[Call], dict[str, Any]]] = {("oauth", "access_token"): oauth.access_token}
FACEBOOK_DIALECT = Dialect(
    "facebook",
    (
        *facebook.ENDPOINTS,
        *messages.endpoints("facebook"),
        Endpoint("GET", "page", "accounts", oauth.accounts, SHOW, frozenset({"limit"})),
        Endpoint("GET", "page", "permissions", oauth.permissions),
        *push.endpoints("page"),
    ),
    facebook.kind_of,
    80001,
    "pages",
    OPEN,
)

FACEBOOK = SandboxNetwork(
    name="facebook",
    label="Facebook",
    root="/facebook",
    routes=[oauth.dialog("facebook", "/facebook"), *routes("/facebook", FACEBOOK_DIALECT)],
    company=COMPANY,
    tokens=(
        (f"page:{oauth.SCOPES}", PAGE_TOKEN, COMPANY.id),
        ("page:pages_show_list,pages_read_engagement", BLIND_TOKEN, COMPANY.id),
        ("app", push.APP_TOKEN, COMPANY.id),
    ),
    link=link,
    switch=Switch("who_can_comment", "PUBLIC", "FOLLOWED_AND_MENTIONED", bars=False),
    id_of=id_of,
    number_of=read_id,
    files=files,
    mentions=True,
)

INSTAGRAM_TOKEN = oauth.token_of("sandboxInstagramPageToken")
INSTAGRAM_READER = oauth.token_of("sandboxInstagramPageTokenWithoutComments")
INSTAGRAM_DIALECT = Dialect(
    "instagram",
    (
        *instagram.ENDPOINTS,
        *messages.endpoints("instagram"),
        Endpoint("GET", "user", "accounts", oauth.accounts, SHOW, frozenset({"limit"})),
        Endpoint("GET", "user", "permissions", oauth.permissions),
        Endpoint("GET", "page", "permissions", oauth.permissions),
        *push.endpoints("page"),
    ),
    instagram.kind_of,
    80002,
    "instagram",
    OPEN,
    COMPANY.id,
)

INSTAGRAM = SandboxNetwork(
    name="instagram",
    label="Instagram",
    root="/instagram",
    routes=[
        oauth.dialog("instagram", "/instagram"),
        *instagram_containers.ROUTES,
        *routes("/instagram", INSTAGRAM_DIALECT),
    ],
    company=oauth.INSTAGRAM,
    tokens=(
        (f"page:{oauth.SCOPES}", INSTAGRAM_TOKEN, oauth.INSTAGRAM.id),
        ("page:pages_show_list,instagram_basic,pages_read_engagement", INSTAGRAM_READER, oauth.INSTAGRAM.id),
        ("app", push.APP_TOKEN, oauth.INSTAGRAM.id),
    ),
    link=instagram_shapes.link,
    switch=instagram_shapes.SWITCH,
    id_of=first_id,
    number_of=read_number,
    files=instagram_shapes.files,
    edits=False,
    under=instagram_shapes.takes_answers,
)
