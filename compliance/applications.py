"""Our applications at the networks: what must be set before accounts can be connected, and our own addresses there."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import SecretStr

from compliance.accounts import address_of
from connectors.consent import CONSENTS, Application
from connectors.http_facts import is_loopback
from connectors.subscribing import SUBSCRIPTIONS
from errors import InvalidInput
from i18n import N_
from models.account import Account
from models.enums import Network
from settings import get_settings

CLIENT: Mapping[Network, tuple[str, str]] = {
    Network.X: ("x_client_id", "x_client_secret"),
    Network.FACEBOOK: ("meta_app_id", "meta_app_secret"),
    Network.INSTAGRAM: ("meta_app_id", "meta_app_secret"),
    Network.LINKEDIN: ("linkedin_client_id", "linkedin_app_secret"),
    Network.TIKTOK: ("tiktok_app_id", "tiktok_app_secret"),
    Network.YOUTUBE: ("youtube_client_id", "youtube_client_secret"),
}
"""The settings that hold a network's application: its id and its secret."""
TELLING: Mapping[Network, tuple[str, ...]] = {
    Network.X: ("x_app_secret", "x_bearer_token"),
    Network.FACEBOOK: ("meta_app_id", "meta_app_secret", "meta_verify_token"),
    Network.INSTAGRAM: ("meta_app_id", "meta_app_secret", "meta_verify_token"),
    Network.LINKEDIN: ("linkedin_app_secret", "linkedin_application_id"),
    Network.TIKTOK: ("tiktok_app_id", "tiktok_app_secret"),
}
"""Those that its notifications need: to be asked for, and to be proved genuine when they come."""
SLASHED = frozenset({Network.TIKTOK})
"""Networks that register an address for the way back with a final slash only."""
CONNECTED = tuple(network for network in Network if network.value in CONSENTS)


def setting(name: str) -> str:
    """Return a setting as text, empty when it is not set."""
    held = getattr(get_settings(), name)
    return held.get_secret_value() if isinstance(held, SecretStr) else str(held or "")


def unset(network: Network, names: Mapping[Network, tuple[str, ...]] = CLIENT) -> tuple[str, ...]:
    """Return the variables that are not set and that connecting an account (or its notifications) needs."""
    return tuple(f"COVIGIE_{name.upper()}" for name in names.get(network, ()) if not setting(name))


def application_of(network: Network) -> Application:
    """Return our application at a network; `InvalidInput` names the settings that are missing."""
    check_set(network, CLIENT)
    client_id, client_secret = (setting(name) for name in CLIENT[network])
    return Application(client_id, client_secret, redirect_uri(network))


def check_set(network: Network, names: Mapping[Network, tuple[str, ...]]) -> None:
    """Refuse, naming them, while settings are missing."""
    if missing := unset(network, names):
        raise InvalidInput(
            N_(
                "L'application n'est pas déclarée auprès de ce réseau : {names} n'est pas réglé. Demandez-le à la "
                "personne qui a installé Covigie ; docs/connecting-accounts.md dit comment."
            ),
            names=", ".join(missing),
        )


def home() -> str:
    """Return the address under which people reach us, without a final slash."""
    settings = get_settings()
    return (settings.public_url or f"http://localhost:{settings.port}").rstrip("/")


def redirect_uri(network: Network) -> str:
    """Return where a network sends people back, to the letter as it must be registered there."""
    return f"{home()}/oauth/{network.value}/callback{'/' if network in SLASHED else ''}"


def webhook_uri(network: Network) -> str:
    """Return where a network tells us what happened; empty for one that tells nothing."""
    return f"{home()}/webhooks/{network.value}" if network.value in SUBSCRIPTIONS else ""


def base_url_of(account: Account) -> str:
    """Return where the interface of an account's network is."""
    return account.base_url or address_of(account.network)


def check_public(account: Account) -> None:
    """Refuse an address that no network would call: it must be https, unless the network is on this machine."""
    if urlsplit(home()).scheme != "https" and not is_loopback(base_url_of(account)):
        raise InvalidInput(
            N_(
                "Le réseau ne peut pas nous joindre à l'adresse {address} : il faut une adresse publique en https. "
                "Réglez COVIGIE_PUBLIC_URL, puis recommencez."
            ),
            address=home(),
        )
