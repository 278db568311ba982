"""Reading a picture: decoded whole once, so that what is broken, boundless or moving unseen is refused."""

import io
from collections.abc import Iterable
from typing import Any

from PIL import ExifTags, Image, ImageOps

from errors import InvalidInput
from i18n import N_
from models.enums import MediaKind, MediaTrace
from workflow.media_files import MediaFacts
from workflow.picture_blocks import Block, blocks_of, moves, told, without_told

MOST_PIXELS = 50_000_000
MOST_IMAGES = 350
THUMBNAIL = 640
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
BROKEN = N_("Cette image est abîmée ou incomplète. Téléchargez-la ou exportez-la à nouveau, puis recommencez.")
T = MediaTrace
TAGS: dict[int, MediaTrace] = {
    ExifTags.Base.Artist: T.PERSON,
    ExifTags.Base.Copyright: T.PERSON,
    ExifTags.Base.XPAuthor: T.PERSON,
    0xA430: T.PERSON,  # the camera's owner
    ExifTags.Base.Make: T.DEVICE,
    ExifTags.Base.Model: T.DEVICE,
    0xA431: T.DEVICE,  # the body's serial number
    0xA435: T.DEVICE,  # the lens's
    ExifTags.Base.DateTime: T.MOMENT,
    ExifTags.Base.DateTimeOriginal: T.MOMENT,
    ExifTags.Base.ImageDescription: T.DESCRIPTION,
    ExifTags.Base.UserComment: T.DESCRIPTION,
    ExifTags.Base.XPComment: T.DESCRIPTION,
}
WORDS = ((b"gps", T.PLACE), (b"dc:creator", T.PERSON), (b"author", T.PERSON), (b"serialnumber", T.DEVICE))


def read_picture(mime: str, data: bytes) -> MediaFacts:
    """Return what a picture of a known type shows; raises InvalidInput with the way out."""
    try:
        blocks = blocks_of(mime, data)
    except ValueError as error:
        raise InvalidInput(BROKEN) from error
    images = moves(mime, blocks)
    _check_moving(mime, images)
    with _opened(mime, data) as image:
        width, height = _upright(image)
        return MediaFacts(
            kind=MediaKind.PICTURE,
            mime=mime,
            width=width,
            height=height,
            animated=images > 1,
            traces=_traces(image, blocks, data),
            thumbnail=_thumbnail(image),
        )


def _check_moving(mime: str, images: int) -> None:
    if images > 1 and mime != "image/gif":
        raise InvalidInput(
            N_("Cette image bouge, et les réseaux la montreraient figée. Exportez-la en GIF ou en film MP4.")
        )
    if images > MOST_IMAGES:
        raise InvalidInput(
            N_("Ce GIF compte {count} images ; {limit} au plus. Raccourcissez-le, ou exportez-le en film MP4."),
            count=images,
            limit=MOST_IMAGES,
        )


def _opened(mime: str, data: bytes) -> Image.Image:
    """Open a picture, its size checked before a pixel is decoded."""
    try:
        image = Image.open(io.BytesIO(data), formats=(FORMATS[mime],))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except Exception as error:  # Pillow raises what it likes on a file that was made to break it
        raise InvalidInput(BROKEN) from error
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    return image


def _too_large() -> InvalidInput:
    return InvalidInput(
        N_("Cette image compte plus de {limit} millions de pixels. Réduisez ses dimensions, puis recommencez."),
        limit=MOST_PIXELS // 1_000_000,
    )


def _upright(image: Image.Image) -> tuple[int, int]:
    turned = _orientation(image) >= 5  # noqa: PLR2004 - EXIF: from 5 on, lying
    return (image.height, image.width) if turned else (image.width, image.height)


def _orientation(image: Image.Image) -> int:
    """Return which way is up (EXIF, 1 to 8); 1 when the file does not tell."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 - as in `_opened`
        return 1
    return value if value in range(1, 9) else 1


def _thumbnail(image: Image.Image) -> bytes:
    """Decode the whole picture, and return it small; raises InvalidInput for one that breaks off."""
    try:
        image.draft("RGB", (THUMBNAIL, THUMBNAIL))
        image.load()
        small = ImageOps.exif_transpose(image)
        small.thumbnail((THUMBNAIL, THUMBNAIL))
        small = small.convert("RGBA")
        ground = Image.new("RGBA", small.size, "white")
        ground.alpha_composite(small)
        out = io.BytesIO()
        ground.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
    except Exception as error:  # as in `_opened`
        raise InvalidInput(BROKEN) from error
    return out.getvalue()


def _traces(image: Image.Image, blocks: list[Block], data: bytes) -> tuple[MediaTrace, ...]:
    """Return what a picture tells beside what it shows, in the order of the enumeration."""
    found = set(_exif_traces(image))
    for name, start, end in blocks:
        if told(name) and name.upper() not in {"EXIF", "TIME"}:
            found |= _said(name, data[start:end])
    if blocks[-1][2] < len(data.rstrip(b"\0")):
        found.add(T.HIDDEN)
    return tuple(trace for trace in T if trace in found)


def _said(name: str, body: bytes) -> set[MediaTrace]:
    if name == "MPF" or (name == "tEXt" and body[8:16] == b"Software"):
        return set()
    words = body.lower()
    return {trace for sign, trace in WORDS if sign in words} | {T.DESCRIPTION}


def _exif_traces(image: Image.Image) -> Iterable[MediaTrace]:
    try:
        exif: Any = image.getexif()
        if exif.get_ifd(ExifTags.IFD.GPSInfo):
            yield T.PLACE
        for tags in (exif, exif.get_ifd(ExifTags.IFD.Exif)):
            yield from (TAGS[tag] for tag, value in tags.items() if tag in TAGS and value)
    except Exception:  # noqa: BLE001 - an EXIF that cannot be read still tells something
        yield T.DESCRIPTION


def clean_picture(mime: str, data: bytes) -> bytes:
    """Return the same picture without what it tells beside: the image's own bytes stay as they are."""
    with _opened(mime, data) as image:
        return without_told(mime, data, _orientation(image))
