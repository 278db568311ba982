"""The review: what changed, what is asked, decide on what one saw, sign, schedule, keep the proof."""

import pytest

from app_pages import _signature
from models.enums import CheckAnswer, PostStatus, Qualification, RejectReason, Role
from models.session import reading, transaction
from tests.factories import PASSWORD, person
from tests.media_samples import jpeg
from tests.pages.conftest import text_of
from tests.post_factories import (
    CLEAN_TEXT,
    HEALTH_TEXT,
    account,
    draft,
    edit,
    load,
    open_steps,
    post_at,
    send_back,
    sha_of,
    slot,
    submit,
)
from workflow import measuring, media, views
from workflow.content import MediaRef, VariantSettings


@pytest.fixture
def author(people):
    return people[Role.COMMUNITY_MANAGER]


@pytest.fixture
def post(people):
    return post_at(PostStatus.IN_REVIEW, people)


def errors(at) -> str:
    return " ".join(error.value for error in at.error)


def sign(at, password: str = PASSWORD):
    """Click [Approuver], type the password, click [Signer]."""
    for point in [each for each in at.segmented_control if (each.key or "").startswith("answer_")]:
        at.segmented_control(key=point.key).set_value(CheckAnswer.YES)
    at.button(key="approve").click().run()
    assert not errors(at), errors(at)
    at.text_input(key=_signature.PASSWORD).input(password)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not at.exception
    return at


def view_of(actor, post_id: str):
    with reading() as session:
        return views.post_view(session, actor, post_id=post_id)


def test_it_shows_what_is_asked_the_text_the_circuit_and_the_declarations(open_page, people, post):
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    assert not at.exception
    said = text_of(at)
    for words in ("« Course solidaire »", "À vous : Communication", "conforme à la ligne éditoriale", "reste", "dix kilomètres",
                  "Institutionnel", "280", "À signer", "Empreinte"):  # fmt: skip
        assert words in said, words


@pytest.mark.parametrize(("role", "notes"), [(Role.COMMUNICATIONS, 1), (Role.AUDITOR, 0), (Role.COMMUNITY_MANAGER, 0)])
def test_only_who_has_a_step_to_decide_writes_by_opening(open_page, people, post, monkeypatch, role, notes):
    written = []
    monkeypatch.setattr(measuring, "note_opening", lambda *_, post_id: written.append(post_id))
    open_page("review.py", people[role], post=post.id).run()
    assert written == [post.id] * notes


def test_signing_takes_three_clicks_and_the_password(open_page, people, post):
    at = open_page("posts.py", people[Role.COMMUNICATIONS])
    at.button(key=f"open_{post.id}").click().run()
    at = sign(at)
    assert load(post.id).status is PostStatus.APPROVED
    [step] = view_of(people[Role.COMMUNICATIONS], post.id).round.steps
    assert step.decisions[0].signature.printed_name == "Communications"
    said = text_of(open_page("review.py", people[Role.COMMUNICATIONS], post=post.id))
    assert "Signé par Communications" in said
    assert "sceau vérifié" in said


def test_a_wrong_password_says_so_and_signs_nothing(open_page, people, post):
    at = sign(open_page("review.py", people[Role.COMMUNICATIONS], post=post.id), "wrong")
    assert "Mot de passe" in errors(at) or "mot de passe" in errors(at)
    assert load(post.id).status is PostStatus.IN_REVIEW
    assert not view_of(people[Role.COMMUNICATIONS], post.id).round.steps[0].decisions


def test_an_author_cannot_sign_their_own_text(open_page, sqlite_db):
    both = person(Role.COMMUNITY_MANAGER, Role.COMMUNICATIONS)
    own = draft(both)
    submit(both, own.id)
    at = open_page("review.py", both, post=own.id)
    assert at.button(key="approve").disabled
    assert "Vous avez écrit ou modifié cette publication" in text_of(at)
    assert load(own.id).status is PostStatus.IN_REVIEW


def test_who_is_not_asked_sees_no_decision(open_page, people, post):
    at = open_page("review.py", people[Role.LEGAL], post=post.id)
    assert not {"approve", "reject", "request_changes"} & {button.key for button in at.button}


def test_a_signature_on_a_text_that_changed_meanwhile_is_refused(open_page, people, author, post):
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    edit(author, post.id, "Un texte changé pendant la relecture.")
    submit(author, post.id)
    at.button(key="approve").click().run()
    assert errors(at)
    assert load(post.id).status is PostStatus.IN_REVIEW
    assert "Un texte changé pendant la relecture." in text_of(at)


