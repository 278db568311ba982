"""The matrix of delta re-approval: row by row, and what no sequence of edits gets past it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Audience, Network, Qualification, SignatureMeaning
from workflow.content import MediaRef, PostContent, VariantContent, VariantSettings, canonical_content
from workflow.reapproval import ALL, KEPT, Change, Snapshot, differences, fallen, is_typo, kept, text_change

M = SignatureMeaning
TERMS = frozenset({"rinozel", "cétirizine"})
TEXT = "Nos équipes courent dimanche prochain pour la recherche."
X = VariantContent("a1", Network.X, TEXT, hashtags=("santé",), media=(MediaRef("0" * 64, "Des coureurs."),))
BASE = PostContent("Course", (X,), Qualification.DISEASE, internal_ref="R1", visa="V1", products=("p1",))


def snapshot(content):
    import json

    form = canonical_content(content)
    payloads = {each.account_id: json.loads(each.payload_json) for each in form.variants}
    return Snapshot(json.loads(form.canonical_json), payloads)


def changed(**fields):
    return replace(BASE, variants=(replace(X, **fields),))


def between(old, new):
    return differences(snapshot(old), snapshot(new), TERMS)


CHANGED = {
    "nothing": (BASE, set()),
    "title": (replace(BASE, title="Marche", campaign="Automne"), set()),
    "blank lines": (changed(text=TEXT.replace(" pour", "\n\npour")), {Change.WHITESPACE}),
    "typo": (changed(text=TEXT.replace("courent", "courrent")), {Change.TYPO}),
    "word": (changed(text=TEXT.replace("dimanche", "samedi")), {Change.TEXT}),
    "number": (changed(text=TEXT + " 12 km"), {Change.SENSITIVE}),
    "product": (changed(text=TEXT.replace("recherche", "Rinozel")), {Change.SENSITIVE}),
    "link": (changed(link="https://helior.example"), {Change.LINK}),
    "hashtags": (changed(hashtags=("santé", "course")), {Change.HASHTAGS}),
    "hashtag of a product": (changed(hashtags=("Rinozel",)), {Change.HASHTAGS, Change.SENSITIVE}),
    "first comment": (changed(first_comment="Bravo à tous."), {Change.FIRST_COMMENT}),
    "alt text": (changed(media=(MediaRef("0" * 64, "Des marcheurs."),)), {Change.ALT_TEXT}),
    "picture": (changed(media=(MediaRef("1" * 64, "Des coureurs."),)), {Change.MEDIA}),
    "settings": (changed(settings=VariantSettings(comments_open=False)), {Change.SETTINGS}),
    "boost": (changed(settings=VariantSettings(paid_boost=True)), {Change.SETTINGS}),
    "audience": (replace(BASE, audience=Audience.HCP), {Change.AUDIENCE}),
    "own audience": (changed(audience=Audience.HCP), {Change.AUDIENCE}),
    "qualification": (replace(BASE, qualification=Qualification.INSTITUTIONAL), {Change.QUALIFICATION}),
    "products": (replace(BASE, products=("p1", "p2")), {Change.PRODUCTS}),
    "visa": (replace(BASE, visa="V2"), {Change.VISA}),
    "internal reference": (replace(BASE, internal_ref="R2"), {Change.INTERNAL_REF}),
    "account": (replace(BASE, variants=(X, replace(X, account_id="a2"))), {Change.VARIANT_ADDED}),
}


@pytest.mark.parametrize(("new", "changes"), CHANGED.values(), ids=CHANGED)
def test_every_kind_of_change_is_named(new, changes):
    assert between(BASE, new) == changes


def test_an_account_taken_away_is_named():
    assert between(CHANGED["account"][0], BASE) == {Change.VARIANT_REMOVED}


LOST = {
    Change.TYPO: {M.APPROVAL_REGULATORY},
    Change.LINK: {M.APPROVAL_REGULATORY, M.APPROVAL_LEGAL, M.APPROVAL_COMMUNICATIONS},
    Change.HASHTAGS: {M.APPROVAL_REGULATORY, M.APPROVAL_LEGAL, M.APPROVAL_COMMUNICATIONS},
    Change.ALT_TEXT: {M.APPROVAL_REGULATORY, M.APPROVAL_LEGAL, M.APPROVAL_COMMUNICATIONS},
    Change.FIRST_COMMENT: {M.APPROVAL_REGULATORY, M.APPROVAL_LEGAL, M.APPROVAL_COMMUNICATIONS},
    Change.MEDIA: {M.APPROVAL_COMMUNICATIONS, M.APPROVAL_REGULATORY},
    Change.SETTINGS: {M.APPROVAL_REGULATORY, M.APPROVAL_PV},
    Change.AUDIENCE: {M.APPROVAL_REGULATORY, M.APPROVAL_PV},
    Change.SENSITIVE: set(M),
    Change.TEXT: set(M),
    Change.PRODUCTS: set(M),
    Change.QUALIFICATION: set(M),
    Change.VARIANT_ADDED: set(M),
    Change.FINDING: set(M),
    Change.OTHER: set(M),
}


@pytest.mark.parametrize(("change", "lost"), LOST.items(), ids=lambda each: each if isinstance(each, str) else "")
def test_what_the_policy_lets_fall_falls(change, lost):
    assert not KEPT[change] & lost
    assert set(fallen([change], M.APPROVAL_REGULATORY)) == {change}


def test_every_change_has_its_row_and_only_what_is_in_no_hash_keeps_a_release():
    assert set(KEPT) == set(Change)
    assert {change for change, meanings in KEPT.items() if M.RELEASE in meanings} == {Change.SLOT, Change.DESCRIPTION}
    seen = {c for c, meanings in KEPT.items() if M.APPROVAL_REGULATORY in meanings}
    assert seen == {Change.SLOT, Change.DESCRIPTION}
    assert kept([]) == ALL


@pytest.mark.parametrize(
    ("old", "new", "typo"),
    [
        ("équipes", "équippes", True),
        ("recommadner", "recommander", True),
        ("efficace", "inefficace", False),
        ("anormal", "normal", False),
        ("hypertension", "hypotension", False),
        ("toléré", "intoléré", False),
        ("peut", "peux", False),
        ("mg", "g", False),
    ],
)
def test_a_typo_is_one_letter_in_a_long_word(old, new, typo):
    assert is_typo(old, new) is typo


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("Il guérit souvent", "Il ne guérit pas souvent", Change.TEXT),
        ("1 000 personnes", "1 000\u00a0personnes", Change.WHITESPACE),
        ("10 mg", "1 0 mg", Change.SENSITIVE),
        ("à 50 %", "à 60 %", Change.SENSITIVE),
        ("avec Rinozel", "avec Rinozell", Change.SENSITIVE),
        ("la cétirizine", "la cetirizine", Change.SENSITIVE),
        ("voir @autre ici", "voir ici", Change.SENSITIVE),
        ("abcdea abcdeb abcdec abcded", "abcdfa abcdfb abcdfc abcdfd", Change.TEXT),
    ],
)
def test_a_text_change_is_judged_by_its_words(old, new, change):
    assert text_change(old, new, TERMS) is change


def test_a_field_that_nobody_thought_of_lets_every_signature_fall():
    old, new = snapshot(BASE), snapshot(BASE)
    assert differences(old, replace(new, payloads={"a1": {**new.payloads["a1"], "sticker": "x"}})) == {Change.OTHER}
    assert differences(old, replace(new, canonical={**new.canonical, "format": 2})) == {Change.OTHER}
    assert differences(old, replace(new, payloads={"a1": {**new.payloads["a1"], "published_text": "x"}})) == {
        Change.OTHER
    }


PIECES = st.sampled_from(["courent", "courrent", "dimanche", "samedi", "Rinozel", "12", "ne", "recherche", "\n"])


@given(st.lists(PIECES, max_size=6), st.lists(PIECES, max_size=6))
def test_whatever_the_edit_a_text_that_differs_loses_regulatory_and_release(before, after):
    old, new = changed(text=" ".join(before)), changed(text=" ".join(after))
    standing = kept(between(old, new))
    if snapshot(old) != snapshot(new):
        assert not standing & {M.APPROVAL_REGULATORY, M.RELEASE}
    else:
        assert standing == ALL
    if before != after and sorted(w for w in before if w.isnumeric()) != sorted(w for w in after if w.isnumeric()):
        assert standing == frozenset()
