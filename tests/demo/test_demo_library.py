"""The demonstration's library is filled by the people themselves, and stands on the words of its study."""

from types import SimpleNamespace

from sqlmodel import select

from compliance import clock
from demo import library, writing
from demo.stage import load
from models.claim import Claim, ClaimQuote
from models.enums import ClaimStatus, Network, Role
from models.post import Post
from models.session import reading
from settings import get_settings
from tests.factories import PASSWORD, committee
from tests.post_factories import OTC, account, install, product
from workflow.claim_rows import claims_said


def test_two_claims_are_signed_one_lapses_soon_and_one_post_is_from_before(sqlite_db, monkeypatch):
    monkeypatch.setattr(get_settings(), "demo_password", PASSWORD)
    people = committee()
    product(OTC)
    account(Network.FACEBOOK, "LabosHelior")
    on_x = account(Network.X, "LabosHelior")
    stage = SimpleNamespace(
        now=clock.now(), holder=people.__getitem__, at=clock.at, account_id=on_x.id, accounts={}, people=people
    )
    install()
    library.fill(stage, load("library.yaml"))
    writing.write_posts(stage, [one for one in load("posts.yaml") if one["key"] == "rinozel_24h"])
    today = clock.now().date()
    with reading() as session:
        claims = session.exec(select(Claim)).all()
        assert {each.status for each in claims} == {ClaimStatus.APPROVED}
        assert [(each.valid_until - today).days < 30 for each in claims].count(True) == 1
        assert {each.page for each in session.exec(select(ClaimQuote))} == {3}
        posts = session.exec(select(Post).order_by(Post.prior)).all()
        assert [(post.prior, post.status) for post in posts] == [(False, "in_review"), (True, "published")]
        (said,) = claims_said(session, people[Role.MEDICAL], post_id=posts[0].id)
        assert said.in_force
    assert {people[Role.MEDICAL].id} == {each.author_id for each in claims}
