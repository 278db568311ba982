"""Lifting a blocking finding: two people, two signatures, on one content; and when it falls."""

import pytest
from sqlalchemy import text as sql
from sqlmodel import col, select

from compliance import people as staff
from compliance.permissions import SYSTEM
from errors import NotPermitted, RuleViolated, SignatureRefused, StaleVersion, TransitionNotAllowed
from models.compliance import AuditEvent
from models.enums import Disposition, OverrideStatus, PostStatus, Role, Severity
from models.post import Finding
from models.review import Signature
from models.rules import FindingOverride
from models.session import get, reading, transaction
from tests.factories import person, proven_nonce
from tests.post_factories import approve_all, draft, edit, load, schedule, sha_of, submit
from workflow import archiving, checks, drafting, editing, override_rows, overriding
from workflow.checks import Bilingual, RuleFinding

SENTENCE = "Rejoignez la course, c'est garanti sans douleur."
WHY = "Le mot vise la course, pas un médicament."


def found(rule: str, excerpt: str = "garanti", digest: str = "a", pack: str = "1") -> RuleFinding:
    return RuleFinding(
        rule=rule,
        pack_version=pack,
        severity=Severity.BLOCK,
        field="text",
        start=None,
        end=None,
        excerpt=excerpt,
        message=Bilingual("Effet garanti.", "Assured effect."),
        fix=Bilingual("", ""),
        references=("R. 5122-4, 2°",),
        confidence="H",
        rule_sha256=digest,
    )


@pytest.fixture
def rules(monkeypatch):
    """What the rules find in a text that holds "garanti"; a test may change it."""
    told = {"findings": [found("PRO-02a")]}
    monkeypatch.setattr(
        checks, "check_post", lambda post, *_a, **_k: told["findings"] if "garanti" in post.text else []
    )
    return told


def rows(kind, *where):
    with reading() as session:
        return session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all()


def blocked(people, text: str = SENTENCE):
    post = draft(people[Role.COMMUNITY_MANAGER], text)
    with reading() as session:
        finding = session.exec(select(Finding).order_by(col(Finding.id).desc())).first()
    return post, finding


def ask(actor, finding, reason: str = WHY) -> FindingOverride:
    with transaction() as session:
        return overriding.ask_override(session, actor, finding_id=finding.id, row_version=None, reason=reason)


def sign(actor, override, *, sha: str = "") -> FindingOverride:
    sha = sha or override.content_sha256
    nonce = proven_nonce(actor, subject_id=override.finding_id, content_sha256=override.content_sha256)
    with transaction() as session:
        return overriding.sign_override(
            session, actor, override_id=override.id, row_version=None, seen_sha256=sha, nonce_id=nonce
        )


def lifted(people, finding, reason: str = WHY) -> FindingOverride:
    override = ask(people[Role.COMMUNITY_MANAGER], finding, reason)
    sign(people[Role.LEGAL], override)
    return sign(people[Role.RESPONSIBLE_PHARMACIST], override)


def status_of(override) -> OverrideStatus:
    return rows(FindingOverride, FindingOverride.id == override.id)[0].status


def test_two_people_lift_a_finding_and_the_post_goes_its_way(people_on_both, rules):
    people = people_on_both
    post, finding = blocked(people)
    with pytest.raises(RuleViolated, match="bloquants"):
        submit(people[Role.COMMUNITY_MANAGER], post.id)
    override = ask(people[Role.COMMUNITY_MANAGER], finding)
    sign(people[Role.RESPONSIBLE_PHARMACIST], override)
    with pytest.raises(RuleViolated, match="bloquants"):
        submit(people[Role.COMMUNITY_MANAGER], post.id)
    sign(people[Role.LEGAL], override)
    (kept,) = rows(Finding)
    assert (kept.disposition, kept.disposition_reason) == (Disposition.OVERRIDDEN, WHY)
    given = rows(Signature, Signature.subject_id == finding.id)
    assert {(each.role, each.content_sha256) for each in given} == {
        (Role.LEGAL, sha_of(post.id)),
        (Role.RESPONSIBLE_PHARMACIST, sha_of(post.id)),
    }
    submit(people[Role.COMMUNITY_MANAGER], post.id)
    approve_all(post.id, people)
    schedule(people[Role.COMMUNITY_MANAGER], post.id)
    assert load(post.id).status is PostStatus.SCHEDULED
    actions = [event.action for event in rows(AuditEvent, AuditEvent.entity == "findingoverride")]
    assert actions == ["override:ask", "override:sign", "override:grant"]


