"""What we wrote in private ends with what it answers: the same days, the same exceptions."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from compliance import audit, clock
from compliance.canonical import sha256_text
from connectors.base import Said
from connectors.private import MessagePage, OwnMessage
from models.answer import ReplyDraft
from models.case import Reply
from models.comment import Comment
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import (
    EffectKind,
    EffectStatus,
    PvFacet,
    ReplyFacet,
    ReplyKind,
    ReplyStatus,
    Screening,
)
from models.private import ThreadMessage
from models.session import get, reading, transaction
from models.terms import LegalHold
from moderation import analysing, answering, intake, private_reading
from moderation.terms import erasing, holds
from moderation.terms.kept import kept
from tests.comment_factories import ADVERSE, HARMLESS, NOON, bring, comment, community_manager, incoming, products
from tests.comment_factories import company_account as account_on_x
from tests.terms_factories import lawyer, sign_terms

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OURS = "Bonjour Madame Aubépine, ces vertiges sont-ils passés ?"
DOOR = next(one for one in private_reading.doors_of(intake.capabilities_of("x")) if one.name == "messages")
DONE = {"screening": Screening.SKIMMED, "pv": PvFacet.NOT_AE, "reply": ReplyFacet.WAIVED, "analysis_due": False}


@pytest.fixture
def account(db):
    with clock.at(NOON):
        found = account_on_x()
        sign_terms()
    return found


def read(account, *comments, own=(), at=NOON):
    """Read a page of the account's threads."""
    with clock.at(at), transaction() as session:
        private_reading.store_page(session, account.id, DOOR, MessagePage(comments, tuple(own), "c"))


def theirs(n=1, text=HARMLESS, *, thread="7", at=NOON):
    private = incoming(n, text, posted_at=at, conversation_id=thread)
    return replace(private, said=Said.PRIVATE_MESSAGE)


def ours(n=100, text=OURS, *, thread="7", at=NOON + HOUR):
    return OwnMessage(str(n), thread, text, at)


def settle(**fields):
    """Leave nothing to be done on any message."""
    with transaction() as session:
        for row in session.exec(select(Comment)):
            for name, value in (DONE | {"echoes_due": False} | fields).items():
                setattr(row, name, value)


def the_comment(n=1) -> Comment:
    with reading() as session:
        return session.exec(select(Comment).where(Comment.external_id == str(n))).one()


def answered(n=1, *, status=ReplyStatus.CONFIRMED, remote_id="100", at=NOON + HOUR, text=OURS, private=False):
    """Answer a message, as the outbox left it."""
    cm = community_manager(f"cm{n}")
    asked = the_comment(n).id
    with clock.at(at), transaction() as session:
        row = get(session, Comment, asked)
        reply = answering.write(session, cm, row, text, ReplyKind.FREE, private=private)
        reply.proposed_text, reply.given, reply.refusal = text, {"prénom": "Madame Aubépine"}, "Trop long."
        reply.status, reply.remote_id, reply.sent_at, reply.last_error = status, remote_id, at, "refused: " + text
        session.add(ReplyDraft(comment_id=row.id, author_id=cm.id, content={"text": text}, updated_at=at))
        session.add(
            OutboxEffect(
                kind=EffectKind.REPLY, subject_id=reply.id, idempotency_key=f"reply:{reply.id}:1",
                payload={"reply_id": reply.id, "text": text}, status=EffectStatus.DONE, not_before=at, created_at=at,
                result={"remote_id": remote_id, "confirmed": True}, last_error=text,
            )
        )  # fmt: skip
    return reply.id


def erase(after=181 * DAY):
    with clock.at(NOON + after):
        return erasing.erase_due()


def texts() -> list[str]:
    """Return what is left of our words in threads."""
    with reading() as session:
        return list(session.exec(select(ThreadMessage.text).order_by(col(ThreadMessage.external_id))))


def everything() -> str:
    """Return all that the rows of what we wrote still say."""
    with reading() as session:
        kinds = (ThreadMessage, Reply, ReplyDraft, OutboxEffect)
        return str([row.model_dump() for kind in kinds for row in session.exec(select(kind))])


