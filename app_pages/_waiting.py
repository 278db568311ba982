"""The queues of moderation as one line each, with the way to them; before them the locked accounts."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._comment_queue import NAMES
from app_pages._counts import counted
from app_pages._handoff_waiting import draw_handoff
from app_pages._lockouts import draw_lockouts
from app_pages._on_call_alarms import draw_duty
from app_pages._overrides import draw_waiting
from app_pages._page import go, line
from app_pages._post_consent import draw_asked
from app_pages._reply_approvals import draw_to_decide
from app_pages._words import tag, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.session import reading
from moderation import bypass, detection, manual_checks, queries
from moderation.queues import QueueAction, may
from moderation.terms import signing as terms_signing


def draw_queues(actor: Actor) -> int:
    """Draw who is locked out, what calls me, what waits for PV, a second signature, my consent, an answer; count it."""
    waiting = draw_lockouts(actor) + draw_duty(actor) + (draw_pv() if allows(actor, Permission.COMMENT_TRIAGE) else 0)
    waiting += draw_waiting(actor) + draw_asked(actor) + draw_handoff(actor)
    waiting += draw_to_decide(actor) + draw_routed(actor) + draw_detection(actor)
    waiting += draw_looks(actor) + draw_bypassed(actor) + draw_terms(actor)
    return waiting + (draw_people() if allows(actor, Permission.REPLY_SEND) else 0)


def draw_pv() -> int:
    """Draw the PV queue's length, its emergencies, its late ones."""
    with reading() as session:
        queue = queries.queue_length(session)
    urgent = counted(queue.emergencies, N_("{n} urgence"), N_("{n} urgences"))
    told = counted(queue.waiting, N_("{n} commentaire à qualifier"), N_("{n} commentaires à qualifier"))
    if queue.waiting:
        emergency = tag(urgent, "bad", "●") if queue.emergencies else Markup("")
        oldest = Markup("{} {}").format(_("le plus ancien"), ago(queue.oldest_awareness_at))
        draw_link([told, emergency, late(queue.late), oldest], "pv_queue.py")
    return queue.waiting


def draw_routed(actor: Actor) -> int:
    """Draw the queues that rules fill and that this person settles, one line each; count what waits in them."""
    mine = [queue for queue, routed in queries.ROUTED.items() if may(actor, routed, QueueAction.DECIDE)]
    with reading() as session:
        waiting = queries.queue_counts(session, mine)
    for queue, n in waiting.items():
        if n:
            told = counted(n, N_("{n} commentaire dans votre file"), N_("{n} commentaires dans votre file"))
            draw_link([told, text(queries.ROUTED[queue])], "comment_queues.py", file=NAMES[queue])
    return sum(waiting.values())


def draw_detection(actor: Actor) -> int:
    """Draw the change of the detection that waits for this person's signature."""
    with reading() as session:
        waits = detection.to_sign(session, actor)
    if waits:
        draw_link([_("1 changement de la détection à signer")], "detection.py")
    return int(waits)


def draw_looks(actor: Actor) -> int:
    """Draw how many looks by hand wait for this person today."""
    if not allows(actor, Permission.CHECK_DO):
        return 0
    with reading() as session:
        n = len(manual_checks.mine_to_do(session, actor))
    if n:
        told = counted(n, N_("{n} endroit à regarder à la main"), N_("{n} endroits à regarder à la main"))
        draw_link([told], "coverage.py")
    return n


def draw_bypassed(actor: Actor) -> int:
    """Draw how many texts published elsewhere wait for this person to settle them."""
    with reading() as session:
        n = bypass.mine_to_settle(session, actor)
    if n:
        told = counted(n, N_("{n} texte publié hors circuit"), N_("{n} textes publiés hors circuit"))
        draw_link([told], "coverage.py", why="bypass")
    return n


def draw_terms(actor: Actor) -> int:
    """Draw how many networks' terms sheets wait for this person's signature."""
    with reading() as session:
        n = terms_signing.to_sign(session, actor)
    if n:
        told = counted(n, N_("{n} feuille de conditions à signer"), N_("{n} feuilles de conditions à signer"))
        draw_link([told], "network_terms.py")
    return n


def draw_people() -> int:
    """Draw how many people wait for an answer."""
    with reading() as session:
        people = queries.people_waiting(session, limit=1)
    told = counted(people.waiting, N_("{n} personne attend une réponse"), N_("{n} personnes attendent une réponse"))
    if people.waiting:
        draw_link([told, late(people.late)], "people_waiting.py")
    return people.waiting


def late(n: int) -> Markup:
    """Return how many are late, nothing when none is."""
    return tag(_("{n} en retard").format(n=n), "bad", "●") if n else Markup("")


def draw_link(parts: list[str | Markup], page: str, **place: str) -> None:
    """Draw a queue as a sentence with the way to it; `place` is what the page's address says of it."""
    told = Markup("<strong>{}</strong>").format(parts[0])
    name = "_".join([page.removesuffix(".py"), *place.values()])
    with st.container(horizontal=True, vertical_alignment="center", key=f"queue_{name}"):
        line(told, *parts[1:])
        st.button(_("Ouvrir"), key=f"open_{name}", on_click=go, args=(page,), kwargs=place)
