"""Publications: every post as a sentence, filtered by the address; the way to write one."""

import streamlit as st

from app_pages._counts import counted
from app_pages._keys import help_button, key_button
from app_pages._page import current_actor, empty, go, heading
from app_pages._post_preview import use_style
from app_pages._post_rows import PAGE, draw_filters, draw_row, draw_unfinished
from compliance.permissions import Permission, allows
from i18n import N_, _
from models.session import reading
from workflow import editing, queries


def write() -> None:
    """Open the editor on a new post."""
    go("editor.py")


actor = current_actor()
use_style()
writes = allows(actor, Permission.POST_WRITE)
with st.container(horizontal=True, vertical_alignment="center"):
    heading(_("Publications"), _("De l'idée au dossier : où en est chacune, et qui elle attend."))
    help_button({"N": N_("écrire une publication")} if writes else {})
    if writes:
        key_button(_("Écrire une publication"), "N", key="write", primary=True, on_click=write)
with reading() as session:
    choices = editing.editor_view(session, actor)
draw_unfinished(actor)
chosen = draw_filters(choices.products, choices.accounts, mine=writes)
with reading() as session:
    rows = queries.list_posts(session, actor, **chosen.arguments)
if not rows and chosen.any:
    empty(_("Aucune publication ne répond à ces filtres. Retirez-en un pour en voir plus."))
elif not rows:
    empty(_("Aucune publication encore. Celles que la communication écrit arrivent ici, avec leur état."))
else:
    pages = -(-len(rows) // PAGE)
    shown = st.pagination(pages, key="page", bind="query-params") if pages > 1 else 1
    st.caption(counted(len(rows), N_("{n} publication"), N_("{n} publications")))
    for row in rows[(shown - 1) * PAGE : shown * PAGE]:
        draw_row(actor, row)
