"""Calling a person, by an address of apprise (mail, SMS, telephone applications, web hooks): one short text.

The address is a secret: whoever knows it can write there. It is in no error and no log.
"""

import importlib
import ipaddress
import logging
from typing import Any
from urllib.parse import urlsplit

from errors import InvalidInput, Rejected
from i18n import N_

HERE = frozenset({"json", "form", "xml", "mailto"})
"""What may go unencrypted, on this very machine only."""


def _plugin(address: str) -> Any | None:
    """Return apprise's plugin for an address, or None. Imported late: the library takes its time."""
    # Its log would quote an address that it cannot read.
    logging.getLogger("apprise").disabled = True
    return importlib.import_module("apprise").Apprise.instantiate(address, suppress_exceptions=True)


def _names(names: str | tuple[str, ...] | None) -> frozenset[str]:
    return frozenset((names,) if isinstance(names, str) else names or ())


def service_of(address: str) -> str:
    """Return the name of the service that an address calls; raises InvalidInput for one that cannot be used.

    It must be encrypted on its way, or stay on this machine; it must not be a message on this machine's own screen.
    """
    address = address.strip()
    plugin = None if any(char.isspace() or char == "," for char in address) else _plugin(address)
    if plugin is None:
        raise InvalidInput(
            N_("Cette adresse n'est pas lisible. Collez une adresse apprise entière, par exemple mailtos://… ou sms.")
        )
    scheme = urlsplit(address).scheme.lower()
    if scheme not in _names(plugin.secure_protocol) and not (scheme in HERE and _is_loopback(plugin.host)):
        raise InvalidInput(
            N_("Cette adresse écrirait sans chiffrement. Prenez la forme chiffrée du service (mailtos, jsons, ntfys…).")
        )
    return str(plugin.service_name)


def _is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def send_page(address: str, title: str, body: str) -> None:
    """Send a text; raises Rejected when it did not leave, whatever the reason: another way is tried at once."""
    plugin = _plugin(address)
    if plugin is None:
        raise Rejected(N_("L'adresse n'est plus lisible."))
    try:
        sent = plugin.notify(body=body, title=title)
    except Exception as error:
        raise Rejected(N_("Le service d'appel a échoué.")) from error
    if not sent:
        raise Rejected(N_("Le service d'appel n'a pas pris le message."))
