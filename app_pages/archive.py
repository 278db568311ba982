"""Archive: what was published, found again; its register and its proof, taken out for an inspection."""

import streamlit as st

from app_pages._archive import draw_exports, draw_filters, draw_found
from app_pages._counts import counted
from app_pages._page import current_actor, empty, heading
from i18n import N_, _
from models.session import reading
from workflow import archives, editing

SHOWN = 200

actor = current_actor()
heading(_("Archive"), _("Tout ce qui a été publié, avec la preuve de qui l'a signé. Rien n'en sort sans trace."))
with reading() as session:
    products, accounts = editing.products_rows(session), editing.accounts_rows(session)
asked = draw_filters(products, accounts)
with reading() as session:
    rows = archives.search_archive(session, actor, **asked, limit=SHOWN)
draw_exports(actor, asked["period"])
if rows:
    st.caption(counted(len(rows), N_("{n} publication"), N_("{n} publications")))
elif any(value for name, value in asked.items() if name != "period"):
    empty(_("Rien de publié ne répond à ces critères. Élargissez la période, ou retirez un filtre."))
else:
    empty(_("Rien n'a été publié dans cette période. Chaque publication confirmée par son réseau arrive ici."))
for row in rows:
    draw_found(row)
