"""What an answer that agrees inherits of the comment it answers: the products and the reactions, never the patient."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.case import Case, CaseComment, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision, DetectorFinding, ScreeningRecord
from models.enums import CaseStatus, FindingKind, ProductOwner


@dataclass(frozen=True)
class HandedProduct:
    """A product of the parent, as its case or its detectors name it."""

    name: str
    substance: str | None
    owner: ProductOwner | None


@dataclass(frozen=True)
class HandedReaction:
    """Words of the parent for a reaction, and where they stand."""

    verbatim: str
    revision_id: str | None
    start: int | None
    end: int | None


@dataclass(frozen=True)
class Handed:
    """What a parent hands down."""

    products: tuple[HandedProduct, ...] = ()
    reactions: tuple[HandedReaction, ...] = ()


NOTHING = Handed()


def parent_of(session: Session, comment: Comment) -> Comment | None:
    """Return the comment that a comment answers, where we hold it."""
    if not comment.parent_external_id:
        return None
    same = select(Comment).where(
        Comment.account_id == comment.account_id, Comment.external_id == comment.parent_external_id
    )
    return session.exec(same).first()


def handed_down(session: Session, comment: Comment) -> Handed:
    """Return what the parent's live cases hold, or what the detectors found in it where it has none."""
    parent = parent_of(session, comment)
    if parent is None:
        return NOTHING
    held = _of_cases(session, parent)
    return held if held.products or held.reactions else _of_findings(session, parent)


def _of_cases(session: Session, parent: Comment) -> Handed:
    live = (
        select(Case.id)
        .where(CaseComment.case_id == Case.id, CaseComment.comment_id == parent.id)
        .where(Case.status != CaseStatus.DISMISSED)
        .order_by(col(Case.number))
    )
    ids = list(dict.fromkeys(session.exec(live)))
    products = session.exec(
        select(SuspectProduct).where(col(SuspectProduct.case_id).in_(ids)).order_by(col(SuspectProduct.n))
    )
    reactions = session.exec(select(Reaction).where(col(Reaction.case_id).in_(ids)).order_by(col(Reaction.n)))
    return _distinct(
        [HandedProduct(p.name, p.substance, p.owner) for p in products],
        [HandedReaction(r.verbatim, r.revision_id, r.start, r.end) for r in reactions],
    )


def _of_findings(session: Session, parent: Comment) -> Handed:
    found = session.exec(
        select(DetectorFinding, CommentRevision)
        .where(DetectorFinding.screening_id == ScreeningRecord.id, ScreeningRecord.revision_id == CommentRevision.id)
        .where(CommentRevision.comment_id == parent.id, CommentRevision.n == parent.revision_n)
        .order_by(col(DetectorFinding.start), col(DetectorFinding.id))
    ).all()
    products = [HandedProduct(f.label, f.substance, f.owner) for f, _r in found if f.kind is FindingKind.PRODUCT]
    reactions = [
        HandedReaction((r.text or "")[f.start : f.end], r.id, f.start, f.end)
        for f, r in found
        if f.kind is FindingKind.REACTION and f.start is not None and r.text
    ]
    return _distinct(products, reactions)


def _distinct(products: list[HandedProduct], reactions: list[HandedReaction]) -> Handed:
    named = {product.name: product for product in reversed(products)}
    said = {reaction.verbatim.casefold(): reaction for reaction in reversed(reactions)}
    return Handed(tuple(reversed(named.values())), tuple(reversed(said.values())))
