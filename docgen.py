"""The pages of docs/ that are made from the code, so that they cannot be wrong."""

import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from compliance.permissions import ROLES, Permission
from compliance.transitions import Transition
from models.enums import Role
from settings import Settings

DOCS = Path(__file__).parent / "docs"
MADE = "<!-- Made from the code by `covigie docs`; change the code. -->"


def settings_page() -> str:
    """Return docs/settings.md."""
    lines = ["# Settings", MADE, "", "From the environment or a `.env` file.", "", "| variable | default | meaning |"]
    lines.append("| --- | --- | --- |")
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `COVIGIE_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def permissions_page() -> str:
    """Return docs/permissions.md."""
    lines = ["# Permissions", MADE, "", "Who may do what. The sentence is the one that a refused person reads.", ""]
    lines += ["| permission | sentence | roles |", "| --- | --- | --- |"]
    for permission in Permission:
        holders = ", ".join(f"`{role}`" for role in Role if permission in ROLES[role])
        lines.append(f"| `{permission.code}` | {permission.sentence} | {holders} |")
    return "\n".join(lines) + "\n"


def states_page() -> str:
    """Return docs/states.md: one diagram and one table a kind of record."""
    from moderation.detection_states import DETECTION_TRANSITIONS
    from moderation.states import (
        ALARM_TRANSITIONS,
        CALL_BACK_TRANSITIONS,
        CASE_TRANSITIONS,
        REPLY_TRANSITIONS,
        TEXT_TRANSITIONS,
    )
    from moderation.visibility_states import ACT_TRANSITIONS, CONTEST_TRANSITIONS, VISIBILITY_TRANSITIONS
    from workflow.library_states import CLAIM_TRANSITIONS, PRODUCT_TRANSITIONS, REFERENCE_TRANSITIONS
    from workflow.rule_states import OVERRIDE_TRANSITIONS, RULE_CHANGE_TRANSITIONS
    from workflow.series import SERIES_TRANSITIONS
    from workflow.states import MEETING_TRANSITIONS, POST_TRANSITIONS, STOP_TRANSITIONS, VISA_TRANSITIONS
    from workflow.wording_conditions import CONDITION_TRANSITIONS

    lines = ["# States", MADE, "", "What is not in a table cannot be done.", ""]
    tables = {
        "Post": POST_TRANSITIONS,
        "Meeting": MEETING_TRANSITIONS,
        "Visa": VISA_TRANSITIONS,
        "Series of repetitions": SERIES_TRANSITIONS,
        "Claim": CLAIM_TRANSITIONS,
        "Reference": REFERENCE_TRANSITIONS,
        "Product": PRODUCT_TRANSITIONS,
        "Emergency stop": STOP_TRANSITIONS,
        "Opinion under conditions": CONDITION_TRANSITIONS,
        "Override of a finding": OVERRIDE_TRANSITIONS,
        "Change of a rule": RULE_CHANGE_TRANSITIONS,
        "Change of the detection": DETECTION_TRANSITIONS,
        "Case": CASE_TRANSITIONS,
        "Reply": REPLY_TRANSITIONS,
        "On-call alarm": ALARM_TRANSITIONS,
        "Visibility of a comment": VISIBILITY_TRANSITIONS,
        "Act on a comment's visibility": ACT_TRANSITIONS,
        "Author's contest": CONTEST_TRANSITIONS,
        "Library text": TEXT_TRANSITIONS,
        "Promised contact": CALL_BACK_TRANSITIONS,
    }
    for name, table in tables.items():
        lines += [f"## {name}", "", *_diagram(table), "", *_table(table), ""]
    return "\n".join(lines).rstrip() + "\n"


def _diagram(table: Mapping[tuple[StrEnum, StrEnum], Transition]) -> list[str]:
    arrows = [f"    {status} --> {t.to}: {action}" for (status, action), t in table.items()]
    return ["```mermaid", "stateDiagram-v2", *arrows, "```"]


def _table(table: Mapping[tuple[StrEnum, StrEnum], Transition]) -> list[str]:
    lines = ["| state | action | leads to | permission | reason | signature |", "| --- | --- | --- | --- | --- | --- |"]
    for (status, action), t in table.items():
        needs = f"{'yes' if t.reason else ''} | {'yes' if t.signature else ''}"
        lines.append(f"| {status} | {action} | {t.to} | `{t.permission.code}` | {needs} |")
    return lines


CAN: tuple[tuple[str, str], ...] = (
    ("max_length", "characters of a post, in the network's unit"),
    ("max_reply_length", "characters of an answer"),
    ("max_media", "files on a post"),
    ("can_reply", "answers"),
    ("reply_to_hidden", "answers to what is hidden"),
    ("can_hide", "hides a comment"),
    ("hide_reversible", "shows it again"),
    ("can_delete_own", "deletes what we wrote"),
    ("can_delete_foreign", "removes what others wrote"),
    ("can_disable_comments", "publishes with comments closed"),
    ("shows_edits", "comments can be edited"),
    ("lists_mentions", "lists what names us elsewhere"),
    ("tells_count", "tells how many comments there are"),
    ("has_webhook", "tells of comments by itself"),
    ("media_by_address", "takes files from a public address only"),
    ("pictures_by_address", "takes pictures from a public address only"),
    ("daily_units", "units a day for all calls"),
    ("blind_to", "never lists"),
)


def networks_page() -> str:
    """Return docs/networks.md: what each channel can do, as the screens are told."""
    from connectors.registry import CHANNELS

    about = "What the screens offer of a network, and what a person has to look at. Their terms: [network-terms.md]"
    lines = ["# Networks", MADE, "", f"{about}(network-terms.md).", ""]
    lines += ["| | " + " | ".join(CHANNELS) + " |", "| --- |" + " --- |" * len(CHANNELS)]
    for name, said in CAN:
        held = (_shown(getattr(channel.capabilities, name)) for channel in CHANNELS.values())
        lines.append(f"| {said} | " + " | ".join(held) + " |")
    return "\n".join(lines) + "\n"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value).replace("_", " ")
    return "" if value is None else str(value)


def intake_record_page() -> str:
    """Return docs/intake-record.md: every field of the JSON that `covigie export-case` writes."""
    from moderation.case_record import PARTS, SCHEMA

    lines = ["# Intake record", MADE, "", f"`covigie export-case ID --format json`, schema `{SCHEMA}`.", ""]
    lines += ["Within a version no field is taken away or changes its meaning; new ones may come. Unknown is `null`."]
    for part in PARTS:
        schema = part.model_json_schema(mode="serialization")
        lines += ["", f"## {part.__name__.removesuffix('Record')}", "", str(part.__doc__), ""]
        lines += ["| field | type | meaning |", "| --- | --- | --- |"]
        for name, field in schema["properties"].items():
            lines.append(f"| `{name}` | {_json_type(schema, field)} | {field.get('description', '')} |")
    return "\n".join(lines) + "\n"


def _json_type(schema: dict[str, Any], field: dict[str, Any]) -> str:
    """Return a field's type in words: its codes, where it has some."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        known = schema["$defs"][name]
        return ", ".join(f"`{code}`" for code in known["enum"]) if "enum" in known else name.removesuffix("Record")
    if "anyOf" in field:
        return " or ".join(_json_type(schema, each) for each in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_json_type(schema, field['items'])}"
    return str(field.get("const") or field.get("format") or field["type"])


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "networks.md": networks_page,
    "permissions.md": permissions_page,
    "states.md": states_page,
    "intake-record.md": intake_record_page,
}


def write(*, check: bool = False) -> int:
    """Write the pages, or only compare; return the exit status."""
    stale = []
    for name, make in PAGES.items():
        path, content = DOCS / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            stale.append(name)
            if not check:
                path.write_text(content, encoding="utf-8")
    if check and stale:
        sys.stderr.write(f"docs/ differs from the code: {', '.join(stale)}. Run `make docs`.\n")
    return int(check and bool(stale))
