"""What a dossier prints of the library: claims with their sources; and that a post is from before Covigie."""

from typing import Any

from compliance.documents import facts, note, section, subsection
from i18n import _
from workflow.dossier_facts import Dossier


def reference_of(dossier: Dossier) -> str:
    """Return what the dossier calls its content on each page."""
    words = (
        _("Publication {post} · contenu repris, non signé, SHA-256 {sha}")
        if dossier.prior
        else _("Publication {post} · version signée SHA-256 {sha}")
    )
    return words.format(post=dossier.post_id, sha=dossier.content_sha256)


def title_of_content(dossier: Dossier) -> str:
    """Return the title of the section that holds the content."""
    return _("2. Contenu tel que repris, sans signature") if dossier.prior else _("2. Contenu tel que signé")


def prior_part(document: Any, dossier: Dossier) -> None:
    """Say of a post from before Covigie that nobody signed it here."""
    if dossier.prior:
        note(
            document,
            _("Publiée avant Covigie et reprise telle quelle : personne ne l'a relue ni signée ici, et les empreintes "
              "de ce dossier ne prouvent que ce qui a été repris."),
        )  # fmt: skip


def claims_part(document: Any, dossier: Dossier) -> None:
    """Print the claims that the content says, each with the words that it rests on."""
    if not dossier.claims:
        return
    section(document, _("2 bis. Allégations et sources"))
    for claim in dossier.claims:
        subsection(document, f"« {claim.text} »")
        facts(
            document,
            [
                (_("État"), claim.status),
                (_("Valable jusqu'au"), f"{claim.valid_until:%d/%m/%Y}"),
                (_("Approuvée par"), claim.signer),
                (_("Empreinte signée (SHA-256)"), claim.content_sha256),
                *((_("Source"), source) for source in claim.sources),
            ],
        )