def test_the_dossier_shows_reason_and_both_signatures(people, rules):
    post, finding = blocked(people)
    lifted(people, finding)
    with reading() as session:
        facts = archiving.gather(session, load(post.id))
    assert [each.reason for each in facts.findings] == [WHY]
    assert "Legal" in facts.findings[0].disposed_by
    assert "Responsible_Pharmacist" in facts.findings[0].disposed_by
    assert len([each for each in facts.signatures if "PRO-02a" in each.meaning]) == 2
    assert {"override:ask", "override:grant"} <= {event.action for event in facts.events}


@pytest.mark.parametrize("rule", ["GP-01", "GP-02", "GP-03", "GP-04", "HCP-03", "CLM-06", "DEV-01"])
def test_what_the_law_forbids_nobody_lifts(people, rules, rule):
    rules["findings"] = [found(rule)]
    _post, finding = blocked(people)
    with pytest.raises(RuleViolated, match="La loi ne permet à personne"):
        ask(people[Role.COMMUNITY_MANAGER], finding)
    assert rows(FindingOverride) == []


def test_one_person_with_both_roles_signs_once(people, rules):
    both = person(Role.LEGAL, Role.RESPONSIBLE_PHARMACIST, login="both")
    _post, finding = blocked(people)
    override = ask(people[Role.COMMUNITY_MANAGER], finding)
    sign(both, override)
    with pytest.raises(RuleViolated, match="une autre personne"):
        sign(both, override)
    assert status_of(override) is OverrideStatus.ASKED


def test_the_second_signature_is_the_other_role_s(people, rules):
    _post, finding = blocked(people)
    override = ask(people[Role.COMMUNITY_MANAGER], finding)
    sign(people[Role.LEGAL], override)
    with pytest.raises(RuleViolated, match="autre rôle"):
        sign(person(Role.LEGAL, login="second"), override)


@pytest.mark.parametrize("role", [Role.REGULATORY, Role.MEDICAL, Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER])
def test_nobody_else_signs(people, rules, role):
    _post, finding = blocked(people)
    override = ask(people[Role.COMMUNITY_MANAGER], finding)
    with pytest.raises(NotPermitted):
        sign(people[role], override)


def test_an_author_signs_no_override_of_their_post(sqlite_db, rules):
    author = person(Role.COMMUNITY_MANAGER, Role.LEGAL, login="author")
    post = draft(author, SENTENCE)
    override = ask(author, rows(Finding)[0])
    with pytest.raises(RuleViolated, match="écrit ou modifié"):
        sign(author, override)
    assert sha_of(post.id) == override.content_sha256


def test_a_signature_needs_the_content_that_was_seen_and_a_proof(people, rules):
    _post, finding = blocked(people)
    override = ask(people[Role.COMMUNITY_MANAGER], finding)
    with pytest.raises(StaleVersion):
        sign(people[Role.LEGAL], override, sha="0" * 64)
    with transaction() as session:
        dialog = overriding.open_override(
            session, people[Role.LEGAL], override_id=override.id, seen_sha256=override.content_sha256
        )
    with pytest.raises(SignatureRefused), transaction() as session:
        overriding.sign_override(
            session,
            people[Role.LEGAL],
            override_id=override.id,
            row_version=None,
            seen_sha256=override.content_sha256,
            nonce_id=dialog.nonce_id,
        )
    assert rows(Signature) == []


def test_who_asks_says_why_and_once(people, rules):
    _post, finding = blocked(people)
    with pytest.raises(RuleViolated, match="Dites pourquoi"):
        ask(people[Role.COMMUNITY_MANAGER], finding, " ")
    with pytest.raises(NotPermitted):
        ask(people[Role.LEGAL], finding)
    ask(people[Role.COMMUNITY_MANAGER], finding)
    with pytest.raises(RuleViolated, match="déjà demandée"):
        ask(people[Role.COMMUNITY_MANAGER], finding)


def test_either_role_refuses_with_words_and_the_author_may_ask_anew(people, rules):
    _post, finding = blocked(people)
    override = ask(people[Role.COMMUNITY_MANAGER], finding)
    for reason, refusal in ((" ", RuleViolated), ("Le lecteur comprendra autre chose.", None)):
        with transaction() as session:
            if refusal:
                with pytest.raises(refusal):
                    overriding.refuse_override(
                        session, people[Role.LEGAL], override_id=override.id, row_version=None, reason=reason
                    )
            else:
                overriding.refuse_override(
                    session, people[Role.LEGAL], override_id=override.id, row_version=None, reason=reason
                )
    assert status_of(override) is OverrideStatus.REFUSED
    with pytest.raises(TransitionNotAllowed):
        sign(people[Role.RESPONSIBLE_PHARMACIST], override)
    ask(people[Role.COMMUNITY_MANAGER], finding, "Formule reprise du règlement de la course.")


