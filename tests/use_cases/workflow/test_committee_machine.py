"""The committee as a machine that random people drive: whatever they do, in any order, I1 to I24 hold.

People write, save, submit, sign (with the right password or not, on the text they see or an old one), send back, take
back, lend their role, schedule and stop; visas lapse, products change, circuits and rules are rewritten, the clock goes
forward and back, the network fails in every way that it has. `invariants` reads the tables on its own after each step,
and at the very moment at which something leaves.
"""

import itertools
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, func, select

from compliance import accounts, audit, clock, outbox, people, signatures
from compliance.permissions import SYSTEM, Permission, check
from compliance.sign_in import actor_of
from errors import AppError, Rejected, Unavailable
from models.account import Account
from models.compliance import AuditEvent
from models.consent import Consent
from models.delegation import Delegation
from models.draft import PostDraft
from models.enums import (
    AccountStatus,
    DecisionKind,
    EffectKind,
    PostStatus,
    Qualification,
    Quorum,
    RejectReason,
    Role,
    StepStatus,
    StopScope,
    StopStatus,
    VisaAction,
    VisaKind,
)
from models.post import Post, PostVersion
from models.publication import EmergencyStop
from models.review import Circuit, Decision, ReviewNote, ReviewRound, ReviewStep, Signature
from models.session import get, reading, transaction
from tests.factories import PASSWORD
from tests.few_rules import few_rules
from tests.post_factories import OTC, account, content, install, product
from tests.use_cases.workflow import invariants as must
from tests.use_cases.workflow.fake_network import FakeChannel
from workflow import (
    autosave,
    circuits,
    consents,
    delegations,
    drafting,
    notes,
    planning,
    publishing,
    reminding,
    review,
    step_claims,
    stops,
    visas,
    withdrawals,
)
from workflow.circuits import Conditions, StepSpec
from workflow.publishing import PUBLISH_HANDLER

R = Role
START = datetime(2026, 5, 4, 9, tzinfo=UTC)
CAST = (
    ("author", R.COMMUNITY_MANAGER),
    ("coauthor", R.COMMUNITY_MANAGER, R.COMMUNICATIONS),
    ("comm", R.COMMUNICATIONS),
    ("comm2", R.COMMUNICATIONS),
    ("reg", R.REGULATORY),
    ("reg_legal", R.REGULATORY, R.LEGAL),
    ("legal", R.LEGAL),
    ("med", R.MEDICAL),
    ("rp", R.RESPONSIBLE_PHARMACIST),
    ("rp_med", R.RESPONSIBLE_PHARMACIST, R.MEDICAL),
    ("pv", R.PV_OFFICER),
    ("admin", R.ADMINISTRATOR),
    ("admin_cm", R.ADMINISTRATOR, R.COMMUNITY_MANAGER),
    ("quality", R.QUALITY),
    ("gone", R.COMMUNICATIONS),
)
TEXTS = (
    "Nos équipes ont couru dimanche sous la pluie, dossard {n}.",
    "Nos équipes ont couru samedi sous le soleil, dossard {n}.",
    "Nos équippes ont couru dimanche sous la pluie, dossard {n}.",
    "Nos équipes portent le ruban bleu dimanche, dossard {n}.",
)
MOODS = ("well", "well", "well", "down", "loses", "refuses", "rewrites", "hides", "dies")
FOR_GOOD = ("audit_event", "post_version", "variant", "decision", "signature", "carried_signature", "archive_record")
WHO = st.integers(0, len(CAST) - 1)
WHICH = st.integers(0, 1)
SERIAL = itertools.count(1)


class Killed(BaseException):
    """The worker's end in the middle of a call."""


