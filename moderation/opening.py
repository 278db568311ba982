"""A case and the comments that it rests on: opened by the detectors or by a person, filled with what was found.

A comment may hold several live cases, one a patient; what is read off a comment follows the slowest of them.
"""

from collections.abc import Collection, Sequence

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor
from errors import StaleVersion
from i18n import N_
from models.around import CasePassage
from models.case import Case, CaseComment, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord
from models.engine_room import Counter
from models.enums import CaseStatus, FindingKind, ProductKind, PvFacet, Seriousness, TriageOutcome
from models.product import Product
from models.session import get
from moderation import awareness, facets
from moderation.context import posts_of
from moderation.deadlines import forward_due, paris_day
from moderation.decision import AGREEMENT
from moderation.inheriting import NOTHING, Handed, handed_down
from moderation.stories import Place, overlaps
from moderation.vigilance import counts_as_ours, vigilance_of
from settings import get_settings


def live_case(session: Session, comment_id: str) -> Case | None:
    """Return the newest case of a comment that was not dismissed."""
    return next(reversed(live_cases(session, comment_id)), None)


def live_cases(session: Session, comment_id: str) -> list[Case]:
    """Return the cases of a comment that were not dismissed, oldest first, under lock."""
    resting_on = select(CaseComment.case_id).where(CaseComment.comment_id == comment_id)
    cases = (
        select(Case)
        .where(col(Case.id).in_(resting_on), Case.status != CaseStatus.DISMISSED)
        .order_by(col(Case.number))
        .with_for_update()
    )
    return list(session.exec(cases))


def open_case(
    session: Session, actor: Actor, comment: Comment, revision: CommentRevision, *, within: Sequence[Place] = ()
) -> Case:
    """Open a case that rests on one revision; its clock starts when the company had the comment, not now.

    `within`: the places of the revision that tell this patient's story; without any, the whole of it does. The answers
    that agree with the comment are looked at again.
    """
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
    comment.echoes_due = True
    prefill(session, case, comment, revision, within=within)
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


def lock_with_siblings(
    session: Session, comment_ids: Collection[str], case_ids: Collection[str] = ()
) -> dict[str, Comment]:
    """Lock comments with all that share a case with them, or rest on the cases named; returns them by id."""
    own = select(CaseComment.case_id).where(col(CaseComment.comment_id).in_(comment_ids))
    shared = col(CaseComment.case_id).in_(own) | col(CaseComment.case_id).in_(case_ids)
    siblings = set(session.exec(select(CaseComment.comment_id).where(shared)))
    return lock_comments(session, siblings | set(comment_ids))


def lock_comments(session: Session, comment_ids: Collection[str]) -> dict[str, Comment]:
    """Return comments under lock, by id."""
    wanted = select(Comment).where(col(Comment.id).in_(comment_ids)).order_by(col(Comment.id))
    locked = session.exec(wanted.with_for_update(), execution_options={"populate_existing": True})
    return {comment.id: comment for comment in locked}


def follow(session: Session, case: Case, *, was: CaseStatus) -> None:
    """Move the comments with their case; one whose author wrote something new, or that is none, stays where it is.

    A comment with several live cases goes where the slowest of them is.
    """
    session.flush()
    for comment in session.exec(resting(case.id)):
        if comment.pv is not PvFacet.NOT_AE or was is CaseStatus.DISMISSED:
            status = standing(session, comment.id)
            outcomes = [TriageOutcome.ADVERSE_EVENT if status else TriageOutcome.NONE]
            facets.write(comment, facets.decided(facets.read(comment), outcomes, status))
    session.flush()


def standing(session: Session, comment_id: str) -> CaseStatus | None:
    """Return the status of the slowest live case of a comment, None when it has none."""
    of_it = select(Case.status).where(CaseComment.case_id == Case.id, CaseComment.comment_id == comment_id)
    return facets.least_advanced({CaseStatus(status) for status in session.exec(of_it)})


def resting(case_id: str) -> SelectOfScalar[Comment]:
    """Select the comments that a case rests on as they read now; `lock_case` has locked them."""
    return (
        select(Comment)
        .where(CaseComment.comment_id == Comment.id, CaseComment.case_id == case_id)
        .where(CaseComment.revision_id == CommentRevision.id, CommentRevision.n == Comment.revision_n)
        .order_by(col(Comment.id))
    )


