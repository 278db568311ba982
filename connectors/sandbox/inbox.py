"""A mailbox for the demo: what is sent to it is kept as .eml and read at `/inbox`. Nothing leaves the machine."""

import asyncio
import uuid
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from connectors.sandbox import faults
from connectors.sandbox.pages import render
from connectors.sandbox.state import Sandbox

MAX_MAIL = 64 * 1024 * 1024


class Keeper:
    """What aiosmtpd hands mails to; `lose_answer`, `delay` and `status` of the network `mail` strike here."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one mail, whole or not at all."""
        struck = {f.kind: f for f in faults.strike(self.sandbox.db, "mail", "DATA", "")}
        if "status" in struck:
            return f"{int(struck['status'].value)} refused by the sandbox"
        keep(self.sandbox.mails, envelope)
        if "delay" in struck:
            await asyncio.sleep(struck["delay"].value)
        if "lose_answer" in struck and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 OK"


def keep(folder: Path, envelope: Envelope) -> Path:
    """Write the mail with its envelope's addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
    head = f"X-Sandbox-From: {envelope.mail_from}\r\nX-Sandbox-To: {', '.join(envelope.rcpt_tos)}\r\n".encode()
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:6]}.eml"
    draft = path.with_suffix(".part")
    draft.write_bytes(head + content)
    draft.replace(path)
    return path


async def open_mailbox(sandbox: Sandbox, port: int) -> asyncio.Server:
    """Listen for SMTP on 127.0.0.1; port 0 takes a free one. `sandbox.smtp_port` is set."""

    def protocol() -> SMTP:
        return SMTP(Keeper(sandbox), data_size_limit=MAX_MAIL, enable_SMTPUTF8=True, hostname="sandbox.local")

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    sandbox.smtp_port = int(server.sockets[0].getsockname()[1])
    return server


def mails(folder: Path) -> list[Path]:
    """Return the mails, newest first."""
    return sorted(folder.glob("*.eml"), reverse=True)


def read_mail(path: Path) -> EmailMessage:
    """Parse one mail."""
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())


def _summary(path: Path) -> dict[str, Any]:
    mail = read_mail(path)
    files = [part.get_filename() or "sans nom" for part in mail.iter_attachments()]
    names = {"subject": "Subject", "sender": "From", "to": "To", "date": "Date", "message_id": "Message-ID"}
    return {"key": path.stem, "files": files} | {name: str(mail[header] or "") for name, header in names.items()}


async def show_inbox(request: Request) -> Response:
    """GET /inbox: the list."""
    found = [_summary(path) for path in mails(request.app.state.sandbox.mails)]
    return HTMLResponse(render("inbox.html", mails=found))


async def show_mail(request: Request) -> Response:
    """GET /inbox/{key}: one mail, its text and attachments."""
    path = _path(request)
    body = read_mail(path).get_body(preferencelist=("plain", "html"))
    text = str(body.get_content()) if body else ""
    return HTMLResponse(render("mail.html", mail=_summary(path), text=text))


async def download(request: Request) -> Response:
    """GET /inbox/{key}/{number}: one attachment, or the whole mail for `eml`; never shown in the browser itself."""
    path, wanted = _path(request), str(request.path_params["number"])
    if wanted == "eml":
        content: Any = path.read_bytes()
        name = path.name
    else:
        parts = list(read_mail(path).iter_attachments())
        if not wanted.isdigit() or int(wanted) >= len(parts):
            raise HTTPException(404)
        content = parts[int(wanted)].get_payload(decode=True)
        name = parts[int(wanted)].get_filename() or "piece-jointe"
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in name)
    headers = {"content-disposition": f'attachment; filename="{safe}"', "x-content-type-options": "nosniff"}
    return Response(content or b"", headers=headers, media_type="application/octet-stream")


def _path(request: Request) -> Path:
    folder: Path = request.app.state.sandbox.mails
    key = str(request.path_params["key"])
    found = next((path for path in mails(folder) if path.stem == key), None)
    if found is None:
        raise HTTPException(404)
    return found


ROUTES = [Route("/inbox", show_inbox), Route("/inbox/{key}", show_mail), Route("/inbox/{key}/{number}", download)]
