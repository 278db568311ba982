"""What changed between two versions of a post, word by word: what a reviewer reads instead of the whole."""

import difflib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from compliance.permissions import Actor, Permission, check
from errors import NotFound
from models.enums import Network
from models.post import Post, PostVersion
from models.session import get
from workflow.content import MediaRef, PostContent, VariantContent, canonical_variant, declarations
from workflow.findings import variants_of
from workflow.queries import last_decided_n
from workflow.rounds import current_version, versions_of

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
LONG = 2_000
"""Words from which a comparison takes its short cut: a text of 50,000 characters is shown in a second."""
FIELDS = ("text", "link", "first_comment", "hashtags", "media", "settings", "audience")


@dataclass(frozen=True)
class Span:
    """A run of words: `kind` is "same", "added" or "removed"."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    """A field that changed, as spans; the two sides are what is not added, and what is not removed."""

    field: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class MediaChange:
    """A file that came ("added"), went ("removed"), is described otherwise ("described") or stands elsewhere ("moved").

    `spans` are the change of its description.
    """

    kind: str
    media: MediaRef
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class VariantChange:
    """A variant that changed: `kind` is "changed", "added" or "removed"; `media` tells its files one by one."""

    account_id: str
    network: Network
    kind: str
    fields: tuple[FieldChange, ...]
    media: tuple[MediaChange, ...] = ()


@dataclass(frozen=True)
class DeclarationChange:
    """A declaration that changed, its values as stored (products are ids)."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Changes:
    """What changed since a version; without one (`since_n` None) everything is new to this reader."""

    since_n: int | None
    since_at: datetime | None
    to_n: int
    variants: tuple[VariantChange, ...]
    declarations: tuple[DeclarationChange, ...]


def what_changed(
    session: Session, actor: Actor, *, post_id: str, against: int | None = None, to: int | None = None
) -> Changes:
    """Return what changed since the version on which the actor last decided, or since version `against`.

    Up to the newest version, or up to version `to`. Whoever never decided has everything before them.
    """
    check(actor, Permission.POST_READ)
    versions = {version.n: version for version in versions_of(session, post_id)}
    new = versions.get(to) if to is not None else current_version(session, get(session, Post, post_id))
    n = against if against is not None else last_decided_n(session, actor, post_id)
    if new is None or (n is not None and n not in versions):
        raise NotFound
    if n is None:
        return Changes(None, None, new.n, _variant_changes(session, None, new), ())
    old = versions[n]
    return Changes(n, old.created_at, new.n, _variant_changes(session, old, new), _declarations(old, new))


def _declarations(old: PostVersion, new: PostVersion) -> tuple[DeclarationChange, ...]:
    before, after = (json.loads(version.canonical_json)["declarations"] for version in (old, new))
    return _declared_changes(before, after)


def _declared_changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[DeclarationChange, ...]:
    """Return the declarations that differ; one that a version does not make is None."""
    names = dict.fromkeys([*after, *before])
    pairs = [(name, before.get(name), after.get(name)) for name in names]
    return tuple(DeclarationChange(name, old, new) for name, old, new in pairs if old != new)


def content_changes(old: PostContent, new: PostContent) -> Changes:
    """Return what one content says otherwise than another; neither needs to be a version."""
    before, after = ({v.account_id: _payload(each, v) for v in each.variants} for each in (old, new))
    one, other = (_described(each) | declarations(each) for each in (old, new))
    return Changes(None, None, 0, _between(before, after), _declared_changes(one, other))


def _payload(content: PostContent, variant: VariantContent) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(canonical_variant(content, variant).payload_json)
    return payload


def _described(content: PostContent) -> dict[str, Any]:
    return {"title": content.title, "campaign": content.campaign, "planned_at": content.planned_at}


def _variant_changes(session: Session, old: PostVersion | None, new: PostVersion) -> tuple[VariantChange, ...]:
    return _between(_payloads(session, old) if old else {}, _payloads(session, new))


def _between(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> tuple[VariantChange, ...]:
    changes = []
    for account_id in [*after, *(key for key in before if key not in after)]:
        one, other = before.get(account_id), after.get(account_id)
        fields = changed_fields(one or {}, other or {})
        if fields:
            kind = "changed" if one and other else "added" if other else "removed"
            network = Network((other or one or {})["network"])
            files = media_changes((one or {}).get("media", []), (other or {}).get("media", []))
            changes.append(VariantChange(account_id, network, kind, fields, files))
    return tuple(changes)


def _payloads(session: Session, version: PostVersion) -> dict[str, dict[str, Any]]:
    return {variant.account_id: json.loads(variant.payload_json) for variant in variants_of(session, version.id)}


def changed_fields(old: dict[str, Any], new: dict[str, Any]) -> tuple[FieldChange, ...]:
    """Return the fields of a payload that changed."""
    pairs = [(name, _words_of(old.get(name)), _words_of(new.get(name))) for name in FIELDS]
    return tuple(FieldChange(name, word_diff(one, other)) for name, one, other in pairs if one != other)


def media_changes(old: list[dict[str, str]], new: list[dict[str, str]]) -> tuple[MediaChange, ...]:
    """Return what became of each file between two lists of them: those of the new one first, then those that went."""
    before = {each["sha256"]: MediaRef(**each) for each in old}
    after = {each["sha256"]: MediaRef(**each) for each in new}
    stayed = [sha256 for sha256 in before if sha256 in after]
    order = [sha256 for sha256 in after if sha256 in before]
    found = []
    for sha256, media in after.items():
        if sha256 not in before:
            found.append(MediaChange("added", media, word_diff("", media.alt_text)))
        elif media.alt_text != before[sha256].alt_text:
            found.append(MediaChange("described", media, word_diff(before[sha256].alt_text, media.alt_text)))
        elif stayed.index(sha256) != order.index(sha256):
            found.append(MediaChange("moved", media))
    gone = [media for sha256, media in before.items() if sha256 not in after]
    return (*found, *(MediaChange("removed", media, word_diff(media.alt_text, "")) for media in gone))


def _words_of(value: Any) -> str:
    """Return a field as words: texts as they are, lists one a line, settings as name = value."""
    if isinstance(value, dict):
        return "\n".join(f"{key} = {json.dumps(each, ensure_ascii=False)}" for key, each in sorted(value.items()))
    if isinstance(value, list):
        return "\n".join(_words_of(each) for each in value)
    return str(value) if value is not None else ""


def word_diff(old: str, new: str) -> tuple[Span, ...]:
    """Return a text's change as spans of whole words; joined, the kept and added ones are the new text."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    spans: list[Span] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=len(after) > LONG)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            spans.append(Span("same", "".join(before[a:b])))
        else:
            spans += [Span("removed", "".join(before[a:b]))] if b > a else []
            spans += [Span("added", "".join(after[c:d]))] if d > c else []
    return tuple(spans)
