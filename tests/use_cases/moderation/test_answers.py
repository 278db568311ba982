"""Library texts, courtesies and approved words: what leaves is what the right people let through, and nothing else."""

from datetime import timedelta

import pytest

from compliance import accounts, clock
from connectors import registry
from connectors.base import Support
from errors import InvalidInput, NotPermitted, RuleViolated, StaleVersion
from models.case import ApprovedText, Reply
from models.comment import Comment
from models.enums import (
    ContactWay,
    PvFacet,
    ReplyFacet,
    ReplyKind,
    ReplyStatus,
    ReplyTopic,
    Role,
    TextStatus,
    VisibilityFacet,
    WaiverReason,
)
from models.session import get, reading, transaction
from moderation import approvals, call_backs, library, queries, replies, reply_drafts
from moderation.as_approved import check_same
from moderation.deadlines import paris_day
from tests.comment_factories import (
    HARMLESS,
    approved_text,
    bring,
    bring_text,
    comment,
    community_manager,
    company_account,
    count,
    incoming,
    products,
    proposed_text,
    sign_text,
    signer,
    work,
)
from tests.factories import person, proven_nonce
from tests.use_cases.moderation.test_replies import Wall, later, reply, waiting

QUESTION = "Peut-on prendre Cardexine avec du paracétamol ?"


@pytest.fixture
def wall(db, monkeypatch):
    network = Wall()
    monkeypatch.setattr(accounts, "open_channel", lambda _account: network)
    return network


@pytest.fixture
def cm(db):
    products()
    return community_manager()


@pytest.fixture
def account(cm):
    return company_account()


@pytest.fixture
def comment_id(account):
    return bring_text(account, HARMLESS)


def said_to(comment_id, use_case, actor, **fields):
    with transaction() as session:
        return use_case(session, actor, comment_id=comment_id, row_version=comment(comment_id).row_version, **fields)


def fresh(kind, key):
    with reading() as session:
        return get(session, kind, key)


# ------------------------------------------------------------------------------------- the circuit of library texts


@pytest.mark.parametrize("order", [(Role.PV_OFFICER, Role.MEDICAL), (Role.MEDICAL, Role.PV_OFFICER)], ids=("pv", "med"))
def test_a_text_answers_once_pv_and_medical_in_any_order_and_then_regulatory_signed_it(wall, cm, comment_id, order):
    text = proposed_text(cm)
    for role in (*order, Role.REGULATORY):
        with pytest.raises(RuleViolated, match="plus approuvé"):
            said_to(comment_id, replies.answer, cm, approved_text_id=text.id)
        sign_text(signer(role), text.id)
    assert fresh(ApprovedText, text.id).status is TextStatus.APPROVED
    said_to(comment_id, replies.answer, cm, approved_text_id=text.id)
    work()
    assert [post.text for post in wall.public] == [text.text]


def test_regulatory_signs_last_the_author_never_and_nobody_twice(cm):
    author = signer(Role.MEDICAL)
    text = proposed_text(author)
    with pytest.raises(NotPermitted, match="réglementaire"):
        sign_text(signer(Role.REGULATORY), text.id)
    with pytest.raises(RuleViolated, match="Vous avez proposé"):
        sign_text(author, text.id)
    both = person(Role.PV_OFFICER, Role.REGULATORY, login="both")
    sign_text(both, text.id)
    sign_text(person(Role.MEDICAL, login="medical2"), text.id)
    with pytest.raises(RuleViolated, match="déjà signé"):
        sign_text(both, text.id)
    for role in (Role.LEGAL, Role.COMMUNICATIONS, Role.ADMINISTRATOR):
        with pytest.raises(NotPermitted):
            sign_text(person(role), text.id)
    assert fresh(ApprovedText, text.id).status is TextStatus.SIGNED_BY_BOTH


