"""The demonstration's posts, each brought to its state by the people who would bring it there."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from compliance import clock, outbox, signatures
from compliance.permissions import Actor
from demo.stage import Stage
from models.enums import (
    Audience,
    CheckAnswer,
    DecisionKind,
    Disposition,
    EffectKind,
    Network,
    PostStatus,
    Qualification,
    RejectReason,
    Role,
    Severity,
    StepStatus,
)
from models.post import Finding, Post, PostVersion
from models.product import Product
from models.publication import Publication
from models.review import ReviewRound, ReviewStep
from models.session import get, reading, transaction
from settings import get_settings
from workflow import checklist, drafting, findings, measuring, publishing, review
from workflow.common_text import FIELDS
from workflow.content import CommonText, PostContent, VariantContent, VariantSettings
from workflow.networks import TITLE
from workflow.rule_policies import Answer

# Minutes that a step waits for its reader, and minutes that the reader takes.
PACE = {
    Role.COMMUNICATIONS: (20, 4),
    Role.REGULATORY: (45, 8),
    Role.LEGAL: (60, 6),
    Role.MEDICAL: (50, 7),
    Role.RESPONSIBLE_PHARMACIST: (30, 5),
}
SIGNED_STATES = ("approved", "scheduled", "published")


def write_posts(stage: Stage, posts: list[dict[str, Any]]) -> dict[str, str]:
    """Write every post; return the network's id of each one that was published, by key."""
    published = {}
    for n, one in enumerate(posts):
        written = stage.now - timedelta(days=one["days"], hours=6, minutes=7 * n)
        with stage.at(written):
            post_id = _write(stage, one)
        stage.moment = written
        _bring_to_state(stage, post_id, one)
        if one["until"] == "published":
            with stage.at(stage.moment + timedelta(hours=1)):
                published[one["key"]] = _publish(post_id)
    return published


def _content(stage: Stage, one: dict[str, Any], text: str) -> PostContent:
    planned = one.get("planned_in_days")
    at_nine = stage.now.replace(hour=8, minute=0, second=0, microsecond=0)
    with reading() as session:
        ids = [session.exec(select(Product.id).where(Product.name == name)).one() for name in one.get("products", [])]
    return PostContent(
        title=one["title"],
        variants=(
            VariantContent(stage.account_id, Network.X, one.get("on", {}).get("x", {}).get("text", text)),
            *(_elsewhere(stage, key, text, said) for key, said in one.get("on", {}).items() if key != "x"),
        ),
        qualification=Qualification(one["qualification"]),
        audience=Audience.PUBLIC,
        products=tuple(ids),
        campaign=one["campaign"],
        planned_at=at_nine + timedelta(days=planned) if planned else None,
        common=CommonText(text) if "on" in one else None,
    )


def _elsewhere(stage: Stage, key: str, text: str, said: dict[str, str]) -> VariantContent:
    """Return what another account says: its own text, or the common one."""
    account = stage.accounts[key]
    settings = VariantSettings(network=((TITLE, said["title"]),) if "title" in said else ())
    own = said.get("text", text)
    follows = FIELDS if own == text else FIELDS[1:]
    return VariantContent(account.id, account.network, own, settings=settings, follows=follows)


def _write(stage: Stage, one: dict[str, Any]) -> str:
    author = stage.holder(Role.COMMUNITY_MANAGER)
    with transaction() as session:
        post = drafting.create_post(session, author, content=_content(stage, one, one["text"]))
    if one["until"] != "draft":
        _justify(author, post.id)
        submit(author, post.id)
    return post.id


def _justify(author: Actor, post_id: str) -> None:
    """Answer every finding that asks for a justification; those that block are not in these posts."""
    with transaction() as session:
        versions = select(PostVersion.id).where(PostVersion.post_id == post_id)
        open_ones = select(Finding).where(
            col(Finding.version_id).in_(versions),
            Finding.disposition == Disposition.OPEN,
            Finding.severity != Severity.INFO,
        )
        for finding in session.exec(open_ones).all():
            findings.dispose_finding(
                session,
                author,
                finding_id=finding.id,
                row_version=finding.row_version,
                disposition=Disposition.NOT_APPLICABLE,
                reason="Formule revue avec la communication.",
            )


def submit(author: Actor, post_id: str) -> None:
    """Hand a post to the committee."""
    with transaction() as session:
        seen = get(session, Post, post_id).row_version
        drafting.submit(session, author, post_id=post_id, row_version=seen)


