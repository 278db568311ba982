"""Completing a case: what a person enters replaces what the detectors prefilled; what is missing keeps nothing back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col, select

from compliance import clock, transitions
from compliance.permissions import Actor
from errors import InvalidInput
from i18n import N_
from models.case import Case, CaseComment, Reaction, SuspectProduct
from models.comment import CommentRevision
from models.enums import (
    CaseAction,
    ProductKind,
    ProductOwner,
    ReactionOutcome,
    Seriousness,
    Situation,
    Vigilance,
)
from models.product import Product
from moderation import awareness, criteria
from moderation.case_report import facts_of, products_of, reactions_of, ruling_of
from moderation.deadlines import paris_day
from moderation.following_up import date_pending
from moderation.given import (
    PatientGiven,
    ProductGiven,
    ReactionGiven,
    ReporterGiven,
    checked_patient,
    checked_product,
    checked_reaction,
    checked_reporter,
    clean,
)
from moderation.opening import unchanged_case
from moderation.states import CASE_TRANSITIONS
from moderation.vigilance import counts_as_ours, vigilance_of

CODES = ("term", "llt_code", "meddra_version")
PLACE = ("revision_id", "start", "end")


def fill(
    session: Session,
    actor: Actor,
    *,
    case_id: str,
    row_version: int,
    reporter: str | None = None,
    patient: str | None = None,
    reporter_known: bool | None = None,
    patient_known: bool | None = None,
    reporter_facts: ReporterGiven | None = None,
    patient_facts: PatientGiven | None = None,
    products: Collection[ProductGiven] | None = None,
    reactions: Collection[str | ReactionGiven] | None = None,
    seriousness: Collection[Seriousness] | None = None,
    situations: Collection[Situation] | None = None,
    public_threat: bool | None = None,
    narrative: str | None = None,
    vigilance: Vigilance | None = None,
    criteria_on: date | None = None,
    latest_info_on: date | None = None,
) -> Case:
    """Complete a case and confirm it; None leaves a field as it is, an empty value empties it.

    `reporter_facts` and `patient_facts` replace all of their fields. `vigilance` overrules the one that follows from
    the products. `criteria_on` is the day on which the four criteria were known, when that was later than the comment
    itself. Raises InvalidInput with a sentence for what cannot be: a date in the future, a full name, …
    """
    case = unchanged_case(session, case_id, row_version)
    changed = _set_texts(case, {"reporter": reporter, "patient": patient, "narrative": narrative})
    flags = {"reporter_known": reporter_known, "patient_known": patient_known, "public_threat": public_threat}
    changed += _set(case, {name: value for name, value in flags.items() if value is not None})
    changed += _set(case, _people(reporter_facts, patient_facts))
    changed += _set_codes(case, seriousness, situations)
    if products is not None:
        changed += _replace_products(session, actor, case, products)
    if reactions is not None:
        changed += _replace_reactions(session, case, reactions)
    changed += _set(case, {"vigilance": vigilance} if vigilance else {})
    _set_latest(case, latest_info_on)
    settle_clocks(session, case, criteria_on, actor)
    case.confirmed_at, case.confirmed_by = clock.now(), actor.id
    details = {"fields": sorted(changed), "day_zero": case.day_zero.isoformat() if case.day_zero else None}
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.FILL, details=details)
    _touch(session, case)
    return case


def _touch(session: Session, case: Case) -> None:
    """Change the row even when only its products or reactions did, so that a stale screen is seen."""
    case.updated_at = clock.now()
    flag_modified(case, "updated_at")
    session.flush()


def _set_texts(case: Case, given: Mapping[str, str | None]) -> list[str]:
    return _set(case, {name: clean(value) for name, value in given.items() if value is not None})


def _set(case: Case, values: Mapping[str, Any]) -> list[str]:
    """Set fields, and return the names of those that changed."""
    changed = [name for name, value in values.items() if value != getattr(case, name)]
    for name in changed:
        setattr(case, name, values[name])
    return changed


def _people(reporter: ReporterGiven | None, patient: PatientGiven | None) -> dict[str, Any]:
    """Return the columns of what is given of the reporter and of the patient."""
    found: dict[str, Any] = {}
    if reporter:
        found |= {f"reporter_{name}": value for name, value in asdict(checked_reporter(reporter)).items()}
    if patient:
        given = asdict(checked_patient(patient))
        found |= {name if name == "history" else f"patient_{name}": value for name, value in given.items()}
    return found


def _set_codes(
    case: Case, seriousness: Collection[Seriousness] | None, situations: Collection[Situation] | None
) -> list[str]:
    changed = []
    if seriousness is not None:
        case.seriousness = [each.value for each in Seriousness if each in seriousness]
        case.serious = bool(case.seriousness)
        changed.append("seriousness")
    if situations is not None:
        case.situations = [each.value for each in Situation if each in situations]
        changed.append("situations")
    return changed


def _set_latest(case: Case, day: date | None) -> None:
    if day is None:
        return
    first, today = paris_day(case.awareness_at), paris_day(clock.now())
    if not first <= day <= today:
        raise InvalidInput(
            N_("L'information la plus récente date d'entre le {first} (prise de connaissance) et aujourd'hui."),
            first=f"{first:%d/%m/%Y}",
        )
    case.latest_info_on = day


def _replace_products(session: Session, actor: Actor, case: Case, products: Collection[ProductGiven]) -> list[str]:
    """Put the products given in the place of those held; the vigilance follows them, unless a person overruled it."""
    today, register = paris_day(clock.now()), _register(session, [product.name for product in products])
    foreign = {name for name, known in register.items() if known.owner is ProductOwner.COMPETITOR}
    given = [_completed(product, register.get(product.name.strip())) for product in products if product.name.strip()]
    wanted = [asdict(checked_product(product, today, foreign)) for product in given]
    held = products_of(session, case.id)
    if wanted == [_columns(product, wanted[0] if wanted else ()) for product in held]:
        return []
    excluders = {(product.name, product.excluded_because): product.excluded_by for product in held}
    follows = case.vigilance is _vigilance((product.kind, product.owner) for product in held)
    for product in held:
        session.delete(product)
    for n, fields in enumerate(wanted, 1):
        because = fields["excluded_because"]
        by = excluders.get((fields["name"], because), actor.id) if because else None
        session.add(SuspectProduct(case_id=case.id, n=n, excluded_by=by, **fields))
    if follows:
        case.vigilance = _vigilance((fields["kind"], fields["owner"]) for fields in wanted)
    return ["products"]


def _columns(row: SuspectProduct | Reaction, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _vigilance(products: Iterable[tuple[ProductKind | None, ProductOwner | None]]) -> Vigilance:
    """Return the vigilance of products: of ours, or of all when none is ours."""
    known = [(kind, owner) for kind, owner in products if kind]
    ours = [kind for kind, owner in known if counts_as_ours(owner)]
    return vigilance_of(ours or [kind for kind, _owner in known])


def _register(session: Session, names: Collection[str]) -> dict[str, Product]:
    wanted = {name.strip() for name in names}
    return {product.name: product for product in session.exec(select(Product).where(col(Product.name).in_(wanted)))}


def _completed(given: ProductGiven, known: Product | None) -> ProductGiven:
    """Return a product with what the register knows of it, where the person said nothing."""
    if known is None:
        return given
    return replace(
        given,
        substance=given.substance or known.substance,
        kind=given.kind or known.kind,
        owner=given.owner or known.owner,
    )


def _replace_reactions(session: Session, case: Case, reactions: Collection[str | ReactionGiven]) -> list[str]:
    """Put the reactions given in the place of those held; words that stay keep their term and their place."""
    today, held = paris_day(clock.now()), reactions_of(session, case.id)
    known = {reaction.verbatim: reaction for reaction in held}
    texts = _texts(session, case.id)
    wanted = []
    for one in reactions:
        words = clean(one if isinstance(one, str) else one.verbatim)
        if words:
            given = _as_given(words, known.get(words)) if isinstance(one, str) else one
            fields = asdict(checked_reaction(given, today))
            wanted.append(fields | _place(words, known.get(words), texts))
    if wanted == [_columns(reaction, wanted[0] if wanted else ()) for reaction in held]:
        return []
    for reaction in held:
        session.delete(reaction)
    for n, fields in enumerate(wanted, 1):
        session.add(Reaction(case_id=case.id, n=n, **fields))
    return ["reactions", *_fatal(case, wanted)]


def _as_given(words: str, held: Reaction | None) -> ReactionGiven:
    """Return bare words as a person would enter them: what was known of the same words stays."""
    if held is None:
        return ReactionGiven(words)
    return ReactionGiven(words, held.outcome, held.started_on, held.ended_on, *(getattr(held, name) for name in CODES))


def _texts(session: Session, case_id: str) -> list[tuple[str, str]]:
    """Return the revisions that a case rests on, with their texts, newest last."""
    found = select(CommentRevision.id, CommentRevision.text).where(
        CaseComment.revision_id == CommentRevision.id, CaseComment.case_id == case_id
    )
    return [(key, text) for key, text in session.exec(found.order_by(col(CommentRevision.seen_at))) if text]


def _place(words: str, held: Reaction | None, texts: list[tuple[str, str]]) -> dict[str, Any]:
    """Return where the words stand: where they were marked, or found in a comment; nowhere when a person wrote them."""
    if held and held.revision_id:
        return _columns(held, PLACE)
    for revision_id, text in texts:
        start = text.find(words)
        if start >= 0:
            return {"revision_id": revision_id, "start": start, "end": start + len(words)}
    return dict.fromkeys(PLACE)


def _fatal(case: Case, wanted: list[dict[str, Any]]) -> list[str]:
    """Make a case with a fatal outcome serious by death: the one says the other."""
    if not any(fields["outcome"] is ReactionOutcome.FATAL for fields in wanted):
        return []
    _set_codes(case, {*(Seriousness(code) for code in case.seriousness), Seriousness.DEATH}, None)
    return ["seriousness"]


def settle_clocks(session: Session, case: Case, criteria_on: date | None = None, actor: Actor | None = None) -> None:
    """Set day zero once the four criteria are known, with its proof, and the authority's dates from it.

    A day zero is never taken back; a follow-up has its own.
    """
    known_from, today = paris_day(case.awareness_at), paris_day(clock.now())
    if criteria_on and not known_from <= criteria_on <= today:
        raise InvalidInput(
            N_("Les quatre critères ont été connus entre le {first} (prise de connaissance) et aujourd'hui."),
            first=f"{known_from:%d/%m/%Y}",
        )
    session.flush()
    if not criteria.missing(facts_of(session, case)):
        if criteria_on and criteria_on != case.day_zero:
            case.day_zero_evidence = awareness.of_person(actor.id if actor else None, today.isoformat())
        case.day_zero = criteria_on or case.day_zero or known_from
        case.day_zero_evidence = case.day_zero_evidence or case.awareness_evidence
    rule = ruling_of(session, case).rule
    if case.day_zero:
        case.authority_due_on = case.day_zero + timedelta(days=rule.days) if rule else None
    date_pending(session, case)
