"""The pictures and films of a post as pages show them: small beside the text, whole when asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import streamlit as st
from markupsafe import Markup

from app_pages._page import line
from app_pages._post_preview import Box, ShownFile
from app_pages._words import tag
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import MediaKind, MediaTrace
from models.session import reading
from workflow import media
from workflow.content import MediaRef
from workflow.media import MediaRow
from workflow.media_rules import NAMES

MB, KB = 1_000_000, 1_000
TRACES = {
    MediaTrace.PLACE: N_("le lieu de la prise de vue"),
    MediaTrace.PERSON: N_("le nom d'une personne"),
    MediaTrace.DEVICE: N_("l'appareil"),
    MediaTrace.MOMENT: N_("la date de la prise de vue"),
    MediaTrace.DESCRIPTION: N_("des commentaires"),
    MediaTrace.HIDDEN: N_("des données cachées après l'image"),
}


def files_of(actor: Actor, sha256s: Iterable[str]) -> dict[str, MediaRow]:
    """Return what is known of files, by hash."""
    wanted = set(sha256s)
    if not wanted:
        return {}
    with reading() as session:
        return media.media_rows(session, actor, sha256s=wanted)


def shown_files(
    attached: Sequence[MediaRef], files: Mapping[str, MediaRow], boxes: Mapping[str, tuple[Box, ...]] | None = None
) -> tuple[ShownFile, ...]:
    """Return the files of a variant as its card shows them; `boxes` are to be framed on them, by hash."""
    shown = (_shown(each, files.get(each.sha256)) for each in attached)
    return tuple(
        replace(file, boxes=(boxes or {}).get(each.sha256, ())) for each, file in zip(attached, shown, strict=True)
    )


def _shown(each: MediaRef, row: MediaRow | None) -> ShownFile:
    if row is None or not row.kept:
        return ShownFile(each.alt_text, None, _("fichier qui n'est plus gardé"))
    return ShownFile(each.alt_text, row.thumbnail, film_words(row) if row.kind is MediaKind.FILM else "")


def film_words(row: MediaRow) -> str:
    """Return "Film, 12 s"."""
    return _("Film, {seconds} s").format(seconds=round((row.duration_ms or 0) / 1000))


def about(row: MediaRow) -> str:
    """Return "JPEG · 1200 × 800 · 420 ko"."""
    weight = f"{row.size / MB:.1f} {_('Mo')}" if row.size >= MB else f"{max(1, row.size // KB)} {_('ko')}"
    kind = _("GIF animé") if row.animated else NAMES.get(row.mime, row.mime)
    length = [film_words(row)] if row.kind is MediaKind.FILM else []
    return " · ".join([kind, *length, f"{row.width} × {row.height}", weight.replace(".", ",")])


def traces_words(row: MediaRow) -> str:
    """Return what a file tells beside what it shows, as a list."""
    return ", ".join(_(TRACES[trace]) for trace in row.traces)


def thumbnail(row: MediaRow) -> Markup:
    """Return a small picture of a file, or a word in its place; its description stands beside it."""
    return ShownFile("", row.thumbnail, film_words(row) if row.thumbnail is None else "").small()


def draw_originals(actor: Actor, rows: Iterable[MediaRow]) -> None:
    """Draw each file's name and hash, and the file itself, whole, when it is asked for."""
    for row in rows:
        short = Markup('<span class="cv-sha" title="{}">{}…{}</span>').format(
            row.sha256, row.sha256[:4], row.sha256[-2:]
        )
        line(tag(row.name, "idle", "▦"), Markup('<span class="cv-soft">{}</span>').format(about(row)), short)
        if row.kept and st.toggle(_("Voir « {name} » en entier").format(name=row.name), key=f"see_{row.sha256[:16]}"):
            with reading() as session:
                data = media.read_media(session, actor, sha256=row.sha256)
            if row.kind is MediaKind.FILM:
                st.video(data, format="video/mp4")
            else:
                st.image(data, alt=row.name)
