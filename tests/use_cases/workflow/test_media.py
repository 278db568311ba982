"""Pictures and films: kept once, under their own hash; what leaves is what was signed, or nothing."""

import hashlib
import io
from datetime import timedelta

import pytest
from docx import Document
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from compliance import clock, retention
from connectors.base import PublishedMedia
from errors import InvalidInput, NotFound, NotPermitted, RuleViolated
from models.compliance import AuditEvent
from models.enums import MediaKind, MediaTrace, PublicationStatus, Role
from models.media import Media, MediaBytes
from models.post import Post, Variant
from models.publication import ArchiveRecord
from models.session import get, reading, transaction
from tests import media_samples as samples
from tests.post_factories import account, approve_all, content, draft, load, schedule, submit
from workflow import comparing, drafting, media
from workflow.content import canonical_content
from workflow.publications import publications_of
from workflow.rounds import current_version

ALT = "Des coureurs sous la pluie, de dos."


@pytest.fixture
def author(people):
    return people[Role.COMMUNITY_MANAGER]


@pytest.fixture
def both(people_on_both):
    return people_on_both


def added(author, data=None, name="course.jpg"):
    with transaction() as session:
        return media.add_media(session, author, name=name, data=data or samples.jpeg())


def with_media(author, *refs, **fields):
    return draft(author, variant={"media": refs}, **fields)


def rows(kind):
    with reading() as session:
        return session.exec(select(kind).order_by(*kind.__table__.primary_key)).all()


def due(post_id, after=timedelta(minutes=1)):
    with reading() as session:
        return clock.at(publications_of(session, post_id)[-1].due_at + after)


def status_of(post_id):
    with reading() as session:
        publication = publications_of(session, post_id)[-1]
        return publication.status, publication.last_error or ""


def approved(people, *refs, **fields):
    post = with_media(people[Role.COMMUNITY_MANAGER], *refs, **fields)
    submit(people[Role.COMMUNITY_MANAGER], post.id)
    approve_all(post.id, people)
    schedule(people[Role.COMMUNITY_MANAGER], post.id)
    return post


def test_a_file_is_kept_once_exactly_as_it_came(both):
    author, data = both[Role.COMMUNITY_MANAGER], samples.phone_picture()
    first, again = added(author, data, "../course.jpg"), added(author, data, "autre nom.jpg")
    assert first == again
    assert (first.sha256, first.name) == (hashlib.sha256(data).hexdigest(), "course.jpg")
    assert (first.kind, first.mime, first.size) == (MediaKind.PICTURE, "image/jpeg", len(data))
    assert MediaTrace.PLACE in first.traces
    assert first.thumbnail[:3] == b"\xff\xd8\xff"
    assert [(len(rows(Media)), row.data) for row in rows(MediaBytes)] == [(1, data)]
    events = [event for event in rows(AuditEvent) if event.action == "media:add"]
    assert [(event.entity_id, event.new["size"]) for event in events] == [(first.sha256, len(data))]


@pytest.mark.parametrize("data", [b"<svg/>", samples.jpeg()[:-40], samples.bomb(), b""])
def test_a_file_that_is_refused_leaves_nothing_behind(author, data):
    before = len(rows(AuditEvent))
    with pytest.raises(InvalidInput), transaction() as session:
        media.add_media(session, author, name="photo.jpg", data=data)
    assert (rows(Media), rows(MediaBytes), len(rows(AuditEvent))) == ([], [], before)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEGAL, Role.ADMINISTRATOR])
def test_only_who_writes_brings_files(people, role):
    with pytest.raises(NotPermitted), transaction() as session:
        media.add_media(session, people[role], name="photo.jpg", data=samples.jpeg())


def test_a_clean_copy_is_another_file_and_the_first_one_stays(author):
    first = added(author, samples.phone_picture())
    with transaction() as session:
        clean = media.add_clean_copy(session, author, sha256=first.sha256)
    assert clean.sha256 != first.sha256
    assert clean.traces == ()
    assert {row.sha256: row.copy_of for row in rows(Media)} == {first.sha256: None, clean.sha256: first.sha256}
    with pytest.raises(RuleViolated, match="rien à retirer"), transaction() as session:
        media.add_clean_copy(session, author, sha256=clean.sha256)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE media SET mime = 'image/png'",
        "DELETE FROM media_bytes",
        "UPDATE media_bytes SET purge_reason = 'x'",
        "UPDATE media_bytes SET data = NULL, thumbnail = NULL",
    ],
)
def test_a_kept_file_cannot_be_changed_in_the_database(both, statement):
    added(both[Role.COMMUNITY_MANAGER])
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.connection().execute(sql(statement))


def test_bytes_description_and_order_are_under_the_hash_that_is_signed(author):
    one, other = added(author), added(author, samples.png(), "course.png")
    shown = [
        (one.ref(ALT),),
        (one.ref("Autre texte."),),
        (other.ref(ALT),),
        (one.ref(ALT), other.ref(ALT)),
        (other.ref(ALT), one.ref(ALT)),
    ]
    on = account()
    assert len({canonical_content(content(account=on, variant={"media": refs})).sha256 for refs in shown}) == 5


