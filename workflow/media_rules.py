"""What a network would not show as signed: too many, too heavy, of a kind that it does not take, described too long.

Pure: facts of the attached files in, refusals out, in the order in which a person would repair them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.media_limits import GIF, MB, MediaLimits, limits_of
from errors import RuleViolated
from i18n import N_
from models.enums import MediaKind, Network
from workflow.words import said

NAMES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "image/gif": "GIF"}
NAMES |= {"video/mp4": "MP4", "video/quicktime": "MOV"}


@dataclass(frozen=True)
class Attached:
    """One file on one variant: what it is (bytes, pixels, milliseconds), and how it is described there."""

    name: str
    kind: MediaKind
    mime: str
    size: int
    width: int
    height: int
    duration_ms: int | None = None
    animated: bool = False
    alt_text: str = ""

    @property
    def moves(self) -> bool:
        """Whether networks treat it as a film."""
        return self.kind is MediaKind.FILM or self.animated


def undescribed(attached: Iterable[Attached]) -> int:
    """Count the pictures that nobody described for those who cannot see them."""
    return sum(each.kind is MediaKind.PICTURE and not each.alt_text.strip() for each in attached)


def problems(network: Network, attached: Sequence[Attached]) -> tuple[RuleViolated, ...]:
    """Return why a network would not take the files of a variant as they are; empty when it takes them."""
    limits = limits_of(network.value)
    found = [*_counts(network, limits, attached)]
    for each in attached:
        found += _weight(network, limits, each)
        found += _shape(network, limits, each)
        if limits.alt_text and len(each.alt_text) > limits.alt_text:
            found.append(
                RuleViolated(
                    N_("« {name} » : le texte alternatif compte {count} caractères, {limit} au plus sur {network}."),
                    name=each.name,
                    count=len(each.alt_text),
                    limit=limits.alt_text,
                    network=said(network),
                )
            )
    return tuple(found)


def _counts(network: Network, limits: MediaLimits, attached: Sequence[Attached]) -> Iterable[RuleViolated]:
    films = sum(each.moves for each in attached)
    pictures = len(attached) - films
    if films and pictures and not limits.together:
        yield RuleViolated(
            N_("{network} ne montre pas des images et un film (ou un GIF animé) ensemble. Gardez l'un ou l'autre."),
            network=said(network),
        )
    for count, most in ((pictures, limits.most_pictures), (films, limits.most_films)):
        if count > most > 0:
            yield RuleViolated(
                N_(
                    "{network} montre {limit} de ces fichiers au plus dans une publication, et il y en a {count}. "
                    "Retirez-en."
                ),
                network=said(network),
                limit=most,
                count=count,
            )


def _weight(network: Network, limits: MediaLimits, each: Attached) -> Iterable[RuleViolated]:
    if each.animated:
        most = limits.animated_gif
    else:
        most = (limits.films if each.kind is MediaKind.FILM else limits.pictures).get(each.mime, 0)
    if not most:
        kind = f"{NAMES[each.mime]} animé" if each.animated and each.mime == GIF else NAMES.get(each.mime, each.mime)
        yield RuleViolated(
            N_("« {name} » : {network} ne prend pas ce format ({kind}). Exportez-le autrement, ou retirez-le."),
            name=each.name,
            network=said(network),
            kind=kind,
        )
    elif each.size > most:
        yield RuleViolated(
            N_("« {name} » pèse {size} Mo, {limit} Mo au plus sur {network}. Réduisez-le, puis remplacez-le."),
            name=each.name,
            size=-(-each.size // MB),
            limit=most // MB,
            network=said(network),
        )


def _shape(network: Network, limits: MediaLimits, each: Attached) -> Iterable[RuleViolated]:
    if each.kind is MediaKind.FILM and each.duration_ms is not None:
        low, high = limits.film_seconds
        if high and not low * 1000 <= each.duration_ms <= high * 1000:
            yield RuleViolated(
                N_("« {name} » dure {seconds} s ; {network} prend de {low} à {high} s. Coupez-le, puis remplacez-le."),
                name=each.name,
                seconds=round(each.duration_ms / 1000),
                network=said(network),
                low=f"{low:g}",
                high=f"{high:g}",
            )
        return
    ratio = each.width / each.height
    if limits.ratio and not limits.ratio[0] <= ratio <= limits.ratio[1] + 0.005:
        yield RuleViolated(
            N_("« {name} » est trop allongée pour {network}, qui la couperait. Recadrez-la, puis remplacez-la."),
            name=each.name,
            network=said(network),
        )
    if limits.most_pixels and each.width * each.height > limits.most_pixels:
        yield RuleViolated(
            N_("« {name} » compte trop de pixels pour {network}. Réduisez ses dimensions, puis remplacez-la."),
            name=each.name,
            network=said(network),
        )
