"""Bringing a database to the tables of this release."""

from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration(url: str | None = None) -> Config:
    """Return Alembic's configuration for a URL, or for the database of the settings."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    if url:
        config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str | None = None) -> None:
    """Create or upgrade the tables."""
    command.upgrade(configuration(url), "head")


def write_revision(message: str, revision: str) -> None:
    """Write the migration that leads from the last release's tables to the tables as they are now."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'before.db'}"
        upgrade(url)
        command.revision(configuration(url), message=message, autogenerate=True, rev_id=revision)


def check() -> None:
    """Raise when the tables differ from what the migrations build."""
    command.check(configuration())