def test_a_change_is_a_new_version_and_the_one_in_force_answers_until_the_new_one_is_signed(cm):
    old = approved_text(text="Ancien")
    new = proposed_text(cm, text="Nouveau")
    with reading() as session:
        assert [t.text for t in library.sendable(session)] == ["Ancien"]
    for role in library.SIGNED_BY:
        sign_text(signer(role), new.id)
    with reading() as session:
        assert [(t.text, t.n) for t in library.sendable(session)] == [("Nouveau", 2)]
    assert fresh(ApprovedText, old.id).status is TextStatus.REPLACED


def test_a_newer_proposal_ends_the_one_that_nobody_finished_signing(cm):
    first = proposed_text(cm)
    sign_text(signer(Role.PV_OFFICER), first.id)
    proposed_text(cm, text="Autrement")
    assert fresh(ApprovedText, first.id).status is TextStatus.REPLACED
    with pytest.raises(NotPermitted):
        sign_text(signer(Role.MEDICAL), first.id)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, "une clé, un titre et des mots"),
        ({"valid_until": paris_day(clock.now())}, "au plus 12 mois"),
        ({"valid_until": paris_day(clock.now()) + timedelta(days=400)}, "au plus 12 mois"),
        ({"text": "Bonjour {{Prénom}}"}, "n'est pas un champ"),
        ({"text": "Bonjour {{"}, "n'est pas un champ"),
        ({"text": "Voyez {{lien}}"}, "valeurs permises du champ « lien »"),
        ({"text": "Voyez {{lien}}", "choices": {"lien": ["{{x}}"]}}, "accolades"),
        ({"language": "de"}, "en français ou en anglais"),
        ({"intents": []}, "quelles intentions"),
    ],
)
def test_a_text_that_could_not_be_sent_is_not_proposed(cm, fields, said):
    with pytest.raises(InvalidInput, match=said):
        proposed_text(cm, **fields)
    assert count(ApprovedText) == 0


def test_a_text_whose_last_day_is_over_is_neither_signed_nor_sent(wall, cm, comment_id):
    text, other = approved_text(), proposed_text(cm, key="autre")
    with clock.at(clock.now() + timedelta(days=91)):
        with pytest.raises(RuleViolated, match="a expiré"):
            said_to(comment_id, replies.answer, cm, approved_text_id=text.id)
        with pytest.raises(RuleViolated, match="a expiré"), reading() as session:
            library.may_sign(session, signer(Role.MEDICAL), other, other.content_sha256)
        with reading() as session:
            assert library.sendable(session) == []


def test_withdrawing_a_text_stops_at_once_the_answers_that_have_not_left(wall, cm, comment_id):
    text = approved_text()
    said_to(comment_id, replies.answer, cm, approved_text_id=text.id)
    with transaction() as session, pytest.raises(RuleViolated, match="raison"):
        library.withdraw_text(session, signer(Role.MEDICAL), text_id=text.id, reason=" ")
    with transaction() as session:
        assert library.withdraw_text(session, signer(Role.MEDICAL), text_id=text.id, reason="Donnée périmée") == 1
    assert (reply().status, comment(comment_id).reply) == (ReplyStatus.FAILED, ReplyFacet.OWED)
    assert "a été retiré avant l'envoi" in reply().last_error
    work()
    assert wall.public == []


def test_a_refusal_needs_words_and_ends_a_proposal(cm):
    text = proposed_text(cm)
    pv = signer(Role.PV_OFFICER)
    with transaction() as session, pytest.raises(RuleViolated, match="raison"):
        library.refuse_text(session, pv, text_id=text.id, row_version=None, reason="")
    with transaction() as session:
        library.refuse_text(session, pv, text_id=text.id, row_version=None, reason="Trop vague")
    assert (fresh(ApprovedText, text.id).status, fresh(ApprovedText, text.id).ended_reason) == (
        TextStatus.REFUSED,
        "Trop vague",
    )


def test_the_words_of_a_text_are_kept_for_good(cm):
    text = proposed_text(cm)
    with pytest.raises(Exception, match="append-only"), transaction() as session:
        get(session, ApprovedText, text.id).text = "Autre chose"


