"""The library's texts of replies, French and English side by side: who signed, what changed, what may be done."""

from collections.abc import Callable, Sequence

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import ago
from app_pages._comment_text import difference
from app_pages._counts import counted
from app_pages._page import empty, line, perform, section
from app_pages._text import draw
from app_pages._words import badge, tag, text
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import Intent, Situation, TextStatus
from models.session import reading
from moderation import library, queries
from moderation.deadlines import months_after, paris_day
from moderation.library import TextContent
from moderation.queries.texts import TextPair, TextRow
from settings import get_settings

SOON = 30
SIGNED = N_("Texte signé. Il répond aux personnes quand les trois signatures y sont.")
PREFIX = "text_new_"


def draw_replies_part(actor: Actor) -> None:
    """Draw every text with its languages side by side, and the form of a new one or a new version."""
    with reading() as session:
        pairs = queries.list_texts(session, actor)
    section(_("Réponses approuvées"), str(len(pairs)))
    st.caption(_("Un texte répond quand la pharmacovigilance, le médical puis le réglementaire l'ont signé."))
    for pair in pairs:
        draw_pair(pair, actor)
    if not pairs:
        empty(_("Aucun texte de réponse. Proposez-en un ci-dessous : trois services le signent, puis il répond."))
    if allows(actor, Permission.TEXT_PROPOSE):
        draw_proposing()


def draw_pair(pair: TextPair, actor: Actor) -> None:
    """Draw a text in its languages, and say which one has no version in force."""
    with st.container(border=True, key=f"pair_{pair.key}"):
        missing = [
            tag(_("pas de version {language}").format(language=each.upper()), "warn", "▲") for each in pair.missing
        ]
        line(Markup("<strong>{}</strong>").format(pair.key), *missing)
        sides = st.columns(len(library.LANGUAGES), gap="large")
        for side, language in zip(sides, library.LANGUAGES, strict=True):
            with side:
                for row in pair.rows:
                    if row.language == language:
                        draw_text_row(row, actor)


def draw_text_row(row: TextRow, actor: Actor) -> None:
    """Draw one version: its state, its words or what changed, its uses, who signed, what may be done."""
    head = Markup("<strong>{}</strong>").format(f"{row.title} ({row.language.upper()}) v{row.n}")
    line(badge(row.status), head, *_until(row))
    if row.earlier and row.status is not TextStatus.APPROVED:
        both, spans = difference(row.earlier, row.text)
        draw(both, spans, quiet=True)
    else:
        draw(row.text, quiet=True)
    uses = [text(Intent(each)) for each in row.intents if each in list(Intent)]
    about = " · ".join([", ".join(uses), *row.products, *row.situations])
    line(Markup('<span class="cv-soft">{}</span>').format(about))
    for name, values in row.choices:
        line(Markup('<span class="cv-soft">{} : {}</span>').format(name, ", ".join(values) or _("un prénom")))
    for role, who, when in row.signed:
        line(tag(text(role), "ok", "✔"), who, ago(when))
    told = _("proposé par {name}").format(name=row.author)
    ended = _("fin : {reason}").format(reason=_(row.ended_reason)) if row.ended_reason else ""
    line(Markup('<span class="cv-soft">{} {}</span>').format(told, ended))
    _draw_actions(row, actor)


def _until(row: TextRow) -> list[str | Markup]:
    if row.valid_until is None or row.status is not TextStatus.APPROVED or row.days_left is None:
        return []
    until = _("jusqu'au {day} inclus").format(day=f"{row.valid_until:%d/%m/%Y}")
    if row.days_left < 0:
        return [until, tag(_("échu"), "bad", "✖")]
    left = counted(row.days_left, N_("encore {n} jour"), N_("encore {n} jours"))
    return [until, tag(left, "warn", "◐")] if row.days_left <= SOON else [until]


def _draw_actions(row: TextRow, actor: Actor) -> None:
    with st.container(horizontal=True, key=f"text_actions_{row.id}"):
        if allows(actor, Permission.TEXT_PROPOSE):
            st.button(_("Nouvelle version"), key=f"revise_{row.id}", on_click=revise, args=(row,))
        if row.signable:
            seen = {"text_id": row.id, "seen_sha256": row.content_sha256}
            signing = seen | {"row_version": row.row_version}
            st.button(
                _("Approuver et signer"), key=f"sign_{row.id}", type="primary", disabled=bool(row.refusal),
                help=row.refusal or None, on_click=_signature.ask,
                args=(library.open_text_signature, seen, library.sign_text, signing, SIGNED),
            )  # fmt: skip
            _draw_ending(row, _("Refuser…"), "refuse", refuse)
        if row.withdrawable:
            _draw_ending(row, _("Retirer…"), "withdraw", withdraw)
    if row.signable and row.refusal:
        line(Markup('<span class="cv-soft">{}</span>').format(row.refusal))


