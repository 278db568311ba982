"""What a reviewer reads: the difference to what they last saw, word by word, or the whole as the network shows it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._page import line, section
from app_pages._post_files import draw_originals, files_of, shown_files, thumbnail
from app_pages._post_findings import spans_of
from app_pages._post_marks import note_boxes, note_spans
from app_pages._post_preview import Shown, draw_card
from app_pages._post_variants import REPLIES
from app_pages._text import Mark, Span, draw, legend
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import Audience, Qualification
from models.session import reading
from workflow import comparing
from workflow.comparing import Changes, FieldChange, MediaChange, VariantChange
from workflow.content import MediaRef, variant_of
from workflow.media import MediaRow
from workflow.networks import title_of
from workflow.rows import PostView, VariantRow
from workflow.words import SETTINGS

MARKS = {"added": Mark.ADDED, "removed": Mark.REMOVED}
FIELDS = {
    "text": N_("Texte"),
    "link": N_("Lien"),
    "first_comment": N_("Première réponse"),
    "hashtags": N_("Hashtags"),
    "media": N_("Médias"),
    "settings": N_("Réglages"),
    "audience": N_("Public visé"),
}
MEDIA = {
    "added": (N_("ajouté"), "ok", "+"),
    "removed": (N_("retiré"), "bad", "−"),
    "described": (N_("texte alternatif changé"), "info", "✎"),
    "moved": (N_("déplacé"), "info", "↕"),
}
KINDS = {"added": N_("compte ajouté"), "removed": N_("compte retiré"), "changed": ""}
DECLARATIONS = {
    "qualification": N_("Qualification"),
    "audience": N_("Public visé"),
    "products": N_("Produits"),
    "visa": N_("Visa"),
    "internal_ref": N_("Référence interne"),
    "moderation": N_("Plan de modération"),
}
SINCE, ALL, OTHER = "since", "all", "other"


def draw_reading(actor: Actor, view: PostView) -> None:
    """Draw the choice of what to read, then that."""
    with reading() as session:
        mine = comparing.what_changed(session, actor, post_id=view.post.post_id)
    chosen = _choose(mine)
    if chosen == ALL:
        draw_whole(actor, view)
        return
    changes = mine if chosen == SINCE else _against(actor, view)
    draw_changes(actor, changes, view)
    if changes.to_n != view.post.version_n:
        return
    section(_("Telle qu'elle paraîtra"))
    draw_whole(actor, view)


def _choose(mine: Changes) -> str:
    seen = mine.since_n is not None
    options = [SINCE] * seen + [ALL] + [OTHER] * (mine.to_n > 1)
    names = {
        SINCE: _("Depuis mon avis (v{n})").format(n=mine.since_n),
        ALL: _("Tout"),
        OTHER: _("Comparer"),
    }
    if options == [ALL]:
        return ALL
    changed = seen and mine.since_n != mine.to_n
    chosen: str | None = st.segmented_control(
        _("Lecture"), options, format_func=names.__getitem__, default=SINCE if changed else ALL, required=True,
        key="reading", label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    return chosen or ALL


def _against(actor: Actor, view: PostView) -> Changes:
    """Ask for a pair of versions, the previous and the newest to begin with, and return what lies between them."""
    authors = {version.n: version.author for version in view.versions}
    numbers = sorted(authors, reverse=True)
    named = {n: _("v{n}, de {author}").format(n=n, author=author) for n, author in authors.items()}
    earlier, later = st.columns(2)
    old: int = earlier.selectbox(_("Comparer"), numbers, index=1, key="against", format_func=named.__getitem__)
    new: int = later.selectbox(_("à"), numbers, index=0, key="compared", format_func=named.__getitem__)
    with reading() as session:
        return comparing.what_changed(session, actor, post_id=view.post.post_id, against=old, to=new)


def draw_changes(actor: Actor, changes: Changes, view: PostView) -> None:
    """Draw what changed since a version: texts word by word, settings and declarations before and after."""
    if not changes.variants and not changes.declarations:
        told = _("Rien n'a changé de la v{old} à la v{new}.").format(old=changes.since_n, new=changes.to_n)
        line(told, tone="ok")
        return
    spans = [Span(0, 1, Mark.REMOVED), Span(0, 1, Mark.ADDED)]
    section(_("De la v{old} à la v{new}").format(old=changes.since_n, new=changes.to_n), legend(spans))
    for declaration in changes.declarations:
        name = _(DECLARATIONS.get(declaration.name, declaration.name))
        before, after = (declared(declaration.name, each) for each in (declaration.old, declaration.new))
        if declaration.name == "products":
            line(_("{name} : modifiés, à présent {now}").format(name=name, now=", ".join(view.products) or _("aucun")))
        else:
            line(f"{name} :", Markup("<del>{}</del> → <strong>{}</strong>").format(before, after))
    files = files_of(actor, {each.media.sha256 for variant in changes.variants for each in variant.media})
    for variant in changes.variants:
        draw_variant_change(variant, files)


def declared(name: str, value: Any) -> str:
    """Return a declaration's value in words."""
    if not value:
        return _("aucun")
    if name == "moderation":
        return " · ".join([value["plan"], *value["texts"]])
    kinds = {"qualification": Qualification, "audience": Audience}
    return text(kinds[name](value)) if name in kinds else str(value)


