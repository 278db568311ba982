"""One screen of the skim: its cards, the key of each, and the end of the screen once it was read long enough."""

import streamlit as st
from markupsafe import Markup
from sqlmodel import Session

from app_pages._clocks import ago
from app_pages._comment_text import spans_of
from app_pages._counts import counted
from app_pages._keys import key_button
from app_pages._page import line, perform, plain, say, visit
from app_pages._text import draw
from app_pages._words import badge
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import SkimMode
from models.session import get, reading
from models.skim import SkimScreen
from moderation import skimming
from moderation.quality_report import number
from moderation.queries import skim
from moderation.queries.skim import SkimCard, SkimProgress, SkimView
from moderation.skim_choice import MOST_COUNTED
from moderation.skimming import Passed

LETTERS = "ABDEFGIJKLMNOPQSTUVW"
"""A key for each of twenty texts: letters, because a French keyboard's digits need Shift; C, R and H are taken."""
KEYS = {
    N_("Espace"): N_("tout lu : les suivants"),
    "A … W": N_("sortir ce texte vers la PV (sa lettre)"),
    "X": N_("arrêter : rien n'est compté comme lu"),
}
SCREEN = "skim_screen"
LAST = "skim_last"


def told(progress: SkimProgress) -> str:
    """Return what is left, and the day's count and pace, in one sentence."""
    left = counted(progress.left, N_("{n} texte à lire"), N_("{n} textes à lire"))
    parts = [_("plus de {n} textes à lire").format(n=MOST_COUNTED) if progress.left > MOST_COUNTED else left]
    if progress.mode is SkimMode.SAMPLE:
        share = number(100 * progress.share)
        parts.append(_("échantillon pondéré : les plus incertains et {share} % des autres").format(share=share))
    if progress.read_today or progress.lifted_today:
        parts.append(counted(progress.read_today, N_("{n} lu aujourd'hui"), N_("{n} lus aujourd'hui")))
        parts.append(counted(progress.lifted_today, N_("{n} sorti"), N_("{n} sortis")))
    if progress.seconds_each is not None:
        parts.append(_("{n} s par texte").format(n=number(progress.seconds_each)))
    return " · ".join(parts)


def find_view(session: Session, actor: Actor) -> SkimView | None:
    """Return the screen that this person has open, if any; it outlives a reload of the page."""
    screen_id = visit().get(SCREEN)
    screen = get(session, SkimScreen, screen_id) if screen_id else skimming.own_open(session, actor)
    if screen is None or screen.closed_at:
        visit().pop(SCREEN, None)
        return None
    return skim.skim_view(session, screen)


def draw_begin(progress: SkimProgress) -> None:
    """Draw the way to the first screen."""
    n = min(progress.left, skimming.SCREEN)
    label = counted(n, N_("Lire le texte qui reste"), N_("Lire les {n} premiers"))
    key_button(label, "Space", key="begin", primary=True, on_click=begin)


def begin() -> None:
    """Open a screen; a callback."""
    visit().pop(LAST, None)
    perform(skimming.open_screen, then=_keep)


def _keep(screen: SkimScreen | None) -> None:
    if screen is None:
        say("info", _("Rien d'autre à lire pour le moment : ce qui reste est devant un collègue."))
    else:
        visit()[SCREEN] = screen.id


def draw_screen(view: SkimView) -> None:
    """Draw the cards, two a row, then the end of the screen."""
    for at in range(0, len(view.cards), 2):
        for column, card in zip(st.columns(2, gap="medium"), view.cards[at : at + 2], strict=False):
            with column:
                _draw_card(view.screen.id, card)
    draw_end(view.screen.id, len(view.cards))


def _draw_card(screen_id: str, card: SkimCard) -> None:
    letter = LETTERS[card.n - 1]
    with st.container(border=True, key=f"card_{card.n}"):
        about = [Markup("<kbd>{}</kbd>").format(letter), badge(card.network, short=True), ago(card.posted_at)]
        if card.post_title:
            about.append(Markup('<span class="cv-soft">{}</span>').format(card.post_title))
        line(*about, tone="bad" if card.lifted else "")
        if card.parent_text:
            draw(_("En réponse à : {text}").format(text=card.parent_text), quiet=True)
        draw(card.text or _("(texte effacé)"), spans_of(card.row) if card.row else [])
        st.button(
            _("Sorti vers la PV") if card.lifted else _("Suspect : vers la PV"), key=f"lift_{card.n}", shortcut=letter,
            disabled=card.lifted, type="tertiary", on_click=lift, args=(screen_id, card.n),
        )  # fmt: skip


def lift(screen_id: str, n: int) -> None:
    """Lift a text out; a callback."""
    perform(skimming.lift, screen_id=screen_id, n=n)


def draw_end(screen_id: str, texts: int) -> None:
    """Draw "all read" and "stop"; while the least time runs, the button tells how long it still is."""
    with reading() as session:
        screen = get(session, SkimScreen, screen_id)
        left = skimming.seconds_left(screen, texts)
    st.fragment(_end, run_every=1 if left else None)(screen_id, texts, waiting=bool(left))


def _end(screen_id: str, texts: int, *, waiting: bool) -> None:
    with reading() as session:
        screen = get(session, SkimScreen, screen_id)
        left = skimming.seconds_left(screen, texts)
    # A button of a fragment draws the fragment alone: the cards of a screen that is over would stay on the page.
    if screen.closed_at or (waiting and not left):
        st.rerun()
    with st.container(horizontal=True, horizontal_alignment="right", key="skim_end"):
        key_button(_("Arrêter"), "X", key="stop", on_click=stop, args=(screen_id,))
        label = _("Lisez encore {n} s").format(n=left) if left else _("Tout lu : les suivants")
        key_button(label, "Space", key="pass", primary=True, disabled=bool(left), on_click=done, args=(screen_id,))


def done(screen_id: str) -> None:
    """End the screen as read and lay out the next; a callback."""
    if perform(skimming.pass_screen, screen_id=screen_id, then=_remember):
        visit().pop(SCREEN, None)
        perform(skimming.open_screen, then=lambda screen: visit().update({SCREEN: screen.id}) if screen else None)


def _remember(passed: Passed) -> None:
    visit()[LAST] = passed


def stop(screen_id: str) -> None:
    """Put the screen away; a callback."""
    visit().pop(SCREEN, None)
    visit().pop(LAST, None)
    perform(skimming.stop, screen_id=screen_id, done=N_("Écran arrêté : ce qui n'a pas été sorti reviendra."))


def draw_last() -> None:
    """Say what came of the last screen, and of the witnesses in it."""
    passed: Passed | None = visit().get(LAST)
    if passed is None:
        return
    parts = [counted(passed.read, N_("{n} texte lu"), N_("{n} textes lus"))]
    if passed.lifted:
        parts.append(counted(passed.lifted, N_("{n} sorti vers la PV"), N_("{n} sortis vers la PV")))
    if passed.changed:
        parts.append(counted(passed.changed, N_("{n} a changé et reviendra"), N_("{n} ont changé et reviendront")))
    line(_("Écran précédent :"), ", ".join(parts), tone="ok")
    if passed.caught:
        st.success(_("Vous avez repéré le témoin glissé dans l'écran."))
    for why in passed.missed:
        st.warning(plain(_("Un témoin glissé dans l'écran vous a échappé : {why}").format(why=why)))
