"""Frozen evidence as files: JSON for machines, sealed by the installation; DOCX for people."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from compliance import audit, clock, documents
from compliance.audit import AuditAction
from compliance.documents import Heading
from compliance.exports import seal_document
from compliance.permissions import Actor, Permission, check
from i18n import _
from models.session import get
from models.visibility import Evidence
from moderation.freezing import read_content, verify
from settings import get_settings

MOST_LINES = 200


class EvidenceFormat(StrEnum):
    """A file of evidence."""

    JSON = "json"
    DOCX = "docx"


def export_evidence(session: Session, actor: Actor, *, evidence_id: str, format_: EvidenceFormat) -> tuple[str, bytes]:
    """Return a file's name and bytes; who exported what and when is written down."""
    check(actor, Permission.EVIDENCE_READ)
    evidence = get(session, Evidence, evidence_id)
    name = f"preuve-{evidence.id}.{format_.value}"
    body = _sealed(session, evidence) if format_ is EvidenceFormat.JSON else _readable(session, evidence)
    new = {"format": format_.value, "content_sha256": evidence.content_sha256}
    audit.record(session, actor, AuditAction.EVIDENCE_EXPORT, "evidence", evidence.id, new=new)
    return name, body


def _sealed(session: Session, evidence: Evidence) -> bytes:
    """Return the content as it was hashed, text by text, under the installation's seal."""
    whole = {"covigie": "evidence", "content": evidence.content, "content_sha256": evidence.content_sha256}
    return seal_document(session, whole | {"id": evidence.id, "frozen_at": evidence.frozen_at.isoformat()})


def _readable(session: Session, evidence: Evidence) -> bytes:
    content, proof = read_content(evidence), verify(session, evidence.id)
    company = get_settings().company
    heading = Heading(_("Preuve gelée"), f"{company} : {content['comment']['external_id']}", evidence.id, clock.now())
    document = documents.new_document(heading)
    documents.section(document, _("Le commentaire"))
    documents.facts(document, _facts(evidence, content))
    documents.verbatim(document, content["text"], label=_("Texte, tel qu'il était"))
    documents.section(document, _("Versions"))
    for one in content["revisions"]:
        label = _("Version {n}, lue le {when}").format(n=one["n"], when=one["seen_at"])
        documents.verbatim(document, one["text"] or _("(texte effacé)"), label=label)
    _draw_thread(document, content["thread"])
    documents.section(document, _("Contenu brut reçu du réseau"))
    documents.fixed_text(document, "SHA-256", content["raw"]["payload_sha256"])
    documents.fixed_text(document, _("Contenu"), content["raw"]["payload"] or "")
    documents.section(document, _("Vérification"))
    held = _("La preuve tient : son empreinte est celle de la piste d'audit.")
    broken = _("LA PREUVE NE TIENT PAS : son empreinte n'est pas celle de la piste d'audit.")
    documents.note(document, held if proof.holds else broken)
    documents.fixed_text(document, _("SHA-256 du contenu canonique"), evidence.content_sha256)
    return documents.to_bytes(document)


def _facts(evidence: Evidence, content: Mapping[str, Any]) -> list[tuple[str, object]]:
    comment, author, account = content["comment"], content["author"], content["account"]
    return [
        (_("Réseau et compte"), f"{account['network']} @{account['handle']}"),
        (_("Auteur"), f"@{author['handle'] or author['id']} ({author['pseudonym']})"),
        (_("Adresse"), content["permalink"]),
        (_("Identifiant sur le réseau"), comment["external_id"]),
        (_("Écrit"), comment["posted_at"]),
        (_("Reçu"), comment["received_at"]),
        (_("Connu de l'entreprise"), comment["awareness_at"]),
        (_("Gelé"), evidence.frozen_at),
        (_("Empreinte du texte reçu"), content["text_sha256"]),
    ]


def _draw_thread(document: Any, thread: Mapping[str, Any]) -> None:
    documents.section(document, _("Fil de discussion"))
    rows = [(one["posted_at"], one["author"], one["text"]) for one in thread["comments"][:MOST_LINES]]
    rows += [(one["at"], _("Nous"), one["text"]) for one in thread["answers"][:MOST_LINES]]
    titles = (_("Heure (UTC)"), _("Qui"), _("Texte"))
    empty = _("Ce commentaire n'était sous aucune publication.")
    documents.listing(document, titles, sorted(rows, key=lambda row: str(row[0])), (4.5, 2.5, 10.0), empty=empty)
    if thread["total"] > MOST_LINES:
        documents.note(document, _("Le fil entier ({n} messages) est dans le fichier JSON.").format(n=thread["total"]))
