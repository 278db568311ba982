"""The fictional register that the sentences speak of."""

import pytest

from moderation.detectors.catalogue import Catalogue

OWN = {
    "Doloria": "paracétamol",
    "Fluidéa": "acétylcystéine",
    "Rinozel": "cétirizine",
    "Gastroval": "oméprazole",
    "Cardexine": "bisoprolol",
    "Sérénix": "sertraline",
    "Immunaxa": "interféron bêta-1a",
    "Dermalys": "isotrétinoïne",
    "Glycélia": "liraglutide",
    "Grippalis": "vaccin antigrippal",
    "EasyDose": None,
    "Hélioprotect": None,
    "Lactéane": None,
}
COMPETITORS = {"Algopar": "paracétamol", "Betaferis": "interféron bêta-1b", "Thyrolis": "lévothyroxine"}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Return the register of the Laboratoires Hélior and of two competitors."""
    own = [{"name": name, "substance": substance, "kind": "rx"} for name, substance in OWN.items()]
    others = [{"name": n, "substance": s, "owner": "competitor"} for n, s in COMPETITORS.items()]
    return Catalogue.from_records([*own, *others])