def test_answer_thread_draft_and_effect_are_emptied_with_the_message_and_what_proves_them_stays(account):
    read(account, theirs(), own=[ours()])
    reply_id = answered()
    settle()
    assert erase(179 * DAY) == 0
    assert texts() == [OURS]
    assert erase() == 1
    assert "Aubépine" not in everything()
    with reading() as session:
        reply = get(session, Reply, reply_id)
        assert (reply.text, reply.text_sha256, reply.remote_id) == (None, sha256_text(OURS), "100")
        assert (reply.status, reply.purge_reason) == (ReplyStatus.CONFIRMED, "x 1: 180 / 1")
        effect, message = session.exec(select(OutboxEffect)).one(), session.exec(select(ThreadMessage)).one()
        assert (effect.status, effect.result) == (EffectStatus.DONE, {"remote_id": "100", "confirmed": True})
        assert (message.external_id, message.purge_reason) == ("100", "x 1: 180 / 1")
        purges = select(AuditEvent).where(AuditEvent.action == "record:purge").order_by(col(AuditEvent.seq))
        assert [one.entity for one in session.exec(purges)] == ["comment", "reply", "thread_message"]
        assert "Aubépine" not in str([one.new for one in session.exec(purges)])
        assert audit.verify_chain(session).problem is None
    version = reply.row_version
    erase(182 * DAY)
    with reading() as session:
        assert get(session, Reply, reply_id).row_version == version, "once"


def test_what_was_emptied_does_not_come_in_again(account):
    read(account, theirs(), own=[ours()])
    settle()
    erase()
    read(account, theirs(), own=[ours()], at=NOON + 182 * DAY)
    assert texts() == [""]


def test_without_a_signed_sheet_nothing_is_emptied(db):
    with clock.at(NOON):
        account = account_on_x()
    read(account, theirs(), own=[ours()])
    answered()
    settle()
    erase(4_000 * DAY)
    assert texts() == [OURS]


def test_what_answers_a_message_that_its_author_took_away_goes_as_soon(account):
    read(account, theirs(), own=[ours()])
    answered()
    settle()
    for hours in (2, 3):
        with clock.at(NOON + hours * HOUR), transaction() as session:
            intake.note_deleted(session, account.id, ["1"])
    assert erase(DAY) == 0
    assert texts() == [OURS]
    assert erase(2 * DAY) == 1
    assert "Aubépine" not in everything()


def test_it_stays_for_what_else_the_person_wrote_before_it(account):
    read(account, theirs(1), theirs(2), own=[ours()])
    settle()
    for hours in (2, 3):
        with clock.at(NOON + hours * HOUR), transaction() as session:
            intake.note_deleted(session, account.id, ["1"])
    assert erase(3 * DAY) == 1
    assert texts() == [OURS]
    assert erase() == 1
    assert texts() == [""]


def test_what_we_wrote_elsewhere_goes_with_the_last_message_before_it(account):
    read(account, theirs(), theirs(2, at=NOON + 2 * HOUR), own=[ours()])
    settle()
    for hours in (2, 3):
        with clock.at(NOON + hours * HOUR), transaction() as session:
            intake.note_deleted(session, account.id, ["1"])
    assert erase(3 * DAY) == 1
    assert texts() == [""], "the message after it is none that it answers"


def test_the_copy_of_an_emptied_answer_goes_with_it_whatever_else_the_thread_still_shows(account):
    read(account, theirs(1), theirs(2), own=[ours()])
    answered(2)
    settle()
    for hours in (2, 3):
        with clock.at(NOON + hours * HOUR), transaction() as session:
            intake.note_deleted(session, account.id, ["2"])
    assert erase(3 * DAY) == 1
    assert "Aubépine" not in everything()


def test_what_was_said_in_public_and_answered_in_private_is_held_by_its_own_days(account):
    by = lawyer()
    with clock.at(NOON):
        bring(account, incoming(1))
    answered(status=ReplyStatus.SENT, at=NOON + 3 * DAY, private=True)
    settle()
    assert erase() == 1
    with transaction() as session:
        session.exec(select(Reply)).one().status = ReplyStatus.CONFIRMED
        day = date(2026, 11, 18)
        held = holds.hold_account(
            session, by, account_id=account.id, first=day, last=day, reason="Enquête du parquet, réquisition."
        )
    erase(182 * DAY)
    assert "Aubépine" in everything()
    with transaction() as session:
        holds.lift_hold(session, by, hold_id=held.id, row_version=1, reason="Affaire classée sans suite.")
    erase(183 * DAY)
    assert "Aubépine" not in everything()


def test_what_we_wrote_without_an_answer_has_the_days_of_its_own_coming(account):
    read(account, own=[ours()])
    erase(179 * DAY)
    assert texts() == [OURS]
    erase()
    assert texts() == [""]


def test_what_we_write_after_the_thread_was_erased_has_days_of_its_own(account):
    read(account, theirs(), own=[ours()])
    settle()
    erase()
    later = NOON + 182 * DAY
    read(account, own=[ours(101, "Bonne année !", at=later)], at=later)
    erase(183 * DAY)
    assert texts() == ["", "Bonne année !"]
    erase(363 * DAY)
    assert texts() == ["", ""]


