"""People, their roles, their sessions."""

from datetime import datetime

from sqlmodel import Field

from models.base import Table, enum_column, identifier, moment
from models.enums import Role


class User(Table, table=True):
    """A person. Never deleted and never reused (21 CFR 11.100(a)): deactivated, the name stays on what was signed."""

    __tablename__ = "user_account"

    id: str = identifier()
    login: str = Field(unique=True)
    printed_name: str
    email: str
    password_hash: str
    language: str = "fr"
    active: bool = True
    failed_attempts: int = 0
    locked_until: datetime | None = moment(nullable=True)
    totp_secret: str | None = None
    totp_last_step: int | None = None
    created_at: datetime = moment()
    row_version: int = 1


class RoleAssignment(Table, table=True):
    """A role that a person holds or held; revoked, the row stays."""

    __tablename__ = "role_assignment"

    id: str = identifier()
    user_id: str = Field(foreign_key="user_account.id", index=True)
    role: Role = enum_column(Role)
    granted_at: datetime = moment()
    granted_by: str | None = Field(default=None, foreign_key="user_account.id")
    revoked_at: datetime | None = moment(nullable=True)


class AuthSession(Table, table=True):
    """A signed-in browser. Only the SHA-256 of the opaque session id is kept."""

    __tablename__ = "auth_session"

    token_sha256: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = moment()
    last_seen_at: datetime = moment()
    expires_at: datetime = moment()
    revoked_at: datetime | None = moment(nullable=True)


class SigningNonce(Table, table=True):
    """Permission to sign one text once: made when the dialog opens, spent by the signature."""

    __tablename__ = "signing_nonce"

    id: str = identifier()
    user_id: str = Field(foreign_key="user_account.id", index=True)
    subject_id: str
    content_sha256: str
    expires_at: datetime = moment()
    confirmed_at: datetime | None = moment(nullable=True)
    used_at: datetime | None = moment(nullable=True)
