"""The web application: the pages behind one gate, with our own routes beside them.

`covigie run`, `uvicorn app:app` and `streamlit run app.py` serve the same thing. It runs no job and loads no model.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app_pages import _health, _page, _sign_in
from app_pages._gate import Gate

SCRIPT = Path(__file__).parent / "app_pages" / "_shell.py"


def on_script_error(error: Exception) -> bool:
    """Turn what no page caught into a sentence with a reference; never a traceback on the screen."""
    st.error(_page.plain(_page.apologise(error)))
    return True


app = st.App(
    SCRIPT,
    routes=[*_sign_in.ROUTES, *_health.ROUTES],
    middleware=[Middleware(Gate)],
    on_script_error=on_script_error,
)
