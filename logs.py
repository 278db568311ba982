"""What the processes write to their logs: one JSON object a line, tracebacks without the values of variables.

A log is read by people who may not read comments: no text, handle or token belongs in one.
"""

import os

import structlog


def configure() -> None:
    """Set up the log of this process; transformers' advice to install what Covigie does without is no news."""
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
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
