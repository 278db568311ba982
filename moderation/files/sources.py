"""The sources beside the networks: each is an account without a token, under the name that people give it."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.account import Account
from models.base import new_id
from models.door import FileSource
from models.enums import AccountStatus, FileEncoding, Network
from moderation.as_received import storable_text

LONGEST_NAME = 80


def check_entering(actor: Actor) -> None:
    """Refuse an actor who may not enter messages; the installation itself may, from its command line."""
    if actor.id is not None:
        check(actor, Permission.COMMENT_ENTER)


def open_source(session: Session, actor: Actor, *, network: Network, name: str) -> Account:
    """Return the source of this name, made when it is asked for first."""
    check_entering(actor)
    said = " ".join(storable_text(name).split())
    if not said or len(said) > LONGEST_NAME:
        raise InvalidInput(N_("Nommez la source, en {n} caractères au plus : qui l'envoie, ou d'où elle sort."), n=80)
    same = select(Account).where(Account.network == network, Account.handle == said)
    known = session.exec(same.with_for_update()).first()
    if known:
        return known
    source = Account(
        id=new_id(),
        network=network,
        handle=said,
        display_name=said,
        status=AccountStatus.PAUSED,
        created_at=clock.now(),
    )
    session.add(source)
    session.flush()
    audit.record(session, actor, AuditAction.ACCOUNT_REGISTER, "account", source.id, new={"network": network.value})
    return source


def sources(session: Session, network: Network = Network.FILE) -> list[Account]:
    """Return the sources of a door, by name."""
    return list(session.exec(select(Account).where(Account.network == network).order_by(col(Account.display_name))))


def remembered(session: Session, name: str) -> FileSource | None:
    """Return what the columns of a source's files were last said to be."""
    same = select(FileSource).where(Account.network == Network.FILE, Account.handle == name.strip())
    return session.exec(same.where(FileSource.account_id == Account.id)).first()


def remember(session: Session, account_id: str, mapping: Mapping[str, str], encoding: FileEncoding) -> None:
    """Keep what the columns are, for the source's next file."""
    source = session.get(FileSource, account_id, with_for_update=True) or FileSource(account_id=account_id)
    source.mapping, source.encoding, source.updated_at = dict(mapping), encoding, clock.now()
    session.add(source)
    session.flush()
