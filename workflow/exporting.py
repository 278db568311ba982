"""Taking the proof out: one post, or everything that a period published, with what checks it without us."""

import hashlib
from collections.abc import Callable

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.exports import audit_excerpt, seal_archive, seal_document
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput
from i18n import N_
from models.compliance import AuditEvent
from models.post import Post
from models.publication import ArchiveRecord
from models.session import get
from workflow.advertising import advertising_register, register_csv, register_docx
from workflow.archives import Period, moments, search_archive
from workflow.archiving import DossierFile, gather
from workflow.dossier import build_dossier
from workflow.evidence import events_first, evidence

LARGEST = 2_000
Progress = Callable[[int, int], None]


def _silent(_done: int, _all: int) -> None:
    """Say nothing of the progress."""


def read_package(session: Session, actor: Actor, *, post_id: str) -> DossierFile:
    """Return a post's dossier as a ZIP: to read, as data, and with what checks it; that it left is written down."""
    check(actor, Permission.DOSSIER_READ)
    post = get(session, Post, post_id)
    record = _record(session, post_id)
    audit.record(session, actor, AuditAction.DOSSIER_EXPORT, "post", post_id, new={"provisional": record is None})
    content = seal_archive(session, "dossier-archive", _dossier(session, post, record, ""))
    name = f"dossier-{post_id}.zip" if record else f"dossier-provisoire-{post_id}.zip"
    return DossierFile(name, content, hashlib.sha256(content).hexdigest(), provisional=record is None)


def _record(session: Session, post_id: str) -> ArchiveRecord | None:
    newest = (col(ArchiveRecord.created_at).desc(), col(ArchiveRecord.id).desc())
    return session.exec(select(ArchiveRecord).where(ArchiveRecord.post_id == post_id).order_by(*newest)).first()


def _dossier(session: Session, post: Post, record: ArchiveRecord | None, folder: str) -> dict[str, bytes]:
    made = record.dossier if record else build_dossier(gather(session, post))
    data = seal_document(session, evidence(session, post))
    return {f"{folder}dossier.docx": made, f"{folder}dossier.json": data}


def export_period(session: Session, actor: Actor, *, period: Period, progress: Progress = _silent) -> DossierFile:
    """Return all that a period published, for an inspection: dossiers, register, audit excerpt, keys and verifier.

    `progress(done, all)` is told after each dossier. Raises InvalidInput for a period with nothing in it, or too much.
    """
    check(actor, Permission.ARCHIVE_EXPORT)
    rows = search_archive(session, actor, period=period, limit=LARGEST + 1)
    posts = list(dict.fromkeys(row.post_id for row in reversed(rows)))
    if not posts:
        raise InvalidInput(N_("Rien n'a été publié dans cette période : il n'y a rien à exporter."))
    if len(rows) > LARGEST:
        raise InvalidInput(N_("Plus de {n} publications : exportez une période plus courte."), n=LARGEST)
    first, last = period.first.isoformat(), period.last.isoformat()
    new = {"first": first, "last": last, "posts": len(posts)}
    audit.record(session, actor, AuditAction.INSPECTION_EXPORT, "archive", f"{first}/{last}", new=new)
    files = _register(session, actor, period)
    since = [_period_first(session, period)]
    for done, post_id in enumerate(posts, 1):
        post = get(session, Post, post_id)
        files |= _dossier(session, post, _record(session, post_id), f"dossiers/{post_id}/")
        since.append(events_first(session, post))
        progress(done, len(posts))
    files["audit.json"] = audit_excerpt(session, min(seq for seq in since if seq))
    content = seal_archive(session, "inspection", files)
    return DossierFile(
        f"inspection-{first}-{last}.zip", content, hashlib.sha256(content).hexdigest(), provisional=False
    )


def _register(session: Session, actor: Actor, period: Period) -> dict[str, bytes]:
    rows = advertising_register(session, actor, period=period)
    return {"registre.csv": register_csv(rows), "registre.docx": register_docx(rows, period, clock.now())}


def _period_first(session: Session, period: Period) -> int:
    """Return the number of the first audit event of a period; 0 for none."""
    start, end = moments(period)
    first = select(AuditEvent.seq).where(col(AuditEvent.at) >= start, col(AuditEvent.at) < end)
    return session.exec(first.order_by(col(AuditEvent.seq)).limit(1)).first() or 0
