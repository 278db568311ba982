"""The closed set of detectors that a rule may name; one file each.

| kind | finds |
|---|---|
| `pattern` | a wording that is asserted (not denied, warned of or asked), except inside the wordings it lists |
| `absence` | that none of its wordings stands anywhere in the post |
| `absences` | which of its named parts stand nowhere in the post, as one finding |
| `mention` | a product of the register named in a text, declared, or both, near a wording when one is asked for |
| `several` | several wordings of one sort in a row (symptoms) with a conclusion beside them |
| `metadata` | that a declaration of the post is such (a condition, and the field to show) |
| `visa` | that the post has no advertising visa, or authorisation, valid on its day |
| `length` | that a text is longer than its network takes |
| `hidden` | that a mandatory mention stands in the first comment only, or after the fold when others do not |
| `reference` | that no text shows the post's internal reference |
| `filing` | that the day comes before the earliest one that the filing windows of visas leave |
| `both_names` | that a medicine's brand or substance is not shown |
| `no_indication` | that a medicine's indication, as the register words it, is not given |
| `no_age` | that a medicine's age limit is not given |
| `unknown_product` | a brand, substance or declared product that the register does not know |
| `link` | an address of the post: not on the list given, under a domain, like a wording, or naming a product |
| `market` | the disease of one of our products that is newly launched, or nearly alone on its market |
| `score` | that signals, each found by detectors, weigh together as much as a threshold |
| `fold` | that a mandatory wording first stands where no reader sees it unless they unfold the text |
| `launch` | what a pattern finds, where the product that it speaks of is not yet, newly or long since marketed |
| `incomplete` | what another detector finds, unless the post holds what makes it complete |
| `paired` | what a pattern finds, where its sentence also holds another wording |
| `comparator` | a product or substance of the register that another one is set against |
| `too_young` | people younger than the register admits for the product that the passage speaks of |
| `use` | a use that the register's indication of the product does not hold |
| `strength` | a strength, right after a product's name, that none of its presentations has |
| `language` | that the post is written in other languages than the one wanted |
| `claim` | a passage that says a claim of the library which does not carry it |
| `variants` | that the parts of a post in two languages disagree on a number or on the products |
"""

from typing import Annotated

from pydantic import Field

from workflow.checks.detectors.absence import Absence
from workflow.checks.detectors.absences import Absences
from workflow.checks.detectors.both_names import BothNames
from workflow.checks.detectors.claim import ClaimFallen
from workflow.checks.detectors.comparator import Comparator
from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.detectors.filing import TooEarly
from workflow.checks.detectors.fold import Fold
from workflow.checks.detectors.hidden import Hidden
from workflow.checks.detectors.incomplete import Incomplete
from workflow.checks.detectors.indication import NoIndication
from workflow.checks.detectors.language import NotInLanguage
from workflow.checks.detectors.launch import Launched
from workflow.checks.detectors.length import TooLong
from workflow.checks.detectors.link import LinkTo
from workflow.checks.detectors.market import OwnMarket
from workflow.checks.detectors.mention import ProductNamed
from workflow.checks.detectors.metadata import Metadata
from workflow.checks.detectors.no_age import NoAge
from workflow.checks.detectors.paired import Paired
from workflow.checks.detectors.pattern import Pattern
from workflow.checks.detectors.reference import NoReference
from workflow.checks.detectors.score import Score
from workflow.checks.detectors.several import Several
from workflow.checks.detectors.strength import OtherStrength
from workflow.checks.detectors.too_young import TooYoung
from workflow.checks.detectors.unknown import UnknownProduct
from workflow.checks.detectors.use import OtherUse
from workflow.checks.detectors.variants import PartsDisagree
from workflow.checks.detectors.visa import NoVisa

AnyDetector = Annotated[
    Absence
    | Absences
    | BothNames
    | ClaimFallen
    | Comparator
    | Fold
    | Hidden
    | Incomplete
    | Launched
    | LinkTo
    | Metadata
    | NoAge
    | NoIndication
    | NoReference
    | NotInLanguage
    | NoVisa
    | OtherStrength
    | OtherUse
    | OwnMarket
    | Paired
    | PartsDisagree
    | Pattern
    | ProductNamed
    | Score
    | Several
    | TooEarly
    | TooLong
    | TooYoung
    | UnknownProduct,
    Field(discriminator="kind"),
]

__all__ = ["AnyDetector", "Detector", "Hit"]
