"""Reading a mail from pharmacovigilance: which case it is about, under which number, and whether a person wrote it.

An automatic answer is no acknowledgement, a delivery report is a failure; what leaves a doubt is left to a person.
Pure: bytes in, facts out, and no mail raises.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha256

from lxml import html

from compliance.canonical import sha256_of
from models.enums import PvMailKind

LONGEST_TEXT = 50_000
MESSAGE_ID = re.compile(r"<[^<>\s]+>")
CASE_NUMBER = re.compile(r"(?:(?<=cas-)|(?<![\w/.-]))(20\d\d-\d{4,7})(?![\w/-])", re.IGNORECASE)
QUOTED = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:message d.origine|original message|message transfere|forwarded message)"
    r"|_{10,}|le .{4,120} a ecrit\s*:|on .{4,120} wrote\s*:|(?:de|from)\s*:\s.*@)",
    re.IGNORECASE,
)
LABELLED = re.compile(
    r"(?<!\w)(?:n°|(?:numero|no|ref(?:erence)?|case|number|id)\b)[ .]*"
    r"(?:(?:de|du|of|pv|cas|case|number|numero|dossier|interne|pharmacovigilance|is|est|safety|no)\b[ .]*"
    r"|n°[ .]*){0,5}[:=# ]*"
    r"([a-z0-9][a-z0-9/_.-]{2,38}[a-z0-9])",
    re.IGNORECASE,
)
SHAPED = re.compile(r"(?<![\w/.-])([a-z]{2,8}[-/_](?:[a-z0-9]{1,12}[-/_])*\d{2,12})(?![\w/-])", re.IGNORECASE)
DATES = re.compile(r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d)$")
CLEAR = re.compile(
    r"accus|bien recu|bonne reception|recu (?:le|votre|ce)|enregistr|pris en c(?:harge|ompte)|received|acknowledg"
    r"|registered|logged",
)
UNCLEAR = re.compile(
    r"\?|pas (?:encore )?(?:recu|pu|ouvrir|enregistr|trouv)|non recu|illisible|renvoy|vide\b|n.arrivons"
    r"|not (?:yet )?(?:received|registered|found|able)|unable|cannot|can.t|could not|unreadable|resend",
)
AUTO_SUBJECT = re.compile(
    r"^(?:auto\s*:|automatic reply|automatische antwort|reponse automatique|out of (?:the )?office|absence du bureau"
    r"|absent|lu\s*:|read\s*:|not read\s*:|non lu\s*:)",
)
AUTO_WORDS = re.compile(
    r"(?:je suis|serai|actuellement) (?:actuellement )?(?:absente?|en conges)|absente? du bureau|out of (?:the )?office"
    r"|(?:message|reponse|courriel|accuse)[a-z ]{0,20} automatique|generee? automatiquement|ne pas repondre"
    r"|automat(?:ed|ic) (?:message|reply|response)|automatically generated|do not reply|i am (?:currently )?away",
)
FAILED_SUBJECT = re.compile(
    r"^(?:undeliver|delivery status|delivery (?:has )?fail|mail delivery|returned mail|failure notice|non remis"
    r"|echec (?:de la )?(?:remise|de distribution)|message non distribue)",
)
DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon)@|^$")


@dataclass(frozen=True)
class Letter:
    """What a mail says. `answers`: the Message-IDs that it answers, the nearest first; `cases`: our numbers in it.

    `cases` holds one number where one place names it alone (subject, then fresh text, then quoted text), several
    where the first place that names any names several. `clear`: a person says that the case was received.
    """

    identity: str
    kind: PvMailKind
    sender: str
    subject: str
    text: str
    sent_at: datetime | None
    answers: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    pv_reference: str | None = None
    clear: bool = False


def read_letter(raw: bytes) -> Letter:
    """Return what a mail says; one that cannot be read at all is said to be so, and kept."""
    try:
        return _read(raw)
    except Exception:  # noqa: BLE001 - a stranger wrote it: whatever it breaks, it is kept and a person looks
        return Letter(sha256(raw).hexdigest(), PvMailKind.UNREADABLE, "", "", "", None)


def _read(raw: bytes) -> Letter:
    mail: EmailMessage = message_from_bytes(raw, policy=policy.default)
    subject, text = header_of(mail, "Subject"), text_of(mail)
    sender = parseaddr(header_of(mail, "From"))[1].lower()
    if not sender and not subject:
        return Letter(sha256(raw).hexdigest(), PvMailKind.UNREADABLE, "", "", "", None)
    fresh, quoted = split(text)
    told = [header_of(mail, name) for name in ("Message-ID", "From", "Date", "Subject")]
    kind = _kind(mail, sender, subject, fresh)
    cases = _first_named([subject, fresh, quoted, *_originals(mail)])
    references = pv_references(f"{subject}\n{fresh}", cases)
    clear = bool(CLEAR.search(plain(f"{subject}\n{fresh}"))) and not UNCLEAR.search(plain(fresh))
    certain = clear and len(references) == 1
    if kind is PvMailKind.LETTER and certain:
        kind = PvMailKind.ACKNOWLEDGEMENT
    return Letter(
        identity=sha256_of({"covigie": "received mail", "told": told, "text": text}),
        kind=kind,
        sender=sender,
        subject=subject,
        text=fresh.strip() or text.strip(),
        sent_at=sent_at_of(mail),
        answers=tuple(_answers(mail)),
        cases=cases,
        pv_reference=references[0] if len(references) == 1 else None,
        clear=clear,
    )


def plain(text: str) -> str:
    """Return a text in lower case, without accents, its apostrophes straight and its blanks single."""
    bare = unicodedata.normalize("NFD", text.replace("’", "'").casefold())
    return re.sub(r"[ \t\xa0]+", " ", "".join(char for char in bare if not unicodedata.combining(char)))


def split(text: str) -> tuple[str, str]:
    """Return what the sender wrote, and what was written before and is quoted or forwarded below it."""
    lines = text.splitlines()
    for n, line in enumerate(lines):
        if QUOTED.match(plain(line)) or QUOTED.match(plain(" ".join(lines[n : n + 2]))):
            return "\n".join(lines[:n]), "\n".join(lines[n:])
    return text, ""


def pv_references(text: str, cases: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the numbers that pharmacovigilance may have given: those called a number, else those that look like one.

    Our own numbers, dates and bare words are none.
    """
    ours = {number.lower() for number in cases}
    labelled = [match[1] for line in text.splitlines() for match in LABELLED.finditer(_same_length(line))]
    for found in (labelled, [match[1] for match in SHAPED.finditer(text)]):
        kept = [one.strip(".-/_") for one in found if _is_reference(one.strip(".-/_"), ours)]
        if kept:
            return tuple({one.lower(): one for one in kept}.values())
    return ()


