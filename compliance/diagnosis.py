"""What an account's state means, in sentences that say what to do; pure: what is known comes in, lines come out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from compliance.time_zone import PARIS
from i18n import N_
from models.enums import Mark, Reach, Telling

SOON = timedelta(days=14)
SKEW = timedelta(minutes=2)
"""Networks refuse signatures and times that are five minutes off; said before."""
SUNSET_SOON = timedelta(days=90)
SILENT = timedelta(hours=6)
M = Mark


@dataclass(frozen=True, slots=True)
class Line:
    """One line: how it reads, its sentence and what to do (French msgids), with their fields."""

    mark: Mark
    said: str
    todo: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an account: of its token, of the last look (None: none yet), of its readings.

    `limited_until`: the network refused a call until then; `next_at`: the next reading waits until then, also where we
    only spare a daily budget.
    """

    connected: bool
    token_until: datetime | None
    reach: Reach | None = None
    renewable: bool = False
    missing_scopes: tuple[str, ...] = ()
    scopes_told: bool = False
    clock_seconds: int | None = None
    limited_until: datetime | None = None
    next_at: datetime | None = None
    telling: Telling = Telling.UNKNOWN
    version: str = ""
    sunset: date | None = None
    read_at: datetime | None = None


REACHED: dict[Reach, Line] = {
    Reach.OK: Line(M.GOOD, N_("Le réseau répond et reconnaît ce compte.")),
    Reach.AUTH_EXPIRED: Line(M.BAD, N_("Le réseau n'accepte plus notre accès."), N_("Reconnectez le compte.")),
    Reach.WRONG_ACCOUNT: Line(
        M.BAD,
        N_("L'accès que nous avons est celui d'un autre compte."),
        N_("Reconnectez le compte, en vous connectant chez le réseau comme gestionnaire de celui-ci."),
    ),
    Reach.LIMITED: Line(
        M.SOON, N_("Le réseau nous demande d'attendre."), N_("Rien à faire : les relevés reprennent d'eux-mêmes.")
    ),
    Reach.UNREACHABLE: Line(
        M.BAD,
        N_("Le réseau n'a pas répondu."),
        N_("Vérifiez de nouveau dans quelques minutes ; si cela dure, vérifiez l'accès du serveur à internet."),
    ),
    Reach.REFUSED: Line(
        M.BAD,
        N_("Le réseau refuse notre demande."),
        N_("Reconnectez le compte ; si cela ne change rien, vérifiez l'état de l'application chez le réseau."),
    ),
}


def diagnose(known: Known, now: datetime) -> tuple[Line, ...]:
    """Return the lines of an account, what matters most first."""
    if not known.connected:
        return (Line(M.BAD, N_("Ce compte n'est pas connecté : rien n'en est relevé."), N_("Connectez-le.")),)
    reached = REACHED.get(known.reach) if known.reach else None
    looked = reached or Line(M.PLAIN, N_("Ce compte n'a pas encore été vérifié."), N_("Vérifiez-le maintenant."))
    rest = (_token, _rights, _reading, _limit, _clock, _version, _notified)
    return (looked, *(line for each in rest for line in each(known, now)))


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%d/%m/%Y %H:%M}"


def _token(known: Known, now: datetime) -> Iterator[Line]:
    """Say how long the access is good, and whether it renews itself."""
    until = known.token_until
    if until is None:
        yield Line(M.GOOD, N_("L'accès n'a pas de fin annoncée."))
        return
    fields = {"until": _told(until)}
    if until <= now:
        yield Line(M.BAD, N_("L'accès a pris fin le {until}."), N_("Reconnectez le compte."), fields)
    elif known.renewable:
        yield Line(M.GOOD, N_("L'accès est valable jusqu'au {until}, et se renouvelle de lui-même."), "", fields)
    else:
        mark = M.SOON if until - now < SOON else M.GOOD
        todo = N_("Reconnectez le compte avant cette date : il ne se renouvelle pas.") if mark is M.SOON else ""
        yield Line(mark, N_("L'accès est valable jusqu'au {until}."), todo, fields)


