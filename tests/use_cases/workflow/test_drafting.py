"""Writing, changing, submitting, taking back."""

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from errors import InvalidInput, NotFound, NotPermitted, RuleViolated, StaleVersion, TransitionNotAllowed
from models.compliance import AuditEvent
from models.enums import Disposition, Network, PostStatus, Qualification, Role, RoundStatus, Severity, StepStatus
from models.post import Finding, Post, PostVersion
from models.review import ReviewRound, ReviewStep, Signature
from models.session import reading, transaction
from tests.post_factories import (
    CLEAN_TEXT,
    RX,
    approve,
    content,
    draft,
    edit,
    install,
    load,
    open_steps,
    post_at,
    product,
    sha_of,
    slot,
    submit,
)
from workflow import checks, drafting, findings, publishing
from workflow.content import PostContent, VariantContent

FORBIDDEN = "Rinozel agit sans effet secondaire, garanti."


def rows(kind, *where):
    with reading() as session:
        return session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all()


def author(people):
    return people[Role.COMMUNITY_MANAGER]


@pytest.mark.parametrize("length", [0, 1, 281, 50_000])
def test_a_draft_of_any_length_is_kept_whole(people, length):
    text = "é" * length
    post = draft(author(people), text)
    with reading() as session:
        version = session.exec(select(PostVersion)).one()
        kept = findings.stored_content(session, session.get(Post, post.id), version)
    assert kept.variants[0].text == text


@pytest.mark.parametrize("text", ["", "   ", "é" * 281, "é" * 50_000], ids=["none", "blanks", "281", "50000"])
def test_what_says_nothing_or_would_be_cut_is_not_submitted(people, text):
    """Appendix C 10: over the limit is refused here, not by a hidden button."""
    post = draft(author(people), text)
    with pytest.raises(RuleViolated):
        submit(author(people), post.id)
    assert load(post.id).status is PostStatus.DRAFT


def test_an_over_long_text_is_a_finding_with_its_length(people):
    draft(author(people), "é" * 281)
    found = [finding for finding in rows(Finding) if finding.rule_id == "SOC-08"]
    assert [finding.severity for finding in found] == [Severity.BLOCK]


def test_text_with_reserved_characters_is_kept_whole(people):
    """Appendix C 7: nothing is cut at a parenthesis."""
    text = "Merci (encore) à tous [vraiment] * ~ _ | { } @ < >"
    draft(author(people), text)
    with reading() as session:
        post = session.exec(select(Post)).one()
        assert findings.stored_content(session, post, session.exec(select(PostVersion)).one()).variants[0].text == text


def test_saving_the_same_content_keeps_everything(people):
    """Appendix C 2, I7: no new version, no lost signature."""
    post = post_at(PostStatus.APPROVED, people)
    edit(author(people), post.id, CLEAN_TEXT)
    edit(author(people), post.id, CLEAN_TEXT, title="Un titre plus parlant", planned_at=slot())
    after = load(post.id)
    assert (after.status, after.version_n, after.title) == (PostStatus.APPROVED, 1, "Un titre plus parlant")
    with transaction() as session:
        publishing.schedule(session, author(people), post_id=post.id, row_version=None)
    assert load(post.id).status is PostStatus.SCHEDULED


@pytest.mark.parametrize(
    "status", [s for s in PostStatus if s is not PostStatus.PUBLISHED], ids=lambda status: status.value
)
def test_editing_makes_a_new_version_and_a_draft(people_on_both, status):
    post = post_at(status, people_on_both)
    edit(author(people_on_both), post.id, "Un autre texte.")
    after = load(post.id)
    assert (after.status, after.version_n) == (PostStatus.DRAFT, 2)
    assert [version.n for version in rows(PostVersion)] == [1, 2]
    assert RoundStatus.OPEN not in {each.status for each in rows(ReviewRound)}
    assert StepStatus.OPEN not in {step.status for step in rows(ReviewStep)}


def test_editing_in_review_supersedes_the_round_and_keeps_the_old_signatures_as_history(people):
    post = post_at(PostStatus.IN_REVIEW, people, qualification=Qualification.DISEASE)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    edit(author(people), post.id, "Un autre texte.", qualification=Qualification.DISEASE)
    assert [each.status for each in rows(ReviewRound)] == [RoundStatus.SUPERSEDED]
    assert len(rows(Signature)) == 1


