"""The dossier of a post: the DOCX that a responsible pharmacist archives and an inspector reads.

It holds what was signed, word for word and network by network, who signed what as what, what the rules found and what
became of it, what was published and read back, and the audit events. Values are given as they are to be shown; hashes
are SHA-256 in hexadecimal; times are aware and shown in Paris and UTC.
"""

from typing import Any

from compliance.documents import (
    Heading,
    boxes,
    facts,
    fixed_text,
    listing,
    new_document,
    note,
    picture,
    section,
    shown,
    subsection,
    to_bytes,
    verbatim,
)
from i18n import _
from workflow.dossier_facts import (
    AuditShown,
    DecisionShown,
    Dossier,
    FileShown,
    FindingShown,
    NoteShown,
    PointShown,
    PublicationShown,
    SignatureShown,
    VariantShown,
    VersionShown,
)
from workflow.dossier_library import claims_part, prior_part, reference_of, title_of_content
from workflow.words import settings_said

__all__ = [
    "AuditShown",
    "DecisionShown",
    "Dossier",
    "FileShown",
    "FindingShown",
    "NoteShown",
    "PointShown",
    "PublicationShown",
    "SignatureShown",
    "VariantShown",
    "VersionShown",
    "build_dossier",
]


def build_dossier(dossier: Dossier) -> bytes:
    """Return the dossier as DOCX; the same dossier gives the same bytes."""
    heading = Heading(
        kind=_("Dossier de publication"),
        title=dossier.title,
        reference=reference_of(dossier),
        made_at=dossier.made_at,
        notice=_("Établi le {moment}. À conserver avec le registre des publicités.").format(
            moment=shown(dossier.made_at).replace("\n", " · ")
        ),
    )
    document = new_document(heading)
    for part in (
        _identity,
        prior_part,
        _content,
        claims_part,
        _signatures,
        _decisions,
        _findings,
        _points,
        _notes,
        _receipts,
        _versions,
        _events,
    ):
        part(document, dossier)
    return to_bytes(document)


def _identity(document: Any, dossier: Dossier) -> None:
    """Print what the post is."""
    section(document, _("1. Identification"))
    facts(
        document,
        [
            (_("Titre interne"), dossier.title),
            (_("Entreprise"), dossier.company),
            (_("État à l'établissement"), dossier.status),
            (_("Qualification promotionnelle"), dossier.qualification),
            (_("Public visé"), dossier.audience),
            (_("Produits"), dossier.products),
            (_("Campagne"), dossier.campaign),
            (_("Visa de publicité"), dossier.visa),
            (_("Référence interne"), dossier.internal_ref),
            (_("Circuit de validation"), dossier.circuit),
            (_("Empreinte signée (SHA-256)"), dossier.content_sha256),
        ],
    )


def _content(document: Any, dossier: Dossier) -> None:
    """Print what was signed, network by network."""
    section(document, title_of_content(dossier))
    if not dossier.variants:
        note(document, _("Aucune variante n'a été signée."))
    for variant in dossier.variants:
        subsection(document, f"{variant.network} · {variant.account}")
        verbatim(
            document,
            variant.text,
            label=_("Texte publié, mot pour mot ({count} caractères)").format(count=len(variant.text)),
        )
        if variant.settings:
            facts(document, settings_said(variant.settings))
        for file in variant.files:
            _file(document, file)
        fixed_text(document, _("Empreinte de la variante (SHA-256)"), variant.sha256)
        fixed_text(document, _("Forme canonique signée"), variant.payload_json)


def _file(document: Any, file: FileShown) -> None:
    """Print a picture small, with what was signed of it; a film by its facts alone."""
    if file.picture:
        picture(document, file.picture, description=file.alt_text)
    facts(
        document,
        [
            (_("Fichier"), f"{file.name} ({file.kind}, {file.size} {_('octets')})"),
            (_("Texte alternatif"), file.alt_text),
            (_("Empreinte du fichier (SHA-256)"), file.sha256),
        ],
    )