def test_on_a_new_version_it_falls_and_is_signed_again_even_for_the_same_sentence(people_on_both, rules):
    people = people_on_both
    post, finding = blocked(people)
    first = lifted(people, finding)
    edit(people[Role.COMMUNITY_MANAGER], post.id, SENTENCE + " À dimanche !")
    assert status_of(first) is OverrideStatus.LAPSED
    with pytest.raises(RuleViolated, match="bloquants"):
        submit(people[Role.COMMUNITY_MANAGER], post.id)
    with reading() as session:
        (row,) = editing.editor_view(session, people[Role.COMMUNITY_MANAGER], post_id=post.id).findings
    assert (row.may_ask, row.earlier_reason) == (True, WHY)
    (fresh,) = rows(Finding, Finding.disposition == Disposition.OPEN)
    second = lifted(people, fresh)
    assert second.renews_id == first.id
    submit(people[Role.COMMUNITY_MANAGER], post.id)


def test_another_sentence_renews_nothing(people, rules):
    post, finding = blocked(people)
    lifted(people, finding)
    rules["findings"] = [found("PRO-02a", excerpt="garantie")]
    edit(people[Role.COMMUNITY_MANAGER], post.id, "La victoire est garantie.")
    with reading() as session:
        (row,) = editing.editor_view(session, people[Role.COMMUNITY_MANAGER], post_id=post.id).findings
    assert row.earlier_reason == ""


@pytest.mark.parametrize(
    ("later", "stands"),
    [
        (found("PRO-02a", pack="2"), True),
        (found("PRO-02a", digest="b"), False),
        (found("PRO-02a", excerpt="c'est garanti"), False),
    ],
    ids=["another rule of the pack changed", "the rule changed", "the passage changed"],
)
def test_it_falls_with_its_passage_and_its_rule_and_with_nothing_else(people, rules, later, stands):
    post, finding = blocked(people)
    override = lifted(people, finding)
    rules["findings"] = [later]
    with transaction() as session:
        drafting.edit_post(
            session,
            people[Role.COMMUNITY_MANAGER],
            post_id=post.id,
            row_version=None,
            content=editing.editor_view(session, people[Role.COMMUNITY_MANAGER], post_id=post.id).content.__class__(
                **{
                    **vars(editing.editor_view(session, people[Role.COMMUNITY_MANAGER], post_id=post.id).content),
                    "title": "Un autre titre",
                }
            ),
        )
    assert (status_of(override) is OverrideStatus.GRANTED) is stands
    assert {f.pack_version for f in rows(Finding, Finding.id == finding.id)} == {"1"}
    if stands:
        submit(people[Role.COMMUNITY_MANAGER], post.id)
    else:
        with pytest.raises(RuleViolated, match="bloquants"):
            submit(people[Role.COMMUNITY_MANAGER], post.id)


def test_a_lifted_finding_whose_signatures_do_not_hold_blocks_again(people, rules):
    """Fail closed: the disposition alone lifts nothing."""
    post, finding = blocked(people)
    override = lifted(people, finding)
    with transaction() as session:
        get(session, FindingOverride, override.id).legal_signature_id = override.pharmacist_signature_id
    with pytest.raises(RuleViolated, match="bloquants"):
        submit(people[Role.COMMUNITY_MANAGER], post.id)


def test_a_role_that_was_revoked_lifts_nothing(people, rules):
    _post, finding = blocked(people)
    override = ask(people[Role.COMMUNITY_MANAGER], finding)
    with transaction() as session:
        staff.revoke_role(session, SYSTEM, user_id=people[Role.LEGAL].id, role=Role.LEGAL, reason="Mutation.")
    with pytest.raises(RuleViolated, match="autre rôle"):
        sign(people[Role.LEGAL], override)


def test_it_waits_in_the_work_of_both_signers_and_of_nobody_else(people, rules):
    _post, finding = blocked(people)
    override = ask(people[Role.COMMUNITY_MANAGER], finding)

    def waiting() -> set[Role]:
        with reading() as session:
            return {role for role, actor in people.items() if override_rows.overrides_to_sign(session, actor)}

    assert waiting() == {Role.LEGAL, Role.RESPONSIBLE_PHARMACIST}
    sign(people[Role.LEGAL], override)
    assert waiting() == {Role.RESPONSIBLE_PHARMACIST}


def test_an_override_is_never_removed(people_on_both, rules):
    _post, finding = blocked(people_on_both)
    ask(people_on_both[Role.COMMUNITY_MANAGER], finding)
    with pytest.raises(Exception, match="append-only"), transaction() as session:
        session.execute(sql("DELETE FROM finding_override"))
