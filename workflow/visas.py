"""The register of advertising visas (GP: L. 5122-8 CSP, PM: L. 5122-9 CSP): filed, granted, and how they end.

A visa that ends takes with it all that rests on it (`workflow.cascade`), in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor, Permission, check
from errors import RuleViolated
from i18n import N_, _
from models.base import new_id
from models.enums import DependencyKind, VisaAction, VisaKind, VisaStatus
from models.post import Visa
from models.product import Product
from models.session import expect_version, get
from workflow.cascade import Dependency, RestingRow, lapse, resting_on_visas
from workflow.states import VISA_TRANSITIONS
from workflow.visa_windows import last_day

ENDINGS = {
    VisaStatus.REFUSED: N_("Le visa {number} a été refusé."),
    VisaStatus.SUSPENDED: N_("Le visa {number} est suspendu."),
    VisaStatus.WITHDRAWN: N_("Le visa {number} a été retiré."),
    VisaStatus.EXPIRED: N_("Le visa {number} est arrivé à son terme."),
}


@dataclass(frozen=True)
class VisaRow:
    """A visa as a page shows it, with what rests on it."""

    visa_id: str
    number: str
    kind: VisaKind
    status: VisaStatus
    product: str
    filed: date | None
    granted: date | None
    expires: date | None
    days_left: int | None
    posts: tuple[RestingRow, ...]
    actions: tuple[VisaAction, ...]
    row_version: int


def file_visa(
    session: Session, actor: Actor, *, number: str, kind: VisaKind, product_id: str, filed: date | None = None
) -> Visa:
    """Enter a request that was filed with the ANSM; raises RuleViolated for a number that the register holds."""
    check(actor, Permission.VISA_KEEP)
    number = number.strip()
    if not number:
        raise RuleViolated(N_("Donnez le numéro du visa, ou le numéro interne du dossier déposé."))
    if session.exec(select(Visa).where(Visa.number == number)).first():
        raise RuleViolated(N_("Le registre tient déjà le visa {number}."), number=number)
    get(session, Product, product_id)
    visa = Visa(id=new_id(), number=number, kind=kind, product_id=product_id, filed=filed, status=VisaStatus.PENDING)
    session.add(visa)
    session.flush()
    new = {"number": number, "kind": kind.value, "product": product_id}
    audit.record(session, actor, AuditAction.VISA_FILE, "visa", visa.id, new=new)
    return visa


def change_visa(
    session: Session,
    actor: Actor,
    *,
    visa_id: str,
    row_version: int | None,
    action: VisaAction,
    on: date | None = None,
    reason: str = "",
) -> Visa:
    """Enter what the ANSM decided; a grant takes its day, and runs two years (R. 5122-5, R. 5122-13 CSP)."""
    visa = get(session, Visa, visa_id, lock=True)
    expect_version(visa, row_version)
    if action is VisaAction.GRANT:
        if on is None or on > clock.paris(clock.now()).date():
            raise RuleViolated(N_("Donnez le jour de l'octroi ; il ne peut pas être à venir."))
        visa.granted, visa.expires = on, last_day(on)
    _change(session, actor, visa, action, reason)
    return visa


def _change(session: Session, actor: Actor, visa: Visa, action: VisaAction, reason: str) -> None:
    details = {
        "granted": visa.granted and visa.granted.isoformat(),
        "expires": visa.expires and visa.expires.isoformat(),
    }
    transitions.apply(session, actor, visa, VISA_TRANSITIONS, action, reason=reason or None, details=details)
    session.flush()
    if visa.status in ENDINGS:
        sentence = _(ENDINGS[visa.status]).format(number=visa.number)
        lapse(session, actor, Dependency(DependencyKind.VISA, visa.number), " ".join(filter(None, [sentence, reason])))


def expire_visas(session: Session) -> list[Visa]:
    """End every visa whose last day has passed in Paris, with all that rests on it; the worker does it every hour."""
    today = clock.paris(clock.now()).date()
    over = select(Visa).where(Visa.status == VisaStatus.GRANTED, col(Visa.expires) < today)
    visas = list(session.exec(over.with_for_update()).all())
    for visa in visas:
        _change(session, SYSTEM, visa, VisaAction.EXPIRE, "")
    return visas


def list_visas(session: Session, actor: Actor) -> Sequence[VisaRow]:
    """Return the register: what runs first by its end, then what waits, then what is over."""
    check(actor, Permission.POST_READ)
    today = clock.paris(clock.now()).date()
    order = [VisaStatus.GRANTED, VisaStatus.PENDING, *VisaStatus]
    visas = session.exec(select(Visa, Product.name).where(Product.id == Visa.product_id)).all()
    resting = resting_on_visas(session, actor)
    rows = [_row(actor, visa, product, resting.get(visa.number, ()), today) for visa, product in visas]
    return sorted(rows, key=lambda row: (order.index(row.status), row.expires or date.max, row.number))


def _row(actor: Actor, visa: Visa, product: str, posts: tuple[RestingRow, ...], today: date) -> VisaRow:
    running = visa.status is VisaStatus.GRANTED and visa.expires is not None
    return VisaRow(
        visa_id=visa.id,
        number=visa.number,
        kind=visa.kind,
        status=visa.status,
        product=product,
        filed=visa.filed,
        granted=visa.granted,
        expires=visa.expires,
        days_left=(visa.expires - today).days if running and visa.expires else None,
        posts=posts,
        actions=tuple(VisaAction(each) for each in transitions.actions_for(actor, VISA_TRANSITIONS, visa.status)),
        row_version=visa.row_version,
    )
