"""Signing in and out: plain HTML forms on our own routes, before any script of a page runs."""

import secrets
from pathlib import Path
from typing import Any

from sqlmodel import col, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from app_pages._auth import LANGUAGE_COOKIE, LOOPBACK_COOKIE, SECURE_COOKIE
from app_pages._gate import csrf_of, is_loopback, is_secure, is_signed_in, same_origin, token_of
from app_pages._words import text
from compliance import sign_in
from errors import AppError
from i18n import N_, Language, _, set_language
from models.session import reading, transaction
from models.user import User
from moderation import breaks
from settings import get_settings

HERE = Path(__file__).parent
CSRF_COOKIE = "covigie_form"
CSRF_SECONDS = 3600
LANGUAGE_SECONDS = 31_536_000
STALE_FORM = N_("Ce formulaire a expiré ou vient d'ailleurs. Le voici à nouveau : recommencez.")

templates = Jinja2Templates(HERE)


def local_path(asked: str) -> str:
    """Return where to go after sign-in: a path of ours, never another site's address."""
    clean = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return asked if clean and not asked.startswith(("/sign-", "/_stcore", "/static")) else "/"


def speak(request: Request) -> str:
    """Choose the language: the cookie's, else French."""
    set_language(request.cookies.get(LANGUAGE_COOKIE, "fr"))
    return str(request.cookies.get(LANGUAGE_COOKIE, "fr"))


def demo_accounts() -> list[dict[str, str]]:
    """Return the accounts of the demonstration (login, name, roles); none anywhere else."""
    if not get_settings().demo:
        return []
    with reading() as session:
        people = session.exec(select(User).where(col(User.active)).order_by(col(User.created_at))).all()
        return [
            {
                "login": person.login,
                "name": person.printed_name,
                "roles": ", ".join(sorted(text(role) for role in sign_in.roles_of(session, person.id))),
            }
            for person in people
        ]


def form(request: Request, *, refusal: str = "", login: str = "", status: int = 200) -> Response:
    """Return the sign-in page."""
    speak(request)
    context: dict[str, Any] = {
        "_": _,
        "refusal": refusal,
        "login": login or request.query_params.get("login", ""),
        "next": local_path(request.query_params.get("next", "/")),
        "accounts": demo_accounts(),
        "demo_password": get_settings().demo_password,
        "company": get_settings().company,
    }
    return csrf_page(request, "sign_in.html", context, status=status)


def csrf_page(request: Request, template: str, context: dict[str, Any], *, status: int = 200) -> Response:
    """Return one of our own forms, in the person's language, with a fresh form token in the page and in a cookie."""
    token = secrets.token_urlsafe(24)
    told = {"language": speak(request), "csrf": token} | context
    response = templates.TemplateResponse(request, template, told, status_code=status)
    response.headers["cache-control"] = "no-store"
    _set_cookie(request, response, CSRF_COOKIE, token, max_age=CSRF_SECONDS, strict=True)
    return response


def _set_cookie(
    request: Request, response: Response, name: str, value: str, *, max_age: int | None = None, strict: bool = False
) -> None:
    secure = is_secure(request.scope) or not is_loopback(request.headers)
    response.set_cookie(
        name, value, max_age=max_age, path="/", httponly=True, secure=secure, samesite="strict" if strict else "lax"
    )


def form_is_ours(request: Request, sent: str) -> bool:
    """Say whether a form was ours: our own origin, and the token of the page equals that of the cookie."""
    held = request.cookies.get(CSRF_COOKIE, "")
    return same_origin(request.headers) and bool(held) and secrets.compare_digest(held.encode(), sent.encode())


async def show(request: Request) -> Response:
    """GET /sign-in; who is signed in already goes on."""
    if await run_in_threadpool(is_signed_in, token_of(request)):
        return RedirectResponse(local_path(request.query_params.get("next", "/")), status_code=303)
    return await run_in_threadpool(form, request)


async def submit(request: Request) -> Response:
    """POST /sign-in: check, set the cookie, go on; or the form again with the refusal."""
    async with request.form(max_files=0, max_fields=10) as sent:
        fields = {key: str(value) for key, value in sent.items()}
    return await run_in_threadpool(_submit, request, fields)


def _submit(request: Request, fields: dict[str, str]) -> Response:
    speak(request)
    login = fields.get("login", "")
    if not form_is_ours(request, fields.get("csrf", "")):
        return form(request, refusal=_(STALE_FORM), login=login, status=403)
    try:
        with transaction() as session:
            found = sign_in.sign_in(
                session, login=login, password=fields.get("password", ""), code=fields.get("code", "")
            )
    except AppError as error:
        return form(request, refusal=str(error), login=login, status=503)
    if found.token is None or found.user is None:
        return form(request, refusal=str(found.refusal), login=login, status=401)
    response = RedirectResponse(local_path(fields.get("next", "/")), status_code=303)
    name = SECURE_COOKIE if is_secure(request.scope) else LOOPBACK_COOKIE
    _set_cookie(request, response, name, found.token)
    if LANGUAGE_COOKIE not in request.cookies:
        _set_cookie(request, response, LANGUAGE_COOKIE, found.user.language, max_age=LANGUAGE_SECONDS)
    response.delete_cookie(CSRF_COOKIE)
    return response


async def leave(request: Request) -> Response:
    """POST /sign-out: end the session everywhere; the form token is made of the session token."""
    async with request.form(max_files=0, max_fields=5) as sent:
        csrf = str(sent.get("csrf", ""))
    token = token_of(request)
    if token and not (same_origin(request.headers) and secrets.compare_digest(csrf_of(token), csrf)):
        return PlainTextResponse(_(STALE_FORM), status_code=403)
    if token:
        await run_in_threadpool(_leave, token)
    response = RedirectResponse("/sign-in", status_code=303)
    for name in (SECURE_COOKIE, LOOPBACK_COOKIE):
        response.delete_cookie(name, secure=name == SECURE_COOKIE, httponly=True)
    return response


def _leave(token: str) -> None:
    with transaction() as session:
        if actor := sign_in.current_actor(session, token):
            breaks.release_all(session, actor)
        sign_in.sign_out(session, token=token)


async def choose_language(request: Request) -> Response:
    """GET /language?to=en: remember the language of the screens; nothing else changes."""
    to = request.query_params.get("to", "")
    response = RedirectResponse("/sign-in", status_code=303)
    if to in list(Language):
        _set_cookie(request, response, LANGUAGE_COOKIE, to, max_age=LANGUAGE_SECONDS)
    return response


async def style(_request: Request) -> Response:
    """GET /sign-in.css."""
    return FileResponse(HERE / "sign_in.css", media_type="text/css")


ROUTES = [
    Route("/sign-in", show, methods=["GET"]),
    Route("/sign-in", submit, methods=["POST"]),
    Route("/sign-in.css", style, methods=["GET"]),
    Route("/sign-out", leave, methods=["POST"]),
    Route("/language", choose_language, methods=["GET"]),
]
