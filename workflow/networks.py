"""What each network offers a post, as one table; the screens and the committee's conditions read it and add nothing.

| network | counts | folds after | comments | share | first comment | needs |
|---|---|---|---|---|---|---|
| X | weighted characters | – (280 show whole) | by the interface | never closed | 280 | – |
| Facebook | characters | 477 | by hand | never closed | 8000 | – |
| Instagram | characters | 125 | by hand | by hand | 2200 | a picture or a film |
| LinkedIn | escaped characters | 210, or 3 lines | by hand | by the interface | 1250 | – |
| TikTok | UTF-16 units | 80 | by the interface | never closed | 150 | a film |
| YouTube | bytes | 100 | by hand | never closed | 10000 | a film and a title |

Sources: limits of posts in `workflow.lengths`; comments, sharing and first comments from the networks' interface
documentation (X API v2, Graph API, Instagram content publishing, LinkedIn Posts API, TikTok Organic API, YouTube Data
API v3). No network publishes where it folds a text: the place differs with the device, so each value is the shortest
that the guides of community managers report (Facebook 477, Instagram 125, LinkedIn 210 or three lines, TikTok 80 to
100, YouTube 100 to 157), and what stands before it is seen everywhere.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connectors.base import Support
from i18n import N_
from models.enums import Network
from workflow.content import VariantContent
from workflow.lengths import Length, measure, published_text

TITLE = "title"
"""The name of a film's title among a variant's own settings of its network."""
JOINING = frozenset("\u200d\ufe0e\ufe0f")
SKIN_TONES = range(0x1F3FB, 0x1F400)


class Need(StrEnum):
    """What a network does not publish without."""

    NOTHING = "nothing"
    PICTURE_OR_FILM = "picture_or_film"
    FILM = "film"


@dataclass(frozen=True)
class Fold:
    """Where a network shows "… voir plus": after so many characters, or after so many lines, whichever comes first."""

    characters: int
    lines: int | None = None


@dataclass(frozen=True)
class Offer:
    """One network's row. `unit` is a msgid; `first_comment` and `title` are lengths, None where there is none."""

    name: str
    unit: str
    fold: Fold | None = None
    comments: Support = Support.YES
    share: Support = Support.YES
    paid_partner: Support = Support.YES
    first_comment: int | None = None
    title: int | None = None
    media: Need = Need.NOTHING
    links: bool = True


_CHARACTERS = N_("caractères")
OFFERS: dict[Network, Offer] = {
    Network.X: Offer(
        "X", N_("caractères pondérés par X : un lien compte 23, un emoji 2"), share=Support.NO, first_comment=280
    ),
    Network.FACEBOOK: Offer(
        "Facebook", _CHARACTERS, Fold(477), Support.MANUAL, Support.NO, Support.MANUAL, first_comment=8000
    ),
    Network.INSTAGRAM: Offer(
        "Instagram", _CHARACTERS, Fold(125), Support.MANUAL, Support.MANUAL, first_comment=2200,
        media=Need.PICTURE_OR_FILM, links=False,
    ),
    Network.LINKEDIN: Offer(
        "LinkedIn", N_("caractères ; ceux que LinkedIn réserve, comme les parenthèses, comptent double"), Fold(210, 3),
        comments=Support.MANUAL, paid_partner=Support.MANUAL, first_comment=1250,
    ),
    Network.TIKTOK: Offer(
        "TikTok", N_("unités UTF-16 : un emoji compte 2 ou plus"), Fold(80), share=Support.NO, first_comment=150,
        media=Need.FILM, links=False,
    ),
    Network.YOUTUBE: Offer(
        "YouTube", N_("octets : une lettre accentuée compte 2"), Fold(100), Support.MANUAL, Support.NO,
        first_comment=10_000, title=100, media=Need.FILM,
    ),
}  # fmt: skip
ELSEWHERE = Offer("", _CHARACTERS)
"""A network of our own, which offers everything."""

SENTENCES: dict[tuple[str, object], str] = {
    ("comments", Support.MANUAL): N_(
        "{network} : Covigie ne peut pas fermer les commentaires. Une personne les ferme à la main dès la parution, et "
        "en garde la preuve."
    ),
    ("comments", Support.NO): N_("{network} : les commentaires ne peuvent pas être fermés."),
    ("share", Support.MANUAL): N_(
        "{network} : Covigie ne peut pas fermer le partage. Une personne le ferme à la main dès la parution, et en "
        "garde la preuve."
    ),
    ("share", Support.NO): N_(
        "{network} : le partage ne peut pas être fermé ; une publicité pour un médicament ne peut pas y paraître."
    ),
    ("paid_partner", Support.MANUAL): N_(
        "{network} : le signalement d'un partenariat se pose à la main ; écrivez-le aussi dans le texte."
    ),
    ("first_comment", None): N_("{network} : Covigie ne peut pas y poser de premier commentaire."),
    ("links", False): N_("{network} : un lien dans le texte ne s'ouvre pas ; il se lit seulement."),
    ("media", Need.FILM): N_("{network} : rien ne paraît sans film."),
    ("media", Need.PICTURE_OR_FILM): N_("{network} : rien ne paraît sans image ni film."),
}
"""What a network cannot do, by column and value of the table."""

