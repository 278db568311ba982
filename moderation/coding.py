"""Coding the reactions of a case in the customer's MedDRA, one lowest level term each (E2B(R3) E.i.2.1b)."""

from dataclasses import dataclass

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, RuleViolated, StaleVersion
from i18n import N_
from models.case import Case, Reaction
from models.enums import CaseStatus, Situation, Vigilance
from models.session import get
from moderation import meddra
from moderation.case_report import reactions_of
from moderation.e2b.gathering import term_of, terms_of_situations
from moderation.meddra import Dictionary, Term
from moderation.opening import lock_case

NO_MEDDRA = N_(
    "MedDRA n'est pas installé : indiquez le dossier de votre version (COVIGIE_MEDDRA_DIR). Le fichier E2B(R3) reste "
    "un brouillon."
)


@dataclass(frozen=True)
class Uncoded:
    """What a person codes: a reaction, or a situation that a file says as one, with the nearest terms.

    `outdated`: it is coded in another version than the one that is installed.
    """

    reaction_id: str | None
    situation: Situation | None
    words: str
    code: str | None
    term: str | None
    version: str | None
    outdated: bool
    suggestions: tuple[Term, ...]


def to_code(session: Session, actor: Actor, *, case_id: str, held: Dictionary) -> list[Uncoded]:
    """Return the reactions of a case in their order, then the situations that stand for one."""
    check(actor, Permission.CASE_READ)
    case, rows = get(session, Case, case_id), reactions_of(session, case_id)
    found = [_of_reaction(held, row) for row in rows]
    for situation in terms_of_situations(case, rows):
        words = term_of(situation)
        near = meddra.suggest(held, words)
        found.append(Uncoded(None, situation, words, None, None, None, outdated=False, suggestions=near))
    return found


def _of_reaction(held: Dictionary, row: Reaction) -> Uncoded:
    outdated = bool(row.llt_code) and row.meddra_version != held.version
    near = meddra.suggest(held, row.verbatim) if outdated or not row.llt_code else ()
    return Uncoded(row.id, None, row.verbatim, row.llt_code, row.term, row.meddra_version, outdated, near)


def code_reaction(
    session: Session, actor: Actor, *, case_id: str, row_version: int, reaction_id: str, llt_code: str | None
) -> Reaction:
    """Give a reaction its current term of the installed MedDRA; None takes the code back.

    Raises InvalidInput without MedDRA or for a term that may not be used, StaleVersion for a stale screen.
    """
    check(actor, Permission.CASE_WRITE)
    case = _opened(session, case_id, row_version)
    reaction = get(session, Reaction, reaction_id)
    if reaction.case_id != case.id:
        raise InvalidInput(N_("Cette réaction n'est pas de ce cas. Rechargez la page."))
    _set(reaction, llt_code)
    return _coded(session, actor, case, reaction)


def code_situation(
    session: Session, actor: Actor, *, case_id: str, row_version: int, situation: Situation, llt_code: str
) -> Reaction:
    """Write a situation down as a coded reaction of its own: G.k.10.r has no code for it."""
    check(actor, Permission.CASE_WRITE)
    case = _opened(session, case_id, row_version)
    rows = reactions_of(session, case.id)
    if situation not in terms_of_situations(case, rows):
        raise InvalidInput(N_("Cette situation n'est pas à coder dans ce cas. Rechargez la page."))
    reaction = Reaction(case_id=case.id, n=max((row.n for row in rows), default=0) + 1, verbatim=term_of(situation))
    _set(reaction, llt_code)
    session.add(reaction)
    return _coded(session, actor, case, reaction)


def _opened(session: Session, case_id: str, row_version: int) -> Case:
    case = lock_case(session, case_id)
    if case.row_version != row_version:
        raise StaleVersion(N_("Ce cas a changé depuis que vous l'avez ouvert. Relisez-le, puis recommencez."))
    if case.status is CaseStatus.DISMISSED or case.vigilance is not Vigilance.PHARMACO:
        raise RuleViolated(N_("Seul un cas de pharmacovigilance qui n'est pas écarté se code en MedDRA."))
    return case


def _set(reaction: Reaction, llt_code: str | None) -> None:
    """Write the term, its code and its version, or take all three back."""
    if llt_code is None:
        reaction.llt_code = reaction.term = reaction.meddra_version = None
        return
    held = meddra.dictionary()
    if held is None:
        raise InvalidInput(NO_MEDDRA)
    found = meddra.term(held, llt_code)
    reaction.llt_code, reaction.term, reaction.meddra_version = found.code, found.name, held.version


def _coded(session: Session, actor: Actor, case: Case, reaction: Reaction) -> Reaction:
    """Write the event, without the term: the chain holds no field of a case; and change the case's version."""
    session.flush()
    new = {"reaction": reaction.id, "coded": reaction.llt_code is not None, "meddra": reaction.meddra_version}
    audit.record(session, actor, AuditAction.CASE_CODE, "case", case.id, new=new)
    case.updated_at = clock.now()
    flag_modified(case, "updated_at")
    session.flush()
    return reaction
