"""The intake record: a case as JSON for a pharmacovigilance database, in a schema of our own that stays.

Within a version a field is never taken away or given another meaning; a new one may be added. Unknown is null.
Texts are as they were received: the record goes to pharmacovigilance, not to an authority.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from compliance import clock
from models.case import Case, CaseDocument, Reaction, SuspectProduct
from models.comment import Comment, CommentRevision
from models.enums import (
    AgeGroup,
    AgeUnit,
    Answer,
    CaseStatus,
    DrugAction,
    DrugRole,
    ProductOwner,
    ReactionOutcome,
    ReporterQualification,
    Seriousness,
    Sex,
    Situation,
    Vigilance,
)
from moderation import criteria
from moderation.case_report import RECORD, comments_of, facts_of, kept_document, products_of, reactions_of
from moderation.criteria import Criterion

SCHEMA = "covigie-intake/1"
PARTIAL = 'as far as known: "2026", "2026-03" or "2026-03-14"'


class Part(BaseModel):
    """A part of the record, read from the columns of the same name."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


class ReporterRecord(Part):
    """Who reports."""

    known: bool = Field(description="A person says that they can be reached: a criterion of GVP VI.B.2.")
    contact: str | None = Field(description="How the reporter can be reached, as entered.")
    pseudonyms: list[str] = Field(description="Pseudonyms of the authors of the comments.")
    qualification: ReporterQualification | None = Field(description="E2B(R3) C.2.r.4, in words.")
    country: str | None = Field(description="ISO 3166-1 alpha-2 (C.2.r.3).")


class PatientRecord(Part):
    """Whom it happened to."""

    known: bool = Field(description="The patient is identifiable: a criterion of GVP VI.B.2.")
    description: str | None = Field(description="The patient in the reporter's words.")
    initials: str | None = Field(description="D.1.")
    age: int | None = Field(description="D.2.2a, at the onset of the reaction.")
    age_unit: AgeUnit | None = Field(description="D.2.2b.")
    age_group: AgeGroup | None = Field(description="D.2.3.")
    sex: Sex | None = Field(description="D.5.")
    history: str | None = Field(description="Medical history in words (D.7.2).")


class ProductRecord(Part):
    """A product, as the reporter named it."""

    name: str = Field(description="G.k.2.2.")
    substance: str | None = Field(description="G.k.2.3.r.1.")
    owner: ProductOwner | None = Field(description="Whose product it is, when the register knows.")
    role: DrugRole | None = Field(description="G.k.1; null counts as suspect.")
    dose: str | None = Field(description="In words (G.k.4.r.8).")
    batch: str | None = Field(description="G.k.4.r.7.")
    indication: str | None = Field(description="In words (G.k.7.r.1).")
    started_on: str | None = Field(description=f"{PARTIAL} (G.k.4.r.4).")
    ended_on: str | None = Field(description=f"{PARTIAL} (G.k.4.r.5).")
    action: DrugAction | None = Field(description="What was done with it (G.k.8).")
    abated: Answer | None = Field(description="The reaction went after stopping (CIOMS I, 20).")
    recurred: Answer | None = Field(description="It came back after taking it again (CIOMS I, 21).")


class ReactionRecord(Part):
    """A suspected reaction."""

    verbatim: str = Field(description="In the reporter's words (E.i.1.1a).")
    term: str | None = Field(description="Name of the MedDRA term, in the language of the installed MedDRA.")
    llt_code: str | None = Field(description="MedDRA lowest level term (E.i.2.1b).")
    meddra_version: str | None = Field(description="E.i.2.1a.")
    outcome: ReactionOutcome | None = Field(description="E.i.7; null counts as unknown.")
    started_on: str | None = Field(description=f"{PARTIAL} (E.i.4).")
    ended_on: str | None = Field(description=f"{PARTIAL} (E.i.5).")


class CommentRecord(Part):
    """A comment that the case rests on, one revision of it."""

    network: str = Field(description="Where it was written.")
    author: str = Field(description="Pseudonym of the author.")
    text: str | None = Field(description="Word for word; null once erased at the end of its retention.")
    text_sha256: str = Field(description="SHA-256 of the text as received.")
    revision: int = Field(description="Which revision; 1 is the first.")
    language: str = Field(description='ISO 639-1, "und" when it is not known.')
    permalink: str | None = Field(description="Where it stands on the network.")
    posted_at: datetime = Field(description="The network's time.")
    received_at: datetime = Field(description="When we had this revision.")


