"""A case as a whole: every field, whose product it is, later news with their own day zero, duplicates, what was asked."""

import json
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from compliance import clock
from connectors.mail import Mailer
from errors import InvalidInput, NotFound, NotPermitted, RuleViolated
from models.case import Case, CaseComment, CaseDocument, Reaction, Reply, SuspectProduct
from models.case_following import CaseContact, CaseFollowUp
from models.compliance import AuditEvent
from models.enums import (
    AgeUnit,
    Answer,
    CaseStatus,
    ContactKind,
    ContactMeans,
    DrugAction,
    NoneReason,
    ProductKind,
    ProductOwner,
    PvFacet,
    ReactionOutcome,
    ReplyStatus,
    ReporterQualification,
    Role,
    Seriousness,
    Sex,
    Situation,
    Vigilance,
)
from models.session import reading, transaction
from moderation import cases, contacts, linking, queries
from moderation.cases import PatientGiven, ProductGiven, ReactionGiven, ReporterGiven
from tests.comment_factories import (
    ADVERSE,
    NOON,
    approved_text,
    bring_text,
    comment,
    company_account,
    count,
    officer,
    products,
    revisions,
    work,
)
from tests.factories import person

KNOWN = {"reporter_known": True, "patient_known": True}


@pytest.fixture
def pv(db):
    products()
    return officer()


@pytest.fixture
def account(pv):
    return company_account()


@pytest.fixture
def mails(monkeypatch):
    """A mail server that takes everything."""
    sent = []
    monkeypatch.setattr(Mailer, "send", lambda _self, message, _key: sent.append(message) or "<id>")
    return sent


def newest() -> Case:
    with reading() as session:
        return session.exec(select(Case).order_by(col(Case.number).desc()).limit(1)).one()


def view(case_id):
    with reading() as session:
        return queries.case_view(session, case_id)


def opened(account, text=ADVERSE, n=1, **more) -> str:
    bring_text(account, text, n, **more)
    return newest().id


def rows(kind):
    with reading() as session:
        return list(session.exec(select(kind).order_by(*kind.__table__.primary_key)))


def fill(actor, case_id, **fields):
    with transaction() as session:
        return cases.fill(session, actor, case_id=case_id, row_version=view(case_id).line.row_version, **fields)


def send(actor, case_id):
    with transaction() as session:
        cases.escalate(session, actor, case_id=case_id, row_version=view(case_id).line.row_version)
    work()


def tell(actor, case_id, kind=ContactKind.OTHER_COMPANY, **fields):
    given = {
        "recipient": "Autre laboratoire",
        "means": ContactMeans.EMAIL,
        "at": clock.now(),
        "evidence": "courriel 12",
    }
    with transaction() as session:
        return contacts.note_contact(
            session, actor, case_id=case_id, row_version=view(case_id).line.row_version, kind=kind, **(given | fields)
        )


# ------------------------------------------------------------------------------------------ what it holds


def test_what_the_detectors_found_is_prefilled_where_it_stands_and_a_person_confirms_it(account, pv):
    case_id = opened(account)
    held = [reaction for reaction in rows(Reaction) if reaction.case_id == case_id]
    assert held
    for reaction in held:
        assert ADVERSE[reaction.start : reaction.end] == reaction.verbatim
        assert reaction.revision_id
    assert [product.kind for product in rows(SuspectProduct)] == [ProductKind.RX]
    assert view(case_id).confirmed_by is None
    fill(pv, case_id)
    assert view(case_id).confirmed_by == pv.printed_name


def test_every_field_that_a_person_gives_is_kept(account, pv):
    case_id = opened(account)
    product = ProductGiven(
        "Cardexine", dose="1 comprimé", batch="L12", started_on="03/2026", ended_on="14/03/2026",
        action=DrugAction.WITHDRAWN, abated=Answer.YES,
    )  # fmt: skip
    reaction = ReactionGiven("vertiges", ReactionOutcome.RECOVERED, "10/03/2026")
    patient = PatientGiven("jd", 54, AgeUnit.YEAR, None, Sex.FEMALE, "hypertension")
    fill(
        pv, case_id, **KNOWN, products=[product], reactions=[reaction, "un malaise"], patient_facts=patient,
        reporter_facts=ReporterGiven(ReporterQualification.CONSUMER, "fr"),
    )  # fmt: skip
    held = view(case_id)
    assert held.patient_facts == PatientGiven("JD", 54, AgeUnit.YEAR, None, Sex.FEMALE, "hypertension")
    assert held.reporter_facts == ReporterGiven(ReporterQualification.CONSUMER, "FR")
    (kept,) = held.products
    assert (kept.kind, kept.substance, kept.started_on) == (ProductKind.RX, "amlodipine", "2026-03")
    assert held.reactions[0].started_on == "2026-03-10"
    marked, typed = sorted((r for r in rows(Reaction) if r.case_id == case_id), key=lambda r: r.n)
    assert ADVERSE[marked.start : marked.end] == "vertiges"
    assert typed.revision_id is None


