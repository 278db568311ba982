"""What was kept long enough is emptied, whoever wrote it; nothing tied to a case ever is."""

import random
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from compliance import audit, clock
from errors import AppError, InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.bypass import Bypass
from models.case import Case, CaseComment, Reaction
from models.case_following import CaseFollowUp
from models.comment import Comment, CommentRevision, RawEvent, Tombstone
from models.compliance import AuditEvent
from models.enums import (
    BypassKind,
    NoneReason,
    PvFacet,
    ReplyFacet,
    Role,
    Screening,
    TriageOutcome,
)
from models.on_call import OnCallSubject
from models.session import get, reading, transaction
from models.terms import LegalHold
from moderation import analysing, attaching, intake, queries, screening, triage
from moderation.decision_cards import Card
from moderation.skim_choice import candidates, left_to_read, month_plan
from moderation.terms import erasing, holds
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    NOON,
    bring,
    bring_text,
    comment,
    company_account,
    incoming,
    officer,
    products,
    revisions,
)
from tests.factories import person
from tests.terms_factories import lawyer, sign_terms

DAYS = timedelta(days=1)


@pytest.fixture
def account(db, monkeypatch):
    with clock.at(NOON):
        found = company_account()
        sign_terms()
    return found


def settled(account, n=1, text=HARMLESS, **more):
    """Bring a comment in, read and answered."""
    with clock.at(NOON):
        (comment_id,) = bring(account, incoming(n, text, **more))
    settle(comment_id, analysis_due=False)
    return comment_id


def settle(comment_id, **fields):
    """Leave nothing to be done on a comment, whatever was found in it."""
    done = {"screening": Screening.SKIMMED, "pv": PvFacet.NOT_AE, "reply": ReplyFacet.WAIVED, "echoes_due": False}
    with transaction() as session:
        row = get(session, Comment, comment_id)
        for name, value in (done | fields).items():
            setattr(row, name, value)


def erase(days=181, start=NOON):
    with clock.at(start + days * DAYS):
        return erasing.erase_due()


def raw_of(comment_id):
    with reading() as session:
        row = get(session, Comment, comment_id)
        return session.exec(select(RawEvent).where(RawEvent.external_id == row.external_id)).all()


def test_text_payload_and_author_go_and_what_proves_them_stays(account):
    comment_id = settled(account)
    before = comment(comment_id)
    assert erase(179) == 0
    assert erase() == 1
    row, (revision,), (raw,) = comment(comment_id), revisions(comment_id), raw_of(comment_id)
    assert (revision.text, raw.payload) == (None, None)
    assert revision.purge_reason == raw.purge_reason == "x 1: 180 / 1"
    assert (row.author_id, row.author_handle, row.permalink, row.author_pseudonym) == (
        f"erased:{row.id}",
        None,
        None,
        "—",
    )
    assert (row.external_id, row.posted_at, row.screening) == (before.external_id, before.posted_at, before.screening)
    assert row.row_version > before.row_version
    with reading() as session:
        assert queries.counts(session).total.received == 1
        (event,) = [one for one in session.exec(select(AuditEvent)) if one.action == "record:purge"]
        assert (event.new["count"], event.entity) == (1, "comment")
        assert HARMLESS not in str(event.new)
        assert audit.verify_chain(session).problem is None
    assert erase() == 0


def test_without_a_signed_sheet_nothing_is_erased(db):
    comment_id = settled(company_account())
    assert comment(comment_id).erased_at is None
    assert erase(4_000) == 0


def test_what_its_author_took_away_goes_sooner_once_a_second_look_confirmed_it(account):
    comment_id = settled(account)
    for hours in (1, 2):
        assert erase(3) == 0
        with clock.at(NOON + timedelta(hours=hours)), transaction() as session:
            intake.note_deleted(session, account.id, ["1"])
    assert erase(1) == 0
    settle(comment_id, reply=ReplyFacet.OWED)
    assert erase(2) == 1
    with reading() as session:
        assert session.exec(select(Tombstone)).one().confirmed_at


