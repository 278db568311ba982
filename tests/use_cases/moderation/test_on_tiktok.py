"""Comments on TikTok come in by the same way as all others, are hidden there and answered there."""

from collections.abc import Iterator

import httpx
import pytest
from sqlmodel import select

from compliance import accounts
from compliance.permissions import SYSTEM
from connectors.sandbox.tiktok import COMPANY, TOKEN
from demo import tiktok as demo
from demo.stage import Stage
from models.account import Account
from models.comment import Comment
from models.enums import ActStatus, Network, VisibilityFacet
from models.session import transaction
from moderation import analysing, intake, worker
from tests.comment_factories import ADVERSE, comment, count, officer, products
from tests.connectors.tiktok_world import TikTokWorld, tiktok_world
from tests.terms_factories import sign_terms
from tests.visibility_factories import NAMED, acts, conceal, hide


@pytest.fixture
def tiktok(sandbox, db) -> Iterator[TikTokWorld]:
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        yield tiktok_world(sandbox, http)


def connected(world: TikTokWorld) -> str:
    sign_terms(Network.TIKTOK)
    with transaction() as session:
        account = accounts.connect_account(
            session,
            SYSTEM,
            network=Network.TIKTOK,
            handle=COMPANY.handle,
            display_name=COMPANY.name,
            external_id=COMPANY.id,
            token=TOKEN,
            base_url=world.url,
        )
        return account.id


def test_a_comment_on_tiktok_is_stored_once_hidden_and_gone_when_its_author_deletes_it(tiktok):
    products()
    account_id = connected(tiktok)
    assert worker.polled_accounts() == [account_id]
    post = tiktok.post("Bien dormir")
    named = tiktok.comment(NAMED, reply_to=post)
    below = tiktok.comment(ADVERSE, reply_to=named)
    reports = [intake.poll_account(account_id) for _ in range(2)]
    assert [(report.error, report.new) for report in reports] == [(None, 2), (None, 0)]
    assert count(Comment) == 2
    analysing.analyse_pending(10)
    stored = stored_as(named)
    hide(officer(), stored)
    conceal()
    assert [act.status for act in acts(stored)] == [ActStatus.DONE]
    assert comment(stored).visibility is VisibilityFacet.HIDDEN
    assert next(item for item in tiktok.items() if item["id"] == named)["hidden"]
    tiktok.delete(below)
    assert intake.reconcile_account(account_id).error is None
    assert comment(stored_as(below)).visibility is VisibilityFacet.DELETED_BY_AUTHOR


def test_a_token_that_tiktok_refuses_says_so_and_loses_nothing(tiktok):
    account_id = connected(tiktok)
    said = tiktok.comment(ADVERSE)
    tiktok._call("POST", "tokens", action="revoke")
    assert intake.poll_account(account_id).error == "AuthExpired"
    tiktok._call("POST", "tokens", action="restore")
    assert intake.poll_account(account_id).error == "AuthExpired", "nobody calls until it is connected again"
    assert connected(tiktok) == account_id
    assert intake.poll_account(account_id).new == 1
    assert stored_as(said)
    assert count(Account) == 1


def test_the_demonstration_has_comments_on_tiktok_and_a_reply_among_them(tiktok, sandbox):
    products()
    sign_terms(Network.TIKTOK)
    demo.show(Stage(sandbox.url, TOKEN))
    with transaction() as session:
        found = session.exec(select(Comment).order_by(Comment.posted_at)).all()
        assert {each.network for each in found} == {Network.TIKTOK}
        assert len(found) == len(demo.SAID) + 1
        parents = {each.parent_external_id for each in found}
        assert len(parents & {each.external_id for each in found}) == 1


def stored_as(external_id: str) -> str:
    with transaction() as session:
        return session.exec(select(Comment.id).where(Comment.external_id == external_id)).one()
