"""Changing a rule on the page of rules: write it, read what is wrong, try it, sign it; what was changed before."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import ago, exact
from app_pages._page import line, perform, plain, section
from app_pages._post_findings import said
from app_pages._text import titled
from app_pages._words import badge, tag, text
from compliance.permissions import Actor
from i18n import N_, _
from models.rules import RuleChange
from models.session import reading
from workflow import rule_changes, rule_rows
from workflow.rule_rows import ChangeRow, PackView

NEW = ""
RULE, ID, TEXT, REASON = "rule_chosen", "rule_id", "rule_text", "rule_reason"
KEPT = N_("Changement enregistré comme brouillon : lisez ce qui lui manque, essayez-le, puis faites-le signer.")
TRIED = N_("Essai terminé : lisez ce que la règle trouve en plus et ce qu'elle ne trouve plus.")
SIGNED = N_("Signature enregistrée.")
DROPPED = N_("Changement abandonné ; il reste dans l'historique.")


def draw_writing(actor: Actor, view: PackView) -> None:
    """Draw the choice of a rule, its YAML, and the way to keep a change of it."""
    titles = {rule.rule_id: f"{rule.rule_id} · {said(rule.title)}" for rule in view.rules}
    with st.expander(_("Changer ou ajouter une règle")):
        chosen = st.selectbox(
            _("Règle à changer"), [NEW, *titles], key=RULE, on_change=fill, args=(actor,),
            format_func=lambda each: titles.get(each) or _("Nouvelle règle"),
        )  # fmt: skip
        if not chosen:
            st.text_input(_("Identifiant de la nouvelle règle"), key=ID, placeholder="PRO-16")
        st.text_area(_("La règle, en YAML"), key=TEXT, height=420)
        st.text_input(_("Pourquoi la règle change"), key=REASON)
        st.caption(plain(_("Augmentez « version », et gardez au moins huit phrases de chaque sorte.")))
        st.button(_("Enregistrer le brouillon"), key="rule_keep", type="primary", on_click=keep)


def fill(actor: Actor) -> None:
    """Fill the field with the chosen rule as it is in force."""
    chosen = st.session_state.get(RULE, NEW)
    with reading() as session:
        st.session_state[TEXT] = rule_rows.rule_text(session, actor, rule_id=chosen) if chosen else ""


def keep() -> None:
    """Keep what was typed as a draft; refused, it stays in the fields."""
    held = st.session_state
    perform(
        rule_changes.write_change, rule_id=held.get(RULE) or held.get(ID, ""), text=held.get(TEXT, ""),
        reason=held.get(REASON, ""), done=KEPT, then=_kept,
    )  # fmt: skip


def _kept(_change: RuleChange) -> None:
    st.session_state.update({RULE: NEW, ID: "", TEXT: "", REASON: ""})


def draw_drafts(view: PackView, drafts: Sequence[ChangeRow]) -> None:
    """Draw the changes on their way: what is wrong, what the try found, who signed, what I may do."""
    if drafts:
        section(_("Changements en préparation"), str(len(drafts)))
    for row in drafts:
        with st.container(key=f"change_{row.change_id}", border=True):
            _draw_row(row)
            _draw_problems(row)
            _draw_trial(row)
            if view.may_change:
                _draw_text(row)
                _draw_actions(row)


def _draw_row(row: ChangeRow) -> None:
    signed = [
        _("{name}, {role}, le {when}").format(name=name, role=text(role), when=exact(at))
        for name, role, at in row.signed
    ]
    line(
        badge(row.status),
        Markup("<strong>{}</strong>").format(row.rule_id),
        _("changement {n}, de {author}").format(n=row.n, author=row.author),
        ago(row.written_at),
        Markup("« {} »").format(row.reason),
        tag(_("version {version}").format(version=row.pack_version), "info", "→") if row.pack_version else "",
    )
    if signed:
        line(Markup('<span class="cv-soft">{} {}</span>').format(_("Signé par"), " ; ".join(signed)), tone="ok")


def _draw_problems(row: ChangeRow) -> None:
    for problem in row.problems:
        line(problem, tone="bad")
    if not row.problems:
        line(_("La règle est complète, et chacune de ses phrases la prouve."), tone="ok")


def _draw_trial(row: ChangeRow) -> None:
    if row.trial is None:
        return
    found = row.trial["differences"]
    told = _("Publications en ligne ou programmées relues : {n} ; constats différents : {m}.").format(
        n=row.trial["tried"], m=len(found)
    )
    line(told, ago(row.tried_at), tone="warn" if found else "ok")
    for each in found:
        line(
            titled(each["title"]),
            *_passages(_("trouvé en plus : {words}"), each["newly"]),
            *_passages(_("plus trouvé : {words}"), each["no_longer"]),
        )


def _passages(sentence: str, words: Sequence[str]) -> list[str]:
    return [sentence.format(words=", ".join(f"« {each} »" for each in words))] if words else []


def _draw_text(row: ChangeRow) -> None:
    with st.expander(_("Lire et corriger ce changement")):
        st.text_area(_("La règle, en YAML"), value=row.text, key=f"change_text_{row.change_id}", height=320)
        st.text_input(_("Pourquoi la règle change"), value=row.reason, key=f"change_why_{row.change_id}")
        st.button(
            _("Enregistrer la correction"), key=f"change_keep_{row.change_id}", on_click=correct,
            args=(row.change_id, row.rule_id, row.row_version),
        )  # fmt: skip


def _draw_actions(row: ChangeRow) -> None:
    seen = {"change_id": row.change_id, "seen_sha256": row.content_sha256}
    signing = seen | {"row_version": row.row_version}
    if row.refusal and not row.problems:
        line(Markup('<span class="cv-soft">{}</span>').format(row.refusal))
    with st.container(horizontal=True, horizontal_alignment="right"):
        with st.popover(_("Abandonner"), key=f"change_drop_{row.change_id}"):
            st.text_input(_("Raison"), key=f"change_drop_why_{row.change_id}")
            st.button(
                _("Abandonner ce changement"), key=f"change_drop_send_{row.change_id}", on_click=drop,
                args=(row.change_id, row.row_version),
            )  # fmt: skip
        st.button(
            _("Essayer"), key=f"change_try_{row.change_id}", on_click=perform, disabled=bool(row.problems),
            args=(rule_changes.try_change,),
            kwargs={"change_id": row.change_id, "row_version": row.row_version, "done": TRIED},
        )  # fmt: skip
        st.button(
            _("Signer la mise en vigueur"), key=f"change_sign_{row.change_id}", type="primary",
            disabled=row.role is None or bool(row.problems), on_click=_signature.ask,
            args=(rule_changes.open_change, seen, rule_changes.sign_change, signing, SIGNED),
        )  # fmt: skip


def correct(change_id: str, rule_id: str, row_version: int) -> None:
    """Keep a draft as it was corrected; what was tried and signed before is void."""
    held = st.session_state
    perform(
        rule_changes.write_change, change_id=change_id, rule_id=rule_id, row_version=row_version,
        text=held.get(f"change_text_{change_id}", ""), reason=held.get(f"change_why_{change_id}", ""), done=KEPT,
    )  # fmt: skip


def drop(change_id: str, row_version: int) -> None:
    """Give a draft up, with the reason that was typed."""
    reason = st.session_state.get(f"change_drop_why_{change_id}", "")
    perform(rule_changes.discard_change, change_id=change_id, row_version=row_version, reason=reason, done=DROPPED)


def draw_history(history: Sequence[ChangeRow]) -> None:
    """Draw the changes in force and those given up, folded away."""
    if history:
        with st.expander(_("Historique des changements")):
            for row in history:
                _draw_row(row)
                _draw_trial(row)
