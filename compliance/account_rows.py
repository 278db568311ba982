"""Reading the accounts for the administrator's page: one row each, with its diagnosis; no network is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from compliance import applications, clock
from compliance.diagnosis import Known, Line, diagnose
from compliance.people import check_admin
from compliance.permissions import Actor
from connectors.versions import SUNSETS
from models.account import Account, CoverageRecord
from models.connection import AccountHealth, ConnectionRequest, WebhookSubscription
from models.enums import AccountStatus, ConnectionOutcome, Mark, Network, SubscriptionStatus, Telling


@dataclass(frozen=True)
class AccountRow:
    """An account as the administrator sees it.

    `unset` are the variables without which it cannot be connected, `untold` those that its notifications lack.
    `failed` is the network's reason when our last wish for notifications failed.
    """

    id: str
    network: Network
    handle: str
    name: str
    status: AccountStatus
    connected: bool
    checked_at: datetime | None
    reason: str
    lines: tuple[Line, ...]
    unset: tuple[str, ...]
    untold: tuple[str, ...]
    redirect_uri: str
    webhook_uri: str
    told: bool
    failed: str

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return all(line.mark is not Mark.BAD for line in self.lines)


@dataclass(frozen=True)
class OutcomeRow:
    """What became of a way to a network's page of consent and back."""

    outcome: ConnectionOutcome
    network: Network
    account_id: str
    handle: str
    facts: Mapping[str, object]


def accounts(session: Session, actor: Actor) -> tuple[AccountRow, ...]:
    """Return the accounts of the networks that are connected by consent, by network and handle."""
    check_admin(actor)
    wanted = select(Account).where(col(Account.network).in_(applications.CONNECTED))
    rows = session.exec(wanted.order_by(col(Account.network), col(Account.handle))).all()
    health = {one.account_id: one for one in session.exec(select(AccountHealth))}
    read = _last_readings(session)
    in_order = select(WebhookSubscription).order_by(col(WebhookSubscription.id))
    wishes = {one.account_id: one for one in session.exec(in_order)}
    return tuple(_row(row, health.get(row.id), read.get(row.id), wishes.get(row.id)) for row in rows)


def _last_readings(session: Session) -> dict[str, datetime]:
    succeeded = select(CoverageRecord.account_id, func.max(CoverageRecord.polled_at)).where(CoverageRecord.succeeded)
    return dict(session.exec(succeeded.group_by(col(CoverageRecord.account_id))).all())


def _row(
    account: Account, health: AccountHealth | None, read_at: datetime | None, wish: WebhookSubscription | None
) -> AccountRow:
    network = account.network
    failed = wish.reason if wish and wish.status is SubscriptionStatus.FAILED else ""
    return AccountRow(
        id=account.id,
        network=network,
        handle=account.handle,
        name=account.display_name,
        status=account.status,
        connected=account.token_encrypted is not None,
        checked_at=health.checked_at if health else None,
        reason=health.reason if health else "",
        lines=diagnose(_known(account, health, read_at), clock.now()),
        unset=applications.unset(network),
        untold=applications.unset(network, applications.TELLING),
        redirect_uri=applications.redirect_uri(network),
        webhook_uri=applications.webhook_uri(network),
        told=health is not None and health.telling is Telling.YES,
        failed=failed,
    )


def _known(account: Account, health: AccountHealth | None, read_at: datetime | None) -> Known:
    version, sunset = SUNSETS[account.network.value]
    held = account.token_encrypted is not None
    known = Known(
        held,
        account.token_expires_at,
        next_at=account.next_allowed_at,
        version=version,
        sunset=sunset,
        read_at=read_at,
    )
    return known if health is None else _looked(known, health)


def _looked(known: Known, health: AccountHealth) -> Known:
    """Add what the last look found."""
    return replace(
        known,
        reach=health.reach,
        renewable=health.renewable,
        missing_scopes=tuple(health.missing_scopes),
        scopes_told=health.scopes_told,
        clock_seconds=health.clock_seconds,
        limited_until=health.limited_until,
        telling=health.telling,
    )


def outcome(session: Session, actor: Actor, request_id: str) -> OutcomeRow | None:
    """Return what became of a person's own request, None for another's and for one that there is not."""
    check_admin(actor)
    row = session.get(ConnectionRequest, request_id)
    if row is None or row.user_id != actor.id:
        return None
    account = session.get(Account, row.account_id)
    return OutcomeRow(row.outcome, row.network, row.account_id, account.handle if account else "", row.facts)
