"""The frame around every page: who acts, the menu of their role, messages, the signing dialog, errors as sentences."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from markupsafe import Markup

from app_pages import _auth, _gate, _page, _signature
from app_pages._on_call_alarms import draw_calling
from app_pages._stop_rows import draw_banner
from app_pages._words import word
from compliance.permissions import Actor, Permission, allows
from errors import AppError
from i18n import N_, _

HERE = Path(__file__).parent
P = Permission


@dataclass(frozen=True)
class Entry:
    """A page: its file, its address, its name, who sees it (any of the rights), whether it stands in the menu."""

    file: str
    path: str
    name: str
    icon: str
    rights: tuple[Permission, ...] = ()
    listed: bool = True


PAGES = (
    Entry("my_work.py", "mon-travail", N_("Mon travail"), ":material/task_alt:"),
    Entry("posts.py", "publications", N_("Publications"), ":material/article:", (P.POST_READ,)),
    Entry("editor.py", "editeur", N_("Éditeur"), ":material/edit_note:", (P.POST_WRITE,)),
    Entry("review.py", "relecture", N_("Relecture"), ":material/rate_review:", (P.POST_READ,), listed=False),
    Entry("planning.py", "calendrier", N_("Calendrier"), ":material/calendar_month:", (P.POST_READ,)),
    Entry("library.py", "bibliotheque", N_("Bibliothèque"), ":material/local_library:", (P.POST_READ,)),
    Entry("meetings.py", "reunions", N_("Réunions"), ":material/groups:", (P.POST_READ,)),
    Entry("delegations.py", "delegations", N_("Délégations"), ":material/handshake:", (P.POST_REVIEW, P.USER_ADMIN)),
    Entry("archive.py", "archive", N_("Archive"), ":material/inventory_2:", (P.DOSSIER_READ,)),
    Entry("pv_queue.py", "file-pv", N_("File PV"), ":material/flag:", (P.COMMENT_TRIAGE,)),
    Entry("skim.py", "parcours", N_("Parcours"), ":material/speed:", (P.COMMENT_SKIM,)),
    Entry(
        "comment_queues.py",
        "files",
        N_("Files"),
        ":material/inbox:",
        (P.QUEUE_MEDICAL, P.QUEUE_QUALITY, P.QUEUE_LEGAL, P.QUEUE_COMMUNITY, P.COMMENT_TRIAGE),
    ),
    Entry("cases.py", "cas", N_("Cas"), ":material/medical_information:", (P.CASE_READ,)),
    Entry("case.py", "un-cas", N_("Un cas"), ":material/medical_information:", (P.CASE_READ,), listed=False),
    Entry("on_call.py", "astreinte", N_("Astreinte"), ":material/bedtime:", (P.ON_CALL_SERVE, P.ON_CALL_KEEP)),
    Entry("handoff.py", "reconciliation", N_("Réconciliation"), ":material/compare_arrows:", (P.HANDOFF_READ,)),
    Entry("people_waiting.py", "gens-en-attente", N_("Gens en attente"), ":material/forum:", (P.REPLY_SEND,)),
    Entry(
        "visibility.py",
        "masques",
        N_("Masqués et contestés"),
        ":material/visibility_off:",
        (P.CONTEST_DECIDE, P.COMMENT_DELETE, P.EVIDENCE_READ),
    ),
    Entry(
        "reply_approvals.py",
        "reponses-a-approuver",
        N_("Réponses à approuver"),
        ":material/rate_review:",
        (P.REPLY_APPROVE,),
    ),
    Entry("call_notes.py", "noter-un-appel", N_("Noter un appel"), ":material/call:", (P.COMMENT_ENTER,)),
    Entry("import_comments.py", "importer", N_("Importer"), ":material/upload_file:", (P.COMMENT_ENTER,)),
    Entry("coverage.py", "couverture", N_("Couverture"), ":material/sensors:", (P.COVERAGE_READ,)),
    Entry("dashboards.py", "tableaux-de-bord", N_("Tableaux de bord"), ":material/monitoring:", (P.DASHBOARD_READ,)),
    Entry("quality.py", "qualite", N_("Qualité"), ":material/verified:", (P.QUALITY_READ,)),
    Entry("detection.py", "detection", N_("Détection"), ":material/tune:", (P.DETECTION_READ,)),
    Entry("stops.py", "arret-d-urgence", N_("Arrêt d'urgence"), ":material/pan_tool:", (P.STOP_START, P.STOP_RELEASE)),
    Entry("cycle_times.py", "delais", N_("Délais"), ":material/timer:", (P.CYCLE_READ,)),
    Entry("audit_trail.py", "audit", N_("Piste d'audit"), ":material/history:", (P.AUDIT_READ,)),
    Entry("rules.py", "regles", N_("Règles"), ":material/gavel:", (P.RULE_READ,)),
    Entry("routing.py", "aiguillage", N_("Aiguillage"), ":material/alt_route:", (P.ROUTING_PROPOSE,)),
    Entry("administration.py", "administration", N_("Administration"), ":material/group:", (P.USER_ADMIN,)),
    Entry("accounts.py", "comptes", N_("Comptes"), ":material/hub:", (P.USER_ADMIN,)),
    Entry(
        "network_terms.py",
        "conditions-des-reseaux",
        N_("Conditions des réseaux"),
        ":material/contract:",
        (P.TERMS_READ,),
    ),
    Entry("circuits.py", "circuits", N_("Circuits"), ":material/account_tree:", (P.USER_ADMIN,)),
)


MODERATION = (
    "file-pv", "parcours", "files", "cas", "un-cas", "gens-en-attente", "reponses-a-approuver", "masques", "astreinte",
    "importer", "noter-un-appel",
)  # fmt: skip
PROOF = (
    "reconciliation", "qualite", "tableaux-de-bord", "detection", "couverture", "delais", "audit", "regles",
    "aiguillage", "administration", "comptes", "conditions-des-reseaux", "circuits", "delegations",
)  # fmt: skip


def grouped(pages: list[st.Page]) -> dict[str, list[st.Page]]:
    """Return the menu by what one does there: one's own work, the committee, moderation, proof and settings."""
    named = {MODERATION: _("Modération"), PROOF: _("Preuves et réglages")}
    menu: dict[str, list[st.Page]] = {"": pages[:1], _("Comité"): []} | {name: [] for name in named.values()}
    for page in pages[1:]:
        menu[next((name for paths, name in named.items() if page.url_path in paths), _("Comité"))].append(page)
    return {name: listed for name, listed in menu.items() if listed}