def test_batches_go_on_past_what_is_kept(account, monkeypatch):
    monkeypatch.setattr(erasing, "BATCH", 2)
    ids = [settled(account, n) for n in range(1, 6)]
    with clock.at(NOON), transaction() as session:
        holds.hold_comment(session, lawyer(), comment_id=ids[1], reason="Litige en cours, avocat saisi.")
    assert erase() == 4
    assert revisions(ids[1])[0].text == HARMLESS


@pytest.mark.parametrize(
    "fields",
    [
        {"screening": Screening.UNSCREENED},
        {"screening": Screening.CLEARED, "pv": PvFacet.NONE},
        {"pv": PvFacet.POSSIBLE},
        {"pv": PvFacet.ACKNOWLEDGED},
        {"analysis_due": True},
        {"echoes_due": True},
        {"reply": ReplyFacet.OWED},
        {"reply": ReplyFacet.QUEUED},
    ],
    ids=lambda fields: " ".join(map(str, fields.values())),
)
def test_what_a_person_has_to_read_or_to_answer_is_kept(account, fields):
    comment_id = settled(account)
    settle(comment_id, **fields)
    assert erase() == 0
    settle(comment_id, analysis_due=False)
    assert erase() == 1


def alarm(session, row):
    from models.enums import AlarmKind, AlarmStatus
    from models.on_call import OnCallAlarm

    made = OnCallAlarm(kind=AlarmKind.EMERGENCY, key="k", status=AlarmStatus.CLOSED, raised_at=NOON)
    session.add(made)
    session.flush()
    session.add(OnCallSubject(alarm_id=made.id, kind=AlarmKind.EMERGENCY, subject_kind="comment", subject_id=row.id))


def bypass(session, row):
    session.add(
        Bypass(
            account_id=row.account_id, remote_id=row.conversation_id, url="", kind=BypassKind.UNKNOWN_POST, text="x",
            text_sha256="0", posted_at=NOON, found_at=NOON,
        )
    )  # fmt: skip


@pytest.mark.parametrize("incident", [alarm, bypass])
def test_what_belongs_to_an_incident_is_kept(account, incident):
    comment_id = settled(account)
    with transaction() as session:
        incident(session, get(session, Comment, comment_id))
    assert erase() == 0


def test_a_decision_that_names_a_case_keeps_its_comment(account):
    comment_id, pv = settled(account), officer()
    row = comment(comment_id)
    with clock.at(NOON), transaction() as session:
        triage.classify(
            session, pv, comment_id=comment_id, revision_n=1, row_version=row.row_version, outcomes=[TriageOutcome.NONE],
            none_reason=NoneReason.ALREADY_REPORTED, card=Card(reference="2026-0117"),
        )  # fmt: skip
    settle(comment_id)
    assert erase() == 0


def test_a_comment_of_a_case_is_kept_even_when_the_case_was_put_aside(account):
    products()
    with clock.at(NOON):
        comment_id = bring_text(account, ADVERSE)
    settle(comment_id)
    assert comment(comment_id).pv is PvFacet.NOT_AE
    with reading() as session:
        assert session.exec(select(CaseComment)).one().comment_id == comment_id
    assert erase(4_000) == 0
    assert revisions(comment_id)[0].text == ADVERSE


