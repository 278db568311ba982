"""The page of the detection: its present state in words, the change on its way, and what was before."""

from collections.abc import Iterable

import streamlit as st
from babel.numbers import format_decimal
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import ago, exact
from app_pages._counts import counted
from app_pages._page import empty, line, perform, plain, section
from app_pages._words import badge, tag, text, word
from i18n import N_, _, current_language
from models.detection import DetectionChange
from models.enums import DetectionStatus, DifferenceKind, TermKind
from models.session import reading
from moderation import detection
from moderation.detection_rules import Term
from moderation.queries.detection import ChangeRow, DetectionView, State

S = DetectionStatus
WATCH_SECONDS = 3
STARTED = N_("Essai lancé : il se poursuit même si vous quittez la page.")
SIGNED = N_("Signature enregistrée : le changement vaut pour tout ce qui est analysé désormais.")
GONE = N_("Changement retiré ; rien n'en reste que sa trace dans l'historique.")


def draw_state(view: DetectionView) -> None:
    """Draw what holds: since when, signed by whom, which model, which promise, which terms."""
    state, signed = view.state, view.signed
    section(_("En vigueur"), _("version {n}").format(n=state.n) if state.n else _("livrée avec le produit"))
    if state.unreadable:
        st.error(plain(_("Le changement en vigueur est illisible : rien n'est plus classé sans lecture humaine.")))
    if signed:
        line(_("Signé par {name}, le {when}").format(name=signed.name, when=exact(signed.at)), tone="ok")
    else:
        line(_("Aucun changement signé : la détection est celle du produit, réglée par l'installation."))
    line(_promise(state))
    line(_model(state))
    for kind in TermKind:
        _draw_terms(kind, state.of(kind))


def _promise(state: State) -> str:
    said = _("Promesse : au plus {n} % de cas manqués, avec 95 % de confiance").format(n=state.promise)
    return said if state.promise_signed else _("{said} (réglage de l'installation)").format(said=said)


def _model(state: State) -> str:
    if state.classifier is None:
        return _("Modèle : celui du produit")
    return _("Modèle : le classifieur « {name} », à partir de {n} %").format(
        name=state.classifier, n=state.classifier_percent
    )


def _draw_terms(kind: TermKind, terms: Iterable[Term]) -> None:
    said = [told(term) for term in terms]
    none = Markup('<span class="cv-soft">{}</span>').format(_("aucun ; les listes du produit s'appliquent"))
    line(badge(kind), Markup(", ").join(Markup("« {} »").format(each) for each in said) if said else none)


def told(term: Term) -> str:
    """Return a term as it is said; a nickname with its product."""
    return f"{term.text} = {term.product}" if term.kind is TermKind.NICKNAME else term.text


def draw_pending(row: ChangeRow, *, may_change: bool) -> None:
    """Draw the change on its way: what it changes, what it could lose, its trial, what can be done."""
    section(_("Changement en préparation"))
    with st.container(key="detection_pending", border=True):
        _draw_row(row)
        if row.status in (S.RUNNING, S.SIGNED):
            st.fragment(_draw_progress, run_every=WATCH_SECONDS)(row.id, row.status)
        if row.change.failure:
            line(_(row.change.failure), tone="bad")
        if row.status is S.READY:
            _draw_found(row)
        if may_change and row.status is not S.SIGNED:
            _draw_actions(row)


def _draw_row(row: ChangeRow) -> None:
    change = row.change
    said = _("changement {n}, de {author}").format(n=change.n, author=row.author)
    line(badge(row.status), said, ago(change.proposed_at), Markup("« {} »").format(change.reason))
    for sign, terms, tone in (("+", row.added, "ok"), ("−", row.removed, "warn")):
        for term in terms:
            line(tag(sign, tone), badge(term.kind), told(term))
    if row.before.promise != row.after.promise:
        line(_("Promesse : de {old} % à {new} % de cas manqués").format(old=row.before.promise, new=row.after.promise))
    if _model(row.before) != _model(row.after):
        line(_model(row.after))
    for loss in row.losses:
        line(_("Pourrait laisser passer plus de cas : {loss}.").format(loss=_(loss)), tone="warn")
    if row.signed:
        line(_("Signé par {name}, le {when}").format(name=row.signed.name, when=exact(row.signed.at)), tone="ok")