def test_uses_that_were_changed_behind_the_signatures_answer_nobody(wall, cm, comment_id):
    text = approved_text()
    with transaction() as session:
        get(session, ApprovedText, text.id).choices = {"lien": ["https://evil.example"]}
    with pytest.raises(RuleViolated, match="ne couvrent pas"):
        said_to(comment_id, replies.answer, cm, approved_text_id=text.id)


LINKS = {"lien": ["https://helior.example/a", "https://helior.example/b"]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Remplissez le champ « prenom »"),
        ({"prenom": "Anne-Marie"}, "Remplissez le champ « lien »"),
        ({"prenom": "Anne", "lien": "https://evil.example"}, "n'est pas permis"),
        ({"prenom": "Anne 06", "lien": LINKS["lien"][0]}, "n'est pas permis"),
        ({"prenom": "{{lien}}", "lien": LINKS["lien"][0]}, "n'est pas permis"),
    ],
)
def test_a_placeholder_left_or_filled_with_something_else_stops_the_answer(wall, cm, comment_id, given, said):
    text = approved_text(text="Bonjour {{prenom}}, voyez {{lien}} .", choices=LINKS)
    with pytest.raises(RuleViolated, match=said):
        said_to(comment_id, replies.answer, cm, approved_text_id=text.id, given=given)
    assert count(Reply) == 0
    said_to(
        comment_id,
        replies.answer,
        cm,
        approved_text_id=text.id,
        given={"prenom": "Anne-Marie", "lien": LINKS["lien"][1]},
    )
    work()
    assert [post.text for post in wall.public] == ["Bonjour Anne-Marie, voyez https://helior.example/b ."]


# ------------------------------------------------------------------------------------------------------- courtesies


def test_a_courtesy_leaves_on_the_community_managers_name(wall, cm, comment_id):
    said_to(comment_id, replies.answer_courtesy, cm, text="Merci beaucoup, belle journée !")
    work()
    assert (reply().kind, reply().status, wall.public[0].text) == (
        ReplyKind.COURTESY,
        ReplyStatus.CONFIRMED,
        "Merci beaucoup, belle journée !",
    )


def test_a_text_that_is_no_courtesy_says_which_word_stands_in_the_way(wall, cm, comment_id):
    for words, said in (
        ("Merci pour Cardexine", "cardexine"),
        ("Rendez-vous à 12 h", "1"),
        ("Prenez soin de vous", "santé"),
    ):
        with pytest.raises(RuleViolated, match=said):
            said_to(comment_id, replies.answer_courtesy, cm, text=words)
    assert count(Reply) == 0


def test_a_courtesy_that_names_a_product_registered_since_is_held_back(wall, cm, comment_id):
    from models.enums import ProductKind, ProductOwner
    from models.product import Product

    said_to(comment_id, replies.answer_courtesy, cm, text="Merci, toute la Brisolane vous salue !")
    with transaction() as session:
        session.add(Product(name="Brisolane", kind=ProductKind.OTC, owner=ProductOwner.OWN))
    work()
    assert (wall.public, reply().status, comment(comment_id).reply) == ([], ReplyStatus.FAILED, ReplyFacet.OWED)


def test_a_medical_question_is_answered_by_texts_of_medical_affairs_alone(wall, cm, account):
    comment_id = bring_text(account, QUESTION)
    thanks = approved_text()
    with pytest.raises(RuleViolated, match="mot de courtoisie"):
        said_to(comment_id, replies.answer_courtesy, cm, text="Merci beaucoup !")
    with pytest.raises(RuleViolated, match="n'est pas signé pour les questions médicales"):
        said_to(comment_id, replies.answer, cm, approved_text_id=thanks.id)
    asked = said_to(comment_id, approvals.submit_answer, cm, before="Merci, à bientôt.", topic=ReplyTopic.OTHER)
    assert asked.topic is ReplyTopic.MEDICAL
    with transaction() as session:
        approvals.take_back_answer(session, cm, reply_id=asked.id, row_version=asked.row_version)
    made = approved_text(key="question", intents=["medical_question"], text="Votre médecin connaît votre situation.")
    said_to(comment_id, replies.answer, cm, approved_text_id=made.id)