def test_an_answer_on_its_way_is_not_emptied(account):
    read(account, theirs())
    answered(status=ReplyStatus.SENT)
    settle()
    assert erase() == 1
    assert "Aubépine" in everything()
    with transaction() as session:
        session.exec(select(Reply)).one().status = ReplyStatus.CONFIRMED
    erase(182 * DAY)
    assert "Aubépine" not in everything()


def test_an_answer_in_public_is_our_own_publication_and_stays(account):
    with clock.at(NOON):
        bring(account, incoming(1))
    answered()
    settle()
    assert erase() == 1
    with reading() as session:
        assert session.exec(select(Reply.text)).one() == OURS


def case(_account):
    products()
    analysing.analyse_pending()
    settle(pv=PvFacet.ACKNOWLEDGED)


def unread(_account):
    settle(screening=Screening.UNSCREENED)


def waits_for_an_answer(_account):
    settle(reply=ReplyFacet.OWED)


def incident(_account):
    from models.enums import AlarmKind, AlarmStatus
    from models.on_call import OnCallAlarm, OnCallSubject

    about = the_comment().id
    with transaction() as session:
        made = OnCallAlarm(kind=AlarmKind.EMERGENCY, key="k", status=AlarmStatus.CLOSED, raised_at=NOON)
        session.add(made)
        session.flush()
        about = the_comment().id
        session.add(OnCallSubject(alarm_id=made.id, kind=AlarmKind.EMERGENCY, subject_kind="comment", subject_id=about))


def hold(_account):
    by, held = lawyer(), the_comment().id
    with clock.at(NOON), transaction() as session:
        holds.hold_comment(session, by, comment_id=held, reason="Litige en cours, avocat saisi.")


@pytest.mark.parametrize("exception", [case, unread, waits_for_an_answer, incident, hold])
def test_while_one_message_of_the_thread_is_kept_so_is_what_we_wrote_in_it(account, exception):
    read(account, theirs(1, ADVERSE), own=[ours(), ours(200, "Bonjour.", thread="8")])
    answered()
    settle()
    exception(account)
    with transaction() as session:
        session.exec(select(Comment)).one().analysis_due = False
    read(account, theirs(2, at=NOON + 2 * HOUR))
    answered(2, remote_id="102", text="Autre réponse à Aubépine")
    with transaction() as session:
        row = session.exec(select(Comment).where(Comment.external_id == "2")).one()
        for name, value in DONE.items():
            setattr(row, name, value)
    assert erase() == 1, "the other message of the thread"
    assert comment(the_comment(2).id).erased_at
    assert texts() == [OURS, ""]
    with reading() as session:
        assert set(session.exec(select(Reply.text))) == {OURS, "Autre réponse à Aubépine"}


def test_days_of_the_account_that_are_held_hold_what_we_wrote_on_them(account):
    sent = NOON + 5 * DAY
    read(account, theirs(), own=[ours(at=sent)])
    answered(at=sent)
    settle()
    with clock.at(NOON), transaction() as session:
        day = date(2026, 11, 23)
        held = holds.hold_account(
            session, lawyer(), account_id=account.id, first=day, last=day, reason="Enquête du parquet, réquisition."
        )
    assert erase(190 * DAY) == 1
    assert texts() == [OURS]
    with reading() as session:
        assert session.exec(select(Reply.text)).one() == OURS
    with transaction() as session:
        holds.lift_hold(session, lawyer(), hold_id=held.id, row_version=1, reason="Affaire classée sans suite.")
    erase(191 * DAY)
    assert "Aubépine" not in everything()


def test_batches_go_on_past_what_is_kept(account, monkeypatch):
    from moderation.terms import own_words

    monkeypatch.setattr(own_words, "BATCH", 2)
    read(account, *[theirs(n, thread=str(n)) for n in range(1, 6)])
    read(account, own=[ours(100 + n, thread=str(n)) for n in range(1, 6)])
    settle()
    for n in range(1, 6):
        answered(n, remote_id=str(100 + n))
    settle()
    with transaction() as session:
        session.exec(select(Comment).where(Comment.external_id == "2")).one().reply = ReplyFacet.OWED
    assert erase() == 4
    assert texts() == ["", OURS, "", "", ""]


