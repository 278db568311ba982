"""What leaves as proof is checked without the application, and every tampering with it is found."""

import base64
import copy
import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import select

from compliance import clock, verify_dossier
from compliance.canonical import canonical, sha256_of
from compliance.exports import VERIFIER
from compliance.keys import installation_key
from errors import InvalidInput, NotPermitted
from models.compliance import AuditEvent
from models.enums import PostStatus, Qualification, Role
from models.session import reading, transaction
from tests.post_factories import HEALTH_TEXT, approve, edit, load, open_steps, post_at, schedule, sha_of, submit
from workflow import advertising, archives, exporting
from workflow.archives import Period
from workflow.rows import Network

DISEASE = {"qualification": Qualification.DISEASE}


@pytest.fixture
def trusted():
    return verify_dossier.read_key(installation_key().public_pem.encode())


def publish(people, work, text=HEALTH_TEXT, **fields):
    post = post_at(PostStatus.APPROVED, people, text, **(DISEASE | fields))
    schedule(people[Role.COMMUNITY_MANAGER], post.id)
    with clock.at(clock.now() + timedelta(hours=24, minutes=1)):
        work()
    return load(post.id)


def today():
    day = clock.paris(clock.now()).date()
    return Period(day, day + timedelta(days=2))


def package(actor, post_id):
    with transaction() as session:
        return exporting.read_package(session, actor, post_id=post_id).content


def inspection(actor, **fields):
    with transaction() as session:
        return exporting.export_period(session, actor, period=today(), **fields).content


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def defects(content, *keys):
    return [en for _sign, _where, _fr, en in verify_dossier.verify(content, keys).broken]


def test_a_dossier_and_an_inspection_hold(people_on_both, network, work, trusted):
    post = publish(people_on_both, work)
    content = package(people_on_both[Role.AUDITOR], post.id)
    assert defects(content, trusted) == []
    assert defects(files_of(content)["dossier.json"], trusted) == []
    told = []
    whole = inspection(people_on_both[Role.QUALITY], progress=lambda done, of: told.append((done, of)))
    assert defects(whole, trusted) == []
    assert told == [(1, 1)]
    assert {"audit.json", "registre.csv", "registre.docx", "verify_dossier.py", "LISEZMOI-README.txt"} <= set(
        files_of(whole)
    )
    with reading() as session:
        actions = session.exec(select(AuditEvent.action)).all()
    assert {"dossier:export", "inspection:export"} <= set(actions)


def test_a_carried_signature_is_said_and_holds(people, network, work, trusted):
    cm = people[Role.COMMUNITY_MANAGER]
    post = post_at(PostStatus.APPROVED, people, HEALTH_TEXT.replace("horaires", "horraires"), **DISEASE)
    edit(cm, post.id, HEALTH_TEXT, **DISEASE)
    submit(cm, post.id)
    approve(people[Role.REGULATORY], open_steps(post.id)[0], sha_of(post.id))
    found = verify_dossier.verify(package(people[Role.AUDITOR], post.id), [trusted])
    assert found.broken == []
    assert sum("carried over from v1 ; typo" in en for _sign, _where, _fr, en in found.lines) == 2


def test_the_verifier_runs_alone_and_its_status_says_it(people, network, work, tmp_path):
    post = publish(people, work)
    archive, key, bad = tmp_path / "dossier.zip", tmp_path / "key.pem", tmp_path / "bad.zip"
    content = package(people[Role.AUDITOR], post.id)
    archive.write_bytes(content)
    bad.write_bytes(content.replace("réguliers".encode(), "réguliars".encode()))
    key.write_text(installation_key().public_pem)

    def run(*arguments):
        call = [sys.executable, "-I", "-S", str(VERIFIER), *map(str, arguments)]
        done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
        return done.returncode, done.stdout + done.stderr

    status, said = run("--key", key, archive)
    assert (status, "TOUT TIENT" in said, "EVERYTHING HOLDS" in said) == (0, True, True)
    status, said = run("--key", key, bad)
    assert (status, "NE TIENT PAS" in said, "DOES NOT HOLD" in said) == (1, True, True)
    assert run(archive)[0] == 2
    assert run("--key", archive, archive)[0] == 2
    assert files_of(content)["verify_dossier.py"] == VERIFIER.read_bytes()


def test_another_key_is_found(people, trusted):
    post = post_at(PostStatus.APPROVED, people)
    content = package(people[Role.AUDITOR], post.id)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert any("seal" in said for said in defects(content, other))
    assert defects(content, trusted) == []
    assert defects(content) != []