class IntakeRecord(Part):
    """One case."""

    schema_version: Literal["covigie-intake/1"] = Field(description="Name and version of this schema.")
    made_at: datetime = Field(description="When the record was made.")
    id: str = Field(description="Identifier in Covigie.")
    number: str = Field(description='Number of the case, "2026-0117".')
    status: CaseStatus = Field(description="Where it stands on its way to pharmacovigilance.")
    vigilance: Vigilance = Field(description="Which vigilance it belongs to.")
    awareness_at: datetime = Field(description="The earliest moment at which the company had it.")
    awareness_evidence: str = Field(description="What proves that moment.")
    day_zero: date | None = Field(description="Calendar day (Paris) on which the four criteria were known.")
    latest_info_on: date | None = Field(description="Calendar day (Paris) of the newest information.")
    forward_due_at: datetime = Field(description="Until when it must be with pharmacovigilance.")
    forwarded_at: datetime | None = Field(description="When it was sent there.")
    authority_due_on: date | None = Field(description="Until when the authority must have it.")
    pv_reference: str | None = Field(description="Number given by pharmacovigilance.")
    follow_up_n: int = Field(description="How often it was sent again with new information.")
    missing_criteria: list[Criterion] = Field(description="Those of the four minimum criteria that are not met.")
    serious: bool = Field(description="At least one criterion of seriousness holds.")
    seriousness: list[Seriousness] = Field(description="E.i.3.2, for each reaction.")
    situations: list[Situation] = Field(description="Adverse event and special situations.")
    reporter: ReporterRecord
    patient: PatientRecord
    products: list[ProductRecord]
    reactions: list[ReactionRecord]
    narrative: str | None = Field(description="The officer's words.")
    comments: list[CommentRecord]


PARTS: tuple[type[Part], ...] = (
    IntakeRecord, ReporterRecord, PatientRecord, ProductRecord, ReactionRecord, CommentRecord,
)  # fmt: skip


def intake_record(session: Session, case: Case) -> IntakeRecord:
    """Return the record of a case as it stands."""
    rests_on = comments_of(session, case.id)
    pseudonyms = list(dict.fromkeys(comment.author_pseudonym for comment, _revision in rests_on))
    same = {name: getattr(case, name) for name in IntakeRecord.model_fields if name in Case.model_fields}
    parts = {
        "schema_version": SCHEMA,
        "made_at": clock.now(),
        "missing_criteria": list(criteria.missing(facts_of(session, case))),
        "reporter": _reporter(case, pseudonyms),
        "patient": _patient(case),
        "products": [_same(ProductRecord, row) for row in products_of(session, case.id)],
        "reactions": [_same(ReactionRecord, row) for row in reactions_of(session, case.id)],
        "comments": [_comment(comment, revision) for comment, revision in rests_on],
    }
    return IntakeRecord.model_validate(same | parts)


def written(record: IntakeRecord) -> bytes:
    """Return a record as UTF-8 JSON."""
    return record.model_dump_json(indent=2).encode() + b"\n"


def _same(kind: type[Part], row: SuspectProduct | Reaction) -> dict[str, object]:
    return {name: getattr(row, name) for name in kind.model_fields}


def _reporter(case: Case, pseudonyms: list[str]) -> dict[str, object]:
    return {
        "known": case.reporter_known,
        "contact": case.reporter,
        "pseudonyms": pseudonyms,
        "qualification": case.reporter_qualification,
        "country": case.reporter_country,
    }


def _patient(case: Case) -> dict[str, object]:
    names = ("initials", "age", "age_unit", "age_group", "sex")
    told = {name: getattr(case, f"patient_{name}") for name in names}
    return told | {"known": case.patient_known, "description": case.patient, "history": case.history}


def _comment(comment: Comment, revision: CommentRevision) -> dict[str, object]:
    return {
        "network": comment.network.value,
        "author": comment.author_pseudonym,
        "text": revision.text,
        "text_sha256": revision.text_sha256,
        "revision": revision.n,
        "language": comment.language,
        "permalink": comment.permalink,
        "posted_at": comment.posted_at,
        "received_at": revision.seen_at,
    }


def make_record(session: Session, case: Case, made_at: datetime) -> CaseDocument:
    """Make the intake record of a case, for machines, and keep it with its hash beside its form."""
    content = written(intake_record(session, case))
    return kept_document(session, case, RECORD, f"cas-{case.number}.json", content, made_at)
