"""The page of an outside expert: plain HTML on our own route, one version, remarks, and nothing else.

The name comes first: until it is given, the page shows nothing of the post, and every answer after it is written down.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app_pages._post_files import shown_files
from app_pages._sign_in import STALE_FORM, csrf_page, form_is_ours, speak
from app_pages._text import escaped
from app_pages._words import text
from compliance import clock
from errors import AppError, NotFound
from i18n import N_, _
from models.session import reading, transaction
from settings import get_settings
from workflow import guests
from workflow.guests import GuestVariant, GuestView

PREFIX = "/guest/"
MOST_REQUESTS, SECONDS = 30, 60.0
MOST_REMEMBERED = 10_000
TOO_MANY = N_("Trop de demandes à la fois. Attendez une minute, puis rechargez la page.")
# A remark of 4,000 characters, in the longest form that a browser sends it in, with the rest of the form.
MOST_BYTES = 65_536
TOO_LONG = N_("Ce message est trop long. Raccourcissez-le, puis renvoyez-le.")
seen: dict[str, deque[float]] = {}


def within(key: str, now: float) -> bool:
    """Count a request of one caller; say whether it is among the first thirty of the last minute."""
    if len(seen) > MOST_REMEMBERED:
        for quiet in [each for each, times in list(seen.items()) if not times or times[-1] < now - SECONDS]:
            seen.pop(quiet, None)
    times = seen.setdefault(key, deque(maxlen=MOST_REQUESTS))
    full = len(times) == MOST_REQUESTS and times[0] > now - SECONDS
    if not full:
        times.append(now)
    return not full


def allowed(request: Request) -> bool:
    """Say whether a request is among what one caller, and one link, may ask for in a minute."""
    caller = request.client.host if request.client else ""
    now = time.monotonic()
    return within(f"caller {caller}", now) and within(f"link {request.path_params['token']}", now)


async def show(request: Request) -> Response:
    """GET /guest/TOKEN: ask for the name; nothing of the post is shown."""
    return await run_in_threadpool(_guarded, request, lambda: _ask(request))


async def act(request: Request) -> Response:
    """POST /guest/TOKEN: a name shows the version, a remark is kept; the form must be ours."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return PlainTextResponse(_(TOO_LONG), status_code=413)
    async with request.form(max_files=0, max_fields=6) as sent:
        fields = {key: str(value) for key, value in sent.items()}
    return await run_in_threadpool(_guarded, request, lambda: _act(request, fields))


def _guarded(request: Request, answer: Callable[[], Response]) -> Response:
    speak(request)
    if not allowed(request):
        return PlainTextResponse(_(TOO_MANY), status_code=429, headers={"retry-after": str(int(SECONDS))})
    try:
        response = answer()
    except NotFound:
        response = PlainTextResponse(_(guests.GONE), status_code=404)
    response.headers["x-robots-tag"] = "noindex, nofollow"
    response.headers["cache-control"] = "no-store"
    return response


def _ask(request: Request, *, refusal: str = "", status: int = 200) -> Response:
    with reading() as session:
        guests.open_link(session, request.path_params["token"])
    return _page(request, {"view": None, "refusal": refusal}, status=status)


def _act(request: Request, fields: dict[str, str]) -> Response:
    token, name = request.path_params["token"], fields.get("name", "")
    if not form_is_ours(request, fields.get("csrf", "")):
        return _ask(request, refusal=_(STALE_FORM), status=403)
    try:
        with transaction() as session:
            view = _use(session, token, name, fields)
    except NotFound:
        raise
    except AppError as error:
        return _refused(request, token, name, fields, str(error))
    said = _("Remarque envoyée. Merci.") if "text" in fields else ""
    return _page(request, {"view": view, "name": name, "said": said})


def _use(session: Any, token: str, name: str, fields: dict[str, str]) -> GuestView:
    if "text" not in fields:
        return guests.visit(session, token=token, name=name)
    return guests.add_guest_note(
        session, token=token, name=name, text=fields["text"], passage=fields.get("passage", "")
    )


def _refused(request: Request, token: str, name: str, fields: dict[str, str], refusal: str) -> Response:
    """Show the page again with the refusal; what was typed stays in its fields."""
    if "text" not in fields:
        return _ask(request, refusal=refusal, status=400)
    with reading() as session:
        view = guests.guest_view(session, guests.open_link(session, token))
    typed = {"typed": fields["text"], "passage": fields.get("passage", "")}
    return _page(request, {"view": view, "name": name, "refusal": refusal} | typed, status=400)


def _page(request: Request, context: dict[str, Any], *, status: int = 200) -> Response:
    view = context["view"]
    variants = [_variant(each, view) for each in view.variants] if view else []
    until = f"{clock.paris(view.expires_at):%d/%m/%Y %H:%M}" if view else ""
    words = {"company": get_settings().company, "variants": variants, "words": _words(view, until)}
    notes = [(name, escaped(said)) for name, said in view.notes] if view else []
    return csrf_page(request, "guest.html", words | {"notes": notes} | context, status=status)


def _variant(variant: GuestVariant, view: GuestView) -> dict[str, Any]:
    files = shown_files(variant.content.media, view.files)
    return {
        "name": f"{text(variant.network)} · @{variant.handle}",
        "text": escaped(variant.published_text),
        "first_comment": escaped(variant.content.first_comment),
        "link": escaped(variant.content.link),
        "files": [(each.small(), escaped(each.alt)) for each in files],
    }


def _words(view: GuestView | None, until: str) -> dict[str, str]:
    return {
        "title": _("Relecture par un expert invité"),
        "why": _("Vous êtes invité à lire un texte avant sa publication. Dites d'abord qui vous êtes."),
        "traced": _("Chaque visite et chaque remarque sont enregistrées avec le nom que vous donnez."),
        "name": _("Votre nom"),
        "open": _("Lire le texte"),
        "version": _("Version {n}. Lien ouvert jusqu'au {until}.").format(n=view.version_n, until=until)
        if view
        else "",
        "first_comment": _("Première réponse"),
        "link": _("Lien"),
        "notes": _("Vos remarques"),
        "note": _("Votre remarque (elle conseille, elle ne signe rien)"),
        "passage": _("Passage concerné (facultatif, copié du texte)"),
        "send": _("Envoyer la remarque"),
    }


ROUTES = [
    Route(PREFIX + "{token}", show, methods=["GET"]),
    Route(PREFIX + "{token}", act, methods=["POST"]),
]
