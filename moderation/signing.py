"""What a signing dialog of moderation shows."""

from dataclasses import dataclass

from models.enums import Role, SignatureMeaning


@dataclass(frozen=True)
class SigningDialog:
    """The one-shot nonce, and what is about to be signed: as what, meaning what, which version, which content."""

    nonce_id: str
    role: Role
    meaning: SignatureMeaning
    version_n: int
    content_sha256: str
