"""The closed set of detectors that a rule may name; one file each.

| kind | finds |
|---|---|
| `pattern` | a wording that is asserted (not denied, warned of or asked), except inside the wordings it lists |
| `absence` | that none of its wordings stands anywhere in the post |
| `mention` | a product of the register named in a text, declared, or both, near a wording when one is asked for |
| `metadata` | that a declaration of the post is such (a condition, and the field to show) |
| `visa` | that the post has no advertising visa valid on its day |
| `length` | that a text is longer than its network takes |
| `fold` | that a mandatory wording first stands where no reader sees it unless they unfold the text |
"""

from typing import Annotated

from pydantic import Field

from workflow.checks.detectors.absence import Absence
from workflow.checks.detectors.detector import Detector, Hit
from workflow.checks.detectors.fold import Fold
from workflow.checks.detectors.length import TooLong
from workflow.checks.detectors.mention import ProductNamed
from workflow.checks.detectors.metadata import Metadata
from workflow.checks.detectors.pattern import Pattern
from workflow.checks.detectors.visa import NoVisa

AnyDetector = Annotated[
    Absence | Fold | Metadata | NoVisa | Pattern | ProductNamed | TooLong, Field(discriminator="kind")
]

__all__ = ["AnyDetector", "Detector", "Hit"]
