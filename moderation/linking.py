"""Two cases that tell one story: suggested with reasons, linked by a person, both kept."""

from collections.abc import Collection
from datetime import timedelta

from sqlmodel import Session, col, or_, select

from compliance import audit, transitions
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, NotFound, StaleVersion
from i18n import N_
from models.case import Case, CaseComment, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision
from models.enums import CaseAction, CaseStatus, NoneReason
from models.session import get
from moderation.deadlines import paris_day
from moderation.duplicates import Likeness, Story, suggested
from moderation.following_up import DUPLICATE, note_news
from moderation.opening import follow, lock_comments, rest_on
from moderation.states import CASE_TRANSITIONS

AROUND = timedelta(days=60)
MOST_CANDIDATES = 60


def mark_duplicate(session: Session, actor: Actor, *, case_id: str, row_version: int, of_number: str) -> Case:
    """Link a case to the one that it repeats. Both records stay; the other rests on its comments too.

    One that is open is closed as a duplicate; one that was sent stays as it was sent. The other, when it was sent
    before, is taken up again: what it did not say is sent as its follow-up.
    """
    check(actor, Permission.CASE_WRITE)
    other_id = session.exec(select(Case.id).where(Case.number == of_number.strip())).first()
    if other_id is None:
        raise NotFound(
            N_("Aucun cas ne porte le numéro « {number} ». Vérifiez-le dans la liste des cas."), number=of_number
        )
    case, other = _locked(session, case_id, other_id)
    if case.row_version != row_version:
        raise StaleVersion(N_("Ce cas a changé depuis que vous l'avez ouvert. Relisez-le, puis recommencez."))
    _check_pair(case, other)
    case.duplicate_of = other.id
    new = {"duplicate_of": other.id}
    audit.record(session, actor, AuditAction.CASE_DUPLICATE, "case", case.id, new=new)
    if case.status is CaseStatus.OPEN:
        reason = NoneReason.DUPLICATE.value
        transitions.apply(session, actor, case, CASE_TRANSITIONS, CaseAction.DISMISS, reason=reason)
        case.dismissal = reason
    _carry_over(session, actor, case, other)
    session.flush()
    return case


def _locked(session: Session, *case_ids: str) -> list[Case]:
    """Lock the comments of both cases, then the cases by id; return them in the order given."""
    comments = select(CaseComment.comment_id).where(col(CaseComment.case_id).in_(case_ids))
    lock_comments(session, set(session.exec(comments)))
    held = {case_id: get(session, Case, case_id, lock=True) for case_id in sorted(set(case_ids))}
    return [held[case_id] for case_id in case_ids]


def _check_pair(case: Case, other: Case) -> None:
    if case.id == other.id:
        raise InvalidInput(N_("Un cas n'est pas le doublon de lui-même : donnez le numéro de l'autre."))
    if other.duplicate_of == case.id:
        raise InvalidInput(
            N_("Le cas {number} est déjà noté comme doublon de celui-ci : le lien existe."), number=other.number
        )
    if other.status is CaseStatus.DISMISSED:
        raise InvalidInput(
            N_("Le cas {number} est écarté : rouvrez-le d'abord, ou choisissez un autre cas."), number=other.number
        )
    if case.status in (CaseStatus.QUEUED, CaseStatus.DISMISSED):
        raise InvalidInput(N_("Ce cas est en cours d'envoi ou écarté : attendez la fin de l'envoi, ou rouvrez-le."))


def _carry_over(session: Session, actor: Actor, case: Case, other: Case) -> None:
    """Make the other case rest on this one's comments; new to a case that was sent, they are its follow-up."""
    found = session.exec(
        select(Comment, CommentRevision)
        .where(CaseComment.comment_id == Comment.id, CaseComment.revision_id == CommentRevision.id)
        .where(CaseComment.case_id == case.id)
        .order_by(col(CommentRevision.seen_at), col(CommentRevision.id))
    ).all()
    was = other.status
    fresh = [pair for pair in found if rest_on(session, other, *pair)]
    if fresh and case.forwarded_at is None:
        comment, revision = fresh[-1]
        note_news(session, actor, other, reason=DUPLICATE, comment=comment, revision=revision)
        if (was, CaseAction.REOPEN) in CASE_TRANSITIONS:
            transitions.apply(session, actor, other, CASE_TRANSITIONS, CaseAction.REOPEN, reason=DUPLICATE)
    if other.status is not was:
        follow(session, other, was=was)


def possible_duplicates(session: Session, case: Case) -> tuple[tuple[Case, Likeness], ...]:
    """Return the cases that may tell the same story, the likeliest first, with the reasons."""
    candidates = _candidates(session, case)
    stories = _stories(session, [case, *candidates.values()])
    own = stories.pop(case.id)
    likely = suggested(own, list(stories.values()))
    return tuple((candidates[each.case_id], each) for each in likely)


def _candidates(session: Session, case: Case) -> dict[str, Case]:
    """Return the newest cases of about the same time that share the author, a comment or a product's name."""
    names = session.exec(select(SuspectProduct.name).where(SuspectProduct.case_id == case.id)).all()
    own = select(Comment.author_id).where(CaseComment.comment_id == Comment.id, CaseComment.case_id == case.id)
    authors = [author for author in session.exec(own) if author]
    same_author = select(CaseComment.case_id).where(
        CaseComment.comment_id == Comment.id, col(Comment.author_id).in_(authors)
    )
    same_product = select(SuspectProduct.case_id).where(col(SuspectProduct.name).in_(names))
    found = (
        select(Case)
        .where(or_(col(Case.id).in_(same_author), col(Case.id).in_(same_product)))
        .where(Case.id != case.id, col(Case.duplicate_of).is_(None))
        .where(Case.awareness_at >= case.awareness_at - AROUND, Case.awareness_at <= case.awareness_at + AROUND)
        .order_by(col(Case.number).desc())
        .limit(MOST_CANDIDATES)
    )
    linked = case.duplicate_of
    return {one.id: one for one in session.exec(found) if one.id != linked}


def _stories(session: Session, cases: Collection[Case]) -> dict[str, Story]:
    ids = [case.id for case in cases]
    products = _by_case(session, SuspectProduct.case_id, SuspectProduct.name, ids)
    reactions = _by_case(session, Reaction.case_id, Reaction.verbatim, ids)
    comments = _by_case(session, CaseComment.case_id, CaseComment.comment_id, ids)
    rows = session.exec(
        select(CaseComment.case_id, Comment.network, Comment.author_id)
        .where(CaseComment.comment_id == Comment.id, col(CaseComment.case_id).in_(ids))
        .where(Comment.author_id != "")
    ).all()
    authors: dict[str, list[str]] = {}
    for case_id, network, author_id in rows:
        authors.setdefault(case_id, []).append(f"{network}:{author_id}")
    return {
        case.id: Story(
            case.id,
            paris_day(case.awareness_at),
            authors.get(case.id, ()),
            comments.get(case.id, ()),
            products.get(case.id, ()),
            reactions.get(case.id, ()),
            _patient(case),
        )
        for case in cases
    }


def _by_case(session: Session, key: object, value: object, ids: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for case_id, text in session.exec(select(key, value).where(col(key).in_(ids))):  # type: ignore[call-overload]
        found.setdefault(case_id, []).append(text)
    return found


def _patient(case: Case) -> list[str]:
    """Return what is known of the patient as plain words: sex, age, initials."""
    age = f"{case.patient_age} {case.patient_age_unit}" if case.patient_age is not None else ""
    return [word for word in (str(case.patient_sex or ""), age, case.patient_initials or "") if word]
