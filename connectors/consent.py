"""Letting a person connect an account: where the browser goes, which rights are asked, whose account it then is."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors import x_oauth as x
from connectors.base import Account, Token
from connectors.linkedin import oauth as linkedin
from connectors.meta import oauth as meta
from connectors.registry import channel_for
from connectors.tiktok import oauth as tiktok
from connectors.tiktok.version import BASE_URL as TIKTOK
from connectors.youtube import oauth as youtube
from errors import Rejected


@dataclass(frozen=True, slots=True)
class Application:
    """Our application as the network knows it, and the address to which it sends the person back."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a network's interface is, what account is connected there, and how long to wait (seconds)."""

    base_url: str
    account: Account
    timeout: float


@dataclass(frozen=True, slots=True)
class Consent:
    """One network's consent.

    `page(application, state, challenge, host)` is the address of the consent page, `token(code, application, verifier,
    place)` what its code stands for: the accounts that the person may act for, each with its token. `proves`: the
    network takes PKCE. `hosts`: where people consent and where tokens come from, when the interface is at its own
    address; elsewhere (the sandbox) all is at one.
    """

    scopes: tuple[str, ...]
    proves: bool
    api: str
    hosts: tuple[str, str]
    page: Callable[[Application, str, str, str], str]
    token: Callable[[str, Application, str, Place], meta.Granted]


def challenge_of(verifier: str) -> str:
    """Return the proof of a verifier (PKCE, S256): base64url of its SHA-256, without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _x_page(app: Application, state: str, challenge: str, host: str) -> str:
    return x.authorize_url(
        client_id=app.client_id, redirect_uri=app.redirect_uri, state=state, challenge=challenge, base_url=host
    )


def _linkedin_page(app: Application, state: str, _challenge: str, host: str) -> str:
    return linkedin.authorize_url(client_id=app.client_id, redirect_uri=app.redirect_uri, state=state, base_url=host)


def _tiktok_page(app: Application, state: str, _challenge: str, host: str) -> str:
    return tiktok.authorize_url(client_id=app.client_id, redirect_uri=app.redirect_uri, state=state, base_url=host)


def _youtube_page(app: Application, state: str, challenge: str, host: str) -> str:
    return youtube.authorize_url(
        client_id=app.client_id, redirect_uri=app.redirect_uri, state=state, challenge=challenge, base_url=host
    )


def _meta_page(scopes: tuple[str, ...]) -> Callable[[Application, str, str, str], str]:
    def page(app: Application, state: str, _challenge: str, host: str) -> str:
        given = {"client_id": app.client_id, "redirect_uri": app.redirect_uri, "state": state}
        return meta.authorize_url(**given, scopes=scopes, base_url=host)

    return page


def _meta_token(network: str) -> Callable[[str, Application, str, Place], meta.Granted]:
    def token(code: str, app: Application, _verifier: str, place: Place) -> meta.Granted:
        return meta.exchange(
            code, network=network, base_url=place.base_url, timeout=place.timeout,
            client_id=app.client_id, client_secret=app.client_secret, redirect_uri=app.redirect_uri,
        )  # fmt: skip

    return token


def _single(network: str) -> Callable[[str, Application, str, Place], meta.Granted]:
    """Return the exchange of a network whose token is for one account: the token, then whose it is."""

    def token(code: str, app: Application, verifier: str, place: Place) -> meta.Granted:
        given = _exchange(network, code, app, verifier, place)
        # What was not granted is told first: without its rights the token cannot even say whose it is.
        lacking = given.scopes and missing(network, given)
        return ((place.account if lacking else _speaks_for(network, given, place), given),)

    return token


def _exchange(network: str, code: str, app: Application, verifier: str, place: Place) -> Token:
    host = token_host(network, place.base_url)
    known = {"client_id": app.client_id, "client_secret": app.client_secret, "redirect_uri": app.redirect_uri}
    if network == "x":
        return x.exchange(code, **known, verifier=verifier, base_url=host, timeout=place.timeout)
    if network == "youtube":
        return youtube.exchange(code, **known, verifier=verifier, base_url=host, timeout=place.timeout)
    plain = {"linkedin": linkedin.exchange, "tiktok": tiktok.exchange}[network]
    return plain(code, **known, base_url=host, timeout=place.timeout)


def _speaks_for(network: str, token: Token, place: Place) -> Account:
    """Return the account of a token: the one asked for if it may act for it, else the one it is really for."""

    def whoami(account: Account) -> Account:
        return channel_for(
            network, base_url=place.base_url, token=token, account=account, timeout=place.timeout
        ).whoami()

    try:
        return whoami(place.account)
    except Rejected:
        if not place.account.id:
            raise
        return whoami(Account("", place.account.handle, place.account.name))


CONSENTS: Mapping[str, Consent] = {
    "x": Consent(x.SCOPES, True, x.API, (x.CONSENT, x.API), _x_page, _single("x")),
    "facebook": Consent(
        meta.FACEBOOK_SCOPES, False, "https://graph.facebook.com", (meta.DIALOG, "https://graph.facebook.com"),
        _meta_page(meta.FACEBOOK_SCOPES), _meta_token("facebook"),
    ),
    "instagram": Consent(
        meta.INSTAGRAM_SCOPES, False, "https://graph.facebook.com", (meta.DIALOG, "https://graph.facebook.com"),
        _meta_page(meta.INSTAGRAM_SCOPES), _meta_token("instagram"),
    ),
    "linkedin": Consent(
        linkedin.SCOPES, False, "https://api.linkedin.com", (linkedin.HOST, linkedin.HOST),
        _linkedin_page, _single("linkedin"),
    ),
    "tiktok": Consent(
        tiktok.SCOPES, False, TIKTOK, (tiktok.CONSENT, TIKTOK), _tiktok_page, _single("tiktok")
    ),
    "youtube": Consent(
        youtube.SCOPES, True, "https://youtube.googleapis.com", (youtube.CONSENT, youtube.TOKENS),
        _youtube_page, _single("youtube"),
    ),
}  # fmt: skip


def consent_of(network: str) -> Consent:
    """Return a network's consent; `Rejected` when accounts of it are not connected this way."""
    if network not in CONSENTS:
        raise Rejected(f"accounts of {network} are not connected by consent")
    return CONSENTS[network]


def consent_page(network: str, app: Application, *, state: str, verifier: str, base_url: str) -> str:
    """Return where the browser goes; `base_url` is that of the network's interface."""
    consent = consent_of(network)
    host = consent.hosts[0] if base_url.rstrip("/") == consent.api else base_url
    return consent.page(app, state, challenge_of(verifier) if consent.proves else "", host)


def token_host(network: str, base_url: str) -> str:
    """Return where a network's tokens come from."""
    consent = consent_of(network)
    return consent.hosts[1] if base_url.rstrip("/") == consent.api else base_url


def missing(network: str, token: Token) -> tuple[str, ...]:
    """Return the rights that we need and the person did not grant; none where the network does not tell."""
    return tuple(sorted(set(consent_of(network).scopes) - set(token.scopes))) if token.scopes else ()
