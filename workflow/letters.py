"""What the mails of the committee have in common: their language, their form, and links that open and never sign."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage

from i18n import _, current_language, set_language
from models.user import User
from settings import get_settings


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say what follows in a person's language."""
    before = current_language()
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


def letter(user: User, subject: str, lines: Sequence[str]) -> EmailMessage:
    """Return a mail to a person."""
    message = EmailMessage()
    message["To"], message["From"] = user.email, get_settings().mail_from
    message["Subject"] = " ".join(subject.split())
    message.set_content("\n".join(lines) + "\n")
    return message


def opens_only() -> str:
    """Return the sentence under a link."""
    return _("Ce lien ouvre la publication dans cette version. Rien n'est signé sans votre mot de passe.")


def post_link(post_id: str, version_n: int) -> str:
    """Return the address that opens a version of a post."""
    return f"{address()}/relecture?post={post_id}&v={version_n}"


def address() -> str:
    """Return the application's address as people reach it."""
    settings = get_settings()
    return (settings.public_url or f"http://localhost:{settings.port}").rstrip("/")


def review_link(post_id: str, version_n: int, step_id: str) -> str:
    """Return the address that opens a version's review with the signing dialog of a step; it signs nothing."""
    return f"{post_link(post_id, version_n)}&etape={step_id}"
