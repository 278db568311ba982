"""What the events of the audit trail changed, in words: the keys that people read, and their values."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from app_pages._clocks import exact
from app_pages._words import text
from compliance.signatures import MEANINGS
from i18n import N_, _
from models.enums import (
    ActStatus,
    AlarmStatus,
    CaseStatus,
    ContestStatus,
    Disposition,
    MeetingStatus,
    Network,
    OverrideStatus,
    PostStatus,
    ProductKind,
    PublicationStatus,
    PvFacet,
    ReplyStatus,
    Role,
    RuleChangeStatus,
    SignatureMeaning,
    StepStatus,
    StopStatus,
    VisaStatus,
    VisibilityFacet,
)

KEYS = {
    "status": N_("état"),
    "pv": N_("pharmacovigilance"),
    "visibility": N_("visibilité"),
    "role": N_("rôle"),
    "meaning": N_("sens"),
    "disposition": N_("constat"),
    "rule": N_("règle"),
    "version": N_("version"),
    "n": N_("version"),
    "count": N_("nombre"),
    "network": N_("réseau"),
    "kind": N_("nature"),
    "login": N_("identifiant"),
    "language": N_("langue"),
    "due_at": N_("échéance"),
    "day_zero": N_("jour zéro"),
    "failed_attempts": N_("mots de passe faux"),
    "format": N_("format"),
}
VALUES: dict[tuple[str, str], type[StrEnum]] = {
    ("", "role"): Role,
    ("", "network"): Network,
    ("", "disposition"): Disposition,
    ("", "pv"): PvFacet,
    ("", "visibility"): VisibilityFacet,
    ("visibilityact", "status"): ActStatus,
    ("visibilitycontest", "status"): ContestStatus,
    ("product", "kind"): ProductKind,
    ("post", "status"): PostStatus,
    ("publication", "status"): PublicationStatus,
    ("review_step", "status"): StepStatus,
    ("case", "status"): CaseStatus,
    ("reply", "status"): ReplyStatus,
    ("oncallalarm", "status"): AlarmStatus,
    ("visa", "status"): VisaStatus,
    ("stop", "status"): StopStatus,
    ("meeting", "status"): MeetingStatus,
    ("override", "status"): OverrideStatus,
    ("rule_change", "status"): RuleChangeStatus,
}


def told(entity: str, key: str, value: Any) -> str:
    """Return "état : en relecture"; a value that no longer means anything stays as it was written."""
    return _("{key} : {value}").format(key=_(KEYS[key]), value=_value(entity, key, value))


def _value(entity: str, key: str, value: Any) -> str:
    kind = VALUES.get((entity, key)) or VALUES.get(("", key))
    if kind is not None and value in list(kind):
        return text(kind(value))
    if key == "meaning" and value in list(SignatureMeaning):
        return f"« {_(MEANINGS[SignatureMeaning(value)])} »"
    if key == "due_at" and value:
        return exact(datetime.fromisoformat(value))
    return "—" if value is None else str(value)
