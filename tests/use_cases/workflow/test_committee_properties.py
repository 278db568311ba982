"""Random people do random things in any order; whatever they do, the committee's invariants hold.

I1 nothing is approved, queued or published without every signature on this very content · I3 no author signs · I4 one
step a person a round · I8 one open round · I10 nothing leaves twice · I14 the chain verifies.
"""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from compliance import audit, clock
from errors import AppError
from models.carried import CarriedSignature
from models.delegation import ApprovalWithdrawal
from models.enums import DecisionKind, PostStatus, Qualification, RejectReason, Role, RoundStatus, SignatureMeaning
from models.post import Post, PostVersion
from models.publication import Publication
from models.review import Circuit, Decision, ReviewNote, ReviewRound, ReviewStep, Signature
from models.session import get, reading, transaction
from tests.factories import committee, person, proven_nonce
from tests.post_factories import all_checked, content, install, open_steps, product, sha_of
from workflow import drafting, notes, publishing, review, withdrawals
from workflow.content import VariantSettings
from workflow.differences import changes_between
from workflow.reapproval import kept

OUT_OF_REVIEW = {PostStatus.APPROVED, PostStatus.SCHEDULED, PostStatus.PUBLISHED}
TEXTS = [
    "Nos équipes ont couru dimanche sous la pluie.",
    "Nos équipes ont couru samedi sous le soleil.",
    "Nos équippes ont couru dimanche sous la pluie.",
]
KINDS = {
    Qualification.INSTITUTIONAL: {},
    Qualification.DISEASE: {},
    Qualification.PRODUCT_INFO: {"variant": {"settings": VariantSettings(comments_open=False)}},
}
SIGN = "sign"
# How often each is drawn: signing often, so that many sequences come to an end; rejecting seldom, for it is one.
WEIGHTS = {
    "sign": 14,
    "sign_as_anyone": 3,
    "submit": 4,
    "schedule": 4,
    "work": 4,
    "resolve": 2,
    "edit": 1,
    "withdraw": 1,
    "take_back": 2,
    "changes": 1,
    "reject": 1,
    "note": 1,
    "unschedule": 1,
}
ACTIONS = [action for action, weight in WEIGHTS.items() for _ in range(weight)]
STEP = st.tuples(st.sampled_from(ACTIONS), st.integers(0, 15), st.integers(0, 2))


