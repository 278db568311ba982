"""How an approval stands in its time, in words: good until when, ending soon, its slot gone by, over."""

from markupsafe import Markup

from app_pages._clocks import exact
from app_pages._page import line
from app_pages._words import tag
from compliance import clock
from i18n import N_, _
from models.enums import PostStatus
from workflow.expiry import Approval, Expiry, expiry_of

TAGS = {
    Expiry.LAPSING: (N_("Approbation bientôt périmée"), "warn", "⌛"),
    Expiry.SLOT_PASSED: (N_("Approbation périmée : créneau passé"), "warn", "⌛"),
    Expiry.EXPIRED: (N_("Approbation périmée"), "bad", "✖"),
}
SENTENCES = {
    Expiry.GOOD: N_("valable jusqu'au {until}"),
    Expiry.LAPSING: N_("valable jusqu'au {until} : programmez-la avant"),
    Expiry.SLOT_PASSED: N_("le créneau est passé : choisissez-en un autre ; rien n'est parti"),
    Expiry.EXPIRED: N_("depuis le {until} : rien ne partira, soumettez-la à nouveau pour qu'elle soit relue et signée"),
}


def expiry_tag(expiry: Expiry) -> str | Markup:
    """Return the mark of an approval that wants something; empty for one that is good."""
    if expiry not in TAGS:
        return ""
    words, tone, icon = TAGS[expiry]
    return tag(_(words), tone, icon)


def draw_expiry(approval: Approval | None, status: PostStatus) -> Expiry:
    """Draw until when an approval is good; return where it stands. One without, or published, says nothing."""
    if approval is None or status not in {PostStatus.APPROVED, PostStatus.SCHEDULED}:
        return Expiry.GOOD
    expiry = expiry_of(approval, clock.now())
    mark = expiry_tag(expiry) or tag(_("Approbation"), "ok", "✔")
    line(mark, _(SENTENCES[expiry]).format(until=exact(approval.good_until)), tone="bad" if expiry in TAGS else "")
    return expiry
