"""The parts of the archive: its filters, which live in the address, one row, and what can be taken out."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages import _auth
from app_pages._clocks import exact
from app_pages._library_prior import prior_tag
from app_pages._page import go, line, perform, plain, show_messages, visit
from app_pages._text import escaped, titled
from app_pages._words import badge, tag, text
from compliance import clock, sign_in
from compliance.permissions import Actor, Permission, allows
from errors import NotPermitted
from i18n import _
from models.enums import Network
from models.session import transaction
from workflow import advertising, exporting
from workflow.archives import ArchiveRow, Period
from workflow.archiving import DossierFile
from workflow.rows import AccountRow, ProductRow

CSV = "text/csv"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ASKED, MADE = "export_asked", "export_made"
LONGEST = 280


def draw_filters(products: Sequence[ProductRow], accounts: Sequence[AccountRow]) -> dict[str, Any]:
    """Draw the filters as the address has them; return the arguments of `search_archive`."""
    names = {row.product_id: row.name for row in products}
    networks = sorted({account.network.value for account in accounts})
    bound: dict[str, Any] = {"bind": "query-params"}
    words, person, rule = st.columns([4, 2, 2])
    said = words.text_input(_("Mots du texte ou du titre"), key="mots", **bound)
    who = person.text_input(_("Personne (auteur ou signataire)"), key="qui", **bound)
    found = rule.text_input(_("Règle (son numéro)"), key="regle", placeholder="PRO-02", **bound)
    network, product, first, last = st.columns([2, 2, 2, 2])
    on = network.selectbox(
        _("Réseau"), ["", *networks], key="reseau", **bound,
        format_func=lambda value: text(Network(value)) if value else _("Tous les réseaux"),
    )  # fmt: skip
    about = product.selectbox(
        _("Produit"), ["", *names], key="produit", **bound,
        format_func=lambda value: names.get(value, "") or _("Tous les produits"),
    )  # fmt: skip
    today = clock.paris(clock.now()).date()
    start = first.date_input(_("Du"), value=date(today.year, 1, 1), format="DD/MM/YYYY", key="du", required=True)
    end = last.date_input(_("Au"), value=today, format="DD/MM/YYYY", key="au", required=True)
    return {
        "words": said or "",
        "person": who or "",
        "rule": found or "",
        "network": Network(on) if on else None,
        "product_id": about or None,
        "period": Period(start, end),
    }


def draw_found(row: ArchiveRow) -> None:
    """Draw a published variant as a sentence: where, when, what, under which visa, signed by whom."""
    cut = row.text if len(row.text) <= LONGEST else f"{row.text[:LONGEST]}…"
    when = Markup('<span title="{}">{}</span>').format(
        exact(row.published_at), clock.paris(row.published_at).strftime("%d/%m/%Y %H:%M")
    )
    facts = [", ".join(row.products), _("visa {number}").format(number=row.visa) if row.visa else ""]
    told = " · ".join([f"@{row.account}", *filter(None, facts), _("signé : {who}").format(who=signers(row))])
    with st.container(
        horizontal=True, wrap=False, vertical_alignment="center", border=True, key=f"row_{row.publication_id}"
    ):
        line(
            badge(row.network),
            when,
            titled(row.title),
            prior_tag() if row.prior else "",
            tag(text(row.qualification), "warn", "▲") if row.qualification in advertising.ADVERTISING else "",
            Markup('<div class="cv-quote">{}</div><span class="cv-soft">{}</span>').format(escaped(cut), told),
        )
        st.button(
            _("Ouvrir"),
            key=f"open_{row.publication_id}",
            on_click=go,
            args=("review.py",),
            kwargs={"post": row.post_id},
        )


def signers(row: ArchiveRow) -> str:
    """Return who stands for a text, each with the role held at signing."""
    if row.prior:
        return _("personne, antérieure à Covigie")
    return ", ".join(f"{name} ({text(role)})" for name, role in row.signers) or "—"


def draw_exports(actor: Actor, period: Period) -> None:
    """Draw what can be taken out of a period: the register of advertising, and everything for an inspection."""
    with st.container(horizontal=True, horizontal_alignment="right", key="exports"):
        for name, docx, mime in ((_("Registre des publicités (CSV)"), False, CSV), (_("… (DOCX)"), True, DOCX)):
            st.download_button(
                name, data=partial(register, _auth.cookie_token() or "", period, docx=docx), mime=mime,
                file_name=f"registre-{period.first}-{period.last}.{'docx' if docx else 'csv'}",
                key=f"register_{'docx' if docx else 'csv'}", on_click="ignore",
            )  # fmt: skip
        if allows(actor, Permission.ARCHIVE_EXPORT):
            st.button(_("Exporter pour une inspection"), key="inspection", type="primary", on_click=ask, args=(period,))
    if visit().get(ASKED) == period:
        _make(period)
    made: tuple[Period, DossierFile] | None = visit().get(MADE)
    if made and made[0] == period:
        _draw_made(made[1])


def register(token: str, period: Period, *, docx: bool) -> bytes:
    """Return the register, when it is asked for and not before: that it was taken out is written to the audit trail."""
    with transaction() as session:
        actor = sign_in.current_actor(session, token)
        if actor is None:
            raise NotPermitted
        return advertising.export_register(session, actor, period=period, docx=docx)


def ask(period: Period) -> None:
    """Note that the period is to be exported: the page makes it, and shows how far it is."""
    visit()[ASKED] = period
    visit().pop(MADE, None)


def _make(period: Period) -> None:
    """Make the export once, with its progress on the page; a refusal is said where it was asked for."""
    visit().pop(ASKED, None)
    bar = st.progress(0.0, _("Les dossiers sont rassemblés…"))

    def progress(done: int, of: int) -> None:
        bar.progress(done / of, _("Dossiers rassemblés : {done} sur {of}").format(done=done, of=of))

    made = perform(exporting.export_period, period=period, progress=progress)
    bar.empty()
    show_messages()
    if made:
        visit()[MADE] = (period, made)


def _draw_made(file: DossierFile) -> None:
    line(
        tag(_("prêt"), "ok", "✔"),
        _("Dossiers, registre, piste d'audit, clés et vérificateur. SHA-256 : {sha}").format(sha=file.sha256),
        tone="ok",
    )
    st.caption(plain(_("Donnez la clé publique par un autre chemin que l'archive : c'est elle qui prouve le reste.")))
    st.download_button(
        _("Télécharger {name}").format(name=file.filename), data=file.content, file_name=file.filename,
        mime="application/zip", key="inspection_file", on_click="ignore", type="primary",
    )  # fmt: skip
