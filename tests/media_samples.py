"""Pictures and films for the tests, made here: small, whole, broken, hostile."""

import io
import struct
import zlib

from PIL import ExifTags, Image

XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><dc:creator>Camille Exemple</dc:creator></x:xmpmeta>"


def image(width: int = 48, height: int = 32, colour=(20, 120, 160), mode: str = "RGB") -> Image.Image:
    picture = Image.new(mode, (width, height), colour)
    for x in range(min(width, height)):
        picture.putpixel((x, x), (255, 255, 255) if mode == "RGB" else (255, 255, 255, 128))
    return picture


def picture(kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    width, height = options.pop("size", (48, 32))
    image(width, height, colour=options.pop("colour", (20, 120, 160))).save(out, kind, **options)
    return out.getvalue()


def jpeg(**options) -> bytes:
    return picture("JPEG", **options)


def png(**options) -> bytes:
    return picture("PNG", **options)


def exif(orientation: int = 1, *, gps: bool = True) -> Image.Exif:
    found = Image.Exif()
    found[ExifTags.Base.Orientation] = orientation
    found[ExifTags.Base.Make] = "Appareil"
    found[ExifTags.Base.Artist] = "Camille Exemple"
    if gps:
        found[ExifTags.IFD.GPSInfo] = {1: "N", 2: (48.0, 51.0, 0.0), 3: "E", 4: (2.0, 21.0, 0.0)}
    return found


def phone_picture(kind: str = "JPEG", orientation: int = 6) -> bytes:
    """A picture as a telephone makes it: with the place, the person, and which way is up."""
    return picture(kind, exif=exif(orientation).tobytes())


def moving_gif(images: int = 3) -> bytes:
    out = io.BytesIO()
    frames = [image(colour=(40 * n % 255, 120, 160)) for n in range(images)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return out.getvalue()


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [image(colour=(40 * n, 120, 160)) for n in range(3)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes that says it is enormous."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


def film(
    *, seconds: float = 12.0, size=(640, 360), brand: bytes = b"isom", handler: bytes = b"vide", told: bytes = b"",
    images: bytes = b"\0" * 64,
) -> bytes:  # fmt: skip
    """A film's container with nothing in its images: what is read of it is all there."""
    head = struct.pack(">IIIII", 0, 0, 0, 1000, int(seconds * 1000)) + b"\0" * 80
    track = b"\0" * 76 + struct.pack(">HHHH", size[0], 0, size[1], 0)
    media = box(b"hdlr", b"\0" * 8 + handler + b"\0" * 12)
    movie = box(b"mvhd", head) + box(b"trak", box(b"tkhd", track) + box(b"mdia", media))
    movie += box(b"udta", told) if told else b""
    return box(b"ftyp", brand + b"\0\0\0\0isom") + box(b"moov", movie) + (box(b"mdat", images) if images else b"")


PLACE = box(b"\xa9xyz", b"\0\x12\x15\xc7+48.8566+002.3522/")
