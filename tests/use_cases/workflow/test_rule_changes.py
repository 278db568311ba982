"""A rule is changed by its owner: sound, tried, signed by two people, in force; what cannot be read stops everything."""

import pytest
from sqlalchemy import text as sql
from sqlmodel import select

from errors import InvalidInput, NotPermitted, RuleViolated, TransitionNotAllowed
from models.compliance import AuditEvent
from models.enums import PostStatus, Role, RuleChangeStatus
from models.post import Finding
from models.rules import RuleChange
from models.session import get, reading, transaction
from tests.factories import person, proven_nonce
from tests.post_factories import draft, edit, load, post_at, schedule, submit
from workflow import checks, rule_changes, rule_pack
from workflow.checks import Pack, default_pack, parse_pack
from workflow.checks.pack import DEFAULT_PACK, delivered_text

OWNER, REGULATORY, AUTHOR = Role.RESPONSIBLE_PHARMACIST, Role.REGULATORY, Role.COMMUNITY_MANAGER
TEXT = (
    """\
id: ZZZ-01
version: 1
title: {fr: Ruban bleu, en: Blue ribbon}
references: ["Règle interne"]
confidence: M
source: Own rule of the company.
example: {qualification: institutional, products: []}
detect:
  - {kind: pattern, any_of: ['\\bruban bleu\\b']}
severity:
  - {severity: block}
message: {fr: "« {excerpt} » est réservé.", en: "“{excerpt}” is reserved."}
fix: {fr: Changer de couleur., en: Choose another colour.}
must_fire:
"""
    + "".join(f"  - Le ruban bleu numéro {n}.\n" for n in range(8))
    + "must_not_fire:\n"
    + "".join(f"  - Le ruban vert numéro {n}.\n" for n in range(8))
)
BLUE = "Nos équipes portent le ruban bleu dimanche."


@pytest.fixture(autouse=True)
def small_pack(monkeypatch):
    """Two rules of the delivered pack: reading seventy takes longer than what is tested."""
    whole = default_pack()
    kept = tuple(rule for rule in whole.rules if rule.id in {"TRM-02", "SOC-08"})
    small = whole.model_copy(update={"rules": kept, "checks": ()})
    monkeypatch.setattr(checks, "default_pack", lambda: small)
    rule_pack._changed.cache_clear()
    yield small
    rule_pack._changed.cache_clear()


def rows(kind, *where):
    with reading() as session:
        return session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all()


def write(actor, text: str = TEXT, rule_id: str = "ZZZ-01", **fields) -> RuleChange:
    with transaction() as session:
        return rule_changes.write_change(
            session, actor, rule_id=rule_id, text=text, reason="Charte de la course.", **fields
        )


def tried(actor, change) -> RuleChange:
    with transaction() as session:
        return rule_changes.try_change(session, actor, change_id=change.id, row_version=None)


def sign(actor, change) -> RuleChange:
    with reading() as session:
        sha = get(session, RuleChange, change.id).content_sha256
    nonce = proven_nonce(actor, subject_id=change.id, content_sha256=sha)
    with transaction() as session:
        return rule_changes.sign_change(
            session, actor, change_id=change.id, row_version=None, seen_sha256=sha, nonce_id=nonce
        )


def in_force(people, text: str = TEXT) -> RuleChange:
    change = tried(people[OWNER], write(people[OWNER], text))
    sign(people[OWNER], change)
    return sign(people[REGULATORY], change)


def active() -> Pack:
    with reading() as session:
        return rule_pack.active_pack(session)


def test_two_signatures_put_a_rule_in_force_for_every_check_from_then_on(people_on_both):
    people = people_on_both
    before = draft(people[AUTHOR], "Un grand merci pour ce résultat optimal de la course.")
    change = tried(people[OWNER], write(people[OWNER]))
    draft(people[AUTHOR], BLUE)
    sign(people[OWNER], change)
    assert active().version == "2026.1"
    change = sign(people[REGULATORY], change)
    assert (change.status, change.pack_version) == (RuleChangeStatus.IN_FORCE, "2026.1+1")
    assert active().version == "2026.1+1"
    post = draft(people[AUTHOR], BLUE)
    with pytest.raises(RuleViolated, match="bloquants"):
        submit(people[AUTHOR], post.id)
    assert {f.rule_id: f.pack_version for f in rows(Finding)} == {"ZZZ-01": "2026.1+1"}
    assert load(before.id).status is PostStatus.DRAFT
    told = [event.action for event in rows(AuditEvent, AuditEvent.entity == "rulechange")]
    assert told == ["rule:write", "rule:try", "rule:sign", "rule:enact"]


