"""Détection on the screen: proposed, tried, its lists read, signed by another officer; read only for others."""

import pytest

from app_pages import _signature
from models.enums import PvFacet, Role, Screening
from moderation import shadow
from tests.comment_factories import bring_text, comment, company_account, officer, products
from tests.factories import PASSWORD, person
from tests.pages.conftest import press, said_error, text_of

STRANGE = "Mon chat a le zinzolin depuis hier, <script>alert(1)</script> quelle histoire. Tél 06 12 34 56 78"


@pytest.fixture
def comment_id(sqlite_db):
    products()
    found = bring_text(company_account(), STRANGE)
    assert comment(found).screening is Screening.CLEARED
    return found


def walk():
    while shadow.step():
        pass


def propose(at, reason="Vu dans les appels."):
    at.text_area(key="detection_suspect").input("zinzolin")
    at.text_area(key="detection_nicknames").input("la carde = Cardexine")
    at.selectbox(key="detection_promise").select(5)
    at.text_input(key="detection_reason").input(reason)
    press(at, "detection_propose")


def test_a_change_from_its_words_to_its_signature(comment_id, open_page):
    ana, boris = officer("ana"), officer("boris")
    at = open_page("detection.py", ana)
    said = text_of(at)
    assert "livrée avec le produit" in said
    assert "aucun ; les listes du produit" in said
    propose(at, reason="")
    assert "Dites pourquoi" in said_error(at)
    assert at.text_area(key="detection_suspect").value == "zinzolin", "nothing typed is lost"
    propose(at)
    said = text_of(at)
    assert "la carde = Cardexine" in said
    assert "Pourrait laisser passer plus de cas" in said
    press(at, "detection_run")
    assert "Essai en cours" in text_of(at)
    walk()
    at.run()
    said = text_of(at)
    assert "1 commentaire relu" in said
    assert "zinzolin" in said
    assert "<script>" not in said
    assert "06 12" not in said
    assert "Aucun commentaire ne cesserait" in said
    assert "un autre membre" in said
    assert at.button(key="detection_sign").disabled
    at = open_page("detection.py", boris)
    press(at, "detection_sign")
    at.text_input(key=_signature.PASSWORD).input(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not at.exception
    assert "Signature enregistrée" in at.success[0].value.replace("\\", "")
    walk()
    at.run()
    said = text_of(at)
    assert "Signé par Boris" in said
    assert "au plus 5 % de cas manqués" in said
    assert comment(comment_id).pv is PvFacet.POSSIBLE


def test_a_change_is_taken_back_with_its_reason(comment_id, open_page):
    at = open_page("detection.py", officer("ana"))
    propose(at)
    press(at, "detection_drop_send")
    assert "raison" in said_error(at)
    at.text_input(key="detection_drop_why").input("Trop large.")
    press(at, "detection_drop_send")
    assert "Retiré" in text_of(at)
    assert at.button(key="detection_propose")


@pytest.mark.parametrize("role", [Role.QUALITY, Role.AUDITOR, Role.RESPONSIBLE_PHARMACIST])
def test_others_read_only(role, comment_id, open_page):
    at = open_page("detection.py", person(role))
    assert not at.exception
    assert "Aucun changement en préparation" in text_of(at)
    assert not [button for button in at.button if (button.key or "").startswith("detection_")]
