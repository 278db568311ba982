"""A list of posts that were published before Covigie, as CSV. Pure: bytes in, lines out, each with what is wrong in it.

The columns may stand in any order, under French or English names; semicolons, commas or tabs between them.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from compliance import clock
from errors import AppError, InvalidInput
from i18n import N_
from models.enums import Network, Qualification
from workflow.checks.folding import fold

LARGEST, MOST_LINES = 5 * 2**20, 2_000
NOON = time(12)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "network": ("reseau", "network"),
    "handle": ("compte", "account", "handle"),
    "url": ("adresse", "url", "lien", "link", "address"),
    "at": ("date", "publie le", "published at", "date de publication"),
    "text": ("texte", "text", "message"),
    "product": ("produit", "product"),
    "internal_ref": ("reference interne", "internal reference", "internal_ref", "reference"),
    "qualification": ("qualification",),
    "visa": ("visa",),
    "title": ("titre", "title"),
}
NEEDED = ("network", "handle", "url", "at", "text")
NAMES: Mapping[str, Network] = {
    "x": Network.X,
    "twitter": Network.X,
    "facebook": Network.FACEBOOK,
    "instagram": Network.INSTAGRAM,
    "linkedin": Network.LINKEDIN,
    "tiktok": Network.TIKTOK,
    "youtube": Network.YOUTUBE,
}
QUALIFICATIONS: Mapping[str, Qualification] = {
    "institutionnel": Qualification.INSTITUTIONAL,
    "information sur une maladie": Qualification.DISEASE,
    "information sur un produit": Qualification.PRODUCT_INFO,
    "publicite grand public": Qualification.PROMO_GP,
    "publicite aux professionnels": Qualification.PROMO_HCP,
    "securite sanitaire": Qualification.SAFETY,
}
IDS: Mapping[Network, str] = {
    Network.X: r"/status/(\d{1,20})(?:\D|$)",
    Network.FACEBOOK: r"(?:/posts/(?:[^/?#]+/)?|/videos/|/reel/|story_fbid=|fbid=)(\w{5,})",
    Network.INSTAGRAM: r"/(?:p|reel|tv)/([\w-]{5,})",
    Network.LINKEDIN: r"(?:activity|share|ugcPost)[:-](\d{10,})",
    Network.TIKTOK: r"/video/(\d{10,})",
    Network.YOUTUBE: r"(?:[?&]v=|youtu\.be/|/shorts/)([\w-]{11})",
}
DATES = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y")
LONGEST_TITLE = 60


@dataclass(frozen=True)
class PriorEntry:
    """A post that was published before Covigie; `at` is aware, `remote_id` is read from the address."""

    network: Network
    handle: str
    url: str
    remote_id: str
    at: datetime
    text: str
    title: str = ""
    product: str = ""
    internal_ref: str = ""
    qualification: Qualification | None = None
    visa: str = ""


@dataclass(frozen=True)
class PriorLine:
    """A line of the list (from 2, as a spreadsheet counts), and what is wrong in it, as an error to be said."""

    n: int
    entry: PriorEntry | None
    problem: AppError | None = None


def read_prior(data: bytes) -> tuple[PriorLine, ...]:
    """Read a list; raises InvalidInput for a file that is no such list, and keeps what is wrong in one line to it."""
    if len(data) > LARGEST:
        raise InvalidInput(N_("Ce fichier dépasse {limit} Mo. Partagez-le."), limit=LARGEST // 2**20)
    text = _decoded(data)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        raise InvalidInput(N_("Ce fichier n'est pas un CSV lisible. Enregistrez-le en CSV UTF-8.")) from error
    if len(rows) > MOST_LINES + 1:
        raise InvalidInput(N_("Cette liste compte plus de {limit} lignes. Partagez-la."), limit=MOST_LINES)
    places = _places(rows[0] if rows else [])
    return tuple(_lines(rows[1:], places))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(";,\t", key=head.count)


def _places(head: list[str]) -> dict[str, int]:
    """Return where each column stands; raises InvalidInput naming those that are missing."""
    said = [" ".join(fold(cell).text.split()) for cell in head]
    places = {
        name: next(place for place, cell in enumerate(said) if cell in known)
        for name, known in COLUMNS.items()
        if any(cell in known for cell in said)
    }
    missing = [COLUMNS[name][0] for name in NEEDED if name not in places]
    if missing:
        raise InvalidInput(
            N_("Il manque des colonnes : {missing}. Attendues : réseau, compte, adresse, date, texte."),
            missing=", ".join(missing),
        )
    return places


def _lines(rows: list[list[str]], places: Mapping[str, int]) -> Iterator[PriorLine]:
    for n, row in enumerate(rows, 2):
        told = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        if any(told.values()):
            try:
                yield PriorLine(n, prior_entry(**told))
            except InvalidInput as problem:
                yield PriorLine(n, None, problem)


def prior_entry(
    *,
    network: str,
    handle: str,
    url: str,
    at: str,
    text: str,
    title: str = "",
    product: str = "",
    internal_ref: str = "",
    qualification: str = "",
    visa: str = "",
) -> PriorEntry:
    """Return an entry from what was typed or read; raises InvalidInput with what to correct."""
    on = NAMES.get(fold(network).text.strip())
    if on is None:
        raise InvalidInput(N_("Réseau inconnu : « {network} »."), network=network)
    if not text.strip() or not handle.strip():
        raise InvalidInput(N_("Donnez le compte et le texte tel qu'il a été publié."))
    return PriorEntry(
        network=on,
        handle=handle.strip().lstrip("@"),
        url=url.strip(),
        remote_id=remote_id_of(on, url),
        at=_moment(at),
        text=text,
        title=title.strip() or _title(text),
        product=product.strip(),
        internal_ref=internal_ref.strip(),
        qualification=_qualification(qualification),
        visa=visa.strip(),
    )


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rsplit(' ', 1)[0]}…"


def remote_id_of(network: Network, url: str) -> str:
    """Return the network's id of a post from its address; comments are told to be under it by this id."""
    found = re.search(IDS[network], url)
    if not url.strip().startswith(("https://", "http://")) or found is None:
        raise InvalidInput(N_("Cette adresse n'est pas celle d'une publication : « {url} »."), url=url[:80])
    return found[1]


def _moment(said: str) -> datetime:
    """Return a moment of Paris; a day without an hour is its noon. It is not to come."""
    moment = _read_moment(said.strip())
    if moment > clock.now():
        raise InvalidInput(N_("La date de publication est à venir : « {said} »."), said=said)
    return moment


def _read_moment(said: str) -> datetime:
    for form in DATES:
        try:
            read = datetime.strptime(said, form)  # noqa: DTZ007 - Paris is said just below
        except ValueError:
            continue
        return clock.from_paris(read if "%H" in form else datetime.combine(read, NOON))
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
            return clock.from_paris(datetime.combine(date.fromisoformat(said), NOON))
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise InvalidInput(
            N_("Cette date ne se lit pas : « {said} ». Écrivez-la 31/12/2025 14:30."), said=said
        ) from error
    return moment if moment.tzinfo else clock.from_paris(moment)


def _qualification(said: str) -> Qualification | None:
    if not said.strip():
        return None
    folded = fold(said).text.strip()
    known = QUALIFICATIONS.get(folded) or next((each for each in Qualification if each.value == folded), None)
    if known is None:
        raise InvalidInput(N_("Qualification inconnue : « {said} »."), said=said)
    return known
