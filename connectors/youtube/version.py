"""Which version of YouTube's interface is spoken, and until when."""

from datetime import date

API = "v3"
"""Part of every address."""
SUNSET: date | None = None
"""No end of version 3 is announced (discovery document of 2026-11-04); YouTube promises a year's notice of one."""