def _rights(known: Known, _now: datetime) -> Iterator[Line]:
    if known.missing_scopes:
        yield Line(
            M.BAD,
            N_("Il manque des autorisations : {lacking}."),
            N_("Reconnectez le compte en acceptant tout ce qui est demandé."),
            {"lacking": ", ".join(known.missing_scopes)},
        )
    elif known.scopes_told:
        yield Line(M.GOOD, N_("Toutes les autorisations nécessaires sont accordées."))


def _reading(known: Known, now: datetime) -> Iterator[Line]:
    """Say when the account was last read: silence is never taken for calm."""
    if known.read_at is None:
        yield Line(M.BAD, N_("Aucun relevé n'a encore réussi."), N_("Voyez la page Couverture."))
        return
    fields = {"at": _told(known.read_at)}
    if now - known.read_at > SILENT:
        yield Line(M.BAD, N_("Dernier relevé réussi le {at}."), N_("Voyez la page Couverture."), fields)
    else:
        yield Line(M.GOOD, N_("Dernier relevé réussi le {at}."), "", fields)


def _limit(known: Known, now: datetime) -> Iterator[Line]:
    """Say whether calls are refused, or only spared."""
    if known.limited_until and known.limited_until > now:
        said = N_("Limite d'appels atteinte : le réseau répond de nouveau à partir du {until}.")
        yield Line(M.SOON, said, "", {"until": _told(known.limited_until)})
    elif known.next_at and known.next_at > now:
        said = N_("Les appels à ce réseau sont comptés : prochain relevé à partir du {until}.")
        yield Line(M.PLAIN, said, "", {"until": _told(known.next_at)})
    else:
        yield Line(M.GOOD, N_("Aucune limite d'appels n'est atteinte."))


def _clock(known: Known, _now: datetime) -> Iterator[Line]:
    if known.clock_seconds is None:
        return
    if abs(known.clock_seconds) > SKEW.total_seconds():
        yield Line(
            M.BAD,
            N_("Notre horloge et celle du réseau diffèrent de {seconds} secondes."),
            N_("Faites régler l'heure du serveur (NTP) : des notifications et des accès seraient refusés."),
            {"seconds": abs(known.clock_seconds)},
        )
    else:
        yield Line(M.GOOD, N_("Notre horloge s'accorde avec celle du réseau."))


def _version(known: Known, now: datetime) -> Iterator[Line]:
    if known.sunset is None:
        return
    days = (known.sunset - now.astimezone(PARIS).date()).days
    fields = {"version": known.version, "n": days}
    if days < 0:
        yield Line(
            M.BAD, N_("La version {version} de l'interface du réseau a pris fin."), N_("Mettez Covigie à jour."), fields
        )
    elif days < SUNSET_SOON.days:
        yield Line(
            M.SOON,
            N_("La version {version} de l'interface du réseau prend fin dans {n} jours."),
            N_("Mettez Covigie à jour avant cette date."),
            fields,
        )
    else:
        yield Line(M.GOOD, N_("La version {version} de l'interface du réseau vaut encore {n} jours."), "", fields)


NOTIFIED: dict[Telling, Line] = {
    Telling.YES: Line(M.GOOD, N_("Le réseau nous notifie des nouveaux commentaires.")),
    Telling.NO: Line(
        M.SOON,
        N_("Le réseau ne nous notifie pas : les commentaires attendent le prochain relevé."),
        N_("Demandez les notifications."),
    ),
    Telling.UNKNOWN: Line(M.PLAIN, N_("On ne sait pas si le réseau nous notifie.")),
    Telling.NEVER: Line(M.PLAIN, N_("Ce réseau n'envoie pas de notifications : les relevés y suffisent.")),
}


def _notified(known: Known, _now: datetime) -> Iterator[Line]:
    if known.reach is not None:
        yield NOTIFIED[known.telling]