def test_earlier_findings_keep_their_pack_version_and_their_disposition(people):
    superlative = "Un soutien optimal pour nos coureurs."
    post = draft(people[AUTHOR], superlative)
    held = {finding.id: (finding.pack_version, finding.disposition) for finding in rows(Finding)}
    in_force(people)
    edit(people[AUTHOR], post.id, superlative, title="Un autre titre")
    assert {f.id: (f.pack_version, f.disposition) for f in rows(Finding)} == held
    assert all(version == "2026.1" for version, _disposition in held.values())


def test_a_try_names_the_posts_that_a_change_newly_finds_and_no_longer_finds(people):
    online = post_at(PostStatus.SCHEDULED, people, BLUE, title="Ruban")
    post_at(PostStatus.SCHEDULED, people, "Merci à nos équipes.", title="Merci")
    draft(people[AUTHOR], BLUE, title="Brouillon")
    change = tried(people[OWNER], write(people[OWNER]))
    assert change.trial["tried"] == 2
    (difference,) = change.trial["differences"]
    assert (difference["post_id"], difference["title"]) == (online.id, "Ruban")
    assert (list(difference["newly"]), list(difference["no_longer"])) == (["ruban bleu"], [])
    sign(people[OWNER], change)
    sign(people[REGULATORY], change)
    second = write(people[OWNER], TEXT.replace("version: 1", "version: 2").replace("bleu", "rouge"))
    (difference,) = tried(people[OWNER], second).trial["differences"]
    assert (list(difference["newly"]), list(difference["no_longer"])) == ([], ["ruban bleu"])


def test_a_scheduled_post_that_a_new_rule_blocks_is_not_moved(people):
    post = post_at(PostStatus.SCHEDULED, people, BLUE)
    in_force(people)
    with pytest.raises(RuleViolated, match="bloquants"):
        schedule(people[AUTHOR], post.id)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\\bruban bleu\\b", "ruban (bleu", "expression régulière"),
        (', en: "“{excerpt}” is reserved."', "", "Il manque le texte anglais de « message »"),
        ("  - Le ruban bleu numéro 7.\n", "", "Il faut au moins 8 phrases qui doivent déclencher la règle : il y en a 7"),
        ("  - Le ruban vert numéro 7.\n", "", "il y en a 7"),
        ("Le ruban vert numéro 3", "Le ruban bleu numéro 3", "se déclenche à tort sur : « Le ruban bleu numéro 3. »"),
        ("Le ruban bleu numéro 3", "Le ruban gris numéro 3", "reste muette sur : « Le ruban gris numéro 3. »"),
        ("id: ZZZ-01", "id: ZZZ-02", "ZZZ-02"),
        ("severity: block", "severity: fatal", "valeur inconnue"),
        ("confidence: M", "confidence: [", "YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_neither_tried_nor_signed(people, old, new, said):
    text = TEXT.replace(old, new)
    assert text != TEXT
    with reading() as session:
        problems = rule_changes.problems_of(session, people[OWNER], rule_id="ZZZ-01", text=text)
    assert said in " ".join(problems)
    change = write(people[OWNER], text)
    with pytest.raises(RuleViolated, match="pas prête"):
        tried(people[OWNER], change)
    with pytest.raises(RuleViolated, match="Essayez"):
        sign(people[OWNER], change)


def test_a_rule_in_force_is_changed_under_a_higher_version_only(people):
    in_force(people)
    with reading() as session:
        (problem,) = rule_changes.problems_of(session, people[OWNER], rule_id="ZZZ-01", text=TEXT)
    assert "plus grand que 1" in problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("severity: block", "severity: warn", "bloquer"), ("  - Sérénix, indiqué dans", "  - Découvrez", None)],
    ids=["a lower severity", "another sentence"],
)
def test_a_prohibition_of_the_law_is_never_weakened(people, small_pack, monkeypatch, old, new, said):
    whole = parse_pack({name: (DEFAULT_PACK / name).read_text("utf-8") for name in ("pack.yaml", "GP-01.yaml")})
    monkeypatch.setattr(checks, "default_pack", lambda: whole)
    text = delivered_text("GP-01").replace("version: 1", "version: 2", 1)
    assert old in text
    with reading() as session:
        sound = rule_changes.problems_of(session, people[OWNER], rule_id="GP-01", text=text)
        weaker = rule_changes.problems_of(session, people[OWNER], rule_id="GP-01", text=text.replace(old, new))
    assert sound == ()
    assert (said or "") in " ".join(weaker)
    if said:
        assert "La loi ne permet à personne d'affaiblir" in weaker[0]


