"""The web application: the pages behind one gate, with our own routes beside them.

`covigie run`, `uvicorn app:app` and `streamlit run app.py` serve the same thing. It runs no job and loads no model.
"""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import streamlit as st
import streamlit.config
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

import logs
from app_pages import _guest, _health, _intake, _oauth, _page, _sign_in, _signed_media, _webhooks
from app_pages._gate import Gate

NEEDED = ("workflow.queries", "workflow.review", "moderation.queries", "moderation.triage", "moderation.replies")
SAFE = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
}
HOME = "mon-travail"
SCRIPT = Path(__file__).parent / "app_pages" / "_shell.py"


def insist() -> None:
    """Set what safety needs, whatever the environment says: uvicorn started elsewhere finds no config.toml."""
    for name, value in SAFE.items():
        streamlit.config.set_option(name, value, "app.py")


def on_script_error(error: Exception) -> bool:
    """Turn what no page caught into a sentence with a reference; never a traceback on the screen."""
    st.error(_page.plain(_page.apologise(error)))
    return True


def warm() -> None:
    """Import what the pages need and read the delivered rules, so that the first person does not wait for it."""
    for name in NEEDED:
        importlib.import_module(name)
    importlib.import_module("workflow.checks").default_pack()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Warm up beside the first requests."""
    Thread(target=warm, name="warm", daemon=True).start()
    yield None


async def home(_request: Request) -> RedirectResponse:
    """Lead to the first page, which Streamlit knows under no other address than the root."""
    return RedirectResponse("/")


logs.configure()
insist()
app = st.App(
    SCRIPT,
    lifespan=lifespan,
    routes=[
        *_sign_in.ROUTES,
        *_guest.ROUTES,
        *_health.ROUTES,
        *_webhooks.ROUTES,
        *_intake.ROUTES,
        *_signed_media.ROUTES,
        *_oauth.ROUTES,
        Route(f"/{HOME}", home),
    ],
    middleware=[Middleware(Gate)],
    on_script_error=on_script_error,
)
