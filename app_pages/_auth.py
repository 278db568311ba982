"""Who is behind the browser: the session cookie, read again in the database at every run."""

import streamlit as st

from compliance import clock, sign_in
from compliance.permissions import Actor
from models.session import reading, transaction

# A `__Host-` cookie is taken by browsers over https alone; on http loopback it would be dropped.
SECURE_COOKIE = "__Host-covigie"
LOOPBACK_COOKIE = "covigie"
LANGUAGE_COOKIE = "covigie_language"
KEEP_ALIVE_SECONDS = 60


def cookie_token() -> str | None:
    """Return the session token that the browser sent when it connected."""
    cookies = st.context.cookies
    return cookies.get(SECURE_COOKIE) or cookies.get(LOOPBACK_COOKIE)


def cookie_language() -> str | None:
    """Return the language chosen at sign-in."""
    return st.context.cookies.get(LANGUAGE_COOKIE)


def find_actor() -> Actor | None:
    """Return who acts, as the database has it now; None when the session ended."""
    token = cookie_token()
    if not token:
        return None
    with reading() as session:
        return sign_in.current_actor(session, token)


def keep_alive() -> None:
    """Note, at most once a minute, that a person (and not a timer) used the session."""
    now = clock.now().timestamp()
    token = cookie_token()
    if token and now - st.session_state.get("_touched", 0.0) > KEEP_ALIVE_SECONDS:
        with transaction() as session:
            sign_in.touch(session, token)
        st.session_state["_touched"] = now
