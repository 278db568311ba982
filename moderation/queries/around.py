"""What stands around one comment: the thread in its order, the author's others, the copies, the cases."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from models.around import CasePassage
from models.case import Case, CaseComment, Reply
from models.comment import Comment, CommentRevision, Tombstone, TriageDecision
from models.enums import CaseStatus, ReplyStatus, TriageOutcome, VisibilityFacet
from models.session import get
from moderation import waves
from moderation.context import posts_of
from moderation.library import sendable
from moderation.queries.around_rows import Around, AuthorLine, CaseChoice, HeldCase, ThreadNode, WaveLine
from moderation.queries.cases import lines_of
from moderation.queries.comments import choices
from moderation.queries.evidence import covered
from moderation.queries.history import history_of
from moderation.queries.queue import pseudonym_of
from moderation.queries.rows import TextChoice
from moderation.suggesting import Asked
from settings import get_settings

MOST_THREAD = 100
MOST_AUTHOR = 10
MOST_CHOICES = 5
DEEPEST = 5
LIVE = (CaseStatus.OPEN, CaseStatus.FORWARDED, CaseStatus.ACKNOWLEDGED)


def around(session: Session, comment_id: str) -> Around:
    """Return what stands around a comment; raises NotFound."""
    comment = get(session, Comment, comment_id)
    stones = select(Tombstone.first_missing_at).where(Tombstone.comment_id == comment.id)
    gone = session.exec(stones.order_by(col(Tombstone.first_missing_at).desc())).first()
    return Around(
        thread=thread_of(session, comment),
        author=author_lines(session, comment),
        wave=wave_of(session, comment.id),
        cases=_held(session, comment),
        choices=_choices(session, comment),
        history=history_of(session, comment),
        plan_texts=_plan_texts(session, comment),
        gone_at=gone if comment.visibility is not VisibilityFacet.VISIBLE else None,
    )


def _pairs(session: Session, condition: object) -> list[tuple[Comment, CommentRevision]]:
    found = (
        select(Comment, CommentRevision)
        .where(CommentRevision.comment_id == Comment.id, CommentRevision.n == Comment.revision_n)
        .where(condition)  # type: ignore[arg-type]
        .order_by(col(Comment.posted_at), col(Comment.id))
        .limit(MOST_THREAD)
    )
    return list(session.exec(found).all())


def thread_of(session: Session, comment: Comment) -> tuple[ThreadNode, ...]:
    """Return the whole conversation, each answer under what it answers, oldest first; ours among them."""
    same = col(Comment.account_id) == comment.account_id
    near = (col(Comment.id) == comment.id) | (col(Comment.external_id) == comment.parent_external_id)
    near = near | (col(Comment.parent_external_id) == comment.external_id)
    if comment.conversation_id:
        near = near | (col(Comment.conversation_id) == comment.conversation_id)
    pairs = _pairs(session, same & near)
    if all(c.id != comment.id for c, _revision in pairs):
        pairs = [*pairs, *_pairs(session, col(Comment.id) == comment.id)]
    texts = covered(session, [revision for _comment, revision in pairs])
    answers = _answers(session, [c.id for c, _revision in pairs])
    known = {c.external_id for c, _revision in pairs}
    below: dict[str, list[tuple[Comment, str | None]]] = {}
    for each, revision in pairs:
        above = each.parent_external_id if each.parent_external_id in known else ""
        below.setdefault(above or "", []).append((each, texts[revision.id]))
    return tuple(_walk(below, answers, comment.id))


def _answers(session: Session, comment_ids: Collection[str]) -> dict[str, list[Reply]]:
    sent = select(Reply).where(col(Reply.comment_id).in_(comment_ids), Reply.status == ReplyStatus.CONFIRMED)
    found: dict[str, list[Reply]] = {}
    for reply in session.exec(sent.order_by(col(Reply.created_at), col(Reply.id))):
        found.setdefault(reply.comment_id, []).append(reply)
    return found


def _walk(
    below: dict[str, list[tuple[Comment, str | None]]], answers: dict[str, list[Reply]], this: str
) -> list[ThreadNode]:
    """Walk the thread from its beginning, each message once, whatever the network says of who answers whom."""
    nodes: list[ThreadNode] = []
    seen: set[str] = set()
    waiting = [(each, text, 0) for each, text in reversed(below.get("", []))]
    strays = [(each, text, 0) for above, rows in below.items() if above for each, text in rows]
    while waiting or strays:
        comment, text, depth = waiting.pop() if waiting else strays.pop(0)
        if comment.id in seen:
            continue
        seen.add(comment.id)
        nodes.append(_node(comment, text, depth, this=comment.id == this))
        nodes += [_ours(reply, min(depth + 1, DEEPEST)) for reply in answers.get(comment.id, ())]
        replies = below.get(comment.external_id, [])
        waiting += [(each, said, min(depth + 1, DEEPEST)) for each, said in reversed(replies)]
    return nodes


def _node(comment: Comment, text: str | None, depth: int, *, this: bool) -> ThreadNode:
    gone = comment.visibility is not VisibilityFacet.VISIBLE
    return ThreadNode(
        comment.id, pseudonym_of(comment), text, comment.posted_at, depth, this=this, gone=gone, pv=comment.pv
    )


def _ours(reply: Reply, depth: int) -> ThreadNode:
    at = reply.sent_at or reply.created_at
    return ThreadNode(reply.comment_id, get_settings().company, reply.text, at, depth, ours=True)


def author_lines(session: Session, comment: Comment) -> tuple[AuthorLine, ...]:
    """Return the author's last other comments, newest first, each with its last decision and its cases."""
    if not comment.author_id:
        return ()
    recent = (
        select(Comment.id)
        .where(Comment.author_id == comment.author_id, Comment.network == comment.network, Comment.id != comment.id)
        .order_by(col(Comment.posted_at).desc(), col(Comment.id))
        .limit(MOST_AUTHOR)
    )
    pairs = _pairs(session, col(Comment.id).in_(session.exec(recent).all()))
    texts = covered(session, [revision for _comment, revision in pairs])
    ids = [c.id for c, _revision in pairs]
    decided, cases = _last_decisions(session, ids), _numbers(session, ids)
    return tuple(
        AuthorLine(
            c.id,
            texts[r.id],
            c.posted_at,
            c.pv,
            tuple(TriageOutcome(o) for o in decided[c.id].outcomes) if c.id in decided else (),
            decided[c.id].none_reason if c.id in decided else None,
            tuple(cases.get(c.id, ())),
        )
        for c, r in reversed(pairs)
    )