TITLED = N_("{network} : un titre est nécessaire, de {limit} caractères au plus.")


@dataclass(frozen=True)
class Sentence:
    """A msgid with its fields."""

    msgid: str
    fields: dict[str, Any]


def offer_of(network: Network) -> Offer:
    """Return a network's row of the table."""
    return OFFERS.get(network, ELSEWHERE)


def cannot(network: Network) -> tuple[Sentence, ...]:
    """Return what a network cannot do, or not without, one sentence each."""
    offer = offer_of(network)
    said = [SENTENCES.get((column, getattr(offer, column))) for column in dict.fromkeys(key for key, _ in SENTENCES)]
    found = [Sentence(msgid, {"network": offer.name}) for msgid in said if msgid and offer.name]
    titled = [Sentence(TITLED, {"network": offer.name, "limit": offer.title})] if offer.title else []
    return (*found, *titled)


def title_of(variant: VariantContent) -> str:
    """Return the title of a variant's film, empty without one."""
    return str(dict(variant.settings.network).get(TITLE, ""))


def length_of(variant: VariantContent) -> Length:
    """Measure a variant's text as it will be published (hashtags, and on X the link, included)."""
    text = published_text(variant.network, variant.text, variant.hashtags, variant.link)
    return measure(variant.network, text)


def fold_at(network: Network, text: str) -> int | None:
    """Return from which character on a network hides a text behind "… voir plus"; None when it shows it whole.

    An emoji of several characters, or a letter with its accent, is never parted.
    """
    fold = offer_of(network).fold
    if fold is None:
        return None
    at = min(fold.characters, _end_of_lines(text, fold.lines))
    if at >= len(text):
        return None
    while at and _goes_on(text, at):
        at -= 1
    return at


def _end_of_lines(text: str, lines: int | None) -> int:
    ends = [i for i, character in enumerate(text) if character == "\n"]
    return ends[lines - 1] if lines and len(ends) >= lines else len(text)


def _goes_on(text: str, at: int) -> bool:
    here = text[at]
    joined = here in JOINING or text[at - 1] == "\u200d" or ord(here) in SKIN_TONES
    return joined or bool(unicodedata.combining(here))


def problems(variant: VariantContent) -> tuple[Sentence, ...]:
    """Return why a network could not publish a variant as it is written; empty when it could."""
    name = {"network": offer_of(variant.network).name}
    return tuple(Sentence(msgid, name | fields) for msgid, fields in _why(variant))


def _why(variant: VariantContent) -> Iterable[tuple[str, dict[str, Any]]]:
    offer, length = offer_of(variant.network), length_of(variant)
    if length.over:
        yield (
            N_("Texte trop long pour {network} : {count}/{limit}. Raccourcissez-le : rien n'est jamais coupé."),
            {"count": length.count, "limit": length.limit},
        )
    yield from _why_not_comment(variant, offer)
    yield from _why_not_title(title_of(variant).strip(), offer)
    kinds = [media.mime.partition("/")[0] for media in variant.media]
    if offer.media is Need.FILM and "video" not in kinds:
        yield N_("{network} ne publie que des films : ajoutez-en un, ou retirez ce compte."), {}
    if offer.media is Need.PICTURE_OR_FILM and not kinds:
        yield N_("{network} ne publie rien sans image ni film : ajoutez-en, ou retirez ce compte."), {}
    if not variant.settings.share_open and offer.share is Support.NO:
        yield N_("Le partage ne peut pas être fermé sur {network} : rouvrez-le, ou retirez ce compte."), {}
    if not variant.settings.comments_open and offer.comments is Support.NO:
        yield N_("Les commentaires ne peuvent pas être fermés sur {network} : rouvrez-les, ou retirez ce compte."), {}


def _why_not_comment(variant: VariantContent, offer: Offer) -> Iterable[tuple[str, dict[str, Any]]]:
    if not variant.first_comment or not offer.name:
        return
    if offer.first_comment is None:
        yield N_("Covigie ne peut pas poser de premier commentaire sur {network} : videz ce champ."), {}
        return
    count = measure(variant.network, variant.first_comment).count
    if count > offer.first_comment:
        yield (
            N_("Premier commentaire trop long pour {network} : {count}/{limit}. Raccourcissez-le."),
            {"count": count, "limit": offer.first_comment},
        )


def _why_not_title(title: str, offer: Offer) -> Iterable[tuple[str, dict[str, Any]]]:
    if offer.title is not None and not title:
        yield N_("{network} demande un titre : écrivez-le."), {}
    if offer.title is not None and len(title) > offer.title:
        yield (
            N_("Titre trop long pour {network} : {count}/{limit}. Raccourcissez-le."),
            {"count": len(title), "limit": offer.title},
        )
