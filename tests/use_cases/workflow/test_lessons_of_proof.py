"""What other products got wrong, by the numbers of appendix C: versions, rights, order, time, languages, the chain.

The numbers that are not here (1, 2, 4, 8, 9, 10, 13, 18, 24, 26) are in `test_lessons`.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from typer.testing import CliRunner

import cli
from compliance import audit, clock, retention, signatures
from compliance import people as staff
from compliance.anchors import read_anchors
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM, Actor
from errors import AppError, InvalidInput, NotPermitted, RuleViolated, SignatureRefused
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import (
    DecisionKind,
    EffectKind,
    PostStatus,
    PublicationStatus,
    Qualification,
    Role,
    Severity,
    SignatureMeaning,
    VisaAction,
    VisaKind,
)
from models.post import Finding, Post
from models.publication import Publication
from models.review import Decision, Signature
from models.session import engine, get, reading, transaction
from models.user import User
from moderation import worker
from settings import get_settings
from tests.factories import PASSWORD, person, proven_nonce
from tests.few_rules import few_rules
from tests.media_samples import png
from tests.post_factories import (
    account,
    all_checked,
    approve,
    approve_all,
    draft,
    edit,
    load,
    open_steps,
    post_at,
    product,
    schedule,
    sha_of,
    slot,
    submit,
)
from workflow import archiving, cascade, circuits, delegations, drafting, exporting, media, notes, review, visas
from workflow.cascade import Dependency, DependencyKind
from workflow.content import MediaRef, PostContent, VariantContent
from workflow.rounds import versions_of

AUTHOR, COMMUNICATIONS = Role.COMMUNITY_MANAGER, Role.COMMUNICATIONS
DISEASE = {"qualification": Qualification.DISEASE}


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    yield from few_rules(monkeypatch, "TRM-02", "LNG-02")


def rows(kind, *where):
    with reading() as session:
        return session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all()


def untriggered(*statements):
    """Write as someone who owns the database would: the triggers go first."""
    with engine().connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sql("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        else:
            for name in ("update", "delete"):
                connection.execute(sql(f"DROP TRIGGER IF EXISTS audit_event_refuses_{name}"))
        for statement in statements:
            connection.execute(sql(statement))
        connection.commit()


@pytest.mark.parametrize("table", ["post_version", "variant", "signature", "decision", "audit_event", "post_product"])
def test_3_no_retention_removes_what_was_signed(people_on_both, table):
    post_at(PostStatus.APPROVED, people_on_both, products=(product(),), **DISEASE)
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.execute(sql(f"DELETE FROM {table}"))


def test_3_no_retention_empties_a_file_of_a_version(people):
    with transaction() as session:
        kept = media.add_media(session, people[AUTHOR], data=png(), name="a.png")
        sha = kept.sha256
    post = draft(people[AUTHOR], variant={"media": (MediaRef(sha, "Des coureurs.", "image/png", "a.png"),)})
    with pytest.raises(RuleViolated, match="joint à une version"), transaction() as session:
        retention.purge_media(session, SYSTEM, sha256=sha, reason="10 ans")
    assert load(post.id).version_n == 1


def at_once(*calls):
    """Do several things in the same instant, each in a thread of its own; return what each raised, or None."""
    gate = Barrier(len(calls))

    def run(call):
        gate.wait()
        try:
            call()
        except AppError as error:
            return error
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_5_of_two_who_sign_at_once_one_signs(people_on_both):
    other = person(COMMUNICATIONS, login="second")
    post = post_at(PostStatus.IN_REVIEW, people_on_both)
    (step,), sha = open_steps(post.id), sha_of(post.id)
    refused = at_once(*(lambda who=who: approve(who, step, sha) for who in (people_on_both[COMMUNICATIONS], other)))
    assert sum(error is None for error in refused) == 1
    assert len(rows(Signature)) == len(rows(Decision)) == 1


def test_5_of_an_edit_and_a_signature_at_once_what_is_approved_is_what_was_signed(people_on_both):
    post = post_at(PostStatus.IN_REVIEW, people_on_both)
    (step,), sha = open_steps(post.id), sha_of(post.id)
    at_once(
        lambda: approve(people_on_both[COMMUNICATIONS], step, sha),
        lambda: edit(people_on_both[AUTHOR], post.id, "Un tout autre texte."),
    )
    now = load(post.id)
    assert (now.status is PostStatus.APPROVED) <= (sha_of(post.id) == sha)
    assert (now.version_n == 2) <= (now.status is PostStatus.DRAFT)


def test_6_without_a_role_or_a_circuit_nothing_is_submitted(people):
    post = draft(people[AUTHOR])
    with pytest.raises(NotPermitted):
        submit(person(login="nobody"), post.id)
    with transaction() as session:
        circuits.retire_circuit(session, SYSTEM, key="institutional", reason="Essai.")
    with pytest.raises(RuleViolated, match="circuit"):
        submit(people[AUTHOR], post.id)
    assert load(post.id).status is PostStatus.DRAFT


def test_7_reserved_characters_are_published_whole_and_read_back(people, network, work):
    words = "Course (10 km) *solidaire* _dimanche_ [Paris] {merci} ~ <tous> | @équipe \\o/ #Hélior"
    post = post_at(PostStatus.SCHEDULED, people, words)
    with clock.at(slot(25)):
        work()
    assert [text for _id, text, _a in network.posts] == [words]
    assert load(post.id).status is PostStatus.PUBLISHED


def test_11_changing_the_text_of_one_account_voids_the_approval(people):
    first, second = account(), account(handle="helior_science")
    told = [VariantContent(each.id, each.network, "Course de dimanche.") for each in (first, second)]
    post = draft(people[AUTHOR])
    changed = PostContent("Course", tuple(told), Qualification.INSTITUTIONAL)
    with transaction() as session:
        drafting.edit_post(session, people[AUTHOR], post_id=post.id, row_version=None, content=changed)
    submit(people[AUTHOR], post.id)
    approve_all(post.id, people)
    own = VariantContent(second.id, second.network, "Course de dimanche, et science.")
    with transaction() as session:
        drafting.edit_post(
            session, people[AUTHOR], post_id=post.id, row_version=None,
            content=PostContent("Course", (told[0], own), Qualification.INSTITUTIONAL),
        )  # fmt: skip
    assert load(post.id).status is PostStatus.DRAFT
    with pytest.raises(AppError):
        schedule(people[AUTHOR], post.id)


def test_12_editing_what_is_scheduled_forks_and_the_old_text_stays(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    before = sha_of(post.id)
    edit(people[AUTHOR], post.id, "Un tout autre texte.")
    assert load(post.id).status is PostStatus.DRAFT
    assert [each.status for each in rows(Publication)] == [PublicationStatus.CANCELLED]
    with clock.at(slot(25)):
        work()
    assert network.posts == []
    with reading() as session:
        assert [each.content_sha256 == before for each in versions_of(session, post.id)] == [False, True]


def test_14_nobody_passes_two_stages(people):
    both = person(COMMUNICATIONS, Role.REGULATORY, login="both")
    post = post_at(PostStatus.IN_REVIEW, people, **DISEASE)
    approve(both, open_steps(post.id)[0], sha_of(post.id))
    step = next(each for each in open_steps(post.id) if each.role is Role.REGULATORY)
    with pytest.raises(RuleViolated, match="déjà signé"):
        approve(both, step, sha_of(post.id))


@pytest.mark.parametrize("wrote", ["the first version", "a later version", "nothing, but submitted"])
def test_15_who_wrote_or_submitted_does_not_approve(people, wrote):
    both = person(AUTHOR, COMMUNICATIONS, login="both")
    post = draft(both if wrote == "the first version" else people[AUTHOR])
    if wrote != "nothing, but submitted":
        edit(both if wrote == "a later version" else people[AUTHOR], post.id, "Une autre course.")
    submit(both if wrote == "nothing, but submitted" else people[AUTHOR], post.id)
    with pytest.raises(RuleViolated, match="écrit ou modifié"):
        approve(both, open_steps(post.id)[0], sha_of(post.id))


def test_16_an_administrator_signs_nothing_and_gets_no_way_round(people):
    admin = people[Role.ADMINISTRATOR]
    post = post_at(PostStatus.IN_REVIEW, people)
    with pytest.raises(NotPermitted):
        approve(admin, open_steps(post.id)[0], sha_of(post.id))
    with pytest.raises(AppError):
        schedule(admin, post.id)
    with pytest.raises(NotPermitted), transaction() as session:
        staff.grant_role(session, people[AUTHOR], user_id=people[AUTHOR].id, role=COMMUNICATIONS)


@pytest.mark.parametrize("why", ["nobody", "made up", "too old", "not proven"])
def test_17_a_link_or_an_open_page_signs_nothing_by_itself(people, why):
    """There is no signature from outside: it takes a person of the house who has just proven who they are."""
    actor = people[COMMUNICATIONS]
    post = post_at(PostStatus.IN_REVIEW, people)
    (step,), sha = open_steps(post.id), sha_of(post.id)
    nonce = proven_nonce(actor, subject_id=step.id, content_sha256=sha)
    moment = clock.now() + timedelta(minutes=2 if why == "too old" else 0)
    if why == "not proven":
        with transaction() as session:
            nonce = signatures.open_signing(session, actor, subject_id=step.id, content_sha256=sha)
    outsider = {
        "nobody": Actor(None, "lien", "Lien", frozenset({COMMUNICATIONS})),
        "made up": Actor("0" * 26, "lien", "Lien", frozenset({COMMUNICATIONS})),
    }.get(why, actor)
    with clock.at(moment), pytest.raises(AppError), transaction() as session:
        review.decide(
            session, outsider, step_id=step.id, row_version=None, seen_sha256=sha, kind=DecisionKind.APPROVE,
            nonce_id=nonce, answers=all_checked(session, step),
        )  # fmt: skip
    assert rows(Signature) == []


def test_19_what_lapses_flags_every_use(people, network, work):
    """What we hold as dependencies are visas and products; a visa stands for them."""
    regulatory = people[Role.REGULATORY]
    with transaction() as session:
        visa = visas.file_visa(session, regulatory, number="GP-1", kind=VisaKind.GP, product_id=product())
        granted = clock.paris(clock.now()).date()
        visas.change_visa(session, regulatory, visa_id=visa.id, row_version=None, action=VisaAction.GRANT, on=granted)
    live, waits, _other = (post_at(PostStatus.SCHEDULED, people, visa=v) for v in ("GP-1", "GP-1", ""))
    approved = post_at(PostStatus.APPROVED, people, visa="GP-1")
    schedule(people[AUTHOR], live.id, slot(1))
    with clock.at(slot(2)):
        work()
    with reading() as session:
        found = cascade.rests_on(session, regulatory, Dependency(DependencyKind.VISA, "GP-1"))
    assert {row.post_id: row.live for row in found} == {live.id: 1, waits.id: 0, approved.id: 0}
    with transaction() as session:
        visas.change_visa(
            session, regulatory, visa_id=visa.id, row_version=None, action=VisaAction.WITHDRAW, reason="ANSM."
        )
    with reading() as session:
        assert [each.post_id for each in cascade.takedowns(session, regulatory)] == [live.id]
    held = {each.post_id: each.status for each in rows(Publication, Publication.post_id != live.id)}
    assert held[waits.id] is PublicationStatus.HELD
    assert PublicationStatus.SCHEDULED in held.values()


def test_20_a_hundred_events_in_one_second_keep_their_order(db):
    second = datetime(2026, 5, 4, 9, tzinfo=UTC)
    for n in range(100):
        with clock.at(second + timedelta(milliseconds=n * 9 % 10)), transaction() as session:
            audit.record(session, SYSTEM, AuditAction.POST_NOTE, "post", f"p{n}")
    told = rows(AuditEvent)
    assert [event.entity_id for event in sorted(told, key=lambda each: each.seq)] == [f"p{n}" for n in range(100)]
    with reading() as session:
        assert audit.verify_chain(session).problem is None


def test_21_a_clock_set_back_gives_no_event_an_earlier_time(people_on_both, monkeypatch):
    """I22: the trail goes on at the last moment that it knew, and tells what the clock said."""
    post = post_at(PostStatus.IN_REVIEW, people_on_both)
    back = clock.now() - timedelta(hours=1)
    monkeypatch.setattr(clock, "_system", lambda: back)
    approve_all(post.id, people_on_both)
    events = sorted(rows(AuditEvent), key=lambda each: each.seq)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert all(one.at <= other.at for one, other in pairwise(events))
    assert events[-1].new["clock"] == back.isoformat()
    with reading() as session:
        assert audit.verify_chain(session).problem is None
    schedule(people_on_both[AUTHOR], post.id, back + timedelta(hours=5))
    assert load(post.id).status is PostStatus.SCHEDULED


def test_21_a_clock_set_back_between_two_rounds_or_two_decisions_loses_neither(people, monkeypatch):
    """What came last is what was done last, whatever the clock says."""
    post = post_at(
        PostStatus.CHANGES_REQUESTED, people, qualification=Qualification.PRODUCT_INFO, products=(product(),)
    )
    start = clock.now()
    monkeypatch.setattr(clock, "_system", lambda: start - timedelta(hours=1))
    submit(people[AUTHOR], post.id)
    minutes = iter(range(61, 1000))
    while steps := open_steps(post.id):
        approve(people[steps[0].role], steps[0], sha_of(post.id))
        back = start - timedelta(minutes=next(minutes))
        monkeypatch.setattr(clock, "_system", lambda back=back: back)
    schedule(people[AUTHOR], post.id)
    assert load(post.id).status is PostStatus.SCHEDULED
    qualified = rows(Signature, Signature.meaning == SignatureMeaning.QUALIFICATION)
    assert load(post.id).qualification_signature_id == qualified[-1].id


def test_21_a_clock_set_back_brings_no_ended_delegation_back(people, monkeypatch):
    giver, to = people[COMMUNICATIONS], person(Role.MEDICAL, login="alix")
    today = clock.paris(clock.now()).date()
    lent = {"delegate_id": to.id, "role": COMMUNICATIONS, "first_day": today, "last_day": today + timedelta(days=3)}
    first, second = (post_at(PostStatus.IN_REVIEW, people) for _ in range(2))
    with transaction() as session:
        delegation_id = delegations.delegate_role(session, giver, **lent).id
    approve(to, open_steps(first.id)[0], sha_of(first.id))
    with transaction() as session:
        delegations.revoke_delegation(session, giver, delegation_id=delegation_id, row_version=None)
    back = clock.now() - timedelta(hours=1)
    monkeypatch.setattr(clock, "_system", lambda: back)
    with pytest.raises(NotPermitted, match="a été retirée"):
        approve(to, open_steps(second.id)[0], sha_of(second.id))
    schedule(people[AUTHOR], first.id)


def test_21_an_event_of_the_past_that_is_taken_in_on_purpose_keeps_its_time(people):
    past = clock.now() - timedelta(days=3)
    with clock.at(past), transaction() as session:
        event = audit.record(session, SYSTEM, AuditAction.POST_NOTE, "post", "p")
    assert (event.at, event.new) == (past, None)


def test_22_who_left_is_printed_with_the_name_and_role_of_that_day(people):
    signer = people[COMMUNICATIONS]
    post = post_at(PostStatus.APPROVED, people)
    with transaction() as session:
        staff.revoke_role(session, SYSTEM, user_id=signer.id, role=COMMUNICATIONS, reason="Mutation.")
        staff.deactivate_user(session, SYSTEM, user_id=signer.id, reason="Départ.")
    with reading() as session:
        (told,) = archiving.gather(session, get(session, Post, post.id)).signatures
    assert (told.printed_name, told.role) == (signer.printed_name, "Communication")
    schedule(people[AUTHOR], post.id)


def test_23_guessing_at_a_signature_locks_alerts_and_signs_nothing(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    actor, (step,) = people[COMMUNICATIONS], open_steps(post.id)
    with transaction() as session:
        nonce = signatures.open_signing(session, actor, subject_id=step.id, content_sha256=sha_of(post.id))
    for guess in ["1", "2", "3", "4", "5", PASSWORD]:
        with transaction() as session:
            refusal = signatures.prove(session, actor, nonce_id=nonce, password=guess)
        assert refusal
    with pytest.raises(SignatureRefused), transaction() as session:
        review.decide(
            session, actor, step_id=step.id, row_version=None, seen_sha256=sha_of(post.id),
            kind=DecisionKind.APPROVE, nonce_id=nonce, answers=all_checked(session, step),
        )  # fmt: skip
    assert get_user(actor).locked_until > clock.now()
    told = [event.action for event in rows(AuditEvent)]
    assert (told.count("signature:refused"), told.count("user:locked"), rows(Signature)) == (5, 1, [])
    assert [each.kind for each in rows(OutboxEffect)] == [EffectKind.MAIL]


def get_user(actor):
    with reading() as session:
        return get(session, User, actor.id)


COLUMNS = ("at", "actor_login", "action", "entity", "entity_id", "prev_hash", "hash")


def test_25_one_altered_letter_anywhere_is_found_at_its_place(people_on_both):
    """I14. Each example is undone, so that the chain holds before the next one."""
    post_at(PostStatus.APPROVED, people_on_both)
    last = len(rows(AuditEvent))
    untriggered()

    def write(seq, column, value):
        with transaction() as session:
            session.execute(sql(f"UPDATE audit_event SET {column} = :v WHERE seq = :s"), {"v": value, "s": seq})

    @settings(max_examples=15, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(1, last), st.sampled_from(COLUMNS[1:]), st.integers(0, 200))
    def alter(seq, column, place):
        (event,) = rows(AuditEvent, AuditEvent.seq == seq)
        was = getattr(event, column)
        place %= len(was)
        write(seq, column, was[:place] + chr(ord(was[place]) ^ 1) + was[place + 1 :])
        with reading() as session:
            assert audit.verify_chain(session).problem.seq == seq
        write(seq, column, was)

    alter()
    with reading() as session:
        assert audit.verify_chain(session).problem is None


@pytest.mark.parametrize(
    ("statements", "seq"),
    [
        (["DELETE FROM audit_event WHERE seq = 20"], 20),
        ([f"UPDATE audit_event SET seq = {to} WHERE seq = {was}" for was, to in ((20, 999), (21, 20), (999, 21))], 20),
        (["UPDATE audit_event SET at = '2020-01-01 00:00:00' WHERE seq = 20"], 20),
    ],
    ids=["deleted", "re-ordered", "another time"],
)
def test_25_a_deleted_row_and_a_reordered_pair_are_found(people_on_both, statements, seq):
    post_at(PostStatus.APPROVED, people_on_both)
    untriggered(*statements)
    with reading() as session:
        assert audit.verify_chain(session).problem.seq == seq


def test_27_two_languages_that_disagree_are_found_and_stop_until_somebody_says_why(people):
    texts = ("Prenez 2 comprimés par jour avec un verre d'eau.", "Take 3 tablets a day with a glass of water.")
    accounts = (account(), account(handle="helior_global"))
    told = tuple(VariantContent(on.id, on.network, words) for on, words in zip(accounts, texts, strict=True))
    post = draft(people[AUTHOR])
    with transaction() as session:
        drafting.edit_post(
            session, people[AUTHOR], post_id=post.id, row_version=None,
            content=PostContent("Posologie", told, Qualification.INSTITUTIONAL),
        )  # fmt: skip
    (finding,) = rows(Finding, Finding.rule_id == "LNG-02")
    assert (finding.excerpt, finding.severity) == ("3", Severity.ESCALATE)
    with pytest.raises(RuleViolated, match="Constats à justifier"):
        submit(people[AUTHOR], post.id)


def test_28_a_delegation_that_ended_yesterday_signs_nothing_today(people):
    giver, to = people[COMMUNICATIONS], person(Role.MEDICAL, login="alix")
    today = clock.paris(clock.now()).date()
    post = post_at(PostStatus.IN_REVIEW, people)
    with transaction() as session:
        delegations.delegate_role(
            session, giver, delegate_id=to.id, role=COMMUNICATIONS, first_day=today, last_day=today
        )
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(NotPermitted, match="a pris fin"):
        approve(to, open_steps(post.id)[0], sha_of(post.id))


def test_29_of_five_signed_in_a_row_one_that_is_blocked_is_refused_with_its_reason(people):
    """I23: five posts are five signatures, each with its own proof; the blocked one stops no other."""
    posts = [post_at(PostStatus.IN_REVIEW, people) for _ in range(5)]
    with transaction() as session:
        notes.add_note(session, people[Role.LEGAL], post_id=posts[2].id, text="Source ?", blocking=True)
    refused = {}
    for post in posts:
        try:
            approve(people[COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
        except RuleViolated as error:
            refused[post.id] = str(error)
    assert list(refused) == [posts[2].id]
    assert "Remarques bloquantes ouvertes : 1" in refused[posts[2].id]
    signed = rows(Signature)
    assert (len(signed), len({each.nonce_id for each in signed}), len({each.content_sha256 for each in signed})) == (
        4,
        4,
        1,
    )
    assert {each.subject_id for each in signed} == {each.step_id for each in rows(Decision)}


def verified(*arguments):
    shown = CliRunner().invoke(cli.app, ["audit", "verify", *map(str, arguments)])
    return shown.exit_code, shown.output


def test_30_a_backup_that_is_put_back_no_longer_holds_the_anchored_head(people, tmp_path, monkeypatch):
    """What was written since the backup is gone: the folder of anchors tells, and so does a dossier handed out."""
    monkeypatch.setenv("COVIGIE_DATA_DIR", str(tmp_path / "var"))
    get_settings.cache_clear()
    post = post_at(PostStatus.APPROVED, people)
    worker.anchor_chain()
    database = engine().url.database
    engine().dispose()
    shutil.copy(database, tmp_path / "backup.db")
    schedule(people[AUTHOR], post.id)
    worker.anchor_chain()
    with transaction() as session:
        package = exporting.read_package(session, people[Role.QUALITY], post_id=post.id).content
    (tmp_path / "dossier.zip").write_bytes(package)
    assert verified()[0] == verified("--anchors", tmp_path / "dossier.zip")[0] == 0
    engine().dispose()
    for left in tmp_path.glob("covigie.db-*"):
        left.unlink()
    shutil.copy(tmp_path / "backup.db", database)
    for arguments in ((), ("--anchors", tmp_path / "dossier.zip")):
        status, told = verified(*arguments)
        assert status == 1, told
        assert "the chain does not hold the anchored head" in told


def test_30_an_export_whose_head_was_touched_is_no_anchor(people, tmp_path):
    post = post_at(PostStatus.APPROVED, people)
    with transaction() as session:
        package = exporting.read_package(session, people[Role.QUALITY], post_id=post.id).content
    for n, content_ in enumerate((package.replace(b'"heads":[{"hash":"', b'"heads":[{"hash":"0'), b"PK", b"")):
        path = tmp_path / f"{n}.zip"
        path.write_bytes(content_)
        with pytest.raises(InvalidInput, match="tête de chaîne"):
            read_anchors(path)