class Watched(FakeChannel):
    """The network of one account; at the moment of a call it looks whether this may leave at all."""

    def __init__(self, world, account_id):
        super().__init__()
        self.world, self.account_id, self.mood = world, account_id, "well"

    def publish(self, post):
        with reading() as session:
            must.check_leaving(session, post.text, self.account_id, self.world.now)
        mood = self.mood
        if mood == "down":
            raise Unavailable("down")
        if mood == "refuses":
            raise Rejected("no")
        self.loses_answer = mood == "loses"
        if mood == "dies":
            self._add(post.text, None)
            raise Killed
        return super().publish(post)

    def read_back(self, remote_id):
        self.shows = (lambda text: text[:-3]) if self.mood == "rewrites" else None
        return None if self.mood == "hides" else super().read_back(remote_id)

    def find_own(self, text, since, *, in_reply_to=None):
        if self.mood == "down":
            raise Unavailable("down")
        return super().find_own(text, since, in_reply_to=in_reply_to)


class World:
    """What all the examples of one run share: a database, its clock, its network, and what was reached so far."""

    def __init__(self):
        self.now, self.reached = START, Counter()
        self.channels: dict[str, Watched] = {}
        self.last: AuditEvent | None = None
        self.events: list[AuditEvent] = []
        self.frozen: dict = {}
        self.cast: list = []

    def channel(self, of: Account) -> Watched:
        return self.channels.setdefault(of.id, Watched(self, of.id))

    @property
    def shown(self) -> list[str]:
        return [text for channel in self.channels.values() for _id, text, _a in channel.posts]


@pytest.fixture
def world(db, monkeypatch):
    made = World()
    monkeypatch.setattr(clock, "_system", lambda: made.now)
    monkeypatch.setattr(accounts, "open_channel", made.channel)
    for _ in few_rules(monkeypatch, "TRM-02", "SOC-08", "GP-01", "GP-04"):
        yield made