def pages_for(actor: Actor) -> list[st.Page]:
    """Return the pages that an actor may open; what a page then does is checked again by each use case."""
    seen = [entry for entry in PAGES if not entry.rights or any(allows(actor, right) for right in entry.rights)]
    return [
        st.Page(
            HERE / entry.file,
            title=_(entry.name),
            icon=entry.icon,
            url_path=entry.path,
            default=entry is PAGES[0],
            visibility="visible" if entry.listed else "hidden",
        )
        for entry in seen
    ]


def draw_person(actor: Actor) -> None:
    """Draw who is signed in, as what, the language switch and the way out."""
    roles = ", ".join(sorted(word(role).text for role in actor.roles))
    who = Markup('<div class="cv-person"><strong>{}</strong><br>{}</div>')
    form = Markup(
        '<form class="cv-out" method="post" action="/sign-out"><input type="hidden" name="csrf" value="{}">'
        '<button type="submit">{}</button></form>'
    )
    with st.sidebar:
        st.html(who.format(actor.printed_name, roles or _("aucun rôle")))
        current = st.session_state["_language"]
        chosen = st.segmented_control(
            _("Langue"), ["fr", "en"], key="_language_choice", format_func=str.upper, default=current,
            label_visibility="collapsed", on_change=choose_language,
        )  # fmt: skip
        st.session_state["_language"] = chosen or current
        st.html(form.format(_gate.csrf_of(_auth.cookie_token() or ""), _("Se déconnecter")))


def choose_language() -> None:
    """Speak the chosen language from this run on."""
    st.session_state["_language"] = st.session_state["_language_choice"] or st.session_state["_language"]


def draw_page(actor: Actor, pages: list[st.Page]) -> None:
    """Open the page asked for, draw what was said, then the page; a refusal is a sentence, never a traceback."""
    page = st.navigation(grouped(pages), expanded=True)
    if target := st.session_state.pop(_page.GO, None):
        st.switch_page(str(HERE / target[0]), query_params=target[1])
    _page.enter(page.url_path)
    _page.show_messages()
    try:
        draw_calling(actor)
        draw_banner(actor)
        page.run()
        _auth.keep_alive()
    except AppError as error:
        st.error(_page.plain(str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence and we get the log
        st.error(_page.plain(_page.apologise(error)))
    _signature.draw_pending()


def run() -> None:
    """Draw the whole screen for whoever is signed in."""
    st.set_page_config(page_title="Covigie", page_icon=str(HERE / "icon.svg"), layout="wide")
    st.html(HERE / "style.css")
    _page.use_language()
    actor = _page.current_actor()
    pages = pages_for(actor)
    draw_person(actor)
    draw_page(actor, pages)


if __name__ == "__main__":
    run()
