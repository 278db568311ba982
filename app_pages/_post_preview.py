"""A variant as its network will show it: the card, the count in the network's own unit, what goes beyond the limit."""

import base64
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from app_pages._text import Mark, Span, marked
from app_pages._words import badge
from i18n import N_, _
from models.enums import Network
from workflow.lengths import WITHOUT_ATTACHED_LINK, Length, measure, published_text
from workflow.networks import fold_at, offer_of

STYLE = Path(__file__).parent / "post.css"
# What every network colours: addresses, hashtags, mentions. For the eye alone; nothing here can be followed.
COLOURED = re.compile(r"https?://\S+|(?<!\w)[#@]\w+")
NEARLY_FULL = 0.9
ACTIONS = {
    Network.X: (N_("Répondre"), N_("Reposter"), N_("J'aime"), N_("Partager")),
    Network.FACEBOOK: (N_("J'aime"), N_("Commenter"), N_("Partager")),
    Network.INSTAGRAM: (N_("J'aime"), N_("Commenter"), N_("Envoyer")),
    Network.LINKEDIN: (N_("J'aime"), N_("Commenter"), N_("Republier"), N_("Envoyer")),
    Network.TIKTOK: (N_("J'aime"), N_("Commenter"), N_("Partager")),
    Network.YOUTUBE: (N_("J'aime"), N_("Je n'aime pas"), N_("Partager")),
}


@dataclass(frozen=True)
class Box:
    """A rectangle to frame on a picture, in percent of it; `why` is said on hover."""

    x: float
    y: float
    width: float
    height: float
    why: str

    def frame(self) -> Markup:
        """Return the frame, to lie over the picture."""
        place = f"left:{self.x:.2f}%;top:{self.y:.2f}%;width:{self.width:.2f}%;height:{self.height:.2f}%"
        return Markup('<span class="cv-box" title="{}" style="{}"></span>').format(self.why, place)


@dataclass(frozen=True)
class ShownFile:
    """A picture (a small JPEG) or, where there is none to show, a word for it; and its description."""

    alt: str
    thumbnail: bytes | None = None
    word: str = ""
    boxes: tuple[Box, ...] = ()

    def small(self) -> Markup:
        """Return the picture itself, from no address: the page asks nobody for it; remarks are framed on it."""
        if self.thumbnail is None:
            return Markup('<div class="cv-film">▶ {}</div>').format(self.word or _("fichier"))
        data = base64.b64encode(self.thumbnail).decode()
        picture = Markup('<img class="cv-picture" src="data:image/jpeg;base64,{}" alt="{}">').format(data, self.alt)
        framed = Markup("").join(each.frame() for each in self.boxes)
        return Markup('<div class="cv-boxed">{}{}</div>').format(picture, framed) if framed else picture


@dataclass(frozen=True)
class Shown:
    """What a card shows: who speaks, where, the text as published, the answer under it, its pictures and films.

    `title` is a film's, `link` what the network attaches; the spans are findings, each in its own text.
    """

    network: Network
    name: str
    handle: str
    text: str
    first_comment: str = ""
    media: tuple[ShownFile, ...] = ()
    spans: tuple[Span, ...] = ()
    title: str = ""
    link: str = ""
    comment_spans: tuple[Span, ...] = ()
    title_spans: tuple[Span, ...] = ()


def use_style() -> None:
    """Bring the style of these pages."""
    st.html(STYLE)


def as_published(shown: Shown, hashtags: Sequence[str], link: str) -> Shown:
    """Return the card of a text that is being written: hashtags and link go where publishing puts them."""
    return replace(shown, text=published_text(shown.network, shown.text, hashtags, link))


def beyond(network: Network, text: str, length: Length) -> tuple[Span, ...]:
    """Return what is beyond the network's limit, as a span to its end."""
    if not length.over or length.limit is None:
        return ()
    kept = bisect_right(range(1, len(text) + 1), length.limit, key=lambda end: measure(network, text[:end]).count)
    return (Span(kept, len(text), Mark.BLOCK, _("au-delà de la limite du réseau")),)


def count_words(length: Length) -> Markup:
    """Return "214/280", and by how much it is too long."""
    if length.limit is None:
        return Markup('<span class="cv-count">{}</span>').format(length.count)
    tone = "bad" if length.over else "warn" if length.count > length.limit * NEARLY_FULL else "ok"
    excess = _("{n} de trop").format(n=length.count - length.limit) if length.over else ""
    template = Markup('<span class="cv-count cv-{}" title="{}">{}/{}</span> <span class="cv-count cv-bad">{}</span>')
    return template.format(tone, _("tel que le réseau compte"), length.count, length.limit, excess)


