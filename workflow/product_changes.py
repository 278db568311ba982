"""The register of products as regulatory affairs keep it: what a product is, whether it is on its market.

A product that leaves its market takes with it all that speaks of it, information on its safety excepted. Another
change takes with it what the rules block from then on, and did not block before: it is tried on them first, and shown.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from compliance import audit, clock, transitions
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor, Permission, check
from errors import InvalidInput, RuleViolated
from i18n import N_, _
from models.enums import (
    DependencyKind,
    ProductAction,
    ProductKind,
    ProductOwner,
    ProductStatus,
    Qualification,
    Severity,
)
from models.post import Post, PostVersion
from models.product import Product
from models.session import expect_version, get
from workflow import rule_pack
from workflow.cascade import Dependency, RestingRow, alive, lapse, resting, resting_row
from workflow.checked_posts import checked
from workflow.checks import ProductFacts, named_products
from workflow.findings import found_in, stored_content
from workflow.library_states import OFF_MARKET, PRODUCT_TRANSITIONS
from workflow.products import register_of, register_product

ENDINGS = {
    ProductStatus.SUSPENDED: N_("{name} est suspendu."),
    ProductStatus.STOPPED: N_("La commercialisation de {name} est arrêtée."),
    ProductStatus.WITHDRAWN: N_("L'AMM de {name} est retirée."),
    ProductStatus.EXPIRED: N_("L'AMM de {name} est arrivée à son terme."),
}


@dataclass(frozen=True)
class ProductContent:
    """What regulatory affairs say of a product; None where nobody knows."""

    prescription_only: bool = False
    reimbursed: bool = False
    restricted: bool = False
    restriction: str | None = None
    derogation: str | None = None
    marketed_since: date | None = None
    indication: str | None = None
    age_min: int | None = None
    generic_of: str | None = None
    amm_number: str | None = None
    amm_from: date | None = None
    amm_until: date | None = None
    device_class: str | None = None
    device_high_risk: bool | None = None
    device_low_risk_list: bool | None = None


@dataclass(frozen=True)
class ProductCard:
    """A product as its page shows it, with the posts that would go with it, and what may happen to it."""

    product_id: str
    name: str
    kind: ProductKind
    status: ProductStatus
    substance: str
    content: ProductContent
    posts: tuple[RestingRow, ...]
    actions: tuple[ProductAction, ...]
    row_version: int


NAMES = tuple(each.name for each in fields(ProductContent))


def content_of_product(product: Product) -> ProductContent:
    """Return what the register says of a product."""
    return ProductContent(**{name: getattr(product, name) for name in NAMES})


def _tidy(content: ProductContent) -> ProductContent:
    told: dict[str, Any] = {
        name: value.strip() or None if isinstance(value, str) else value for name, value in asdict(content).items()
    }
    return ProductContent(**told)


def _check(content: ProductContent) -> None:
    if content.amm_from and content.amm_until and content.amm_until < content.amm_from:
        raise InvalidInput(N_("L'AMM finit avant de commencer. Corrigez ses dates."))
    if content.age_min is not None and not 0 <= content.age_min <= 120:  # noqa: PLR2004 - years of a life
        raise InvalidInput(N_("Donnez un âge minimal entre 0 et 120 ans, ou laissez le champ vide."))
    if content.restricted and not content.restriction:
        raise InvalidInput(N_("Dites quelle restriction s'oppose à la publicité : chacun la lira."))


def edit_product(
    session: Session, actor: Actor, *, product_id: str, row_version: int | None, content: ProductContent, reason: str
) -> Product:
    """Change what the register says of a product, with the reason; an equal content changes nothing.

    What the rules then newly block is held, or is to be taken down, in the same transaction.
    """
    check(actor, Permission.PRODUCT_KEEP)
    product = get(session, Product, product_id, lock=True)
    expect_version(product, row_version)
    content = _tidy(content)
    _check(content)
    before = content_of_product(product)
    if content == before:
        return product
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    fallen = {post.id for post, _version in _newly_blocked(session, product, content)}
    for name in NAMES:
        setattr(product, name, getattr(content, name))
    session.flush()
    changed = [name for name in NAMES if getattr(content, name) != getattr(before, name)]
    old, new = ({name: _plain(getattr(each, name)) for name in changed} for each in (before, content))
    audit.record(session, actor, AuditAction.PRODUCT_EDIT, "product", product.id, old=old, new=new, reason=reason)
    said = _("Le registre de {name} a changé : les règles s'opposent désormais à cette publication.")
    _lapse(session, actor, product, f"{said.format(name=product.name)} {reason.strip()}", fallen)
    return product


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _lapse(session: Session, actor: Actor, product: Product, reason: str, among: set[str] | None = None) -> None:
    if among is None or among:
        lapse(session, actor, Dependency(DependencyKind.PRODUCT, product.id), reason, among)


def _newly_blocked(session: Session, product: Product, content: ProductContent) -> Sequence[tuple[Post, PostVersion]]:
    """Return the posts on the product that a rule blocks with the new facts, and did not with the old ones.

    While the rules cannot be read, every post on the product counts as blocked (fail closed).
    """
    concerned = list(resting(session, Dependency(DependencyKind.PRODUCT, product.id)))
    if rule_pack.trouble(session):
        return concerned
    now = register_of(session)
    would_be = tuple(_with(facts, content) if facts.name == product.name else facts for facts in now)
    return _newly(session, concerned, now, would_be)


def _newly(
    session: Session,
    posts: Sequence[tuple[Post, PostVersion]],
    before: tuple[ProductFacts, ...],
    after: tuple[ProductFacts, ...],
) -> list[tuple[Post, PostVersion]]:
    return [
        (post, version)
        for post, version in posts
        if _blocked(session, post, version, after) - _blocked(session, post, version, before)
    ]


def _with(facts: ProductFacts, content: ProductContent) -> ProductFacts:
    """Return what the rules would be told of a product."""
    return replace(facts, **{name: value for name, value in asdict(content).items() if hasattr(facts, name)})


def _blocked(
    session: Session, post: Post, version: PostVersion, register: tuple[ProductFacts, ...]
) -> set[tuple[str, str, str]]:
    content = stored_content(session, post, version)
    return {
        (account_id, found.rule, found.field)
        for account_id, found in found_in(session, content, register=register)
        if found.severity is Severity.BLOCK
    }


def concerned_by(session: Session, actor: Actor, *, product_id: str, content: ProductContent) -> tuple[RestingRow, ...]:
    """Return the posts that a change would take with it: shown before it is made."""
    check(actor, Permission.POST_READ)
    product = get(session, Product, product_id)
    content = _tidy(content)
    if content == content_of_product(product):
        return ()
    return tuple(resting_row(session, post) for post, _version in _newly_blocked(session, product, content))


def change_status(
    session: Session, actor: Actor, *, product_id: str, row_version: int | None, action: ProductAction, reason: str
) -> Product:
    """Enter that a product came to its market, left it, or came back, with the reason."""
    product = get(session, Product, product_id, lock=True)
    expect_version(product, row_version)
    today = clock.paris(clock.now()).date()
    back = action in {ProductAction.RESTORE, ProductAction.LAUNCH}
    if back and product.amm_until is not None and product.amm_until < today:
        raise RuleViolated(N_("Son AMM est arrivée à son terme : corrigez d'abord la date de fin de l'AMM."))
    _change(session, actor, product, action, reason)
    return product


def _change(session: Session, actor: Actor, product: Product, action: ProductAction, reason: str) -> None:
    transitions.apply(session, actor, product, PRODUCT_TRANSITIONS, action, reason=reason or None)
    session.flush()
    if product.status in OFF_MARKET:
        said = _(ENDINGS[product.status]).format(name=product.name)
        _lapse(session, actor, product, " ".join(filter(None, [said, reason.strip()])))


def expire_products(session: Session) -> list[Product]:
    """End every product whose authorisation's last day has passed in Paris; the worker does it every hour."""
    today = clock.paris(clock.now()).date()
    over = select(Product).where(
        Product.status == ProductStatus.MARKETED, col(Product.amm_until).is_not(None), col(Product.amm_until) < today
    )
    products = list(session.exec(over.with_for_update()).all())
    for product in products:
        _change(session, SYSTEM, product, ProductAction.EXPIRE, "")
    return products


