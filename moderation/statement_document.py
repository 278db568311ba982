"""A signed statement as a document for an inspector: its content, its differences, its hash and its signatures."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from compliance import clock, documents, signatures
from compliance.documents import Heading
from i18n import N_, _
from models.enums import PvOutcome, Role, Side, SignatureMeaning, StatementKind
from models.handoff import Statement
from moderation import day_certificate
from moderation.reconciling import NAMES, Difference

if TYPE_CHECKING:
    from moderation.statements import SideSigned

OUTCOMES: dict[PvOutcome, str] = {
    PvOutcome.VALID: N_("valide"),
    PvOutcome.NOT_VALID: N_("non valide"),
    PvOutcome.DUPLICATE: N_("doublon"),
    PvOutcome.UNKNOWN: N_("inconnue"),
}
SIDES: dict[Side, str] = {Side.COMMUNITY: N_("Modération"), Side.PV: N_("Pharmacovigilance")}
ROLES: dict[Role, str] = {
    Role.COMMUNITY_MANAGER: N_("Community manager"),
    Role.PV_OFFICER: N_("Pharmacovigilance"),
    Role.RESPONSIBLE_PHARMACIST: N_("Pharmacien responsable"),
}
Content = Mapping[str, Any]
Signed = Sequence["SideSigned"]


def build(row: Statement, signed: Signed, changes: Sequence[str], *, latest: bool) -> tuple[str, bytes]:
    """Return the file's name and its bytes; the same statement under the same signatures gives the same bytes."""
    is_day = row.kind is StatementKind.DAY_CERTIFICATE
    kind = _("Certificat du jour") if is_day else _("Rapprochement avec la pharmacovigilance")
    title = period_title(row.first_day, row.last_day)
    reference = f"{row.kind.value} {row.first_day} {row.last_day} v{row.n}  sha256 {row.content_sha256}"
    document = documents.new_document(Heading(kind, title, reference, row.made_at, _standing(signed, changes, latest)))
    if is_day:
        _day(document, row.content)
    else:
        _period(document, row.content)
    _signatures(document, row, signed)
    stem = "certificat" if is_day else "rapprochement"
    name = f"{stem}-{row.first_day}-{row.last_day}-v{row.n}.docx"
    return name, documents.to_bytes(document)


def period_title(first: date, last: date) -> str:
    """Return a period in words."""
    if first == last:
        return _("le {day}").format(day=f"{first:%d/%m/%Y}")
    return _("du {first} au {last}").format(first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def _standing(signed: Signed, changes: Sequence[str], latest: bool) -> str:
    if changes or not latest:
        told = _("Ce document ne dit plus ce qui est : une nouvelle version est à signer des deux côtés.")
        return " ".join([told, *changes])
    lacking = [_(SIDES[side]) for side in Side if side not in {one.side for one in signed}]
    if lacking:
        return _("Pas encore signé : {sides}.").format(sides=", ".join(lacking))
    return _("Signé des deux côtés.")


def _period(document: Any, content: Content) -> None:
    documents.section(document, _("Ce qui a été transmis"))
    held = content["list"]
    documents.facts(
        document,
        [
            (_("Entreprise"), content["company"]),
            (_("Cas transmis"), str(content["sent"])),
            (_("Cas accusés"), str(content["acknowledged"])),
            (_("Connus de la pharmacovigilance seule"), str(content["only_pv"])),
            (_("Liste de la pharmacovigilance"), held["filename"] if held else _("aucune liste importée")),
            (_("SHA-256 de la liste"), held["sha256"] if held else None),
        ],
    )
    if not content["sent"]:
        documents.note(document, zero_report(content))
    rows = [_line(one) for one in content["lines"]]
    titles = [_("Cas"), _("Transmis le"), _("Accusé le"), _("Numéro PV"), _("Issue"), _("Écarts")]
    empty = _("Aucun cas, d'aucun côté.")
    documents.listing(document, titles, rows, [2.0, 3.1, 3.1, 2.9, 1.9, 4.0], empty=empty)


def zero_report(content: Content) -> str:
    """Return the statement that nothing was sent in a period."""
    first, last = date.fromisoformat(content["first_day"]), date.fromisoformat(content["last_day"])
    told = _("Déclaration néant : aucun cas n'a été transmis à la pharmacovigilance {period}.")
    return told.format(period=period_title(first, last))


def _line(one: Content) -> list[str]:
    differences = [difference_name(each) for each in one["differences"]]
    received = _minute(one["acknowledged_at"])
    listed = date.fromisoformat(one["received_on"]) if one["received_on"] else None
    if not received and listed:
        received = _("liste : {day}").format(day=f"{listed:%d/%m/%Y}")
    return [
        one["number"] or "—",
        _minute(one["sent_at"]) or "—",
        received or "—",
        one["pv_reference"] or "—",
        outcome_name(one["outcome"]),
        " ; ".join(differences) or _("aucun"),
    ]


def outcome_name(outcome: str) -> str:
    """Return an outcome in words."""
    return _(OUTCOMES[PvOutcome(outcome)])


def difference_name(difference: str) -> str:
    """Return a difference in words."""
    return _(NAMES[Difference(difference)])


def _minute(iso: str | None) -> str:
    return f"{clock.paris(datetime.fromisoformat(iso)):%d/%m/%Y %H:%M}" if iso else ""


def _day(document: Any, content: Content) -> None:
    documents.section(document, _("Comptes du jour"))
    total = content["total"]
    documents.facts(
        document,
        [
            (_("Entreprise"), content["company"]),
            (_("L'égalité"), identity(total)),
            (_("Personnes en attente au-delà de leur délai"), str(content["late_answers"])),
        ],
    )
    titles = [_("Compte"), _("Reçus"), _("Signalés"), _("Parcourus"), _("Classés"), _("Non analysés")]
    rows = [[one["account"], *(str(one[name]) for name in day_certificate.NUMBERS)] for one in content["accounts"]]
    documents.listing(document, titles, rows, [5.5, 2.2, 2.3, 2.3, 2.2, 2.5], empty=_("Aucun compte."))
    kept = day_certificate.reserves(content)
    if kept:
        documents.subsection(document, _("Réserves"))
        for one in kept:
            documents.note(document, one)


def identity(numbers: Content) -> str:
    """Return the sum of a day as it is written on the screens."""
    told = _(
        "reçus {received} = signalés {flagged} + parcourus {skimmed} + classés {cleared} + non analysés {unscreened}"
    )
    return told.format(**{name: numbers[name] for name in day_certificate.NUMBERS})


def _signatures(document: Any, row: Statement, signed: Signed) -> None:
    documents.section(document, _("Signatures"))
    meaning = SignatureMeaning(row.kind.value)
    for side in Side:
        documents.subsection(document, _(SIDES[side]))
        given = next((one for one in signed if one.side is side), None)
        if given is None:
            documents.note(document, _("Pas encore signé."))
            continue
        documents.facts(
            document,
            [
                (_("Signé par"), given.name),
                (_("En tant que"), _(ROLES[given.role])),
                (_("Sens"), _(signatures.MEANINGS[meaning])),
                (_("Le"), given.signed_at),
                (_("Signature"), given.signature_id),
                (_("Clé de l'installation"), given.key_id),
            ],
        )
    documents.note(document, _("Signature électronique simple au sens du règlement eIDAS."))
    documents.fixed_text(document, _("Empreinte du contenu (SHA-256)"), row.content_sha256)
