"""A claim is sourced word for word and signed by another; when it falls, every text that says it falls at once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from compliance import clock
from errors import InvalidInput, NotPermitted, RuleViolated, StaleVersion, TransitionNotAllowed
from models.claim import ClaimUse
from models.engine_room import OutboxEffect
from models.enums import (
    ClaimStatus,
    DependencyKind,
    EffectKind,
    Network,
    PostStatus,
    PublicationStatus,
    Qualification,
    ReferenceStatus,
    Role,
)
from models.publication import Publication
from models.session import reading, transaction
from tests.library_factories import (
    CLAIM,
    QUOTE,
    approved,
    docx,
    drafted,
    in_a_year,
    load_claim,
    reference,
    sign_claim,
    withdraw,
)
from tests.post_factories import approve, draft, edit, load, open_steps, post_at, schedule, sha_of, slot
from tests.post_factories import content as post_content
from workflow import cascade, claim_endings, claims, lapse_mails, references
from workflow.claim_uses import quotes_of
from workflow.claims import ClaimContent
from workflow.differences import changes_between
from workflow.findings import check_content, findings_of
from workflow.reapproval import Change
from workflow.rounds import current_version, versions_of

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
SAYS = f"Printemps : {CLAIM} Parlons-en."


@pytest.fixture(autouse=True)
def may():
    with clock.at(NOW):
        yield


@pytest.fixture
def author(people):
    return people[Role.COMMUNITY_MANAGER]


def rules_on(post_id):
    with reading() as session:
        version = current_version(session, load(post_id))
        return {each.rule_id for each in findings_of(session, version.id) if each.disposition == "open"}


def publication():
    with reading() as session:
        return session.exec(select(Publication)).one()


def tasks(actor):
    with reading() as session:
        return cascade.takedowns(session, actor)


def test_a_quotation_is_looked_for_and_its_page_kept(people):
    claim = drafted(people[Role.MEDICAL])
    with reading() as session:
        ((quote, _reference),) = quotes_of(session, claim.id)
    assert (quote.page, quote.quote) == (2, QUOTE)


def test_words_that_are_not_in_the_document_are_refused(people):
    claim = drafted(people[Role.MEDICAL])
    held = reference(people[Role.MEDICAL], docx("Autre texte sans rapport."), title="Autre")
    with pytest.raises(InvalidInput, match="ne se trouve pas dans le document"), transaction() as session:
        claims.quote_reference(
            session, people[Role.MEDICAL], claim_id=claim.id, row_version=None, reference_id=held.id, quote=QUOTE
        )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"PK\x03\x04 cut", "abîmé"), (b"GIF89a", "ni un PDF ni un DOCX"), (docx(" "), "pas de texte")],
)
def test_a_document_that_cannot_be_read_is_refused_with_a_sentence(people, data, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        reference(people[Role.MEDICAL], data)


def test_a_claim_is_approved_by_somebody_else_on_what_they_saw(people):
    claim = drafted(people[Role.MEDICAL])
    with pytest.raises(RuleViolated, match="une autre personne"):
        sign_claim(people[Role.MEDICAL], claim)
    with pytest.raises(NotPermitted):
        sign_claim(people[Role.LEGAL], claim)
    with pytest.raises(RuleViolated, match="affaires réglementaires ou médicales"):
        sign_claim(people[Role.RESPONSIBLE_PHARMACIST], claim)
    with pytest.raises(StaleVersion), transaction() as session:
        claims.open_approval(session, people[Role.REGULATORY], claim_id=claim.id, seen_sha256="0" * 64)
    assert sign_claim(people[Role.REGULATORY], claim).status is ClaimStatus.APPROVED


def test_a_signed_claim_never_changes(people):
    claim = approved(people)
    with pytest.raises(TransitionNotAllowed), transaction() as session:
        claims.edit_claim(
            session, people[Role.MEDICAL], claim_id=claim.id, row_version=None, content=ClaimContent(CLAIM, in_a_year())
        )


@pytest.mark.parametrize("words", ["text = 'x'", "valid_until = '2099-01-01'", "signature_id = NULL"])
def test_the_database_refuses_to_change_a_signed_claim(people_on_both, words):
    approved(people_on_both)
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.connection().exec_driver_sql(f"UPDATE claim SET {words}")


def test_a_claim_without_a_quotation_is_not_approved(people):
    with transaction() as session:
        bare = claims.write_claim(session, people[Role.MEDICAL], content=ClaimContent(CLAIM, in_a_year()))
    with pytest.raises(RuleViolated, match="ne cite aucune référence"):
        sign_claim(people[Role.REGULATORY], bare)


def test_a_passage_that_says_a_claim_is_linked_and_asks_for_no_source(people, author):
    promo = {"qualification": Qualification.PROMO_HCP}
    with reading() as session:
        before = {each.rule_id for each in check_content(session, author, content=post_content(SAYS, **promo))}
    approved(people)
    post = draft(author, SAYS.replace("Rinozel soulage", "RINOZEL  soulage"), **promo)
    assert "CLM-01" in before
    assert not {"CLM-01", "CLM-08"} & rules_on(post.id)


def test_a_claim_is_for_its_networks(people, author):
    approved(people, networks=(Network.LINKEDIN,))
    assert "CLM-08" in rules_on(draft(author, SAYS).id)


def test_withdrawing_a_claim_flags_every_use(people_on_both, network, work):
    """The acceptance test: in review, scheduled and live, nothing stays silently on a withdrawn claim."""
    people, author = people_on_both, people_on_both[Role.COMMUNITY_MANAGER]
    claim = approved(people)
    live = post_at(PostStatus.SCHEDULED, people, SAYS)
    with clock.at(NOW + timedelta(days=1, minutes=1)):
        work()
        waiting = post_at(PostStatus.SCHEDULED, people, f"Encore : {CLAIM}")
        in_review = post_at(PostStatus.IN_REVIEW, people, f"Bientôt : {CLAIM}")
        with reading() as session:
            rows = cascade.rests_on(session, author, cascade.Dependency(DependencyKind.CLAIM, claim.id))
        assert {(row.post_id, row.live) for row in rows} == {(live.id, 1), (waiting.id, 0), (in_review.id, 0)}
        withdraw(people[Role.REGULATORY], claim)
        assert [task.post_id for task in tasks(author)] == [live.id]
        with reading() as session:
            held = session.exec(select(Publication).where(Publication.post_id == waiting.id)).one()
        assert held.status is PublicationStatus.HELD
        assert "Étude contredite." in held.last_error
        assert "CLM-08" in rules_on(waiting.id) & rules_on(in_review.id)
        step = open_steps(in_review.id)[0]
        with pytest.raises(RuleViolated, match="bloquants"):
            approve(people[step.role], step, sha_of(in_review.id))
        with pytest.raises(RuleViolated):
            schedule(author, waiting.id, slot(48))


def test_who_signed_a_text_is_told_that_its_claim_fell(people, author):
    claim = approved(people)
    post = post_at(PostStatus.SCHEDULED, people, SAYS)
    withdraw(people[Role.REGULATORY], claim)
    with transaction() as session:
        mails = session.exec(select(OutboxEffect).where(OutboxEffect.kind == EffectKind.MAIL)).all()
        told = {each.payload["user_id"] for each in mails if each.subject_id == post.id}
        assert told == {author.id, people[Role.COMMUNICATIONS].id}
        plan = lapse_mails.prepare_lapse(session, mails[0])
    assert "Étude contredite." in plan.message.get_content()


def test_a_claim_that_is_approved_finds_the_posts_that_say_it_already(people, author):
    post = draft(author, SAYS)
    claim = approved(people)
    with reading() as session:
        (use,) = session.exec(select(ClaimUse).where(ClaimUse.claim_id == claim.id)).all()
        assert use.version_id == current_version(session, load(post.id)).id
    assert SAYS[use.start : use.end] == CLAIM.rstrip(".")


def test_a_claim_lapses_by_itself_the_day_after_its_last(people_on_both):
    people = people_on_both
    claim = approved(people, valid_until=(NOW + timedelta(days=2)).date())
    post = post_at(PostStatus.SCHEDULED, people, SAYS)
    for days, status in ((2, ClaimStatus.APPROVED), (3, ClaimStatus.EXPIRED)):
        with clock.at(NOW + timedelta(days=days)), transaction() as session:
            claim_endings.expire_claims(session)
        assert load_claim(claim.id).status is status
    assert publication().status is PublicationStatus.HELD
    assert load(post.id).status is PostStatus.SCHEDULED


def test_a_slot_after_the_last_day_of_a_claim_is_refused(people, author):
    approved(people, valid_until=(NOW + timedelta(days=2)).date())
    post = post_at(PostStatus.APPROVED, people, SAYS)
    with pytest.raises(RuleViolated):
        schedule(author, post.id, NOW + timedelta(days=3))


def test_a_withdrawn_reference_takes_its_claims_and_their_texts_with_it(people, author):
    held = reference(people[Role.MEDICAL])
    claim = approved(people, reference=held)
    post_at(PostStatus.SCHEDULED, people, SAYS)
    with transaction() as session:
        references.withdraw_reference(
            session, people[Role.REGULATORY], reference_id=held.id, row_version=None, reason="Article rétracté."
        )
    assert load_claim(claim.id).status is ClaimStatus.WITHDRAWN
    assert "Article rétracté." in publication().last_error


def test_a_reference_lapses_with_its_claims(people):
    held = reference(people[Role.MEDICAL], valid_until=(NOW + timedelta(days=1)).date())
    claim = approved(people, reference=held)
    with clock.at(NOW + timedelta(days=2)), transaction() as session:
        (ended,) = references.expire_references(session)
    assert (ended.status, load_claim(claim.id).status) == (ReferenceStatus.EXPIRED, ClaimStatus.EXPIRED)


def test_a_slot_after_the_last_day_of_a_cited_document_is_refused(people, author):
    """No job has run yet: the document's own day decides."""
    held = reference(people[Role.MEDICAL], valid_until=(NOW + timedelta(days=2)).date())
    approved(people, reference=held)
    post = post_at(PostStatus.APPROVED, people, SAYS)
    with pytest.raises(RuleViolated):
        schedule(author, post.id, NOW + timedelta(days=3))
    schedule(author, post.id, NOW + timedelta(days=1))


def test_another_claim_in_force_with_the_same_words_carries_the_passage(people, author):
    first = approved(people)
    post = post_at(PostStatus.APPROVED, people, SAYS)
    sign_claim(people[Role.REGULATORY], drafted(
        people[Role.MEDICAL], reference=reference(people[Role.MEDICAL], docx("a", QUOTE), title="Étude 2")
    ))  # fmt: skip
    withdraw(people[Role.REGULATORY], first)
    schedule(author, post.id)
    assert "CLM-08" not in rules_on(post.id)


def test_a_changed_claim_passage_voids_every_signature(people, author):
    approved(people)
    post = post_at(PostStatus.APPROVED, people, SAYS)
    edit(author, post.id, SAYS.replace("soulage", "soulagge"))
    with reading() as session:
        old, new = reversed(versions_of(session, post.id))
        assert Change.SENSITIVE in changes_between(session, old, new)


@pytest.mark.parametrize("role", [Role.COMMUNITY_MANAGER, Role.LEGAL, Role.ADMINISTRATOR])
def test_only_who_keeps_the_library_withdraws(people, role):
    claim = approved(people)
    with pytest.raises(NotPermitted):
        withdraw(people[role], claim)
