"""The dashboards: what is kept of a day is what a count of the rows gives, whatever happened to them since."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlmodel import select

from compliance import clock
from errors import AppError, NotPermitted
from models.case import Case, Reply
from models.comment import Comment, DetectorFinding
from models.dashboard import DashboardFigures
from models.enums import (
    Network,
    NoneReason,
    ProductKind,
    ProductOwner,
    ReplyStatus,
    Role,
    Screening,
    TriageOutcome,
    WaiverReason,
)
from models.product import Product
from models.session import reading, transaction
from moderation import cases, replies, rolling_up, triage
from moderation.dashboard_sheets import Sheet, as_csv, as_docx, sheets
from moderation.deadlines import paris_day
from moderation.figures import Time, summed
from moderation.queries import dashboards
from moderation.queries.day_figures import figures_of, registered
from moderation.queries.figures import figures_between
from moderation.queries.unchanged import MOST, unchanged
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    NOON,
    approved_text,
    bring_text,
    comment,
    community_manager,
    company_account,
    officer,
    products,
)
from tests.factories import person

TEXTS = (ADVERSE, HARMLESS, "Vous êtes encore en rupture de Cardexine, c'est insupportable !", "Rivalox me va mieux.")
DAYS = [NOON - timedelta(hours=hours) for hours in (0, 10, 13, 24, 564, 576, 588)]
"""Today, yesterday, and the hours around midnight of 25 October 2026, a day of 25 hours."""


@pytest.fixture
def account(db):
    products()
    return company_account()


def kept() -> dict[tuple[date, str, str], dict[str, int]]:
    with reading() as session:
        return {(r.day, r.network, r.product): r.figures | r.times for r in session.exec(select(DashboardFigures))}


def counted_now() -> dict[tuple[date, str, str], dict[str, int]]:
    with reading() as session:
        names = registered(session)
        days = {paris_day(one) for kind in (Comment.received_at, Case.opened_at) for one in session.exec(select(kind))}
        return {
            (day, network, product): dict(figures)
            for day in days
            for (network, product), figures in figures_of(session, day, names).items()
        }


def row(comment_id):
    found = comment(comment_id)
    return {"comment_id": comment_id, "row_version": found.row_version}


class History:
    """People at work, in an order drawn by lot; what the rules refuse changes nothing."""

    def __init__(self, account, lot):
        self.account, self.lot, self.n = account, lot, 0
        self.pv, self.cm = officer(), community_manager()
        self.text = approved_text(person(Role.MEDICAL, login="med"))
        self.comments = [self.arrive(), self.arrive()]

    def arrive(self):
        self.n += 1
        with clock.at(self.lot.choice(DAYS)):
            return bring_text(self.account, self.lot.choice(TEXTS), self.n, author=str(self.n))

    def step(self):
        steps = (self.comes, self.edit, self.decide, self.show, self.waive, self.answer, self.fill, self.register)
        try:
            with clock.at(NOON + timedelta(hours=1)):
                self.lot.choice(steps)(self.lot.choice(self.comments))
        except AppError:
            return

    def comes(self, _one):
        self.comments.append(self.arrive())

    def edit(self, one):
        self.n += 1
        first = int(comment(one).external_id)
        bring_text(self.account, self.lot.choice(TEXTS), first, edits=(f"{first}-{self.n}",), author=str(first))

    def decide(self, one):
        case = self.lot.random() < 0.6
        outcome = TriageOutcome.ADVERSE_EVENT if case else TriageOutcome.NONE
        with transaction() as session:
            triage.classify(
                session, self.pv, revision_n=comment(one).revision_n, outcomes=[outcome],
                none_reason=None if case else NoneReason.OFF_TOPIC, **row(one),
            )  # fmt: skip

    def show(self, one):
        with transaction() as session:
            triage.mark_displayed(session, self.pv, comment_ids=[one])

    def waive(self, one):
        with transaction() as session:
            replies.waive(session, self.cm, reason=WaiverReason.NO_ANSWER_EXPECTED, **row(one))

    def answer(self, one):
        with transaction() as session:
            replies.answer(session, self.cm, approved_text_id=self.text.id, **row(one))

    def fill(self, _one):
        with reading() as session:
            found = self.lot.choice(session.exec(select(Case)).all() or [None])
        if found is None:
            return
        fields = {"case_id": found.id, "row_version": found.row_version}
        with transaction() as session:
            if self.lot.random() < 0.3:
                cases.dismiss(session, self.pv, reason=NoneReason.HEARSAY, **fields)
            else:
                named = self.lot.choice(["Cardexine", "Rivalox", "inconnu"])
                cases.fill(session, self.pv, products=[cases.ProductGiven(named)], reactions=["vertiges"], **fields)

    def register(self, _one):
        with transaction() as session:
            name = f"Produit {self.lot.randrange(10**9)}"
            session.add(Product(name=name, kind=ProductKind.OTC, owner=ProductOwner.OWN))


@pytest.mark.parametrize("seed", range(3))
def test_no_change_goes_unseen_what_is_kept_is_what_a_count_gives(account, seed):
    history = History(account, random.Random(seed))
    for _ in range(4):
        for _ in range(3):
            history.step()
        with clock.at(NOON + timedelta(hours=2)):
            rolling_up.roll_up_touched()
            assert kept() == counted_now()


def test_a_round_over_what_did_not_change_counts_nothing_again(account):
    with clock.at(NOON):
        bring_text(account, ADVERSE)
        rolling_up.roll_up_touched()
        with reading() as session:
            assert rolling_up.days_touched(session, [paris_day(NOON)], registered(session)) == []


def test_the_figures_are_those_of_the_rows(account):
    history = History(account, random.Random(7))
    for _ in range(14):
        history.step()
    with clock.at(NOON + timedelta(hours=2)), reading() as session:
        total = summed(
            one.figures for one in figures_between(session, paris_day(DAYS[-1]), paris_day(NOON), times=True)
        )
        comments, answers = session.exec(select(Comment)).all(), session.exec(select(Reply)).all()
        named = set(session.exec(select(DetectorFinding.label).where(DetectorFinding.kind == "product")))
    assert total["received"] == len(comments)
    assert total["flagged"] == sum(one.screening is Screening.FLAGGED for one in comments)
    assert total["waived"] == sum(one.status is ReplyStatus.WAIVED for one in answers)
    assert sum(n for key, n in total.items() if key.startswith("see:")) == sum(
        one.first_displayed_at is not None for one in comments
    )
    assert named >= {one for one in ("Cardexine",) if any(key.startswith("case_product") for key in total)}


def looked(actor, **more):
    today = paris_day(clock.now())
    with reading() as session:
        fields = {"first": today - timedelta(days=29), "last": today} | more
        return dashboards.dashboard(session, actor, dashboards.Chosen(**fields))


def test_what_is_still_open_counts_with_its_age_and_today_is_counted_live(account):
    auditor = person(Role.AUDITOR)
    with clock.at(NOON - timedelta(days=3)):
        bring_text(account, ADVERSE, 1)
        rolling_up.roll_up_touched()
    with clock.at(NOON):
        bring_text(account, ADVERSE, 2)
        view = looked(auditor)
    assert (view.received, view.flagged) == (2, 2)
    waited = view.times[Time.DECIDE]
    assert (waited.done, waited.still_open) == (0, 2)
    assert waited.nine_in_ten == timedelta(days=3)
    assert view.counted_at is None


def test_network_and_product_choose_what_is_counted(account):
    auditor = person(Role.AUDITOR)
    with clock.at(NOON):
        for n, text in enumerate((ADVERSE, HARMLESS), 1):
            bring_text(account, text, n)
        assert looked(auditor, product="Cardexine").received == 1
        assert looked(auditor, product="Rivalox").received == 0
        assert looked(auditor, network="facebook").received == 0


def test_an_answer_from_the_library_is_absorbed_and_a_waiver_is_none(account):
    manager, text = community_manager(), approved_text(person(Role.MEDICAL, login="med"))
    with clock.at(NOON):
        first, second = (bring_text(account, HARMLESS, n) for n in (1, 2))
        with transaction() as session:
            replies.answer(session, manager, approved_text_id=text.id, **row(first))
            replies.waive(session, manager, reason=WaiverReason.NO_ANSWER_EXPECTED, **row(second))
        with transaction() as session:
            sent = session.exec(select(Reply).where(Reply.comment_id == first)).one()
            sent.status, sent.confirmed_at = ReplyStatus.CONFIRMED, clock.now()
        absorbed = looked(person(Role.QUALITY)).absorbed
    assert (absorbed.library, absorbed.free, absorbed.waived, absorbed.share) == (1, 0, 1, 1.0)


def days_of(counts: dict[int, tuple[int, int]]):
    """Weeks back from this one: how many comments, how many of them name a competitor."""
    monday = date(2026, 11, 16)
    return [
        dashboards.DayFigures(monday - back * dashboards.WEEK, Network.X, Counter(received=n, competitor=c))
        for back, (n, c) in counts.items()
    ]


def test_a_signal_rises_only_beyond_chance():
    calm = dict.fromkeys(range(1, 9), (500, 10))
    for now, rises in (((500, 40), True), ((500, 14), False), ((5, 2), False), ((500, 0), False)):
        found = dashboards.signals(days_of(calm | {0: now}), date(2026, 11, 18))
        last = next(one for one in found if one.name == "competitor" and one.monday == date(2026, 11, 16))
        assert (last.count, last.total, last.rises) == (now[1], now[0], rises)


def test_every_table_goes_out_and_no_cell_is_a_formula(account):
    with clock.at(NOON):
        bring_text(account, ADVERSE)
        view = looked(person(Role.AUDITOR))
    said = [as_csv(one).decode("utf-8-sig") for one in sheets(view, str)]
    assert "18/11/2026" in said[0]
    assert not any("quelquun" in one or "vertiges" in one for one in said), "no author, no text"
    assert as_docx(view, str)[:2] == b"PK"
    assert '"\'=1+1"' in as_csv(Sheet("x", "x", ("a",), (("=1+1",),))).decode("utf-8-sig")


def test_whoever_has_no_right_is_refused(account):
    with pytest.raises(NotPermitted, match="tableaux de bord"):
        looked(person(Role.LEGAL))


def test_what_did_not_change_is_added_up_once_and_what_changed_again(sqlite_db):
    made = []

    def make():
        made.append(len(made))
        return made[-1]

    assert [unchanged("a", mark, make) for mark in (1, 1, 2, 2, 1)] == [0, 0, 1, 1, 2]
    for n in range(MOST + 1):
        unchanged(n, 1, make)
    assert unchanged("a", 1, make) == made[-1] == MOST + 4, "the oldest was forgotten"
    assert unchanged(MOST, 1, make) == MOST + 3
