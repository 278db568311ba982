"""Changing the detection: proposed, tried on stored comments, signed by another officer, in force; never silent."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from compliance import clock
from errors import InvalidInput, NotPermitted, RuleViolated, SignatureRefused, StaleVersion
from models.comment import ScreeningRecord
from models.compliance import AuditEvent
from models.detection import DetectionChange, DetectionDifference
from models.enums import DetectionStatus, DifferenceKind, NoneReason, PvFacet, Role, Screening, TermKind, TriageOutcome
from models.session import get, reading, transaction
from moderation import analysing, detection, shadow, triage, tunings
from moderation.detection_rules import Term
from moderation.queries import detection as views
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    bring,
    bring_text,
    comment,
    company_account,
    every_row,
    incoming,
    officer,
    products,
    revisions,
)
from tests.factories import person, proven_nonce

S = DetectionStatus
STRANGE = "Mon chat a le zinzolin depuis hier, quelle histoire."
"""A harmless text with a word that no list knows."""


@pytest.fixture
def account(db):
    products()
    return company_account()


@pytest.fixture
def ana(account):
    return officer("ana")


@pytest.fixture
def boris(account):
    return officer("boris")


def propose(actor, **fields):
    with transaction() as session:
        return detection.propose_change(session, actor, **{"reason": "Vu dans les appels."} | fields)


def run(actor, change):
    with transaction() as session:
        return detection.start_run(session, actor, change_id=change.id, row_version=None)


def walk():
    while shadow.step():
        pass


def now(change):
    with reading() as session:
        return get(session, DetectionChange, change.id)


def tried(actor, **fields):
    change = propose(actor, **fields)
    run(actor, change)
    walk()
    return now(change)


def sign(actor, change, **more):
    digest = detection.signed_digest(change)
    nonce = proven_nonce(actor, subject_id=change.id, content_sha256=digest)
    fields = {"row_version": change.row_version, "seen_sha256": digest} | more
    with transaction() as session:
        return detection.sign_change(session, actor, change_id=change.id, nonce_id=nonce, **fields)


def differences():
    with reading() as session:
        return list(session.exec(select(DetectionDifference).order_by(col(DetectionDifference.revision_id))))


def versions(comment_id):
    """Return the version of the company's terms in every record of a comment."""
    with reading() as session:
        found = session.exec(select(ScreeningRecord).order_by(col(ScreeningRecord.id)))
        return [record.detectors.get("company") for record in found if record.revision_id in revisions_of(comment_id)]


def revisions_of(comment_id):
    return {one.id for one in revisions(comment_id)}


def test_a_new_term_is_tried_signed_by_another_and_opens_what_was_cleared(account, ana, boris):
    comment_id, other = bring_text(account, STRANGE), bring_text(account, HARMLESS, 2)
    assert comment(comment_id).screening is Screening.CLEARED
    change = tried(ana, suspect="zinzolin")
    assert (change.status, change.read_n, change.to_read) == (S.READY, 2, 2)
    (found,) = differences()
    assert (found.comment_id, found.kind) == (comment_id, DifferenceKind.FLAGGED)
    assert "zinzolin" not in repr((found.before, found.after)), "places, no words"
    assert comment(comment_id).screening is Screening.CLEARED, "a trial touches no comment"
    with reading() as session:
        assert [detection.to_sign(session, one) for one in (ana, boris)] == [False, True]
    signed = sign(boris, change)
    assert signed.status is S.SIGNED
    later = bring_text(account, "Encore du ZINZOLIN !", 3)
    assert comment(later).screening is Screening.FLAGGED, "in force at once for what comes"
    walk()
    assert now(change).status is S.IN_FORCE
    assert (comment(comment_id).screening, comment(comment_id).pv) == (Screening.FLAGGED, PvFacet.POSSIBLE)
    assert comment(other).screening is Screening.CLEARED
    assert versions(comment_id) == [None, f"1-{change.content_sha256[:12]}"], "each record says by what it was judged"
    walk()
    assert len(versions(comment_id)) == 2


def test_what_comes_between_trial_and_signature_is_not_forgotten(account, ana, boris):
    change = tried(ana, suspect="zinzolin")
    between = bring_text(account, STRANGE)
    assert comment(between).screening is Screening.CLEARED
    sign(boris, change)
    walk()
    assert comment(between).pv is PvFacet.POSSIBLE
    assert [one.late for one in differences()] == [True]