@pytest.mark.parametrize(
    "fields",
    [
        {"products": [ProductGiven("Cardexine", started_on="2031")]},
        {"reactions": [ReactionGiven("chute", started_on="2026", ended_on="2025")]},
        {"patient_facts": PatientGiven("Jeanne Dupuis")},
        {"patient_facts": PatientGiven(age=200, age_unit=AgeUnit.YEAR)},
        {"reporter_facts": ReporterGiven(country="France")},
        {"latest_info_on": date(2031, 1, 1)},
    ],
    ids=["future", "end before start", "full name", "age", "country", "news of the future"],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_of_it_is_kept(account, pv, fields):
    case_id = opened(account)
    before = view(case_id)
    with pytest.raises(InvalidInput):
        fill(pv, case_id, narrative="Ne doit pas rester.", **fields)
    assert view(case_id) == before


def test_a_fatal_outcome_makes_the_case_serious_by_death(account, pv):
    case_id = opened(account)
    fill(pv, case_id, **KNOWN, reactions=[ReactionGiven("malaise", ReactionOutcome.FATAL)])
    assert (newest().serious, newest().seriousness) == (True, [Seriousness.DEATH.value])
    assert newest().authority_due_on == newest().day_zero + timedelta(days=15)


# ------------------------------------------------------------------------------------------ whose vigilance


def test_the_vigilance_follows_the_products_until_a_person_overrules_it(account, pv):
    case_id = opened(account)
    fill(pv, case_id, products=[ProductGiven("EasyDose", kind=ProductKind.DEVICE)])
    assert newest().vigilance is Vigilance.MATERIO
    fill(pv, case_id, vigilance=Vigilance.COSMETO)
    fill(pv, case_id, products=[ProductGiven("EasyDose", kind=ProductKind.DEVICE), ProductGiven("Cardexine")])
    assert newest().vigilance is Vigilance.COSMETO


def test_of_mixed_products_the_strictest_clock_counts(account, pv):
    case_id = opened(account)
    mixed = [ProductGiven("Cardexine"), ProductGiven("EasyDose", kind=ProductKind.DEVICE)]
    fill(pv, case_id, **KNOWN, products=mixed, seriousness=[Seriousness.DEATH])
    assert newest().authority_due_on == newest().day_zero + timedelta(days=10)
    fill(pv, case_id, public_threat=True)
    assert newest().authority_due_on == newest().day_zero + timedelta(days=2)
    assert view(case_id).ruling.deciding is Vigilance.MATERIO


def test_a_competitors_product_is_handed_over_with_who_when_how_and_the_proof(account, pv):
    case_id = opened(account)
    with pytest.raises(RuleViolated, match="comptent comme nôtres"):
        tell(pv, case_id)
    fill(pv, case_id, products=[ProductGiven("Nazolin", excluded_because="marque d'un autre laboratoire")])
    assert view(case_id).ruling.foreign
    with pytest.raises(InvalidInput, match="ce qui le prouve"):
        tell(pv, case_id, evidence=" ")
    with pytest.raises(InvalidInput, match="avenir"):
        tell(pv, case_id, at=clock.now() + timedelta(days=1))
    tell(pv, case_id)
    assert newest().status is CaseStatus.HANDED_OVER
    (product,) = [p for p in rows(SuspectProduct) if p.case_id == case_id]
    assert (product.owner, product.excluded_by) == (ProductOwner.COMPETITOR, pv.id)
    (contact,) = rows(CaseContact)
    assert (contact.recipient, contact.evidence, contact.recorded_by) == ("Autre laboratoire", "courriel 12", pv.id)
    with reading() as session:
        assert not queries.case_list(session)[0].late
        assert queries.case_view(session, case_id).comments[0].facets.pv is PvFacet.FORWARDED


def test_a_register_competitor_needs_no_reason(account, pv):
    case_id = opened(account)
    fill(pv, case_id, products=[ProductGiven("Rivalox")])
    assert view(case_id).ruling.foreign


def test_a_defect_is_told_to_quality_and_pharmacovigilance_goes_on(account, pv, mails):
    case_id = opened(account)
    fill(pv, case_id, situations=[Situation.QUALITY_DEFECT])
    assert [route.name for route in view(case_id).ruling.routes] == ["pharmacovigilance", "défaut qualité"]
    tell(pv, case_id, ContactKind.QUALITY, recipient="Service qualité")
    assert newest().status is CaseStatus.OPEN
    send(pv, case_id)
    assert newest().status is CaseStatus.FORWARDED


def test_only_who_may_write_cases_notes_a_step(account, pv):
    case_id = opened(account)
    with pytest.raises(NotPermitted):
        tell(person(Role.AUDITOR), case_id, ContactKind.FOLLOW_UP)
    assert count(CaseContact) == 0


# ------------------------------------------------------------------------------------------ later news


def test_awareness_and_day_zero_say_what_they_rest_on(account, pv):
    comment_id = bring_text(account, ADVERSE)
    case_id = newest().id
    (revision,) = revisions(comment_id)
    fill(pv, case_id, **KNOWN)
    proof = view(case_id).beside.proof
    assert (proof.revision_n, proof.sha256) == (1, revision.text_sha256)
    assert newest().day_zero_evidence == newest().awareness_evidence
    with clock.at(clock.now() + timedelta(days=2)):
        later = clock.paris(clock.now()).date()
        fill(pv, case_id, criteria_on=later)
    assert newest().day_zero_evidence.startswith(f"person:{pv.id}")


def test_the_authors_next_comment_in_the_thread_belongs_to_an_open_case(account, pv):
    case_id = opened(account)
    second = bring_text(account, "C'est ma mère, 70 ans, elle va mieux.", 2)
    assert len(rows(CaseComment)) == 2
    assert count(CaseFollowUp) == 0, "nothing was sent: it is in the first report"
    assert comment(second).pv is PvFacet.POSSIBLE
    assert view(case_id).comments[0].facets.pv is PvFacet.POSSIBLE, "nobody decided on the first one either"
    assert [row.comment_id for row in view(case_id).comments][-1] == second


@pytest.mark.parametrize("more", [{"author": "77"}, {"conversation_id": "9999"}], ids=["another author", "elsewhere"])
def test_what_another_wrote_or_elsewhere_stays_apart(account, pv, more):
    opened(account)
    bring_text(account, "Merci beaucoup.", 2, **more)
    assert len(rows(CaseComment)) == 1


def test_an_answer_to_our_own_question_belongs_to_the_case_in_any_thread(account, pv):
    comment_id = bring_text(account, ADVERSE)
    with transaction() as session:
        session.add(
            Reply(
                comment_id=comment_id, revision_id=revisions(comment_id)[0].id, author_id=pv.id, remote_id="555",
                status=ReplyStatus.CONFIRMED, due_at=clock.now(), created_at=clock.now(),
            )
        )  # fmt: skip
    bring_text(account, "54 ans.", 2, parent_id="555", conversation_id=None)
    assert len(rows(CaseComment)) == 2


def test_a_dismissed_case_takes_nothing_up(account, pv):
    case_id = opened(account)
    with transaction() as session:
        version = view(case_id).line.row_version
        cases.dismiss(session, pv, case_id=case_id, row_version=version, reason=NoneReason.FIGURATIVE)
    bring_text(account, "Merci beaucoup.", 2)
    assert len(rows(CaseComment)) == 1


def test_news_on_a_sent_case_reopens_it_with_its_own_day_zero_and_leaves_as_follow_up_one(account, pv, mails):
    with clock.at(NOON):
        case_id = opened(account)
        fill(pv, case_id, **KNOWN)
        send(pv, case_id)
    with clock.at(NOON + timedelta(days=3)):
        bring_text(account, "C'était ma mère, 70 ans.", 2)
        assert newest().status is CaseStatus.OPEN
        (news,) = view(case_id).beside.follow_ups
        assert (news.n, news.day_zero) == (None, date(2026, 11, 21))
        assert news.authority_due_on == date(2026, 11, 21) + timedelta(days=90)
        assert newest().latest_info_on == date(2026, 11, 21)
        assert newest().day_zero == date(2026, 11, 18)
        assert not view(case_id).line.late, "due again a day after the news"
        send(pv, case_id)
    (news,) = view(case_id).beside.follow_ups
    assert (newest().follow_up_n, news.n, news.sent_at) == (1, 1, NOON + timedelta(days=3))
    assert "suivi n° 1" in mails[-1]["Subject"]


def test_news_that_comes_while_the_mail_is_on_its_way_is_not_lost(account, pv, mails):
    case_id = opened(account)
    with transaction() as session:
        cases.escalate(session, pv, case_id=case_id, row_version=view(case_id).line.row_version)
    second = bring_text(account, "C'était ma mère.", 2)
    assert newest().status is CaseStatus.QUEUED
    work()
    assert newest().status is CaseStatus.OPEN
    assert (comment(second).pv, comment(second).forwarded_at) == (PvFacet.POSSIBLE, None), "nobody has it yet"
    send(pv, case_id)
    assert (newest().status, newest().follow_up_n) == (CaseStatus.FORWARDED, 1)


# ------------------------------------------------------------------------------------------ asking, duplicates, mail


def test_two_attempts_without_an_answer_close_the_asking_and_never_the_case(account, pv):
    case_id = opened(account)
    for _attempt in range(2):
        tell(pv, case_id, ContactKind.FOLLOW_UP)
    assert view(case_id).beside.asking.closed
    assert newest().status is CaseStatus.OPEN
    assert rows(CaseContact)[0].criteria == ["reporter", "patient"]
    with clock.at(clock.now() + timedelta(hours=1)):
        bring_text(account, "54 ans, une femme.", 2)
    assert not view(case_id).beside.asking.closed


def test_the_text_that_asks_for_what_is_missing_is_offered_for_the_comment(account, pv):
    text = approved_text(pv, key="follow_up:patient", text="Qui est concerné ?", intents=["testimony"])
    comment_id = bring_text(account, ADVERSE)
    fill(pv, newest().id, reporter_known=True)
    offered = view(newest().id).beside.follow_up_text
    assert (offered.text_id, offered.comment_id) == (text.id, comment_id)


def test_a_possible_duplicate_is_suggested_and_linking_keeps_both(account, pv, mails):
    first = opened(account)
    send(pv, first)
    second = opened(account, "Encore des vertiges avec Cardexine ce matin.", 2, conversation_id="9001")
    (like,) = view(second).beside.duplicates
    assert like.case_id == first
    assert {"même auteur", "même produit"} <= set(like.reasons)
    number = view(first).line.number
    with transaction() as session:
        linking.mark_duplicate(
            session, pv, case_id=second, row_version=view(second).line.row_version, of_number=number
        )  # fmt: skip
    one, other = view(first), view(second)
    assert (other.line.status, other.dismissal) == (CaseStatus.DISMISSED, "duplicate")
    assert [linked.case_id for linked in one.beside.linked] == [second]
    assert [linked.case_id for linked in other.beside.linked] == [first]
    assert len(one.comments) == 2
    assert (one.line.status, one.beside.follow_ups[0].reason) == (CaseStatus.OPEN, "duplicate linked")


def test_a_duplicate_of_nothing_or_of_itself_is_refused(account, pv):
    case_id = opened(account)
    version = view(case_id).line.row_version
    with transaction() as session, pytest.raises(NotFound, match="1999-0001"):
        linking.mark_duplicate(session, pv, case_id=case_id, row_version=version, of_number="1999-0001")
    with transaction() as session, pytest.raises(InvalidInput, match="lui-même"):
        linking.mark_duplicate(session, pv, case_id=case_id, row_version=version, of_number=newest().number)


def test_the_mail_carries_form_and_record_and_no_word_on_health(account, pv, mails):
    case_id = opened(account)
    fill(pv, case_id, **KNOWN, seriousness=[Seriousness.HOSPITAL])
    send(pv, case_id)
    (mail,) = mails
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == [f"cas-{newest().number}.docx", f"cas-{newest().number}.json"]
    said = mail["Subject"] + mail.get_body().get_content()
    assert not [word for word in ("vertiges", "Cardexine", "hospital", "grave") if word in said]
    record = json.loads(next(d for d in rows(CaseDocument) if d.kind == "json").content)
    assert record["reactions"][0]["llt_code"] is None
    assert record["awareness_evidence"] == newest().awareness_evidence


def test_the_list_is_filtered_by_state_vigilance_gravity_delay_and_number(account, pv):
    case_id = opened(account)
    fill(pv, case_id, seriousness=[Seriousness.HOSPITAL])
    number = newest().number
    with reading() as session, clock.at(clock.now() + timedelta(days=2)):
        for wanted in ({"serious": True}, {"late": True}, {"number": number[-4:]}, {"vigilance": Vigilance.PHARMACO}):
            assert [line.id for line in queries.case_list(session, **wanted)] == [case_id]
        assert queries.case_list(session, vigilance=Vigilance.NUTRI) == []
        assert queries.case_list(session, number="1999") == []


def test_each_step_of_a_case_is_in_the_audit_trail_without_a_word_of_it(account, pv):
    case_id = opened(account)
    tell(pv, case_id, ContactKind.FOLLOW_UP, evidence="appel de Jeanne")
    (event,) = [e for e in rows(AuditEvent) if e.action == "case:contact"]
    assert "Jeanne" not in str(event.model_dump())
