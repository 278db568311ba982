"""People and their roles; every grant and every withdrawal is written down (Annex 11, 12.3)."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.passwords import hash_password
from compliance.permissions import Actor, Permission, check
from errors import InvalidInput, NotFound, RuleViolated
from i18n import N_
from models.enums import Role
from models.session import get
from models.user import AuthSession, RoleAssignment, User


def create_user(
    session: Session, actor: Actor, *, login: str, printed_name: str, email: str, password: str, language: str = "fr"
) -> User:
    """Create a person; a login is never given twice, not even after a departure (21 CFR 11.100(a))."""
    check_admin(actor)
    login = login.strip().lower()
    if not login or not printed_name.strip():
        raise InvalidInput(N_("L'identifiant et le nom imprimé sont nécessaires."))
    if session.exec(select(User).where(User.login == login)).first():
        raise RuleViolated(
            N_("L'identifiant « {login} » existe déjà, et n'est jamais attribué deux fois."), login=login
        )
    user = User(
        login=login,
        printed_name=printed_name.strip(),
        email=email.strip(),
        password_hash=hash_password(password),
        language=language,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    audit.record(session, actor, AuditAction.USER_CREATE, "user", user.id, new={"login": login})
    return user


def check_admin(actor: Actor) -> None:
    """Refuse an actor who may not manage people; the installation itself may, to create the first one."""
    if actor.id is not None:
        check(actor, Permission.USER_ADMIN)


def grant_role(session: Session, actor: Actor, *, user_id: str, role: Role) -> RoleAssignment:
    """Give a role to a person; the system's own role is nobody's."""
    check_admin(actor)
    if role is Role.SYSTEM:
        raise RuleViolated(N_("Ce rôle est celui du moteur ; personne ne peut le tenir."))
    get(session, User, user_id)
    assignment = RoleAssignment(user_id=user_id, role=role, granted_at=audit.moment(session), granted_by=actor.id)
    session.add(assignment)
    session.flush()
    audit.record(session, actor, AuditAction.ROLE_GRANT, "user", user_id, new={"role": role.value})
    return assignment


def revoke_role(session: Session, actor: Actor, *, user_id: str, role: Role, reason: str) -> None:
    """Take a role away; what was signed in it stays signed."""
    check_admin(actor)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    held = select(RoleAssignment).where(
        RoleAssignment.user_id == user_id, RoleAssignment.role == role, col(RoleAssignment.revoked_at).is_(None)
    )
    assignment = session.exec(held).first()
    if assignment is None:
        raise NotFound
    assignment.revoked_at = audit.moment(session)
    audit.record(
        session, actor, AuditAction.ROLE_REVOKE, "user", user_id, old={"role": role.value}, reason=reason.strip()
    )


def name_of(session: Session, user_id: str | None) -> str:
    """Return a person's printed name, empty for nobody."""
    return get(session, User, user_id).printed_name if user_id else ""


def holders_of(session: Session, roles: Collection[Role]) -> Sequence[User]:
    """Return the active people who hold one of these roles now, by id."""
    held = select(RoleAssignment.user_id).where(
        col(RoleAssignment.role).in_(roles), col(RoleAssignment.revoked_at).is_(None)
    )
    return session.exec(select(User).where(col(User.id).in_(held), col(User.active)).order_by(col(User.id))).all()


def administrators(session: Session) -> Sequence[User]:
    """Return the active administrators, by id."""
    return holders_of(session, [Role.ADMINISTRATOR])


def deactivate_user(session: Session, actor: Actor, *, user_id: str, reason: str) -> None:
    """Close a person's access at once; the name stays on all that was signed."""
    check_admin(actor)
    if not reason.strip():
        raise RuleViolated(N_("Indiquez une raison : elle sera jointe à la décision."))
    user = get(session, User, user_id, lock=True)
    user.active = False
    for held in session.exec(select(AuthSession).where(AuthSession.user_id == user_id)):
        held.revoked_at = held.revoked_at or clock.now()
    audit.record(session, actor, AuditAction.USER_DEACTIVATE, "user", user_id, reason=reason.strip())
