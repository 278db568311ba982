"""The editor's pictures and films: bring them, say where they show and in which order, describe them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import streamlit as st
from markupsafe import Markup

from app_pages._page import line, perform, plain
from app_pages._post_draft import Draft, find_draft, rewrite
from app_pages._post_fields import alt_key, key_of
from app_pages._post_files import about, files_of, thumbnail, traces_words
from app_pages._words import tag, text
from compliance.permissions import Actor
from i18n import _
from models.enums import MediaKind
from workflow import media
from workflow.content import MediaRef, PostContent, VariantContent
from workflow.media import MediaRow, attached_to
from workflow.media_files import MB, MOST_FILM_BYTES
from workflow.media_rules import problems
from workflow.rows import AccountRow

KINDS = ["jpg", "jpeg", "png", "webp", "gif", "mp4", "mov", "m4v"]
UPLOADS = "_uploads"


def draw_files(actor: Actor, draft: Draft, *, disabled: bool) -> dict[str, MediaRow]:
    """Draw where files are brought, then each file of the post; return what is known of them."""
    files = files_of(actor, gallery_of(draft))
    with st.expander(_("Images et films ({count})").format(count=len(files)), expanded=bool(files)):
        st.file_uploader(
            _("Ajouter des images (JPEG, PNG, GIF, WebP) ou un film (MP4, MOV)"), KINDS, accept_multiple_files=True,
            key=_uploader(), on_change=take, args=(draft.key,), disabled=disabled,
            max_upload_size=MOST_FILM_BYTES // MB,
        )  # fmt: skip
        for row in files.values():
            _draw_file(draft, row, disabled=disabled)
    return files


def gallery_of(draft: Draft) -> list[str]:
    """Return the hashes of the post's files: those that a variant shows, then those brought and not yet placed."""
    shown = (each.sha256 for variant in draft.content.variants for each in variant.media)
    return list(dict.fromkeys([*shown, *draft.gallery]))


def _uploader() -> str:
    """Return the key of the uploader: a new one after each file, so that it is empty again."""
    return key_of(f"files_{st.session_state.setdefault(UPLOADS, 0)}")


def _draw_file(draft: Draft, row: MediaRow, *, disabled: bool) -> None:
    picture, words = st.columns([1, 4])
    picture.html(thumbnail(row))
    with words:
        line(
            Markup("<strong>{}</strong>").format(row.name), Markup('<span class="cv-soft">{}</span>').format(about(row))
        )
        key = key_of(f"on_{row.sha256[:16]}")
        st.session_state[key] = [v.account_id for v in draft.content.variants if _has(v, row.sha256)]
        names = {key: f"{text(a.network)} · @{a.handle}" for key, a in draft.accounts.items()}
        st.multiselect(
            _("Montré sur"), [v.account_id for v in draft.content.variants],
            format_func=lambda each: names.get(each, each), key=key, on_change=place, disabled=disabled,
            args=(draft.key, row.sha256, key), placeholder=_("aucun compte"),
        )  # fmt: skip
        if row.traces:
            _draw_traces(draft, row, disabled=disabled)


def _draw_traces(draft: Draft, row: MediaRow, *, disabled: bool) -> None:
    told = _("Ce fichier révèle {what} : tout le monde pourrait le lire une fois publié.")
    line(tag(_("Métadonnées"), "warn", "▲"), told.format(what=traces_words(row)), tone="warn")
    st.button(
        _("Remplacer par une copie sans métadonnées"), key=key_of(f"clean_{row.sha256[:16]}"), on_click=clean,
        args=(draft.key, row.sha256), disabled=disabled,
    )  # fmt: skip


def draw_attached(
    variant: VariantContent, account: AccountRow, files: Mapping[str, MediaRow], key: str, *, disabled: bool
) -> None:
    """Draw the files of one variant in their order, each with its description, and what its network would refuse."""
    for at, each in enumerate(variant.media):
        if each.sha256 in files:
            _draw_described(files[each.sha256], account.account_id, key, first=at == 0, disabled=disabled)
    for problem in problems(account.network, attached_to(variant, files)):
        st.warning(plain(str(problem)))


def _draw_described(row: MediaRow, account_id: str, key: str, *, first: bool, disabled: bool) -> None:
    picture, words = st.columns([1, 3])
    picture.html(thumbnail(row))
    film = row.kind is MediaKind.FILM
    label = _("Description du film (facultative)") if film else _("Texte alternatif (obligatoire)")
    told = _("Ce que montre l'image, pour qui ne la voit pas. Ce texte est publié et signé.")
    with words:
        st.text_area(
            f"{label} · {row.name}", key=alt_key(row.sha256, account_id), height=80, placeholder=told,
            on_change=describe, args=(key, account_id, row.sha256), disabled=disabled,
        )  # fmt: skip
        with st.container(horizontal=True):
            of = (key, account_id, row.sha256)
            if not first:
                st.button(
                    _("Avancer"), key=key_of(f"up_{row.sha256[:16]}", account_id), on_click=move_up, args=of,
                    disabled=disabled,
                )  # fmt: skip
            st.button(
                _("Retirer d'ici"), key=key_of(f"off_{row.sha256[:16]}", account_id), on_click=detach, args=of,
                disabled=disabled,
            )  # fmt: skip


