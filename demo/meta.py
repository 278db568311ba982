"""The company's Facebook page and Instagram profile: what is said under posts made there; the worker brings it in."""

from datetime import datetime, timedelta

from compliance import accounts
from compliance.permissions import SYSTEM
from connectors.base import Account, Token
from connectors.sandbox.meta import oauth
from connectors.sandbox.meta.networks import INSTAGRAM_TOKEN, PAGE_TOKEN
from connectors.sandbox.people import COMPANY
from demo.stage import Stage
from models.enums import Network
from models.session import transaction

HOURS_AGO = 5
WHO: dict[Network, tuple[Account, Token]] = {
    Network.FACEBOOK: (COMPANY, PAGE_TOKEN),
    Network.INSTAGRAM: (oauth.INSTAGRAM, INSTAGRAM_TOKEN),
}
POSTS = {
    Network.FACEBOOK: "Nos équipes ont couru pour la recherche dimanche : merci à toutes et à tous d'être venus.",
    Network.INSTAGRAM: "Bien ranger son armoire à pharmacie, en quatre gestes. Détails chez votre pharmacien.",
}
SAID = {
    Network.FACEBOOK: (
        ("mimosa_sud", "Belle journée, bravo à l'organisation !"),
        (
            "corail_nuit",
            "Mon père s'est évanoui deux heures après sa Cardexine, personne ne répond au numéro de la boîte.",
        ),
    ),
    Network.INSTAGRAM: (
        ("galet_aube", "Trop utile, je garde 🙌"),
        ("menthe_bois", "On peut rapporter les restes de sirop où ?"),
    ),
}


def show(stage: Stage) -> None:
    """Make a post on each, let people comment on it, and connect the accounts."""
    at = stage.now - timedelta(hours=HOURS_AGO)
    for network, (who, token) in WHO.items():
        _write(stage, network, at)
        with transaction() as session:
            accounts.connect_account(
                session,
                SYSTEM,
                network=network,
                handle=who.handle,
                display_name=who.name,
                external_id=who.id,
                token=token,
            )


def _write(stage: Stage, network: Network, at: datetime) -> None:
    place = {"network": network.value}
    post = stage.ask("posts", {**place, "text": POSTS[network], "at": at.isoformat()})["id"]
    for n, (handle, text) in enumerate(SAID[network], 1):
        moment = (at + timedelta(minutes=25 * n)).isoformat()
        stage.ask("comments", {**place, "handle": handle, "text": text, "reply_to": post, "at": moment})
