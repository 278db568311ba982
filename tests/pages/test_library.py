"""Bibliothèque: visas, claims, references, products and earlier posts; what would fall is said before."""

import pytest

from app_pages import _signature
from compliance import clock
from models.enums import PostStatus, Qualification, Role
from models.session import transaction
from tests.factories import PASSWORD, committee
from tests.library_factories import CLAIM, QUOTE, approved, docx, in_a_year, reference
from tests.pages.conftest import keyed, press, text_of
from tests.post_factories import OTC, account, post_at, product
from workflow.content import VariantSettings
from workflow.products import register_product
from workflow.visa_windows import last_day


def test_a_visa_is_filed_granted_and_suspended(open_page, sqlite_db):
    people = committee()
    with transaction() as session:
        register_product(session, people[Role.ADMINISTRATOR], record=OTC)
    at = open_page("library.py", people[Role.REGULATORY])
    assert "Aucun visa au registre" in text_of(at)
    at.text_input(key="visa_number").input("GP-7").run()
    press(at, "visa_file")
    press(at, "grant_")
    today = clock.paris(clock.now()).date()
    assert f"du {today:%d/%m/%Y} au {last_day(today):%d/%m/%Y} inclus" in text_of(at)
    post_at(PostStatus.SCHEDULED, people, visa="GP-7")
    at = open_page("library.py", people[Role.REGULATORY])
    assert "1 publication concernée, 1 programmée" in text_of(at)
    keyed(at.text_input, "why_suspend_").input("Alerte").run()
    press(at, "suspend_")
    assert "Suspendu" in text_of(at)
    work = text_of(open_page("my_work.py", people[Role.COMMUNITY_MANAGER]))
    assert "Le visa GP-7 est suspendu. Alerte" in work


def test_the_planner_advises_everyone(open_page, sqlite_db):
    at = open_page("library.py", committee()[Role.COMMUNITY_MANAGER])
    said = text_of(at)
    assert "Trop tard pour cette date" in said or "Aucune période" in said
    assert not [button for button in at.button if button.key == "visa_file"]


def filled(at, key, value):
    field = next(each for kind in (at.text_area, at.text_input) for each in kind if each.key == key)
    field.set_value(value).run()
    assert not at.exception


def sign(at):
    at.text_input(key=_signature.PASSWORD).input(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not at.exception


def test_a_claim_is_written_sourced_and_approved_by_two_people(open_page, sqlite_db):
    people = committee()
    held = reference(people[Role.MEDICAL])
    at = open_page("library.py", people[Role.MEDICAL], partie="Allégations")
    assert "Aucune allégation" in text_of(at)
    filled(at, "claim_text", CLAIM)
    at.date_input(key="claim_until").set_value(in_a_year()).run()
    press(at, "claim_keep")
    key = next(str(each.key) for each in at.text_area if str(each.key).startswith("quote_"))
    filled(at, key, "Ces mots n'y sont pas du tout.")
    press(at, "quote_add_")
    assert "ne se trouve pas dans le document" in " ".join(error.value for error in at.error)
    filled(at, key, QUOTE)
    press(at, "quote_add_")
    assert f"{held.title} — {held.citation}, page 2 sur 2" in text_of(at)
    assert next(each for each in at.button if str(each.key).startswith("claim_sign_")).disabled
    at = open_page("library.py", people[Role.REGULATORY], partie="Allégations")
    press(at, "claim_sign_")
    sign(at)
    assert "Approuvée" in text_of(at)


def test_a_withdrawn_claim_shows_first_what_falls_with_it(open_page, sqlite_db):
    people = committee()
    approved(people)
    post = post_at(PostStatus.SCHEDULED, people, f"Printemps : {CLAIM}")
    at = open_page("review.py", people[Role.MEDICAL], post=post.id)
    assert "Allégations et sources : 1/1 valides" in [each.label for each in at.expander]
    assert QUOTE in text_of(at)
    at = open_page("library.py", people[Role.REGULATORY], partie="Allégations")
    assert "1 publication concernée, 1 programmée" in text_of(at)
    filled(at, next(str(each.key) for each in at.text_input if str(each.key).startswith("claim_why_")), "Contredite.")
    press(at, "claim_withdraw_")
    assert "Retirée" in text_of(at)
    assert "Contredite." in text_of(open_page("my_work.py", people[Role.COMMUNITY_MANAGER]))


def test_a_reference_is_brought_read_and_opened(open_page, sqlite_db):
    people = committee()
    at = open_page("library.py", people[Role.MEDICAL], partie="Références")
    at.file_uploader[0].set_value([("etude.docx", docx(), "application/octet-stream")]).run()
    filled(at, "reference_title", "Étude Rhino 1")
    filled(at, "reference_citation", "Dupont A. 2024.")
    press(at, "reference_add")
    assert "2 pages" in text_of(at)
    press(at, "show_library_")
    assert len(at.get("download_button")) == 1


def test_a_change_of_a_product_shows_what_falls_before_it_is_saved(open_page, sqlite_db):
    people = committee()
    rinozel = product(OTC)
    post_at(
        PostStatus.SCHEDULED, people, "Rinozel soulage la rhinite allergique.", products=(rinozel,),
        qualification=Qualification.PRODUCT_INFO, variant={"settings": VariantSettings(comments_open=False)},
    )  # fmt: skip
    at = open_page("library.py", people[Role.REGULATORY], partie="Produits")
    assert "1 publication concernée" in text_of(at)
    at.checkbox(key=f"rx_{rinozel}_1").check().run()
    assert text_of(at).count("1 publication concernée") > 1
    filled(at, f"product_edit_why_{rinozel}_1", "Délisté.")
    press(at, "product_edit")
    assert "sur ordonnance" in text_of(at)
    assert "Délisté." in text_of(open_page("my_work.py", people[Role.COMMUNITY_MANAGER]))


def test_a_list_of_earlier_posts_is_looked_at_then_taken_in(open_page, sqlite_db):
    people = committee()
    account()
    at = open_page("library.py", people[Role.COMMUNITY_MANAGER], partie="Publications antérieures")
    rows = [
        "réseau;compte;adresse;date;texte",
        "X;helior_labo;https://x.com/h/status/7;12/03/2025;Bonjour.",
        "X;a;b;c;d",
    ]
    at.file_uploader[0].set_value([("liste.csv", "\n".join(rows).encode(), "text/csv")]).run()
    said = text_of(at)
    assert "1 à reprendre, 0 déjà là, 1 à corriger." in said
    assert "Ligne 3 : " in said
    press(at, "prior_take")
    assert "Antérieure à Covigie, sans signature" in text_of(at)
    press(at, "prior_open_")
    assert "Antérieure à Covigie, sans signature" in text_of(at)


@pytest.mark.parametrize("part", ["Visas", "Allégations", "Références", "Produits", "Publications antérieures"])
def test_an_auditor_reads_every_part_and_changes_nothing(open_page, sqlite_db, part):
    people = committee()
    approved(people)
    product(OTC)
    at = open_page("library.py", people[Role.AUDITOR], partie=part)
    assert not at.exception
    keys = [str(each.key) for each in at.button]
    assert not [
        each for each in keys if each.startswith(("claim_", "quote_", "reference_", "product_", "prior_", "visa_"))
    ]