def test_a_hold_on_an_accounts_days_keeps_them_until_it_is_lifted(account):
    inside, outside = settled(account, 1), settled(account, 2, posted_at=NOON - 5 * DAYS)
    with clock.at(NOON), transaction() as session:
        hold = holds.hold_account(
            session, lawyer(), account_id=account.id, first=date(2026, 11, 18), last=date(2026, 11, 18),
            reason="Enquête du parquet, réquisition reçue.",
        )  # fmt: skip
    assert erase() == 1
    assert comment(outside).erased_at
    assert not comment(inside).erased_at
    with reading() as session:
        (row,) = holds.open_holds(session, lawyer())
        assert (row.hold.id, row.account) == (hold.id, "@LabosHelior")
    with pytest.raises(StaleVersion), transaction() as session:
        holds.lift_hold(session, lawyer(), hold_id=hold.id, row_version=9, reason="Affaire classée sans suite.")
    with transaction() as session:
        holds.lift_hold(session, lawyer(), hold_id=hold.id, row_version=1, reason="Affaire classée sans suite.")
    assert erase() == 1
    with reading() as session:
        told = [
            one.action
            for one in session.exec(select(AuditEvent).order_by(col(AuditEvent.seq)))
            if one.entity == "legalhold"
        ]
        assert told == ["hold:put", "hold:lift"]


def test_a_hold_needs_a_right_a_reason_and_something_to_hold(account):
    comment_id = settled(account)
    with pytest.raises(NotPermitted), transaction() as session:
        holds.hold_comment(session, person(Role.COMMUNITY_MANAGER), comment_id=comment_id, reason="Je le veux bien.")
    with pytest.raises(InvalidInput, match="quelques mots"), transaction() as session:
        holds.hold_comment(session, lawyer(), comment_id=comment_id, reason="Litige")
    with pytest.raises(InvalidInput, match="précéder"), transaction() as session:
        day = date(2026, 11, 18)
        holds.hold_account(
            session, lawyer(), account_id=account.id, first=day, last=date(2026, 11, 17), reason="Litige en cours."
        )
    erase()
    with pytest.raises(RuleViolated, match="déjà effacé"), transaction() as session:
        holds.hold_comment(session, lawyer(), comment_id=comment_id, reason="Litige en cours, trop tard.")


def test_an_erased_comment_comes_in_no_second_time(account):
    comment_id = settled(account)
    erase()
    with clock.at(NOON + 182 * DAYS):
        bring(account, incoming(1), incoming(1, raw_json='{"id": "1", "likes": 3}'))
    assert comment(comment_id).erased_at
    assert [raw.payload for raw in raw_of(comment_id)] == [None, None]
    assert len(revisions(comment_id)) == 1


def test_what_its_author_writes_anew_is_judged_anew_and_has_days_of_its_own(account):
    comment_id = settled(account)
    erase()
    with clock.at(NOON + 182 * DAYS):
        bring(account, incoming(1, "Finalement j'ai eu des vertiges.", edits=("11",)))
    row = comment(comment_id)
    assert (row.erased_at, row.author_id, row.author_handle, row.analysis_due) == (None, "42", "quelquun", True)
    assert [one.text for one in revisions(comment_id)] == [None, "Finalement j'ai eu des vertiges."]
    settle(comment_id, analysis_due=False)
    assert erase(183) == 0
    assert erase(363) == 1


def test_nothing_erased_is_laid_out_to_be_skimmed(account):
    with clock.at(NOON):
        comment_id = bring_text(account, HARMLESS)
    settle(comment_id, screening=Screening.CLEARED, pv=PvFacet.NONE, product=comment(comment_id).product)
    assert erase() == 0
    with clock.at(NOON), reading() as session:
        plan = month_plan(session)
        assert left_to_read(session, plan) == len(candidates(session, plan, 9, not_before=NOON)) == 1