def test_one_flipped_bit_anywhere_is_found(people, trusted, monkeypatch):
    """Every part of the container and of the documents; the seals, slow and last, are tried on their own below."""
    content = package(people[Role.AUDITOR], post_at(PostStatus.APPROVED, people).id)
    monkeypatch.setattr(verify_dossier, "ed25519_holds", lambda *_: True)
    assert defects(content, trusted) == []
    for place in range(0, len(content), len(content) // 150):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        assert defects(bytes(flipped), trusted), place


def test_one_flipped_bit_in_a_seal_is_found(trusted):
    key = Ed25519PrivateKey.generate()
    message, seal, public = b"statement", key.sign(b"statement"), key.public_key().public_bytes_raw()
    assert verify_dossier.ed25519_holds(public, message, seal)
    for place in range(0, 512, 32):
        bad = bytearray(seal)
        bad[place // 8] ^= 1 << place % 8
        assert not verify_dossier.ed25519_holds(public, message, bytes(bad))
    checked = verify_dossier.Verifier([public])
    (key_id,) = checked.keys
    said = base64.b64encode(seal).decode()
    assert checked.sealed(key_id, "statement", said)
    assert not checked.sealed(key_id, "statement", said[:-3] + chr(ord(said[-3]) + 1) + "==")


def sealed_again(document):
    """Seal a changed document anew, as whoever holds the installation's key could: what is inside must still agree."""
    rest = {name: value for name, value in document.items() if name != "seal"}
    return (canonical({**rest, "seal": installation_key().seal(canonical(rest))}) + "\n").encode()


def swap(document):
    one, two = document["signatures"][:2]
    for name in ("statement", "seal"):
        one[name], two[name] = two[name], one[name]


def exchange(document):
    one, two = [each for each in document["decisions"] if each["signature_id"]][:2]
    one["signature_id"], two["signature_id"] = two["signature_id"], one["signature_id"]


def forget(document):
    events = document["events"]
    del events[next(i for i, each in enumerate(events) if each["action"] == "signature:signed")]


def rewrite(document):
    document["events"][1]["reason"] = "autre"


def relink(document):
    events = document["events"]
    one = next(i for i in range(1, len(events)) if events[i]["seq"] == events[i - 1]["seq"] + 1)
    events[one]["prev_hash"] = "0" * 64
    events[one]["hash"] = sha256_of({name: value for name, value in events[one].items() if name != "hash"})


def other_words(document):
    variant = document["versions"][0]["variants"][0]
    variant["payload_json"] = variant["payload_json"].replace("réguliers", "variables")


def rename(document):
    document["signatures"][0]["printed_name"] = "Quelqu'un d'autre"


def unsign(document):
    document["decisions"] = document["decisions"][1:]


def by_author(document):
    document["authors"].append(document["signatures"][0]["user_id"])


def other_head(document):
    document["heads"][0]["hash"] = "0" * 64


TAMPERED = (swap, exchange, forget, rewrite, relink, other_words, rename, unsign, by_author, other_head)


@pytest.fixture
def dossier(people):
    post = post_at(PostStatus.APPROVED, people, HEALTH_TEXT, **DISEASE)
    return json.loads(files_of(package(people[Role.AUDITOR], post.id))["dossier.json"])


def test_even_sealed_anew_a_tampered_dossier_does_not_hold(dossier, trusted):
    assert defects(sealed_again(dossier), trusted) == []
    for tamper in TAMPERED:
        document = copy.deepcopy(dossier)
        tamper(document)
        assert defects(sealed_again(document), trusted), tamper.__name__


def test_an_event_taken_out_of_the_excerpt_or_of_a_dossier_is_found(people, network, work, trusted):
    publish(people, work)
    files = files_of(inspection(people[Role.AUDITOR]))
    chain = json.loads(files["audit.json"])
    (name,) = [name for name in files if name.endswith("dossier.json")]
    for victim in ("audit.json", name):
        document = json.loads(files[victim])
        del document["events"][3]
        found = verify_dossier.Verifier([trusted])
        found.documents(files | {victim: sealed_again(document)})
        assert any("missing" in en for _sign, _where, _fr, en in found.broken), victim
    assert [event["seq"] for event in chain["events"]] == list(
        range(chain["events"][0]["seq"], chain["events"][-1]["seq"] + 1)
    )
    assert chain["heads"][-1]["seq"] == chain["events"][-1]["seq"]


def test_the_register_lists_advertising_and_nothing_else(people, network, work):
    publish(people, work)
    row = archives.search_archive
    with transaction() as session:
        (found,) = row(session, people[Role.AUDITOR], words="horaires", network=Network.X, person="legal")
        assert found.text == HEALTH_TEXT
        assert advertising.advertising_register(session, people[Role.AUDITOR], period=today()) == ()
        for fields in ({"words": "absent"}, {"person": "inconnu"}, {"rule": "ZZZ"}, {"product_id": "x"}):
            assert row(session, people[Role.AUDITOR], **fields) == ()
        promoted = archives.ArchiveRow(**(vars(found) | {"title": "=1+1", "qualification": Qualification.PROMO_GP}))
    table = advertising.register_csv((promoted,)).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert lines[1][3] == "'=1+1"
    assert HEALTH_TEXT in lines[1]
    assert advertising.register_docx((promoted,), today(), clock.now())[:2] == b"PK"


def test_an_inspection_needs_the_right_a_period_and_something_in_it(people):
    for actor, refusal in ((people[Role.COMMUNITY_MANAGER], NotPermitted), (people[Role.AUDITOR], InvalidInput)):
        with pytest.raises(refusal):
            inspection(actor)
    with pytest.raises(InvalidInput, match="avant"), reading() as session:
        day = today().first
        archives.search_archive(session, people[Role.AUDITOR], period=Period(day, day - timedelta(days=1)))
