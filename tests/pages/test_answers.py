"""Answering on the screen: a courtesy read at once and called back, words that an approver signs, texts, promises."""

import pytest
from sqlmodel import select

from app_pages import _signature
from models.case import ApprovedText, Reply
from models.enums import Intent, ReplyFacet, ReplyKind, ReplyStatus, ReplyTopic, Role, TextStatus
from models.session import reading
from tests.comment_factories import HARMLESS, bring_text, comment, community_manager, company_account, signer
from tests.factories import PASSWORD
from tests.pages.conftest import keyed, press, said_error, text_of


@pytest.fixture
def comment_id(sqlite_db):
    return bring_text(company_account(), HARMLESS)


def the(kind):
    with reading() as session:
        return session.exec(select(kind).order_by(kind.id.desc()).limit(1)).one()


def typed(at, key, value):
    keyed([*at.text_area, *at.text_input], key).set_value(value).run()
    assert not at.exception


def signed(at):
    at.text_input(key=_signature.PASSWORD).set_value(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not at.exception


def test_a_courtesy_is_read_at_once_sent_and_called_back_with_its_words(open_page, comment_id):
    at = open_page("people_waiting.py", community_manager(), comment=comment_id)
    keyed(at.button_group, f"way_{comment_id}").set_value(ReplyKind.COURTESY).run()
    typed(at, f"courtesy_{comment_id}", "Merci, à prendre 2 fois")
    assert "parle de santé" in text_of(at)
    press(at, "send_courtesy")
    assert "Ce texte ne part pas seul" in said_error(at)
    assert keyed(at.text_area, f"courtesy_{comment_id}").value == "Merci, à prendre 2 fois", "nothing typed is lost"
    typed(at, f"courtesy_{comment_id}", "Merci beaucoup !")
    press(at, "send_courtesy")
    assert "Part dans" in text_of(at)
    press(at, "call_back")
    assert comment(comment_id).reply is ReplyFacet.OWED
    assert keyed(at.text_area, f"courtesy_{comment_id}").value == "Merci beaucoup !"


def test_words_of_ones_own_are_edited_with_the_difference_and_signed_by_their_approver(open_page, comment_id):
    at = open_page("people_waiting.py", community_manager(), comment=comment_id)
    assert "Ce réseau ne laisse pas répondre en privé" in text_of(at)
    keyed(at.button_group, f"way_{comment_id}").set_value(ReplyKind.FREE).run()
    typed(at, f"before_{comment_id}", "Nous regardons cela et revenons vers vous.")
    keyed(at.selectbox, f"topic_{comment_id}").set_value(ReplyTopic.OTHER).run()
    press(at, "submit_answer")
    assert "attend l&#39;approbation" in text_of(at)
    approver = signer(Role.REGULATORY)
    at = open_page("reply_approvals.py", approver)
    typed(at, "approve_before_", "Nous regardons cela.")
    assert "Ce que vous avez changé" in text_of(at)
    press(at, f"approve_{the(Reply).id}")
    signed(at)
    reply = the(Reply)
    assert (reply.status, reply.text, reply.approver_id) == (ReplyStatus.QUEUED, "Nous regardons cela.", approver.id)
    assert "Aucune réponse n'attend votre approbation" in text_of(at).replace("&#39;", "'")


def test_a_library_text_is_proposed_refused_with_a_sentence_and_signed(open_page, sqlite_db):
    at = open_page("library.py", community_manager(), partie="Réponses approuvées")
    for name, value in (("key", "merci"), ("title", "Remercier"), ("words", "Merci {{Prénom}}")):
        typed(at, f"text_new_{name}", value)
    keyed(at.multiselect, "text_new_intents").set_value([Intent.PRAISE]).run()
    press(at, "text_propose")
    assert "n'est pas un champ" in said_error(at)
    typed(at, "text_new_words", "Merci {{prenom}}")
    press(at, "text_propose")
    assert "Proposé" in text_of(at)
    at = open_page("library.py", signer(Role.MEDICAL), partie="Réponses approuvées")
    press(at, f"sign_{the(ApprovedText).id}")
    signed(at)
    assert the(ApprovedText).status is TextStatus.SIGNED_BY_MEDICAL
    assert "Affaires médicales" in text_of(at)


def test_a_promised_contact_stands_in_the_list_until_it_is_noted(open_page, comment_id):
    at = open_page("people_waiting.py", community_manager(), comment=comment_id)
    press(at, "promise")
    assert "Dites pour quoi" in said_error(at)
    typed(at, f"promise_about_{comment_id}", "Dire ce que nous avons trouvé")
    press(at, "promise")
    said = text_of(at)
    assert "Dire ce que nous avons trouvé" in said
    assert '<span class="cv-big">1</span>' in said
    typed(at, "kept_", "Écrit ce matin, merci reçu.")
    press(at, "end_kept_")
    assert "Dire ce que nous avons trouvé" not in text_of(at)
