"""The version of LinkedIn's interface that is spoken, in one place."""

from datetime import date

VERSION = "202609"
"""Sent as `LinkedIn-Version` with every call; a month's version is answered for a year at least."""
SUNSET = date(2027, 9, 15)
"""From here on LinkedIn may answer 426: versions were switched off in the middle of the month a year later."""
PROTOCOL = "2.0.0"
"""Sent as `X-Restli-Protocol-Version`: without it, keys and lists in an address mean something else."""
