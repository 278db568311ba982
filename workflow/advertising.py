"""The register of advertising: every promotional item that was published, with what an inspection asks of it."""

import csv
import io
from datetime import datetime

from sqlmodel import Session

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.documents import Heading, listing, new_document, note, section, shown, to_bytes
from compliance.permissions import Actor, Permission, check
from i18n import _
from models.enums import Qualification
from settings import get_settings
from workflow.archives import ArchiveRow, Period, search_archive
from workflow.words import said

ADVERTISING = frozenset({Qualification.PROMO_GP, Qualification.PROMO_HCP})
FORMULA = ("=", "+", "-", "@", "\t", "\r")
EVERYTHING = 100_000


def advertising_register(session: Session, actor: Actor, *, period: Period) -> tuple[ArchiveRow, ...]:
    """Return every promotional item of a period (L. 5122-1 CSP), in the order in which it appeared."""
    rows = search_archive(session, actor, period=period, limit=EVERYTHING)
    return tuple(row for row in reversed(rows) if row.qualification in ADVERTISING)


def export_register(session: Session, actor: Actor, *, period: Period, docx: bool = False) -> bytes:
    """Return the register of a period as CSV or DOCX; that it was taken out is written down."""
    check(actor, Permission.DOSSIER_READ)
    rows = advertising_register(session, actor, period=period)
    new = {"first": period.first.isoformat(), "last": period.last.isoformat(), "items": len(rows)}
    audit.record(session, actor, AuditAction.REGISTER_EXPORT, "register", period.first.isoformat(), new=new)
    return register_docx(rows, period, clock.now()) if docx else register_csv(rows)


def titles() -> tuple[str, ...]:
    """Return the columns of the register."""
    return (
        _("Première diffusion"),
        _("Réseau"),
        _("Compte"),
        _("Titre interne"),
        _("Qualification"),
        _("Produits"),
        _("Visa de publicité"),
        _("Référence interne"),
        _("Texte publié"),
        _("Signataires"),
        _("Adresse"),
        _("Empreinte signée (SHA-256)"),
    )


def _cells(row: ArchiveRow) -> tuple[str, ...]:
    return (
        f"{clock.paris(row.published_at):%d/%m/%Y %H:%M}",
        said(row.network),
        row.account,
        row.title,
        said(row.qualification),
        ", ".join(row.products),
        row.visa,
        row.internal_ref,
        row.text,
        ", ".join(_signed(row)),
        row.remote_url,
        row.content_sha256,
    )


def _signed(row: ArchiveRow) -> list[str]:
    if row.prior:
        return [_("antérieure à Covigie, sans signature")]
    return [f"{name} ({said(role)})" for name, role in row.signers]


def register_csv(rows: tuple[ArchiveRow, ...]) -> bytes:
    """Return the register as CSV that a French spreadsheet opens: semicolons, UTF-8 with its mark, no formula."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(titles())
    for row in rows:
        writer.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in _cells(row))
    return made.getvalue().encode("utf-8-sig", "replace")


def register_docx(rows: tuple[ArchiveRow, ...], period: Period, made_at: datetime) -> bytes:
    """Return the register as DOCX, its text whole."""
    between = _("du {first} au {last}").format(first=f"{period.first:%d/%m/%Y}", last=f"{period.last:%d/%m/%Y}")
    title = _("{company}, {between}").format(company=get_settings().company, between=between)
    document = new_document(Heading(_("Registre des publicités"), title, between, made_at))
    section(document, _("Publicités diffusées : {n}").format(n=len(rows)))
    note(document, _("Heures de Paris. Publicités grand public et aux professionnels, dans l'ordre de diffusion."))
    listing(
        document,
        [_("Diffusion"), _("Texte publié"), _("Produits, visa"), _("Signataires")],
        [
            (
                f"{clock.paris(row.published_at):%d/%m/%Y %H:%M}\n{said(row.network)} · {row.account}",
                f"{row.title}\n\n{row.text}",
                "\n".join((said(row.qualification), shown(row.products), shown(row.visa), shown(row.internal_ref))),
                "\n".join(_signed(row)),
            )
            for row in rows
        ],
        (3.0, 6.5, 4.0, 3.5),
        empty=_("Aucune publicité diffusée dans cette période."),
    )
    return to_bytes(document)
