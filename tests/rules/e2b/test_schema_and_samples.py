"""Against ICH's schema and the published sample cases, where the folder of third-party files is on the machine."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from errors import InvalidInput
from moderation.e2b.building import build
from moderation.e2b.conformance import check, only_uncoded
from moderation.e2b.findings import Problem
from moderation.e2b.schema import schema_errors
from tests.rules.e2b.samples import COMPLETE, DRUG, REACTION

SCHEMAS = Path(os.environ.get("COVIGIE_E2B_SCHEMAS") or Path(__file__).parents[3].parent / "shared" / "e2b" / "schemas")
LATER = datetime(2030, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="no ICH schema: set COVIGIE_E2B_SCHEMAS to the folder of the ICH package"
)

SPARE = replace(
    COMPLETE,
    source=replace(COMPLETE.source, qualification=None),
    patient=replace(COMPLETE.patient, known=False, age=None, age_unit=None, age_group=None, sex=None, history=None),
    reactions=(replace(REACTION, llt_code=None, started_on=None, ended_on=None, country=None, confirmed=None),),
    drugs=(replace(DRUG, substance=None, dose=None, batch=None, started_on=None, ended_on=None, indication=None),),
)


@pytest.mark.parametrize(
    "report",
    [
        COMPLETE,
        SPARE,
        replace(COMPLETE, drugs=(), reactions=()),
        replace(COMPLETE, reactions=(REACTION, replace(REACTION, key="11111111-1111-4111-8111-111111111111"))),
        replace(COMPLETE, drugs=(DRUG, replace(DRUG, key="22222222-2222-4222-8222-222222222222", ended_on=None))),
    ],
    ids=["complete", "spare", "empty", "two reactions", "two products"],
)
def test_every_file_that_we_write_follows_the_schema(report):
    assert schema_errors(build(report, draft=True), SCHEMAS) == []


def test_what_the_schema_refuses_is_told_with_its_line():
    broken = build(COMPLETE).replace(b"<statusCode ", b"<bogus ")
    assert "bogus" in schema_errors(broken, SCHEMAS)[0]


def test_a_doctype_is_refused_before_the_schema():
    with pytest.raises(InvalidInput, match="DOCTYPE"):
        schema_errors(b"<!DOCTYPE a SYSTEM 'http://helior.example/x.dtd'><a/>", SCHEMAS)


def samples(pattern: str) -> list[Path]:
    return sorted(SCHEMAS.parent.glob(pattern))


@pytest.mark.parametrize("path", samples("FAERS*.xml"), ids=lambda path: path.stem)
def test_the_published_samples_are_walked_and_their_elements_found(path):
    """They differ from the guideline in N.2.r.1, and one gives a product two roles: nothing is missing in them."""
    found = check(path.read_bytes(), LATER)
    assert {finding.number for finding in found} <= {"N.2.r.1", "G.k.1"}
    assert Problem.MISSING not in {finding.problem for finding in found}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("minimal_social_case_coded", {"D.7.2"}),
        ("minimal_social_case_uncoded", {"D.7.2", "E.i.2.1a", "E.i.2.1b"}),
        ("minimal_social_case_no_reaction_value", {"D.7.2", "E.i", "E.i.2.1a", "E.i.2.1b"}),
    ],
)
def test_the_smallest_cases_pass_the_schema_and_not_the_guideline(name, wanted):
    content = (SCHEMAS.parent / f"{name}.xml").read_bytes()
    assert schema_errors(content, SCHEMAS) == []
    found = check(content, LATER)
    assert {finding.number for finding in found} == wanted
    assert not only_uncoded(found)
