"""Tokens of the networks, encrypted at rest; the keys are a file outside the database, newest first."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from compliance.keys import write_private
from errors import InvalidInput
from i18n import N_
from settings import get_settings

KEY_FILE = "tokens.keys"


def _cipher() -> MultiFernet:
    path = get_settings().keys / KEY_FILE
    if not path.exists():
        write_private(path, Fernet.generate_key() + b"\n")
    return MultiFernet([Fernet(line) for line in path.read_bytes().split()])


def encrypt(token: str, *, account_id: str) -> str:
    """Encrypt an account's token; it can be read for that account only."""
    return _cipher().encrypt(f"{account_id}\n{token}".encode()).decode()


def decrypt(stored: str, *, account_id: str) -> str:
    """Return an account's token; raises InvalidInput when the key is missing or the row is another account's."""
    try:
        owner, token = _cipher().decrypt(stored.encode()).decode().split("\n", 1)
    except InvalidToken as error:
        raise InvalidInput(N_("Le jeton de ce compte ne peut plus être lu. Reconnectez le compte.")) from error
    if owner != account_id:
        raise InvalidInput(N_("Le jeton de ce compte ne peut plus être lu. Reconnectez le compte."))
    return token