def _draw_ending(row: TextRow, label: str, key: str, end: Callable[[str, int], None]) -> None:
    with st.popover(label, key=f"ask_{key}_{row.id}"):
        st.text_area(_("Raison"), key=f"{key}_why_{row.id}", height=80)
        st.button(_("Confirmer"), key=f"{key}_{row.id}", on_click=end, args=(row.id, row.row_version))


def refuse(text_id: str, row_version: int) -> None:
    """Refuse a text with the reason that was typed; a callback."""
    reason = st.session_state.get(f"refuse_why_{text_id}", "")
    done = N_("Texte refusé, avec sa raison.")
    perform(library.refuse_text, text_id=text_id, row_version=row_version, reason=reason, done=done)


def withdraw(text_id: str, row_version: int) -> None:
    """Withdraw a text with the reason that was typed; a callback."""
    reason = st.session_state.get(f"withdraw_why_{text_id}", "")
    done = N_("Texte retiré : il ne répond plus, et les réponses pas encore parties sont arrêtées.")
    perform(library.withdraw_text, text_id=text_id, row_version=row_version, reason=reason, done=done)


def revise(row: TextRow) -> None:
    """Bring a version into the form, to write the next one; a callback."""
    values = "\n".join(f"{name} = {value}" for name, given in row.choices for value in given)
    filled = {
        "key": row.key, "language": row.language, "title": row.title, "words": row.text, "values": values,
        "intents": [Intent(each) for each in row.intents if each in list(Intent)],
        "situations": [Situation(each) for each in row.situations if each in list(Situation)],
        "products": ", ".join(row.products),
    }  # fmt: skip
    st.session_state.update({PREFIX + name: value for name, value in filled.items()})


def draw_proposing() -> None:
    """Draw the form of a new text, or of the next version of one."""
    section(_("Proposer un texte, ou une nouvelle version"))
    left, right = st.columns(2)
    left.text_input(_("Clé : la même en français et en anglais"), key=PREFIX + "key")
    right.selectbox(_("Langue"), list(library.LANGUAGES), format_func=str.upper, key=PREFIX + "language")
    st.text_input(_("Titre"), key=PREFIX + "title")
    st.text_area(
        _("Texte ; champs permis : {{prenom}}, ou un nom à vous avec ses valeurs ci-dessous"), key=PREFIX + "words",
        height=140,
    )  # fmt: skip
    st.text_area(_("Valeurs des champs, une par ligne : lien = https://…"), key=PREFIX + "values", height=80)
    left, right = st.columns(2)
    left.multiselect(_("Intentions"), list(Intent), format_func=text, key=PREFIX + "intents", placeholder=_("Choisir"))
    right.multiselect(
        _("Situations"), list(Situation), format_func=text, key=PREFIX + "situations", placeholder=_("toutes")
    )
    left.text_input(_("Produits, séparés par des virgules (vide : tous)"), key=PREFIX + "products")
    last = months_after(paris_day(clock.now()), get_settings().reply_text_months)
    right.date_input(_("Valable jusqu'au"), last, format="DD/MM/YYYY", key=PREFIX + "until")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Proposer"), key="text_propose", on_click=propose)


def propose() -> None:
    """Propose the text on the screen; refused, it stays in the fields. A callback."""
    state = st.session_state
    content = TextContent(
        key=state.get(PREFIX + "key", ""),
        language=state.get(PREFIX + "language", ""),
        title=state.get(PREFIX + "title", ""),
        text=state.get(PREFIX + "words", ""),
        intents=[intent.value for intent in state.get(PREFIX + "intents", ())],
        situations=[situation.value for situation in state.get(PREFIX + "situations", ())],
        products=[name.strip() for name in state.get(PREFIX + "products", "").split(",") if name.strip()],
        valid_until=state.get(PREFIX + "until"),
        choices=typed_values(state.get(PREFIX + "values", "").splitlines()),
    )
    done = N_("Texte proposé : il attend les signatures de la pharmacovigilance et du médical.")
    perform(library.propose_text, content=content, done=done, then=lambda _text: _empty_form())


def typed_values(lines: Sequence[str]) -> dict[str, list[str]]:
    """Return the values of each placeholder from lines "name = value"; other lines are left out."""
    found: dict[str, list[str]] = {}
    for each in lines:
        name, sign, value = each.partition("=")
        if sign and value.strip():
            found.setdefault(name.strip(), []).append(value.strip())
    return found


def _empty_form() -> None:
    st.session_state.update({PREFIX + name: "" for name in ("key", "title", "words", "values", "products")})
