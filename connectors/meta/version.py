"""The version of Meta's Graph API that is spoken, for Facebook pages and Instagram professional accounts alike.

Versions follow each other about three times a year and live for some two years; the next one was v26.0 (2026-07-29).
Source: developers.facebook.com, Graph API changelog, read 2026-11.
"""

from datetime import date

VERSION = "v25.0"
INTRODUCED = date(2026, 2, 18)
SUNSET = date(2028, 7, 29)
