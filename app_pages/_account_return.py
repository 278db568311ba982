"""What is said to a person who comes back from a network's page of consent."""

import streamlit as st

from app_pages._page import parameter, plain
from app_pages._words import text
from app_pages._words_connecting import NOBODYS, OUTCOMES, STRANGE
from compliance import account_rows
from compliance.account_rows import OutcomeRow
from compliance.permissions import Actor
from i18n import _
from models.session import reading

SHOW = {"success": st.success, "info": st.info, "warning": st.warning, "error": st.error}


def draw_return(actor: Actor) -> None:
    """Say what came of the way to a network and back, when the address tells of one."""
    told = parameter("retour")
    if not told:
        return
    with reading() as session:
        row = None if told in STRANGE else account_rows.outcome(session, actor, told)
    if row is None:
        said = STRANGE.get(told, NOBODYS)
        st.warning(plain(_(said)))
    else:
        SHOW[OUTCOMES[row.outcome][0]](plain(sentence(row)))


def sentence(row: OutcomeRow) -> str:
    """Return the sentence of an outcome, with its facts filled in."""
    lacking = row.facts.get("lacking")
    other, why = str(row.facts.get("other") or ""), str(row.facts.get("why") or "")
    return _(OUTCOMES[row.outcome][1]).format(
        handle=row.handle,
        network=text(row.network),
        lacking=", ".join(map(str, lacking)) if isinstance(lacking, list) else "",
        other=f"@{other}" if other else _("aucun compte de l'entreprise"),
        why=why or _("sans dire pourquoi"),
    )