def _signatures(document: Any, dossier: Dossier) -> None:
    """Print who signed what, as what."""
    section(document, _("3. Signatures"))
    note(
        document,
        _(
            "Ces signatures sont des signatures électroniques simples au sens du règlement (UE) n° 910/2014 (eIDAS) : "
            "identifiant et mot de passe redemandés à chaque signature. Elles ne sont ni avancées ni qualifiées. "
            "Chacune est liée à l'empreinte du contenu et scellée par la clé de l'installation (Ed25519)."
        ),
    )
    if not dossier.signatures:
        note(document, _("Aucune signature."))
    for number, signature in enumerate(dossier.signatures, 1):
        subsection(document, f"{number}. {signature.printed_name} · {signature.role}")
        facts(
            document,
            [
                (_("Nom imprimé"), signature.printed_name),
                (_("Identifiant"), signature.login),
                (_("Rôle à la signature"), signature.role),
                *([(_("Au nom de"), signature.on_behalf_of)] if signature.on_behalf_of else []),
                (_("Sens de la signature"), signature.meaning),
                (_("Date et heure"), signature.signed_at),
                (_("Contenu signé (SHA-256)"), signature.content_sha256),
                (_("Porte sur la version archivée"), signature.content_sha256 == dossier.content_sha256),
                (_("Clé de scellement"), signature.key_id),
            ],
        )
        if signature.statement:
            fixed_text(document, _("Déclaration signée"), signature.statement)
        if signature.seal:
            fixed_text(document, _("Sceau"), signature.seal)
    if dossier.carried:
        _carried(document, dossier)


def _carried(document: Any, dossier: Dossier) -> None:
    """Print which signatures of an earlier version stand on this one, and by which rule."""
    subsection(document, _("Signatures reprises d'une version antérieure"))
    note(
        document,
        _(
            "Ces personnes ont signé une version antérieure, et non celle-ci. Leur signature reste liée à l'empreinte "
            "qu'elles ont lue ; la table de nouvelle approbation la laisse valoir après les changements indiqués, et "
            "elle a été consultée de nouveau avant la publication."
        ),
    )
    listing(
        document,
        [
            _("Personne"),
            _("Rôle"),
            _("Version signée"),
            _("Changé depuis"),
            _("Empreinte signée (SHA-256)"),
            _("Table"),
        ],
        [
            (
                each.printed_name,
                each.role,
                f"v{each.version_n}",
                ", ".join(each.changes) or "—",
                each.signed_sha256,
                each.matrix,
            )
            for each in dossier.carried
        ],
        (3.0, 3.0, 1.8, 3.4, 4.6, 1.2),
        empty="",
    )


def _decisions(document: Any, dossier: Dossier) -> None:
    """Print what the committee decided."""
    section(document, _("4. Décisions du comité"))
    listing(
        document,
        [_("Étape"), _("Personne"), _("Décision"), _("Motif et commentaire"), _("Date"), _("Version")],
        [
            (
                each.step,
                _person(each),
                "\n".join(part for part in (each.decision, each.ended) if part),
                "\n".join(part for part in (each.reason, each.comment) if part) or "—",
                each.decided_at,
                _version(dossier, each.content_sha256),
            )
            for each in dossier.decisions
        ],
        (2.5, 2.5, 2.3, 4.0, 4.2, 1.5),
        empty=_("Aucune décision."),
    )


def _person(decision: DecisionShown) -> str:
    """Name who decided, and in whose name."""
    if not decision.on_behalf_of:
        return decision.person
    return _("{person}, au nom de {name}").format(person=decision.person, name=decision.on_behalf_of)


def _version(dossier: Dossier, sha256: str) -> str:
    """Name the version of a content; one that the dossier does not hold is named by its hash."""
    return next((f"v{version.n}" for version in dossier.versions if version.content_sha256 == sha256), sha256)


def _findings(document: Any, dossier: Dossier) -> None:
    """Print what the rules found and what became of it."""
    section(document, _("5. Constats des règles et suites données"))
    note(
        document,
        _("Aide à la relecture, sans valeur d'avis juridique. Certitude de la règle : H forte, M moyenne, L faible."),
    )
    listing(
        document,
        [_("Règle"), _("Sévérité"), _("Constat"), _("Base"), _("Suite"), _("Par, le")],
        [
            (
                f"{each.rule}\n{each.pack_version} · {each.confidence}",
                each.severity,
                "\n".join(
                    part
                    for part in (each.message, f"« {each.excerpt} » ({each.field})" if each.excerpt else each.field)
                    if part
                ),
                each.references,
                "\n".join(part for part in (each.disposition, each.reason) if part),
                f"{shown(each.disposed_by)}\n{shown(each.disposed_at)}",
            )
            for each in dossier.findings
        ],
        (1.9, 1.5, 4.2, 2.4, 2.8, 4.2),
        empty=_("Aucun constat sur la version archivée."),
    )