def test_a_signature_typed_after_the_text_changed_signs_nothing(open_page, people, author, post):
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    at.button(key="approve").click().run()
    edit(author, post.id, "Un texte changé pendant la signature.")
    at.text_input(key=_signature.PASSWORD).input(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert errors(at)
    assert load(post.id).status is PostStatus.DRAFT


def test_changes_are_asked_for_in_words(open_page, people, author, post):
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    at.button(key="request_changes").click().run()
    at.text_area(key="sending_back_words").input("Précisez la distance.")
    at.button(key="send_back").click().run()
    assert not at.exception
    assert load(post.id).status is PostStatus.CHANGES_REQUESTED
    assert "Précisez la distance." in text_of(at)


def test_changes_without_words_are_refused(open_page, people, post):
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    at.button(key="request_changes").click().run()
    at.button(key="send_back").click().run()
    assert "Dites ce qui doit changer" in errors(at)
    assert load(post.id).status is PostStatus.IN_REVIEW


def test_a_rejection_takes_a_reason_and_keeps_the_words_of_a_refused_one(open_page, people, post):
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    at.button(key="reject").click().run()
    at.text_area(key="sending_back_words").input("Le ton ne convient pas.")
    at.button(key="send_back").click().run()
    assert "Choisissez la raison du rejet" in errors(at)
    at.button(key="reject").click().run()
    assert at.text_area(key="sending_back_words").value == "Le ton ne convient pas."
    at.selectbox(key="sending_back_reason").select(RejectReason.NOT_OUR_MESSAGE)
    at.button(key="send_back").click().run()
    assert load(post.id).status is PostStatus.REJECTED


def test_a_reviewer_reads_what_changed_since_their_last_decision(open_page, people, author, post):
    send_back(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    edit(author, post.id, "Nos équipes ont couru douze kilomètres ensemble dimanche.")
    submit(author, post.id)
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    said = text_of(at)
    assert "De la v1 à la v2" in said
    assert 'class="cv-m-removed" title="Retiré">dix</mark>' in said
    assert 'class="cv-m-added" title="Ajouté">douze</mark>' in said
    at.segmented_control(key="reading").set_value("all").run()
    assert "De la v1 à la v2" not in text_of(at)


def test_who_never_decided_reads_the_whole_and_compares_any_two_versions(open_page, people, author, post):
    edit(author, post.id, "Nos équipes ont couru douze kilomètres.")
    edit(author, post.id, "Nos équipes ont couru treize kilomètres.")
    at = open_page("review.py", people[Role.LEGAL], post=post.id)
    assert "De la v" not in text_of(at)
    at.segmented_control(key="reading").set_value("other").run()
    assert "De la v2 à la v3" in text_of(at)
    at.selectbox(key="against").set_value(1).run()
    at.selectbox(key="compared").set_value(2).run()
    assert not at.exception
    assert "De la v1 à la v2" in text_of(at)
    assert "treize" not in text_of(at)


def test_what_changed_since_my_opinion_tells_networks_media_and_settings(open_page, people, author, post):
    send_back(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    with transaction() as session:
        kept = media.add_media(session, author, name="course.jpg", data=jpeg())
    pictured = {"media": (MediaRef(kept.sha256, "Des coureurs.", kept.mime, kept.name),)}
    closed = pictured | {"settings": VariantSettings(comments_open=False)}
    edit(author, post.id, CLEAN_TEXT, variant=closed)
    said = text_of(open_page("review.py", people[Role.COMMUNICATIONS], post=post.id))
    assert "Commentaires ouverts : <del>oui</del> → <strong>non</strong>" in said
    assert "course.jpg" in said
    edit(author, post.id, CLEAN_TEXT, account=account(handle="helior_rh"), variant=pictured)
    said = text_of(open_page("review.py", people[Role.COMMUNICATIONS], post=post.id))
    assert "compte ajouté" in said
    assert "compte retiré" in said


def test_two_reviewers_sign_in_parallel(open_page, people, author):
    from models.enums import Qualification

    post = draft(author, HEALTH_TEXT, qualification=Qualification.DISEASE)
    submit(author, post.id)
    sign(open_page("review.py", people[Role.COMMUNICATIONS], post=post.id))
    at = open_page("review.py", people[Role.LEGAL], post=post.id)
    assert "avec Affaires réglementaires, en parallèle" in text_of(at)
    sign(at)
    assert load(post.id).status is PostStatus.IN_REVIEW
    sign(open_page("review.py", people[Role.REGULATORY], post=post.id))
    assert load(post.id).status is PostStatus.APPROVED


def test_a_blocking_note_stops_the_signature_until_it_is_resolved(open_page, people, post):
    at = open_page("review.py", people[Role.LEGAL], post=post.id)
    at.text_area(key="note_text").input("Quelle source ?")
    at.checkbox(key="note_blocking").check()
    at.button(key="note_add").click().run()
    assert at.text_area(key="note_text").value == ""
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    assert at.button(key="approve").disabled
    assert "Remarques bloquantes ouvertes : 1" in text_of(at)
    [note] = view_of(people[Role.LEGAL], post.id).notes
    assert f"resolve_{note.note_id}" not in {button.key for button in at.button}
    at = open_page("review.py", people[Role.LEGAL], post=post.id)
    at.button(key=f"resolve_{note.note_id}").click().run()
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    assert not at.button(key="approve").disabled
    assert "Résolue par" in text_of(at)


def test_a_remark_on_a_passage_is_marked_in_the_text_here_and_in_the_editor(open_page, people, author, post):
    at = open_page("review.py", people[Role.LEGAL], post=post.id)
    at.text_area(key="note_text").input("Quelle distance ?")
    at.selectbox(key="note_place").select_index(1).run()
    at.text_input(key="note_passage").input("jamais écrit")
    at.button(key="note_add").click().run()
    assert "Ce passage n'est pas dans ce texte" in errors(at)
    assert at.text_area(key="note_text").value == "Quelle distance ?"
    at.text_input(key="note_passage").input("dix  kilomètres")
    at.button(key="note_add").click().run()
    assert not errors(at), errors(at)
    mark = 'class="cv-m-note" title="Remarque: Legal – Quelle distance ?">dix kilomètres</mark>'
    assert mark in text_of(at)
    at = open_page("editor.py", author, post=post.id)
    assert mark in text_of(at)
    [note] = view_of(author, post.id).notes
    at.button(key=f"done_{note.note_id}").click().run()
    assert "Fait, à vérifier" in text_of(at)
    at.text_area(key=f"answer_{note.note_id}").input("Dix, au compteur.")
    at.button(key=f"send_answer_{note.note_id}").click().run()
    assert "Dix, au compteur." in text_of(at)
    edit(author, post.id, "Nos équipes ont couru ensemble.")
    at = open_page("review.py", people[Role.LEGAL], post=post.id)
    assert "Passage modifié" in text_of(at)


def test_a_zone_of_a_picture_is_framed_on_it(open_page, people, author):
    with transaction() as session:
        kept = media.add_media(session, author, name="course.jpg", data=jpeg())
    pictured = draft(author, variant={"media": (MediaRef(kept.sha256, "Des coureurs.", kept.mime, kept.name),)})
    at = open_page("review.py", people[Role.LEGAL], post=pictured.id)
    at.text_area(key="note_text").input("Quel est ce logo ?")
    at.selectbox(key="note_place").select_index(2).run()
    at.number_input(key="note_x").set_value(10.0)
    at.button(key="note_add").click().run()
    assert not errors(at), errors(at)
    assert 'style="left:10.00%;top:25.00%;width:50.00%;height:50.00%"' in text_of(at)


def test_an_empty_note_is_refused_and_stays(open_page, people, post):
    at = open_page("review.py", people[Role.LEGAL], post=post.id)
    at.button(key="note_add").click().run()
    assert "Écrivez votre remarque" in errors(at)


def test_an_approved_post_is_scheduled_moved_and_unscheduled(open_page, people, author):
    post = post_at(PostStatus.APPROVED, people)
    at = open_page("review.py", author, post=post.id)
    at.datetime_input(key="slot").set_value(slot(24).replace(tzinfo=None)).run()
    at.button(key="schedule").click().run()
    assert not at.exception
    assert load(post.id).status is PostStatus.SCHEDULED
    assert "Programmée" in text_of(at)
    at.datetime_input(key="slot").set_value(slot(48).replace(tzinfo=None)).run()
    at.button(key="schedule").click().run()
    assert not errors(at)
    at.button(key="unschedule").click().run()
    assert load(post.id).status is PostStatus.APPROVED


def test_a_slot_that_has_passed_is_refused(open_page, people, author):
    post = post_at(PostStatus.APPROVED, people)
    at = open_page("review.py", author, post=post.id)
    at.datetime_input(key="slot").set_value(slot(-48).replace(tzinfo=None)).run()
    at.button(key="schedule").click().run()
    assert errors(at)
    assert load(post.id).status is PostStatus.APPROVED


def test_an_author_takes_a_post_back_with_a_reason(open_page, author, post):
    at = open_page("review.py", author, post=post.id)
    at.button(key="withdraw").click().run()
    assert "Indiquez une raison" in errors(at)
    at.text_input(key="withdraw_reason").input("Sujet abandonné.")
    at.button(key="withdraw").click().run()
    assert load(post.id).status is PostStatus.WITHDRAWN


def test_after_a_signature_the_next_text_is_one_click_away(open_page, people, author, post):
    other = draft(author, title="Forum santé")
    submit(author, other.id)
    at = sign(open_page("review.py", people[Role.COMMUNICATIONS], post=post.id))
    at.button(key="next").click().run()
    assert "« Forum santé »" in text_of(at)


def test_the_texts_that_wait_for_me_are_one_key_away_both_ways(open_page, people, author, post):
    others = [draft(author, title=title) for title in ("Forum santé", "Portes ouvertes")]
    for other in others:
        submit(author, other.id)
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=others[0].id)
    at.button(key="next").click().run()
    assert "« Portes ouvertes »" in text_of(at)
    assert "next" not in {button.key for button in at.button}
    at.button(key="previous").click().run()
    at.button(key="previous").click().run()
    assert "« Course solidaire »" in text_of(at)


def test_an_opinion_under_conditions_is_signed_answered_and_lifted(open_page, people, author, post):
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    at.button(key="conditional").click().run()
    at.button(key="set_conditions").click().run()
    assert "au moins une condition" in errors(at)
    at.button(key="conditional").click().run()
    at.text_area(key="conditions_typed").input("Citer la source.")
    at.text_input(key="condition_exact").input("dix kilomètres")
    at.text_input(key="condition_replacement").input("10 km")
    at.button(key="set_conditions").click().run()
    assert "ne vaut pas approbation" in text_of(at)
    at.text_input(key=_signature.PASSWORD).input(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not errors(at), errors(at)
    assert "Remplacer « dix kilomètres » par « 10 km »" in text_of(at)
    assert at.button(key="approve").disabled
    assert load(post.id).status is PostStatus.IN_REVIEW
    at = open_page(None, author)
    assert "Conditions à remplir (1)" in text_of(at)
    at = open_page("review.py", author, post=post.id)
    [apply] = [button for button in at.button if (button.key or "").startswith("apply_")]
    apply.click().run()
    assert "10 km" in text_of(at)
    submit(author, post.id)
    at = open_page("review.py", people[Role.COMMUNICATIONS], post=post.id)
    assert "mot pour mot" in text_of(at)
    sign(at)
    assert load(post.id).status is PostStatus.APPROVED


def test_a_post_that_does_not_exist_is_a_sentence(open_page, people):
    at = open_page("review.py", people[Role.LEGAL], post="nothing")
    assert not at.exception
    assert "existe" in errors(at)


def test_without_a_post_it_says_where_to_find_one(open_page, people):
    assert "Ouvrez une publication" in text_of(open_page("review.py", people[Role.LEGAL]))


@pytest.mark.parametrize("status", [status for status in PostStatus if status is not PostStatus.PUBLISHED])
def test_every_state_is_shown_to_every_role(open_page, people, status):
    post = post_at(status, people)
    for role in (Role.COMMUNITY_MANAGER, Role.REGULATORY, Role.AUDITOR):
        at = open_page("review.py", people[role], post=post.id)
        assert not at.exception
        assert not errors(at)


def test_the_page_says_which_signatures_are_carried_over_and_which_fell(open_page, people):
    cm, disease = people[Role.COMMUNITY_MANAGER], {"qualification": Qualification.DISEASE}
    post = post_at(PostStatus.APPROVED, people, HEALTH_TEXT.replace("horaires", "horraires"), **disease)
    edit(cm, post.id, HEALTH_TEXT, **disease)
    submit(cm, post.id)
    said = text_of(open_page("review.py", people[Role.REGULATORY], post=post.id))
    assert said.count("Reprise de la v1 ; changé depuis : faute de frappe corrigée</span>") == 2
    assert "À signer de nouveau, depuis la v1 : faute de frappe corrigée" in said
