"""Alembic's environment: the metadata of our own registry, on the URL of the settings or of the caller."""

from alembic import context

from models.base import Table
from models.session import engine, open_engine

config = context.config
url = config.get_main_option("sqlalchemy.url")
chosen = open_engine(url) if url else engine()

with chosen.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()

if url:
    chosen.dispose()
