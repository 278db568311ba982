"""How the files of pictures are built, block by block: what moves, what is told beside the picture, where it ends.

Each reader yields the blocks of a file as (name, start, end), in order and without a gap from the first byte on; a
file that breaks off raises ValueError. What follows the last block belongs to no picture.
"""

import zlib
from collections.abc import Callable, Iterator

Block = tuple[str, int, int]

EXIF, XMP, ICC = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"ICC_PROFILE\0"
ORIENTATION = 0x0112
SOI, EOI, SOS, STUFFED = 0xD8, 0xD9, 0xDA, frozenset({0x00, *range(0xD0, 0xD8)})
PNG_START, PNG_TOLD = b"\x89PNG\r\n\x1a\n", frozenset({"tEXt", "zTXt", "iTXt", "eXIf", "tIME"})
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


class Broken(ValueError):
    """The file breaks off, or is not built as its kind is."""


def _need(data: bytes, end: int) -> int:
    if end > len(data):
        raise Broken("the file ends in the middle of a block")
    return end


def jpeg(data: bytes) -> Iterator[Block]:
    """Read the segments of a JPEG; the picture's own data is one block with its scan's head."""
    place = _need(data, 2)
    yield "SOI", 0, place
    while True:
        _need(data, place + 4 if data[place : place + 2] != b"\xff\xd9" else place + 2)
        if data[place] != 0xFF:  # noqa: PLR2004 - the mark of a segment
            raise Broken("a segment does not begin where it should")
        marker = data[place + 1]
        if marker == EOI:
            yield "EOI", place, place + 2
            return
        end = _need(data, place + 2 + int.from_bytes(data[place + 2 : place + 4]))
        if marker == SOS:
            end = _scan_end(data, end)
        yield _jpeg_name(marker, data[place + 4 : end]), place, end
        place = end


def _scan_end(data: bytes, place: int) -> int:
    """Return where the data of a scan ends: at the first mark that is neither a stuffed byte nor a restart."""
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        if data[place + 1] not in STUFFED and data[place + 1] != 0xFF:  # noqa: PLR2004 - a fill byte
            return place
        place += 1 if data[place + 1] == 0xFF else 2  # noqa: PLR2004 - a fill byte
    raise Broken("the picture's data breaks off")


def _jpeg_name(marker: int, body: bytes) -> str:
    named = ((0xE1, EXIF, "EXIF"), (0xE1, XMP, "XMP"), (0xE2, ICC, "ICC"), (0xE2, b"MPF\0", "MPF"))
    for known, start, name in named:
        if marker == known and body.startswith(start):
            return name
    if marker in {0xE0, 0xEE}:
        return "JFIF" if marker == 0xE0 else "ADOBE"  # noqa: PLR2004 - their numbers
    return f"APP{marker - 0xE0}" if 0xE0 <= marker <= 0xEF else "COM" if marker == 0xFE else "DATA"  # noqa: PLR2004


