"""What a text rests on, looked at again wherever it goes on: at submission, at the slot, and under lock when it leaves.

The rules find most of this, and a person may lift some of what they find. What stands here, nobody lifts (I9).
"""

import json
from datetime import date

from sqlmodel import Session, col, select

from errors import RuleViolated
from i18n import N_
from models.enums import ProductOwner, Qualification, VisaStatus
from models.post import Post, PostVersion, Visa
from models.product import Product
from workflow.claim_uses import fallen_claims
from workflow.findings import names_product, stored_content
from workflow.library_states import OFF_MARKET
from workflow.products import register_of

ENDED = frozenset({VisaStatus.REFUSED, VisaStatus.SUSPENDED, VisaStatus.WITHDRAWN, VisaStatus.EXPIRED})


def refuse_lapsed(session: Session, post: Post, version: PostVersion, day: date) -> None:
    """Refuse a version that rests on something that no longer holds, or will not on a day of Paris."""
    for claim in fallen_claims(session, version, day):
        raise RuleViolated(
            N_("L'allégation « {text} » n'est plus valable, ou ne le sera plus ce jour-là. Corrigez le texte."),
            text=claim.text,
        )
    _refuse_visa(session, version, day)
    _refuse_product(session, post, version, day)


def _refuse_visa(session: Session, version: PostVersion, day: date) -> None:
    number = json.loads(version.canonical_json)["declarations"]["visa"]
    visa = session.exec(select(Visa).where(Visa.number == number)).first() if number else None
    if visa is not None and (visa.status in ENDED or (visa.expires is not None and visa.expires < day)):
        raise RuleViolated(
            N_("Le visa {number} n'est plus valable, ou ne le sera plus ce jour-là."), number=visa.number
        )


def _refuse_product(session: Session, post: Post, version: PostVersion, day: date) -> None:
    over = col(Product.status).in_(OFF_MARKET) | (col(Product.amm_until) < day)
    products = session.exec(select(Product).where(Product.owner == ProductOwner.OWN, over)).all()
    if not products:
        return
    content, register = stored_content(session, post, version), register_of(session)
    for product in products if content.qualification is not Qualification.SAFETY else ():
        if names_product(session, content, product.id, register):
            raise RuleViolated(
                N_(
                    "{name} n'est plus sur le marché, ou ne le sera plus ce jour-là : seule une information de "
                    "sécurité sanitaire peut encore en parler."
                ),
                name=product.name,
            )