class Play:
    """One post, and everybody who may try something with it."""

    def __init__(self, cast, network, work, qualification, products):
        self.cast, self.network, self.work = cast, network, work
        self.fields = {"qualification": qualification, "products": products} | KINDS[qualification]
        self.now = clock.now()
        self.approved_texts: set[str] = set()
        with transaction() as session:
            first = content(TEXTS[0], **self.fields)
            self.post_id = drafting.create_post(session, cast[0], content=first).id

    def act(self, action, who, n):
        """Do one thing; every other time a writer's action is a writer's, otherwise it is anybody's."""
        writing = action not in {"sign", "sign_as_anyone", "changes", "reject"}
        actor = self.cast[0 if writing and who % 2 else who % len(self.cast)]
        try:
            getattr(self, f"do_{action}")(actor, n)
        except AppError:
            return
        finally:
            self.check()

    def use(self, use_case, actor, **fields):
        with transaction() as session:
            use_case(session, actor, **fields)

    def do_edit(self, actor, n):
        with transaction() as session:
            new = content(TEXTS[n], **self.fields)
            drafting.edit_post(session, actor, post_id=self.post_id, row_version=None, content=new)

    def do_submit(self, actor, n):
        self.use(drafting.submit, actor, post_id=self.post_id, row_version=None)

    def do_withdraw(self, actor, n):
        self.use(drafting.withdraw, actor, post_id=self.post_id, row_version=None, reason="Plus tard.")

    def do_sign(self, actor, n):
        """Let a holder of the step's role sign; which one, and whether they may, is left to chance."""
        steps = open_steps(self.post_id)[n % 2 :] or open_steps(self.post_id)
        holders = [one for one in self.cast if steps and steps[0].role in one.roles]
        if holders:
            self.decide(holders[self.cast.index(actor) % len(holders)], steps[:1], 0, DecisionKind.APPROVE)

    def do_sign_as_anyone(self, actor, n):
        self.decide(actor, open_steps(self.post_id), n, DecisionKind.APPROVE)

    def do_changes(self, actor, n):
        self.decide(actor, open_steps(self.post_id), n, DecisionKind.REQUEST_CHANGES)

    def do_reject(self, actor, n):
        if n == 0:
            self.decide(actor, open_steps(self.post_id), n, DecisionKind.REJECT)

    def decide(self, actor, steps, n, kind):
        if not steps:
            return
        step, sha = steps[n % len(steps)], sha_of(self.post_id)
        nonce = proven_nonce(actor, subject_id=step.id, content_sha256=sha) if kind is DecisionKind.APPROVE else None
        words = {"comment": "Revoir.", "reason": RejectReason.OTHER}
        with reading() as session:
            words["answers"] = all_checked(session, step) if kind is DecisionKind.APPROVE else ()
        self.use(
            review.decide, actor, step_id=step.id, row_version=None, seen_sha256=sha, kind=kind, nonce_id=nonce, **words
        )

    def do_take_back(self, actor, n):
        """Let whoever signed a step take it back; every other time, anybody try."""
        with reading() as session:
            given = session.exec(select(Decision).where(Decision.kind == DecisionKind.APPROVE)).all()
        if given:
            decision = given[-1 - n % len(given)]
            signer = next((one for one in self.cast if one.id == decision.user_id), actor)
            self.use(
                withdrawals.withdraw_approval, signer if n else actor, step_id=decision.step_id, row_version=None,
                reason="À revoir.",
            )  # fmt: skip

    def do_note(self, actor, n):
        self.use(notes.add_note, actor, post_id=self.post_id, text="Source ?", blocking=True)

    def do_resolve(self, actor, n):
        with reading() as session:
            note = session.exec(select(ReviewNote).where(col(ReviewNote.resolved_at).is_(None))).first()
        if note:
            self.use(notes.resolve_note, actor, note_id=note.id, row_version=None)

    def do_schedule(self, actor, n):
        due = self.now + timedelta(hours=1)
        self.use(publishing.schedule, actor, post_id=self.post_id, row_version=None, due_at=due)

    def do_unschedule(self, actor, n):
        self.use(publishing.unschedule, actor, post_id=self.post_id, row_version=None)

    def do_work(self, actor, n):
        self.now += timedelta(hours=2)
        with clock.at(self.now):
            self.work()

    def check(self):
        with reading() as session:
            post = get(session, Post, self.post_id)
            rounds = session.exec(select(ReviewRound).where(ReviewRound.post_id == post.id)).all()
            assert Counter(each.status for each in rounds)[RoundStatus.OPEN] == (post.status is PostStatus.IN_REVIEW)
            for each in rounds:
                self.check_round(session, post, each)
            if post.status in OUT_OF_REVIEW:
                self.check_signed(session, post, rounds)
            published = session.exec(select(Publication).where(col(Publication.remote_id).is_not(None))).all()
            mine = [p for p in published if p.post_id == post.id]
            assert len(mine) <= 1
            assert all(session.get(PostVersion, p.version_id).n == post.version_n for p in mine)
            assert (post.status is PostStatus.PUBLISHED) == bool(mine)

    def check_round(self, session, post, review_round):
        version = get(session, PostVersion, review_round.version_id)
        earlier = select(PostVersion.author_id).where(PostVersion.post_id == post.id, PostVersion.n <= version.n)
        authors = {*session.exec(earlier), review_round.opened_by}
        signed = session.exec(
            select(Signature)
            .join(Decision, col(Decision.signature_id) == col(Signature.id))
            .where(Decision.round_id == review_round.id)
            .where(col(Decision.id).not_in(select(ApprovalWithdrawal.decision_id)))
        ).all()
        assert not authors & {signature.user_id for signature in signed}
        assert {signature.content_sha256 for signature in signed} <= {version.content_sha256}
        apart = [s.user_id for s in signed if s.meaning is not SignatureMeaning.QUALIFICATION]
        assert len(apart) == len(set(apart))
        qualified = {s.user_id for s in signed if s.meaning is SignatureMeaning.QUALIFICATION}
        assert all(
            s.meaning is SignatureMeaning.RELEASE
            for s in signed
            if s.user_id in qualified and s.user_id in apart and s.meaning is not SignatureMeaning.QUALIFICATION
        )

    def check_signed(self, session, post, rounds):
        version = session.exec(
            select(PostVersion).where(PostVersion.post_id == post.id, PostVersion.n == post.version_n)
        ).one()
        approved = [each for each in rounds if each.version_id == version.id and each.status is RoundStatus.APPROVED]
        assert approved
        review_round = max(approved, key=lambda each: each.opened_at)
        circuit = get(session, Circuit, review_round.circuit_id)
        steps = {
            step.id: step for step in session.exec(select(ReviewStep).where(ReviewStep.round_id == review_round.id))
        }
        assert sorted(step.role for step in steps.values()) == sorted(step["role"] for step in circuit.steps)
        standing = select(Decision.signature_id).where(
            Decision.round_id == review_round.id,
            col(Decision.signature_id).is_not(None),
            col(Decision.id).not_in(select(ApprovalWithdrawal.decision_id)),
        )
        signatures = session.exec(select(Signature).where(col(Signature.id).in_(standing))).all()
        held = select(CarriedSignature).where(CarriedSignature.round_id == review_round.id)
        carried = {row.step_id: session.get(Signature, row.signature_id) for row in session.exec(held)}
        assert {signature.subject_id for signature in signatures} == set(steps) - set(carried)
        assert {signature.content_sha256 for signature in signatures} == {version.content_sha256}
        assert all(signature.role is steps[signature.subject_id].role for signature in signatures)
        for step_id, signature in carried.items():
            self.check_carried(session, post, version, steps[step_id], signature)

    def check_carried(self, session, post, version, step, signature):
        """A signature that stands without having been given anew was given on this post, and the matrix leaves it."""
        assert (signature.role, signature.meaning) == (step.role, step.meaning)
        read = select(PostVersion).where(
            PostVersion.post_id == post.id, PostVersion.content_sha256 == signature.content_sha256
        )
        original = session.exec(read).first()
        assert original is not None
        assert step.meaning in kept(changes_between(session, original, version))