# ------------------------------------------------------------------------------------------------ words of one's own


def ask(comment_id, cm, before="Nous regardons cela et revenons vers vous.", **fields):
    return said_to(comment_id, approvals.submit_answer, cm, before=before, **fields)


def approve(actor, asked, before, after=""):
    seen = {"reply_id": asked.id, "row_version": asked.row_version, "before": before, "after": after}
    with transaction() as session:
        dialog = approvals.open_answer_approval(session, actor, **seen)
    nonce = proven_nonce(actor, subject_id=asked.id, content_sha256=dialog.content_sha256)
    with transaction() as session:
        return approvals.approve_answer(session, actor, nonce_id=nonce, **seen)


def test_what_leaves_is_what_the_approver_signed_and_what_was_proposed_is_kept(wall, cm, comment_id):
    asked = ask(comment_id, cm, topic=ReplyTopic.OTHER)
    assert (comment(comment_id).reply, waiting()) == (ReplyFacet.DRAFTED, 1)
    approve(signer(Role.REGULATORY), asked, "Nous regardons cela.")
    work()
    assert ([post.text for post in wall.public], waiting()) == (["Nous regardons cela."], 0)
    assert reply().proposed_text == "Nous regardons cela et revenons vers vous."


@pytest.mark.parametrize(
    ("topic", "role"),
    [
        (ReplyTopic.QUALITY, Role.QUALITY),
        (ReplyTopic.LEGAL, Role.LEGAL),
        (ReplyTopic.OTHER, Role.REGULATORY),
        (ReplyTopic.MEDICAL, Role.MEDICAL),
    ],
)
def test_each_topic_is_approved_by_its_role_and_by_no_other(wall, cm, comment_id, topic, role):
    asked = ask(comment_id, cm, topic=topic)
    for other in {Role.QUALITY, Role.LEGAL, Role.REGULATORY, Role.MEDICAL} - {role}:
        with pytest.raises(NotPermitted):
            approve(signer(other), asked, asked.text)
    with reading() as session:
        assert [row.id for row in queries.to_approve(session, signer(role))] == [asked.id]
    approve(signer(role), asked, asked.text)


def test_medical_words_make_an_answer_medical_whatever_was_chosen(wall, cm, comment_id):
    asked = ask(comment_id, cm, before="Parlez-en à votre médecin.", topic=ReplyTopic.LEGAL)
    assert asked.topic is ReplyTopic.MEDICAL
    promotional = person(Role.MEDICAL, Role.COMMUNICATIONS, login="both")
    with pytest.raises(NotPermitted, match="promotionnel"):
        approve(promotional, asked, asked.text)


def test_an_approver_cannot_add_medical_words_to_an_answer_of_another_topic(wall, cm, comment_id):
    asked = ask(comment_id, cm, topic=ReplyTopic.OTHER)
    with pytest.raises(RuleViolated, match="parle de santé"):
        approve(signer(Role.REGULATORY), asked, "Arrêtez votre traitement.")


def test_the_author_does_not_approve_their_own_words(wall, account):
    both = person(Role.COMMUNITY_MANAGER, Role.REGULATORY, login="both")
    asked = ask(bring_text(account, HARMLESS), both, topic=ReplyTopic.OTHER)
    with pytest.raises(RuleViolated, match="Vous avez écrit"):
        approve(both, asked, asked.text)


def test_a_library_text_stays_locked_between_words_of_ones_own(wall, cm, comment_id):
    block = approved_text(text="Écrivez à contact@helior.example .")
    asked = ask(
        comment_id, cm, before="Désolés.", after="À bientôt.", approved_text_id=block.id, topic=ReplyTopic.OTHER
    )
    assert asked.text == "Désolés. Écrivez à contact@helior.example . À bientôt."
    approve(signer(Role.REGULATORY), asked, "Navrés.", "À bientôt.")
    work()
    assert wall.public[0].text == "Navrés. Écrivez à contact@helior.example . À bientôt."


