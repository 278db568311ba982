"""The parts of the library, one at a time: visas, claims, references, products, posts from before Covigie."""

import streamlit as st

from app_pages._library_claims import draw_claim, draw_writing
from app_pages._library_prior import draw_prior, draw_taking_in
from app_pages._library_products import draw_editing, draw_product
from app_pages._library_references import draw_bringing, draw_reference
from app_pages._library_replies import draw_replies_part
from app_pages._library_visas import draw_filing, draw_planner, draw_visa
from app_pages._page import empty, section
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import ProductOwner
from models.session import reading
from workflow import claim_rows, editing, prior_posts, product_changes, references, visas

VISAS, CLAIMS, REFERENCES, PRODUCTS, PRIOR = "visas", "allegations", "references", "produits", "anterieures"
REPLIES = "reponses"
TITLES = {
    VISAS: N_("Visas"),
    CLAIMS: N_("Allégations"),
    REFERENCES: N_("Références"),
    PRODUCTS: N_("Produits"),
    PRIOR: N_("Publications antérieures"),
    REPLIES: N_("Réponses approuvées"),
}


def draw_library(actor: Actor) -> None:
    """Draw the part that the address names; the visas where it names none."""
    chosen = st.segmented_control(
        _("Partie"), list(TITLES), default=VISAS, format_func=lambda part: _(TITLES[part]), key="partie",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    draw = {
        CLAIMS: draw_claims_part,
        REFERENCES: draw_references_part,
        PRODUCTS: draw_products_part,
        PRIOR: draw_prior_part,
        REPLIES: draw_replies_part,
    }
    draw.get(chosen or VISAS, draw_visas_part)(actor)


def _own_products(actor: Actor) -> dict[str, str]:
    with reading() as session:
        rows = editing.editor_view(session, actor).products
    return {row.product_id: row.name for row in rows if row.owner is ProductOwner.OWN}


def draw_visas_part(actor: Actor) -> None:
    """Draw the register of visas, the planner of filings, the form of a new one."""
    with reading() as session:
        rows = visas.list_visas(session, actor)
    section(_("Visas de publicité"), str(len(rows)))
    for row in rows:
        draw_visa(row)
    if not rows:
        empty(_("Aucun visa au registre. Les affaires réglementaires les inscrivent ici dès le dépôt à l'ANSM."))
    planner, filing = st.columns(2, gap="large")
    with planner:
        draw_planner()
    if allows(actor, Permission.VISA_KEEP):
        with filing:
            draw_filing(_own_products(actor))


def draw_claims_part(actor: Actor) -> None:
    """Draw the claims with their sources, and the form of a new one."""
    with reading() as session:
        rows = claim_rows.list_claims(session, actor)
        held = {row.reference_id: row for row in references.list_references(session, actor)}
    section(_("Allégations"), str(len(rows)))
    for row in rows:
        draw_claim(row, held)
    if not rows:
        empty(_("Aucune allégation. Les affaires médicales ou réglementaires les écrivent ici, avec leurs sources."))
    if allows(actor, Permission.CLAIM_KEEP):
        draw_writing(_own_products(actor))


def draw_references_part(actor: Actor) -> None:
    """Draw the references, and the form of a new one."""
    with reading() as session:
        rows = references.list_references(session, actor)
    section(_("Références"), str(len(rows)))
    for row in rows:
        draw_reference(actor, row)
    if not rows:
        empty(_("Aucune référence. Déposez le PDF ou le DOCX de l'article : les allégations en citeront les mots."))
    if allows(actor, Permission.CLAIM_KEEP):
        draw_bringing()


def draw_products_part(actor: Actor) -> None:
    """Draw the company's products, and the form that changes one."""
    with reading() as session:
        cards = product_changes.list_products(session, actor)
    section(_("Nos produits"), str(len(cards)))
    for card in cards:
        draw_product(card)
    if not cards:
        empty(_("Aucun produit. Un administrateur charge le catalogue à l'installation."))
    elif allows(actor, Permission.PRODUCT_KEEP):
        draw_editing(actor, cards)


def draw_prior_part(actor: Actor) -> None:
    """Draw the posts taken in from before Covigie, and the way to take in more."""
    with reading() as session:
        rows = prior_posts.list_prior(session, actor)
        accounts = editing.accounts_rows(session)
    section(_("Publications antérieures à Covigie"), str(len(rows)))
    for row in rows:
        draw_prior(row)
    if not rows:
        empty(_("Aucune. Reprenez ici ce qui est déjà en ligne : commentaires, cascade et registre le suivront."))
    if allows(actor, Permission.POST_TAKE_IN):
        draw_taking_in(actor, accounts, _own_products(actor))