def test_who_may_write_and_sign(people):
    for role in (Role.LEGAL, Role.ADMINISTRATOR, AUTHOR):
        with pytest.raises(NotPermitted):
            write(people[role])
    change = tried(people[REGULATORY], write(people[REGULATORY]))
    with pytest.raises(NotPermitted):
        sign(people[Role.LEGAL], change)
    both = person(OWNER, REGULATORY, login="both")
    sign(both, change)
    with pytest.raises(RuleViolated, match="une autre personne"):
        sign(both, change)
    with pytest.raises(RuleViolated, match="attend les signatures"):
        sign(person(REGULATORY, login="second"), change)
    sign(people[OWNER], change)
    assert active().version == "2026.1+1"


def test_writing_again_voids_what_was_tried_and_signed(people):
    change = tried(people[OWNER], write(people[OWNER]))
    sign(people[OWNER], change)
    write(people[REGULATORY], TEXT.replace("Ruban bleu", "Rubans bleus"), change_id=change.id)
    (kept,) = rows(RuleChange)
    assert (kept.owner_signature_id, kept.tried_at) == (None, None)
    with pytest.raises(RuleViolated, match="Essayez"):
        sign(people[REGULATORY], kept)


def test_another_change_in_force_asks_for_another_try(people):
    waiting = tried(people[OWNER], write(people[OWNER], TEXT.replace("ZZZ-01", "ZZZ-02"), "ZZZ-02"))
    in_force(people)
    with pytest.raises(RuleViolated, match="Essayez"):
        sign(people[OWNER], waiting)


def test_a_draft_is_given_up_with_a_reason(people):
    change = write(people[OWNER])
    for reason in ("", "Sans suite."):
        try:
            with transaction() as session:
                rule_changes.discard_change(
                    session, people[OWNER], change_id=change.id, row_version=None, reason=reason
                )
        except RuleViolated:
            assert not reason
    assert rows(RuleChange)[0].status is RuleChangeStatus.DISCARDED
    with pytest.raises(TransitionNotAllowed):
        tried(people[OWNER], change)


@pytest.mark.parametrize(("rule_id", "text"), [("ruban", TEXT), ("ZZZ-01", " ")])
def test_what_is_no_rule_is_not_kept(people, rule_id, text):
    with pytest.raises(InvalidInput):
        write(people[OWNER], text, rule_id)


def broken_by(how, people, monkeypatch):
    """Break the pack in force in one way."""
    if how == "the folder cannot be read":

        def unreadable():
            raise InvalidInput("Le fichier pack.yaml du jeu de règles est absent ou vide.")

        monkeypatch.setattr(checks, "default_pack", unreadable)
        return
    change = in_force(people)
    column, value = {
        "the text is another": ("text", TEXT.replace("bleu", "gris")),
        "text and hash are another": ("text", TEXT.replace("bleu", "gris")),
        "a signature is missing": ("regulatory_signature_id", None),
        "both signatures are one": ("regulatory_signature_id", change.owner_signature_id),
        "the text is no rule any more": ("text", "id: ZZZ-01"),
    }[how]
    with transaction() as session:
        row = get(session, RuleChange, change.id)
        setattr(row, column, value)
        if how in {"text and hash are another", "the text is no rule any more"}:
            row.content_sha256 = rule_pack.content_of_change(row)


@pytest.mark.parametrize(
    "how",
    [
        "the folder cannot be read",
        "the text is another",
        "text and hash are another",
        "a signature is missing",
        "both signatures are one",
        "the text is no rule any more",
    ],
)
def test_a_pack_that_cannot_be_read_stops_submission_and_never_falls_back(people_on_both, monkeypatch, how):
    people = people_on_both
    ready = draft(people[AUTHOR])
    broken_by(how, people, monkeypatch)
    with pytest.raises(RuleViolated, match="ne peuvent pas être lues"):
        submit(people[AUTHOR], ready.id)
    assert load(ready.id).status is PostStatus.DRAFT
    kept = draft(people[AUTHOR], BLUE)
    with pytest.raises(RuleViolated, match="ne peuvent pas être lues"):
        submit(people[AUTHOR], kept.id)


def test_while_the_rules_cannot_be_read_nothing_is_signed_or_scheduled(people, monkeypatch):
    from tests.post_factories import approve, open_steps, sha_of

    approved, waiting = post_at(PostStatus.APPROVED, people), post_at(PostStatus.IN_REVIEW, people)
    (step,) = open_steps(waiting.id)
    broken_by("the folder cannot be read", people, monkeypatch)
    with pytest.raises(RuleViolated, match="ne peuvent pas être lues"):
        approve(people[step.role], step, sha_of(waiting.id))
    with pytest.raises(RuleViolated, match="ne peuvent pas être lues"):
        schedule(people[AUTHOR], approved.id)


def test_a_change_in_force_is_never_removed(people_on_both):
    in_force(people_on_both)
    with pytest.raises(Exception, match="append-only"), transaction() as session:
        session.execute(sql("DELETE FROM rule_change"))
