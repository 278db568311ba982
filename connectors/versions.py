"""Until when each network answers the version that we speak; None: no end is announced."""

from collections.abc import Mapping
from datetime import date

from connectors.linkedin import version as linkedin
from connectors.meta import version as meta
from connectors.tiktok import version as tiktok
from connectors.youtube import version as youtube

SUNSETS: Mapping[str, tuple[str, date | None]] = {
    "x": ("2", None),
    "facebook": (meta.VERSION, meta.SUNSET),
    "instagram": (meta.VERSION, meta.SUNSET),
    "linkedin": (linkedin.VERSION, linkedin.SUNSET),
    "tiktok": (tiktok.VERSION, tiktok.SUNSET),
    "youtube": (youtube.API, youtube.SUNSET),
}
