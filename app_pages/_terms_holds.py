"""Legal holds on the screen: what must not be erased, put and lifted with a reason."""

from datetime import timedelta

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import empty, line, perform, section
from app_pages._text import escaped
from app_pages._words import tag
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.session import reading
from moderation.terms import holds
from moderation.terms.holds import HoldRow

PUT = N_("Gel posé : rien de cela n'est effacé jusqu'à sa levée.")
LIFTED = N_("Gel levé : ce qu'il gardait sera effacé à son échéance.")


def draw_holds(actor: Actor) -> None:
    """Draw the open holds, and the form of one on an account's days."""
    with reading() as session:
        rows, accounts = holds.open_holds(session, actor), holds.accounts_to_hold(session, actor)
    section(_("Gels juridiques"), str(len(rows)))
    may = allows(actor, Permission.HOLD_KEEP)
    for row in rows:
        _draw_row(row, may=may)
    if not rows:
        empty(_("Aucun gel. Un gel garde des commentaires au-delà de leur échéance, pour un litige ou une enquête."))
    if accounts:
        _draw_form(accounts)


def _draw_row(row: HoldRow, *, may: bool) -> None:
    hold = row.hold
    what = _("un commentaire de {author}").format(author=row.pseudonym) if hold.comment_id else _days(row)
    why = Markup("« {} »").format(escaped(hold.reason))
    line(
        tag(_("gel"), "info", "❄"),
        Markup("<strong>{}</strong>").format(row.account),
        what,
        why,
        row.put_by,
        ago(hold.put_at),
    )
    if may:
        with st.popover(_("Lever…"), key=f"hold_lifting_{hold.id}"):
            st.text_input(_("Raison"), key=f"hold_lift_why_{hold.id}")
            st.button(_("Lever ce gel"), key=f"hold_lift_{hold.id}", on_click=lift, args=(hold.id, hold.row_version))


def _days(row: HoldRow) -> str:
    starts, ends = row.hold.starts_at, row.hold.ends_at
    if starts is None or ends is None:
        return ""
    first, last = clock.paris(starts), clock.paris(ends - timedelta(seconds=1))
    return _("du {first:%d/%m/%Y} au {last:%d/%m/%Y}").format(first=first, last=last)


def _draw_form(names: dict[str, str]) -> None:
    today = clock.paris(clock.now()).date()
    with st.expander(_("Geler les commentaires d'un compte")):
        st.selectbox(_("Compte"), list(names), format_func=names.__getitem__, key="hold_account")
        with st.container(horizontal=True):
            st.date_input(_("Du"), value=today, format="DD/MM/YYYY", key="hold_first")
            st.date_input(_("Au"), value=today, format="DD/MM/YYYY", key="hold_last")
        st.text_input(_("Pourquoi"), key="hold_reason")
        st.button(_("Geler"), key="hold_put", type="primary", on_click=put)


def put() -> None:
    """Put a hold on an account's days; a callback."""
    held = st.session_state
    perform(
        holds.hold_account, account_id=held["hold_account"], first=held["hold_first"], last=held["hold_last"],
        reason=held["hold_reason"], done=PUT, then=_kept,
    )  # fmt: skip


def _kept(_hold: object) -> None:
    st.session_state["hold_reason"] = ""


def lift(hold_id: str, row_version: int) -> None:
    """Lift a hold with the reason that was typed; a callback."""
    why = st.session_state.get(f"hold_lift_why_{hold_id}", "")
    perform(holds.lift_hold, hold_id=hold_id, row_version=row_version, reason=why, done=LIFTED)


def draw_hold(comment_id: str, actor: Actor) -> None:
    """Draw, on a comment, the way to hold it; nothing for who may not."""
    if not allows(actor, Permission.HOLD_KEEP):
        return
    with st.popover(_("Geler…"), key=f"holding_{comment_id}"):
        st.text_input(_("Pourquoi ce commentaire ne doit pas être effacé"), key=f"hold_why_{comment_id}")
        st.button(_("Geler ce commentaire"), key=f"hold_{comment_id}", on_click=hold_one, args=(comment_id,))


def hold_one(comment_id: str) -> None:
    """Hold one comment with the reason that was typed; a callback."""
    why = st.session_state.get(f"hold_why_{comment_id}", "")
    perform(holds.hold_comment, comment_id=comment_id, reason=why, done=PUT)
