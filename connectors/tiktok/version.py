"""The version of TikTok's API for Business that is spoken: the one place that names it."""

from datetime import date

VERSION = "v1.3"
SUNSET: date | None = None
"""TikTok has announced no end of v1.3 (business-api.tiktok.com/portal/docs, read 2026-11)."""
BASE_URL = "https://business-api.tiktok.com"
"""Where TikTok answers; the sandbox speaks TikTok under `/tiktok`."""
