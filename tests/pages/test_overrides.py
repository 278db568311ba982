"""An override as people see it: asked in the editor, found in their work by both signers, signed in the review."""

from app_pages import _signature
from models.enums import CheckAnswer, Qualification, Role, Severity
from models.session import reading
from tests.factories import PASSWORD
from tests.pages.conftest import text_of
from tests.post_factories import HEALTH_TEXT, approve, draft, open_steps, sha_of, submit
from workflow import checks, editing
from workflow.checks import Bilingual, RuleFinding

WHY = "Le mot vise la course, pas un médicament."
FOUND = RuleFinding(
    "PRO-02a", "1", Severity.BLOCK, "text", 0, 5, "Cours", Bilingual("Effet garanti.", "Assured effect."),
    Bilingual("Reformuler.", "Reword."), ("R. 5122-4, 2°",), "H", "a",
)  # fmt: skip


def errors(at) -> str:
    return " ".join(error.value for error in at.error)


def finding_of(actor, post_id):
    with reading() as session:
        (found,) = editing.editor_view(session, actor, post_id=post_id).findings
    return found


def sign(at, key: str):
    at.button(key=key).click().run()
    assert not errors(at), errors(at)
    at.text_input(key=_signature.PASSWORD).input(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not at.exception
    return at


def test_it_is_asked_in_the_editor_and_signed_by_both_from_their_work(open_page, people, monkeypatch):
    monkeypatch.setattr(checks, "check_post", lambda *_a, **_k: [FOUND])
    author = people[Role.COMMUNITY_MANAGER]
    post = draft(author, "Cours !")
    key = finding_of(author, post.id).finding_id
    at = open_page("editor.py", author, post=post.id)
    at.button(key=f"override_send_{key}").click().run()
    assert "Dites pourquoi" in errors(at)
    at.text_area(key=f"override_why_{key}").input(WHY)
    at.button(key=f"override_send_{key}").click().run()
    assert not errors(at)
    assert "Levée demandée" in text_of(at)
    override = finding_of(author, post.id).override.override_id
    assert "Levées à signer" not in text_of(open_page(None, people[Role.REGULATORY]))
    for role in (Role.RESPONSIBLE_PHARMACIST, Role.LEGAL):
        at = open_page(None, people[role])
        assert "Levées à signer (1)" in text_of(at)
        at.button(key=f"open_lifting_{override}").click().run()
        assert WHY in text_of(at)
        sign(at, f"lift_{override}")
    said = text_of(at)
    assert "Levé, avec signature" in said
    assert "Legal, Juridique" in said
    submit(author, post.id)


def test_a_rule_of_the_law_offers_no_override(open_page, people, monkeypatch):
    monkeypatch.setattr(checks, "check_post", lambda *_a, **_k: [FOUND.__class__(**{**vars(FOUND), "rule": "GP-01"})])
    author = people[Role.COMMUNITY_MANAGER]
    post = draft(author, "Cours !")
    key = finding_of(author, post.id).finding_id
    at = open_page("editor.py", author, post=post.id)
    assert not at.exception
    assert f"override_send_{key}" not in [button.key for button in at.button]


def test_a_point_of_the_checklist_is_answered_before_the_signature(open_page, people):
    post = draft(people[Role.COMMUNITY_MANAGER], HEALTH_TEXT, qualification=Qualification.DISEASE)
    submit(people[Role.COMMUNITY_MANAGER], post.id)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    step = next(each for each in open_steps(post.id) if each.role is Role.REGULATORY)
    at = open_page("review.py", people[Role.REGULATORY], post=post.id)
    assert "Un plan de modération" in text_of(at)
    at.button(key="approve").click().run()
    assert "sans réponse" in errors(at)
    at.segmented_control(key=f"answer_{step.id}_SOC-09").set_value(CheckAnswer.NOT_APPLICABLE).run()
    at.button(key="approve").click().run()
    assert "sans objet ici" in errors(at)
    at.text_input(key=f"answer_why_{step.id}_SOC-09").input("Le réseau les ferme.")
    assert "SOC-09 : Sans objet ici – Le réseau les ferme." in text_of(sign(at, "approve"))