def take_in_product(session: Session, actor: Actor, *, record: dict[str, Any]) -> Product:
    """Take a catalogue's record into the register; what the rules newly block with it is held, or to be taken down."""
    name = str(record.get("name") or "").strip()
    known = session.exec(select(Product).where(Product.name == name)).first()
    if known is None:
        return register_product(session, actor, record=record)
    was, before = register_of(session), known.row_version
    product = register_product(session, actor, record=record)
    if product.row_version == before:
        return product
    now = register_of(session)
    held = list(resting(session, Dependency(DependencyKind.PRODUCT, product.id)))
    fallen = {post.id for post, version in _newly(session, held, was, now)}
    said = _("Le registre de {name} a changé : les règles s'opposent désormais à cette publication.")
    _lapse(session, actor, product, said.format(name=product.name), fallen)
    return product


def list_products(session: Session, actor: Actor) -> tuple[ProductCard, ...]:
    """Return our own products by name, those off their market last, each with the posts that rest on it."""
    check(actor, Permission.POST_READ)
    own = select(Product).where(Product.owner == ProductOwner.OWN).order_by(col(Product.name))
    speaking = _posts_by_product(session)
    cards = [_card(actor, product, tuple(speaking.get(product.id, ()))) for product in session.exec(own).all()]
    return tuple(sorted(cards, key=lambda card: card.status in OFF_MARKET))


def _posts_by_product(session: Session) -> dict[str, list[RestingRow]]:
    """Return the posts that would go with each product, by its id; each post is read once for all of them."""
    register = register_of(session)
    ids = dict(session.exec(select(Product.name, Product.id)).all())
    found: dict[str, list[RestingRow]] = {}
    for post, version in alive(session):
        content = stored_content(session, post, version)
        named = (named_products(checked(content, variant), register) for variant in content.variants)
        about = {*content.products, *(ids[name] for names in named for name in names)}
        for product_id in about if content.qualification is not Qualification.SAFETY else ():
            found.setdefault(product_id, []).append(resting_row(session, post))
    return found


def _card(actor: Actor, product: Product, posts: tuple[RestingRow, ...]) -> ProductCard:
    possible = transitions.actions_for(actor, PRODUCT_TRANSITIONS, product.status)
    return ProductCard(
        product_id=product.id,
        name=product.name,
        kind=product.kind,
        status=product.status,
        substance=product.substance or "",
        content=content_of_product(product),
        posts=posts,
        actions=tuple(ProductAction(each) for each in possible),
        row_version=product.row_version,
    )
