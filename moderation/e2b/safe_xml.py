"""Reading XML that came from elsewhere, and text fit for XML: no DOCTYPE, no entity, no network."""

import re

from lxml import etree

from errors import InvalidInput
from i18n import N_
from moderation.as_received import storable_text

V3 = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit(text: str) -> str:
    """Return a text with every character that XML 1.0 refuses replaced by a visible one."""
    return _FORBIDDEN.sub("\ufffd", storable_text(text))


def read_xml(content: bytes) -> etree._Element:
    """Return the root of an XML document; raises InvalidInput for what is none, or carries a DOCTYPE."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidInput(
            N_("Ce fichier n'est pas du XML lisible ({why}). Exportez le cas de nouveau."), why=error.msg
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidInput(N_("Ce fichier contient un DOCTYPE, refusé par sécurité. Demandez-en un qui n'en a pas."))
    return root


def plain(root: etree._Element) -> etree._Element:
    """Take HL7's namespace off every name, so that paths read as in the guideline; changes the tree."""
    for node in root.iter(f"{{{V3}}}*"):
        node.tag = etree.QName(node).localname
    return root