class Talk:
    """A random life of some threads: our words end with their days and never before an exception lets them."""

    def __init__(self, seed, account):
        self.random, self.account, self.now, self.n = random.Random(seed), account, NOON, 0
        self.threads, self.emptied = ("7", "8"), 0

    def run(self, steps=14):
        self.write()
        acts = [self.write, self.write, self.speak, self.speak, self.answer, self.remove, self.settle, self.settle]
        for _step in range(steps):
            self.now += timedelta(days=self.random.choice((1, 30, 100)), minutes=1)
            self.random.choice([*acts, self.keep, self.hold])()
            before = self.standing()
            with clock.at(self.now):
                erasing.erase_due()
            self.check(before)

    def write(self):
        self.n += 1
        said = theirs(self.n, f"{self.random.choice((ADVERSE, HARMLESS))} {self.n}", thread=self.thread(), at=self.now)
        read(self.account, said, at=self.now)

    def speak(self):
        self.n += 1
        read(self.account, own=[ours(1_000 + self.n, thread=self.thread(), at=self.now)], at=self.now)

    def thread(self):
        return self.random.choice(self.threads)

    def any(self) -> Comment:
        with reading() as session:
            return self.random.choice(session.exec(select(Comment).order_by(Comment.id)).all())

    def answer(self):
        row = self.any()
        self.n += 1
        if not row.erased_at:
            cm = community_manager(f"cm{self.n}")
            with clock.at(self.now), transaction() as session:
                asked = get(session, Comment, row.id)
                reply = answering.write(session, cm, asked, OURS, ReplyKind.FREE, private=False)
                reply.status, reply.remote_id, reply.sent_at = ReplyStatus.CONFIRMED, str(5_000 + self.n), self.now
            read(self.account, own=[ours(5_000 + self.n, thread=row.conversation_id, at=self.now)], at=self.now)

    def remove(self):
        gone = self.any().external_id
        for hours in (0, 1):
            with clock.at(self.now + hours * HOUR), transaction() as session:
                intake.note_deleted(session, self.account.id, [gone])

    def settle(self):
        with transaction() as session:
            for row in session.exec(select(Comment)):
                for name, value in (DONE | {"echoes_due": False}).items():
                    setattr(row, name, value)

    def keep(self):
        chosen = self.any().id
        with transaction() as session:
            row = get(session, Comment, chosen)
            row.reply = self.random.choice((ReplyFacet.OWED, ReplyFacet.QUEUED))

    def hold(self):
        by = lawyer()
        with clock.at(self.now), transaction() as session:
            for one in session.exec(select(LegalHold).where(col(LegalHold.lifted_at).is_(None))).all():
                holds.lift_hold(session, by, hold_id=one.id, row_version=None, reason="Affaire classée enfin.")
            day = (self.now - self.random.choice((0, 50, 150)) * DAY).date()
            holds.hold_account(
                session, by, account_id=self.account.id, first=day - 9 * DAY, last=day,
                reason="Enquête du parquet, réquisition.",
            )  # fmt: skip

    def standing(self) -> set[str]:
        """Return the ids of our words that are not emptied."""
        with reading() as session:
            answers = select(Reply.id).where(col(Reply.text).is_not(None))
            return {*session.exec(select(ThreadMessage.id).where(ThreadMessage.text != "")), *session.exec(answers)}

    def check(self, before: set[str]):
        left = self.standing()
        self.emptied += len(before - left)
        with clock.at(self.now), reading() as session:
            keeping = set(session.exec(select(Comment.conversation_id).where(kept(session))))
            said = {one.id: one for one in session.exec(select(Comment))}
            for one in session.exec(select(ThreadMessage).where(col(ThreadMessage.id).in_(before))):
                may = one.thread_id not in keeping and not self.held(session, one.sent_at)
                old = one.seen_at < self.now - 180 * DAY
                assert (one.id in left) or may, "an exception was passed over"
                assert not (may and old and one.id in left), "it outlived its days"
            for reply in session.exec(select(Reply).where(col(Reply.id).in_(before))):
                asked = said[reply.comment_id]
                may = asked.conversation_id not in keeping and not self.held(session, reply.sent_at)
                assert (reply.id in left) == (not may or not asked.erased_at)

    def held(self, session, moment) -> bool:
        open_holds = session.exec(select(LegalHold).where(col(LegalHold.lifted_at).is_(None))).all()
        return any(one.starts_at <= moment < one.ends_at for one in open_holds)


SHOWN = 3


@pytest.mark.parametrize("seed", [SHOWN, *(pytest.param(n, marks=pytest.mark.soak) for n in range(4, 60))])
def test_whatever_happens_our_words_end_with_their_days_and_no_exception_is_passed_over(account, seed):
    talk = Talk(seed, account)
    talk.run()
    assert talk.emptied or seed != SHOWN, "a play in which nothing is emptied proves nothing"
