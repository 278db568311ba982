"""Renewing the accounts' tokens before they end, so that no account falls silent by itself."""

import structlog
from sqlmodel import col, select

from compliance import accounts, audit, breakers, clock
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from connectors.refreshing import MARGINS, refresh
from errors import AppError, AuthExpired, ConnectorError
from models.account import Account
from models.enums import AccountStatus
from models.session import get, reading, transaction
from settings import get_settings

log = structlog.get_logger()


def refresh_tokens() -> int:
    """Renew every token whose end is near; return how many were. One that fails is tried again at the next round."""
    with reading() as session:
        connected = select(Account).where(col(Account.token_encrypted).is_not(None))
        active = connected.where(Account.status != AccountStatus.PAUSED, col(Account.token_expires_at).is_not(None))
        due = [account for account in session.exec(active) if _ends_soon(account)]
    return sum(_refresh(account) for account in due)


def _ends_soon(account: Account) -> bool:
    margin = MARGINS.get(account.network.value)
    ends = account.token_expires_at
    return margin is not None and ends is not None and ends - clock.now() < margin


def _refresh(account: Account) -> bool:
    """Ask outside any transaction, then keep the new token unless somebody connected the account meanwhile."""
    settings = get_settings()
    try:
        token = refresh(
            account.network.value,
            accounts.token_of(account),
            base_url=account.base_url or accounts.address_of(account.network),
            account_id=account.external_id or "",
            timeout=settings.network_timeout,
        )
    except (ConnectorError, AppError) as error:
        log.warning("token not renewed", account=account.id, error=type(error).__name__)
        if isinstance(error, AuthExpired):
            _note_expired(account.id)
        return False
    with transaction() as session:
        row = get(session, Account, account.id, lock=True)
        if row.token_encrypted != account.token_encrypted:
            return False
        accounts.keep_token(row, token)
        breakers.reconnected(session, row.id)
        new = {"until": token.expires_at.isoformat() if token.expires_at else None}
        audit.record(session, SYSTEM, AuditAction.ACCOUNT_TOKEN_RENEW, "account", row.id, new=new)
    return True


def _note_expired(account_id: str) -> None:
    """Say that a person has to connect the account again, once the token that it has has ended."""
    with transaction() as session:
        row = get(session, Account, account_id, lock=True)
        ended = row.token_expires_at is not None and row.token_expires_at <= clock.now()
        if ended and row.status is AccountStatus.ACTIVE:
            row.status = AccountStatus.AUTH_EXPIRED
            audit.record(session, SYSTEM, AuditAction.ACCOUNT_AUTH_EXPIRED, "account", row.id)