def _bring_to_state(stage: Stage, post_id: str, one: dict[str, Any]) -> None:
    until = one["until"]
    if until in SIGNED_STATES:
        sign_all(stage, post_id)
    elif until == "partly_signed":
        _sign(stage, post_id, Role.COMMUNICATIONS)
        _sign(stage, post_id, Role.REGULATORY)
        with stage.later(90):
            _edit_and_resubmit(stage, post_id, one)
        _sign(stage, post_id, Role.COMMUNICATIONS)
    elif until == "changes_requested":
        _sign(stage, post_id, Role.COMMUNICATIONS)
        _answer(stage, post_id, Role.LEGAL, DecisionKind.REQUEST_CHANGES, one["comment"])
    elif until == "rejected":
        _answer(stage, post_id, Role.COMMUNICATIONS, DecisionKind.REJECT, one["comment"], RejectReason.MISLEADING)
    if until in {"scheduled", "published"}:
        with stage.later(20):
            _schedule(stage, post_id, now=until == "published")


def _edit_and_resubmit(stage: Stage, post_id: str, one: dict[str, Any]) -> None:
    author = stage.holder(Role.COMMUNITY_MANAGER)
    with transaction() as session:
        seen = get(session, Post, post_id).row_version
        content = _content(stage, one, one["edited"])
        drafting.edit_post(session, author, post_id=post_id, row_version=seen, content=content)
    submit(author, post_id)


def _open_steps(post_id: str) -> list[tuple[ReviewStep, str]]:
    with reading() as session:
        found = session.exec(
            select(ReviewStep, PostVersion.content_sha256)
            .join(ReviewRound, ReviewRound.id == ReviewStep.round_id)  # type: ignore[arg-type]
            .join(PostVersion, PostVersion.id == ReviewRound.version_id)  # type: ignore[arg-type]
            .where(ReviewRound.post_id == post_id, ReviewStep.status == StepStatus.OPEN)
        ).all()
    return [(step, sha) for step, sha in found]


def sign_all(stage: Stage, post_id: str) -> None:
    """Have every step signed by who holds its role."""
    while steps := _open_steps(post_id):
        for step, _sha in steps:
            _sign(stage, post_id, step.role)


def _open(stage: Stage, post_id: str, role: Role) -> None:
    with stage.later(PACE[role][0]), transaction() as session:
        measuring.note_opening(session, stage.holder(role), post_id=post_id)


def _sign(stage: Stage, post_id: str, role: Role) -> None:
    _open(stage, post_id, role)
    with stage.later(PACE[role][1]):
        _approve(stage.holder(role), post_id, role)


def _approve(actor: Actor, post_id: str, role: Role) -> None:
    step, sha = next((step, sha) for step, sha in _open_steps(post_id) if step.role is role)
    with transaction() as session:
        answers = tuple(Answer(point.id, CheckAnswer.YES) for point in checklist.points_of(session, step))
        dialog = review.open_decision(session, actor, step_id=step.id, seen_sha256=sha, answers=answers)
    with transaction() as session:
        refusal = signatures.prove(session, actor, nonce_id=dialog.nonce_id, password=get_settings().demo_password)
    if refusal:
        raise refusal
    with transaction() as session:
        review.decide(
            session,
            actor,
            step_id=step.id,
            row_version=step.row_version,
            seen_sha256=sha,
            kind=DecisionKind.APPROVE,
            nonce_id=dialog.nonce_id,
            answers=answers,
        )


def _answer(
    stage: Stage, post_id: str, role: Role, kind: DecisionKind, comment: str, reason: RejectReason | None = None
) -> None:
    _open(stage, post_id, role)
    step, sha = next((step, sha) for step, sha in _open_steps(post_id) if step.role is role)
    with stage.later(PACE[role][1]), transaction() as session:
        review.decide(
            session,
            stage.holder(role),
            step_id=step.id,
            row_version=step.row_version,
            seen_sha256=sha,
            kind=kind,
            comment=comment,
            reason=reason,
        )


def _schedule(stage: Stage, post_id: str, *, now: bool) -> None:
    author = stage.holder(Role.COMMUNITY_MANAGER)
    with transaction() as session:
        seen = get(session, Post, post_id).row_version
        due = clock.now() + timedelta(hours=1) if now else None
        publishing.schedule(session, author, post_id=post_id, row_version=seen, due_at=due)


def _publish(post_id: str) -> str:
    while outbox.run_one("demo", {EffectKind.PUBLISH: publishing.PUBLISH_HANDLER}):
        pass
    with reading() as session:
        status = get(session, Post, post_id).status
        remote_id = session.exec(select(Publication.remote_id).where(Publication.post_id == post_id)).one()
    if status is not PostStatus.PUBLISHED or remote_id is None:
        raise RuntimeError(f"the demonstration's post {post_id} was not published")
    return remote_id
