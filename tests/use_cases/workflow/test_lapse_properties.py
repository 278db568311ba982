"""Whatever happens in whatever order, nothing is published on something that no longer holds (I9)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from compliance import clock
from errors import AppError
from models.claim import Claim
from models.consent import Consent
from models.enums import (
    ClaimStatus,
    ConsentStatus,
    ProductAction,
    ProductStatus,
    Qualification,
    Role,
    VisaAction,
    VisaKind,
    VisaStatus,
)
from models.post import Visa
from models.product import Product
from models.session import get, reading, transaction
from tests.library_factories import QUOTE, approved, docx, reference
from tests.post_factories import OTC, account, approve_all, draft, product, schedule, submit
from workflow import claim_endings, claims, consents, product_changes, publishing, visas
from workflow.content import VariantSettings

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
SAID = "Une boîte plus petite de trente pour cent de carton"
TEXTS = {True: f"Rinozel : {SAID}.", False: f"Nos ateliers : {SAID}."}
ACTIONS = ["work", "work", "schedule", "schedule", "wait", "withdraw_claim", "suspend", "restore", "stop", "visa",
           "visa_back", "refuse", "consent"]  # fmt: skip


class Play:
    """One post that rests on a claim, a product, a visa and a consent; each may fall, some may come back."""

    def __init__(self, people, network, work, named):
        self.named = named
        self.people, self.network, self.work, self.now = people, network, work, NOW
        self.rp, self.author = people[Role.RESPONSIBLE_PHARMACIST], people[Role.COMMUNITY_MANAGER]
        self.doctor = people[Role.MEDICAL]
        self.rinozel = product(OTC)
        self.restore_product()
        self.claim = approved(people, SAID, valid_until=(NOW + timedelta(days=3)).date(), reference=self.source())
        self.visa = self.granted()
        self.post_id = self.prepared()

    def source(self):

        return reference(self.doctor, docx(f"{QUOTE} {clock.now().isoformat()} {uuid4()}"))

    def restore_product(self):
        with transaction() as session:
            if get(session, Product, self.rinozel).status is not ProductStatus.MARKETED:
                self.enter(session, ProductAction.RESTORE)

    def granted(self):
        with transaction() as session:
            visa = visas.file_visa(session, self.rp, number=f"GP-{uuid4()}", kind=VisaKind.GP, product_id=self.rinozel)
            return visas.change_visa(
                session, self.rp, visa_id=visa.id, row_version=None, action=VisaAction.GRANT, on=NOW.date()
            )

    def prepared(self):
        settings = VariantSettings(comments_open=False)
        kind = Qualification.PRODUCT_INFO if self.named else Qualification.INSTITUTIONAL
        post = draft(
            self.author, TEXTS[self.named], qualification=kind, products=(self.rinozel,) if self.named else (),
            visa=self.visa.number, variant={"settings": settings}, account=self.account,
        )  # fmt: skip
        submit(self.author, post.id)
        approve_all(post.id, self.people)
        with transaction() as session:
            self.consent = session.exec(select(Consent).where(Consent.post_id == post.id)).one().id
            consents.give_consent(
                session, self.doctor, consent_id=self.consent, row_version=None, seen_sha256=self.sha(session)
            )
        schedule(self.author, post.id, NOW + timedelta(days=1))
        return post.id

    @property
    def account(self):
        on = account(handle="porte_parole")
        with transaction() as session:
            row = get(session, type(on), on.id)
            row.spokesperson_id = self.doctor.id
            return row

    def sha(self, session):
        return get(session, Consent, self.consent).variant_sha256

    def enter(self, session, action):
        product_changes.change_status(
            session, self.rp, product_id=self.rinozel, row_version=None, action=action, reason="Décision."
        )

    def change(self, session, action):
        visas.change_visa(session, self.rp, visa_id=self.visa.id, row_version=None, action=action, reason="Décision.")

    def act(self, action):
        """Do one thing; what is refused changes nothing."""
        if action in {"work", "wait"}:
            self.now += timedelta(hours=25)
        before = len(self.network.posts)
        with clock.at(self.now):
            try:
                if action == "work":
                    self.work()
                else:
                    with transaction() as session:
                        getattr(self, f"do_{action}")(session)
            except AppError:
                return
            if len(self.network.posts) > before:
                self.check()

    def do_schedule(self, session):
        due = self.now + timedelta(hours=25)
        publishing.schedule(session, self.author, post_id=self.post_id, row_version=None, due_at=due)

    def do_wait(self, session):
        claim_endings.expire_claims(session)

    def do_withdraw_claim(self, session):
        claims.withdraw_claim(session, self.rp, claim_id=self.claim.id, row_version=None, reason="Contredite.")

    def do_suspend(self, session):
        self.enter(session, ProductAction.SUSPEND)

    def do_restore(self, session):
        self.enter(session, ProductAction.RESTORE)

    def do_stop(self, session):
        self.enter(session, ProductAction.STOP)

    def do_visa(self, session):
        self.change(session, VisaAction.SUSPEND)

    def do_visa_back(self, session):
        self.change(session, VisaAction.RESTORE)

    def do_refuse(self, session):
        consents.withdraw_consent(session, self.doctor, consent_id=self.consent, row_version=None, reason="Non.")

    def do_consent(self, session):
        consents.give_consent(
            session, self.doctor, consent_id=self.consent, row_version=None, seen_sha256=self.sha(session)
        )

    def check(self):
        """What has just left rests on nothing but what holds today."""
        today = clock.paris(clock.now()).date()
        with reading() as session:
            claim = get(session, Claim, self.claim.id)
            assert (claim.status, claim.valid_until >= today) == (ClaimStatus.APPROVED, True)
            assert not self.named or get(session, Product, self.rinozel).status is ProductStatus.MARKETED
            assert get(session, Visa, self.visa.id).status is VisaStatus.GRANTED
            assert get(session, Consent, self.consent).status is ConsentStatus.GIVEN


@pytest.fixture
def people_now(people):
    with clock.at(NOW):
        yield people


def play(people, network, work, examples, *, named):
    """Play random sequences; return how often something was published."""
    published = []

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=6))
    @example(["work"])
    @example(["visa", "suspend", "work", "visa_back", "restore", "schedule", "work"])
    @example(["wait", "wait", "wait", "schedule", "work"])
    def run(actions):
        before = len(network.posts)
        with clock.at(NOW):
            game = Play(people, network, work, named)
        for action in actions:
            game.act(action)
        published.append(len(network.posts) - before)

    run()
    return published


def test_nothing_is_published_on_what_no_longer_holds(people_now, network, work):
    assert sum(play(people_now, network, work, 1, named=False)) >= 2


@pytest.mark.soak
def test_nothing_is_published_on_what_no_longer_holds_in_many_orders(people_now, network, work):
    assert sum(play(people_now, network, work, 60, named=True)) >= 10
