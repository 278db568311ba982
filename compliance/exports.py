"""What leaves the house as proof: sealed documents and archives that `verify_dossier.py` checks without us."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.canonical import canonical
from compliance.keys import installation_key, register_public_key
from compliance.verify_dossier import MANIFEST, packed
from models.compliance import AuditEvent, ChainHead, PublicKey

FORMAT = 1
VERIFIER = Path(__file__).with_name("verify_dossier.py")
README_NAME = "LISEZMOI-README.txt"
README = """\
COVIGIE - PREUVES / EVIDENCE

FRANÇAIS
Cette archive se vérifie sans l'application, sur tout poste qui a Python 3.11 ou plus récent :

    python verify_dossier.py --key CLE.pem CETTE-ARCHIVE.zip

CLE.pem est la clé publique de l'installation. Demandez-la à l'assurance qualité ou prenez-la dans le dossier des
ancres : celle du dossier « keys » de cette archive ne prouve rien à elle seule. Comparez-la, elle doit être la même.
Réponse 0 : tout tient. 1 : quelque chose ne tient pas, la ligne dit quoi. 2 : illisible.
Les signatures sont des signatures électroniques simples au sens du règlement eIDAS. Les heures sont en UTC.

  dossiers/*/dossier.docx   le dossier à lire, tel qu'il a été archivé à la publication
  dossiers/*/dossier.json   le même, complet, avec contenus canoniques, signatures, sceaux et événements
  registre.csv / .docx      le registre des publicités de la période
  audit.json                l'extrait de la piste d'audit, événement par événement, avec ses têtes scellées
  manifest.json             l'empreinte SHA-256 de chaque fichier, scellée

ENGLISH
This archive can be checked without the application, on any machine with Python 3.11 or later:

    python verify_dossier.py --key KEY.pem THIS-ARCHIVE.zip

KEY.pem is the installation's public key. Ask quality assurance for it, or take it from the folder of anchors: the one
in the folder "keys" of this archive proves nothing on its own. Compare them, they must be the same.
Status 0: everything holds. 1: something does not, the line says what. 2: it cannot be read.
The signatures are simple electronic signatures in the sense of the eIDAS regulation. Times are in UTC.

  dossiers/*/dossier.docx   the dossier to read, as it was archived at publication
  dossiers/*/dossier.json   the same, complete, with canonical contents, signatures, seals and events
  registre.csv / .docx      the register of advertising of the period
  audit.json                the excerpt of the audit trail, event by event, with its sealed heads
  manifest.json             the SHA-256 of each file, sealed
"""


def seal_document(session: Session, document: Mapping[str, Any]) -> bytes:
    """Return a document as canonical JSON with the installation's seal over all of it."""
    key = installation_key()
    register_public_key(session, key)
    whole = {**document, "format": FORMAT, "made_at": clock.now().isoformat(), "key_id": key.key_id}
    return _written({**whole, "seal": key.seal(canonical(whole))})


def _written(document: Mapping[str, Any]) -> bytes:
    return canonical(document).encode("utf-8", "surrogatepass") + b"\n"


def seal_archive(session: Session, kind: str, files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of files with what checks them beside: verifier, public keys, explanation, sealed manifest."""
    session.flush()
    beside = {README_NAME: README.encode(), VERIFIER.name: VERIFIER.read_bytes()}
    beside |= {f"keys/{key.key_id}.pem": key.public_pem.encode() for key in session.exec(select(PublicKey))}
    whole = {**files, **beside}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in whole.items()}
    manifest = seal_document(session, {"covigie": kind, "files": digests})
    return packed({**whole, MANIFEST: manifest})


def event_rows(events: Iterable[AuditEvent]) -> list[dict[str, Any]]:
    """Return audit events as they are hashed, each with its hash."""
    return [event.model_dump() | {"at": event.at.isoformat(timespec="microseconds")} for event in events]


def sealed_head(session: Session, seq: int) -> list[dict[str, Any]]:
    """Return the first sealed head of the chain at or after an event; the head of now is sealed where none is."""
    wanted = select(ChainHead).where(col(ChainHead.seq) >= seq).order_by(col(ChainHead.seq)).limit(1)
    head = session.exec(wanted).first() or audit.seal_head(session)
    return head_rows([head] if head else [])


def head_rows(heads: Iterable[ChainHead]) -> list[dict[str, Any]]:
    """Return sealed heads as their seals read."""
    return [{"seq": h.seq, "hash": h.hash, "key_id": h.key_id, "seal": h.seal} for h in heads]


def audit_excerpt(session: Session, first: int) -> bytes:
    """Return the chain from an event to its head, without a gap, sealed, with every head sealed on the way."""
    audit.seal_head(session)
    session.flush()
    events: Sequence[AuditEvent] = session.exec(
        select(AuditEvent).where(col(AuditEvent.seq) >= first).order_by(col(AuditEvent.seq))
    ).all()
    heads = session.exec(select(ChainHead).where(col(ChainHead.seq) >= first).order_by(col(ChainHead.seq))).all()
    return seal_document(session, {"covigie": "audit", "events": event_rows(events), "heads": head_rows(heads)})
