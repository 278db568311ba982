"""Documents and claims for the tests, brought and signed by the real use cases."""

import io
import uuid
from datetime import date, timedelta

from docx import Document
from docx.enum.text import WD_BREAK

from compliance import clock
from compliance.permissions import Actor
from models.claim import Claim
from models.enums import Role
from models.session import get, reading, transaction
from tests.factories import proven_nonce
from workflow import claims, references
from workflow.claims import ClaimContent

CLAIM = "Rinozel soulage 87 patients sur 100."
QUOTE = "Quatre-vingt-sept patients sur cent ont été soulagés à la septième heure."
PAGES = ("Étude de la rhinite allergique. Méthodes et population.", f"Résultats. {QUOTE} Aucun autre critère.")


def docx(*pages: str) -> bytes:
    """Return a DOCX, one page a text; no two are the same document, however fast one is made after the other."""
    document = Document()
    document.core_properties.identifier = uuid.uuid4().hex
    for n, text in enumerate(pages or PAGES):
        paragraph = document.add_paragraph()
        if n:
            paragraph.add_run().add_break(WD_BREAK.PAGE)
        paragraph.add_run(text)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def pdf(*pages: str) -> bytes:
    """Return a small PDF of plain ASCII, one page a text, written object by object."""
    n = len(pages)
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(n))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {n} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * i} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(made))
    return made + head + table + trailer


def reference(actor: Actor, data: bytes = b"", **fields):
    """Bring a document."""
    told = {"title": "Étude Rhino 1", "citation": "Dupont A. Rev Rhino. 2024;3:12-9.", "filename": "etude.docx"}
    with transaction() as session:
        return references.add_reference(session, actor, data=data or docx(), **(told | fields))


def in_a_year() -> date:
    """Return a day of end."""
    return clock.paris(clock.now()).date() + timedelta(days=365)


def drafted(actor: Actor, text: str = CLAIM, **fields) -> Claim:
    """Write a claim and rest it on a reference."""
    held = fields.pop("reference", None) or reference(actor)
    content = ClaimContent(text, fields.pop("valid_until", in_a_year()), **fields)
    with transaction() as session:
        claim = claims.write_claim(session, actor, content=content)
        claims.quote_reference(session, actor, claim_id=claim.id, row_version=None, reference_id=held.id, quote=QUOTE)
    return load_claim(claim.id)


def load_claim(claim_id: str) -> Claim:
    """Return a claim as it stands."""
    with reading() as session:
        return get(session, Claim, claim_id)


def sign_claim(actor: Actor, claim: Claim) -> Claim:
    """Type the password and approve a claim."""
    sha = claim.content_sha256
    nonce = proven_nonce(actor, subject_id=claim.id, content_sha256=sha)
    with transaction() as session:
        return claims.approve_claim(
            session, actor, claim_id=claim.id, row_version=None, seen_sha256=sha, nonce_id=nonce
        )


def approved(people: dict[Role, Actor], text: str = CLAIM, **fields) -> Claim:
    """Return a claim written by medical affairs and approved by regulatory affairs."""
    return sign_claim(people[Role.REGULATORY], drafted(people[Role.MEDICAL], text, **fields))


def withdraw(actor: Actor, claim: Claim, reason: str = "Étude contredite.") -> None:
    """Withdraw a claim."""
    with transaction() as session:
        claims.withdraw_claim(session, actor, claim_id=claim.id, row_version=None, reason=reason)
