"""A case and the comments that it rests on: opened by the detectors or by a person, filled with what was found."""

from collections.abc import Collection

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor
from errors import StaleVersion
from i18n import N_
from models.case import Case, CaseComment, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord
from models.engine_room import Counter
from models.enums import CaseStatus, FindingKind, ProductKind, PvFacet, Seriousness, TriageOutcome
from models.product import Product
from models.session import get
from moderation import awareness, facets
from moderation.context import posts_of
from moderation.deadlines import forward_due, paris_day
from moderation.vigilance import counts_as_ours, vigilance_of
from settings import get_settings


def live_case(session: Session, comment_id: str) -> Case | None:
    """Return the newest case of a comment that was not dismissed."""
    cases = (
        select(Case)
        .where(CaseComment.case_id == Case.id, CaseComment.comment_id == comment_id)
        .where(Case.status != CaseStatus.DISMISSED)
        .order_by(col(Case.number).desc())
        .limit(1)
        .with_for_update(of=Case)
    )
    return session.exec(cases).first()


def open_case(session: Session, actor: Actor, comment: Comment, revision: CommentRevision) -> Case:
    """Open a case that rests on one revision; its clock starts when the company had the comment, not now."""
    now, hours = clock.now(), get_settings().forward_hours
    case = Case(
        number=next_number(session),
        status=CaseStatus.OPEN,
        vigilance=vigilance_of(()),
        opened_by=actor.id,
        opened_at=now,
        awareness_at=comment.awareness_at,
        awareness_evidence=evidence_of(revision),
        latest_info_on=paris_day(comment.awareness_at),
        forward_due_at=forward_due(comment.awareness_at, hours),
        serious=comment.serious,
        updated_at=now,
    )
    session.add(case)
    session.flush()
    session.add(CaseComment(case_id=case.id, comment_id=comment.id, revision_id=revision.id))
    _prefill(session, case, comment, revision)
    new = {"status": case.status.value, "comment": comment.id, "revision": revision.n}
    audit.record(session, actor, AuditAction.CASE_OPEN, "case", case.id, new=new)
    return case


def evidence_of(revision: CommentRevision) -> str:
    """Return the proof that the system had a revision, under the policy that pharmacovigilance signed."""
    return awareness.of_revision(revision.id, revision.text_sha256, get_settings().awareness_policy)


def next_number(session: Session) -> str:
    """Return the next number of the year, "2026-0117"; two transactions never get the same."""
    year = paris_day(clock.now()).year
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(Counter).values(name=f"case:{year}", value=1)
    taken = first.on_conflict_do_update(index_elements=["name"], set_={"value": col(Counter.value) + 1})
    value = session.execute(taken.returning(col(Counter.value))).scalar_one()
    return f"{year}-{value:04}"


def rest_on(session: Session, case: Case, comment: Comment, revision: CommentRevision) -> bool:
    """Make a case rest on a revision as well; False when it did already."""
    if session.get(CaseComment, (case.id, revision.id)):
        return False
    session.add(CaseComment(case_id=case.id, comment_id=comment.id, revision_id=revision.id))
    if comment.awareness_at < case.awareness_at:
        case.awareness_at, case.awareness_evidence = comment.awareness_at, evidence_of(revision)
    newest = paris_day(max(comment.awareness_at, revision.seen_at))
    case.latest_info_on = max(case.latest_info_on or newest, newest)
    case.forward_due_at = forward_due(case.awareness_at, get_settings().forward_hours)
    session.flush()
    return True


def lock_case(session: Session, case_id: str) -> Case:
    """Return a case under lock, its comments locked before it.

    Everyone locks in this order (comments by id, the case, the audit chain), so that nobody waits in a circle.
    """
    comments = select(Comment.id).where(CaseComment.comment_id == Comment.id, CaseComment.case_id == case_id)
    lock_comments(session, list(session.exec(comments)))
    return get(session, Case, case_id, lock=True)


def unchanged_case(session: Session, case_id: str, row_version: int) -> Case:
    """Return a case under lock; raises StaleVersion when it changed since the person read it."""
    case = lock_case(session, case_id)
    if case.row_version != row_version:
        raise StaleVersion(N_("Ce cas a changé depuis que vous l'avez ouvert. Relisez-le, puis recommencez."))
    return case


def lock_comments(session: Session, comment_ids: Collection[str]) -> dict[str, Comment]:
    """Return comments under lock, by id."""
    wanted = select(Comment).where(col(Comment.id).in_(comment_ids)).order_by(col(Comment.id))
    locked = session.exec(wanted.with_for_update(), execution_options={"populate_existing": True})
    return {comment.id: comment for comment in locked}


def follow(session: Session, case: Case, *, was: CaseStatus) -> None:
    """Move the comments with their case; one whose author wrote something new, or that is none, stays where it is."""
    dismissed = case.status is CaseStatus.DISMISSED
    outcomes = [TriageOutcome.NONE if dismissed else TriageOutcome.ADVERSE_EVENT]
    for comment in session.exec(resting(case.id)):
        if comment.pv is not PvFacet.NOT_AE or was is CaseStatus.DISMISSED:
            status = None if dismissed else case.status
            facets.write(comment, facets.decided(facets.read(comment), outcomes, status))
    session.flush()


