"""The installation's Ed25519 key: it seals signatures and the heads of the audit chain.

The private key is a file outside the database (mode 0600); the database keeps public keys, also retired ones.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from sqlmodel import Session

from compliance import clock
from models.compliance import PublicKey
from settings import get_settings

PRIVATE_FILE = "installation.pem"


@dataclass(frozen=True)
class InstallationKey:
    """The private key with the id of its public half."""

    key_id: str
    private: Ed25519PrivateKey

    def seal(self, text: str) -> str:
        """Return the base64 Ed25519 signature of a text."""
        return base64.b64encode(self.private.sign(text.encode())).decode()

    @property
    def public_pem(self) -> str:
        """The public half, PEM."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def key_id_of(public: Ed25519PublicKey) -> str:
    """Return the id of a public key: the first 16 hexadecimal digits of the SHA-256 of its raw bytes."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def write_private(path: Path, content: bytes) -> None:
    """Write a secret file that only its owner can read; never over an existing one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def installation_key() -> InstallationKey:
    """Return the installation's key, made the first time that it is asked for."""
    path = get_settings().keys / PRIVATE_FILE
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        write_private(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return InstallationKey(key_id_of(private.public_key()), private)


def register_public_key(session: Session, key: InstallationKey) -> None:
    """Keep the public half in the database, so that seals verify after the key was replaced."""
    if session.get(PublicKey, key.key_id) is None:
        session.add(PublicKey(key_id=key.key_id, public_pem=key.public_pem, created_at=clock.now()))


def seal_holds(public_pem: str, text: str, seal: str) -> bool:
    """Say whether a seal is the signature of a text by the holder of a public key."""
    public = load_pem_public_key(public_pem.encode())
    try:
        public.verify(base64.b64decode(seal), text.encode())  # type: ignore[union-attr, call-arg]
    except (InvalidSignature, ValueError):
        return False
    return True
