"""One decision on many: what says the same is one row; count, preview, who is left out and why, then the decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from app_pages._comment_text import excerpt
from app_pages._counts import counted
from app_pages._keys import key_button
from app_pages._last_decision import Last, remember
from app_pages._page import empty, line, perform, section, visit
from app_pages._text import draw, marked
from app_pages._words import tag, text
from compliance import clock
from i18n import N_, _
from models.enums import NoneReason, TriageOutcome
from models.queueing import UndoPoint
from moderation import bulk
from moderation.bulk import MOST, BulkPreview, Seen
from moderation.decision_cards import needs
from moderation.queries.rows import QueueRow

PREVIEW = "many_preview"
GROUPS = 40
OUTCOMES = (
    TriageOutcome.ADVERSE_EVENT,
    TriageOutcome.SPECIAL_SITUATION,
    TriageOutcome.QUALITY_DEFECT,
    TriageOutcome.PRODUCT_MENTION,
)
Choice = TriageOutcome | NoneReason


@dataclass(frozen=True)
class Asked:
    """What was previewed, and the decision that it is for."""

    told: BulkPreview
    choice: Choice


def toggle(many: bool) -> None:
    """Go to deciding on many, or back; a callback."""
    visit().pop(PREVIEW, None)
    st.query_params.pop("comment", None)
    if many:
        st.query_params["lot"] = "1"
    else:
        st.query_params.pop("lot", None)


def draw_toggle(*, many: bool) -> None:
    """Draw the way to deciding on many, and back."""
    label = _("Revenir à un par un") if many else _("Décider en lot")
    key_button(label, "L", key="many", on_click=toggle, args=(not many,))


def say_choice(choice: Choice) -> str:
    """Return a decision in words: an outcome, or « non » with its reason."""
    return _("Non : {reason}").format(reason=text(choice)) if isinstance(choice, NoneReason) else text(choice)


def waves(rows: Sequence[QueueRow]) -> list[list[QueueRow]]:
    """Return the rows grouped by what they say, the largest waves first."""
    groups: dict[str, list[QueueRow]] = {}
    for row in rows:
        groups.setdefault((row.text or "").strip(), []).append(row)
    return sorted(groups.values(), key=lambda group: -len(group))


def draw_many(rows: Sequence[QueueRow], veiled: Callable[[QueueRow], bool]) -> None:
    """Draw the groups to tick, the decision, and the preview once it was asked for."""
    if not rows:
        empty(_("Rien à décider en lot avec ces filtres."))
        return
    groups = waves(rows)
    section(_("Décider en lot"), _("{n} commentaires au plus ; urgences et graves jamais").format(n=MOST))
    for n, group in enumerate(groups[:GROUPS]):
        short, spans = (_("(texte masqué à votre demande)"), []) if veiled(group[0]) else excerpt(group[0])
        with st.container(horizontal=True, vertical_alignment="center", key=f"wave_row_{n}"):
            st.checkbox(f"{len(group)} ×", key=f"wave_{n}")
            st.html(Markup("<div>{}</div>").format(marked(short, spans)))
    ticked = [row for n, group in enumerate(groups[:GROUPS]) for row in group if st.session_state.get(f"wave_{n}")]
    choices: list[Choice] = [*(reason for reason in NoneReason if not needs(reason)), *OUTCOMES]
    with st.container(horizontal=True, vertical_alignment="bottom", key="many_choice"):
        choice = st.selectbox(
            _("Décision, la même pour tous"), choices, format_func=say_choice, index=None,
            key="many_outcome", placeholder=_("Choisir…"), width=360,
        )  # fmt: skip
        label = counted(len(ticked), N_("Aperçu de {n} commentaire"), N_("Aperçu de {n} commentaires"))
        seen = tuple(Seen(row.comment_id, row.revision_n, row.row_version) for row in ticked)
        key_button(label, "A", key="preview", disabled=not choice, on_click=ask, args=(seen, choice))
    if held := visit().get(PREVIEW):
        draw_preview(held)


def ask(seen: tuple[Seen, ...], choice: Choice) -> None:
    """Look at what the decision would touch; a callback."""
    visit().pop(PREVIEW, None)
    told = perform(bulk.preview, chosen=seen)
    if told:
        visit()[PREVIEW] = Asked(told, choice)


def draw_preview(asked: Asked) -> None:
    """Draw the count, the first texts, who is left out and why, and the button that decides."""
    told, n = asked.told, len(asked.told.ready)
    said = counted(n, N_("{n} commentaire sera décidé"), N_("{n} commentaires seront décidés"))
    kinds = counted(told.different_texts, N_("{n} texte"), N_("{n} textes différents"))
    line(Markup("<strong>{}</strong>").format(said), f"({kinds}) :", say_choice(asked.choice), tone="info")
    for words in told.texts:
        draw(words, quiet=True)
    for why in dict.fromkeys(why for _id, why in told.excluded):
        number = sum(1 for _id, one in told.excluded if one is why)
        line(tag(_("{n} exclus").format(n=number), "warn", "–"), text(why))
    if n:
        label = _("Décider sur {n} (Ctrl+Entrée)").format(n=n)
        key_button(label, "Ctrl+Enter", key="decide_many", primary=True, on_click=decide, args=(asked,))


def decide(asked: Asked) -> None:
    """Decide the same on all that was previewed, or on none; a callback."""
    none = isinstance(asked.choice, NoneReason)
    perform(
        bulk.decide_all,
        chosen=asked.told.ready,
        outcomes=[TriageOutcome.NONE if none else asked.choice],
        none_reason=asked.choice if none else None,
        then=_decided,
    )
    visit().pop(PREVIEW, None)


def _decided(points: list[UndoPoint]) -> None:
    remember(Last(points[0].batch_id, clock.now(), comments=len(points)))
    for key in [key for key in st.session_state if str(key).startswith("wave_")]:
        del st.session_state[key]