def resting(case_id: str) -> SelectOfScalar[Comment]:
    """Select the comments that a case rests on as they read now; `lock_case` has locked them."""
    return (
        select(Comment)
        .where(CaseComment.comment_id == Comment.id, CaseComment.case_id == case_id)
        .where(CaseComment.revision_id == CommentRevision.id, CommentRevision.n == Comment.revision_n)
        .order_by(col(Comment.id))
    )


def _prefill(session: Session, case: Case, comment: Comment, revision: CommentRevision) -> None:
    """Fill what the detectors found; a person confirms it. Reporter and patient are never presumed known."""
    records = select(ScreeningRecord).where(ScreeningRecord.revision_id == revision.id)
    record = session.exec(records.order_by(col(ScreeningRecord.screened_at).desc())).first()
    found = _findings(session, record.id) if record else []
    case.situations = list(record.situations) if record else []
    labels = {f.label for f in found if f.kind is FindingKind.SERIOUSNESS} if case.serious else set()
    case.seriousness = [criterion.value for criterion in Seriousness if criterion in labels]
    case.vigilance = vigilance_of(_add_products(session, case, comment, found))
    _add_reactions(session, case, revision, found)
    session.flush()


def add_found(session: Session, case: Case, revision: CommentRevision) -> None:
    """Add to an open case what the detectors found in another revision that it rests on; a person confirms it again."""
    records = select(ScreeningRecord).where(ScreeningRecord.revision_id == revision.id)
    record = session.exec(records.order_by(col(ScreeningRecord.screened_at).desc())).first()
    if case.status is not CaseStatus.OPEN or record is None or not session.get(CaseComment, (case.id, revision.id)):
        return
    found = _findings(session, record.id)
    labels = {f.label for f in found if f.kind is FindingKind.SERIOUSNESS} if record.serious else set()
    case.seriousness = [each.value for each in Seriousness if each in labels or each.value in case.seriousness]
    case.serious = case.serious or record.serious
    case.situations = [*case.situations, *(each for each in record.situations if each not in case.situations)]
    _add_reactions(session, case, revision, found)
    case.confirmed_at, case.confirmed_by, case.updated_at = None, None, clock.now()
    session.flush()


def _add_reactions(session: Session, case: Case, revision: CommentRevision, found: list[DetectorFinding]) -> None:
    """Add the reactions found in a revision, each where it stands; one whose words the case has is not added."""
    held = list(session.exec(select(Reaction.verbatim).where(Reaction.case_id == case.id)))
    places = [place for place in _verbatims(revision.text or "", found) if place[0] not in held]
    for n, (words, start, end) in enumerate(places, len(held) + 1):
        session.add(Reaction(case_id=case.id, n=n, verbatim=words, revision_id=revision.id, start=start, end=end))


def _findings(session: Session, screening_id: str) -> list[DetectorFinding]:
    found = select(DetectorFinding).where(DetectorFinding.screening_id == screening_id)
    return list(session.exec(found.order_by(col(DetectorFinding.start), col(DetectorFinding.id))))


def _add_products(session: Session, case: Case, comment: Comment, found: list[DetectorFinding]) -> list[ProductKind]:
    """Add the products named, or the one that the page is about, and return the kinds that the register knows."""
    named = {f.label: f for f in found if f.kind is FindingKind.PRODUCT}
    post = posts_of(session, [comment.publication_id]).get(comment.publication_id or "")
    presumed = [post.page_product] if post and post.page_product and not named else []
    names = [*named, *presumed]
    register = {p.name: p for p in session.exec(select(Product).where(col(Product.name).in_(names)))} if names else {}
    for n, name in enumerate(names, 1):
        known, finding = register.get(name), named.get(name)
        substance = known.substance if known else finding.substance if finding else None
        owner = known.owner if known else finding.owner if finding else None
        kind = known.kind if known else None
        session.add(SuspectProduct(case_id=case.id, n=n, name=name, substance=substance, owner=owner, kind=kind))
    ours = [product.kind for product in register.values() if counts_as_ours(product.owner)]
    return ours or [product.kind for product in register.values()]


def _verbatims(text: str, found: list[DetectorFinding]) -> list[tuple[str, int, int]]:
    """Return the reporter's words for each suspected reaction and where they stand: the widest of overlapping spans.

    Words that come twice are given once, at their first place.
    """
    spans: list[tuple[int, int]] = []
    for start, end in sorted(
        (f.start, f.end) for f in found if f.kind is FindingKind.REACTION and f.start is not None and f.end is not None
    ):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    first: dict[str, tuple[str, int, int]] = {}
    for start, end in spans:
        first.setdefault(text[start:end], (text[start:end], start, end))
    return list(first.values())
