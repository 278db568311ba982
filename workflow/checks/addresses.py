"""The web addresses that a post points to: where they stand, their host, and whether a list of domains holds them."""

import re
from dataclasses import dataclass

from workflow.checks.folding import fold_character

# Endings of a domain written without "https://" or "www."; after any other a full stop ends a sentence.
_ENDINGS = (
    "fr|com|org|net|eu|info|io|co|ly|gl|me|be|ch|lu|ca|uk|de|in|is|at|cc|gy|la|to|app|dev|health|sante|care|clinic"
    "|pharmacy|link|page|site|online|shop|store|paris|bzh|example|test|invalid"
)
_ADDRESS = re.compile(
    rf"""(?:https?:|(?<!:)(?<!\w))//[^\s<>"«»“”]+
       | (?<![\w@.-])www\.[^\s<>"«»“”]+
       | (?<![\w@./-])(?:[\w-]{{1,63}}\.){{1,6}}(?:{_ENDINGS})(?![\w@-]|\.\w)(?::\d+)?(?:[/?\#][^\s<>"«»“”]*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_WITH_SCHEME = re.compile(r"(?:[a-z][a-z0-9+-]*:)?//", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?:mailto|tel|sms|data|javascript|urn|about|file):", re.IGNORECASE)
_HOST_END = re.compile(r"[/?#\\]")
_PORT = re.compile(r":\d*$")
_TRAILING = ".,;:!?…)]}'’\"»"


@dataclass(frozen=True)
class Address:
    """One address: its span in the field as given, the span of its host, its folded host, and what follows it."""

    field: str
    start: int
    end: int
    host_start: int
    host_end: int
    host: str
    rest: str

    def under(self, domain: str) -> bool:
        """Say whether its host is the domain or a subdomain of it."""
        wanted = bare_domain(domain)
        return bool(wanted) and (self.host == wanted or self.host.endswith(f".{wanted}"))


def addresses_in(field: str, source: str) -> tuple[Address, ...]:
    """Return the addresses of a field; the link of a post is one address, however it is written."""
    if field == "link":
        lead, bare = len(source) - len(source.lstrip()), source.strip()
        spans = [(lead, lead + len(bare))] if bare and not _OTHER_SCHEME.match(bare) else []
    else:
        matches = _ADDRESS.finditer(source)
        spans = [(match.start(), match.start() + len(match[0].rstrip(_TRAILING))) for match in matches]
    found = (_address(field, source, start, end) for start, end in spans)
    return tuple(address for address in found if address.host)


def bare_domain(domain: str) -> str:
    """Return the domain of a line of a list, however it is written: with scheme, path, "*." or "www."."""
    _start, _end, host = _host(domain.strip(), 0, len(domain.strip()))
    return host.removeprefix("*.").removeprefix("www.")


def _address(field: str, source: str, start: int, end: int) -> Address:
    first, last, host = _host(source, start, end)
    return Address(field, start, end, first, last, host, _folded(source[last:end]))


def _host(source: str, start: int, end: int) -> tuple[int, int, str]:
    """Return the span of the host as a browser reads it (a name before "@" is no host), and the host folded."""
    scheme = _WITH_SCHEME.match(source, start, end)
    first = scheme.end() if scheme else start
    stop = _HOST_END.search(source, first, end)
    last = stop.start() if stop else end
    first = source.rfind("@", first, last) + 1 or first
    host = _PORT.sub("", _folded(source[first:last])).strip(".")
    return first, last, host


def _folded(source: str) -> str:
    return "".join(map(fold_character, source))
