"""Signing in and out; who is behind a browser; five wrong passwords lock an account.

A wrong password must be counted although nothing else is done: these use cases return a refusal instead of raising
it, so that the count is committed.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import pyotp
from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.alerts import alert_lockout
from compliance.audit import AuditAction
from compliance.passwords import decoy, password_holds
from compliance.permissions import Actor
from errors import AppError, SignInRefused
from i18n import N_
from models.enums import Role
from models.session import get
from models.user import AuthSession, RoleAssignment, User
from settings import get_settings

TOTP_SECONDS = 30


@dataclass(frozen=True)
class SignIn:
    """A signed-in browser's opaque token and person, or the refusal to show."""

    token: str | None = None
    user: User | None = None
    refusal: AppError | None = None


def token_hash(token: str) -> str:
    """Return what the database keeps of an opaque session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(session: Session, *, login: str, password: str, code: str = "") -> SignIn:
    """Check login, password and one-time code, and open a session; count and lock on refusal."""
    user = session.exec(select(User).where(User.login == login.strip().lower())).first()
    if user is None:
        password_holds(decoy(), password)
        return SignIn(refusal=SignInRefused())
    refusal = prove_identity(session, user, password=password, code=code, refused=AuditAction.SIGN_IN_REFUSED)
    if refusal:
        return SignIn(refusal=refusal)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    expires = now + timedelta(hours=get_settings().session_hours)
    session.add(
        AuthSession(
            token_sha256=token_hash(token), user_id=user.id, created_at=now, last_seen_at=now, expires_at=expires
        )
    )
    audit.record(session, actor_of(session, user), AuditAction.SIGN_IN, "user", user.id)
    return SignIn(token=token, user=user)


def prove_identity(
    session: Session, user: User, *, password: str, code: str, refused: AuditAction
) -> SignInRefused | None:
    """Check a person's password (and one-time code when set); count a failure, lock after five.

    Returns the refusal to show, or None. Source: 21 CFR 11.300(d), unauthorised attempts are detected and reported.
    """
    now = clock.now()
    if not user.active:
        password_holds(decoy(), password)
        return SignInRefused()
    if user.locked_until and user.locked_until > now:
        return _locked(user)
    if password_holds(user.password_hash, password) and _code_holds(user, code):
        user.failed_attempts, user.locked_until = 0, None
        return None
    return _count_failure(session, user, refused)


def _locked(user: User) -> SignInRefused:
    until = clock.paris(user.locked_until) if user.locked_until else clock.paris(clock.now())
    return SignInRefused(
        N_(
            "Compte verrouillé jusqu'à {until} après plusieurs mots de passe faux. Rien n'a été signé, rien n'est "
            "perdu. Attendez, ou demandez à un administrateur de le déverrouiller : il est prévenu. Si ce n'était pas "
            "vous, dites-le-lui tout de suite."
        ),
        until=f"{until:%H:%M}",
    )


def _count_failure(session: Session, user: User, refused: AuditAction) -> SignInRefused:
    actor = actor_of(session, user)
    settings = get_settings()
    user.failed_attempts += 1
    audit.record(session, actor, refused, "user", user.id, new={"failed_attempts": user.failed_attempts})
    if user.failed_attempts < settings.lock_after:
        return SignInRefused(
            N_("Identifiant ou mot de passe incorrect. Encore {left} essais avant le verrouillage du compte."),
            left=settings.lock_after - user.failed_attempts,
        )
    user.failed_attempts = 0
    user.locked_until = clock.now() + timedelta(minutes=settings.lock_minutes)
    new = {"until": user.locked_until.isoformat()}
    event = audit.record(session, actor, AuditAction.LOCKED, "user", user.id, new=new)
    alert_lockout(session, user, seq=event.seq, signing=refused is AuditAction.SIGNING_REFUSED)
    return _locked(user)


def _code_holds(user: User, code: str) -> bool:
    """Check a time-based one-time code (RFC 6238), one step of drift, each step once."""
    if user.totp_secret is None:
        return True
    step = int(clock.now().timestamp()) // TOTP_SECONDS
    totp = pyotp.TOTP(user.totp_secret)
    for candidate in (step - 1, step):
        fresh = user.totp_last_step is None or candidate > user.totp_last_step
        if fresh and secrets.compare_digest(totp.at(candidate * TOTP_SECONDS), code.strip()):
            user.totp_last_step = candidate
            return True
    return False


def roles_of(session: Session, user_id: str) -> frozenset[Role]:
    """Return the roles that a person holds now."""
    held = select(RoleAssignment).where(RoleAssignment.user_id == user_id, col(RoleAssignment.revoked_at).is_(None))
    return frozenset(assignment.role for assignment in session.exec(held))


def actor_of(session: Session, user: User) -> Actor:
    """Return a person as an actor, with the roles held now."""
    return Actor(user.id, user.login, user.printed_name, roles_of(session, user.id))


def current_actor(session: Session, token: str) -> Actor | None:
    """Return who is behind a session token, or None when it ended, idled out, or the person was deactivated.

    Writes nothing: `touch` keeps the session alive.
    """
    unrevoked = (col(RoleAssignment.user_id) == User.id) & col(RoleAssignment.revoked_at).is_(None)
    found = session.exec(
        select(AuthSession, User, RoleAssignment.role)
        .join(User, col(AuthSession.user_id) == User.id)
        .outerjoin(RoleAssignment, unrevoked)
        .where(AuthSession.token_sha256 == token_hash(token))
    ).all()
    if not found:
        return None
    held, user, _role = found[0]
    now = clock.now()
    if held.revoked_at or held.expires_at <= now or not user.active:
        return None
    if held.last_seen_at + timedelta(minutes=get_settings().idle_minutes) <= now:
        return None
    return Actor(user.id, user.login, user.printed_name, frozenset(Role(role) for _held, _user, role in found if role))


def touch(session: Session, token: str) -> None:
    """Note that a session is in use."""
    held = session.get(AuthSession, token_hash(token))
    if held and not held.revoked_at:
        held.last_seen_at = clock.now()


def sign_out(session: Session, *, token: str) -> None:
    """End a session; its other tabs end with it."""
    held = session.get(AuthSession, token_hash(token))
    if held and not held.revoked_at:
        held.revoked_at = clock.now()
        actor = actor_of(session, get(session, User, held.user_id))
        audit.record(session, actor, AuditAction.SIGN_OUT, "user", held.user_id)
