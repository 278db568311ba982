"""Which vigilance a case belongs to, whom it is told to and how, and how long the law leaves to tell the authority.

Each rule names its source, and says whether the source was read (`confirmed`) or must be checked by the company.
"""

from collections.abc import Collection
from dataclasses import dataclass

from i18n import N_
from models.enums import ProductKind, ProductOwner, Seriousness, Situation, Vigilance

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


@dataclass(frozen=True)
class Route:
    """Where a report goes: whose matter it is, the title of its form, its addressee; all French msgids."""

    name: str
    form: str
    addressee: str
    source: str
    confirmed: bool


@dataclass(frozen=True)
class Ruling:
    """What holds for a case: its routes, and the rule that sets the authority's date (None: no law sets one).

    `deciding` is the vigilance whose rule it is, when several were involved; `foreign`: no product counts as ours.
    """

    routes: tuple[Route, ...]
    rule: AuthorityRule | None
    deciding: Vigilance | None
    involved: tuple[Vigilance, ...]
    foreign: bool


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

ROUTES: dict[Vigilance, Route] = {
    Vigilance.PHARMACO: Route(
        NAMES[Vigilance.PHARMACO],
        N_("Notification d'effet indésirable susceptible d'être dû à un médicament (CIOMS I, E2B(R3))"),
        N_("EudraVigilance, par le service de pharmacovigilance"),
        N_("Directive 2001/83/CE, art. 107 ; bonnes pratiques de pharmacovigilance (2022)."),
        confirmed=True,
    ),
    Vigilance.MATERIO: Route(
        NAMES[Vigilance.MATERIO],
        N_("Déclaration d'incident de matériovigilance"),
        N_("ANSM, par le correspondant de matériovigilance"),
        N_("Règlement (UE) 2017/745, art. 87 ; CSP, art. L. 5212-2."),
        confirmed=False,
    ),
    Vigilance.COSMETO: Route(
        NAMES[Vigilance.COSMETO],
        N_("Déclaration d'effet indésirable lié à un produit cosmétique"),
        N_("Anses, par la personne responsable du produit"),
        N_("Règlement (CE) 1223/2009, art. 23 ; cosmétovigilance confiée à l'Anses depuis 2024."),
        confirmed=False,
    ),
    Vigilance.NUTRI: Route(
        NAMES[Vigilance.NUTRI],
        N_("Déclaration d'effet indésirable de nutrivigilance"),
        N_("Anses, dispositif national de nutrivigilance"),
        N_("CSP, art. R. 1323-1 et suivants."),
        confirmed=False,
    ),
}
QUALITY = Route(
    N_("défaut qualité"),
    N_("Réclamation qualité"),
    N_("le service qualité de l'entreprise, qui juge de l'alerte à l'ANSM"),
    N_("CSP, art. R. 5124-55 ; bonnes pratiques de fabrication, chapitre 8."),
    confirmed=False,
)
OTHER_COMPANY = Route(
    N_("autre entreprise"),
    N_("Transmission à l'entreprise titulaire"),
    N_("l'entreprise dont c'est le produit"),
    N_("Règle de l'entreprise : noté, puis confié au titulaire."),
    confirmed=False,
)

WORST = frozenset({Seriousness.DEATH, Seriousness.LIFE_THREATENING})
QUALITY_SITUATIONS = frozenset({Situation.QUALITY_DEFECT, Situation.FALSIFIED})


def vigilance_of(kinds: Collection[ProductKind]) -> Vigilance:
    """Return a case's vigilance by its products' kinds; a medicine among them, or none known, is a medicine's."""
    found = {VIGILANCE_OF[kind] for kind in kinds}
    return next(iter(found)) if len(found) == 1 else Vigilance.PHARMACO


def counts_as_ours(owner: ProductOwner | None) -> bool:
    """Say whether a product is ours to report: a substance alone or an unknown brand is, until it is excluded."""
    return owner is not ProductOwner.COMPETITOR


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


def rule_on(
    vigilance: Vigilance,
    products: Collection[tuple[ProductKind | None, ProductOwner | None]],
    *,
    serious: bool,
    seriousness: Collection[str] = (),
    situations: Collection[str] = (),
    public_threat: bool = False,
) -> Ruling:
    """Return what holds for a case of a vigilance with its products' kinds and owners: the strictest clock decides.

    A product that is surely another company's sets no clock of ours; when none is ours, the case goes to that company.
    """
    foreign = bool(products) and not any(counts_as_ours(owner) for _kind, owner in products)
    ours = {VIGILANCE_OF[kind] for kind, owner in products if kind and counts_as_ours(owner)} | {vigilance}
    involved = tuple(each for each in Vigilance if each in ours)
    rules = {
        each: rule
        for each in involved
        if (rule := authority_rule(each, serious=serious, seriousness=seriousness, public_threat=public_threat))
    }
    deciding = min(rules, key=lambda each: rules[each].days) if rules and not foreign else None
    routes = [OTHER_COMPANY] if foreign else [ROUTES[each] for each in involved]
    routes += [OTHER_COMPANY] if not foreign and not all(counts_as_ours(owner) for _k, owner in products) else []
    routes += [QUALITY] if QUALITY_SITUATIONS & set(situations) else []
    return Ruling(tuple(routes), rules[deciding] if deciding else None, deciding, involved, foreign)
