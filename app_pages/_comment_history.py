"""All that happened to one comment, as a list that reads from top to bottom."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line
from app_pages._text import escaped
from app_pages._words import badge, text
from app_pages._words_comment import HAPPENED
from i18n import N_, _
from models.enums import NoneReason, TriageOutcome
from moderation.queries.around_rows import HistoryKind, HistoryLine

CARD = {
    "case_number": N_("du cas {value}"),
    "product": N_("produit : {value}"),
    "company": N_("transmis à : {value}"),
    "reference": N_("sous le numéro {value}"),
}
TONES = {
    HistoryKind.DECIDED: "ok",
    HistoryKind.REVISED: "warn",
    HistoryKind.GONE: "warn",
    HistoryKind.REOPENED: "warn",
    HistoryKind.DIVIDED: "info",
    HistoryKind.ATTACHED: "info",
    HistoryKind.DETACHED: "warn",
}


def decided(outcomes: Sequence[TriageOutcome], reason: NoneReason | None, card: Iterable[tuple[str, str]] = ()) -> str:
    """Return a decision in words: its outcomes, the reason of « non », and what the reason names."""
    said = ", ".join(text(outcome) for outcome in outcomes)
    if reason is None:
        return said
    named = [_(CARD[name]).format(value=value) for name, value in card if name in CARD]
    return f"{said} ({' ; '.join([text(reason), *named])})"


def draw_history(lines: Iterable[HistoryLine]) -> None:
    """Draw what happened, oldest first: what came, what was read off it, who decided what and why."""
    for one in lines:
        line(*_parts(one), ago(one.at), tone=TONES.get(one.kind, ""))


def _parts(one: HistoryLine) -> list[str | Markup]:
    head = Markup("<strong>{}</strong>").format(_(HAPPENED[one.kind]))
    version = (
        _("version {n}").format(n=one.revision_n) if one.revision_n and one.kind is not HistoryKind.DECIDED else ""
    )
    parts: list[str | Markup] = [head, version, one.who or ""]
    parts += [badge(one.screening)] if one.screening else []
    parts += [badge(one.reply)] if one.reply else []
    if one.outcomes:
        said = decided(one.outcomes, one.none_reason, one.card)
        parts.append(Markup("<strong>{}</strong>").format(escaped(said)))
    if one.kind is HistoryKind.DECIDED and one.revision_n:
        parts.append(_("sur la version {n}").format(n=one.revision_n))
    parts += [Markup("<i>{}</i>").format(escaped(one.note))] if one.note else []
    parts += [_("cas {numbers}").format(numbers=", ".join(one.cases))] if one.cases else []
    parts += [Markup('<span class="cv-soft">{}</span>').format(escaped(" ".join(one.why)))] if one.why else []
    return [part for part in parts if part]
