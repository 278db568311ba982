"""Looking by hand where no interface shows what is said: a standing check with an owner and an hour, every day.

Week-ends included: an adverse event said in a private message is known to the company as any other (GVP VI.B.1.1.4,
digital media under its control), and its day begins when it could have been read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session, col, func, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from connectors.registry import capabilities_of
from errors import InvalidInput
from i18n import N_
from models.account import Account
from models.base import new_id
from models.enums import AccountStatus, BlindSpot, Network
from models.manual import ManualCheck, ManualLook
from models.session import expect_version, get
from models.user import User
from moderation import private_reading
from moderation.deadlines import paris_day
from moderation.queries.coverage import BY_HAND
from moderation.terms.in_force import polled_networks

LONGEST_NOTE = 2_000
MOST_FOUND = 10_000
FIRST_HOUR, LAST_HOUR = time(6), time(22)
"""Hours that exist on every day of the year in Paris, and at which somebody works."""
EVERYWHERE = (BlindSpot.PRIVATE_MESSAGES, BlindSpot.ADVERTISING)
"""What is looked at by hand wherever no program reads it: private messages, and what is said under advertising."""
DEFAULTS: Mapping[Network, tuple[BlindSpot, ...]] = {
    Network.FACEBOOK: (*EVERYWHERE, BlindSpot.REVIEWS, BlindSpot.MENTIONS),
    Network.INSTAGRAM: (*EVERYWHERE, BlindSpot.STORIES, BlindSpot.AGE_GATED, BlindSpot.MENTIONS),
    Network.LINKEDIN: (*EVERYWHERE, BlindSpot.MENTIONS),
    Network.TIKTOK: (*EVERYWHERE, BlindSpot.MENTIONS),
    Network.YOUTUBE: (BlindSpot.ADVERTISING, BlindSpot.MENTIONS),
    Network.X: EVERYWHERE,
}


@dataclass(frozen=True)
class StandingCheck:
    """One blind spot of one account: who looks, when the next look is due, and the last one.

    `owner` is None while nobody is named, or whoever was has left. `due_at` is the last moment that asked for a look,
    None while nobody is named; `late` when nobody looked since.
    """

    account: Account
    spot: BlindSpot
    check: ManualCheck | None
    owner: str | None
    last: ManualLook | None
    due_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether nobody looked since the last hour that asked for it, or nobody is named."""
        return self.due_at is None or self.last is None or self.last.looked_at < self.due_at


def spots_of(account: Account, read: Collection[BlindSpot] = (), *, signed: bool = True) -> tuple[BlindSpot, ...]:
    """Return what is to be looked at by hand: all of an account that is not read, else what its network never lists.

    `read`: the doors that a program reads now; one that it cannot read any more is looked at by hand again. `signed`:
    legal and the data protection officer signed the network's terms, without which it is not read.
    """
    unread = not signed or account.status is AccountStatus.PAUSED or capabilities_of(account.network.value) is None
    if unread:
        return (BlindSpot.EVERYTHING,)
    return tuple(spot for spot in DEFAULTS.get(account.network, EVERYWHERE) if spot not in read)


def name_owner(
    session: Session,
    actor: Actor,
    *,
    account_id: str,
    spot: BlindSpot,
    owner_id: str,
    at: time,
    row_version: int | None,
) -> ManualCheck:
    """Name who looks, and at which hour in Paris; the one before is replaced. `row_version` is None for the first."""
    check(actor, Permission.CHECK_KEEP)
    account, owner = get(session, Account, account_id), get(session, User, owner_id)
    if not owner.active:
        raise InvalidInput(N_("{name} n'est plus active : choisissez une autre personne."), name=owner.printed_name)
    known = select(ManualCheck).where(ManualCheck.account_id == account.id, ManualCheck.spot == spot)
    if not FIRST_HOUR <= at <= LAST_HOUR:
        raise InvalidInput(N_("Choisissez une heure entre 6 h et 22 h, heure de Paris."))
    row = session.exec(known.with_for_update()).first()
    if row:
        expect_version(row, row_version)
    else:
        row = ManualCheck(
            id=new_id(), account_id=account.id, spot=spot, owner_id="", at=at, set_by="", set_at=clock.now()
        )
    row.owner_id, row.at, row.set_by, row.set_at = owner.id, at, actor.id or "", clock.now()
    session.add(row)
    session.flush()
    new = {"account": account.id, "spot": spot.value, "owner": owner.id, "at": at.isoformat("minutes")}
    audit.record(session, actor, AuditAction.CHECK_SET, "manualcheck", row.id, new=new)
    return row