def test_changing_a_description_makes_a_version_and_tells_the_reviewer_what_changed(people, author):
    row, other = added(author), added(author, samples.png(), "autre.png")
    post = with_media(author, row.ref(ALT))
    new = content(variant={"media": (other.ref("Un calendrier."), row.ref("Des coureurs de face."))})
    with transaction() as session:
        drafting.edit_post(session, author, post_id=post.id, row_version=None, content=new)
    with reading() as session:
        changes = comparing.what_changed(session, people[Role.LEGAL], post_id=post.id, against=1)
    told = {change.media.name: change.kind for change in changes.variants[0].media}
    assert told == {"autre.png": "added", "course.jpg": "described"}
    assert load(post.id).version_n == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"sha256": "0" * 64}, "pas connu"),
        ({"mime": "image/png"}, "pas connu"),
    ],
)
def test_a_file_that_is_not_kept_or_is_another_kind_is_not_attached(author, changed, words):
    ref = added(author).ref(ALT)
    with pytest.raises(InvalidInput, match=words):
        with_media(author, type(ref)(**({"sha256": ref.sha256, "mime": ref.mime, "name": ref.name} | changed)))


def test_the_same_file_twice_in_one_variant_is_refused(author):
    ref = added(author).ref(ALT)
    with pytest.raises(InvalidInput, match="deux fois"):
        with_media(author, ref, ref)


def test_a_picture_without_description_is_not_submitted(author):
    post = with_media(author, added(author).ref("  "))
    with pytest.raises(RuleViolated, match="sans texte alternatif : 1"):
        submit(author, post.id)


def test_a_film_needs_no_description(author):
    submit(author, with_media(author, added(author, samples.film(), "course.mp4").ref()).id)


def test_what_a_network_does_not_take_is_told_before_anyone_reads(author):
    post = with_media(author, added(author).ref(ALT), added(author, samples.film(), "course.mp4").ref())
    with pytest.raises(RuleViolated, match="ensemble"):
        submit(author, post.id)


def test_what_leaves_is_the_file_that_was_signed_and_the_dossier_shows_it(both, network, work):
    row = added(both[Role.COMMUNITY_MANAGER])
    post = approved(both, row.ref(ALT))
    network.shows_media = (PublishedMedia("photo", ALT),)
    with due(post.id):
        work()
    assert status_of(post.id)[0] is PublicationStatus.PUBLISHED
    [[sent]] = network.media
    assert (sent.data, sent.mime, sent.alt_text) == (samples.jpeg(), "image/jpeg", ALT)
    [record] = rows(ArchiveRecord)
    document = Document(io.BytesIO(record.dossier))
    shown = "\n".join(cell.text for table in document.tables for row_ in table.rows for cell in row_.cells)
    assert row.sha256 in shown
    assert ALT in shown
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == [ALT]
    assert hashlib.sha256(row.thumbnail).hexdigest() in record.facts_json


def tamper(session, sha256, data):
    """Change the bytes as somebody who owns the database can: without its triggers."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sql("ALTER TABLE media_bytes DISABLE TRIGGER USER"))
    else:
        connection.execute(sql("DROP TRIGGER media_bytes_refuses_update"))
    connection.execute(sql("UPDATE media_bytes SET data = :data WHERE sha256 = :sha"), {"data": data, "sha": sha256})


def test_bytes_that_are_no_longer_those_signed_are_held_back(both, network, work):
    row = added(both[Role.COMMUNITY_MANAGER])
    post = approved(both, row.ref(ALT))
    with transaction() as session:
        tamper(session, row.sha256, samples.jpeg(colour=(255, 0, 0)))
    with due(post.id):
        work()
    status, reason = status_of(post.id)
    assert status is PublicationStatus.HELD
    assert "n'est plus celui qui a été signé" in reason
    assert network.posts == []


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ((PublishedMedia("photo", ALT),), PublicationStatus.PUBLISHED),
        ((PublishedMedia("photo"),), PublicationStatus.PUBLISHED),
        (None, PublicationStatus.PUBLISHED),
        ((), PublicationStatus.HELD),
        ((PublishedMedia("photo", "Autre chose."),), PublicationStatus.HELD),
        ((PublishedMedia("photo", ALT), PublishedMedia("photo", ALT)), PublicationStatus.HELD),
    ],
    ids=["same", "not told", "nothing told", "none", "another text", "two"],
)
def test_what_the_network_shows_is_compared_as_far_as_it_tells(people, author, network, work, shown, status):
    post = approved(people, added(author).ref(ALT))
    network.shows_media = shown
    with due(post.id):
        work()
    found, reason = status_of(post.id)
    assert found is status
    assert ("images ou films" in reason) is (status is PublicationStatus.HELD)


def test_retention_empties_what_no_version_shows_and_it_cannot_come_back(both):
    author = both[Role.COMMUNITY_MANAGER]
    kept, unused = added(author), added(author, samples.png(), "essai.png")
    post = with_media(author, kept.ref(ALT))
    with transaction() as session:
        retention.purge_media(session, author, sha256=unused.sha256, reason="Personne reconnaissable.")
    with pytest.raises(RuleViolated, match="joint à une version"), transaction() as session:
        retention.purge_media(session, author, sha256=kept.sha256, reason="x")
    assert {row.sha256: row.data is None for row in rows(MediaBytes)} == {kept.sha256: False, unused.sha256: True}
    with pytest.raises(InvalidInput, match="a été retiré"):
        added(author, samples.png(), "essai.png")
    with pytest.raises(NotFound), reading() as session:
        media.read_media(session, author, sha256=unused.sha256)
    with reading() as session:
        version = current_version(session, get(session, Post, post.id))
        [variant] = session.exec(select(Variant).where(Variant.version_id == version.id)).all()
        assert kept.sha256 in variant.payload_json
