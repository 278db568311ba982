"""A signed file at a public address, for networks that fetch files themselves: Instagram's pictures, TikTok's films.

    BASE/signed-media/PUBLICATION/EXPIRES/MAC/SHA256.EXT       EXPIRES: seconds since 1970

The MAC is HMAC-SHA256 over the publication, the file's SHA-256 and the hour at which the address ends, under a key that
lies outside the database: nobody guesses an address, and nobody turns one into that of another file. It opens while its
publication is on its way, and never after. What is served are the bytes whose hash was signed; each fetch is audited.
"""

import hashlib
import hmac
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import Session

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.keys import write_private
from compliance.permissions import SYSTEM
from connectors.base import Media
from connectors.registry import CHANNELS
from errors import NotFound
from models.enums import Network, PublicationStatus
from models.post import Variant
from models.publication import Publication
from settings import get_settings
from workflow.content import variant_of
from workflow.media import stored_bytes

PATH = "/signed-media"
KEY_FILE, KEY_BYTES = "media.key", 32
GOOD_FOR = timedelta(hours=1)
"""Longer than a network works on a post; a later try has an address of its own."""
LEAVING = (PublicationStatus.PUBLISHING, PublicationStatus.UNCONFIRMED)
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}
PRIVATE_NAMES = ("localhost", ".localhost", ".local", ".internal", ".lan")


@dataclass(frozen=True)
class ServedFile:
    """A file as it is served: exact bytes under the hash that was signed."""

    publication_id: str
    network: Network
    sha256: str
    mime: str
    data: bytes


def base_address() -> str:
    """Return the public address under which networks reach us, without a final slash; empty where there is none."""
    given = (get_settings().networks_url or "").rstrip("/")
    return given if is_public(given) else ""


def is_public(address: str) -> bool:
    """Say whether an address can be one that a network reaches: https, and a host that is known outside."""
    split = urlsplit(address)
    host = split.hostname or ""
    if split.scheme != "https" or split.query or split.fragment:
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(PRIVATE_NAMES)


def fetches(network: Network, mime: str) -> bool:
    """Say whether a network fetches a file of this type from an address, and takes no bytes of it."""
    channel = CHANNELS.get(network.value)
    if channel is None:
        return False
    pictures = channel.capabilities.pictures_by_address and mime.startswith("image/")
    return channel.capabilities.media_by_address or pictures


def addressed(publication: Publication, media: tuple[Media, ...]) -> tuple[Media, ...]:
    """Return the files of a publication that is about to leave, with the address of each that is fetched."""
    return tuple(
        replace(one, url=public_url(publication.id, one)) if fetches(publication.network, one.mime) else one
        for one in media
    )


def public_url(publication_id: str, media: Media) -> str:
    """Return the address of one file for one publication, good for an hour from now; empty without a public base."""
    base = base_address()
    if not base:
        return ""
    sha256, until = hashlib.sha256(media.data).hexdigest(), int((clock.now() + GOOD_FOR).timestamp())
    mac = mac_of(_made_key(), publication_id, sha256, until)
    return f"{base}{PATH}/{publication_id}/{until}/{mac}/{sha256}.{ENDINGS[media.mime]}"


def mac_of(key: bytes, publication_id: str, sha256: str, until: int) -> str:
    """Return what makes an address ours."""
    return hmac.new(key, f"{publication_id}\n{sha256}\n{until}".encode(), hashlib.sha256).hexdigest()


def _key_path() -> Path:
    return get_settings().keys / KEY_FILE


def _made_key() -> bytes:
    with suppress(FileExistsError):
        if not _key_path().exists():
            write_private(_key_path(), secrets.token_bytes(KEY_BYTES))
    return _key_path().read_bytes()


def open_file(session: Session, *, publication_id: str, until: int, mac: str, name: str) -> ServedFile:
    """Return the file of an address; NotFound, always the same, for every address that opens nothing (any more)."""
    sha256, _dot, ending = name.partition(".")
    if not _is_ours(publication_id, until, mac, sha256) or until <= clock.now().timestamp():
        raise NotFound
    publication = session.get(Publication, publication_id)
    if publication is None or publication.status not in LEAVING or publication.remote_id is not None:
        raise NotFound
    variant = session.get(Variant, publication.variant_id)
    media = variant_of(json.loads(variant.payload_json)).media if variant else ()
    shown = next((one for one in media if one.sha256 == sha256 and ENDINGS.get(one.mime) == ending), None)
    if shown is None or not fetches(publication.network, shown.mime):
        raise NotFound
    return ServedFile(publication_id, publication.network, sha256, shown.mime, stored_bytes(session, sha256))


def _is_ours(publication_id: str, until: int, mac: str, sha256: str) -> bool:
    """Compare in constant time; without a key there is no address of ours."""
    key = _key_path().read_bytes() if _key_path().exists() else b""
    expected = mac_of(key, publication_id, sha256, until)
    return hmac.compare_digest(expected.encode(), mac.encode()) and len(key) == KEY_BYTES


def note_fetch(session: Session, served: ServedFile, first: int, last: int) -> None:
    """Write down that bytes `first` to `last` of a file were fetched."""
    new = {"sha256": served.sha256, "first": first, "last": last, "network": served.network.value}
    audit.record(session, SYSTEM, AuditAction.MEDIA_FETCH, "publication", served.publication_id, new=new)