class Committee(RuleBasedStateMachine):
    """Two posts, everybody who may try something with them, and all that they rest on."""

    def __init__(self, world: World):
        super().__init__()
        self.world, self.n = world, next(SERIAL)
        self.seen, self.changed = None, False

    @initialize(personal=st.booleans(), stages=st.tuples(st.integers(2, 4), st.integers(0, 4)))
    def begin(self, personal, stages):
        install()
        if not self.world.cast:
            self.gather()
        self.user_ids = [one.id for one in self.cast]
        self.account = account(handle=f"account{self.n}")
        if personal:
            with transaction() as session:
                session.get(Account, self.account.id).spokesperson_id = self.named("med").id
        self.circuit()
        self.product_id = product(OTC)
        with transaction() as session:
            visa = visas.file_visa(
                session, self.named("reg"), number=f"GP-{self.n}", kind=VisaKind.GP, product_id=self.product_id
            )
            self.visa_id = visa.id
            granted = {"action": VisaAction.GRANT, "on": self.world.now.date() - timedelta(days=300)}
            visas.change_visa(session, self.named("reg"), visa_id=visa.id, row_version=None, **granted)
        with transaction() as session:
            first, second = (
                drafting.create_post(session, self.cast[1 - n], content=self.content(n, 0)) for n in (0, 1)
            )
        self.posts = [first.id, second.id]
        for which, stage in enumerate(stages):
            for _ in range(stage):
                self.on(which)

    @property
    def cast(self):
        return self.world.cast

    def gather(self):
        with transaction() as session:
            self.world.cast = [self.make(session, login, roles) for login, *roles in CAST]
            people.deactivate_user(session, SYSTEM, user_id=self.named("gone").id, reason="Départ.")

    def make(self, session, login, roles):
        name = f"{login}-{self.n}"
        user = people.create_user(session, SYSTEM, login=name, printed_name=name, email="", password=PASSWORD)
        for role in roles:
            people.grant_role(session, SYSTEM, user_id=user.id, role=role)
        return actor_of(session, user)

    def named(self, login):
        return self.cast[[name for name, *_roles in CAST].index(login)]

    def content(self, which, text):
        said = TEXTS[text].format(n=f"{self.n:04d}{which}")
        if which == 0:
            return content(said, account=self.account, campaign=f"course{self.n}")
        about = {"qualification": Qualification.PROMO_GP, "products": (self.product_id,), "visa": f"GP-{self.n}"}
        return content(f"Rinozel. {said}", account=self.account, **about)

    def circuit(self, *more: StepSpec):
        """Put the short circuit of the first post in force, perhaps with one step more."""
        steps = (StepSpec(1, R.COMMUNICATIONS, 8), *more)
        with transaction() as session:
            circuits.create_circuit(
                session, SYSTEM, key="institutional", name="Institutionnel", steps=steps,
                conditions=Conditions((Qualification.INSTITUTIONAL,), with_products=False),
            )  # fmt: skip

    # What people do

    def fingerprint(self):
        with reading() as session:
            counts = (func.max(AuditEvent.seq), func.count(col(AuditEvent.seq)))
            signed = session.exec(select(func.count(col(Signature.id)))).one()
            return session.exec(select(*counts)).one(), signed

    def attempt(self, use_case, *actor, **fields):
        """Do it, or be refused; a refusal leaves no trace (I12)."""
        before = self.fingerprint()
        try:
            with transaction() as session:
                done = use_case(session, *actor, **fields)
        except AppError:
            assert self.fingerprint() == before
            self.world.reached["refused"] += 1
            return None
        self.world.reached[use_case.__name__] += 1
        return done

    def status(self, which):
        with reading() as session:
            return get(session, Post, self.posts[which]).status

    def sha(self, which, back=0):
        with reading() as session:
            versions = select(PostVersion).where(PostVersion.post_id == self.posts[which]).order_by("n")
            hashes = [each.content_sha256 for each in session.exec(versions)]
            return hashes[max(0, len(hashes) - 1 - back)]

    def steps(self, which, *statuses):
        with reading() as session:
            mine = select(ReviewStep).join(ReviewRound, col(ReviewRound.id) == ReviewStep.round_id)
            found = session.exec(mine.where(ReviewRound.post_id == self.posts[which]).order_by(ReviewStep.stage)).all()
            return [step for step in found if not statuses or step.status in statuses]

    def sign(self, actor, which, step, password=PASSWORD, sha=None):
        """Type a password, then sign; what the tables said just before decides whether it may succeed."""
        sha = sha or self.sha(which)
        before = self.fingerprint()[1]
        with transaction() as session:
            nonce = signatures.open_signing(session, actor, subject_id=step.id, content_sha256=sha)
        with transaction() as session:
            refused = signatures.prove(session, actor, nonce_id=nonce, password=password)
        assert self.fingerprint()[1] == before
        with reading() as session:
            review_round = get(session, ReviewRound, step.round_id)
            version = get(session, PostVersion, review_round.version_id)
            blocked = must.open_blocks(session, version.id) + must.open_notes(session, review_round.post_id)
            was = get(session, ReviewStep, step.id).status
            authors = must.authors_of(session, review_round.post_id, version.n)
        done = self.attempt(
            review.decide, actor, step_id=step.id, row_version=None, seen_sha256=sha, kind=DecisionKind.APPROVE,
            nonce_id=nonce,
        )  # fmt: skip
        if done:
            assert refused is None, "I16"
            assert was is StepStatus.OPEN, "I6"
            assert sha == version.content_sha256, "I5"
            assert not blocked, "I19"
            assert actor.id not in authors, "I3"
        return done

    @rule(which=WHICH, who=WHO, text=st.integers(0, len(TEXTS) - 1))
    def edit(self, which, who, text):
        actor = self.cast[who % 3 and who]
        self.attempt(
            drafting.edit_post, actor, post_id=self.posts[which], row_version=None, content=self.content(which, text)
        )

    @rule(which=WHICH, who=st.integers(0, 2), text=st.integers(0, len(TEXTS) - 1), save=st.booleans())
    def write_draft(self, which, who, text, save):
        """What is typed and kept at once touches nothing until it is saved (I8)."""
        actor, held = self.cast[who], (self.status(which), self.sha(which))
        base = {"post_id": self.posts[which], "base_n": self.newest_n(which)}
        with reading() as session:
            own = autosave.draft_of(session, actor, self.posts[which])
        kept = {"draft_id": own.id, "row_version": own.row_version} if own else {}
        self.attempt(autosave.save_draft, actor, content=self.content(which, text), **base, **kept)
        assert (self.status(which), self.sha(which)) == held
        with reading() as session:
            mine = session.exec(select(PostDraft).where(PostDraft.author_id == actor.id)).first()
        if mine and save:
            self.attempt(autosave.save_version, actor, draft_id=mine.id, row_version=None)

    def newest_n(self, which):
        with reading() as session:
            return get(session, Post, self.posts[which]).version_n

    @rule(which=WHICH, who=WHO)
    def submit(self, which, who):
        opened = self.attempt(drafting.submit, self.cast[who % 3 and who], post_id=self.posts[which], row_version=None)
        if opened:
            with reading() as session:
                chosen = get(session, Circuit, opened.circuit_id)
                qualification = get(session, Post, self.posts[which]).qualification
            assert chosen.active, "I2"
            assert qualification.value in chosen.conditions["qualifications"], "I2"

    @rule(
        which=WHICH,
        who=WHO,
        pick=st.integers(0, 7),
        password=st.sampled_from([PASSWORD] * 4 + ["wrong"]),
        back=st.integers(0, 3),
    )
    def sign_as_anyone(self, which, who, pick, password, back):
        """Anybody, on any step of any round, on what they see or on an older text."""
        steps = self.steps(which)
        if steps:
            sha = self.sha(which, back=1) if back == 3 else None
            self.sign(self.cast[who], which, steps[pick % len(steps)], password, sha)

    @rule(which=WHICH, pick=st.integers(0, 7))
    def sign_in_turn(self, which, pick):
        """Whoever holds the role of an open step."""
        for step in self.steps(which, StepStatus.OPEN)[:1]:
            holders = [one for one in self.cast if step.role in one.roles]
            self.sign(holders[pick % len(holders)], which, step)

    def on(self, which, pick=0):
        """The right people bring a post one stage further."""
        status, author = self.status(which), self.cast[pick % 2]
        if status is PostStatus.IN_REVIEW:
            for step in self.steps(which, StepStatus.OPEN):
                holders = [one for one in self.cast if step.role in one.roles]
                for holder in holders[pick % len(holders) :] + holders:
                    if self.sign(holder, which, step):
                        break
        elif status is PostStatus.APPROVED:
            self.consent(give=True)
            due = self.world.now + timedelta(hours=1)
            self.attempt(publishing.schedule, author, post_id=self.posts[which], row_version=None, due_at=due)
        elif status is PostStatus.SCHEDULED:
            self.pass_time(hours=2)
            self.work("well")
        else:
            self.attempt(drafting.submit, author, post_id=self.posts[which], row_version=None)

    # Often, so that many lives come to their end.
    go_on = rule(which=WHICH, pick=st.integers(0, 5))(on)
    go_on_again = rule(which=WHICH, pick=st.integers(0, 5))(on)
    go_further = rule(which=WHICH, pick=st.integers(0, 5))(on)
    go_to_the_end = rule(which=WHICH, pick=st.integers(0, 5))(on)

    @rule(which=WHICH, who=WHO, kind=st.sampled_from([DecisionKind.REQUEST_CHANGES] * 3 + [DecisionKind.REJECT]))
    def send_back(self, which, who, kind):
        words = {"comment": "Revoir.", "reason": RejectReason.OTHER}
        for step in self.steps(which, StepStatus.OPEN)[:1]:
            self.attempt(
                review.decide, self.cast[who], step_id=step.id, row_version=None, seen_sha256=self.sha(which),
                kind=kind, **words,
            )  # fmt: skip

    @rule(which=WHICH, who=WHO, pick=st.integers(0, 7), own=st.booleans())
    def take_back(self, which, who, pick, own):
        steps = self.steps(which, StepStatus.APPROVED)
        if not steps:
            return
        step = steps[pick % len(steps)]
        with reading() as session:
            signer = session.exec(select(Decision.user_id).where(Decision.step_id == step.id)).first()
        actor = next((one for one in self.cast if own and one.id == signer), self.cast[who])
        self.attempt(withdrawals.withdraw_approval, actor, step_id=step.id, row_version=None, reason="À revoir.")

    @rule(which=WHICH, who=WHO)
    def set_aside(self, which, who):
        self.attempt(
            drafting.withdraw, self.cast[who], post_id=self.posts[which], row_version=None, reason="Plus tard."
        )

    @rule(which=WHICH, who=WHO, resolve=st.booleans())
    def remark(self, which, who, resolve):
        with reading() as session:
            mine = select(ReviewNote).where(
                ReviewNote.post_id == self.posts[which], col(ReviewNote.resolved_at).is_(None)
            )
            left = session.exec(mine).first()
        if resolve and left:
            self.attempt(notes.resolve_note, self.cast[who], note_id=left.id, row_version=None)
        else:
            self.attempt(notes.add_note, self.cast[who], post_id=self.posts[which], text="Source ?", blocking=True)

    @rule(
        who=WHO,
        to=WHO,
        role=st.sampled_from(list(circuits.MEANING_OF_ROLE)),
        days=st.integers(0, 20),
        narrow=st.booleans(),
    )
    def lend(self, who, to, role, days, narrow):
        today = self.world.now.astimezone(must.PARIS).date()
        scope = {"product_id": self.product_id} if narrow else {}
        lender = next((one for one in self.cast if role in one.roles and who % 4), self.cast[who])
        self.attempt(
            delegations.delegate_role, lender, delegate_id=self.cast[to].id, role=role, first_day=today,
            last_day=today + timedelta(days=days), **scope,
        )  # fmt: skip

    @rule(who=WHO, how=st.sampled_from(["sign", "sign", "revoke", "lose the role"]), pick=st.integers(0, 3))
    def under_delegation(self, who, how, pick):
        """End a delegation, take its giver's role away, or sign with it, whether it holds or not."""
        with reading() as session:
            mine = select(Delegation).where(col(Delegation.delegator_id).in_(self.user_ids))
            lent = session.exec(mine.order_by(col(Delegation.id))).all()
        if not lent:
            return
        chosen = lent[pick % len(lent)]
        if how == "lose the role":
            self.changed = True
            key = {"user_id": chosen.delegator_id, "role": chosen.role}
            self.attempt(people.revoke_role, SYSTEM, **key, reason="Mutation.")
        if how == "revoke":
            self.attempt(delegations.revoke_delegation, self.cast[who], delegation_id=chosen.id, row_version=None)
        delegate = next(one for one in self.cast if one.id == chosen.delegate_id)
        for which in (0, 1):
            for step in self.steps(which, StepStatus.OPEN):
                if step.role is chosen.role:
                    self.sign(delegate, which, step)

    @rule(which=WHICH, who=WHO)
    def claim(self, which, who):
        for step in self.steps(which, StepStatus.OPEN)[:1]:
            self.attempt(step_claims.claim_step, self.cast[who], step_id=step.id)
            self.attempt(step_claims.release_step, self.cast[who], step_id=step.id)

    @rule(
        which=WHICH,
        who=WHO,
        hours=st.sampled_from([-2, 1, 3, 30]),
        how=st.sampled_from(["schedule", "move", "unschedule"]),
    )
    def plan(self, which, who, hours, how):
        actor = self.cast[who % 3 and who]
        at, post = self.world.now + timedelta(hours=hours), {"post_id": self.posts[which], "row_version": None}
        if how == "unschedule":
            self.attempt(publishing.unschedule, actor, **post)
        elif how == "move":
            self.attempt(planning.move, actor, **post, at=at)
        elif self.attempt(publishing.schedule, actor, **post, due_at=at):
            assert hours > 0, "I20"

    @rule(who=WHO, scope=st.sampled_from(list(StopScope)), release=st.booleans())
    def stop(self, who, scope, release):
        targets = {StopScope.PRODUCT: self.product_id, StopScope.NETWORK: "x", StopScope.CAMPAIGN: f"course{self.n}"}
        with reading() as session:
            running = stops.running_stops(session)
        if release and running:
            one = running[0]
            done = stops.ask_release if one.status is StopStatus.ACTIVE else stops.confirm_release
            reason = {"reason": "Levé."} if done is stops.ask_release else {}
            self.attempt(done, self.cast[who], stop_id=one.id, row_version=None, **reason)
        else:
            self.attempt(stops.start_stop, self.cast[who], scope=scope, target=targets.get(scope, ""), reason="Rappel.")

    @rule(
        who=WHO,
        action=st.sampled_from([VisaAction.SUSPEND, VisaAction.RESTORE, VisaAction.RESTORE, VisaAction.WITHDRAW]),
    )
    def visa(self, who, action):
        actor = self.named("reg") if who % 2 else self.cast[who]
        self.attempt(visas.change_visa, actor, visa_id=self.visa_id, row_version=None, action=action, reason="ANSM.")

    @rule(status=st.sampled_from([{}, {}, {"kind": "rx", "prescription_only": True}]))
    def product_status(self, status):
        product(OTC | status)

    @rule(give=st.booleans(), who=WHO)
    def consent(self, give=True, who=7):
        with reading() as session:
            asked = session.exec(select(Consent).where(col(Consent.post_id).in_(self.posts))).all()
        for each in asked:
            answer = consents.give_consent if give else consents.withdraw_consent
            words = {"seen_sha256": each.variant_sha256} if give else {"reason": "Non."}
            if self.attempt(answer, self.cast[who], consent_id=each.id, row_version=None, **words):
                assert self.cast[who].id == each.spokesperson_id

    @rule(kind=st.sampled_from(["plain", "two", "legal", "none"]), who=WHO)
    def rewrite_circuit(self, kind, who):
        """I21: what runs goes on as it began (`check_circuits`); without a circuit nothing is submitted (I2)."""
        if kind == "none":
            self.attempt(circuits.retire_circuit, self.cast[who], key="institutional", reason="Remplacé.")
        elif kind == "two":
            self.circuit(StepSpec(2, R.REGULATORY, 8, quorum=Quorum.K_OF_N, needed=2))
        else:
            self.circuit(*([StepSpec(1, R.LEGAL, 8)] if kind == "legal" else []))

    @rule(
        who=WHO,
        role=st.sampled_from([R.COMMUNICATIONS, R.REGULATORY, R.MEDICAL]),
        how=st.sampled_from(["revoke", "leave", "join"]),
    )
    def change_people(self, who, role, how):
        """The actor of an open page keeps the roles that they once had: the use case asks again."""
        key = {"user_id": self.cast[who].id}
        self.changed = True
        if how == "join":
            self.attempt(people.grant_role, SYSTEM, **key, role=role)
        elif how == "revoke":
            self.attempt(people.revoke_role, self.named("admin"), **key, role=role, reason="Mutation.")
        elif self.named_gone(who):
            self.attempt(people.deactivate_user, SYSTEM, **key, reason="Départ.")

    def named_gone(self, who):
        return CAST[who][0] in {"comm2", "reg_legal", "coauthor"}

    @rule(active=st.booleans())
    def account_status(self, active):
        with transaction() as session:
            status = AccountStatus.ACTIVE if active else AccountStatus.AUTH_EXPIRED
            get(session, Account, self.account.id).status = status

    @rule(hours=st.sampled_from([-1, 1, 2, 9, 26, 24 * 40, 24 * 450]))
    def pass_time(self, hours):
        """I18: time alone, with every reminder and every end of a visa, approves nothing."""
        before = [self.status(0), self.status(1), self.fingerprint()[1]]
        self.world.now += timedelta(hours=hours)
        reminding.remind()
        with transaction() as session:
            visas.expire_visas(session)
        assert [self.status(0), self.status(1), self.fingerprint()[1]] == before

    @rule(mood=st.sampled_from(MOODS))
    def work(self, mood):
        for channel in self.world.channels.values():
            channel.mood = mood
        with suppress(Killed):
            for _ in range(6):
                if not outbox.run_one("test", {EffectKind.PUBLISH: PUBLISH_HANDLER}):
                    break
        self.world.reached[mood] += 1

    @rule(table=st.sampled_from(FOR_GOOD), removes=st.booleans())
    def tamper(self, table, removes):
        """I13, I15: the database itself refuses."""
        with reading() as session:
            some = session.exec(sql(f"SELECT * FROM {table} LIMIT 1")).first()
        if some is None:
            return
        column = "reason" if table == "audit_event" else some._fields[1]
        done = f"DELETE FROM {table}" if removes else f"UPDATE {table} SET {column} = {column}"
        for statement in (done, "DELETE FROM user_account"):
            with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
                session.exec(sql(statement))

    @rule(which=WHICH, who=WHO)
    def publish_by_hand(self, which, who):
        """I24: nobody, the administrator included, is the engine."""
        with pytest.raises(AppError):
            check(self.cast[who], Permission.ENGINE)

    # What holds

    @invariant()
    def everything_holds(self):
        if not hasattr(self, "posts"):
            return
        with reading() as session:
            fresh, stood = must.check_chain(session, self.world.last), must.statuses(session, self.posts)
            if not fresh and self.seen:
                assert stood == self.seen, "I12"
                return
            self.seen = stood
            self.world.events += fresh
            self.world.last = fresh[-1] if fresh else self.world.last
            must.check_trail(session, self.posts, self.world.events)
            must.check_versions(session, self.posts, self.world.frozen)
            must.check_circuits(session, self.posts, self.world.frozen)
            must.check_rounds(session, self.posts)
            must.check_signatures(session, self.user_ids, self.world.events, self.world.frozen)
            for post_id in self.posts:
                must.check_post(session, post_id)
            must.check_published(session, self.posts, self.world.shown)

    def teardown(self):
        if not hasattr(self, "posts"):
            return
        for which in (0, 1):
            self.world.reached[self.status(which)] += 1
        self.release_all()
        product(OTC)
        self.world.cast = [] if self.changed else self.cast

    def release_all(self):
        with reading() as session:
            left = session.exec(select(EmergencyStop).where(EmergencyStop.status != StopStatus.RELEASED)).all()
        one, two = (actor for actor in self.cast if actor.login.startswith(("legal", "rp-")))
        for each in left:
            if each.status is StopStatus.ACTIVE:
                self.attempt(stops.ask_release, one, stop_id=each.id, row_version=None, reason="Fin.")
            for who in (two, one):
                self.attempt(stops.confirm_release, who, stop_id=each.id, row_version=None)


def drive(world, examples, steps):
    """Run the machine on one database, and look at the whole chain at the end."""
    run_state_machine_as_test(
        lambda: Committee(world),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    with reading() as session:
        assert audit.verify_chain(session).problem is None


def test_whatever_people_do_every_invariant_holds(world, request):
    drive(world, 2 if "postgresql" in request.node.name else 4, 25)
    print(sorted(world.reached.items(), key=str))
    assert world.reached["decide"]


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_for_a_long_time_whatever_people_do_every_invariant_holds(world):
    drive(world, 150, 60)
    for goal in (PostStatus.PUBLISHED, PostStatus.SCHEDULED, PostStatus.REJECTED, "delegate_role", "withdraw_approval"):
        assert world.reached[goal], goal
