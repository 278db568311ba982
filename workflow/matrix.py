"""The matrix of re-approval in force: the delivered one, or the newest that the responsible pharmacist signed.

A round keeps the one that it opened on: what was carried over says its number, and the gate reads that one again. What
a matrix may leave standing has a floor that nobody signs away (`reapproval.CEILING`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from compliance import audit, clock, signatures
from compliance.audit import AuditAction
from compliance.canonical import sha256_of
from compliance.permissions import Actor, Permission, allows, check
from errors import RuleViolated, StaleVersion
from i18n import N_
from models.base import new_id
from models.carried import ReapprovalMatrix
from models.enums import Role, SignatureMeaning
from models.review import Signature
from models.session import get
from models.user import User
from workflow.reapproval import CEILING, DELIVERED, EDITABLE, KEPT, MEANINGS, NONE, Change, Matrix, beyond_floor

SUBJECT = "reapproval_matrix"
Table = Mapping[Change, frozenset[SignatureMeaning]]


@dataclass(frozen=True)
class MatrixDialog:
    """What the signing dialog of a matrix shows; `version_n` is the number that it will have."""

    nonce_id: str
    role: Role
    meaning: SignatureMeaning
    version_n: int
    content_sha256: str


@dataclass(frozen=True)
class ChangeKept:
    """One row of the matrix: what stands after a change, what of it may be chosen; nothing to choose: fixed."""

    change: Change
    kept: frozenset[SignatureMeaning]
    choices: frozenset[SignatureMeaning]


@dataclass(frozen=True)
class MatrixView:
    """The matrix in force, who signed it and why; the delivered one is nobody's."""

    n: int
    rows: tuple[ChangeKept, ...]
    signed_by: str
    signed_at: datetime | None
    reason: str
    may_change: bool


def matrix_in_force(session: Session, moment: datetime | None = None) -> Matrix:
    """Return the matrix in force, now or at a moment."""
    row = _newest(session, moment)
    return _read(session, row) if row else Matrix()


def matrix_of(session: Session, n: str) -> Matrix:
    """Return the matrix of a number; one that nobody signed leaves nothing standing."""
    if n == DELIVERED:
        return Matrix()
    row = session.exec(select(ReapprovalMatrix).where(ReapprovalMatrix.n == (int(n) if n.isdecimal() else -1))).first()
    return _read(session, row) if row else Matrix(n, dict.fromkeys(KEPT, NONE))


def _newest(session: Session, moment: datetime | None = None) -> ReapprovalMatrix | None:
    signed = select(ReapprovalMatrix).order_by(col(ReapprovalMatrix.n).desc()).limit(1)
    return session.exec(signed if moment is None else signed.where(ReapprovalMatrix.signed_at <= moment)).first()


def _read(session: Session, row: ReapprovalMatrix) -> Matrix:
    """Return a stored matrix; a row that nobody signed, or that was altered since, leaves nothing standing."""
    given = session.get(Signature, row.signature_id)
    signed = (
        given is not None
        and (given.meaning, given.subject_kind) == (SignatureMeaning.MATRIX_CHANGE, SUBJECT)
        and given.content_sha256 == row.content_sha256
        and signatures.signature_holds(session, given)
    )
    if not signed or _sha(row.n, row.kept) != row.content_sha256:
        return Matrix(str(row.n), dict.fromkeys(KEPT, NONE))
    known = {change: frozenset(map(SignatureMeaning, row.kept.get(change.value, ()))) for change in KEPT}
    return Matrix(str(row.n), known)


def _sha(n: int, kept: Mapping[str, list[str]]) -> str:
    return sha256_of({"covigie": SUBJECT, "n": n, "kept": kept})


def matrix_view(session: Session, actor: Actor) -> MatrixView:
    """Return the matrix in force as its page shows it."""
    check(actor, Permission.RULE_READ)
    row, matrix = _newest(session), matrix_in_force(session)
    shown = frozenset(MEANINGS)
    return MatrixView(
        n=int(matrix.n),
        rows=tuple(
            ChangeKept(each, matrix.keeps(each) & shown, CEILING[each] & shown if each in EDITABLE else NONE)
            for each in KEPT
        ),
        signed_by=get(session, User, row.signed_by).printed_name if row else "",
        signed_at=row.signed_at if row else None,
        reason=row.reason if row else "",
        may_change=allows(actor, Permission.MATRIX_SIGN),
    )


def open_matrix(session: Session, actor: Actor, *, changes: Table, seen_n: int, reason: str) -> MatrixDialog:
    """Open the signing dialog of the next matrix: the one in force with these rows in place of its own."""
    kept = _checked(session, actor, changes, seen_n, reason)
    sha = _sha(seen_n + 1, kept)
    nonce_id = signatures.open_signing(session, actor, subject_id=SUBJECT, content_sha256=sha)
    meaning = SignatureMeaning.MATRIX_CHANGE
    return MatrixDialog(nonce_id, Role.RESPONSIBLE_PHARMACIST, meaning, seen_n + 1, sha)


def sign_matrix(
    session: Session, actor: Actor, *, changes: Table, seen_n: int, reason: str, nonce_id: str
) -> ReapprovalMatrix:
    """Put the next matrix in force for the rounds that open from now on.

    Raises RuleViolated without a reason, without a change, or beyond the floor (a change of number, product, mandatory
    mention or indication keeps no signature); StaleVersion when another was signed since.
    """
    kept = _checked(session, actor, changes, seen_n, reason)
    sha = _sha(seen_n + 1, kept)
    signature = signatures.sign(
        session,
        actor,
        nonce_id=nonce_id,
        role=Role.RESPONSIBLE_PHARMACIST,
        meaning=SignatureMeaning.MATRIX_CHANGE,
        subject_kind=SUBJECT,
        subject_id=SUBJECT,
        content_sha256=sha,
    )
    old = _as_data({each: matrix_in_force(session).keeps(each) for each in changes})
    row = ReapprovalMatrix(
        id=new_id(),
        n=seen_n + 1,
        kept=kept,
        content_sha256=sha,
        reason=reason.strip(),
        signature_id=signature.id,
        signed_by=actor.id or "",
        signed_at=clock.now(),
    )
    session.add(row)
    session.flush()
    new = {"n": row.n, "kept": {each: kept[each] for each in old}, "signature": signature.id, "content_sha256": sha}
    audit.record(
        session, actor, AuditAction.MATRIX_SIGN, SUBJECT, row.id, old={"kept": old}, new=new, reason=row.reason
    )
    return row


def _checked(session: Session, actor: Actor, changes: Table, seen_n: int, reason: str) -> dict[str, list[str]]:
    check(actor, Permission.MATRIX_SIGN)
    matrix = matrix_in_force(session)
    if int(matrix.n) != seen_n:
        raise StaleVersion(N_("La matrice a changé depuis que vous l'avez ouverte. Rechargez la page."))
    if beyond_floor(changes):
        raise RuleViolated(
            N_(
                "Ce changement fait toujours tomber ces signatures : un chiffre, un produit, une mention obligatoire "
                "ou une indication peut y tenir. Rien n'est enregistré."
            )
        )
    if all(matrix.keeps(change) == kept for change, kept in changes.items()):
        raise RuleViolated(N_("Rien n'a changé dans la matrice : il n'y a rien à signer."))
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    return _as_data({each: changes.get(each, matrix.keeps(each)) for each in KEPT})


def _as_data(table: Table) -> dict[str, list[str]]:
    return {change.value: sorted(meaning.value for meaning in kept) for change, kept in table.items()}
