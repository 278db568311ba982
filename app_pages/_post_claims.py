"""Allégations et sources: the claims that a post says, each with its quotations, beside what is reviewed."""

import streamlit as st
from markupsafe import Markup

from app_pages._library_claims import draw_quote, end_of, scope
from app_pages._library_references import draw_file
from app_pages._page import line
from app_pages._post_findings import FIELDS
from app_pages._words import badge
from compliance.permissions import Actor
from i18n import _
from models.session import reading
from workflow.claim_rows import SaidClaimRow, claims_said


def draw_claims(actor: Actor, post_id: str) -> None:
    """Draw the claims of a post, folded away while all are valid; nothing where it says none."""
    with reading() as session:
        said = claims_said(session, actor, post_id=post_id)
    if not said:
        return
    valid = sum(each.in_force for each in said)
    title = _("Allégations et sources : {valid}/{n} valides").format(valid=valid, n=len(said))
    with st.expander(title, expanded=valid < len(said), key="claims_said"):
        for each in said:
            _draw(each)


def _draw(each: SaidClaimRow) -> None:
    row = each.claim
    fields = ", ".join(dict.fromkeys(_(FIELDS.get(field, field)) for _account, field in each.passages))
    line(
        badge(row.status),
        Markup("<strong>« {} »</strong>").format(row.text),
        Markup('<span class="cv-soft">({}) · {}</span>').format(fields, scope(row)),
        *end_of(row),
        tone="" if each.in_force else "bad",
    )
    for quote in row.quotes:
        draw_quote(quote)
    with st.container(horizontal=True):
        for reference_id in dict.fromkeys(quote.reference_id for quote in row.quotes):
            draw_file(reference_id, f"said_{row.claim_id}")
