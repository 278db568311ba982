"""A case leaves as E2B(R3): complete or a draft, without a name, for medicines only, valid where the schema is given."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from sqlmodel import select

from compliance import clock
from errors import InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.case import Reaction
from models.compliance import AuditEvent
from models.enums import Role, Situation, Vigilance
from models.session import reading, transaction
from moderation import cases, coding
from moderation.case_record import SCHEMA
from moderation.case_report import reactions_of
from moderation.e2b import parts
from moderation.e2b.elements import DRUGS, REACTIONS
from moderation.e2b.exporting import E2bFile, export_e2b, preview_e2b
from moderation.e2b.findings import sentence
from moderation.e2b.safe_xml import plain, read_xml
from moderation.e2b.schema import schema_errors
from moderation.listing import case_lines, exported_case
from settings import get_settings
from tests.case_samples import VERSION, complete_case, meddra_files, open_case, version_of
from tests.comment_factories import officer, products
from tests.factories import person

ROOT = Path(__file__).parents[3]
SCHEMAS = Path(os.environ.get("COVIGIE_E2B_SCHEMAS") or ROOT.parent / "shared" / "e2b" / "schemas")
needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="no ICH schema: set COVIGIE_E2B_SCHEMAS to the folder of the ICH package"
)


@pytest.fixture
def pv(db):
    products()
    return officer()


@pytest.fixture
def lone(sqlite_db):
    """The officer, for what a file says whatever database the case is in."""
    products()
    return officer()


@pytest.fixture
def dictionary(tmp_path, monkeypatch):
    monkeypatch.setenv("COVIGIE_MEDDRA_DIR", str(meddra_files(tmp_path / "meddra")))
    get_settings.cache_clear()


def preview(actor, case_id) -> E2bFile:
    with reading() as session:
        return preview_e2b(session, actor, case_id=case_id)


def event(content: bytes):
    return parts.case(parts.messages(plain(read_xml(content)))[0])


def value(content: bytes, number: str) -> str:
    return parts.value(event(content), number)


def code_all(actor, case_id) -> None:
    with reading() as session:
        ids = [row.id for row in reactions_of(session, case_id)]
    for reaction_id in ids:
        with transaction() as session:
            coding.code_reaction(
                session, actor, case_id=case_id, row_version=version_of(case_id), reaction_id=reaction_id,
                llt_code="90000002",
            )  # fmt: skip


def test_without_meddra_the_file_is_a_draft_that_misses_the_two_elements_of_meddra_and_nothing_else(pv):
    file = preview(pv, complete_case(pv))
    assert [finding.number for finding in file.findings] == ["E.i.2.1a", "E.i.2.1b"]
    assert file.draft
    assert file.filename.endswith("-brouillon.xml")
    assert "<!-- Brouillon" in file.content.decode()


def test_with_the_customers_meddra_it_misses_nothing(pv, dictionary):
    case_id = complete_case(pv)
    code_all(pv, case_id)
    file = preview(pv, case_id)
    assert [sentence(finding) for finding in file.findings] == []
    assert file.filename.startswith("e2b-FR-HELIOR-")
    assert "brouillon" not in file.filename
    assert "<!--" not in file.content.decode()
    (reaction,) = parts.nodes(event(file.content), REACTIONS)
    assert (parts.value(reaction, "E.i.2.1a"), parts.value(reaction, "E.i.2.1b")) == (VERSION, "90000002")


def test_the_file_says_what_the_case_says(lone):
    case_id = complete_case(lone, situations=[Situation.ADVERSE_EVENT, Situation.OVERDOSE, Situation.OFF_LABEL])
    held = event(preview(lone, case_id).content)
    told = {number: parts.value(held, number) for number in ("C.1.3", "C.1.7", "D.2.2a", "D.2.2b", "D.5", "D.7.2")}
    assert told == {"C.1.3": "1", "C.1.7": "true", "D.2.2a": "54", "D.2.2b": "a", "D.5": "2", "D.7.2": "asthme"}
    (reaction,), (drug,) = parts.nodes(held, REACTIONS), parts.nodes(held, DRUGS)
    assert [parts.value(reaction, n) for n in ("E.i.1.1a", "E.i.1.1b", "E.i.3.2c", "E.i.7", "E.i.8")] == [
        "des tournis", "fra", "true", "2", "false",
    ]  # fmt: skip
    assert parts.value(reaction, "E.i.3.2a") == ""
    assert [parts.value(drug, n) for n in ("G.k.2.2", "G.k.2.3.r.1", "G.k.4.r.7", "G.k.8", "G.k.9.i.4")] == [
        "Cardexine", "amlodipine", "L2041", "1", "2",
    ]  # fmt: skip
    codes = [each.given for each in parts.values(drug, parts.BY_NUMBER["G.k.10.r"])]
    assert codes == ["2", "11"]
    assert [code for _drug, code in parts.roles(held)] == ["1"]


def test_no_name_leaves_and_personal_data_in_free_text_is_covered(lone):
    case_id = complete_case(lone, narrative="Rappelée au 06 12 34 56 78, écrire à anne@helior.example.\x00\ufffe")
    content = preview(lone, case_id).content.decode()
    assert not [held for held in ("A. B.", "06 12 34", "anne@", "répond aux messages", "quelquun") if held in content]
    masked = etree.fromstring(content.encode()).xpath("//*[@nullFlavor='MSK']")
    assert [etree.QName(node).localname for node in masked] == ["name", "given", "family"]
    assert "[téléphone]" in content
    assert "nausées" in content, "the comment's own words are in the narrative"


def test_dates_have_their_zone_and_a_follow_up_keeps_its_number(lone):
    with clock.at(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)):
        case_id = complete_case(lone)
        first = preview(lone, case_id).content
    assert value(first, "C.1.4") == value(first, "C.1.5")
    assert value(first, "C.1.4").endswith("0000+0200") or value(first, "C.1.4").endswith("+0200")
    with clock.at(datetime(2026, 7, 9, 8, 0, tzinfo=UTC)), transaction() as session:
        known_on = datetime(2026, 7, 8, tzinfo=UTC).date()
        cases.fill(session, lone, case_id=case_id, row_version=version_of(case_id), latest_info_on=known_on)
    second = preview(lone, case_id).content
    assert (value(second, "C.1.1"), value(second, "C.1.5")) == (value(first, "C.1.1"), "20260708")
    assert value(second, "C.1.4") == value(first, "C.1.4")


def test_an_interaction_is_a_role_and_a_term_other_situations_are_terms(pv, dictionary):
    pair = [cases.ProductGiven("Cardexine"), cases.ProductGiven("Rinozel")]
    case_id = complete_case(pv, products=pair, situations=[Situation.INTERACTION, Situation.PREGNANCY])
    held = event(preview(pv, case_id).content)
    assert {code for _drug, code in parts.roles(held)} == {"3"}
    words = [parts.value(each, "E.i.1.1a") for each in parts.nodes(held, REACTIONS)]
    assert words == ["des tournis", "grossesse", "interaction"]
    code_all(pv, case_id)
    for situation in (Situation.PREGNANCY, Situation.INTERACTION):
        with transaction() as session:
            coding.code_situation(
                session, pv, case_id=case_id, row_version=version_of(case_id), situation=situation, llt_code="90000005"
            )
    assert preview(pv, case_id).findings == ()


def test_a_situation_without_harm_is_a_report_too(lone):
    case_id = complete_case(lone, reactions=[], situations=[Situation.OVERDOSE])
    file = preview(lone, case_id)
    assert {finding.number for finding in file.findings} == {"E.i.2.1a", "E.i.2.1b"}
    (reaction,) = parts.nodes(event(file.content), REACTIONS)
    assert parts.value(reaction, "E.i.1.1a") == "surdosage"


def test_a_bare_case_is_exported_as_a_draft_that_names_what_is_missing(lone):
    case_id = open_case(lone)
    with transaction() as session:
        cases.fill(session, lone, case_id=case_id, row_version=version_of(case_id), products=[], reactions=[])
    assert {finding.number for finding in preview(lone, case_id).findings} >= {"E.i", "G.k.1"}


@pytest.mark.parametrize(
    ("kind", "form"),
    [(Vigilance.MATERIO, "MIR"), (Vigilance.COSMETO, "Anses"), (Vigilance.NUTRI, "nutrivigilance, à l'Anses")],
)
def test_outside_medicines_the_right_form_is_named(lone, kind, form):
    case_id = complete_case(lone, vigilance=kind)
    with pytest.raises(RuleViolated, match=form):
        preview(lone, case_id)


def test_a_text_over_its_length_is_refused_with_its_figures(lone):
    with pytest.raises(InvalidInput, match=r"250 caractères.*E\.i\.1\.1a.*en compte 300"):
        preview(lone, complete_case(lone, reactions=["v" * 300]))


@pytest.mark.parametrize("code", ["hélior", "HE-LIOR", ""])
def test_a_company_code_that_breaks_the_number_is_refused(lone, monkeypatch, code):
    case_id = complete_case(lone)
    monkeypatch.setenv("COVIGIE_COMPANY_CODE", code)
    get_settings.cache_clear()
    with pytest.raises(InvalidInput, match="COVIGIE_COMPANY_CODE"):
        preview(lone, case_id)


def test_what_left_is_kept_and_written_in_the_chain_without_a_word_of_it(pv):
    case_id = complete_case(pv)
    with transaction() as session:
        document = export_e2b(session, pv, case_id=case_id)
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "case:export")).one()
    assert event.new["document_sha256"] == document.content_sha256
    assert event.new["draft"] is True
    with pytest.raises(NotPermitted), reading() as session:
        preview_e2b(session, person(Role.LEGAL), case_id=case_id)


@needs_schemas
@pytest.mark.parametrize("coded", [True, False])
def test_every_export_follows_the_schema_of_ich(lone, dictionary, monkeypatch, coded):
    monkeypatch.setenv("COVIGIE_E2B_SCHEMAS", str(SCHEMAS))
    get_settings.cache_clear()
    everything = {"situations": list(Situation), "products": [cases.ProductGiven(n) for n in ("Cardexine", "Rivalox")]}
    complete, bare = complete_case(lone, **everything), open_case(lone, "Rivalox : j'ai vomi deux fois", 2)
    if coded:
        code_all(lone, complete)
    for case_id in (complete, bare):
        assert schema_errors(preview(lone, case_id).content, SCHEMAS) == []


def test_a_schema_folder_without_its_schema_is_a_sentence(lone, monkeypatch, tmp_path):
    case_id = complete_case(lone)
    monkeypatch.setenv("COVIGIE_E2B_SCHEMAS", str(tmp_path))
    get_settings.cache_clear()
    with pytest.raises(InvalidInput, match="COVIGIE_E2B_SCHEMAS"):
        preview(lone, case_id)


def test_the_terminal_gives_the_most_complete_case_in_each_format(pv):
    open_case(pv, "Cardexine m'a donné des nausées", 7)
    case_id = complete_case(pv)
    assert case_lines(first=True) == [case_id]
    exported = exported_case(case_id, "e2b")
    assert read_xml(exported.content).tag.endswith("MCCI_IN200100UV01")
    assert "Brouillon" in exported.notes[0]
    record = exported_case(case_id, "json").content.decode()
    assert f'"schema_version": "{SCHEMA}"' in record
    assert '"country": "BE"' in record
    assert exported_case(case_id, "cioms").content.startswith(b"PK")
    with pytest.raises(InvalidInput, match="e2b, cioms ou json"):
        exported_case(case_id, "pdf")


def test_coding_is_written_down_and_a_stale_screen_is_refused(pv, dictionary):
    case_id = complete_case(pv)
    with reading() as session:
        (reaction,) = reactions_of(session, case_id)
    before = version_of(case_id)
    code_all(pv, case_id)
    with reading() as session:
        held = session.get(Reaction, reaction.id)
        chain = session.exec(select(AuditEvent).where(AuditEvent.action == "case:code")).one()
    assert (held.term, held.meddra_version) == ("Tournis tout court", VERSION)
    assert "90000002" not in str(chain.new)
    with pytest.raises(StaleVersion), transaction() as session:
        coding.code_reaction(
            session, pv, case_id=case_id, row_version=before, reaction_id=reaction.id, llt_code="90000001"
        )
    with transaction() as session:
        coding.code_reaction(
            session, pv, case_id=case_id, row_version=version_of(case_id), reaction_id=reaction.id, llt_code=None
        )
    assert [finding.number for finding in preview(pv, case_id).findings] == ["E.i.2.1a", "E.i.2.1b"]


@pytest.mark.parametrize(("code", "why"), [("10000000", "n'est pas dans MedDRA"), ("90000004", "n'est plus en usage")])
def test_a_term_that_may_not_be_used_is_refused(pv, dictionary, code, why):
    case_id = complete_case(pv)
    with reading() as session:
        (reaction,) = reactions_of(session, case_id)
    with pytest.raises(InvalidInput, match=why), transaction() as session:
        coding.code_reaction(
            session, pv, case_id=case_id, row_version=version_of(case_id), reaction_id=reaction.id, llt_code=code
        )


def test_coding_needs_meddra_and_the_right(pv):
    case_id = complete_case(pv)
    with reading() as session:
        (reaction,) = reactions_of(session, case_id)
    given = {"case_id": case_id, "row_version": version_of(case_id), "reaction_id": reaction.id, "llt_code": "90000001"}
    with pytest.raises(InvalidInput, match="COVIGIE_MEDDRA_DIR"), transaction() as session:
        coding.code_reaction(session, pv, **given)
    with pytest.raises(NotPermitted), transaction() as session:
        coding.code_reaction(session, person(Role.QUALITY), **given)
