"""The register of products: taking in a catalogue, and what the rules are told of it."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from compliance import audit
from compliance.audit import AuditAction
from compliance.people import check_admin
from compliance.permissions import Actor
from errors import InvalidInput
from i18n import N_
from models.base import new_id
from models.enums import ProductKind, ProductOwner
from models.product import Product
from workflow.checks import ProductFacts

TEXTS = ("substance", "use", "restriction", "derogation", "indication", "generic_of", "amm_number", "device_class")
FLAGS = ("reimbursed", "restricted")
DAYS = ("amm_from", "amm_until")


def register_product(session: Session, actor: Actor, *, record: dict[str, Any]) -> Product:
    """Take a catalogue's record into the register, or bring the product of that name up to date.

    Only `name` is required; unknown keys are ignored; the same record twice changes nothing. A new product whose kind
    is not told counts as a prescription medicine, and one whose owner is not told as ours: the strictest rules apply.
    Of a known product only what the record tells is changed: what regulatory affairs entered stays.
    """
    check_admin(actor)
    told = set(record)
    strictest = {"kind": ProductKind.RX.value, "owner": ProductOwner.OWN.value}
    record = {**record, **{key: record.get(key) or value for key, value in strictest.items()}}
    facts = ProductFacts.from_record(record)
    if not facts.name.strip() or facts.kind is None or facts.owner is None:
        raise InvalidInput(N_("Un produit a un nom, et une nature et un propriétaire connus."))
    fields = _fields(record, facts)
    product = session.exec(select(Product).where(Product.name == facts.name.strip())).first()
    if product is None:
        product = Product(id=new_id(), name=facts.name.strip(), **fields)
    else:
        # What makes it a prescription medicine may come with its kind alone, and is never lost.
        told |= {"prescription_only"} if facts.on_prescription else set()
        fields = {name: value for name, value in fields.items() if name in told}
        if _same(product, fields):
            return product
        for name, value in fields.items():
            setattr(product, name, value)
    session.add(product)
    session.flush()
    new: dict[str, Any] = {"kind": product.kind.value, "owner": product.owner.value, "row_version": product.row_version}
    new["changed"] = sorted(fields)
    audit.record(session, actor, AuditAction.PRODUCT_REGISTER, "product", product.id, new=new)
    return product


def _fields(record: dict[str, Any], facts: ProductFacts) -> dict[str, Any]:
    since = facts.marketed_since
    age = facts.age_min
    return {
        "kind": ProductKind(str(facts.kind)),
        "owner": ProductOwner(str(facts.owner)),
        "forms": [str(form) for form in record.get("forms") or []],
        "aliases": list(facts.aliases),
        "prescription_only": facts.on_prescription,
        "marketed_since": since.date() if isinstance(since, datetime) else since,
        "age_min": int(float(age)) if age is not None else None,
        "device_high_risk": facts.device_high_risk,
        "device_low_risk_list": facts.device_low_risk_list,
        **{name: _day(record.get(name)) for name in DAYS},
        **{name: _text(record.get(name)) for name in TEXTS},
        **{name: bool(record.get(name)) for name in FLAGS},
    }


def _text(value: Any) -> str | None:
    return str(value) if value not in {None, "", False} else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and value else value or None
    except ValueError as error:
        raise InvalidInput(N_("Une date d'AMM ne se lit pas : écrivez-la AAAA-MM-JJ.")) from error


def _same(product: Product, fields: dict[str, Any]) -> bool:
    return all(getattr(product, name) == value for name, value in fields.items())


def facts_of(product: Product) -> ProductFacts:
    """Return what the rules are told of a product."""
    return ProductFacts(
        name=product.name,
        substance=product.substance,
        kind=product.kind,
        owner=product.owner,
        prescription_only=product.prescription_only,
        reimbursed=product.reimbursed,
        restricted=product.restricted,
        restriction=product.restriction,
        derogation=product.derogation,
        marketed_since=product.marketed_since,
        indication=product.indication,
        use=product.use,
        age_min=product.age_min,
        generic_of=product.generic_of,
        aliases=tuple(product.aliases),
        device_class=product.device_class,
        device_high_risk=product.device_high_risk,
        device_low_risk_list=product.device_low_risk_list,
    )


def register_of(session: Session) -> tuple[ProductFacts, ...]:
    """Return the whole register, ours and the competitors', by name."""
    return tuple(facts_of(product) for product in session.exec(select(Product).order_by(col(Product.name))))