def test_old_signatures_do_not_count_for_a_new_version(people):
    post = post_at(PostStatus.APPROVED, people)
    edit(author(people), post.id, "Un autre texte.")
    with pytest.raises(TransitionNotAllowed), transaction() as session:
        publishing.schedule(session, author(people), post_id=post.id, row_version=None, due_at=slot())


@pytest.mark.parametrize(
    "status",
    [PostStatus.DRAFT, PostStatus.IN_REVIEW, PostStatus.CHANGES_REQUESTED, PostStatus.REJECTED, PostStatus.WITHDRAWN],
)
def test_only_an_approved_post_is_scheduled(people, status):
    """Appendix C 13: the state machine refuses, whoever asks."""
    post = post_at(status, people)
    for actor in people.values():
        with pytest.raises((TransitionNotAllowed, NotPermitted)), transaction() as session:
            publishing.schedule(session, actor, post_id=post.id, row_version=None, due_at=slot())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_who_may_write_and_submit(people, role):
    install()
    new = content()
    post = draft(author(people))
    if role is Role.COMMUNITY_MANAGER:
        with transaction() as session:
            drafting.create_post(session, people[role], content=new)
        submit(people[role], post.id)
        return
    with pytest.raises(NotPermitted), transaction() as session:
        drafting.create_post(session, people[role], content=new)
    with pytest.raises(NotPermitted):
        edit(people[role], post.id, "Un autre texte.")
    with pytest.raises(NotPermitted):
        submit(people[role], post.id)
    with pytest.raises(NotPermitted), transaction() as session:
        drafting.withdraw(session, people[role], post_id=post.id, row_version=None, reason="Non.")


def test_two_people_edit_and_the_second_is_told(people_on_both):
    post = draft(author(people_on_both))
    seen = post.row_version
    edit(author(people_on_both), post.id, "La première modification.")
    with pytest.raises(StaleVersion), transaction() as session:
        drafting.edit_post(
            session, author(people_on_both), post_id=post.id, row_version=seen, content=content("La seconde.")
        )


