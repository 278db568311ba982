"""What a product's name calls for is chosen by people; an author's contest is decided by another than who hid."""

import json

import pytest
from sqlmodel import select

from compliance import clock
from errors import InvalidInput, NotPermitted, RuleViolated
from models.compliance import AuditEvent
from models.enums import (
    ActOrigin,
    ContestStatus,
    HideReason,
    NamedKind,
    NameMeasure,
    Network,
    PvFacet,
    ReplyFacet,
    Role,
    VisibilityFacet,
)
from models.session import reading, transaction
from models.visibility import VisibilityAct, VisibilityContest
from moderation import contests, evidence_file, naming
from moderation.evidence_file import EvidenceFormat
from moderation.queries.visibility import desk, visibility_view
from tests.comment_factories import (
    HARMLESS,
    comment,
    community_manager,
    company_account,
    count,
    officer,
    products,
)
from tests.factories import person
from tests.visibility_factories import acts, conceal, evidence, hide, later, lawyer, show_again, under_our_post

V = VisibilityFacet


@pytest.fixture
def account(network):
    products()
    return company_account()


@pytest.fixture
def cm(account):
    return community_manager()


@pytest.fixture
def hidden(account, cm) -> str:
    comment_id = under_our_post(account)
    hide(cm, comment_id)
    conceal()
    return comment_id


def contest(actor, comment_id, words="Pourquoi avoir masqué mon message ?", source=None) -> VisibilityContest:
    with transaction() as session:
        return contests.open_contest(session, actor, comment_id=comment_id, words=words, source_comment_id=source)


def decide(actor, one, *, granted: bool, reason="Le commentaire ne vise que la rupture.") -> VisibilityContest:
    with transaction() as session:
        return contests.decide_contest(
            session, actor, contest_id=one.id, row_version=one.row_version, granted=granted, reason=reason
        )


# --- contests ---------------------------------------------------------------------------------------------------------


def test_a_granted_contest_shows_the_comment_again(hidden, cm):
    one = contest(cm, hidden)
    assert one.due_at > clock.now()
    with reading() as session:
        assert [line.id for line, _beside in desk(session).contests] == [one.id]
    decided = decide(lawyer(), one, granted=True)
    assert (decided.status, comment(hidden).visibility) == (ContestStatus.GRANTED, V.UNHIDING)
    assert acts(hidden)[-1].origin is ActOrigin.CONTEST
    conceal()
    assert comment(hidden).visibility is V.VISIBLE
    with reading() as session:
        assert desk(session).contests == ()


def test_a_refused_one_keeps_it_hidden_with_an_answer_to_give(hidden, cm):
    decided = decide(lawyer(), contest(cm, hidden), granted=False)
    assert (decided.status, comment(hidden).visibility) == (ContestStatus.REFUSED, V.HIDDEN)
    sentence, why = contests.suggested_answer(decided.status, HideReason.PRODUCT_NAMED)
    assert "{why}" in sentence
    assert "produit" in why


def test_nobody_judges_their_own_hide_and_a_decision_needs_its_reason(hidden, cm):
    one = contest(cm, hidden)
    with pytest.raises(RuleViolated, match="autre personne"):
        decide(cm, one, granted=False)
    with pytest.raises(RuleViolated, match="raison"):
        decide(lawyer(), one, granted=True, reason=" ")
    with pytest.raises(NotPermitted):
        decide(person(Role.QUALITY, login="quality"), one, granted=True)
    another = community_manager("cm2")
    assert decide(another, one, granted=False).decided_by == another.id


def test_what_cannot_be_contested_says_why(account, hidden, cm):
    visible = under_our_post(account, HARMLESS, 2, author="99")
    for words, comment_id, source, refused in (
        ("Pourquoi ?", visible, None, RuleViolated),
        (" ", hidden, None, InvalidInput),
        ("Pourquoi ?", hidden, visible, InvalidInput),
    ):
        with pytest.raises(refused):
            contest(cm, comment_id, words, source)
    contest(cm, hidden)
    with pytest.raises(RuleViolated, match="déjà ouverte"):
        contest(cm, hidden)
    assert count(VisibilityContest) == 1


def test_the_authors_next_comment_is_offered_as_a_contest(account, hidden, cm):
    asking = under_our_post(account, "Pourquoi mon commentaire a disparu ?", 2)
    with reading() as session:
        assert visibility_view(session, asking).hidden_others == (hidden,)
    one = contest(cm, hidden, source=asking)
    assert (one.source_comment_id, comment(asking).reply) == (asking, ReplyFacet.OWED)


