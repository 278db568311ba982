"""Pharmacovigilance's list read whole or refused with a sentence; each difference between the lists has its name."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from errors import InvalidInput
from models.enums import PvOutcome
from moderation.chasing import next_chase
from moderation.pv_list import PvRow, read_pv_list
from moderation.reconciling import Difference, SentCase, compare

D = Difference
AT = datetime(2026, 11, 18, 11, tzinfo=UTC)


def sent(number="2026-0001", reference="PV-1", **more):
    acknowledged = AT + timedelta(hours=1) if reference else None
    return SentCase(number, AT, "2026-11-18", acknowledged, "pv@helior.example", reference, **more)


@pytest.mark.parametrize(
    ("cases", "rows", "differences"),
    [
        ([sent(outcome=PvOutcome.VALID)], [PvRow("2026-0001", "PV-1", None, PvOutcome.VALID)], [()]),
        ([sent()], [PvRow("2026-0001", "PV-1")], [(D.OUTCOME_UNKNOWN,)]),
        ([sent(reference=None)], None, [(D.NOT_ACKNOWLEDGED, D.OUTCOME_UNKNOWN)]),
        ([sent(outcome=PvOutcome.VALID)], [], [(D.NOT_IN_LIST,)]),
        ([sent()], [PvRow("2026-0001", "PV-9", None, PvOutcome.VALID)], [(D.OTHER_REFERENCE,)]),
        ([sent()], [PvRow("2026-0001", "PV-1", None, PvOutcome.VALID), PvRow("2026-0001", "PV-2")], [(D.TWICE,)]),
        (
            [sent(outcome=PvOutcome.VALID)],
            [PvRow("2026-0001", "PV-1", None, PvOutcome.DUPLICATE)],
            [(D.OTHER_OUTCOME,)],
        ),
        ([sent()], [PvRow("2026-0001", "PV-1", date(2026, 11, 17), PvOutcome.VALID)], [(D.RECEIVED_BEFORE,)]),
        ([], [PvRow("2026-0002", "PV-2", None, PvOutcome.VALID)], [(D.NOT_SENT,)]),
        ([], [PvRow("2026-0003", "PV-3", None, PvOutcome.VALID)], [(D.OTHER_PERIOD,)]),
        ([], [PvRow("", "PV-3", None, PvOutcome.VALID)], [(D.NO_NUMBER,)]),
        ([], None, []),
    ],
    ids=str,
)
def test_each_difference_has_its_name(cases, rows, differences):
    assert [line.differences for line in compare(cases, rows, {"2026-0003"})] == differences


@given(st.permutations([PvRow(f"2026-000{n % 4}", f"PV-{n}") for n in range(6)]), st.permutations(range(1, 4)))
def test_the_order_of_the_lists_changes_nothing(rows, order):
    cases = [sent(f"2026-000{n}", f"PV-{n}") for n in (1, 2, 3)]
    assert compare([cases[n - 1] for n in order], rows) == compare(
        cases, sorted(rows, key=lambda row: row.pv_reference)
    )


GOOD = "Numéro de cas;N° PV;Reçu le;Issue\n2026-0001;PV-1;18/11/2026;Valide\nCas 2026-0002;PV-2;;doublon\n"


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("cp1252"),
        GOOD.encode("utf-16"),
        GOOD.replace(";", ",").encode(),
        GOOD.replace(";", "\t").replace("\n", "\r\n").encode(),
        GOOD.replace("Numéro de cas;N° PV", "Case number ;PV number").replace("18/11/2026", "2026-11-18").encode(),
    ],
    ids=["utf-8", "bom", "cp1252", "utf-16", "comma", "tab", "english"],
)
def test_a_list_is_read_however_it_was_saved(data):
    assert read_pv_list(data) == (
        PvRow("2026-0001", "PV-1", date(2026, 11, 18), PvOutcome.VALID),
        PvRow("2026-0002", "PV-2", None, PvOutcome.DUPLICATE),
    )


def test_a_workbook_says_the_same_as_the_text(tmp_path):
    book, path = Workbook(), tmp_path / "pv.xlsx"
    for cells in (["Numéro de cas", "Numéro PV", "Reçu le"], [], ["2026-0001", "PV-1", datetime(2026, 11, 18, 9, 0)]):
        book.active.append(cells)
    book.save(path)
    assert read_pv_list(path.read_bytes()) == (PvRow("2026-0001", "PV-1", date(2026, 11, 18)),)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"),
        (b"PK\x03\x04rest", "ne se lit pas"),
        (b"\xd0\xcf\x11\xe0rest", "ancien format"),
        (b"a\x00b", "pas un texte"),
        (b"Nom;Age\nx;3\n", "« Nom », « Age »"),
        (GOOD.replace("Reçu le", "Cas").encode(), "disent la même chose"),
        (GOOD.replace("18/11/2026", "hier").encode(), "Ligne 2 : « hier »"),
        (GOOD.replace("doublon", "peut-être").encode(), "Ligne 3 : l'issue « peut-être »"),
        (GOOD.replace("2026-0001;PV-1", ";").encode(), "Ligne 2 : ni numéro"),
        (GOOD.encode() + b"2026-0003;", "Ligne 4 : 2 colonnes au lieu de 4"),
        (b'Cas;Numero PV\n2026-0001;"PV-1\n', "guillemets"),
        (b"x" * 5_000_001, "5 Mo"),
    ],
    ids=range(12),
)
def test_a_broken_list_is_refused_with_a_sentence_that_says_where(data, said):
    with pytest.raises(InvalidInput) as refusal:
        read_pv_list(data)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ("2026-11-18T11:00+01:00", "2026-11-19T08:00+00:00"),
        ("2026-11-20T23:30+01:00", "2026-11-23T08:00+00:00"),  # a Friday evening: Monday
        ("2026-11-10T10:00+01:00", "2026-11-12T08:00+00:00"),  # the eleventh of November is not worked
        ("2026-10-23T10:00+02:00", "2026-10-26T08:00+00:00"),  # over the change to winter time
    ],
)
def test_a_case_is_chased_the_next_business_day_at_nine(last, due):
    assert next_chase(datetime.fromisoformat(last)) == datetime.fromisoformat(due)