def test_withdrawing_takes_a_reason_and_can_be_taken_up_again(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    with pytest.raises(RuleViolated, match="raison"), transaction() as session:
        drafting.withdraw(session, author(people), post_id=post.id, row_version=None, reason=" ")
    with transaction() as session:
        drafting.withdraw(session, author(people), post_id=post.id, row_version=None, reason="Sujet trop tôt.")
    assert load(post.id).status is PostStatus.WITHDRAWN
    assert [each.status for each in rows(ReviewRound)] == [RoundStatus.WITHDRAWN]
    submit(author(people), post.id)
    assert load(post.id).status is PostStatus.IN_REVIEW


def test_a_post_without_qualification_or_account_is_not_submitted(people):
    post = draft(author(people), qualification=None)
    with pytest.raises(RuleViolated):
        submit(author(people), post.id)
    with transaction() as session:
        empty = drafting.create_post(session, author(people), content=PostContent(title="Idée"))
    with pytest.raises(RuleViolated, match="compte"):
        submit(author(people), empty.id)


def test_what_is_not_in_the_register_is_refused(people):
    with pytest.raises(RuleViolated, match="registre"):
        draft(author(people), products=("unknown",))
    with pytest.raises(NotFound):
        draft(author(people), variants=(VariantContent("unknown", Network.X, "Bonjour"),))
    on_x = content().variants[0]
    with pytest.raises(InvalidInput, match="réseau"):
        draft(author(people), variants=(VariantContent(on_x.account_id, Network.FACEBOOK, "Bonjour"),))


def test_a_blocking_finding_stops_submission_until_it_is_gone(people):
    product()
    post = draft(author(people), FORBIDDEN)
    assert Severity.BLOCK in {finding.severity for finding in rows(Finding)}
    with pytest.raises(RuleViolated, match="bloquants"):
        submit(author(people), post.id)
    edit(author(people), post.id, CLEAN_TEXT)
    submit(author(people), post.id)


def test_a_product_on_prescription_never_reaches_the_public(people):
    post = draft(
        author(people), "Cardexine, pour votre cœur.", qualification=Qualification.PROMO_GP, products=(product(RX),)
    )
    assert "GP-01" in {finding.rule_id for finding in rows(Finding)}
    with pytest.raises(RuleViolated):
        submit(author(people), post.id)


def test_a_preview_finds_the_same_and_saves_nothing(people):
    product()
    install()
    with transaction() as session:
        seen = findings.check_content(session, author(people), content=content(FORBIDDEN))
    assert rows(Finding) == []
    draft(author(people), FORBIDDEN)
    stored = rows(Finding)
    assert sorted((f.rule_id, f.field, f.start) for f in seen) == sorted((f.rule_id, f.field, f.start) for f in stored)
    assert all(f.finding_id is None and f.disposition is Disposition.OPEN for f in seen)


def warned(people):
    """A draft with a finding that asks for a reason, put there as a rule would."""
    post = draft(author(people))
    with transaction() as session:
        version = session.exec(select(PostVersion)).one()
        variant = findings.variants_of(session, version.id)[0]
        session.add(
            Finding(
                version_id=version.id,
                variant_id=variant.id,
                rule_id="TRM-99",
                pack_version="1",
                severity=Severity.WARN,
                field="text",
                message={"fr": "À justifier.", "en": "Say why."},
                fix={"fr": "", "en": ""},
                references=[],
                confidence="H",
                disposition=Disposition.OPEN,
            )
        )
    return post, rows(Finding)[0]


def test_a_finding_is_closed_with_a_reason_that_enters_the_trail(people):
    _post, finding = warned(people)
    with transaction() as session:
        findings.dispose_finding(
            session,
            author(people),
            finding_id=finding.id,
            row_version=finding.row_version,
            disposition=Disposition.NOT_APPLICABLE,
            reason="Nom d'une fondation.",
        )
    (kept,) = rows(Finding)
    assert (kept.disposition, kept.disposed_by) == (Disposition.NOT_APPLICABLE, author(people).id)
    event = rows(AuditEvent, AuditEvent.action == "finding:dispose")[0]
    assert (event.new["rule"], event.new["pack"], event.reason) == ("TRM-99", "1", "Nom d'une fondation.")


@pytest.mark.parametrize("role", [Role.LEGAL, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_who_writes_closes_a_finding(people, role):
    _post, finding = warned(people)
    with pytest.raises(NotPermitted), transaction() as session:
        findings.dispose_finding(
            session,
            people[role],
            finding_id=finding.id,
            row_version=None,
            disposition=Disposition.NOT_APPLICABLE,
            reason="Non.",
        )


def test_a_finding_that_is_no_longer_found_was_fixed_and_one_found_again_is_open_again(people, monkeypatch):
    post = draft(author(people), "La première marque de pharmacie.")
    assert {finding.disposition for finding in rows(Finding)} == {Disposition.OPEN}
    count = len(rows(Finding))
    with monkeypatch.context() as quiet:
        quiet.setattr(checks, "check_post", lambda *_args, **_kwargs: [])
        edit(author(people), post.id, "La première marque de pharmacie.", planned_at=slot())
    assert {finding.disposition for finding in rows(Finding)} == {Disposition.FIXED}
    edit(author(people), post.id, "La première marque de pharmacie.", planned_at=slot(48))
    assert {finding.disposition for finding in rows(Finding)} == {Disposition.OPEN}
    assert len(rows(Finding)) == count


def justify_all(people):
    for finding in rows(Finding, Finding.disposition == Disposition.OPEN):
        with transaction() as session:
            findings.dispose_finding(
                session,
                author(people),
                finding_id=finding.id,
                row_version=finding.row_version,
                disposition=Disposition.NOT_APPLICABLE,
                reason="Classement publié par la profession.",
            )


def test_findings_are_justified_before_submission_and_the_reason_follows_the_same_words(people_on_both):
    superlative = "La première marque de pharmacie."
    post = draft(author(people_on_both), superlative)
    with pytest.raises(RuleViolated, match="justifier"):
        submit(author(people_on_both), post.id)
    justify_all(people_on_both)
    edit(author(people_on_both), post.id, superlative + " Merci à tous.")
    assert {finding.disposition for finding in rows(Finding)} == {Disposition.NOT_APPLICABLE}
    submit(author(people_on_both), post.id)
    edit(author(people_on_both), post.id, "La première marque de France.")
    newest = rows(PostVersion, PostVersion.n == 3)[0]
    assert Disposition.OPEN in {f.disposition for f in rows(Finding, Finding.version_id == newest.id)}


def test_a_version_and_a_signature_are_never_removed(people_on_both):
    """Appendix C 3: no retention job, and nobody else, removes what carries signatures."""
    post_at(PostStatus.APPROVED, people_on_both)
    for table in ("post_version", "variant", "signature", "decision"):
        with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
            session.execute(sql(f"DELETE FROM {table}"))