# --- product names ----------------------------------------------------------------------------------------------------


def choose(actor, measure, named=NamedKind.PRESCRIPTION):
    with transaction() as session:
        return naming.set_policy(
            session, actor, network=Network.X, named=named, measure=measure, reason="Charte de la page."
        )


def approve(actor, policy):
    with transaction() as session:
        return naming.approve_policy(session, actor, policy_id=policy.id, row_version=policy.row_version)


def named(comment_id):
    with reading() as session:
        return visibility_view(session, comment_id).named


def test_by_default_a_name_is_only_a_proposal(account):
    comment_id = under_our_post(account)
    assert (named(comment_id).measure, named(comment_id).kind) == (NameMeasure.PROPOSE, NamedKind.PRESCRIPTION)
    assert "Cardexine" in named(comment_id).names
    assert (naming.hide_named(), count(VisibilityAct)) == (0, 0)


def test_hiding_at_once_waits_for_pharmacovigilance_and_then_freezes_first(account, network):
    early, administrator = under_our_post(account), person(Role.ADMINISTRATOR, login="admin")
    policy = choose(administrator, NameMeasure.HIDE)
    assert naming.hide_named() == 0
    with pytest.raises(NotPermitted):
        approve(administrator, policy)
    approve(officer(), policy)
    with later(minutes=1):
        fresh = under_our_post(account, "Et la Cardexine, alors ?", 2, author="43")
        harmless = under_our_post(account, HARMLESS, 3, author="44")
        assert naming.hide_named() == 1
        assert naming.hide_named() == 0
        conceal()
    assert [comment(one).visibility for one in (early, fresh, harmless)] == [V.VISIBLE, V.HIDDEN, V.VISIBLE]
    (act,) = acts(fresh)
    assert (act.origin, act.asked_by, act.reason) == (ActOrigin.POLICY, None, HideReason.PRESCRIPTION_NAMED)
    assert comment(fresh).pv is not PvFacet.NONE
    assert len(evidence(fresh)) == 1


def test_what_a_person_showed_again_the_machine_leaves_alone(account, cm):
    approve(officer(), choose(person(Role.ADMINISTRATOR, login="admin"), NameMeasure.HIDE))
    comment_id = under_our_post(account)
    assert naming.hide_named() == 1
    conceal()
    show_again(cm, comment_id)
    conceal()
    assert (naming.hide_named(), comment(comment_id).visibility) == (0, V.VISIBLE)


def test_nobody_approves_their_own_choice_and_a_new_choice_ends_the_old_one(account):
    pv = officer()
    policy = choose(pv, NameMeasure.HIDE)
    with pytest.raises(RuleViolated, match="autre personne"):
        approve(pv, policy)
    approve(person(Role.RESPONSIBLE_PHARMACIST, login="pr"), policy)
    choose(pv, NameMeasure.NOTHING)
    with reading() as session:
        assert naming.in_force(session) == {(Network.X, NamedKind.PRESCRIPTION): NameMeasure.NOTHING}
    comment_id = under_our_post(account)
    assert naming.hide_named() == 0
    assert named(comment_id).kind is NamedKind.OWN


def test_a_competitors_name_is_its_own_kind(account):
    assert named(under_our_post(account, "Moi je prends du Rivalox.")).kind is NamedKind.COMPETITOR


# --- files ------------------------------------------------------------------------------------------------------------


def test_evidence_leaves_as_sealed_json_and_as_a_document_and_each_export_is_written_down(hidden, cm):
    (frozen,) = evidence(hidden)
    quality = person(Role.QUALITY, login="quality")
    files = {}
    for format_ in EvidenceFormat:
        with transaction() as session:
            files[format_] = evidence_file.export_evidence(session, quality, evidence_id=frozen.id, format_=format_)[1]
    told = json.loads(files[EvidenceFormat.JSON])
    assert (told["content"], told["content_sha256"]) == (frozen.content, frozen.content_sha256)
    assert told["seal"]
    assert files[EvidenceFormat.DOCX][:2] == b"PK"
    with reading() as session:
        exports = session.exec(select(AuditEvent).where(AuditEvent.action == "evidence:export")).all()
    assert [event.new["format"] for event in exports] == ["json", "docx"]
    with pytest.raises(NotPermitted), transaction() as session:
        evidence_file.export_evidence(session, cm, evidence_id=frozen.id, format_=EvidenceFormat.JSON)
