"""What was published before Covigie is taken in as it stood, says that nobody signed it, and falls like the rest."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from compliance import clock, verify_dossier
from compliance.keys import installation_key
from connectors.base import IncomingComment
from errors import InvalidInput, NotPermitted
from models.account import Account
from models.comment import Comment
from models.enums import EventSource, PostStatus, ProductAction, Role
from models.publication import ArchiveRecord, Publication
from models.session import get, reading, transaction
from moderation import intake
from moderation.receiving import receive
from tests.library_factories import approved, withdraw
from tests.post_factories import OTC, account, load, product
from workflow import advertising, archives, cascade, exporting, prior_posts, product_changes, views
from workflow.archives import Period
from workflow.prior_file import prior_entry

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
REMOTE = "1790000000000000001"
TEXT = "Rinozel soulage 87 patients sur 100. Parlons-en."
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


@pytest.fixture(autouse=True)
def may():
    with clock.at(NOW):
        yield


@pytest.fixture
def people(people_on_both):
    return people_on_both


@pytest.fixture
def rinozel(people):
    account()
    return product(OTC)


def entry(**fields):
    told = {
        "network": "X", "handle": "@Helior_Labo", "url": f"https://x.com/helior_labo/status/{REMOTE}",
        "at": "12/03/2025 09:00", "text": TEXT, "product": "rinozel", "internal_ref": "HEL-1",
        "qualification": "promo_gp",
    }  # fmt: skip
    return prior_entry(**(told | fields))


def take(actor, *entries):
    with transaction() as session:
        return prior_posts.take_in(session, actor, entries=entries or (entry(),))


def taken():
    with reading() as session:
        return session.exec(select(Publication)).one()


def comment(external_id="c1"):
    on = account()
    with transaction() as session:
        one = IncomingComment(
            external_id=external_id, author_id="u1", author_handle="alice", text="Merci !", posted_at=clock.now(),
            conversation_id=REMOTE, parent_id=None, permalink="", raw_json=f'{{"id":"{external_id}"}}',
            edit_ids=(external_id,),
        )  # fmt: skip
        return receive(session, get(session, Account, on.id), one, EventSource.POLL)


def under():
    with reading() as session:
        return [each.publication_id for each in session.exec(select(Comment).order_by(Comment.external_id))]


def test_it_is_published_checked_archived_and_signed_by_nobody(people, rinozel):
    assert take(people[Role.COMMUNITY_MANAGER]) == 1
    publication = taken()
    with reading() as session:
        view = views.post_view(session, people[Role.AUDITOR], post_id=publication.post_id)
        (row,) = archives.search_archive(session, people[Role.AUDITOR], words="87 patients", product_id=rinozel)
        record = session.exec(select(ArchiveRecord)).one()
    assert (view.post.status, view.post.prior, view.archived, view.rounds) == (PostStatus.PUBLISHED, True, True, ())
    assert {"CLM-01", "GP-04"} <= {each.rule_id for each in view.findings}
    assert (row.prior, row.signers, row.internal_ref) == (True, (), "HEL-1")
    assert '"prior":true' in record.facts_json.replace(" ", "")


def test_the_register_of_advertising_holds_it_and_says_that_nobody_signed(people, rinozel):
    take(people[Role.COMMUNITY_MANAGER])
    with transaction() as session:
        listed = advertising.export_register(session, people[Role.AUDITOR], period=YEAR).decode("utf-8-sig")
    assert "antérieure à Covigie, sans signature" in listed
    assert TEXT in listed


def test_the_comments_before_and_after_hang_under_it(people, rinozel):
    comment("c1")
    take(people[Role.COMMUNITY_MANAGER])
    comment("c2")
    assert under() == [taken().id, taken().id]
    with reading() as session:
        assert intake._conversations(session, account().id) == [REMOTE]


def test_it_falls_with_its_claim_and_with_its_product(people, rinozel):
    claim = approved(people)
    take(people[Role.COMMUNITY_MANAGER])
    withdraw(people[Role.REGULATORY], claim)
    with transaction() as session:
        product_changes.change_status(
            session, people[Role.REGULATORY], product_id=rinozel, row_version=None, action=ProductAction.STOP,
            reason="Fin de fabrication.",
        )  # fmt: skip
    with reading() as session:
        tasks = cascade.takedowns(session, people[Role.COMMUNITY_MANAGER])
    assert [task.reason[:25] for task in tasks] == ["L'allégation « Rinozel so", "La commercialisation de R"]


def test_the_same_address_twice_is_one_post(people, rinozel):
    take(people[Role.COMMUNITY_MANAGER])
    assert take(people[Role.REGULATORY], entry(), entry(url="https://x.com/a/status/2")) == 1


def test_one_wrong_line_takes_nothing_in(people, rinozel):
    with pytest.raises(InvalidInput, match="n'est pas enregistré"):
        take(people[Role.COMMUNITY_MANAGER], entry(), entry(handle="inconnu", url="https://x.com/a/status/2"))
    with reading() as session:
        assert session.exec(select(Publication)).all() == []


def test_a_list_says_line_by_line_what_would_be_done(people, rinozel):
    take(people[Role.COMMUNITY_MANAGER])
    line = f"X;helior_labo;https://x.com/h/status/{REMOTE};12/03/2025;{TEXT};"
    lines = [line, line.replace(REMOTE, "7"), line.replace("helior_labo", "autre"), f"{line}Inconnu", "X;a;b;c;d;"]
    data = "\n".join(["réseau;compte;adresse;date;texte;produit", *lines]).encode()
    with reading() as session:
        looked = prior_posts.look_at(session, people[Role.COMMUNITY_MANAGER], data=data)
    assert [(each.n, each.known, bool(each.problem)) for each in looked] == [
        (2, True, False), (3, False, False), (4, False, True), (5, False, True), (6, False, True),
    ]  # fmt: skip


@pytest.mark.parametrize("role", [Role.LEGAL, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_who_may_takes_posts_in(people, rinozel, role):
    with pytest.raises(NotPermitted):
        take(people[role])


def test_the_evidence_of_a_period_verifies_without_its_signatures(people, rinozel, tmp_path):
    take(people[Role.COMMUNITY_MANAGER])
    with transaction() as session:
        made = exporting.export_period(session, people[Role.AUDITOR], period=YEAR)
    path = tmp_path / "preuves.zip"
    path.write_bytes(made.content)
    key = tmp_path / "key.pem"
    key.write_text(installation_key().public_pem)
    assert verify_dossier.main(["--key", str(key), str(path)]) == 0


def test_it_is_old_and_stays_as_it_was(people, rinozel):
    take(people[Role.COMMUNITY_MANAGER])
    post = load(taken().post_id)
    assert (post.version_n, taken().published_at) == (1, NOW - timedelta(days=418, hours=1))
