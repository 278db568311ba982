"""The demonstration's hidden comment with its evidence, and its author's contest."""

from datetime import timedelta

from sqlmodel import col, select

from compliance import outbox
from compliance.permissions import Actor
from demo.stage import Stage
from models.comment import Comment
from models.enums import EffectKind, HideReason, Role
from models.session import reading, transaction
from moderation import analysing, concealing, contests, intake, visibility
from moderation.queries.visibility import visibility_view

HOURS_AGO = 2
HANDLE = "jean_du_marais"
SAID = "Moi c'est la Cardexine qu'il me faut, demandez-la à votre médecin de ma part !"
ASKED = "J'ai recommandé un médicament, oui, et alors ? Pourquoi avoir masqué mon commentaire ?"


def conceal(stage: Stage, published: dict[str, str]) -> None:
    """Let a name be said under a post, hide it through the outbox, and let its author contest."""
    post = next(iter(published.values()), None)
    if post is None:
        return
    manager = stage.holder(Role.COMMUNITY_MANAGER)
    with stage.at(stage.now - timedelta(hours=HOURS_AGO)) as moment:
        at = (moment - timedelta(minutes=5)).isoformat()
        stage.ask("comments", {"text": SAID, "at": at, "reply_to": post, "handle": HANDLE})
        report = intake.poll_account(stage.account_id)
        while analysing.analyse_pending(100):
            pass
        comment_id = _newest() if report.new else ""
        if comment_id:
            _hide(manager, comment_id)
    if comment_id:
        with stage.at(stage.now - timedelta(hours=1)), transaction() as session:
            contests.open_contest(session, manager, comment_id=comment_id, words=ASKED)


def _newest() -> str:
    last = select(Comment.id).where(Comment.author_handle == HANDLE).order_by(col(Comment.id).desc())
    with reading() as session:
        return session.exec(last.limit(1)).one()


def _hide(manager: Actor, comment_id: str) -> None:
    with reading() as session:
        view = visibility_view(session, comment_id)
    with transaction() as session:
        visibility.hide(
            session,
            manager,
            comment_id=comment_id,
            revision_n=view.revision_n,
            row_version=view.row_version,
            reason=HideReason.PRESCRIPTION_NAMED,
        )
    while outbox.run_one("demo", {EffectKind.HIDE: concealing.HIDE_HANDLER}):
        pass
