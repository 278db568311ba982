"""On the coverage page: what we hold of each of our posts beside what its network counts, the worst first."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import empty, line, section, visit
from app_pages._words import badge, tag
from compliance import clock
from i18n import N_, _
from models.session import reading
from moderation.count_gaps import WORDS
from moderation.queries import post_rows
from moderation.queries.post_rows import PAGE, PostPage, PostRow

SHOWN = "coverage_posts"
LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')


def draw_posts() -> None:
    """Draw a page of the posts, with the way to the others."""
    with reading() as session:
        found = post_rows.posts_covered(session, page=visit().get(SHOWN, 0))
    lacking = counted(found.lacking, N_("il manque à {n}"), N_("il manque à {n}")) if found.lacking else ""
    section(_("Publications"), lacking or str(found.total))
    for row in found.rows:
        _draw_post(row)
    if not found.total:
        empty(
            _(
                "Aucune publication suivie n'a de commentaire compté. Chaque publication de moins de trente jours est "
                "comptée toutes les heures, ici et chez le réseau."
            )
        )
    if found.total > PAGE:
        _draw_turning(found)


def _draw_post(row: PostRow) -> None:
    title = row.title if row.title is not None else _("(publiée hors circuit)")
    named = LINK.format(row.url, title) if row.url.startswith("https://") else Markup("{}").format(title)
    parts: list[str | Markup] = [
        badge(row.network, short=True),
        row.account,
        Markup("<strong>{}</strong>").format(named),
    ]
    parts += [_numbers(row), *_beside(row), _reading(row)]
    why = " ; ".join(_(WORDS[each]) for each in row.whys)
    if why:
        parts.append(Markup('<br><span class="cv-soft">{}</span>').format(f"{why[0].upper()}{why[1:]}."))
    line(*parts, tone=_tone(row))


def _tone(row: PostRow) -> str:
    if row.silent or row.unseen or row.counted_at is None:
        return "bad"
    return "warn" if row.missing else "ok"


def _numbers(row: PostRow) -> Markup:
    """Return "212 sur 214"; where nothing is read now, first that nothing is known."""
    if row.silent or row.counted_at is None:
        since = f"{clock.paris(row.read_at):%d/%m %H:%M}" if row.read_at else ""
        told = _("aucune donnée depuis le {since}").format(since=since) if since else _("aucune donnée, jamais")
        return tag(told, "bad", "◌") + (Markup(" {}").format(_then(row)) if row.counted_at else Markup())
    if row.network_count is None:
        return tag(counted(row.held, N_("{n} conservé"), N_("{n} conservés")), "idle", "Σ")
    told = _("{held} sur {count}").format(held=row.held, count=row.network_count)
    return tag(told, "warn" if row.missing else "ok", "Σ")


def _then(row: PostRow) -> str:
    if row.network_count is None:
        return counted(row.held, N_("alors {n} conservé"), N_("alors {n} conservés"))
    return _("alors {held} sur {count}").format(held=row.held, count=row.network_count)


def _beside(row: PostRow) -> list[str | Markup]:
    deeper = counted(row.deeper, N_("et {n} réponse"), N_("et {n} réponses")) if row.deeper else ""
    gone = counted(row.deleted, N_("{n} supprimé, conservé"), N_("{n} supprimés, conservés")) if row.deleted else ""
    return [deeper, tag(gone, "idle", "✖") if gone else ""]


def _reading(row: PostRow) -> Markup:
    if row.counted_at is None:
        return Markup()
    at = f"{clock.paris(row.counted_at):%d/%m %H:%M}"
    counted_at = _("compté le {at}").format(at=at)
    heard = Markup(" · {} {}").format(_("dernier relevé"), ago(row.read_at)) if row.read_at else Markup()
    return Markup('<span class="cv-soft">{}{}</span>').format(counted_at, heard)


def _draw_turning(found: PostPage) -> None:
    page, last = found.page, (found.total - 1) // PAGE
    with st.container(horizontal=True, vertical_alignment="center", key="posts_turning"):
        st.button(_("← Précédentes"), key="posts_before", disabled=page == 0, on_click=turn, args=(page - 1,))
        first = page * PAGE + 1
        line(_("{first} à {last} sur {total}").format(first=first, last=first + len(found.rows) - 1, total=found.total))
        st.button(_("Suivantes →"), key="posts_after", disabled=page >= last, on_click=turn, args=(page + 1,))


def turn(page: int) -> None:
    """Turn to another page of posts; a callback."""
    visit()[SHOWN] = max(page, 0)