def _draw_progress(change_id: str, was: DetectionStatus) -> None:
    """Draw how far the worker is, and the whole page again when it has ended."""
    with reading() as session:
        change = session.get(DetectionChange, change_id)
    if change is None or change.status is not was:
        st.rerun()
    elif was is S.SIGNED:
        st.caption(
            plain(_("Ce que le changement signale dans les commentaires déjà reçus est en train d'être rouvert."))
        )
    else:
        share = change.read_n / change.to_read if change.to_read else 0.0
        said = _("{n} commentaires relus sur {all}").format(n=change.read_n, all=change.to_read or "…")
        st.progress(min(share, 1.0), plain(said))


def _draw_found(row: ChangeRow) -> None:
    change, counts = row.change, row.counts
    read = N_("{n} commentaire relu"), N_("{n} commentaires relus")
    line(
        counted(change.read_n, *read),
        _("sur {n} jours").format(n=change.days),
        *(
            _said(kind, counts.get(kind, 0))
            for kind in DifferenceKind
            if counts.get(kind) or kind is not DifferenceKind.UNREAD
        ),
    )
    if not change.read_n:
        empty(_("Aucun commentaire reçu dans ces jours : l'essai ne dit rien de ce changement."))
        return
    said = _("Environ {more} textes de plus à lire par jour, et {fewer} de moins.")
    line(said.format(more=_number(row.extra_per_day), fewer=_number(row.fewer_per_day)))
    for title, rows in (
        (_("Par réseau"), [(text(n), k, c) for n, k, c in row.by_network]),
        (_("Par langue"), row.by_language),
    ):
        if rows:
            parts = [_("{where} : {said}").format(where=where, said=_plain(kind, n)) for where, kind, n in rows]
            line(Markup("<strong>{}</strong>").format(title), " · ".join(parts))


def _said(kind: DifferenceKind, n: int) -> Markup:
    return tag(_plain(kind, n), word(kind).tone, word(kind).icon)


def _plain(kind: DifferenceKind, n: int) -> str:
    return _("{n} × {what}").format(n=n, what=text(kind).lower())


def _number(n: float) -> str:
    return str(format_decimal(round(n, 1), locale=current_language().value))


def _draw_actions(row: ChangeRow) -> None:
    seen = {"change_id": row.id, "seen_sha256": row.digest}
    versioned = {"change_id": row.id, "row_version": row.change.row_version}
    if row.refusal:
        line(Markup('<span class="cv-soft">{}</span>').format(row.refusal))
    with st.container(horizontal=True, horizontal_alignment="right"):
        with st.popover(_("Retirer"), key="detection_drop"):
            st.text_input(_("Raison"), key="detection_drop_why")
            # The worker writes while a trial runs: whatever version was seen, taking it back holds.
            known = None if row.status is S.RUNNING else row.change.row_version
            st.button(_("Retirer ce changement"), key="detection_drop_send", on_click=drop, args=(row.id, known))
        if row.status in (S.DRAFT, S.READY):
            again = row.status is S.READY
            st.button(
                _("Relancer l'essai") if again else _("Lancer l'essai"), key="detection_run",
                type="secondary" if again else "primary", on_click=perform, args=(detection.start_run,),
                kwargs=versioned | {"done": STARTED},
            )  # fmt: skip
        if row.status is S.READY:
            st.button(
                _("Signer la mise en vigueur"), key="detection_sign", type="primary", disabled=bool(row.refusal),
                on_click=_signature.ask,
                args=(detection.open_signing, seen, detection.sign_change, seen | versioned, SIGNED),
            )  # fmt: skip


def drop(change_id: str, row_version: int | None) -> None:
    """Take a change back with the reason that was typed; a callback."""
    reason = st.session_state.get("detection_drop_why", "")
    perform(detection.withdraw_change, change_id=change_id, row_version=row_version, reason=reason, done=GONE)


def draw_history(view: DetectionView) -> None:
    """Draw the changes in force, replaced and withdrawn, newest first, folded away."""
    with st.expander(_("Historique ({n})").format(n=len(view.history))):
        if not view.history:
            empty(_("Aucun changement encore : chacun restera ici, avec sa raison, son essai et sa signature."))
        for row in view.history:
            _draw_row(row)
            if row.change.read_n:
                _draw_found(row)
