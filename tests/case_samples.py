"""Cases and an invented dictionary for the tests of what leaves Covigie."""

from pathlib import Path
from typing import Any

from compliance import clock
from compliance.permissions import Actor
from models.case import Case
from models.enums import (
    AgeGroup,
    AgeUnit,
    Answer,
    DrugAction,
    DrugRole,
    ReactionOutcome,
    ReporterQualification,
    Seriousness,
    Sex,
    Situation,
    TriageOutcome,
)
from models.session import get, reading, transaction
from moderation import cases, queries, triage
from moderation.given import PatientGiven, ReactionGiven, ReporterGiven
from tests.comment_factories import ADVERSE, bring_text, comment, company_account

VERSION = "99.1"
LLT = [
    ("90000001", "Tournis de scène", "90000001", "Y"),
    ("90000002", "Tournis tout court", "90000001", "Y"),
    ("90000003", "Haut-le-cœur", "90000003", "Y"),
    ("90000004", "Haut-le-coeur d'antan", "90000003", "N"),
    ("90000005", "Exposition en cours de grossesse imaginaire", "90000005", "Y"),
]
"""Invented terms and codes: nothing of them is MedDRA's."""


def meddra_files(folder: Path, *, version: str | None = VERSION) -> Path:
    """Write an invented dictionary in the format of MedDRA's files; returns its folder."""
    folder.mkdir(exist_ok=True)
    names = {code: name for code, name, _pt, _current in LLT}
    lines = ["$".join([code, name, pt, *[""] * 6, current, "", ""]) for code, name, pt, current in LLT]
    preferred = sorted({pt for _code, _name, pt, _current in LLT})
    (folder / "llt.asc").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "pt.asc").write_text(
        "".join("$".join([code, names[code], "", "90000000", *[""] * 8]) + "\n" for code in preferred), encoding="utf-8"
    )
    if version:
        (folder / "meddra_release.asc").write_text(f"{version}$French$$$\n", encoding="utf-8")
    return folder


def version_of(case_id: str) -> int:
    with reading() as session:
        return get(session, Case, case_id).row_version


def open_case(actor: Actor, text: str = ADVERSE, n: int = 1) -> str:
    """Bring a comment in and confirm it as an adverse event; returns its case's id."""
    comment_id = bring_text(company_account(), text, n)
    with transaction() as session:
        triage.classify(
            session, actor, comment_id=comment_id, revision_n=1, row_version=comment(comment_id).row_version,
            outcomes=[TriageOutcome.ADVERSE_EVENT],
        )  # fmt: skip
    with reading() as session:
        return queries.case_list(session)[0].id


def complete_case(actor: Actor, **more) -> str:
    """A case of which everything is known but the MedDRA terms; `more` goes to `cases.fill`."""
    case_id = open_case(actor)
    day = f"{clock.now().year - 1}-11-18"
    product = cases.ProductGiven(
        "Cardexine", "amlodipine", role=DrugRole.SUSPECT, dose="5 mg", batch="L2041", indication="hypertension",
        started_on=day[:4], ended_on=day, action=DrugAction.WITHDRAWN, recurred=Answer.NO,
    )  # fmt: skip
    given: dict[str, Any] = {
        "reporter": "répond aux messages", "patient": "femme, 54 ans", "reporter_known": True, "patient_known": True,
        "reporter_facts": ReporterGiven(ReporterQualification.CONSUMER, "BE"),
        "patient_facts": PatientGiven("A. B.", 54, AgeUnit.YEAR, AgeGroup.ADULT, Sex.FEMALE, "asthme"),
        "products": [product], "reactions": ["des tournis"], "seriousness": [Seriousness.HOSPITAL],
        "situations": [Situation.ADVERSE_EVENT], "narrative": "Deux prises.",
    } | more  # fmt: skip
    given["reactions"] = [
        ReactionGiven(words, ReactionOutcome.RECOVERING, day[:7]) if isinstance(words, str) else words
        for words in given["reactions"]
    ]
    with transaction() as session:
        cases.fill(session, actor, case_id=case_id, row_version=version_of(case_id), **given)
    return case_id