def _last_decisions(session: Session, comment_ids: Sequence[str]) -> dict[str, TriageDecision]:
    found = select(TriageDecision).where(col(TriageDecision.comment_id).in_(comment_ids))
    ordered = found.order_by(col(TriageDecision.decided_at), col(TriageDecision.id))
    return {decision.comment_id: decision for decision in session.exec(ordered)}


def _numbers(session: Session, comment_ids: Sequence[str]) -> dict[str, list[str]]:
    found = (
        select(CaseComment.comment_id, Case.number)
        .where(CaseComment.case_id == Case.id, col(CaseComment.comment_id).in_(comment_ids))
        .order_by(col(Case.number))
        .distinct()
    )
    numbers: dict[str, list[str]] = {}
    for comment_id, number in session.exec(found):
        numbers.setdefault(comment_id, []).append(number)
    return numbers


def wave_of(session: Session, comment_id: str) -> tuple[WaveLine, ...]:
    """Return the comments that say nearly the same as this one, this one among them; nothing where there is none."""
    comment = get(session, Comment, comment_id)
    pairs = waves.members(session, comment)
    texts = covered(session, [revision for _comment, revision in pairs])
    return tuple(
        WaveLine(
            c.id,
            c.revision_n,
            c.row_version,
            pseudonym_of(c),
            texts[r.id],
            c.posted_at,
            c.pv,
            this=c.id == comment.id,
            undecided=c.id != comment.id and waves.waits(c),
        )
        for c, r in pairs
    )


def _held(session: Session, comment: Comment) -> tuple[HeldCase, ...]:
    resting = select(CaseComment.case_id).where(CaseComment.comment_id == comment.id)
    cases = session.exec(select(Case).where(col(Case.id).in_(resting)).order_by(col(Case.number))).all()
    lines = {line.id: line for line in lines_of(session, cases)}
    passages = _passages(session, comment)
    return tuple(
        HeldCase(
            case.id, case.row_version, case.number, case.status, case.patient,
            lines[case.id].comments, tuple(passages.get(case.id, ())),
        )
        for case in cases
    )  # fmt: skip


def _passages(session: Session, comment: Comment) -> dict[str, list[str]]:
    """Return the words of each case of a divided comment; nothing where its text was emptied."""
    found = session.exec(
        select(CasePassage, CommentRevision.text)
        .where(CasePassage.revision_id == CommentRevision.id, CommentRevision.comment_id == comment.id)
        .order_by(col(CommentRevision.n), col(CasePassage.start))
    )
    words: dict[str, list[str]] = {}
    for passage, text in found:
        if text:
            words.setdefault(passage.case_id, []).append(" ".join(text[passage.start : passage.end].split()))
    return words


def _choices(session: Session, comment: Comment) -> tuple[CaseChoice, ...]:
    """Return the live cases of the same author first, then of the same thread; never those that it has already."""
    own = select(CaseComment.case_id).where(CaseComment.comment_id == comment.id)
    author = (col(Comment.author_id) == comment.author_id) & (col(Comment.network) == comment.network)
    thread = (col(Comment.account_id) == comment.account_id) & (col(Comment.conversation_id) == comment.conversation_id)
    related = (author if comment.author_id else col(Comment.id).is_(None)) | (
        thread if comment.conversation_id else col(Comment.id).is_(None)
    )
    found = session.exec(
        select(Case, Comment.author_id)
        .where(CaseComment.case_id == Case.id, CaseComment.comment_id == Comment.id)
        .where(related, col(Case.status).in_(LIVE), col(Case.id).not_in(own))
        .order_by(col(Case.opened_at).desc(), col(Case.number).desc())
        .limit(MOST_THREAD)
    ).all()
    mine = {case.id for case, author_id in found if comment.author_id and author_id == comment.author_id}
    cases = list({case.id: case for case, _author in found}.values())
    chosen = sorted(cases, key=lambda case: case.id not in mine)[:MOST_CHOICES]
    return tuple(
        CaseChoice(line.id, line.number, line.status, line.id in mine, line.excerpt)
        for line in lines_of(session, chosen)
    )


def _plan_texts(session: Session, comment: Comment) -> tuple[TextChoice, ...]:
    """Return the approved answers that the moderation plan of the post names, those in the comment's language first."""
    post = posts_of(session, [comment.publication_id]).get(comment.publication_id or "")
    keys = set(post.plan.texts) if post and post.plan else set()
    named = [text for text in sendable(session) if text.key in keys] if keys else []
    offered = choices(named, Asked(comment.language, ""))
    return tuple(sorted(offered, key=lambda choice: choice.language != comment.language))


def text_titles(session: Session) -> dict[str, str]:
    """Return the titles of the answers that may be sent today, by their key in the library."""
    return {text.key: text.title for text in reversed(sendable(session))}
