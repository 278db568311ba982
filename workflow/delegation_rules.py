"""When a delegation holds, pure: its days in Paris, its scope, its end. A role that was lent is never passed on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from compliance.time_zone import PARIS
from errors import InvalidInput, NotPermitted
from i18n import N_
from models.enums import Role

LONGEST = timedelta(days=366)


class Standing(StrEnum):
    """Where a delegation stands at a moment."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    ENDED = "ended"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Scope:
    """What is signed: the products that the version is about (ids of the register), and the post's campaign."""

    products: frozenset[str] = frozenset()
    campaign: str = ""


@dataclass(frozen=True)
class Mandate:
    """A delegation as the rules see it: days of Paris, both included; `product_id` and `campaign` narrow it."""

    delegator: str
    role: Role
    first_day: date
    last_day: date
    revoked_at: datetime | None = None
    product_id: str | None = None
    campaign: str = ""


def standing(mandate: Mandate, moment: datetime) -> Standing:
    """Say where a delegation stands at a moment; a revocation counts from its very moment (I17)."""
    if mandate.revoked_at is not None and mandate.revoked_at <= moment:
        return Standing.REVOKED
    day = moment.astimezone(PARIS).date()
    if day > mandate.last_day:
        return Standing.ENDED
    return Standing.IN_FORCE if day >= mandate.first_day else Standing.NOT_YET


def covers(mandate: Mandate, scope: Scope) -> bool:
    """Say whether a delegation is for a post: its product is named in it, and its campaign is the post's."""
    about = mandate.product_id is None or mandate.product_id in scope.products
    return about and mandate.campaign in ("", scope.campaign)


def check_holds(mandate: Mandate, scope: Scope, moment: datetime) -> None:
    """Refuse a signature under a delegation that does not hold; raises NotPermitted with the reason and the day."""
    told = {"name": mandate.delegator, "first": f"{mandate.first_day:%d/%m/%Y}", "last": f"{mandate.last_day:%d/%m/%Y}"}
    where = standing(mandate, moment)
    if where is Standing.REVOKED:
        raise NotPermitted(N_("La délégation de {name} a été retirée : vous ne pouvez plus signer en son nom."), **told)
    if where is Standing.ENDED:
        raise NotPermitted(
            N_("La délégation de {name} a pris fin le {last} : vous ne pouvez plus signer en son nom."), **told
        )
    if where is Standing.NOT_YET:
        raise NotPermitted(N_("La délégation de {name} ne commence que le {first}."), **told)
    if not covers(mandate, scope):
        raise NotPermitted(N_("La délégation de {name} ne couvre pas cette publication."), **told)


def check_period(first_day: date, last_day: date, today: date) -> None:
    """Refuse days that cannot be: in the past, the wrong way round, longer than a year; raises InvalidInput."""
    if first_day < today:
        raise InvalidInput(N_("Une délégation commence aujourd'hui au plus tôt : choisissez un autre premier jour."))
    if last_day < first_day:
        raise InvalidInput(N_("Le dernier jour précède le premier : corrigez les dates."))
    if last_day - first_day > LONGEST:
        raise InvalidInput(N_("Une délégation dure un an au plus : choisissez un dernier jour plus proche."))


def check_people(delegator_id: str | None, delegate_id: str, role: Role, held: Collection[Role]) -> None:
    """Refuse to lend a role that one does not hold oneself (no chain), or to lend it to oneself."""
    if role not in held:
        raise NotPermitted(
            N_("Vous ne tenez pas ce rôle vous-même : une signature reçue par délégation ne se délègue pas.")
        )
    if delegator_id == delegate_id:
        raise InvalidInput(N_("Choisissez une autre personne que vous-même."))
