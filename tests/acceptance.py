"""How an acceptance test names the case it plays: on every network that can show it, skipped by name on the others."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.cases import CASES
from connectors.registry import CHANNELS

ON_POSTGRESQL = "facebook"
"""Where a case is played on PostgreSQL too, or else on the first network that can show it."""
PLAYED: dict[str, set[str]] = {}
"""The networks on which each case is played."""


def plays(*names: str) -> Callable[[Any], Any]:
    """Play a test on every network, on SQLite, and on one network on PostgreSQL too.

    The cases named share what a network needs to show them.
    """
    case, *others = (CASES[name] for name in names)
    assert {one.can for one in others} <= {case.can}, "cases of one test need the same of a network"
    missing = {network: case.missing(channel.capabilities) for network, channel in CHANNELS.items()}
    able = [network for network, lack in missing.items() if not lack]
    for name in names:
        PLAYED.setdefault(name, set()).update(able)
    skips = {
        network: [pytest.mark.skip(reason=f"{network}: {lack}")] if lack else [] for network, lack in missing.items()
    }
    params = [pytest.param((network, "sqlite"), id=network, marks=marks) for network, marks in skips.items()]
    twice = ON_POSTGRESQL if ON_POSTGRESQL in able else able[0]
    params.append(pytest.param((twice, "postgresql"), id=f"{twice}-postgresql", marks=pytest.mark.postgres))
    return pytest.mark.parametrize("stage", params, indirect=True)
