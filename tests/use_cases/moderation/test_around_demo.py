"""The demonstration shows what stands around one comment."""

from sqlmodel import select

from connectors.sandbox import OAUTH2
from demo import around
from demo.stage import Stage
from models.comment import Comment, Tombstone
from models.enums import PvFacet
from models.session import reading
from moderation import queries
from tests.comment_factories import count, products, sandbox_account


def test_the_demonstration_has_two_patients_an_echo_a_wave_and_a_deletion(world, sandbox):
    products()
    stage = Stage(sandbox.url, OAUTH2)
    stage.account_id = sandbox_account().id
    around.show(stage)
    with reading() as session:
        comments = session.exec(select(Comment)).all()
        waves = [len(queries.around(session, each.id).wave) for each in comments]
    assert len(comments) == 6
    assert sorted(waves) == [0, 0, 0, 3, 3, 3]
    answers = [each for each in comments if each.parent_external_id in {one.external_id for one in comments}]
    assert [each.pv for each in answers] == [PvFacet.POSSIBLE]
    assert count(Tombstone) == 1