def _points(document: Any, dossier: Dossier) -> None:
    """Print what reviewers checked with their own eyes; nothing where nothing was asked."""
    if not dossier.points:
        return
    subsection(document, _("Points vérifiés par les relecteurs"))
    listing(
        document,
        [_("Point"), _("Question"), _("Base"), _("Réponse"), _("Par, le")],
        [
            (
                f"{each.check}\n{each.pack_version}",
                each.question,
                each.references,
                "\n".join(part for part in (each.answer, each.reason) if part),
                f"{each.person}\n{shown(each.answered_at)}",
            )
            for each in dossier.points
        ],
        (1.9, 5.5, 2.6, 2.8, 4.2),
        empty="",
    )


def _notes(document: Any, dossier: Dossier) -> None:
    """Print what was said during the review."""
    section(document, _("6. Remarques de relecture"))
    listing(
        document,
        [_("Version"), _("Auteur"), _("Date"), _("Remarque"), _("Bloquante"), _("Résolue par, le")],
        [
            (
                f"v{each.version_n}",
                each.author,
                each.created_at,
                each.text,
                each.blocking,
                f"{each.resolved_by}\n{shown(each.resolved_at)}" if each.resolved_by else _("ouverte"),
            )
            for each in dossier.notes
        ],
        (1.4, 2.2, 4.2, 3.2, 1.8, 4.2),
        empty=_("Aucune remarque."),
    )


def _receipts(document: Any, dossier: Dossier) -> None:
    """Print what was published, and what was read back from the network."""
    section(document, _("7. Publication et relecture chez le réseau"))
    if not dossier.publications:
        note(document, _("Rien n'a été publié."))
    for each in dossier.publications:
        subsection(document, f"{each.network} · {each.account}")
        boxes(
            document,
            [
                (_("publié"), each.published_at is not None),
                (_("relu chez le réseau"), each.readback_at is not None),
                (_("identique au contenu signé"), each.identical is True),
                (_("ÉCART CONSTATÉ"), each.identical is False),
            ],
        )
        facts(
            document,
            [
                (_("Prévue le"), each.due_at),
                (_("Publiée le"), each.published_at),
                (_("Identifiant chez le réseau"), each.remote_id),
                (_("Adresse"), each.remote_url),
                (_("Empreinte signée (SHA-256)"), each.signed_sha256),
                (_("Relue le"), each.readback_at),
                (_("Empreinte relue (SHA-256)"), each.readback_sha256),
                (_("Images et films, comme signés"), each.same_files if each.readback_at else None),
            ],
        )
        if each.readback_text:
            verbatim(document, each.readback_text, label=_("Texte relu chez le réseau"))


def _versions(document: Any, dossier: Dossier) -> None:
    """Print every version that was written."""
    section(document, _("8. Versions"))
    listing(
        document,
        [_("Version"), _("Auteur"), _("Date"), _("Contenu (SHA-256)")],
        [
            (
                f"v{each.n}" + (_(" (archivée)") if each.content_sha256 == dossier.content_sha256 else ""),
                each.author,
                each.created_at,
                each.content_sha256,
            )
            for each in dossier.versions
        ],
        (2.3, 2.9, 4.2, 7.6),
        empty=_("Aucune version."),
    )


def _events(document: Any, dossier: Dossier) -> None:
    """Print the audit events of the post."""
    section(document, _("9. Piste d'audit"))
    listing(
        document,
        [_("N°"), _("Date"), _("Acteur"), _("Action"), _("Avant → après, motif"), _("Empreinte (SHA-256)")],
        [
            (
                each.seq,
                each.at,
                each.actor,
                f"{each.action}\n{each.entity}",
                "\n".join(part for part in (f"{each.before or '—'} → {each.after or '—'}", each.reason) if part),
                each.hash,
            )
            for each in dossier.events
        ],
        (0.9, 4.2, 2.3, 2.6, 3.0, 4.0),
        empty=_("Aucun événement."),
    )
    fixed_text(document, _("Tête de chaîne à l'établissement"), dossier.chain_head)