def _same_length(line: str) -> str:
    """Return a line without accents, letter for letter."""
    return "".join(unicodedata.normalize("NFD", char)[0] for char in line)


def _is_reference(token: str, ours: set[str]) -> bool:
    low = token.lower()
    named = CASE_NUMBER.search(low)
    return (
        any(char.isdigit() for char in token)
        and low not in ours
        and not (named and (named[1] in ours or low in {named[1], f"cas-{named[1]}", f"cas-{named[1]}.docx"}))
        and not DATES.match(token)
        and not re.fullmatch(r"\d{1,3}", token)
    )


def _first_named(places: Iterable[str]) -> tuple[str, ...]:
    for place in places:
        if found := tuple(dict.fromkeys(CASE_NUMBER.findall(place))):
            return found
    return ()


def header_of(mail: EmailMessage, name: str) -> str:
    """Return a header's text; a malformed one as it stands, a missing one empty."""
    try:
        value = str(mail[name] or "")
    except Exception:  # noqa: BLE001 - the parser of the standard library trips over some malformed headers
        value = "\ufffd"
    if "\ufffd" in value:
        raw = next((str(given) for key, given in mail.raw_items() if key.lower() == name.lower()), "")
        value = _decoded(raw.encode("utf-8", "surrogateescape"))
    return " ".join(value.encode("utf-8", "replace").decode().split())


