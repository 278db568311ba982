"""The sandbox's HTML: Jinja templates, everything escaped."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

PARIS = ZoneInfo("Europe/Paris")


def paris(moment: datetime) -> str:
    """Return a moment as a person in Paris reads it."""
    return f"{moment.astimezone(PARIS):%d/%m/%Y %H:%M:%S}"


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_environment.filters["paris"] = paris


def render(name: str, **values: Any) -> str:
    """Fill a template."""
    return _environment.get_template(name).render(**values)
