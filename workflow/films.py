"""Reading a film by its container (ISO 14496-12, QuickTime): no frame is decoded.

A film is a list of boxes, some of which hold boxes: `moov` says how long it is (`mvhd`), how large (`tkhd`) and of what
(`hdlr`), `mdat` or `moof` hold the images. What cameras tell beside (`udta`, `meta`, `uuid`) can be blanked in place:
no other byte moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from errors import InvalidInput
from i18n import N_
from models.enums import MediaKind, MediaTrace
from workflow.media_files import MediaFacts

BROKEN = N_("Ce film est abîmé ou incomplet. Exportez-le à nouveau en MP4, puis recommencez.")
NO_FILM = N_("Ce fichier a la forme d'un film mais ne contient aucune image qui bouge. Exportez-le à nouveau en MP4.")
HOLDERS = frozenset({b"moov", b"trak", b"mdia"})
TOLD = frozenset({b"udta", b"meta", b"uuid"})
DEEPEST, MOST_BOXES = 4, 10_000
PLACE_SIGNS = (b"\xa9xyz", b"location.iso6709", b"loci")
PERSON_SIGNS = (b"\xa9art", b"author", b"artist", b"\xa9aut")
DEVICE_SIGNS = (b"\xa9mak", b"\xa9mod", b"quicktime.make", b"quicktime.model")


@dataclass(frozen=True)
class Box:
    """One box: what it is in, its name, where its body begins, where it ends."""

    path: tuple[bytes, ...]
    name: bytes
    body: int
    end: int


def boxes(data: bytes, start: int = 0, end: int | None = None, path: tuple[bytes, ...] = ()) -> Iterator[Box]:
    """Read the boxes of a film, each before those that it holds; raises ValueError for one that breaks off."""
    place, last = start, len(data) if end is None else end
    while place + 8 <= last:
        size, body = int.from_bytes(data[place : place + 4]), place + 8
        if size == 1:
            size, body = int.from_bytes(data[place + 8 : place + 16]), place + 16
        after = last if size == 0 else place + size
        if not body <= after <= last:
            raise ValueError("a box breaks off")
        box = Box(path, data[place + 4 : place + 8], body, after)
        yield box
        if box.name in HOLDERS and len(path) < DEEPEST:
            yield from boxes(data, body, after, (*path, box.name))
        place = after


def read_film(mime: str, data: bytes) -> MediaFacts:
    """Return what a film shows; raises InvalidInput with the way out."""
    try:
        found = _listed(data)
        seconds = _seconds(data, found)
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise InvalidInput(BROKEN) from error
    width, height = _size(data, found)
    if seconds <= 0 or not width or not height or not any(box.name in {b"mdat", b"moof"} for box in found):
        raise InvalidInput(NO_FILM)
    return MediaFacts(
        kind=MediaKind.FILM,
        mime=mime,
        width=width,
        height=height,
        duration_ms=round(seconds * 1000),
        traces=_traces(data, found),
    )


def _listed(data: bytes) -> list[Box]:
    found: list[Box] = []
    for box in boxes(data):
        found.append(box)
        if len(found) > MOST_BOXES:
            raise ValueError("more boxes than a film has")
    return found


def _seconds(data: bytes, found: list[Box]) -> float:
    head = next((box for box in found if box.name == b"mvhd"), None)
    if head is None:
        raise ValueError("no film header")
    wide = data[head.body] == 1
    at, length = (head.body + 20, 8) if wide else (head.body + 12, 4)
    scale = int.from_bytes(data[at : at + 4])
    return int.from_bytes(data[at + 4 : at + 4 + length]) / scale


def _size(data: bytes, found: list[Box]) -> tuple[int, int]:
    """Return the size of the track that holds images; (0, 0) without one. A `tkhd` ends with 16.16 width and height."""
    head: Box | None = None
    for box in found:
        if box.name == b"tkhd":
            head = box
        images = box.name == b"hdlr" and data[box.body + 8 : box.body + 12] == b"vide"
        if images and head is not None and box.path == (b"moov", b"trak", b"mdia"):
            return int.from_bytes(data[head.end - 8 : head.end - 6]), int.from_bytes(data[head.end - 4 : head.end - 2])
    return 0, 0


def _traces(data: bytes, found: list[Box]) -> tuple[MediaTrace, ...]:
    said = b"".join(data[box.body : box.end] for box in found if box.name in TOLD).lower()
    traces = (
        (MediaTrace.PLACE, PLACE_SIGNS),
        (MediaTrace.PERSON, PERSON_SIGNS),
        (MediaTrace.DEVICE, DEVICE_SIGNS),
    )
    named = tuple(trace for trace, signs in traces if any(sign in said for sign in signs))
    return named or ((MediaTrace.DESCRIPTION,) if said.strip(b"\0") else ())


def clean_film(data: bytes) -> bytes:
    """Return the same film with what it tells beside blanked: those boxes become free space, nothing else changes."""
    clean = bytearray(data)
    for box in _listed(data):
        if box.name in TOLD:
            name = data.rfind(box.name, 0, box.body)
            clean[name : name + 4] = b"free"
            clean[box.body : box.end] = bytes(box.end - box.body)
    return bytes(clean)