def draw_variant_change(variant: VariantChange, files: Mapping[str, MediaRow]) -> None:
    """Draw what changed in one variant, field by field; `files` are those that it speaks of."""
    line(badge(variant.network), _(KINDS[variant.kind]) if KINDS[variant.kind] else "")
    for change in variant.fields:
        if change.field != "text":
            line(Markup('<span class="cv-soft">{}</span>').format(_(FIELDS.get(change.field, change.field))))
        if change.field == "settings":
            for told in _changed_settings(change):
                line(told)
        elif change.field == "media":
            _draw_media(variant.media, files)
        else:
            words, spans = as_marked(change)
            draw(words, spans, quiet=change.field != "text")


def _draw_media(changes: Sequence[MediaChange], files: Mapping[str, MediaRow]) -> None:
    """Draw each file that came, went, moved or is described otherwise, with the change of its description."""
    for change in changes:
        picture, words = st.columns([1, 4])
        row = files.get(change.media.sha256)
        if row is not None:
            picture.html(thumbnail(row))
        with words:
            name, tone, icon = MEDIA[change.kind]
            line(
                tag(_(name), tone, icon), Markup("<strong>{}</strong>").format(change.media.name), _short(change.media)
            )
            if change.spans:
                draw(*as_marked(change), quiet=True)


def _short(media: MediaRef) -> Markup:
    return Markup('<span class="cv-sha" title="{}">{}…{}</span>').format(
        media.sha256, media.sha256[:4], media.sha256[-2:]
    )


def as_marked(change: FieldChange | MediaChange) -> tuple[str, list[Span]]:
    """Return both versions as one text, and where words came and went."""
    words, spans = "", []
    for kind, run in runs(change.spans):
        if kind in MARKS:
            spans.append(Span(len(words), len(words) + len(run), MARKS[kind]))
        words += run + (" " if kind == "removed" else "")
    return words, spans


def runs(spans: Sequence[comparing.Span]) -> Iterable[tuple[str, str]]:
    """Return (kind, words): changes that only blanks part are one, read as one removal and one addition.

    Word by word, a sentence that was written anew would be a zigzag of struck and new words that nobody can read.
    """
    for changed, group in groupby(_joined(spans), key=lambda each: each[0]):
        members = [span for _changed, span in group]
        if not changed:
            yield "same", "".join(span.text for span in members)
            continue
        for kind, other in (("removed", "added"), ("added", "removed")):
            if any(span.kind == kind for span in members):
                yield kind, "".join(span.text for span in members if span.kind != other)


def _joined(spans: Sequence[comparing.Span]) -> Iterable[tuple[bool, comparing.Span]]:
    last = len(spans) - 1
    for at, span in enumerate(spans):
        yield span.kind != "same" or (0 < at < last and not span.text.strip()), span


def _changed_settings(change: FieldChange) -> Iterable[Markup]:
    before, after = (_settings(change, gone) for gone in ("added", "removed"))
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            told = (_said(name, side.get(name)) for side in (before, after))
            yield Markup("{} : <del>{}</del> → <strong>{}</strong>").format(_(SETTINGS.get(name, name)), *told)


def _settings(change: FieldChange, gone: str) -> dict[str, Any]:
    lines = "".join(span.text for span in change.spans if span.kind != gone).splitlines()
    pairs = (each.partition(" = ") for each in lines)
    return {name: json.loads(value) for name, _equals, value in pairs if value}


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if name == "reply_settings":
        return _(REPLIES.get(value or "", value or ""))
    return str(value) if value else "—"


def draw_whole(actor: Actor, view: PostView) -> None:
    """Draw every variant as its network will show it, with its findings underlined, and how it is set."""
    rows = view.variants
    files = files_of(actor, (sha256 for row in rows for sha256, _alt in row.media))
    if not rows:
        line(_("Aucun compte n'est choisi : cette version ne paraîtrait nulle part."), tone="warn")
    names = [f"{text(row.network)} · @{row.handle}" for row in rows]
    places = st.tabs(names) if len(rows) > 1 else [st.container() for _row in rows]
    for place, row in zip(places, rows, strict=True):
        with place:
            draw_card(_shown(row, view, files))
            line(Markup('<span class="cv-soft">{}</span>').format(_set(row)))
    draw_originals(actor, files.values())


def _shown(row: VariantRow, view: PostView, files: Mapping[str, MediaRow]) -> Shown:
    of, found, notes = row.account_id, view.findings, view.notes
    media = shown_files([MediaRef(sha256, alt) for sha256, alt in row.media], files, note_boxes(notes, of))
    title = title_of(variant_of(json.loads(row.payload_json)))
    return Shown(
        row.network,
        row.display_name,
        row.handle,
        row.published_text,
        row.first_comment,
        media,
        (*spans_of(found, of), *note_spans(notes, of, "text", row.text)),
        title=title,
        link=row.link,
        comment_spans=(
            *spans_of(found, of, "first_comment"),
            *note_spans(notes, of, "first_comment", row.first_comment),
        ),
        title_spans=(*spans_of(found, of, "title"), *note_spans(notes, of, "title", title)),
    )


def _set(row: VariantRow) -> str:
    settings: Mapping[str, Any] = json.loads(row.payload_json)["settings"]
    replies = variant_of(json.loads(row.payload_json)).settings.reply_settings
    told = [
        _(REPLIES.get(replies or "", "")) or str(replies),
        _("commentaires ouverts") if settings["comments_open"] else _("commentaires fermés"),
        _("partage ouvert") if settings["share_open"] else _("partage fermé"),
    ]
    if settings["paid_partner"]:
        told.append(_("partenariat rémunéré signalé"))
    return " · ".join(told)
