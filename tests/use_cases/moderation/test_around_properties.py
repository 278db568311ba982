"""Random histories of one thread: whatever people, machines and authors do, no clock stops and no suspicion is lost."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import clock
from errors import AppError
from models.case import Case, CaseComment
from models.comment import Comment, TriageDecision
from models.enums import CaseStatus, NoneReason, PvFacet, TriageOutcome
from models.session import reading, transaction
from moderation import analysing, attaching, cases, dividing, facets, intake, screening, triage
from moderation.stories import Story
from tests.comment_factories import NOON, bring, company_account, incoming, officer, products

TEXTS = (
    "Depuis que je prends Cardexine j'ai des vertiges. Ma mère a des nausées avec Cardexine.",
    "Moi aussi !",
    "Merci pour cette belle photo, bravo à toute l'équipe !",
    "Cardexine m'a donné des vertiges et des vomissements depuis hier.",
)
COMMENTS = 4
STEPS = 14


def by_rules_alone(subjects, catalogue):
    """Screen without the model: what no rule flags is left to a person."""
    detectors = screening.detectors_for(catalogue)
    return [screening.conclude(one, screening.gather(one, detectors)) for one in subjects]


class History:
    """One random history, and what must hold after each of its steps."""

    def __init__(self, seed, account):
        self.random, self.account, self.pv = random.Random(seed), account, officer()
        self.edits, self.now = dict.fromkeys(range(1, COMMENTS + 1), 0), NOON
        self.cases, self.waiting = {}, {}

    def run(self):
        for n in range(1, COMMENTS + 1):
            self.receive(n, TEXTS[(n - 1) % len(TEXTS)])
        acts = [self.edit, self.remove, self.decide, self.decide, self.divide, self.attach, self.detach, self.send]
        for _step in range(STEPS):
            self.now += timedelta(minutes=self.random.randint(1, 300))
            with clock.at(self.now), suppress(AppError):
                self.random.choice(acts)()
            with clock.at(self.now):
                analysing.analyse_pending()
            self.check()

    def receive(self, n, text):
        edits = tuple(f"{n}{k}" for k in range(1, self.edits[n] + 1))
        with clock.at(self.now):
            one = incoming(n, text, author=str(n % 3), edits=edits, parent_id="1" if n > 1 else None)
            bring(self.account, one, cursor=f"{n}-{len(edits)}")

    def edit(self):
        n = self.random.choice(list(self.edits))
        self.edits[n] += 1
        self.receive(n, f"{self.random.choice(TEXTS)} {self.edits[n]}")

    def remove(self):
        with transaction() as session:
            intake.note_deleted(session, self.account.id, [str(self.random.choice(list(self.edits)))])

    def any(self, kind):
        with reading() as session:
            return self.random.choice(session.exec(select(kind).order_by(kind.id)).all())

    def seen(self):
        row = self.any(Comment)
        return {"comment_id": row.id, "revision_n": row.revision_n, "row_version": row.row_version}

    def decide(self):
        none = self.random.random() < 0.4
        outcome = TriageOutcome.NONE if none else TriageOutcome.ADVERSE_EVENT
        reason = NoneReason.HEARSAY if none else None
        with transaction() as session:
            triage.classify(session, self.pv, outcomes=[outcome], none_reason=reason, **self.seen())

    def divide(self):
        with transaction() as session:
            stories = Story("a", ((0, 4),)), Story("b", ((5, 9),))
            dividing.divide(session, self.pv, stories=stories, **self.seen())

    def attach(self):
        with transaction() as session:
            attaching.attach(session, self.pv, case_id=self.any(Case).id, **self.seen())

    def detach(self):
        case, comment = self.any(Case), self.any(Comment)
        with transaction() as session:
            attaching.detach(
                session, self.pv, case_id=case.id, row_version=case.row_version, comment_id=comment.id, reason="Autre"
            )

    def send(self):
        case = self.any(Case)
        with transaction() as session:
            cases.escalate(session, self.pv, case_id=case.id, row_version=case.row_version)

    def check(self):
        with reading() as session:
            for case in session.exec(select(Case)).all():
                before = self.cases.get(case.id, (case.awareness_at, case.forward_due_at))
                assert case.awareness_at <= before[0]
                assert case.forward_due_at <= before[1]
                assert case.forward_due_at == case.awareness_at + timedelta(hours=24)
                self.cases[case.id] = case.awareness_at, case.forward_due_at
            for comment in session.exec(select(Comment)).all():
                self.check_comment(session, comment)

    def check_comment(self, session, comment):
        resting = select(Case.status).where(CaseComment.case_id == Case.id, CaseComment.comment_id == comment.id)
        standing = facets.least_advanced(set(session.exec(resting)))
        suspected = session.exec(resting).first() is not None
        if comment.pv is PvFacet.NONE:
            assert not suspected
        elif comment.pv is PvFacet.NOT_AE:
            assert standing is None
            assert session.exec(select(TriageDecision).where(TriageDecision.comment_id == comment.id)).first()
        elif comment.pv is not PvFacet.POSSIBLE:
            assert comment.pv is facets.PV_OF_CASE[standing or CaseStatus.DISMISSED]
        if facets.waits_for_pv(facets.read(comment)):
            assert comment.awareness_at <= self.waiting.get(comment.id, comment.awareness_at)
            self.waiting[comment.id] = comment.awareness_at
        else:
            self.waiting.pop(comment.id, None)


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 40))])
def test_no_clock_stops_and_no_suspicion_is_lost(db, monkeypatch, seed):
    monkeypatch.setattr(analysing, "screen_many", by_rules_alone)
    products()
    History(seed, company_account()).run()
