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
    from compliance.breaker_states import BREAKER_TRANSITIONS
    from moderation.detection_states import DETECTION_TRANSITIONS
    from moderation.states import (
        ALARM_TRANSITIONS,
        CALL_BACK_TRANSITIONS,
        CASE_TRANSITIONS,
        REPLY_TRANSITIONS,
        TEXT_TRANSITIONS,
    )
    from moderation.terms.states import TERMS_TRANSITIONS
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
        "Terms sheet of a network": TERMS_TRANSITIONS,
        "Case": CASE_TRANSITIONS,
        "Reply": REPLY_TRANSITIONS,
        "On-call alarm": ALARM_TRANSITIONS,
        "Breaker of an account": BREAKER_TRANSITIONS,
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
    ("tells_comments", "tells whether the comments of our posts are open"),
    ("lists_closed", "says which posts have their comments closed as it lists comments"),
    ("shows_edits", "comments can be edited"),
    ("lists_mentions", "lists what names us elsewhere"),
    ("private_messages", "lists private messages"),
    ("story_replies", "lists answers to stories"),
    ("ad_comments", "lists comments under advertisements"),
    ("max_message_length", "characters of an answer in private"),
    ("tells_count", "tells how many comments there are"),
    ("has_webhook", "tells of comments by itself"),
    ("media_by_address", "takes files from a public address only"),
    ("pictures_by_address", "takes pictures from a public address only"),
    ("switches_comments", "opens and closes the comments of a post that is out"),
    ("closing_deletes", "deletes the comments that are there when they are closed"),
    ("daily_units", "units a day for all calls"),
    ("prices", "prices, in thousandths of a US dollar"),
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
    lines += ["", "## What may happen, and what is proven", "", PROVEN, "", *_cases()]
    return "\n".join(lines) + "\n"


PROVEN = (
    "Each case is played by `tests/use_cases/moderation/test_acceptance_*.py` "
    "on every network that can show it, through the use cases, against the sandbox."
)


def _cases() -> list[str]:
    """Return the table of what the acceptance tests play, network by network."""
    from connectors.cases import CASES
    from connectors.registry import CHANNELS

    lines = ["| | " + " | ".join(CHANNELS) + " |", "| --- |" + " --- |" * len(CHANNELS)]
    for case in CASES.values():
        missing = (case.missing(channel.capabilities) for channel in CHANNELS.values())
        cells = [f"no: {why}" if why else "shown" for why in missing]
        lines.append(f"| {case.said} | " + " | ".join(cells) + " |")
    return lines


def network_terms_page() -> str:
    """Return docs/network-terms.md: the sheets that legal and the data protection officer sign, in English."""
    from i18n import Language, catalogue
    from moderation.terms.sheets import ERASED, EXCEPTIONS, SHEETS, digest_of

    english = catalogue(Language.EN)
    lines = ["# What the networks' terms ask", MADE, "", TERMS_ABOUT, "", "## What outlives its days", ""]
    lines += [f"- **{why}**: {english[said]}" for why, said in EXCEPTIONS.items()]
    lines += ["", english[ERASED], "", TERMS_BESIDE]
    for network, terms in SHEETS.items():
        lines += ["", f"## {network}, version {terms.version}", ""]
        lines += [f"{english[terms.document]}, read on {terms.read_on}; digest `{digest_of(terms)[:16]}…`.", ""]
        kept, gone = terms.kept, terms.after_deletion
        lines += [f"Days kept: {kept.proposed} proposed, {kept.most} at most.", ""]
        lines += [f"Days after the author's deletion: {gone.proposed} proposed, {gone.most} at most.", ""]
        lines += ["| about | what is asked | known | what we do |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {one.topic} | {english[one.asks]} | {one.confidence.replace('_', ' ')} | {english[one.ours]} |"
            for one in terms.clauses
        ]
    return "\n".join([*lines, "", *TERMS_ENDS]) + "\n"


TERMS_ABOUT = """\
Terms change; what counts is what legal and the data protection officer read on the day. *Sure*: the network's own
words; *reported*: quoted by others; *to verify*: read it before signing. A network is polled only once both have
signed its sheet in *Conditions des réseaux*; the days that they sign are what the engine keeps. A new version of a
sheet, or other days, take two new signatures; until then the former signature holds as long as the new version says
(not one day, where it says nothing). A revoked sheet stops the polling at once, and not the erasing.

An adverse event that the company has seen must be kept and reported (Directive 2001/83/EC, articles 104 and 107; French
Public Health Code, R. 5121-166 and following), whatever a network asks to be forgotten. Telephone, mail and files are
the company's own: no sheet is needed, and no sheet erases them."""
TERMS_BESIDE = """\
What we wrote in private (answers with their drafts and effects, and what was written in the thread elsewhere) is
emptied with the message that it answers, and after the same days at the latest; while one message of its thread is
kept, so is it. Its hash, dates and the network's identifiers stay. What we answered in public is the company's own
publication.

What a network tells by itself is removed, heard or not, after the shorter of the two signed numbers of days, seven at
the most, counted from when it came; where nobody signed, after the proposed ones."""
TERMS_ENDS = (
    "Versions that end: Facebook and Instagram v25.0 on 2028-07-29 (sure); LinkedIn 202609 about September 2027 (to",
    "verify); X v2, YouTube v3 and TikTok v1.3 have announced none. Each stands in one place,",
    "`connectors/<network>/version.py`.",
)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value).replace("_", " ")
    if isinstance(value, Mapping):
        return ", ".join(f"{name.replace('_', ' ')} {price}" for name, price in value.items())
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
    "network-terms.md": network_terms_page,
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
