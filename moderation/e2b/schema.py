"""A file against ICH's own schema, which the customer takes from ICH's implementation package; we ship none of it."""

from functools import lru_cache
from pathlib import Path

from lxml import etree

from errors import InvalidInput
from i18n import N_
from moderation.e2b.safe_xml import read_xml

ROOT_FILE = "MCCI_IN200100UV01.xsd"


def schema_errors(content: bytes, folder: Path) -> list[str]:
    """Return what the schema refuses, "line: message" each; nothing is fetched from a network."""
    schema = _schema(str(_root_file(folder)))
    if schema.validate(read_xml(content)):
        return []
    return [f"{error.line}: {error.message}" for error in schema.error_log]


def _root_file(folder: Path) -> Path:
    for path in (folder / ROOT_FILE, folder / "multicacheschemas" / ROOT_FILE):
        if path.is_file():
            return path
    raise InvalidInput(
        N_(
            "Le schéma {name} n'est pas dans le dossier {folder} (COVIGIE_E2B_SCHEMAS). Copiez-y les fichiers du "
            "paquet E2B(R3) de l'ICH."
        ),
        name=ROOT_FILE, folder=folder,
    )  # fmt: skip


@lru_cache(maxsize=2)
def _schema(path: str) -> etree.XMLSchema:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.XMLSchema(etree.parse(path, parser))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise InvalidInput(
            N_("Le schéma E2B(R3) n'est pas lisible ({why}). Copiez de nouveau les fichiers du paquet de l'ICH."),
            why=error,
        ) from error
