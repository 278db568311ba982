"""People for the tests, made by the real use cases."""

from compliance import people, signatures
from compliance.permissions import SYSTEM, Actor
from compliance.sign_in import actor_of
from models.enums import Role
from models.session import get, transaction
from models.user import User

PASSWORD = "correct horse battery"


def person(*roles: Role, login: str = "", name: str = "") -> Actor:
    """Create a person who holds the given roles; the login is the first role's name when none is given."""
    login = login or (roles[0].value if roles else "nobody")
    with transaction() as session:
        user = people.create_user(
            session,
            SYSTEM,
            login=login,
            printed_name=name or login.title(),
            email=f"{login}@helior.example",
            password=PASSWORD,
        )
        for role in roles:
            people.grant_role(session, SYSTEM, user_id=user.id, role=role)
        return actor_of(session, user)


def committee() -> dict[Role, Actor]:
    """Create one person a role, the system's excepted."""
    return {role: person(role) for role in Role if role is not Role.SYSTEM}


def proven_nonce(actor: Actor, *, subject_id: str, content_sha256: str, password: str = PASSWORD) -> str:
    """Open a signing dialog and type the password, as a person does; returns the nonce to sign with."""
    with transaction() as session:
        nonce_id = signatures.open_signing(session, actor, subject_id=subject_id, content_sha256=content_sha256)
    with transaction() as session:
        refusal = signatures.prove(session, actor, nonce_id=nonce_id, password=password)
    assert refusal is None, refusal
    return nonce_id


def reload_actor(actor: Actor) -> Actor:
    """Return the actor with the roles held now."""
    with transaction() as session:
        return actor_of(session, get(session, User, actor.id))