@pytest.fixture
def cast(db):
    """One person a role, and some who hold two."""
    install()
    people = committee()
    doubles = [
        person(Role.COMMUNITY_MANAGER, Role.COMMUNICATIONS, login="cm-comm"),
        person(Role.COMMUNICATIONS, Role.LEGAL, login="comm-legal"),
        person(Role.RESPONSIBLE_PHARMACIST, Role.MEDICAL, login="rp-medical"),
        person(Role.ADMINISTRATOR, Role.COMMUNITY_MANAGER, login="admin-cm"),
    ]
    return [
        people[Role.COMMUNITY_MANAGER],
        *[a for role, a in people.items() if role is not Role.COMMUNITY_MANAGER],
        *doubles,
    ]


def test_whatever_people_do_the_invariants_hold(cast, network, work, request):
    on_postgresql = "postgresql" in request.node.name
    products = product()
    reached: Counter[PostStatus] = Counter()

    @settings(
        max_examples=5 if on_postgresql else 15,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(list(KINDS)), st.lists(STEP, min_size=12, max_size=40))
    def play(qualification, steps):
        named = (products,) if qualification is Qualification.PRODUCT_INFO else ()
        game = Play(cast, network, work, qualification, named)
        game.act("submit", 0, 0)
        for action, who, n in steps:
            game.act(action, who, n)
        with reading() as session:
            reached[get(session, Post, game.post_id).status] += 1

    play()
    with reading() as session:
        assert audit.verify_chain(session).problem is None
    assert sum(reached.values()) >= 5


@pytest.mark.parametrize("qualification", list(KINDS), ids=lambda each: each.value)
def test_the_straight_path_is_open_to_the_right_people(cast, network, work, qualification):
    """The invariants above would hold of a committee that lets nothing through: this one does."""
    named = (product(),) if qualification is Qualification.PRODUCT_INFO else ()
    game = Play(cast, network, work, qualification, named)
    by_role = {role: actor for actor in cast[:10] for role in actor.roles}
    game.act("submit", 0, 0)
    while steps := open_steps(game.post_id):
        for step in steps:
            game.decide(by_role[step.role], [step], 0, DecisionKind.APPROVE)
    for action in ("schedule", "work"):
        game.act(action, 0, 0)
    with reading() as session:
        assert get(session, Post, game.post_id).status is PostStatus.PUBLISHED
    assert [words for _id, words, _a in network.posts] == [TEXTS[0]]
