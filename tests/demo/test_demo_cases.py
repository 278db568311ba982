"""The demonstration's cases: texts that ask for what is missing, one case completed, one person asked."""

from types import SimpleNamespace

from sqlmodel import select

from compliance import clock
from connectors.registry import reply_length
from demo import case_files
from models.case import Case
from models.case_following import CaseContact
from models.enums import Role
from models.session import reading
from moderation.criteria import ASKING, Criterion
from moderation.library import LANGUAGES
from tests.comment_factories import ADVERSE, bring_text, company_account, products
from tests.factories import person


def test_the_follow_up_texts_fit_the_network_and_two_open_cases_are_worked_on(sqlite_db):
    products()
    people = {Role.PV_OFFICER: person(Role.PV_OFFICER), Role.REGULATORY: person(Role.REGULATORY, login="reg")}
    account = company_account()
    for n in (1, 2):
        bring_text(account, ADVERSE, n, author=str(n), conversation_id=f"900{n}")
    stage = SimpleNamespace(now=clock.now(), holder=people.__getitem__)
    texts = case_files.follow_ups()
    assert {ASKING + criterion for criterion in Criterion} <= {text["key"] for text in texts}
    for words in (text[language] for text in texts for language in LANGUAGES):
        length, limit = reply_length("x", words)
        assert length <= limit
    case_files.work_on_cases(stage)
    with reading() as session:
        assert sorted(case.patient_age or 0 for case in session.exec(select(Case))) == [0, 54]
        assert len(session.exec(select(CaseContact)).all()) == 1