def note_look(
    session: Session, actor: Actor, *, account_id: str, spot: BlindSpot, found: int, note: str = ""
) -> ManualLook:
    """Write down that one looked, and how many things said were found; each is then entered as a note of its own."""
    check(actor, Permission.CHECK_DO)
    account, note = get(session, Account, account_id), note.strip()
    if not 0 <= found <= MOST_FOUND:
        raise InvalidInput(N_("Le nombre trouvé va de 0 à {most}."), most=MOST_FOUND)
    if found and not note:
        raise InvalidInput(N_("Dites ce que vous avez trouvé, et où : la note le garde."))
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(N_("Cette note dépasse {most} signes : raccourcissez-la."), most=LONGEST_NOTE)
    row = ManualLook(
        id=new_id(), account_id=account.id, spot=spot, looked_by=actor.id or "", looked_at=clock.now(), found=found,
        note=note,
    )  # fmt: skip
    session.add(row)
    session.flush()
    new = {"account": account.id, "spot": spot.value, "found": found}
    audit.record(session, actor, AuditAction.CHECK_LOOK, "manuallook", row.id, new=new)
    return row


def standing(session: Session) -> list[StandingCheck]:
    """Return every blind spot of every account with its owner and last look, those that nobody looked at first."""
    heard = select(Account).where(col(Account.network).not_in(BY_HAND)).order_by(col(Account.display_name))
    accounts = [one for one in session.exec(heard) if one.network is not Network.HCP_PORTAL]
    checks = {(one.account_id, one.spot): one for one in session.exec(select(ManualCheck))}
    last, names = (
        _last_looks(session),
        dict(session.exec(select(User.id, User.printed_name).where(col(User.active))).all()),
    )
    signed, doors = polled_networks(session), private_reading.states(session)
    rows = [
        _standing(one, spot, checks.get((one.id, spot)), last, names)
        for one in accounts
        for spot in spots_of(one, private_reading.spared(one, doors), signed=one.network in signed)
    ]
    return sorted(rows, key=lambda row: not row.late)


def _last_looks(session: Session) -> dict[tuple[str, BlindSpot], ManualLook]:
    newest = select(func.max(ManualLook.id)).group_by(col(ManualLook.account_id), col(ManualLook.spot))
    return {
        (one.account_id, one.spot): one
        for one in session.exec(select(ManualLook).where(col(ManualLook.id).in_(newest)))
    }


def _standing(
    account: Account,
    spot: BlindSpot,
    held: ManualCheck | None,
    last: Mapping[tuple[str, BlindSpot], ManualLook],
    names: Mapping[str, str],
) -> StandingCheck:
    owner = names.get(held.owner_id) if held else None
    due_at = last_due(held.at) if held and owner else None
    return StandingCheck(account, spot, held, owner, last.get((account.id, spot)), due_at)


def last_due(at: time) -> datetime:
    """Return the last moment at or before now at which a daily check was due, its hour being that of Paris."""
    now = clock.now()
    day = paris_day(now)
    due = clock.from_paris(datetime.combine(day, at))
    return due if due <= now else clock.from_paris(datetime.combine(day - timedelta(days=1), at))


def mine_to_do(session: Session, actor: Actor) -> list[StandingCheck]:
    """Return the checks that wait for this person."""
    return [row for row in standing(session) if row.late and row.check and row.check.owner_id == actor.id]
