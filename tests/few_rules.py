"""The delivered rule pack cut down to a few of its rules: reading seventy takes longer than what is tested."""

from workflow import checks, rule_pack
from workflow.checks import parse_pack
from workflow.checks.pack import DEFAULT_PACK, PACK_FILE


def few_rules(monkeypatch, *ids: str):
    """Let every check use these rules alone, without checklist; a fixture yields to it (`yield from`)."""
    files = {PACK_FILE, *(f"{rule_id}.yaml" for rule_id in ids)}
    small = parse_pack({path.name: path.read_text() for path in DEFAULT_PACK.iterdir() if path.name in files})
    monkeypatch.setattr(checks, "default_pack", lambda: small)
    rule_pack._changed.cache_clear()
    yield small
    rule_pack._changed.cache_clear()
