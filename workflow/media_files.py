"""What a file is, judged by its bytes alone: never by its name, nor by what a browser says it is."""

from dataclasses import dataclass

from errors import InvalidInput
from i18n import N_
from models.enums import MediaKind, MediaTrace

MB = 1_000_000
MOST_PICTURE_BYTES = 20 * MB
MOST_FILM_BYTES = 64 * MB
SIGNATURE = 4096


@dataclass(frozen=True)
class MediaFacts:
    """What a file shows: its true type, pixels, milliseconds (films and moving GIFs), and what it tells beside.

    `thumbnail` is a small JPEG of the (first) image; empty for a film.
    """

    kind: MediaKind
    mime: str
    width: int
    height: int
    duration_ms: int | None = None
    animated: bool = False
    traces: tuple[MediaTrace, ...] = ()
    thumbnail: bytes = b""


REFUSED = (
    (b"%PDF-", N_("Ce fichier est un PDF, pas une image. Exportez la page en PNG ou en JPEG, puis recommencez.")),
    (b"\x1aE\xdf\xa3", N_("Ce film est au format WebM ou MKV, que les réseaux ne prennent pas. Exportez-le en MP4.")),
    (b"II*\0", N_("Cette image est au format TIFF, que les réseaux ne prennent pas. Exportez-la en JPEG ou en PNG.")),
    (b"MM\0*", N_("Cette image est au format TIFF, que les réseaux ne prennent pas. Exportez-la en JPEG ou en PNG.")),
    (b"BM", N_("Cette image est au format BMP, que les réseaux ne prennent pas. Exportez-la en JPEG ou en PNG.")),
    (b"PK\x03\x04", N_("Ce fichier est une archive ou un document, pas une image. Exportez l'image seule.")),
)
SVG = N_("Une image SVG peut contenir du programme, et aucun réseau ne la prend. Exportez-la en PNG, puis recommencez.")
HEIC = N_("Cette image est au format HEIC (celui des iPhone), que les réseaux ne prennent pas. Exportez-la en JPEG.")
AVI = N_("Ce film est au format AVI, que les réseaux ne prennent pas. Exportez-le en MP4.")
UNKNOWN = N_(
    "Ce fichier n'est ni une image (JPEG, PNG, GIF, WebP) ni un film (MP4, MOV) : son contenu ne correspond à aucun de "
    "ces formats, quel que soit son nom. Rien n'a été ajouté."
)
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")


def type_of(data: bytes) -> str:
    """Return the true type of a file; raises InvalidInput, with the way out, for one that no network takes."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] not in HEIC_BRANDS:
        return "video/quicktime" if data[8:12] == b"qt  " else "video/mp4"
    if data[4:8] in {b"moov", b"mdat", b"wide"}:
        return "video/quicktime"  # old cameras write no ftyp
    raise InvalidInput(_refusal(data))


def _refusal(data: bytes) -> str:
    if not data:
        return N_("Ce fichier est vide. Choisissez-en un autre.")
    start = data[:SIGNATURE].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return SVG
    if data[4:8] == b"ftyp":
        return HEIC
    if data.startswith(b"RIFF") and data[8:12] == b"AVI ":
        return AVI
    return next((sentence for signature, sentence in REFUSED if data.startswith(signature)), UNKNOWN)


def check_size(kind: MediaKind, size: int) -> None:
    """Refuse a file that is too large to be kept, before anything reads it."""
    most = MOST_PICTURE_BYTES if kind is MediaKind.PICTURE else MOST_FILM_BYTES
    if size <= most:
        return
    sentence = (
        N_("Cette image pèse {size} Mo ; {limit} Mo au plus peuvent être gardés. Réduisez-la, puis recommencez.")
        if kind is MediaKind.PICTURE
        else N_("Ce film pèse {size} Mo ; {limit} Mo au plus peuvent être gardés. Compressez-le, puis recommencez.")
    )
    raise InvalidInput(sentence, size=-(-size // MB), limit=most // MB)
