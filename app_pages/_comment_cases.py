"""The cases of a comment: those that rest on it, one that it may belong to; and the wave of its near copies."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import go, line, perform, say
from app_pages._text import draw, escaped
from app_pages._words import badge, tag
from i18n import N_, _
from models.enums import CaseStatus
from models.session import reading
from moderation import attaching, queries, waves
from moderation.facets import waits_for_pv
from moderation.queries.around_rows import Around, CaseChoice, HeldCase, WaveLine
from moderation.queries.rows import CommentView

WAVE = "_wave_decision"
SHOWN = 20
DETACHABLE = (CaseStatus.OPEN, CaseStatus.FORWARDED, CaseStatus.ACKNOWLEDGED)


def attach(comment_id: str, revision_n: int, row_version: int, case_id: str) -> None:
    """Let a case rest on the comment as it was read; a callback."""
    perform(
        attaching.attach,
        comment_id=comment_id,
        revision_n=revision_n,
        row_version=row_version,
        case_id=case_id,
        done=N_("Commentaire rattaché : le cas repose maintenant aussi sur lui."),
    )


def detach(comment_id: str, case_id: str, row_version: int) -> None:
    """Take the comment out of a case, for the reason that was typed; a callback."""
    perform(
        attaching.detach,
        case_id=case_id,
        row_version=row_version,
        comment_id=comment_id,
        reason=st.session_state.get(f"detach_why_{case_id}", ""),
        done=N_("Commentaire détaché. Les délais du cas n'ont pas changé."),
    )


def draw_cases(view: CommentView, around: Around) -> None:
    """Draw the cases that rest on a comment, and those of its author or thread that it may belong to."""
    offered = around.choices if waits_for_pv(view.row.facets) else ()
    if not around.cases and not offered:
        return
    label = counted(len(around.cases), N_("{n} cas sur ce commentaire"), N_("{n} cas sur ce commentaire"))
    with st.expander(label, expanded=len(around.cases) > 1 or any(choice.same_author for choice in offered)):
        for case in around.cases:
            _draw_held(view.row.comment_id, case)
        for choice in offered:
            _draw_choice(view, choice)


def _draw_held(comment_id: str, case: HeldCase) -> None:
    label = _("Cas {number}").format(number=case.number)
    others = counted(case.comments - 1, N_("et {n} autre commentaire"), N_("et {n} autres commentaires"))
    line(
        Markup("<strong>{}</strong>").format(label),
        badge(case.status),
        escaped(case.patient or ""),
        others if case.comments > 1 else "",
    )
    for words in case.passages:
        draw(words, quiet=True)
    with st.container(horizontal=True):
        st.button(label, key=f"case_{case.case_id}", on_click=go, args=("case.py",), kwargs={"case": case.case_id})
        if case.comments > 1 and case.status in DETACHABLE:
            with st.popover(_("Détacher…")):
                st.text_input(_("Pour quelle raison ?"), key=f"detach_why_{case.case_id}")
                given = (comment_id, case.case_id, case.row_version)
                st.button(_("Détacher ce commentaire"), key=f"detach_{case.case_id}", on_click=detach, args=given)


def _draw_choice(view: CommentView, choice: CaseChoice) -> None:
    why = _("même auteur") if choice.same_author else _("même fil")
    line(tag(why, "info", "⇄"), _("cas {numbers}").format(numbers=choice.number), badge(choice.status))
    draw(choice.excerpt, quiet=True)
    label = _("Rattacher au cas {number}").format(number=choice.number)
    given = (view.row.comment_id, view.row.revision_n, view.row.row_version, choice.case_id)
    st.button(label, key=f"attach_{choice.case_id}", on_click=attach, args=given)


def draw_wave(around: Around) -> None:
    """Draw the near copies of a comment: how many, and each of them."""
    if not around.wave:
        return
    told = _("Vague : {n} commentaires disent presque la même chose ; chacun garde son dossier, son cas, sa réponse.")
    with st.expander(told.format(n=len(around.wave))):
        _draw_copies([one for one in around.wave if not one.this])


def _draw_copies(copies: list[WaveLine]) -> None:
    for one in copies[:SHOWN]:
        line(one.pseudonym, ago(one.posted_at), badge(one.pv))
        draw(one.text or _("(texte effacé)"), quiet=True)
    if len(copies) > SHOWN:
        line(_("et {n} autres").format(n=len(copies) - SHOWN))


def propose(decision_id: str, comment_id: str) -> None:
    """Remember a decision that may be taken for the copies of its comment too."""
    st.session_state[WAVE] = (decision_id, comment_id)


def draw_proposal() -> None:
    """After a decision on one of a wave, offer it for the others that wait: one confirmation, all of them in sight."""
    if WAVE not in st.session_state:
        return
    decision_id, comment_id = st.session_state[WAVE]
    with reading() as session:
        copies = [one for one in queries.wave_of(session, comment_id) if one.undecided]
    if not copies:
        st.session_state.pop(WAVE)
        return
    one, several = (
        N_("{n} copie de ce commentaire attend encore."),
        N_("{n} copies de ce commentaire attendent encore."),
    )
    with st.container(horizontal=True, vertical_alignment="center", key="wave"):
        line(tag(_("Vague"), "info", "≋"), counted(len(copies), one, several))
        with st.popover(_("Décider de même…"), key="wave_open"):
            _draw_copies(copies)
            read = {each.comment_id: waves.Read(each.revision_n, each.row_version) for each in copies}
            label = counted(len(copies), N_("Décider de même pour {n} copie"), N_("Décider de même pour {n} copies"))
            st.button(label, key="decide_wave", type="primary", on_click=decide_wave, args=(decision_id, read))
        st.button(_("Non, une par une"), key="wave_no", type="tertiary", on_click=forget)


def forget() -> None:
    """Offer nothing more for the copies; a callback."""
    st.session_state.pop(WAVE, None)


def decide_wave(decision_id: str, read: dict[str, waves.Read]) -> None:
    """Take the decision for the copies that were shown; a callback."""
    perform(waves.decide_wave, decision_id=decision_id, comments=read, then=_tell)


def _tell(result: waves.WaveDecided) -> None:
    forget()
    one, several = N_("Décision prise pour {n} copie."), N_("Décision prise pour {n} copies.")
    say("success", counted(len(result.decided), one, several))
    if result.refused:
        left = N_("{n} copie reste à voir : {why}"), N_("{n} copies restent à voir : {why}")
        told = _(left[len(result.refused) > 1])
        say("warning", told.format(n=len(result.refused), why=" ".join(dict.fromkeys(result.refused.values()))))
