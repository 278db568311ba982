"""The demonstration's library: a study, claims signed on its words, a post from before Covigie."""

import io
from datetime import timedelta
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK
from sqlmodel import select

from compliance import signatures
from demo.stage import Stage
from models.enums import Role
from models.product import Product
from models.session import transaction
from settings import get_settings
from workflow import claims, prior_posts, references
from workflow.claims import ClaimContent
from workflow.prior_file import prior_entry


def fill(stage: Stage, library: dict[str, Any]) -> None:
    """Bring the references, write the claims on the first of them and have them signed, take the earlier post in."""
    writer = stage.holder(Role.MEDICAL)
    with transaction() as session:
        held = [
            references.add_reference(
                session, writer, title=one["title"], citation=one["citation"], filename=one["filename"],
                data=_document(one["pages"]),
            )
            for one in library["references"]
        ]  # fmt: skip
    for one in library["claims"]:
        _approve(stage, one, held[0].id)
    with transaction() as session:
        entries = [prior_entry(**one) for one in library["prior"]]
        prior_posts.take_in(session, stage.holder(Role.COMMUNITY_MANAGER), entries=entries)


def _document(pages: list[str]) -> bytes:
    document = Document()
    for n, text in enumerate(pages):
        paragraph = document.add_paragraph()
        if n:
            paragraph.add_run().add_break(WD_BREAK.PAGE)
        paragraph.add_run(text)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _approve(stage: Stage, one: dict[str, Any], reference_id: str) -> None:
    writer, signer = stage.holder(Role.MEDICAL), stage.holder(Role.REGULATORY)
    with transaction() as session:
        content = ClaimContent(
            one["text"],
            (stage.now + timedelta(days=one["days"])).date(),
            tuple(one["wordings"]),
            session.exec(select(Product.id).where(Product.name == one["product"])).one(),
        )
        claim = claims.write_claim(session, writer, content=content)
        claims.quote_reference(
            session, writer, claim_id=claim.id, row_version=None, reference_id=reference_id, quote=one["quote"]
        )
    sha = claim.content_sha256
    with transaction() as session:
        dialog = claims.open_approval(session, signer, claim_id=claim.id, seen_sha256=sha)
    with transaction() as session:
        refusal = signatures.prove(session, signer, nonce_id=dialog.nonce_id, password=get_settings().demo_password)
    if refusal:
        raise refusal
    with transaction() as session:
        claims.approve_claim(
            session, signer, claim_id=claim.id, row_version=None, seen_sha256=sha, nonce_id=dialog.nonce_id
        )
