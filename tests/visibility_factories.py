"""Comments hidden and shown for the tests: a network that keeps what is hidden, and the acts in one line each."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import col, select

from compliance import accounts, clock, outbox
from compliance.permissions import Actor
from connectors.base import Sight
from connectors.registry import CHANNELS
from connectors.x import CAPABILITIES
from errors import Rejected
from models.enums import EffectKind, HideReason, Role
from models.session import reading, transaction
from models.visibility import Evidence, VisibilityAct
from moderation import concealing, visibility
from tests.comment_factories import bring_text, comment
from tests.factories import person

NAMED = "La Cardexine est en rupture chez mon pharmacien."
POST = "9000"


class Page:
    """A network's page: what is hidden and gone there; `trouble` is raised before the effect, `after` behind it."""

    def __init__(self, **changed):
        self.capabilities = replace(CAPABILITIES, **changed)
        self.hidden, self.gone, self.trouble, self.after, self.calls = set(), set(), [], [], []

    def _act(self, name, comment_id, change):
        self.calls.append((name, comment_id))
        if self.trouble:
            raise self.trouble.pop(0)
        if comment_id in self.gone and name != "delete":
            raise Rejected("not found")
        change(comment_id)
        if self.after:
            raise self.after.pop(0)

    def hide(self, comment_id):
        self._act("hide", comment_id, self.hidden.add)

    def unhide(self, comment_id):
        self._act("unhide", comment_id, self.hidden.discard)

    def delete_comment(self, comment_id):
        self._act("delete", comment_id, self.gone.add)

    def sight(self, comment_id):
        self.calls.append(("sight", comment_id))
        if comment_id in self.gone:
            return Sight.GONE
        told = self.capabilities.tells_hidden
        return (Sight.HIDDEN if comment_id in self.hidden else Sight.SHOWN) if told else Sight.UNTOLD


def plug(monkeypatch, shown: Page) -> Page:
    """Put a network in X's place, its abilities too."""
    monkeypatch.setattr(accounts, "open_channel", lambda _account: shown)
    monkeypatch.setattr(CHANNELS["x"], "capabilities", shown.capabilities)
    return shown


def under_our_post(account, text: str = NAMED, n: int = 1, **more) -> str:
    """Store and screen a comment that answers a post of ours."""
    return bring_text(account, text, n, parent_id=POST, conversation_id=POST, **more)


def hide(actor: Actor, comment_id: str, *, reason=HideReason.PRODUCT_NAMED, **more) -> VisibilityAct:
    """Ask for a comment to be hidden, as it reads now."""
    now = comment(comment_id)
    fields = {"revision_n": now.revision_n, "row_version": now.row_version, "reason": reason} | more
    with transaction() as session:
        return visibility.hide(session, actor, comment_id=comment_id, **fields)


def ask_delete(actor: Actor, comment_id: str, *, reason=HideReason.DOXXING, **more) -> VisibilityAct:
    """Ask for a comment's deletion, as it reads now."""
    now = comment(comment_id)
    fields = {"revision_n": now.revision_n, "row_version": now.row_version, "reason": reason} | more
    with transaction() as session:
        return visibility.ask_delete(session, actor, comment_id=comment_id, **fields)


def show_again(actor: Actor, comment_id: str, note: str = "Erreur de lecture.") -> VisibilityAct:
    """Ask for a hidden comment to be shown again."""
    now = comment(comment_id)
    with transaction() as session:
        return visibility.unhide(session, actor, comment_id=comment_id, row_version=now.row_version, note=note)


def conceal(most: int = 20) -> None:
    """Carry out what is due, as the worker does."""
    for _ in range(most):
        if not outbox.run_one("worker", {EffectKind.HIDE: concealing.HIDE_HANDLER}):
            return


def acts(comment_id: str) -> list[VisibilityAct]:
    """Read a comment's acts, in their order."""
    with reading() as session:
        found = select(VisibilityAct).where(VisibilityAct.comment_id == comment_id)
        return list(session.exec(found.order_by(col(VisibilityAct.id))))


def evidence(comment_id: str) -> list[Evidence]:
    """Read a comment's frozen evidence, in its order."""
    with reading() as session:
        return list(session.exec(select(Evidence).where(Evidence.comment_id == comment_id).order_by(col(Evidence.id))))


def lawyer(login: str = "legal") -> Actor:
    """Create somebody of the legal department."""
    return person(Role.LEGAL, login=login)


def later(**delta):
    """Hold the clock later."""
    return clock.at(clock.now() + timedelta(**delta))
