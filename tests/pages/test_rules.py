"""The page of rules: what is checked, by which law; and a change written, tried, signed twice, in force."""

import re

from app_pages import _signature
from errors import InvalidInput
from models.enums import PostStatus, Role
from models.session import reading
from tests.factories import PASSWORD
from tests.pages.conftest import text_of
from tests.post_factories import post_at
from tests.use_cases.workflow.test_rule_changes import BLUE, TEXT, small_pack  # noqa: F401 - a fixture
from workflow import checks, rule_pack, rule_rows

OWNER = Role.RESPONSIBLE_PHARMACIST


def errors(at) -> str:
    return " ".join(error.value for error in at.error)


def the_draft(actor):
    with reading() as session:
        (row,) = rule_rows.drafts(session, actor)
    return row


def sign(at, change_id: str):
    at.button(key=f"change_sign_{change_id}").click().run()
    assert not errors(at), errors(at)
    at.text_input(key=_signature.PASSWORD).input(PASSWORD)
    next(button for button in at.button if button.label == "Signer").click().run()
    assert not at.exception
    return at


def write(at, text: str):
    at.text_input(key="rule_id").input("ZZZ-01")
    at.text_area(key="rule_text").input(text)
    at.text_input(key="rule_reason").input("Charte de la course.")
    return at.button(key="rule_keep").click().run()


def rules_in(said: str) -> dict[str, str]:
    """Return the rows of the table of rules, by rule."""
    table = said[said.index("<table") : said.index("</table>")]
    rows = re.findall(r"<tr><td>([^<]+)</td>(.*?)</tr>", table, re.DOTALL)
    return dict(rows)


def test_everybody_reads_the_rules_and_only_two_roles_change_them(open_page, people):
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.COMMUNITY_MANAGER):
        at = open_page("rules.py", people[role])
        assert not at.exception
        assert "rule_keep" not in [button.key for button in at.button]
    said = text_of(at)
    for words in ("version 2026.1", "responsable : Pharmacien responsable", "Règles vérifiées", "Points vérifiés"):
        assert words in said, words
    held = rules_in(said)
    assert list(held) == ["SOC-08", "TRM-02"]
    assert "CSP R. 5122-3" in held["SOC-08"]
    assert int(re.search(r"(\d+) doivent déclencher", held["SOC-08"])[1]) >= 8


def test_a_change_is_written_mended_tried_and_signed_by_two(open_page, people):
    post_at(PostStatus.SCHEDULED, people, BLUE, title="Ruban")
    at = write(open_page("rules.py", people[OWNER]), TEXT.replace("\\bruban", "(ruban"))
    row = the_draft(people[OWNER])
    assert "expression régulière" in text_of(at)
    assert at.button(key=f"change_try_{row.change_id}").disabled
    at.text_area(key=f"change_text_{row.change_id}").input(TEXT)
    at.button(key=f"change_keep_{row.change_id}").click().run()
    assert at.button(key=f"change_sign_{row.change_id}").disabled
    at.button(key=f"change_try_{row.change_id}").click().run()
    assert not errors(at), errors(at)
    said = text_of(at)
    assert "programmées relues : 1 ; constats différents : 1." in said
    assert "trouvé en plus : « ruban bleu »" in said
    sign(at, row.change_id)
    at = sign(open_page("rules.py", people[Role.REGULATORY]), row.change_id)
    assert "version 2026.1+1" in text_of(at)
    held = rules_in(text_of(at))
    assert ["changée ici" in row for row in held.values()] == [False, False, True]


def test_what_is_refused_stays_in_the_fields(open_page, people):
    at = open_page("rules.py", people[OWNER])
    at.text_area(key="rule_text").input(TEXT)
    at.button(key="rule_keep").click().run()
    assert "L'identifiant d'une règle" in errors(at)
    assert at.text_area(key="rule_text").value == TEXT


def test_a_chosen_rule_opens_with_its_yaml(open_page, people):
    at = open_page("rules.py", people[OWNER])
    at.selectbox(key="rule_chosen").select("TRM-02").run()
    assert at.text_area(key="rule_text").value.startswith("id: TRM-02")


def test_rules_that_cannot_be_read_are_said_where_one_writes(open_page, people, monkeypatch):
    def unreadable():
        raise InvalidInput("Le fichier pack.yaml du jeu de règles est absent ou vide.")

    post = post_at(PostStatus.DRAFT, people)
    monkeypatch.setattr(checks, "default_pack", unreadable)
    rule_pack._changed.cache_clear()
    at = open_page("editor.py", people[Role.COMMUNITY_MANAGER], post=post.id)
    assert not at.exception
    assert "ne peuvent pas être lues" in errors(at)
    assert "ne trouvent rien à redire" not in text_of(at)