def test_what_turns_negative_is_listed_and_stays_where_it_is(account, ana, boris):
    first = tried(ana, suspect="zinzolin")
    sign(boris, first)
    walk()
    comment_id = bring_text(account, STRANGE)
    change = tried(boris, removed=(Term(TermKind.SUSPECT, "zinzolin"),), reason="Le mot désignait une couleur.")
    assert [one.kind for one in differences()] == [DifferenceKind.CLEARED]
    sign(ana, change)
    walk()
    assert (comment(comment_id).screening, comment(comment_id).pv) == (Screening.FLAGGED, PvFacet.POSSIBLE)
    assert now(first).status is S.REPLACED
    later = bring_text(account, "Le zinzolin de la cuisine est superbe, vous ne trouvez pas ?", 2, author="77")
    assert comment(later).screening is Screening.CLEARED


def test_what_a_person_decided_stays_decided(account, ana, boris):
    comment_id = bring_text(account, STRANGE)
    row = comment(comment_id)
    with transaction() as session:
        triage.classify(
            session, ana, comment_id=comment_id, outcomes=(TriageOutcome.NONE,), none_reason=NoneReason.OFF_TOPIC,
            revision_n=1, row_version=row.row_version,
        )  # fmt: skip
    sign(boris, tried(ana, suspect="zinzolin"))
    walk()
    assert comment(comment_id).pv is PvFacet.NOT_AE


def test_a_killed_trial_goes_on_where_it_stopped(account, ana, monkeypatch):
    monkeypatch.setattr(shadow, "BATCH", 1)
    for n in range(3):
        bring_text(account, STRANGE, n)
    change = propose(ana, suspect="zinzolin")
    run(ana, change)
    shadow.step()
    before = every_row()

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shadow, "_compare", killed)
        with pytest.raises(KeyboardInterrupt):
            shadow.step()
    assert (now(change).read_n, len(differences())) == (1, 1)
    walk()
    assert (now(change).status, now(change).read_n, len(differences())) == (S.READY, 3, 3)
    after = every_row()
    assert {name for name in before if before[name] != after[name]} <= {"audit_event"}


def test_two_workers_on_one_batch_write_it_once(account, ana, monkeypatch):
    bring_text(account, STRANGE)
    change = propose(ana, suspect="zinzolin")
    run(ana, change)
    compare = shadow._compare

    def overtaken(*given):
        monkeypatch.setattr(shadow, "_compare", compare)
        shadow.step()
        return compare(*given)

    monkeypatch.setattr(shadow, "_compare", overtaken)
    walk()
    assert (now(change).read_n, len(differences())) == (1, 1)


def test_a_withdrawn_change_leaves_nothing_but_its_record(account, ana, boris):
    comment_id = bring_text(account, STRANGE)
    change = tried(ana, suspect="zinzolin")
    with transaction() as session:
        detection.withdraw_change(
            session, boris, change_id=change.id, row_version=change.row_version, reason="Trop large."
        )
    walk()
    assert differences() == []
    assert comment(comment_id).screening is Screening.CLEARED
    with reading() as session:
        assert tunings.tuning_in_force(session) == tunings.AS_SHIPPED
        assert views.detection_view(session, ana).history[0].status is S.WITHDRAWN
    assert comment(bring_text(account, STRANGE, 2)).screening is Screening.CLEARED


def test_the_author_never_signs_and_only_an_officer_does(account, ana, boris):
    change = tried(ana, suspect="zinzolin")
    with pytest.raises(RuleViolated, match="un autre membre"):
        sign(ana, change)
    for role in (Role.QUALITY, Role.AUDITOR, Role.RESPONSIBLE_PHARMACIST, Role.ADMINISTRATOR):
        with pytest.raises(NotPermitted):
            sign(person(role), change)
    with pytest.raises(SignatureRefused):
        sign(boris, change, seen_sha256="another")
    with pytest.raises(StaleVersion):
        sign(boris, change, row_version=0)
    assert now(change).status is S.READY


