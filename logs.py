"""What the processes write to their logs: one JSON object a line, tracebacks without the values of variables.

A log is read by people who may not read comments: no text, handle or token belongs in one.
"""

import logging
import os

import structlog

SECRET_QUERIES = ("/oauth/", "/webhooks/")
"""Our own routes to which a code, or the word that we agreed on with a network, comes in the address."""


class WithoutQueries(logging.Filter):
    """Take the query out of what a web server's access log says of those routes."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change uvicorn's arguments: client, method, address, HTTP version, status."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                one.partition("?")[0] if isinstance(one, str) and one.startswith(SECRET_QUERIES) else one
                for one in record.args
            )
        return True


def configure() -> None:
    """Set up the log of this process; transformers' advice to install what Covigie does without is no news."""
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    access = logging.getLogger("uvicorn.access")
    if not any(isinstance(one, WithoutQueries) for one in access.filters):
        access.addFilter(WithoutQueries())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )
