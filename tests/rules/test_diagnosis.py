"""What an account's state means: one line each, what is wrong marked and with what to do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from compliance.diagnosis import REACHED, Known, diagnose
from models.enums import Mark, Reach, Telling

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
WELL = Known(
    connected=True,
    token_until=NOW + timedelta(days=40),
    reach=Reach.OK,
    renewable=True,
    scopes_told=True,
    clock_seconds=1,
    telling=Telling.YES,
    version="v25.0",
    sunset=date(2028, 7, 29),
    read_at=NOW - timedelta(minutes=3),
)


def said(known: Known) -> dict[str, Mark]:
    return {line.said.format(**line.fields): line.mark for line in diagnose(known, NOW)}


def test_an_account_that_fares_well_has_eight_good_lines():
    assert list(said(WELL).values()) == [Mark.GOOD] * 8


@pytest.mark.parametrize(
    ("changed", "mark", "words"),
    [
        ({"connected": False}, Mark.BAD, "n'est pas connecté"),
        ({"reach": None}, Mark.PLAIN, "pas encore été vérifié"),
        ({"reach": Reach.AUTH_EXPIRED}, Mark.BAD, "n'accepte plus"),
        ({"reach": Reach.WRONG_ACCOUNT}, Mark.BAD, "d'un autre compte"),
        ({"reach": Reach.UNREACHABLE}, Mark.BAD, "n'a pas répondu"),
        ({"reach": Reach.LIMITED}, Mark.SOON, "d'attendre"),
        ({"token_until": None}, Mark.GOOD, "pas de fin"),
        ({"token_until": NOW}, Mark.BAD, "a pris fin le 18/11/2026 12:00"),
        ({"renewable": False}, Mark.GOOD, "jusqu'au 28/12/2026 12:00."),
        ({"renewable": False, "token_until": NOW + timedelta(days=3)}, Mark.SOON, "jusqu'au 21/11/2026"),
        ({"missing_scopes": ("a", "b")}, Mark.BAD, "autorisations : a, b"),
        ({"read_at": None}, Mark.BAD, "Aucun relevé"),
        ({"read_at": NOW - timedelta(hours=7)}, Mark.BAD, "18/11/2026 05:00"),
        ({"limited_until": NOW + timedelta(minutes=5)}, Mark.SOON, "18/11/2026 12:05"),
        ({"limited_until": NOW}, Mark.GOOD, "Aucune limite"),
        ({"next_at": NOW + timedelta(minutes=5)}, Mark.PLAIN, "sont comptés"),
        ({"clock_seconds": -121}, Mark.BAD, "121 secondes"),
        ({"sunset": date(2026, 11, 17)}, Mark.BAD, "v25.0 de l'interface du réseau a pris fin"),
        ({"sunset": date(2026, 12, 18)}, Mark.SOON, "dans 30 jours"),
        ({"telling": Telling.NO}, Mark.SOON, "ne nous notifie pas"),
        ({"telling": Telling.NEVER}, Mark.PLAIN, "n'envoie pas"),
    ],
)
def test_what_is_known_is_a_line(changed, mark, words):
    (found,) = [held for sentence, held in said(replace(WELL, **changed)).items() if words in sentence]
    assert found is mark


def test_what_is_bad_says_what_to_do():
    wrong = replace(
        WELL, token_until=NOW, missing_scopes=("a",), read_at=None, clock_seconds=999, sunset=date(2026, 1, 1)
    )
    for known in (wrong, replace(WELL, connected=False), *(replace(WELL, reach=reach) for reach in REACHED)):
        assert all(line.todo for line in diagnose(known, NOW) if line.mark is Mark.BAD)


def test_what_is_not_known_is_not_said():
    bare = Known(connected=True, token_until=None)
    assert len(diagnose(bare, NOW)) == 4
