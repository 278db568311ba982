"""The one time zone of days, hours and deadlines; apart from `clock`, so that pure rules may know it too."""

from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
