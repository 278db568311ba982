"""A small desk of use cases, and the page that calls them: what the kit is tested on."""

from dataclasses import dataclass

from compliance import signatures
from errors import RuleViolated
from models.compliance import AuditEvent
from models.enums import Role, SignatureMeaning

SUBJECT = "01h0000000000000000000step"
CONTENT = "3f9a" + "0" * 58 + "c1"
calls: list[str] = []


@dataclass(frozen=True)
class Dialog:
    nonce_id: str
    role: Role = Role.REGULATORY
    meaning: SignatureMeaning = SignatureMeaning.APPROVAL_REGULATORY
    version_n: int = 4
    content_sha256: str = CONTENT


def greet(session, actor, *, word):
    calls.append(f"{actor.login} {word}")
    return word


def refuse(session, actor):
    raise RuleViolated("Le titre *[{name}](javascript:x)* est déjà pris.", name="Octobre")


def crash(session, actor):
    session.get(AuditEvent, 1)
    raise ZeroDivisionError("secret of the inside")


def open_signing(session, actor, *, allowed):
    if not allowed:
        raise RuleViolated("Vous ne signez pas votre propre texte.")
    return Dialog(signatures.open_signing(session, actor, subject_id=SUBJECT, content_sha256=CONTENT))


def approve(session, actor, *, nonce_id, comment):
    calls.append(comment)
    return signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=Role.REGULATORY,
        meaning=SignatureMeaning.APPROVAL_REGULATORY,
        subject_kind="review_step",
        subject_id=SUBJECT,
        content_sha256=CONTENT,
    )


def page():
    """Runs as a script of its own: what it needs is imported here."""
    import streamlit as st

    from app_pages import _page, _signature
    from tests.pages import desk

    _page.use_language()
    actor = _page.current_actor()
    _page.show_messages()
    st.write(f"signed in: {actor.login}")
    st.button(
        "greet",
        key="greet",
        on_click=_page.perform,
        args=(desk.greet,),
        kwargs={"word": "salut", "done": "C'est fait.", "then": desk.calls.append},
    )
    st.button("refuse", key="refuse", on_click=_page.perform, args=(desk.refuse,), kwargs={"then": desk.calls.append})
    st.button("crash", key="crash", on_click=_page.perform, args=(desk.crash,))
    for key, allowed in (("sign", True), ("own", False)):
        arguments = (desk.open_signing, {"allowed": allowed}, desk.approve, {"comment": "vu"}, "Avis signé.")
        st.button(key, key=key, on_click=_signature.ask, args=arguments)
    _signature.draw_pending()