def take(key: str) -> None:
    """Keep the files that were brought, and show each on every chosen account; one that is refused says why."""
    given = st.session_state.get(_uploader()) or []
    st.session_state[UPLOADS] += 1
    for each in given:
        perform(media.add_media, name=each.name, data=each.getvalue(), then=partial(_taken, key))


def _taken(key: str, row: MediaRow) -> None:
    draft = find_draft(key)
    if draft is not None:
        draft.gallery = (*draft.gallery, row.sha256)
        rewrite(draft.key, lambda content: _on_each(content, partial(_with, row)))


def _has(variant: VariantContent, sha256: str) -> bool:
    return any(each.sha256 == sha256 for each in variant.media)


def _with(row: MediaRow, variant: VariantContent) -> VariantContent:
    return variant if _has(variant, row.sha256) else replace(variant, media=(*variant.media, row.ref()))


def _without(sha256: str, variant: VariantContent) -> VariantContent:
    return replace(variant, media=tuple(each for each in variant.media if each.sha256 != sha256))


def _on_each(
    content: PostContent, change: Callable[[VariantContent], VariantContent], account_ids: Iterable[str] | None = None
) -> PostContent:
    """Change every variant, or those of some accounts."""
    chosen = {v.account_id for v in content.variants} if account_ids is None else set(account_ids)
    return replace(content, variants=tuple(change(v) if v.account_id in chosen else v for v in content.variants))


def place(key: str, sha256: str, field: str) -> None:
    """Show a file on the accounts that were chosen for it, and on no other."""
    draft = find_draft(key)
    if draft is None:
        return
    chosen = set(st.session_state[field])
    draft.gallery = (*draft.gallery, sha256)
    known = next((each for v in draft.content.variants for each in v.media if each.sha256 == sha256), None)
    row = known or _ref_of(sha256)

    def placed(variant: VariantContent) -> VariantContent:
        if variant.account_id not in chosen:
            return _without(sha256, variant)
        return variant if _has(variant, sha256) or row is None else replace(variant, media=(*variant.media, row))

    rewrite(key, lambda content: _on_each(content, placed))


def _ref_of(sha256: str) -> MediaRef | None:
    rows = perform(media.media_rows, sha256s=[sha256]) or {}
    return rows[sha256].ref() if sha256 in rows else None


def detach(key: str, account_id: str, sha256: str) -> None:
    """Take a file off one account; it stays at hand."""
    if draft := find_draft(key):
        draft.gallery = (*draft.gallery, sha256)
        rewrite(key, lambda content: _on_each(content, partial(_without, sha256), [account_id]))


def move_up(key: str, account_id: str, sha256: str) -> None:
    """Show a file one place earlier on one account."""

    def earlier(variant: VariantContent) -> VariantContent:
        order = list(variant.media)
        at = next((n for n, each in enumerate(order) if each.sha256 == sha256), 0)
        order[max(0, at - 1) : at + 1] = reversed(order[max(0, at - 1) : at + 1])
        return replace(variant, media=tuple(order))

    rewrite(key, lambda content: _on_each(content, earlier, [account_id]))


def describe(key: str, account_id: str, sha256: str) -> None:
    """Save a description; the accounts that show the same file without one get it too."""
    said = st.session_state[alt_key(sha256, account_id)]

    def described(variant: VariantContent) -> VariantContent:
        own = variant.account_id == account_id
        return replace(
            variant,
            media=tuple(
                replace(each, alt_text=said) if each.sha256 == sha256 and (own or not each.alt_text.strip()) else each
                for each in variant.media
            ),
        )

    rewrite(key, lambda content: _on_each(content, described))


def clean(key: str, sha256: str) -> None:
    """Put a copy without metadata in the place of a file, with the same descriptions."""
    perform(media.add_clean_copy, sha256=sha256, then=partial(_swap, key, sha256))


def _swap(key: str, sha256: str, row: MediaRow) -> None:
    draft = find_draft(key)
    if draft is None:
        return
    draft.gallery = (*(each for each in draft.gallery if each != sha256), row.sha256)

    def swapped(variant: VariantContent) -> VariantContent:
        kept = (each for each in variant.media if each.sha256 != row.sha256)
        return replace(variant, media=tuple(row.ref(each.alt_text) if each.sha256 == sha256 else each for each in kept))

    rewrite(key, lambda content: _on_each(content, swapped))