def test_an_untried_change_is_not_signed_and_there_is_one_at_a_time(account, ana, boris):
    change = propose(ana, suspect="zinzolin")
    with pytest.raises(Exception, match="état actuel"):
        sign(boris, change)
    with pytest.raises(RuleViolated, match="déjà en préparation"):
        propose(boris, suspect="zut alors")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": " "}, "Dites pourquoi"),
        ({}, "Rien ne change"),
        ({"suspect": "é"}, "3"),
        ({"nicknames": "cardex"}, "surnom = produit"),
        ({"nicknames": "cardex = Inconnu"}, "surnom = produit"),
        ({"suspect": "zinzolin", "harmless": "Zinzolin"}, "à la fois"),
        ({"promise": 9}, "1 à 5"),
        ({"classifier": "../secret"}, "n'est plus là"),
        ({"removed": (Term(TermKind.SUSPECT, "zut"),)}, "plus en vigueur"),
    ],
)
def test_what_cannot_stand_is_refused_with_a_sentence(account, ana, fields, said):
    with pytest.raises(InvalidInput, match=said):
        propose(ana, **fields)


def test_what_was_proposed_never_changes(account, ana):
    change = propose(ana, suspect="zinzolin")
    changes = [f"UPDATE detection_change SET {what}" for what in ("reason = 'autre'", "content = '{}'", "n = 7")]
    for statement in (*changes, "DELETE FROM detection_change"):
        with pytest.raises(DBAPIError), transaction() as session:
            session.execute(text(statement))
    assert now(change).reason == "Vu dans les appels."


def test_a_change_that_cannot_be_read_clears_nothing_and_still_flags(account, ana, boris, monkeypatch):
    sign(boris, tried(ana, suspect="zinzolin"))
    walk()
    monkeypatch.setattr(tunings, "content_digest", lambda _: "what was signed, it is not")
    monkeypatch.setattr(detection, "content_digest", tunings.content_digest)
    quiet, ill = bring_text(account, HARMLESS, 1), bring_text(account, ADVERSE, 2)
    assert comment(quiet).screening is Screening.UNSCREENED
    assert comment(ill).screening is Screening.FLAGGED
    with pytest.raises(RuleViolated, match="illisible"):
        propose(ana, suspect="autre chose")


def test_a_classifier_that_is_gone_gives_the_trial_back(account, ana, tmp_path, monkeypatch):
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "config.json").write_text("{}")
    monkeypatch.setenv("COVIGIE_CLASSIFIERS_DIR", str(tmp_path))
    detection.get_settings.cache_clear()
    bring(account, incoming(1, HARMLESS))
    change = tried(ana, classifier="ours")
    assert change.status is S.DRAFT
    assert "ne se charge pas" in change.failure
    assert differences() == []


def test_old_comments_are_left_out_and_every_step_is_written_down(account, ana, boris):
    with clock.at(clock.now() - timedelta(days=90)):
        bring_text(account, STRANGE)
    change = tried(ana, suspect="zinzolin")
    assert (change.status, change.read_n) == (S.READY, 0)
    sign(boris, change)
    walk()
    with reading() as session:
        found = session.exec(
            select(AuditEvent).where(AuditEvent.entity == "detectionchange").order_by(col(AuditEvent.seq))
        )
        said = [event.action for event in found.all()]
    assert said == [f"detection:{word}" for word in ("propose", "run", "finish", "sign", "enact")]


def test_the_lists_say_why_before_and_why_now_personal_data_covered(account, ana):
    bring_text(account, f"{STRANGE} Appelez-moi au 06 12 34 56 78.")
    tried(ana, suspect="zinzolin")
    with reading() as session:
        view = views.detection_view(session, ana)
        (line,) = views.differences(session, ana, change_id=view.pending.id, kind=DifferenceKind.FLAGGED)
    assert "06 12" not in line.excerpt
    assert "zinzolin" in line.excerpt
    assert any("terme suspect" in sentence for sentence in line.now)
    assert line.before
    assert view.pending.counts[DifferenceKind.FLAGGED] == 1
    assert view.pending.extra_per_day >= 1


def test_nothing_of_the_analysis_needs_the_trial(account):
    assert not shadow.step()
    bring_text(account, HARMLESS)
    assert analysing.analyse_pending() == 0
