"""Who is there: the application, the company's account, and how TikTok names a person to an application."""

import base64
import hashlib

from connectors.base import Account

APP_ID = "7300000000000000001"
APP_SECRET = "sandboxTikTokApplicationSecret"  # noqa: S105 - opens nothing but the sandbox
COMPANY = Account(id="b3d2f73d-4b8c-47fb-85c3-cd5712877540", handle="labos.helior", name="Laboratoires Hélior")
MEDIA = "https://medias.labos-helior.example/"
"""The addresses that the company has proved to be its own: films and pictures are fetched from there alone."""


def unique_identifier(person_id: str) -> str:
    """Return the name of a person that is the same for every application, and not the account's id."""
    return base64.b64encode(hashlib.sha384(f"tiktok:{person_id}".encode()).digest()).decode()


def user_id(person_id: str) -> str:
    """Return the name of a person for this application, soon to go."""
    return hashlib.sha256(f"{APP_ID}:{person_id}".encode()).hexdigest()