def coloured(text: str, spans: Iterable[Span]) -> Markup:
    """Return a text with its highlights, addresses and hashtags in the network's colour."""
    spans = list(spans)
    links = [match.span() for match in COLOURED.finditer(text)]
    edges = sorted({0, len(text), *(edge for link in links for edge in link)})
    return Markup("").join(_stretch(text, start, end, spans, (start, end) in links) for start, end in pairwise(edges))


def _stretch(text: str, start: int, end: int, spans: list[Span], link: bool) -> Markup:
    body = marked(text[start:end], [replace(span, start=span.start - start, end=span.end - start) for span in spans])
    return Markup('<span class="cv-link">{}</span>').format(body) if link else body


def draw_card(shown: Shown) -> None:
    """Draw a variant as its network will show it, with its count under it."""
    length = measure(shown.network, shown.text)
    spans = (*shown.spans, *beyond(shown.network, shown.text, length))
    fold = fold_at(shown.network, shown.text)
    body = [_title(shown), _body(shown.text, spans, fold), _media(shown.media), _link(shown)]
    parts = [_head(shown), *body, _foot(shown.network)]
    if shown.first_comment:
        parts.append(_answer(shown))
    card = Markup('<div class="cv-card" dir="auto">{}</div>').format(Markup("").join(parts))
    told = _("aperçu ; les repères de couleur ne sont pas publiés")
    template = Markup('<p class="cv-card-note">{} {} {} · {}</p>')
    note = template.format(
        badge(shown.network), count_words(length), _unit(shown.network, folded=fold is not None), told
    )
    st.html(card + note)


def _head(shown: Shown) -> Markup:
    template = Markup(
        '<div class="cv-card-head"><span class="cv-avatar" aria-hidden="true">{}</span>'
        '<span><span class="cv-card-name">{}</span><br><span class="cv-card-handle">@{} · {}</span></span></div>'
    )
    return template.format((shown.name[:1] or "?").upper(), shown.name, shown.handle, _("à l'instant"))


def _unit(network: Network, *, folded: bool) -> str:
    """Say in which unit the network counts, and that the place of its fold is the usual one."""
    told = _(offer_of(network).unit)
    return told + (" · " + _("le repli varie selon l'appareil : ce qui le précède se voit partout") if folded else "")


def _body(text: str, spans: Iterable[Span], fold: int | None = None) -> Markup:
    if not text.strip():
        return Markup('<div class="cv-card-text"><i>{}</i></div>').format(_("(texte vide)"))
    said = coloured(text, spans) if fold is None else _folded(text, list(spans), fold)
    return Markup('<div class="cv-card-text">{}</div>').format(said)


def _folded(text: str, spans: list[Span], fold: int) -> Markup:
    """Return a text with the network's fold line in it: what stands behind it is paler, and all there."""
    behind = [replace(span, start=span.start - fold, end=span.end - fold) for span in spans]
    template = Markup('{}<span class="cv-fold">{}</span><span class="cv-folded">{}</span>')
    return template.format(coloured(text[:fold], spans), _("… voir plus"), coloured(text[fold:], behind))


def _title(shown: Shown) -> Markup:
    if not shown.title:
        return Markup("")
    return Markup('<div class="cv-card-title">{}</div>').format(marked(shown.title, shown.title_spans))


def _link(shown: Shown) -> Markup:
    """Return the link that the network attaches; where it attaches none, publishing puts it into the text."""
    if not shown.link or shown.network in WITHOUT_ATTACHED_LINK:
        return Markup("")
    return Markup('<div class="cv-card-attached">🔗 <span class="cv-link">{}</span></div>').format(shown.link)


def _media(media: tuple[ShownFile, ...]) -> Markup:
    """Draw the files side by side, each with the description that is published with it."""
    template = Markup('<figure class="cv-card-media">{}<figcaption>{} {}</figcaption></figure>')
    label = Markup('<span class="cv-alt">ALT</span>')
    told = (template.format(each.small(), label, each.alt or _("sans texte alternatif")) for each in media)
    return Markup('<div class="cv-card-files">{}</div>').format(Markup("").join(told)) if media else Markup("")


def _foot(network: Network) -> Markup:
    actions = ACTIONS.get(network, ACTIONS[Network.X])
    return Markup('<div class="cv-card-foot" aria-hidden="true">{}</div>').format(
        Markup("").join(Markup("<span>{}</span>").format(_(action)) for action in actions)
    )


def _answer(shown: Shown) -> Markup:
    template = Markup('<div class="cv-card-reply">{}{}</div>')
    return template.format(_head(shown), _body(shown.first_comment, shown.comment_spans))
