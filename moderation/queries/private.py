"""What is shown of private messages: our own words in the thread, the end of their window, which doors are read."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from connectors.registry import capabilities_of
from i18n import N_, _
from models.account import Account
from models.case import Reply
from models.comment import Comment
from models.enums import PRIVATE_KINDS, AccountStatus, BlindSpot, Network
from models.private import DoorReading, ThreadMessage
from models.session import get
from moderation import private_reading
from moderation.private_rules import window_end
from moderation.queries.around_rows import ThreadNode
from moderation.queries.coverage import ADVICE, OTHER_ADVICE, OTHER_WHY, WHY
from settings import get_settings

MOST = 200
BY_HAND = N_("D'ici là, quelqu'un regarde à la main (ci-dessous).")


@dataclass(frozen=True)
class DoorRow:
    """One door of one account: `read_at` when it was read last; `sentence` what went wrong and what to do, or empty."""

    name: str
    network: Network
    spot: BlindSpot
    read_at: datetime | None
    sentence: str
    capped_at: datetime | None

    @property
    def healthy(self) -> bool:
        """Whether it is read, and nothing was kept from us."""
        return self.read_at is not None and not self.sentence


@dataclass(frozen=True)
class PrivateView:
    """How a private message is answered: until when (None: without end), and where its thread stands."""

    until: datetime | None
    link: str | None


def private_view(session: Session, comment_id: str) -> PrivateView | None:
    """Return how a private message is answered; None for what was said in public."""
    comment = get(session, Comment, comment_id)
    if comment.kind not in PRIVATE_KINDS:
        return None
    last = private_reading.last_written_at(session, comment)
    return PrivateView(window_end(last, capabilities_of(comment.network.value)), comment.permalink)


def own_nodes(session: Session, comment: Comment) -> list[ThreadNode]:
    """Return what we wrote in a private thread elsewhere than from here; what left from here stands as an answer."""
    if comment.kind not in PRIVATE_KINDS or not comment.conversation_id:
        return []
    ours = select(ThreadMessage).where(
        ThreadMessage.account_id == comment.account_id, ThreadMessage.thread_id == comment.conversation_id
    )
    found = session.exec(ours.order_by(col(ThreadMessage.sent_at).desc()).limit(MOST)).all()
    ids = [one.external_id for one in found]
    sent = set(session.exec(select(Reply.remote_id).where(col(Reply.remote_id).in_(ids))))
    company = get_settings().company
    return [
        ThreadNode(one.id, company, one.text, one.sent_at, 0, ours=True)
        for one in reversed(found)
        if one.external_id not in sent
    ]


def doors(session: Session) -> list[DoorRow]:
    """Return how every door beside the comments is read, the failing ones first."""
    held = private_reading.states(session)
    accounts = session.exec(select(Account).where(Account.status != AccountStatus.PAUSED)).all()
    rows = [
        _row(account, door.spot, held.get((account.id, door.spot)))
        for account in accounts
        for door in private_reading.doors_of(capabilities_of(account.network.value))
    ]
    return sorted(rows, key=lambda row: (row.healthy, row.network.value, row.name))


def _row(account: Account, spot: BlindSpot, state: DoorReading | None) -> DoorRow:
    sentence = _("Jamais relevé.") if state is None else ""
    if state is not None and state.error:
        why = _(WHY.get(state.error, OTHER_WHY)).format(error=state.error)
        sentence = f"{_('Non relevé')} : {why}. {_(ADVICE.get(state.error, OTHER_ADVICE))} {_(BY_HAND)}"
    read_at = state.read_at if state else None
    return DoorRow(account.display_name, account.network, spot, read_at, sentence, state.cap_hit_at if state else None)