def png(data: bytes) -> Iterator[Block]:
    """Read the chunks of a PNG, each against its own checksum (decoders let a wrong one pass)."""
    yield "START", 0, len(PNG_START)
    place, name = len(PNG_START), ""
    while name != "IEND":
        _need(data, place + 8)
        name = data[place + 4 : place + 8].decode("latin-1")
        end = _need(data, place + 12 + int.from_bytes(data[place : place + 4]))
        if zlib.crc32(data[place + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            raise Broken("a chunk is not the one that was written")
        yield name, place, end
        place = end


def webp(data: bytes) -> Iterator[Block]:
    """Read the chunks of a WebP."""
    whole = _need(data, 8 + int.from_bytes(data[4:8], "little"))
    yield "START", 0, 12
    place = 12
    while place + 8 <= whole:
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        end = _need(data[:whole], min(place + 8 + size + size % 2, max(whole, place + 8 + size)))
        yield data[place : place + 4].decode("latin-1"), place, end
        place = end


def gif(data: bytes) -> Iterator[Block]:
    """Read the blocks of a GIF: FRAME an image, LOOP, COMMENT, TOLD another application's words, DATA the rest."""
    _need(data, 13)
    place = 13 + _colours(data[10])
    yield "START", 0, _need(data, place)
    while data[_need(data, place + 1) - 1] != 0x3B:  # noqa: PLR2004 - the trailer
        kind = data[place]
        if kind == 0x2C:  # noqa: PLR2004 - an image
            begin = _need(data, place + 10) + _colours(data[place + 9]) + 1
        elif kind == 0x21:  # noqa: PLR2004 - an extension
            begin = _need(data, place + 2)
        else:
            raise Broken("a block does not begin where it should")
        end = _sub_blocks_end(data, begin)
        yield _gif_name(data, place), place, end
        place = end
    yield "END", place, place + 1


def _colours(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks_end(data: bytes, place: int) -> int:
    while data[_need(data, place + 1) - 1]:
        place += 1 + data[place]
    return place + 1


def _gif_name(data: bytes, place: int) -> str:
    if data[place] == 0x2C:  # noqa: PLR2004 - an image
        return "FRAME"
    if data[place + 1] == 0xFE:  # noqa: PLR2004 - a comment
        return "COMMENT"
    if data[place + 1] == 0xFF:  # noqa: PLR2004 - an application's own
        return "LOOP" if data[place + 3 : place + 14] in LOOPS else "TOLD"
    return "DATA"


READERS: dict[str, Callable[[bytes], Iterator[Block]]] = {
    "image/jpeg": jpeg,
    "image/png": png,
    "image/webp": webp,
    "image/gif": gif,
}


def blocks_of(mime: str, data: bytes) -> list[Block]:
    """Return the blocks of a picture; raises ValueError when it breaks off."""
    try:
        return list(READERS[mime](data))
    except IndexError as error:
        raise Broken("the file ends in the middle of a block") from error


def told(name: str) -> bool:
    """Say whether a block tells something beside the picture."""
    beside = {"EXIF", "XMP", "MPF", "COM", "COMMENT", "TOLD", "XMP ", *PNG_TOLD}
    return name in beside or (name.startswith("APP") and name[3:].isdigit())


def moves(mime: str, blocks: list[Block]) -> int:
    """Return how many images a picture shows one after the other."""
    names = [name for name, _start, _end in blocks]
    if mime == "image/gif":
        return names.count("FRAME")
    return 2 if {"acTL", "ANIM"} & set(names) else 1


def without_told(mime: str, data: bytes, orientation: int) -> bytes:
    """Return the same picture, byte for byte, without what it tells beside; which way is up is kept."""
    blocks = [(name, data[start:end]) for name, start, end in blocks_of(mime, data)]
    kept = [(name, body) for name, body in blocks if not told(name)]
    if orientation not in {0, 1}:
        kept = _with_orientation(mime, kept, orientation)
    if mime == "image/webp":
        return _webp_again(kept)
    return b"".join(body for _name, body in kept)


def _with_orientation(mime: str, kept: list[tuple[str, bytes]], orientation: int) -> list[tuple[str, bytes]]:
    tag = ORIENTATION.to_bytes(2) + b"\0\x03\0\0\0\x01" + orientation.to_bytes(2) + b"\0\0"
    tiff = b"MM\0*\0\0\0\x08\0\x01" + tag + b"\0\0\0\0"
    if mime == "image/jpeg":
        at = 2 if kept[1][0] == "JFIF" else 1
        body = EXIF + tiff
        kept.insert(at, ("EXIF", b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body))
    elif mime == "image/png":
        body = b"eXIf" + tiff
        kept.insert(2, ("eXIf", len(tiff).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)))
    elif mime == "image/webp":
        kept.append(("EXIF", b"EXIF" + len(tiff).to_bytes(4, "little") + tiff + b"\0" * (len(tiff) % 2)))
    return kept


def _webp_again(kept: list[tuple[str, bytes]]) -> bytes:
    """Write a WebP with its length and its flags (bits 8: EXIF, 4: XMP) as they now are."""
    has_exif = any(name == "EXIF" for name, _body in kept)
    bodies = []
    for name, body in kept[1:]:
        flags = (body[8] & ~0x0C) | (0x08 if has_exif else 0) if name == "VP8X" else None
        bodies.append(body if flags is None else body[:8] + bytes([flags]) + body[9:])
    rest = b"WEBP" + b"".join(bodies)
    return b"RIFF" + len(rest).to_bytes(4, "little") + rest