class Life:
    """A random life of some comments: what is tied to a case is never emptied, whatever people and machines do."""

    def __init__(self, seed, account):
        self.random, self.account, self.pv, self.now = random.Random(seed), account, officer(), NOON
        self.edits, self.erased = dict.fromkeys(range(1, 5), 0), set()

    def run(self, steps=12):
        for n in self.edits:
            self.receive(n)
        with clock.at(self.now):
            analysing.analyse_pending()
        acts = [
            self.receive_again,
            self.remove,
            self.attach,
            self.detach,
            self.settle_all,
            self.hold,
            *[self.decide] * 4,
        ]
        for _step in range(steps):
            self.now += timedelta(days=self.random.choice((1, 20, 200)))
            with clock.at(self.now):
                with suppress(AppError, IndexError):
                    self.random.choice(acts)()
                analysing.analyse_pending()
                erasing.erase_due()
            self.check()

    def receive(self, n):
        said = f"{self.random.choice((ADVERSE, HARMLESS, 'Moi aussi !'))} {self.edits[n]}"
        edits = tuple(f"{n}{k}" for k in range(1, self.edits[n] + 1))
        with clock.at(self.now):
            bring(self.account, incoming(n, said, author=str(n % 3), edits=edits), cursor=said)

    def receive_again(self):
        n = self.random.choice(list(self.edits))
        self.edits[n] += 1
        self.receive(n)

    def remove(self):
        gone = str(self.random.choice(list(self.edits)))
        for _look in range(2):
            with transaction() as session:
                intake.note_deleted(session, self.account.id, [gone])

    def any(self, kind):
        with reading() as session:
            return self.random.choice(session.exec(select(kind).order_by(kind.id)).all())

    def decide(self):
        row, none = self.any(Comment), self.random.random() < 0.7
        with transaction() as session:
            triage.classify(
                session, self.pv, comment_id=row.id, revision_n=row.revision_n, row_version=row.row_version,
                outcomes=[TriageOutcome.NONE if none else TriageOutcome.ADVERSE_EVENT],
                none_reason=NoneReason.HEARSAY if none else None,
            )  # fmt: skip

    def attach(self):
        row = self.any(Comment)
        seen = {"comment_id": row.id, "revision_n": row.revision_n, "row_version": row.row_version}
        with transaction() as session:
            attaching.attach(session, self.pv, case_id=self.any(Case).id, **seen)

    def detach(self):
        case, row = self.any(Case), self.any(Comment)
        with transaction() as session:
            attaching.detach(
                session, self.pv, case_id=case.id, row_version=case.row_version, comment_id=row.id, reason="Autre"
            )

    def settle_all(self):
        with transaction() as session:
            for row in session.exec(select(Comment)):
                row.reply = ReplyFacet.WAIVED

    def hold(self):
        with transaction() as session:
            holds.hold_comment(session, self.pv, comment_id=self.any(Comment).id, reason="Litige en cours, gardé.")

    def check(self):
        with reading() as session:
            tied = set(session.exec(select(CaseComment.comment_id)))
            for kind in (Reaction, CaseFollowUp):
                named = select(CommentRevision.comment_id).where(CommentRevision.id == kind.revision_id)
                tied |= set(session.exec(named))
            held = select(LegalHold.comment_id).where(LegalHold.comment_id.is_not(None))
            waiting = select(Comment.id).where(Comment.pv != PvFacet.NOT_AE, Comment.pv != PvFacet.NONE)
            untouched = tied | set(session.exec(held)) | set(session.exec(waiting))
            erased = set(session.exec(select(Comment.id).where(Comment.erased_at.is_not(None))))
            assert not (erased - self.erased) & untouched
            self.erased |= erased
            for resting in session.exec(select(CaseComment)).all():
                words = get(session, CommentRevision, resting.revision_id).text
                assert words or resting.comment_id in self.erased, "a case lost the words that it rests on"


def by_rules_alone(subjects, catalogue):
    detectors = screening.detectors_for(catalogue)
    return [screening.conclude(one, screening.gather(one, detectors)) for one in subjects]


SHOWN = 4


@pytest.mark.parametrize("seed", [SHOWN, *(pytest.param(n, marks=pytest.mark.soak) for n in range(5, 60))])
def test_nothing_tied_to_a_case_is_ever_erased(account, monkeypatch, seed):
    monkeypatch.setattr(analysing, "screen_many", by_rules_alone)
    products()
    life = Life(seed, account)
    life.run()
    assert life.erased or seed != SHOWN, "a play in which nothing is erased proves nothing"
