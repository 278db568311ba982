"""GET and HEAD /signed-media/…: one signed file of a publication on its way, for the network that fetches it.

No session: the address itself is the proof. Every address that opens nothing is answered alike.
"""

import re

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app_pages import _refused_calls
from errors import AppError
from models.session import DatabaseBusy, reading, transaction
from workflow import public_media
from workflow.public_media import ServedFile

RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
LONGEST_MOMENT = 11
NOTHING_THERE = 416

log = structlog.get_logger()


async def serve(request: Request) -> Response:
    """Answer with the file, or the part of it that is asked."""
    try:
        served = await run_in_threadpool(_opened, request)
    except DatabaseBusy:
        return PlainTextResponse("try again", 503, headers={"retry-after": "5"})
    except AppError:
        return await run_in_threadpool(
            _refused_calls.answer, request, "signed-media", PlainTextResponse("not found", 404)
        )
    answer = answer_of(served, request.headers.get("range", ""), request.headers.get("if-range", ""))
    if request.method == "GET" and answer.status_code != NOTHING_THERE:
        await run_in_threadpool(_note, served, answer)
    if request.method == "HEAD":
        answer.body = b""
    return answer


def _opened(request: Request) -> ServedFile:
    asked = request.path_params
    until = asked["until"] if asked["until"].isascii() and asked["until"].isdigit() else "0"
    with reading() as session:
        return public_media.open_file(
            session,
            publication_id=asked["publication_id"],
            until=int(until[:LONGEST_MOMENT]),
            mac=asked["mac"],
            name=asked["name"],
        )


def answer_of(served: ServedFile, asked: str, unless_other: str) -> Response:
    """Return the whole file, one range of it (206), or 416; several ranges, or one of another file, get the whole."""
    size, tag = len(served.data), f'"{served.sha256}"'
    headers = {"accept-ranges": "bytes", "etag": tag, "cache-control": "no-store"}
    if unless_other not in ("", tag) or not is_range(asked):
        return Response(served.data, 200, headers, media_type=served.mime)
    first, last = bounds_of(asked, size)
    if first > last:
        return Response(b"", NOTHING_THERE, headers | {"content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {first}-{last}/{size}"
    return Response(served.data[first : last + 1], 206, headers, media_type=served.mime)


def is_range(asked: str) -> bool:
    """Say whether a `Range` header asks one range of bytes that is understood; any other is passed over (RFC 9110)."""
    found = RANGE.fullmatch(asked)
    return found is not None and found.groups() != ("", "")


def bounds_of(asked: str, size: int) -> tuple[int, int]:
    """Return the first and last byte of a range within a file of `size` bytes; first > last where there is none."""
    first, last = asked.removeprefix("bytes=").split("-")
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _note(served: ServedFile, answer: Response) -> None:
    told = re.match(r"bytes (\d+)-(\d+)/", answer.headers.get("content-range", ""))
    first, last = (int(told[1]), int(told[2])) if told else (0, len(served.data) - 1)
    with transaction() as session:
        public_media.note_fetch(session, served, first, last)


ROUTES = [Route("/signed-media/{publication_id}/{until}/{mac}/{name}", serve, methods=["GET", "HEAD"])]
