"""What every page uses: who acts, doing something, saying what came of it. Pages never decide."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import streamlit as st
import structlog
from markupsafe import Markup

from app_pages import _auth
from compliance import clock
from compliance.permissions import Actor
from errors import AppError
from i18n import N_, _, set_language
from models.session import transaction

Result = TypeVar("Result")

log = structlog.get_logger()

MESSAGES = "_messages"
VISIT = "_visit"
ON_LEAVING = "_on_leaving"
GO = "_go"
APOLOGY = N_(
    "Une erreur inattendue est survenue. Rien n'a été perdu, rien n'a été enregistré à moitié. Recommencez ; "
    "si elle revient, signalez la référence {reference}."
)


def use_language() -> None:
    """Speak the person's language in this run; a callback runs before the page, and needs it too."""
    st.session_state.setdefault("_language", _auth.cookie_language() or "fr")
    set_language(st.session_state["_language"])


def current_actor() -> Actor:
    """Return who acts, checked again in the database; when the session ended, say so and stop the page."""
    actor = _auth.find_actor()
    if actor is None:
        draw_ended()
        st.stop()
    return actor


def draw_ended() -> None:
    """Say that the session ended, with the way back."""
    said = _("Votre session est terminée. Ce qui était enregistré l'est toujours.")
    st.html(
        Markup('<div class="cv-empty">{} <a href="/sign-in" target="_self">{}</a></div>').format(
            said, _("Se connecter")
        )
    )


def perform(
    use_case: Callable[..., Result],
    /,
    *,
    done: str | None = None,
    then: Callable[[Result], object] | None = None,
    **fields: Any,
) -> Result | None:
    """Run a use case in one transaction, from an `on_click` callback; return its result, or None when refused.

    A refusal, or an unexpected error under a reference, is kept and shown at the top of the next run. `done` is a
    French msgid said on success; `then` gets the result after the commit, on success only.
    """
    use_language()
    actor = _auth.find_actor()
    if actor is None:
        return None
    try:
        with transaction() as session:
            result = use_case(session, actor, **fields)
    except AppError as error:
        say("error", str(error))
        return None
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence and we get the log
        say("error", apologise(error))
        return None
    if done:
        say("success", _(done))
    if then:
        then(result)
    return result


def typed_moment(typed: datetime | None) -> datetime | None:
    """Return the moment of a date and hour of Paris; None, with a sentence that says why, for an impossible one."""
    use_language()
    try:
        return clock.from_paris(typed) if typed else None
    except AppError as error:
        say("error", str(error))
        return None


def enter(path: str) -> None:
    """Note which page this run draws; what was remembered for the visit of another page is forgotten.

    A page that must tidy up when the person goes elsewhere leaves a function in its visit, under ON_LEAVING.
    """
    left, held = st.session_state.get(VISIT, ("", {}))
    if left != path:
        st.session_state[VISIT] = (path, {})
        held.get(ON_LEAVING, lambda: None)()


def visit() -> dict[str, Any]:
    """Return what is remembered as long as the person stays on this page.

    Unlike the fields of a page it also survives a run that was cut short by the next one.
    """
    held: tuple[str, dict[str, Any]] = st.session_state.setdefault(VISIT, ("", {}))
    return held[1]


def apologise(error: BaseException) -> str:
    """Log an unexpected error under a reference; return the sentence that gives the reference."""
    reference = secrets.token_hex(4)
    log.error("unexpected error on a page", reference=reference, exc_info=error)
    return _(APOLOGY).format(reference=reference)


def say(kind: str, text: str) -> None:
    """Keep a message ("success", "info", "warning", "error") for the top of the next run."""
    st.session_state.setdefault(MESSAGES, []).append((kind, text))


def show_messages() -> None:
    """Show what was said since the last run, once."""
    draw = {"success": st.success, "info": st.info, "warning": st.warning}
    for kind, text in st.session_state.pop(MESSAGES, []):
        draw.get(kind, st.error)(plain(text))


def plain(text: str) -> str:
    """Return a text that Markdown shows as it reads: no link, no image, no formatting comes out of it."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|~$:" else char for char in text)


def go(page: str, **params: str) -> None:
    """Open a page (its file, `review.py`) with its parameters at the next run; for `on_click` callbacks."""
    st.session_state[GO] = (page, params)


def show_comment(comment_id: str) -> None:
    """Show a comment of this page's list, or its first one when the id is empty; for callbacks."""
    if comment_id:
        st.query_params["comment"] = comment_id
    else:
        st.query_params.pop("comment", None)


def parameter(name: str = "id") -> str:
    """Return a parameter of the address, empty when it is not there."""
    return st.query_params.get(name, "")


def heading(title: str, about: str | Markup = "") -> None:
    """Draw the page's title and one line under it."""
    line = Markup('<p class="cv-about">{}</p>').format(about) if about else ""
    st.html(Markup('<h1 class="cv-title">{}</h1>{}').format(title, line))


def section(title: str, about: str | Markup = "") -> None:
    """Draw a section's title, with a count or a word beside it."""
    st.html(Markup('<h2 class="cv-section">{} <small>{}</small></h2>').format(title, about))


def line(*parts: str | Markup, tone: str = "") -> None:
    """Draw one row as a sentence: every part that is no Markup is escaped."""
    edge = tone and f"cv-edge-{tone}"
    # Added up: `format` takes ten times as long, and a page has hundreds of lines.
    st.html(Markup('<div class="cv-line ') + edge + Markup('">') + Markup(" ").join(parts) + Markup("</div>"))


def empty(sentence: str) -> None:
    """Draw an empty state: what will come here, from where, what to do next."""
    st.html(Markup('<div class="cv-empty">{}</div>').format(sentence))