def test_words_changed_behind_a_signature_do_not_leave(wall, cm, comment_id):
    from compliance.canonical import sha256_text

    asked = ask(comment_id, cm, topic=ReplyTopic.OTHER)
    approve(signer(Role.REGULATORY), asked, asked.text)
    with transaction() as session:
        changed = get(session, Reply, asked.id)
        changed.text, changed.text_sha256 = "Autre chose", sha256_text("Autre chose")
        with pytest.raises(RuleViolated, match="n'est pas ce qui a été approuvé"):
            check_same(session, changed)
    work()
    assert (wall.public, reply().status, waiting()) == ([], ReplyStatus.FAILED, 1)


def test_a_refused_answer_is_a_draft_again_with_the_reason(wall, cm, comment_id):
    asked = ask(comment_id, cm, topic=ReplyTopic.OTHER)
    legal, regulatory = signer(Role.LEGAL), signer(Role.REGULATORY)
    with transaction() as session, pytest.raises(RuleViolated, match="autre rôle"):
        approvals.refuse_answer(session, legal, reply_id=asked.id, row_version=asked.row_version, reason="Non")
    with transaction() as session, pytest.raises(RuleViolated, match="raison"):
        approvals.refuse_answer(session, regulatory, reply_id=asked.id, row_version=asked.row_version, reason=" ")
    with transaction() as session:
        approvals.refuse_answer(
            session, regulatory, reply_id=asked.id, row_version=asked.row_version, reason="Trop long"
        )
    with reading() as session:
        draft = reply_drafts.draft_of(session, cm, comment_id)
    assert (draft.content["before"], reply().refusal, comment(comment_id).reply) == (
        asked.text,
        "Trop long",
        ReplyFacet.OWED,
    )


def test_an_answer_to_words_that_changed_is_not_approved_and_holds_nothing_back(wall, cm, account, comment_id):
    asked = ask(comment_id, cm, topic=ReplyTopic.OTHER)
    bring(account, incoming(1, "Tout autre chose", edits=("11",)), cursor="c2")
    with pytest.raises(StaleVersion, match="a modifié son commentaire"):
        approve(signer(Role.REGULATORY), asked, asked.text)
    said_to(comment_id, replies.answer_courtesy, cm, text="Merci beaucoup !")
    assert fresh(Reply, asked.id).status is ReplyStatus.CALLED_BACK


def test_a_text_that_waits_for_its_approval_holds_back_other_words_but_no_library_text(wall, cm, comment_id):
    asked = ask(comment_id, cm, topic=ReplyTopic.OTHER)
    with pytest.raises(RuleViolated, match="attend déjà son approbation"):
        said_to(comment_id, replies.answer_courtesy, cm, text="Merci !")
    with pytest.raises(RuleViolated, match="attend déjà son approbation"):
        said_to(comment_id, replies.waive, cm, reason=WaiverReason.SPAM)
    said_to(comment_id, replies.answer, cm, approved_text_id=approved_text().id)
    assert fresh(Reply, asked.id).status is ReplyStatus.CALLED_BACK


# --------------------------------------------------------------------------------- where, when, and what is not lost


def test_an_answer_can_be_called_back_until_it_leaves_and_its_words_are_a_draft_again(wall, cm, comment_id):
    said_to(comment_id, replies.answer_courtesy, cm, text="Merci beaucoup !")
    from compliance import outbox
    from models.enums import EffectKind

    assert not outbox.run_one("worker", {EffectKind.REPLY: replies.REPLY_HANDLER}), "nothing leaves for 30 seconds"
    with transaction() as session:
        replies.call_back(session, cm, reply_id=reply().id, row_version=reply().row_version)
    work()
    assert (wall.public, reply().status, waiting()) == ([], ReplyStatus.CALLED_BACK, 1)
    with reading() as session:
        assert reply_drafts.draft_of(session, cm, comment_id).content["text"] == "Merci beaucoup !"
    said_to(comment_id, replies.answer_courtesy, cm, text="Merci beaucoup !")
    work()
    with transaction() as session, pytest.raises(RuleViolated, match="Trop tard"):
        replies.call_back(session, cm, reply_id=reply().id, row_version=None)
    assert (len(wall.public), wall.calls) == (1, 1)


