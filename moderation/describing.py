"""What a report says of its reporter, patient, products and reactions, beyond the four criteria."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from compliance import clock, transitions
from compliance.permissions import Actor
from errors import InvalidInput, StaleVersion
from i18n import N_
from models.case import Case, Reaction, SuspectProduct
from models.enums import CaseAction
from models.session import get
from moderation.as_received import storable_text
from moderation.deadlines import paris_day
from moderation.e2b.values import countries, earliest
from moderation.opening import lock_case
from moderation.states import CASE_TRANSITIONS

CASE = frozenset({
    "reporter_qualification", "reporter_country", "patient_initials", "patient_age", "patient_age_unit",
    "patient_age_group", "patient_sex", "history", "latest_info_on",
})  # fmt: skip
PRODUCT = frozenset(["role", "dose", "indication", "batch", "started_on", "ended_on", "action", "abated", "recurred"])
REACTION = frozenset(["outcome", "started_on", "ended_on"])
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
Given = Mapping[str, Any]


def describe(
    session: Session,
    actor: Actor,
    *,
    case_id: str,
    row_version: int,
    facts: Given | None = None,
    products: Mapping[str, Given] | None = None,
    reactions: Mapping[str, Given] | None = None,
) -> Case:
    """Write down what is known: columns of the case, of its products and of its reactions by their id.

    Partial dates read "2026", "2026-03" or "2026-03-14". Raises InvalidInput for what is no such column, a date of the
    future or none, a country that is none; StaleVersion for a stale screen.
    """
    case = lock_case(session, case_id)
    if case.row_version != row_version:
        raise StaleVersion(N_("Ce cas a changé depuis que vous l'avez ouvert. Relisez-le, puis recommencez."))
    named = {f"case.{name}" for name in _write(case, facts or {}, CASE)}
    for row_id, values in (products or {}).items():
        product = get(session, SuspectProduct, row_id)
        named |= {f"product.{name}" for name in _write(_of(case, product), values, PRODUCT)}
    for row_id, values in (reactions or {}).items():
        reaction = get(session, Reaction, row_id)
        named |= {f"reaction.{name}" for name in _write(_of(case, reaction), values, REACTION)}
    transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.FILL, details={"fields": sorted(named)})
    case.updated_at = clock.now()
    flag_modified(case, "updated_at")
    session.flush()
    return case


def _of(case: Case, row: SuspectProduct | Reaction) -> SuspectProduct | Reaction:
    """Return a row of this case; refuse one of another."""
    if row.case_id != case.id:
        raise InvalidInput(N_("Cet élément n'est pas de ce cas. Rechargez la page."))
    return row


def _write(row: Any, given: Given, allowed: frozenset[str]) -> list[str]:
    if unknown := sorted(set(given) - allowed):
        raise InvalidInput(N_("Un cas n'a pas de champ « {name} »."), name=unknown[0])
    for name, value in given.items():
        setattr(row, name, _fit(name, value))
    return list(given)


def _fit(name: str, value: Any) -> Any:
    if name in ("started_on", "ended_on") and value:
        _check_day(value)
    if name == "reporter_country" and value and value not in countries():
        raise InvalidInput(N_("« {code} » n'est pas le code d'un pays : deux capitales, comme FR."), code=value)
    if name == "latest_info_on" and isinstance(value, date) and value > paris_day(clock.now()):
        raise InvalidInput(N_("L'information la plus récente n'est pas dans l'avenir. Corrigez sa date."))
    return storable_text(value) if type(value) is str else value


def _check_day(value: str) -> None:
    moment = earliest(value.replace("-", "")) if _DAY.fullmatch(value) else None
    if moment is None or moment.date() > paris_day(clock.now()):
        raise InvalidInput(
            N_("« {value} » n'est pas une date passée : écrivez une année, un mois (2026-03) ou un jour (2026-03-14)."),
            value=value,
        )
