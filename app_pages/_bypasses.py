"""What stands on our accounts without the committee: shown until somebody says what it was."""

import streamlit as st
from markupsafe import Markup

from app_pages import _text
from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import line, perform, section
from app_pages._words import badge
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import BypassKind
from models.session import reading
from moderation import bypass, comment_switches
from moderation.bypass import BypassRow

MOST_SHOWN = 20
ABOUT = N_(
    "Nos comptes sont relevés aussi. Ces textes y sont publics sans être passés par le comité ; les commentaires "
    "qu'ils reçoivent sont relevés comme les autres. Ce qui date d'avant la connexion d'un compte n'y figure pas : "
    "reprenez-le dans la Bibliothèque."
)

OPENED, CLOSED = BypassKind.COMMENTS_OPENED, BypassKind.COMMENTS_CLOSED
SAID_OF_COMMENTS = {
    OPENED: N_("Signé : commentaires fermés. Sur le réseau : ouverts à tous, et personne n'a prévu de les suivre."),
    CLOSED: N_("Signé : commentaires ouverts. Sur le réseau : fermés ou restreints ; on ne peut plus nous écrire là."),
}
WHO = N_("À régler par les affaires réglementaires ou le pharmacien responsable ; remis comme signé, il se ferme seul.")
ERASES = N_("En les refermant, le réseau efface tous les commentaires déjà écrits là. Ils sont d'abord relevés ici.")
BACK = {OPENED: N_("Refermer les commentaires"), CLOSED: N_("Rouvrir les commentaires")}


def draw_bypasses(actor: Actor) -> None:
    """Draw the open incidents, newest first; nothing when there is none."""
    with reading() as session:
        rows = bypass.open_bypasses(session, actor)
    if not rows:
        return
    section(_("Publié hors circuit"), counted(len(rows), N_("{n} incident"), N_("{n} incidents")))
    st.html(Markup('<p class="cv-about">{}</p>').format(_(ABOUT)))
    for row in rows[:MOST_SHOWN]:
        _draw_row(row, actor)
    if len(rows) > MOST_SHOWN:
        line(_("Les {n} plus récents sont montrés ; les autres suivent quand ils sont réglés.").format(n=MOST_SHOWN))


def _draw_row(row: BypassRow, actor: Actor) -> None:
    link = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
    seen = link.format(row.url, _("voir en ligne")) if row.url.startswith("https://") else ""
    with st.container(border=True, key=f"bypass_{row.bypass_id}"):
        line(badge(row.network), row.account, badge(row.kind), ago(row.posted_at), seen, tone="bad")
        _text.draw(row.text, quiet=True)
        if row.kind in SAID_OF_COMMENTS:
            line(_(SAID_OF_COMMENTS[row.kind]), _(WHO))
        elif row.signed:
            line(Markup("{} <br>{}").format(_("Le texte signé :"), _text.escaped(row.signed)))
        if allows(actor, Permission.BYPASS_SETTLE):
            _draw_putting_back(row)
            _draw_settling(row)


def _draw_putting_back(row: BypassRow) -> None:
    """Offer to have the network put the comments back as signed, where it can; say what became of it."""
    if row.asked:
        line(_("C'est demandé au réseau : l'incident se ferme quand il le confirme."))
    elif row.put_back:
        if row.error:
            line(_("Le réseau a refusé : {why}").format(why=row.error), tone="bad")
        if row.erases:
            line(_(ERASES), tone="bad")
        args = (row.bypass_id, row.row_version)
        st.button(_(BACK[row.kind]), key=f"put_back_{row.bypass_id}", on_click=put_back, args=args)


def put_back(bypass_id: str, row_version: int) -> None:
    """Have the comments opened or closed again; a callback."""
    done = N_("C'est demandé au réseau : l'incident se ferme quand il le confirme.")
    perform(comment_switches.put_back, bypass_id=bypass_id, row_version=row_version, done=done)


def _draw_settling(row: BypassRow) -> None:
    with st.popover(_("Régler…"), key=f"settling_{row.bypass_id}"):
        st.text_area(
            _("D'où vient cette publication, et ce qui a été fait"),
            key=f"settle_reason_{row.bypass_id}",
            max_chars=bypass.LONGEST_REASON,
        )
        args = (row.bypass_id, row.row_version)
        st.button(_("Réglé"), key=f"settle_{row.bypass_id}", type="primary", on_click=settle, args=args)


def settle(bypass_id: str, row_version: int) -> None:
    """Settle an incident; a callback."""
    done = N_("L'incident est réglé : la raison est dans la piste d'audit.")
    reason = st.session_state[f"settle_reason_{bypass_id}"]
    perform(bypass.settle_bypass, bypass_id=bypass_id, row_version=row_version, reason=reason, done=done)