def prefill(
    session: Session, case: Case, comment: Comment, revision: CommentRevision, *, within: Sequence[Place] = ()
) -> None:
    """Fill what the detectors found; a person confirms it. Reporter and patient are never presumed known.

    `within`: the places of the revision that are this case's. An answer that agrees has what it agrees with as well.
    """
    records = select(ScreeningRecord).where(ScreeningRecord.revision_id == revision.id)
    record = session.exec(records.order_by(col(ScreeningRecord.id).desc())).first()
    found = _findings(session, record.id) if record else []
    own = [f for f in found if not within or _inside(f, within)]
    handed = handed_down(session, comment) if record and AGREEMENT in record.why else NOTHING
    case.situations = list(record.situations) if record else []
    labels = {f.label for f in own if f.kind is FindingKind.SERIOUSNESS} if case.serious else set()
    case.seriousness = [criterion.value for criterion in Seriousness if criterion in labels]
    named = own if any(f.kind is FindingKind.PRODUCT for f in own) else found
    case.vigilance = vigilance_of(_add_products(session, case, comment, named, handed))
    _add_reactions(session, case, revision, own, handed)
    session.add_all(
        CasePassage(case_id=case.id, revision_id=revision.id, start=start, end=end) for start, end in within
    )
    session.flush()


def _inside(finding: DetectorFinding, within: Sequence[Place]) -> bool:
    """Say whether a finding stands in some places; what comes from around the comment stands everywhere."""
    if finding.start is None or finding.end is None:
        return True
    return overlaps((finding.start, finding.end), within)


def add_found(session: Session, case: Case, revision: CommentRevision) -> None:
    """Add to an open case what the detectors found in another revision that it rests on; a person confirms it again."""
    records = select(ScreeningRecord).where(ScreeningRecord.revision_id == revision.id)
    record = session.exec(records.order_by(col(ScreeningRecord.id).desc())).first()
    if case.status is not CaseStatus.OPEN or record is None or not session.get(CaseComment, (case.id, revision.id)):
        return
    found = _findings(session, record.id)
    labels = {f.label for f in found if f.kind is FindingKind.SERIOUSNESS} if record.serious else set()
    case.seriousness = [each.value for each in Seriousness if each in labels or each.value in case.seriousness]
    case.serious = case.serious or record.serious
    case.situations = [*case.situations, *(each for each in record.situations if each not in case.situations)]
    _add_reactions(session, case, revision, found, NOTHING)
    case.confirmed_at, case.confirmed_by, case.updated_at = None, None, clock.now()
    session.flush()


def _findings(session: Session, screening_id: str) -> list[DetectorFinding]:
    found = select(DetectorFinding).where(DetectorFinding.screening_id == screening_id)
    return list(session.exec(found.order_by(col(DetectorFinding.start), col(DetectorFinding.id))))


def _add_products(
    session: Session, case: Case, comment: Comment, found: list[DetectorFinding], handed: Handed
) -> list[ProductKind]:
    """Add the products named, else those handed down or the one that the page is about; return the known kinds."""
    named = {f.label: f for f in found if f.kind is FindingKind.PRODUCT}
    inherited = {product.name: product for product in handed.products if product.name not in named}
    post = posts_of(session, [comment.publication_id]).get(comment.publication_id or "")
    presumed = [post.page_product] if post and post.page_product and not named and not inherited else []
    names = [*named, *inherited, *presumed]
    register = {p.name: p for p in session.exec(select(Product).where(col(Product.name).in_(names)))} if names else {}
    for n, name in enumerate(names, 1):
        known, told = register.get(name), named.get(name) or inherited.get(name)
        substance = known.substance if known else told.substance if told else None
        owner = known.owner if known else told.owner if told else None
        kind = known.kind if known else None
        session.add(SuspectProduct(case_id=case.id, n=n, name=name, substance=substance, owner=owner, kind=kind))
    ours = [product.kind for product in register.values() if counts_as_ours(product.owner)]
    return ours or [product.kind for product in register.values()]


def _add_reactions(
    session: Session, case: Case, revision: CommentRevision, found: list[DetectorFinding], handed: Handed
) -> None:
    """Add the reporter's words for each reaction, then those that the comment agrees with, each with its place.

    Words that the case has already are not added.
    """
    held = set(session.exec(select(Reaction.verbatim).where(Reaction.case_id == case.id)))
    text = revision.text or ""
    said = {text[start:end]: (revision.id, start, end) for start, end in reversed(_reactions(found))}
    told = {r.verbatim: (r.revision_id, r.start, r.end) for r in handed.reactions if r.verbatim not in said}
    fresh = [pair for pair in (*reversed(said.items()), *told.items()) if pair[0] not in held]
    for n, (words, (revision_id, start, end)) in enumerate(fresh, len(held) + 1):
        session.add(Reaction(case_id=case.id, n=n, verbatim=words, revision_id=revision_id, start=start, end=end))


def _reactions(found: list[DetectorFinding]) -> list[Place]:
    """Return the places of the suspected reactions in the order of the text, the widest of overlapping ones."""
    spans: list[Place] = []
    for start, end in sorted(
        (f.start, f.end) for f in found if f.kind is FindingKind.REACTION and f.start is not None and f.end is not None
    ):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans
