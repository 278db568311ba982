"""The company's channel on YouTube: a film shown there, and what is said under it; the worker brings it in."""

from datetime import datetime, timedelta

from compliance import accounts
from compliance.permissions import SYSTEM
from connectors.sandbox.youtube.network import COMPANY, TOKEN
from demo.stage import Stage
from models.enums import Network
from models.session import transaction

HOURS_AGO = 6
TITLE = "Bien utiliser un spray nasal"
FILM = "Trois minutes pour bien faire le geste, avec Inès, pharmacienne.\nParlez-en à votre pharmacien."
SAID = (
    ("merle_lac", "Très clair, merci. On le passe en boucle dans la salle d'attente 👍"),
    ("noyau_midi", "Et pour un enfant de 6 ans, c'est le même geste ?"),
    ("brume_nord", "Rinozel : le nez qui saigne tous les matins depuis une semaine, c'est normal ?"),
)
BELOW = ("tuile_est", "Pareil pour mon mari, il a arrêté hier.")


def show(stage: Stage) -> None:
    """Show the film, let people comment on it, and connect the account."""
    at = stage.now - timedelta(hours=HOURS_AGO)
    shown = {"text": FILM, "at": at.isoformat(), "settings": {"title": TITLE}}
    film = stage.ask("posts", {"network": "youtube", **shown})["id"]
    said = [_say(stage, one, film, at + timedelta(minutes=20 * n)) for n, one in enumerate(SAID, 1)]
    _say(stage, BELOW, said[-1], at + timedelta(hours=2))
    with transaction() as session:
        accounts.connect_account(
            session,
            SYSTEM,
            network=Network.YOUTUBE,
            handle=COMPANY.handle,
            display_name=COMPANY.name,
            external_id=COMPANY.id,
            token=TOKEN,
        )


def _say(stage: Stage, said: tuple[str, str], under: str, at: datetime) -> str:
    entry = {"network": "youtube", "handle": said[0], "text": said[1], "reply_to": under}
    return str(stage.ask("comments", {**entry, "at": at.isoformat()})["id"])
