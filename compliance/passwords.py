"""Passwords: argon2id with the low-memory profile of RFC 9106."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from errors import InvalidInput
from i18n import N_

SHORTEST = 12


@lru_cache
def hasher() -> PasswordHasher:
    """Return the hasher of this process."""
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hash_password(password: str) -> str:
    """Return the hash to keep; raises InvalidInput when the password is too short."""
    if len(password) < SHORTEST:
        raise InvalidInput(N_("Le mot de passe doit compter au moins {n} caractères."), n=SHORTEST)
    return hasher().hash(password)


def password_holds(stored: str, password: str) -> bool:
    """Say whether a password is the one that was hashed."""
    try:
        return hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def decoy() -> str:
    """Return a hash to compare with when the login is unknown, so that the time taken tells nothing."""
    return hasher().hash("a login that nobody has")
