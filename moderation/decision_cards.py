"""What a decision "not an adverse event, because…" needs beside its reason, so that the next reader can check it.

A duplicate names the case that holds the story; another company's product names the product and the company that was
told; what was reported already names its number. Every other reason speaks for itself.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from errors import InvalidInput
from i18n import N_
from models.enums import NoneReason
from moderation.as_received import storable_text

LONGEST = 200
FORWARDED_TO_COMPANY = "forwarded_to_company"
"""The outcome of a comment on another company's product: its own pharmacovigilance is told."""

NEEDS: Mapping[NoneReason, tuple[str, ...]] = {
    NoneReason.DUPLICATE: ("case_number",),
    NoneReason.OTHER_COMPANY: ("product", "company"),
    NoneReason.ALREADY_REPORTED: ("reference",),
}
ASKED: Mapping[str, str] = {
    "case_number": N_("Numéro du cas qui contient déjà cette histoire"),
    "product": N_("Produit en cause"),
    "company": N_("Laboratoire à qui le commentaire a été transmis"),
    "reference": N_("Numéro de la déclaration déjà faite"),
}
MISSING: Mapping[str, str] = {
    "case_number": N_("Indiquez le numéro du cas dont ce commentaire est le doublon, par exemple 2026-0117."),
    "product": N_("Indiquez le produit en cause."),
    "company": N_("Indiquez à quel laboratoire le commentaire a été transmis."),
    "reference": N_("Indiquez le numéro sous lequel l'effet a déjà été déclaré."),
}


@dataclass(frozen=True)
class Card:
    """What the person typed beside the reason; empty where the reason asks for nothing."""

    case_number: str = ""
    product: str = ""
    company: str = ""
    reference: str = ""


def needs(reason: NoneReason | None) -> tuple[str, ...]:
    """Return the fields that a reason asks for, in the order in which they are asked."""
    return NEEDS.get(reason, ()) if reason else ()


def checked(reason: NoneReason | None, card: Card | None) -> dict[str, str] | None:
    """Return what is kept of a card: the fields of its reason, all of them; None when the reason needs nothing."""
    typed = {name: storable_text(value).strip() for name, value in asdict(card or Card()).items()}
    wanted = needs(reason)
    if any(typed[name] for name in typed if name not in wanted):
        raise InvalidInput(N_("Cette raison ne demande pas ces précisions : laissez-les vides, ou changez de raison."))
    for name in wanted:
        if not typed[name]:
            raise InvalidInput(MISSING[name])
        if len(typed[name]) > LONGEST:
            raise InvalidInput(N_("Une précision tient en {most} caractères."), most=LONGEST)
    kept = {name: typed[name] for name in wanted}
    return (kept | {"outcome": FORWARDED_TO_COMPANY} if reason is NoneReason.OTHER_COMPANY else kept) or None
