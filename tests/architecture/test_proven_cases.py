"""The table of docs/networks.md says what the acceptance tests play, no less and no more."""

import importlib

import docgen
from connectors.cases import CASES
from connectors.registry import CHANNELS
from tests.acceptance import PLAYED

MODULES = (
    "test_acceptance_intake",
    "test_acceptance_bad_input",
    "test_acceptance_webhooks",
    "test_acceptance_switches",
)


def test_every_case_of_the_table_is_played_on_the_networks_that_it_names():
    for name in MODULES:
        importlib.import_module(f"tests.use_cases.moderation.{name}")
    rows = [line.strip("| ").split(" | ") for line in docgen.networks_page().partition("## What may")[2].splitlines()]
    told = {row[0]: {network for network, cell in zip(CHANNELS, row[1:], strict=True) if cell == "shown"}
            for row in rows if len(row) == len(CHANNELS) + 1}  # fmt: skip
    assert {case.said: PLAYED.get(name, set()) for name, case in CASES.items()} == {
        said: networks for said, networks in told.items() if said in {case.said for case in CASES.values()}
    }
    assert set(PLAYED) == set(CASES)
