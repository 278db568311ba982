"""The demonstration's film on TikTok: people comment on it, and their words come in as from any other network."""

from datetime import timedelta

from compliance import accounts
from compliance.permissions import SYSTEM
from connectors.sandbox.tiktok import COMPANY, TOKEN
from demo.stage import Stage
from models.enums import Network
from models.session import transaction
from moderation import analysing, intake

HOURS_AGO = 4
FILM = "Trois gestes pour bien appliquer sa crème solaire ☀️ #prévention"
SAID = (
    ("lea_m13", "Merci pour les explications, très clair 👏"),
    ("tom.run", "Et pour les enfants, c'est à partir de quel âge ?"),
    ("nina_sud", "Hélioprotect m'a donné des plaques rouges et ça gratte depuis deux jours"),
)
BELOW = ("karim_v", "Pareil pour ma sœur, elle a dû voir un médecin")


def show(stage: Stage) -> None:
    """Connect the account, let people comment on a film that was posted by hand, and bring their words in."""
    with stage.at(stage.now - timedelta(hours=HOURS_AGO)):
        account_id = _connect(stage)
        before = stage.now - timedelta(hours=HOURS_AGO, minutes=30)
        film = stage.ask("posts", {"network": "tiktok", "text": FILM, "at": before.isoformat()})["id"]
        said = [_say(stage, handle, text, film) for handle, text in SAID]
        _say(stage, *BELOW, said[-1])
        intake.poll_account(account_id)
        while analysing.analyse_pending(100):
            pass


def _connect(stage: Stage) -> str:
    with transaction() as session:
        account = accounts.connect_account(
            session,
            SYSTEM,
            network=Network.TIKTOK,
            handle=COMPANY.handle,
            display_name=COMPANY.name,
            external_id=COMPANY.id,
            token=TOKEN,
            base_url=f"{stage.sandbox}/tiktok",
        )
        return account.id


def _say(stage: Stage, handle: str, text: str, under: str) -> str:
    entry = {"network": "tiktok", "handle": handle, "text": text, "reply_to": under}
    return str(stage.ask("comments", entry)["id"])
