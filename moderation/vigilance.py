"""Which vigilance a case belongs to, and how long the law leaves to tell the authority.

Each rule names its source, and says whether the source was read (`confirmed`) or must be checked by the company.
"""

from collections.abc import Collection
from dataclasses import dataclass

from i18n import N_
from models.enums import ProductKind, Seriousness, Vigilance

VIGILANCE_OF: dict[ProductKind, Vigilance] = {
    ProductKind.OTC: Vigilance.PHARMACO,
    ProductKind.RX: Vigilance.PHARMACO,
    ProductKind.VACCINE: Vigilance.PHARMACO,
    ProductKind.DEVICE: Vigilance.MATERIO,
    ProductKind.COSMETIC: Vigilance.COSMETO,
    ProductKind.SUPPLEMENT: Vigilance.NUTRI,
}
NAMES: dict[Vigilance, str] = {
    Vigilance.PHARMACO: N_("pharmacovigilance"),
    Vigilance.MATERIO: N_("matériovigilance"),
    Vigilance.COSMETO: N_("cosmétovigilance"),
    Vigilance.NUTRI: N_("nutrivigilance"),
}


@dataclass(frozen=True)
class AuthorityRule:
    """Calendar days from day zero to the authority; 0 is "without delay"."""

    days: int
    source: str
    confirmed: bool


SERIOUS_MEDICINE = AuthorityRule(15, N_("Directive 2001/83/CE, art. 107 § 3 : cas grave, 15 jours."), confirmed=True)
OTHER_MEDICINE = AuthorityRule(90, N_("Directive 2001/83/CE, art. 107 § 3 : cas non grave, 90 jours."), confirmed=True)
DEVICE_DEATH = AuthorityRule(
    10, N_("Règlement (UE) 2017/745, art. 87 : décès ou dégradation grave inattendue, 10 jours."), confirmed=False
)
DEVICE_SERIOUS = AuthorityRule(15, N_("Règlement (UE) 2017/745, art. 87 : incident grave, 15 jours."), confirmed=False)
DEVICE_THREAT = AuthorityRule(
    2, N_("Règlement (UE) 2017/745, art. 87 : menace grave pour la santé publique, 2 jours."), confirmed=False
)
COSMETIC_SERIOUS = AuthorityRule(
    0, N_("Règlement (CE) 1223/2009, art. 23 : effet indésirable grave, sans délai."), confirmed=False
)

WORST = frozenset({Seriousness.DEATH, Seriousness.LIFE_THREATENING})


def vigilance_of(kinds: Collection[ProductKind]) -> Vigilance:
    """Return a case's vigilance by its products' kinds; a medicine among them, or none known, is a medicine's."""
    found = {VIGILANCE_OF[kind] for kind in kinds}
    return next(iter(found)) if len(found) == 1 else Vigilance.PHARMACO


def authority_rule(
    vigilance: Vigilance, *, serious: bool, seriousness: Collection[str] = (), public_threat: bool = False
) -> AuthorityRule | None:
    """Return the rule that sets the authority's date, or None when no law sets one: vigilance judges."""
    if vigilance is Vigilance.PHARMACO:
        return SERIOUS_MEDICINE if serious else OTHER_MEDICINE
    if vigilance is Vigilance.MATERIO and public_threat:
        return DEVICE_THREAT
    if vigilance is Vigilance.MATERIO and serious:
        return DEVICE_DEATH if WORST & set(seriousness) else DEVICE_SERIOUS
    return COSMETIC_SERIOUS if vigilance is Vigilance.COSMETO and serious else None