def test_an_answer_that_may_have_left_is_not_called_back(wall, cm, comment_id):
    from errors import DeliveryUnknown

    wall.after = [DeliveryUnknown("no answer")]
    said_to(comment_id, replies.answer_courtesy, cm, text="Merci beaucoup !")
    work()
    with transaction() as session, pytest.raises(RuleViolated, match="Trop tard"):
        replies.call_back(session, cm, reply_id=reply().id, row_version=None)
    with later(60):
        work()
    assert (len(wall.public), wall.calls, reply().status) == (1, 1, ReplyStatus.CONFIRMED)


@pytest.mark.parametrize(
    ("seen", "takes", "said"),
    [
        (VisibilityFacet.HIDDEN, False, "est masqué, et ce réseau n'y prend pas de réponse"),
        (VisibilityFacet.DELETED_BY_US, True, "Nous avons supprimé ce commentaire"),
        (VisibilityFacet.DELETED_BY_AUTHOR, True, "classez-le sans réponse"),
    ],
)
def test_an_answer_to_a_comment_that_is_hidden_or_gone_says_what_to_do(
    wall, cm, comment_id, monkeypatch, seen, takes, said
):
    from dataclasses import replace

    able = replace(registry.CHANNELS["x"].capabilities, reply_to_hidden=takes)
    monkeypatch.setattr(registry.CHANNELS["x"], "capabilities", able)
    with transaction() as session:
        comment = get(session, Comment, comment_id)
        comment.visibility, comment.pv = seen, PvFacet.POSSIBLE
    for use_case, fields in (
        (replies.answer_courtesy, {"text": "Merci !"}),
        (approvals.submit_answer, {"before": "Oui"}),
    ):
        with pytest.raises(RuleViolated, match=said):
            said_to(comment_id, use_case, cm, **fields)


@pytest.mark.parametrize(
    ("support", "said"), [(Support.MANUAL, "ouvrez sa page"), (Support.NO, "pas de réponse privée")]
)
def test_a_private_answer_is_refused_where_the_network_has_none(wall, cm, comment_id, monkeypatch, support, said):
    from dataclasses import replace

    able = replace(registry.CHANNELS["x"].capabilities, private_reply=support)
    monkeypatch.setattr(registry.CHANNELS["x"], "capabilities", able)
    with pytest.raises(RuleViolated, match=said):
        said_to(comment_id, replies.answer_courtesy, cm, text="Merci !", private=True)


def test_a_draft_belongs_to_one_person_and_a_second_window_overwrites_nothing(cm, comment_id):
    other = community_manager("cm2")
    with transaction() as session:
        first = reply_drafts.save_draft(session, cm, comment_id=comment_id, content={"kind": "free", "before": "Un"})
    with transaction() as session:
        reply_drafts.save_draft(session, other, comment_id=comment_id, content={"before": "Deux"})
    with transaction() as session:
        reply_drafts.save_draft(
            session, cm, comment_id=comment_id, content={"before": "Un et demi"}, row_version=first.row_version
        )
    with pytest.raises(StaleVersion), transaction() as session:
        reply_drafts.save_draft(session, cm, comment_id=comment_id, content={"before": "Autre"}, row_version=1)
    with pytest.raises(InvalidInput, match="bien trop long"), transaction() as session:
        reply_drafts.save_draft(session, cm, comment_id=comment_id, content={"before": "a" * 20_001}, row_version=2)
    with reading() as session:
        kept = {who.login: reply_drafts.draft_of(session, who, comment_id).content["before"] for who in (cm, other)}
    assert (kept, comment(comment_id).reply) == ({"cm": "Un et demi", "cm2": "Deux"}, ReplyFacet.OWED)


