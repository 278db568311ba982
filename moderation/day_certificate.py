"""The accounts of a day: `received = flagged + skimmed + cleared + unscreened` for each account, and nobody forgotten.

A day can be signed when the sum holds everywhere, nothing is unscreened, and nobody has waited beyond the answer's
deadline by the end of the day (for today: by now).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from compliance import clock
from errors import InvalidInput
from i18n import N_, _
from models.account import Account, CoverageRecord
from models.comment import Comment
from models.enums import AccountStatus
from moderation.deadlines import day_bounds, paris_day
from moderation.facets import ANSWER_PENDING
from moderation.queries.counts import counts
from moderation.queries.coverage import BY_HAND
from settings import get_settings

Data = dict[str, Any]
NUMBERS = ("received", "flagged", "skimmed", "cleared", "unscreened")


def check_day(day: date) -> None:
    """Refuse a day that has not come."""
    if day > paris_day(clock.now()):
        raise InvalidInput(N_("Ce jour n'est pas encore venu. Choisissez un jour passé, ou aujourd'hui."))


def day_content(session: Session, day: date) -> Data:
    """Return the accounts of a day in Paris as canonical data."""
    told = counts(session, day=day)
    heard = _heard(session, day)
    accounts = [
        {"account": row.name, "id": row.account_id} | {name: getattr(row, name) for name in NUMBERS}
        for row in told.accounts
    ]
    return {
        "covigie": "day_certificate",
        "company": get_settings().company,
        "day": day.isoformat(),
        "accounts": [one | {"heard": heard.get(one["id"], "")} for one in accounts],
        "total": {name: getattr(told.total, name) for name in NUMBERS},
        "late_answers": _late_answers(session, day),
    }


def _late_answers(session: Session, day: date) -> int:
    """Count who wrote by the end of a day, was owed an answer by then, and still waits."""
    ends = min(day_bounds(day)[1], clock.now())
    waits = col(Comment.reply).in_(list(ANSWER_PENDING))
    late = select(func.count()).select_from(Comment).where(waits, Comment.reply_due_at <= ends)
    return session.exec(late.where(Comment.received_at <= ends)).one()


def _heard(session: Session, day: date) -> dict[str, str]:
    """Return how each account was heard on a day: "by_hand", "heard", "silent" (no poll succeeded), "off"."""
    first, after = day_bounds(day)
    polled = select(CoverageRecord.account_id).where(
        col(CoverageRecord.succeeded), CoverageRecord.polled_at >= first, CoverageRecord.polled_at < after
    )
    heard = set(session.exec(polled.distinct()))
    found = {}
    for account in session.exec(select(Account)):
        if account.network in BY_HAND:
            found[account.id] = "by_hand"
        elif account.id in heard:
            found[account.id] = "heard"
        else:
            found[account.id] = "off" if account.status is AccountStatus.PAUSED else "silent"
    return found


def substance(content: Mapping[str, Any]) -> Data:
    """Return what a signed day stands on: what was received and flagged, by account, and that nothing is open.

    A comment that was cleared and is then skimmed changes nothing of it; one that came later, or was flagged, does.
    """
    accounts = {
        one["id"]: [one["received"], one["flagged"], one["skimmed"] + one["cleared"], one["unscreened"]]
        for one in content["accounts"]
        if one["received"]
    }
    return {"day": content["day"], "accounts": accounts, "late_answers": content["late_answers"]}


def missing(content: Mapping[str, Any]) -> list[str]:
    """Return, in sentences, why a day cannot be signed; empty when it can."""
    found = []
    for one in content["accounts"]:
        if one["received"] != sum(one[name] for name in NUMBERS[1:]):
            found.append(
                _("{account} : {received} reçus, {told} classés. Prévenez un administrateur.").format(
                    account=one["account"], received=one["received"], told=sum(one[name] for name in NUMBERS[1:])
                )
            )
        if one["unscreened"]:
            found.append(
                _("{account} : {n} non analysés. Qualifiez-les dans la file PV.").format(
                    account=one["account"], n=one["unscreened"]
                )
            )
    if content["late_answers"]:
        told = _("{n} personnes attendent au-delà de leur délai. Répondez-leur, ou classez avec une raison.")
        found.append(told.format(n=content["late_answers"]))
    return found


def reserves(content: Mapping[str, Any]) -> list[str]:
    """Return what a day says nothing about: accounts that were not heard on it."""
    silent = _("{account} : aucun relevé n'a réussi ce jour-là ; ce qui y a été écrit compte pour un autre jour.")
    off = _("{account} : compte non connecté, rien n'en est certifié.")
    said = {"silent": silent, "off": off}
    return [said[one["heard"]].format(account=one["account"]) for one in content["accounts"] if one["heard"] in said]
