"""Why what we hold of a post and what its network counts differ, in plain words. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from connectors.base import Capabilities
from i18n import N_


class Why(StrEnum):
    """A reason for which two numbers differ, or for which there is only one."""

    UNSEEN = "unseen"
    CAPPED = "capped"
    FILTERED = "filtered"
    LATE = "late"
    CLOSED = "closed"
    UNTOLD = "untold"
    NOT_TOLD_NOW = "not_told_now"
    REPLIES_APART = "replies_apart"
    MORE_HERE = "more_here"


WORDS: dict[Why, str] = {
    Why.UNSEEN: N_(
        "le réseau annonce des commentaires et n'en montre aucun (publication réservée aux adultes, accès restreint) : "
        "regardez à la main"
    ),
    Why.CAPPED: N_("le réseau a limité un relevé récent : des commentaires anciens peuvent manquer"),
    Why.FILTERED: N_("le réseau compte aussi ce que ses filtres retiennent et ne montrent à personne"),
    Why.LATE: N_("les tout derniers commentaires sont listés avec retard"),
    Why.CLOSED: N_("commentaires fermés"),
    Why.UNTOLD: N_("ce réseau ne donne pas de nombre"),
    Why.NOT_TOLD_NOW: N_("le réseau n'a pas donné de nombre cette fois ; il a pu retirer la publication"),
    Why.REPLIES_APART: N_("ce réseau ne compte pas les réponses à des commentaires"),
    Why.MORE_HERE: N_("nous en gardons plus qu'il n'en compte : masqués, ou retirés depuis"),
}


@dataclass(frozen=True)
class Facts:
    """The numbers of a post as they are stored (`models.coverage.PostCoverage`); `held` has our own in it."""

    held: int
    deeper: int
    network_count: int | None
    unseen: bool
    closed: bool
    capped: bool

    @property
    def missing(self) -> int:
        """How many the network counts more than we hold."""
        return max((self.network_count or 0) - self.held, 0)


def whys(facts: Facts, capabilities: Capabilities) -> tuple[Why, ...]:
    """Return the reasons that may hold, the gravest first; none where both numbers are the same."""
    lacks = facts.missing > 0
    seen = lacks and not facts.unseen
    untold = facts.network_count is None
    holds = {
        Why.UNSEEN: facts.unseen,
        Why.CAPPED: seen and facts.capped,
        Why.FILTERED: seen and capabilities.counts_filtered,
        Why.LATE: seen,
        Why.CLOSED: facts.closed,
        Why.UNTOLD: untold and not capabilities.tells_count,
        Why.NOT_TOLD_NOW: untold and capabilities.tells_count and not facts.closed,
        Why.REPLIES_APART: facts.deeper > 0 and not capabilities.counts_all and not untold,
        Why.MORE_HERE: not untold and facts.held > (facts.network_count or 0),
    }
    return tuple(why for why, each in holds.items() if each)