# ------------------------------------------------------------------------------------------------- people who wait


def promise(cm, comment_id, hours=4, about="Rappeler pour la livraison"):
    due = clock.now() + timedelta(hours=hours)
    with transaction() as session:
        return call_backs.promise_contact(
            session, cm, comment_id=comment_id, way=ContactWay.PHONE, about=about, due_at=due
        )


def test_whoever_was_promised_a_call_waits_until_the_contact_is_noted(wall, cm, comment_id):
    promised = promise(cm, comment_id)
    assert waiting() == 1, "one person waits once, for the answer and for the call"
    said_to(comment_id, replies.answer_courtesy, cm, text="Merci beaucoup !")
    work()
    assert waiting() == 1
    with later(60 * 5), reading() as session:
        people = queries.people_waiting(session)
        assert (people.late, [line.late for line in people.promises]) == (1, [True])
    with transaction() as session, pytest.raises(InvalidInput, match="Notez le contact"):
        call_backs.note_contact(session, cm, call_back_id=promised.id, row_version=promised.row_version, outcome=" ")
    with transaction() as session:
        call_backs.note_contact(
            session, cm, call_back_id=promised.id, row_version=promised.row_version, outcome="Jointe, tout va bien."
        )
    assert waiting() == 0


def test_a_promise_is_for_later_says_what_for_and_holds_no_number(wall, cm, comment_id):
    with pytest.raises(InvalidInput, match="à venir"):
        promise(cm, comment_id, hours=-1)
    with pytest.raises(InvalidInput, match="pour quoi"):
        promise(cm, comment_id, about="")
    with pytest.raises(InvalidInput, match="donnée personnelle"):
        promise(cm, comment_id, about="Rappeler au 06 12 34 56 78")
    promised = promise(cm, comment_id)
    with transaction() as session:
        call_backs.waive_contact(
            session,
            cm,
            call_back_id=promised.id,
            row_version=promised.row_version,
            reason="Elle a écrit qu'elle renonce.",
        )
    with reading() as session:
        assert queries.people_waiting(session).promises == ()


def test_a_thread_waits_for_the_answer_to_its_authors_last_message(wall, cm, account):
    first = bring_text(account, HARMLESS, 1)
    last = bring_text(account, "Et encore bravo !", 2)
    other = bring_text(account, "Bravo aussi !", 3, author="77")
    assert waiting() == 2
    with reading() as session:
        assert {row.row.comment_id for row in queries.people_waiting(session).rows} == {last, other}
    said_to(last, replies.waive, cm, reason=WaiverReason.SPAM)
    assert waiting() == 2, "a waiver of the last message answers none before it"
    said_to(first, replies.answer_courtesy, cm, text="Merci beaucoup !")
    work()
    assert waiting() == 1


def test_an_emergency_is_covered_by_nothing_that_came_after_it_and_its_texts_come_first(wall, cm, account):
    urgent = bring_text(account, "Je veux mourir, j'ai avalé toute la boîte", 1)
    bring_text(account, "Bravo !", 2)
    for language, words in (("fr", "Appelez le 15, le 112 ou le 3114."), ("en", "Call 15, 112 or 3114.")):
        approved_text(key="urgence", language=language, title="Urgence", text=words, intents=["urgent_help"])
    approved_text(key="a", title="Autre", intents=["urgent_help"], language="fr", text="Un mot", products=["Rivalox"])
    with reading() as session:
        row = queries.people_waiting(session).rows[0]
        offered = queries.comment_view(session, urgent).suggestions
    assert (row.row.comment_id, row.suggestion.text) == (urgent, "Appelez le 15, le 112 ou le 3114.")
    assert [choice.language for choice in offered[:2]] == ["fr", "en"]
