"""The signing dialog: what is signed, as what, meaning what; password again; once.

Opening it makes a one-shot nonce; [Signer] proves the identity (committed on its own, so that a wrong password is
counted) and then runs the use case, which spends the nonce. A second click finds nothing left to sign.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import streamlit as st
from markupsafe import Markup

from app_pages import _auth
from app_pages._page import apologise, current_actor, perform, say, use_language
from app_pages._words import word
from compliance import queries, signatures
from errors import AppError
from i18n import N_, _
from models.enums import Role, SignatureMeaning
from models.session import reading, transaction

PENDING = "_signing"
REFUSAL = "_signing_refusal"
PASSWORD = "_signing_password"  # noqa: S105 - the key of a field
CODE = "_signing_code"

SENTENCES = {
    False: N_("Je signe en tant que {role} : {meaning}. v{version}, empreinte {digest}"),
    True: N_("Je signe en tant qu'{role} : {meaning}. v{version}, empreinte {digest}"),
}


class Opened(Protocol):
    """What an opening use case returns: the nonce, and what is about to be signed (`workflow.review.SigningDialog`)."""

    @property
    def nonce_id(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def meaning(self) -> SignatureMeaning: ...
    @property
    def version_n(self) -> int: ...
    @property
    def content_sha256(self) -> str: ...


@dataclass(frozen=True)
class Pending:
    """What waits for a signature: the use case that signs takes `nonce_id` beside `fields`."""

    opened: Opened
    use_case: Callable[..., Any]
    fields: Mapping[str, Any]
    done: str | None


def ask(
    opening: Callable[..., Opened],
    opening_fields: Mapping[str, Any],
    use_case: Callable[..., Any],
    fields: Mapping[str, Any],
    done: str | None = None,
) -> None:
    """Open the signing dialog at the next run, from an `on_click` callback; or say why this person may not sign.

    `use_case(session, actor, *, nonce_id, **fields)` runs once the password is proven; `fields` are frozen here, as
    the person saw them.
    """
    opened = perform(opening, **opening_fields)
    if opened:
        st.session_state[PENDING] = Pending(opened, use_case, fields, done)
        st.session_state.pop(REFUSAL, None)


def sentence(opened: Opened) -> str:
    """Return the sentence that is signed, as the person reads it."""
    digest = f"{opened.content_sha256[:4]}…{opened.content_sha256[-2:]}"
    role = word(opened.role).text
    words = SENTENCES[role[:1] in "AEÉIOU"]
    told = _(words).format(
        role=role, meaning=_(signatures.MEANINGS[opened.meaning]), version=opened.version_n, digest=digest
    )
    name = getattr(opened, "on_behalf_of", "")
    return _("{sentence}. Au nom de {name}").format(sentence=told, name=name) if name else told


def draw_pending() -> None:
    """Draw the dialog when something waits for a signature; the frame of the pages calls it."""
    if PENDING in st.session_state:
        st.dialog(_("Signature"), on_dismiss=close)(_dialog)()


def close() -> None:
    """Forget what waited for a signature: nothing was signed."""
    for key in (PENDING, REFUSAL):
        st.session_state.pop(key, None)


def _dialog() -> None:
    use_language()
    pending: Pending | None = st.session_state.get(PENDING)
    if pending is None:
        st.rerun()
    st.html(Markup('<p class="cv-statement">« {} »</p>').format(sentence(pending.opened)))
    st.html(
        Markup('<p class="cv-about" title="{}">{}</p>').format(
            pending.opened.content_sha256, _("Signature électronique simple au sens du règlement eIDAS.")
        )
    )
    if refusal := st.session_state.get(REFUSAL):
        st.error(refusal)
    _draw_form(pending.opened.nonce_id)


def _draw_form(nonce_id: str) -> None:
    asked = asks_code()
    with st.form("_signing_form", clear_on_submit=True, border=False):
        draw_identity(PASSWORD, CODE, asked=asked)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button(_("Signer"), type="primary", on_click=confirm, args=(nonce_id,))


def asks_code() -> bool:
    """Say whether this person types a one-time code beside the password."""
    with reading() as session:
        return queries.asks_code(session, current_actor())


def draw_identity(password: str, code: str, *, asked: bool) -> None:
    """Draw the fields, under these keys, with which a person proves who they are."""
    st.text_input(_("Mot de passe"), type="password", key=password, autocomplete="current-password")
    if asked:
        st.text_input(_("Code à usage unique"), key=code, autocomplete="one-time-code")


def confirm(nonce_id: str) -> None:
    """Prove who is at the keyboard, then sign; for the dialog's button."""
    use_language()
    pending: Pending | None = st.session_state.get(PENDING)
    if pending is None or pending.opened.nonce_id != nonce_id:
        return
    refusal = prove([nonce_id], *take_identity(PASSWORD, CODE), close)
    if refusal:
        st.session_state[REFUSAL] = refusal
        return
    close()
    perform(pending.use_case, done=pending.done, nonce_id=nonce_id, **pending.fields)


def take_identity(password: str, code: str) -> tuple[str, str]:
    """Return what was typed into the fields of these keys, and empty them."""
    given = st.session_state.get(password, ""), st.session_state.get(code, "")
    for key in {password, code} & st.session_state.keys():
        st.session_state[key] = ""
    return given


def prove(nonce_ids: Sequence[str], password: str, code: str, ended: Callable[[], None]) -> str | None:
    """Prove once who is at the keyboard for these nonces; return the refusal to show, or None.

    `ended` is called when the person's session is over.
    """
    actor = _auth.find_actor()
    if actor is None:
        ended()
        return _("Votre session est terminée. Ce qui était enregistré l'est toujours.")
    try:
        with transaction() as session:
            refusal = signatures.prove_all(session, actor, nonce_ids=nonce_ids, password=password, code=code)
    except AppError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence and nothing is signed
        said = apologise(error)
        say("error", said)
        return said
    return str(refusal) if refusal else None
