"""Comments that another program of the company delivers, signed: the raw body is kept first, then read by the worker.

A body is one object or a list of them: `text`, `posted_at`, and if known `id`, `author`, `received_at`, `thread`,
`parent`. The same signed body delivered again is the same delivery; the same comment, the same comment.
"""

import json
import secrets
from typing import Any

import structlog
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.people import check_admin
from compliance.permissions import Actor
from compliance.secrets import decrypt, encrypt
from errors import InvalidInput, SignInRefused
from i18n import N_
from models.account import Account
from models.base import new_id
from models.door import SignedDelivery
from models.enums import ImportField, Network, RowProblem
from models.session import expect_version, get, reading, transaction
from moderation.files.columns import Entry, entry_of
from moderation.files.reading import Line, shown
from moderation.files.sources import check_entering, open_source
from moderation.files.storing import store
from moderation.signed import is_signed, is_timely

KEYS = ("text", "posted_at", "author", "id", "received_at", "thread", "parent")
PLACES = {field: n for n, field in enumerate(ImportField)}
LARGEST = 1_000_000
MOST = 1_000
TOGETHER = 50
UNSIGNED = N_("Signature, heure ou source refusée. Rien n'a été enregistré.")
NO_JSON = N_("Le corps n'est ni un objet JSON, ni une liste de 1 000 objets au plus.")

log = structlog.get_logger()


def new_key(session: Session, actor: Actor, *, source: str) -> str:
    """Give a source a new secret, which is shown this once; the one before no longer signs."""
    check_admin(actor)
    account = open_source(session, actor, network=Network.FILE, name=source)
    secret = secrets.token_urlsafe(32)
    account.token_encrypted = encrypt(secret, account_id=account.id)
    audit.record(session, actor, AuditAction.ACCOUNT_CONNECT, "account", account.id, new={"network": "file"})
    return secret


def accept(session: Session, *, source: str, timestamp: str, signature: str, body: bytes) -> SignedDelivery:
    """Keep a signed body as it came; raises SignInRefused for any other, InvalidInput for one that is too large."""
    if len(body) > LARGEST:
        raise InvalidInput(N_("Ce corps dépasse 1 Mo. Partagez la livraison."))
    same = select(Account).where(Account.network == Network.FILE, Account.handle == source)
    account = session.exec(same).first()
    if account is None or account.token_encrypted is None or not is_timely(timestamp, clock.now()):
        raise SignInRefused(UNSIGNED)
    if not is_signed(decrypt(account.token_encrypted, account_id=account.id), timestamp, signature, body):
        raise SignInRefused(UNSIGNED)
    get(session, Account, account.id, lock=True)
    again = select(SignedDelivery).where(SignedDelivery.account_id == account.id, SignedDelivery.signature == signature)
    known = session.exec(again).first()
    if known:
        return known
    kept = SignedDelivery(id=new_id(), account_id=account.id, signature=signature, body=body, received_at=clock.now())
    session.add(kept)
    session.flush()
    return kept


def is_source(session: Session, source: str) -> bool:
    """Say whether a source of this name has a key."""
    same = select(Account.id).where(Account.network == Network.FILE, Account.handle == source)
    return session.exec(same.where(col(Account.token_encrypted).is_not(None))).first() is not None


def read_deliveries() -> None:
    """Read what was delivered, in its order, a transaction a delivery."""
    with reading() as session:
        waiting = select(SignedDelivery.id).where(col(SignedDelivery.read_at).is_(None))
        ids = list(session.exec(waiting.order_by(col(SignedDelivery.received_at)).limit(TOGETHER)))
    for delivery_id in ids:
        try:
            with transaction() as session:
                _read(session, delivery_id)
        except Exception as error:  # noqa: BLE001 - it stays as it came, is tried again, and stops no other
            log.warning("delivery not read", delivery=delivery_id, error=type(error).__name__)


def _read(session: Session, delivery_id: str) -> None:
    delivery = get(session, SignedDelivery, delivery_id, lock=True)
    if delivery.read_at:
        return
    lines, delivery.read_at = _lines(delivery.body or b""), clock.now()
    if lines is None:
        delivery.error, delivery.wrong = NO_JSON, 1
        return
    found = [entry_of(line, PLACES, delivery.received_at) for line in lines]
    account = get(session, Account, delivery.account_id, lock=True)
    entries = [each for each in found if isinstance(each, Entry)]
    stored = store(session, account, entries, delivery.received_at)
    delivery.entered, delivery.wrong = stored.entered + stored.revised, len(found) - len(entries)
    if not delivery.wrong:
        delivery.body = None  # each comment has its own payload, which retention knows how to empty


def _lines(body: bytes) -> list[Line] | None:
    """Return the objects of a body as rows; None where it holds anything else."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    objects = told if isinstance(told, list) else [told]
    if len(objects) > MOST:
        return None
    return [_line(n, each) for n, each in enumerate(objects, 1)]


def _line(n: int, told: Any) -> Line:
    if not isinstance(told, dict):
        return Line(n, (), "", RowProblem.NOT_JSON)
    return Line(n, [shown(told.get(key)) for key in KEYS], json.dumps(told))


def open_deliveries(session: Session, *, limit: int = 20) -> list[tuple[SignedDelivery, str]]:
    """Return the deliveries of which something did not come in, with the name of their source."""
    rows = (
        select(SignedDelivery, Account.display_name)
        .where(SignedDelivery.account_id == Account.id, SignedDelivery.wrong > 0)
        .where(col(SignedDelivery.settled_at).is_(None))
        .order_by(col(SignedDelivery.received_at).desc())
    )
    return list(session.exec(rows.limit(limit)).all())


def settle_delivery(session: Session, actor: Actor, *, delivery_id: str, row_version: int) -> SignedDelivery:
    """Note that a person saw to what a delivery could not bring in; its body is emptied."""
    check_entering(actor)
    delivery = get(session, SignedDelivery, delivery_id, lock=True)
    expect_version(delivery, row_version)
    delivery.settled_by, delivery.settled_at, delivery.body = actor.id, clock.now(), None
    audit.record(session, actor, AuditAction.DELIVERY_SETTLE, "signed_delivery", delivery.id)
    session.flush()
    return delivery