def _decoded(data: bytes, charset: str = "utf-8") -> str:
    """Return a text in the charset that it says, else in the ones that mail programs forget to say."""
    for each in (charset, "utf-8"):
        try:
            return data.decode(each)
        except (LookupError, UnicodeError):
            continue
    return data.decode("cp1252", "replace")


def text_of(mail: EmailMessage, kinds: tuple[str, ...] = ("plain", "html")) -> str:
    """Return the words of a mail: its plain part, else its HTML without the markup; fifty thousand characters."""
    part = mail.get_body(preferencelist=kinds) if mail.get_content_maintype() != "message" else None
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    content = _decoded(payload, part.get_content_charset() or "utf-8") if isinstance(payload, bytes) else ""
    content = _without_markup(content) if part.get_content_subtype() == "html" else content
    return content[:LONGEST_TEXT].encode("utf-8", "replace").decode()


def _without_markup(content: str) -> str:
    if not content.strip():
        return ""
    tree = html.fromstring(f"<div>{content}</div>".encode(), parser=html.HTMLParser(encoding="utf-8"))
    for hidden in tree.xpath("//style|//script|//head"):
        hidden.drop_tree()
    for quote in tree.xpath("//blockquote"):
        quote.text = f"\n> {quote.text or ''}"
    for block in tree.xpath("//br|//p|//div|//tr|//li|//blockquote"):
        block.tail = f"\n{block.tail or ''}"
    return str(tree.text_content())


def _kind(mail: EmailMessage, sender: str, subject: str, fresh: str) -> PvMailKind:
    report = _report(mail)
    if report is not None:
        return report
    if FAILED_SUBJECT.match(plain(subject)) or DAEMON.match(sender):
        return PvMailKind.FAILURE
    answered_by_itself = (
        header_of(mail, "Auto-Submitted").lower().partition(";")[0].strip() not in {"", "no"}
        or header_of(mail, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
        or any(header_of(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    )
    if answered_by_itself or AUTO_SUBJECT.match(plain(subject)) or AUTO_WORDS.search(plain(fresh).replace("\n", " ")):
        return PvMailKind.AUTOMATIC
    return PvMailKind.LETTER


def _report(mail: EmailMessage) -> PvMailKind | None:
    """Return what a report of the mail system is (RFC 3464, RFC 8098); None for any other mail."""
    if mail.get_content_type() != "multipart/report":
        return None
    if str(mail.get_param("report-type")).lower() == "delivery-status":
        actions = [
            str(block.get("Action", "")).lower().strip()
            for part in mail.walk()
            if part.get_content_type() == "message/delivery-status"
            for block in part.get_payload()
            if isinstance(block, Message)
        ]
        return PvMailKind.FAILURE if "failed" in actions or not any(actions) else PvMailKind.AUTOMATIC
    return PvMailKind.AUTOMATIC


def _originals(mail: EmailMessage) -> Iterator[str]:
    """Yield the headers of the mails that a report sends back."""
    for part in mail.walk():
        if part is not mail and part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            yield _returned(part)


def _returned(part: EmailMessage) -> str:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if inner is not None:
        return "\n".join(f"{key}: {header_of(inner, key)}" for key in ("Message-ID", "Subject"))  # type: ignore[arg-type]
    return str(part.get_payload(decode=False))


def _answers(mail: EmailMessage) -> Iterator[str]:
    """Yield the Message-IDs that a mail answers: In-Reply-To, References from the last, what a report sends back."""
    named = [
        *MESSAGE_ID.findall(header_of(mail, "In-Reply-To")),
        *MESSAGE_ID.findall(header_of(mail, "References"))[::-1],
    ]
    returned = [one for text in _originals(mail) for one in re.findall(r"(?im)^message-id:\s*(<[^<>\s]+>)", text)]
    yield from dict.fromkeys([*named, *returned])


def sent_at_of(mail: EmailMessage) -> datetime | None:
    """Return when a mail says that it was sent, in UTC; None when that cannot be read."""
    try:
        moment = parsedate_to_datetime(header_of(mail, "Date"))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
