"""What the rules found, as a person reads it: what, where, by which text of law, how to mend it, what was decided."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from app_pages._counts import counted
from app_pages._overrides import draw_override
from app_pages._page import empty, line, perform, plain, section
from app_pages._text import Mark, Span
from app_pages._words import badge, tag
from i18n import N_, _, current_language
from models.enums import Disposition, Severity
from models.session import reading
from workflow import rule_pack, settling
from workflow.findings import FindingRow

MARKS = {Severity.BLOCK: Mark.BLOCK}
TONES = {Severity.BLOCK: "bad", Severity.ESCALATE: "special", Severity.WARN: "warn", Severity.INFO: "info"}
ASKED = frozenset({Severity.ESCALATE, Severity.WARN})
FIELDS = {
    "text": N_("texte"),
    "title": N_("titre"),
    "first_comment": N_("première réponse"),
    "hashtags": N_("hashtags"),
    "alt_text": N_("texte alternatif"),
    "link": N_("lien"),
    "qualification": N_("qualification"),
    "visa": N_("visa"),
    "network": N_("réseau"),
    "comments_open": N_("commentaires"),
    "share_open": N_("partage"),
}


def said(words: Mapping[str, str]) -> str:
    """Return a rule's words in the person's language."""
    return words.get(current_language().value) or words.get("fr", "")


def is_open(finding: FindingRow) -> bool:
    """Say whether a finding still waits for something."""
    return finding.disposition is Disposition.OPEN


def spans_of(findings: Sequence[FindingRow], account_id: str, field: str = "text") -> tuple[Span, ...]:
    """Return where the open findings stand in one field of one variant."""
    return tuple(
        Span(
            finding.start,
            finding.end,
            MARKS.get(finding.severity, Mark.WARN),
            f"{finding.rule_id} – {said(finding.message)}",
        )
        for finding in findings
        if is_open(finding)
        and (finding.account_id, finding.field) == (account_id, field)
        and finding.start is not None
        and finding.end is not None
    )


def summary(findings: Sequence[FindingRow]) -> str:
    """Return "2 bloquants · 1 à justifier · 1 justifié", or that nothing was found."""
    standing = Counter(finding.severity for finding in findings if is_open(finding))
    asked = sum(standing[severity] for severity in ASKED)
    settled = sum(finding.disposition in {Disposition.NOT_APPLICABLE, Disposition.OVERRIDDEN} for finding in findings)
    told = (
        (standing[Severity.BLOCK], N_("{n} bloquant"), N_("{n} bloquants")),
        (asked, N_("{n} à justifier"), N_("{n} à justifier")),
        (standing[Severity.INFO], N_("{n} à savoir"), N_("{n} à savoir")),
        (settled, N_("{n} justifié"), N_("{n} justifiés")),
    )
    return " · ".join(counted(n, one, several) for n, one, several in told if n) or _("aucun")


def draw_findings(findings: Sequence[FindingRow], handles: Mapping[str, str], *, may_dispose: bool) -> None:
    """Draw the findings: open ones first, then those that somebody settled; what was mended is not shown."""
    groups = grouped(sorted(findings, key=lambda each: not is_open(each)))
    section(_("Constats"), summary([alike[0] for alike in groups]))
    with reading() as session:
        trouble = rule_pack.trouble(session)
    if trouble:
        st.error(plain(trouble))
    shown = [alike for alike in groups if alike[0].disposition is not Disposition.FIXED]
    if not shown and not trouble:
        empty(_("Les règles ne trouvent rien à redire. Elles sont vérifiées à chaque enregistrement."))
    for number, alike in enumerate(shown):
        _draw(alike, handles, number, may_dispose=may_dispose)


def grouped(findings: Sequence[FindingRow]) -> list[list[FindingRow]]:
    """Return the findings, those that say the same of several accounts together, in the order of the first of each."""
    groups: dict[tuple[object, ...], list[FindingRow]] = {}
    for each in findings:
        same = (each.rule_id, each.severity, each.field, each.excerpt, said(each.message), each.disposition)
        groups.setdefault((*same, each.disposition_reason, each.may_ask), []).append(each)
    return list(groups.values())


def _draw(alike: Sequence[FindingRow], handles: Mapping[str, str], number: int, *, may_dispose: bool) -> None:
    finding = alike[0]
    with st.container(key=f"finding_{number}"):
        line(_words(alike, handles), tone=TONES[finding.severity] if is_open(finding) else "ok")
        if may_dispose and finding.finding_id and is_open(finding) and finding.severity in ASKED:
            _draw_reason(alike)
        draw_override(alike)


def _place(alike: Sequence[FindingRow], handles: Mapping[str, str]) -> str:
    """Return "texte · X @LabosHelior", or "texte · partout" for what stands on every account."""
    where = _(FIELDS.get(alike[0].field, alike[0].field))
    accounts = dict.fromkeys(each.account_id for each in alike if each.account_id in handles)
    if len(handles) == 1 or not accounts:
        return where
    if len(accounts) == len(handles):
        return _("{where} · partout").format(where=where)
    return " · ".join([where, ", ".join(handles[account] for account in accounts)])


def _words(alike: Sequence[FindingRow], handles: Mapping[str, str]) -> Markup:
    finding = alike[0]
    cited = finding.excerpt and finding.excerpt not in said(finding.message)
    excerpt = Markup("<mark>« {} »</mark>").format(finding.excerpt) if cited else ""
    state = badge(finding.severity) if is_open(finding) else badge(finding.disposition)
    law = tag(" ; ".join(finding.references), "idle", "§") if finding.references else ""
    template = Markup(
        '<div class="cv-finding">{} <strong>{}</strong> {} <span class="cv-soft">({})</span><p>{} {}</p>'
        '<p class="cv-fix">{}</p></div>'
    )
    place = _place(alike, handles)
    return template.format(state, finding.rule_id, said(finding.message), place, excerpt, law, _outcome(finding))


def _outcome(finding: FindingRow) -> str:
    if is_open(finding):
        return _("À faire : {fix}").format(fix=said(finding.fix))
    return _("Raison : {reason}").format(reason=finding.disposition_reason)


def seen_of(alike: Sequence[FindingRow]) -> tuple[tuple[str, int], ...]:
    """Return the stored findings with the row versions that the person sees."""
    return tuple((each.finding_id, each.row_version) for each in alike if each.finding_id)


def _draw_reason(alike: Sequence[FindingRow]) -> None:
    key = alike[0].finding_id
    with st.popover(_("Justifier"), key=f"justify_{key}"):
        st.markdown(plain(said(alike[0].message)))
        st.text_area(_("Pourquoi ce constat ne s'applique pas ici"), key=f"reason_{key}", height=90)
        st.button(
            _("Enregistrer la raison"), key=f"dispose_{key}", type="primary", on_click=dispose, args=(seen_of(alike),)
        )


def dispose(seen: Sequence[tuple[str, int]]) -> None:
    """Settle a finding, on each account that it stands on, with the reason that was typed."""
    perform(
        settling.dispose_findings,
        seen=seen,
        disposition=Disposition.NOT_APPLICABLE,
        reason=st.session_state.get(f"reason_{seen[0][0]}", ""),
        done=N_("Constat justifié ; la raison est jointe au dossier."),
    )
