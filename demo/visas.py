"""The demonstration's visas of advertising: one that soon ends, one in force, one that waits for the ANSM."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import select

from demo.stage import Stage
from models.enums import Role, VisaAction, VisaKind
from models.product import Product
from models.session import transaction
from workflow import visas


def file_visas(stage: Stage, records: list[dict[str, Any]]) -> None:
    """Enter every visa as regulatory affairs would: filed, then granted on its day."""
    regulatory = stage.holder(Role.REGULATORY)
    for one in records:
        with transaction() as session:
            product = session.exec(select(Product.id).where(Product.name == one["product"])).one()
            filed = visas.file_visa(
                session, regulatory, number=one["number"], kind=VisaKind(one["kind"]), product_id=product,
                filed=_ago(stage, one["filed_days_ago"]),
            )  # fmt: skip
            visa_id, seen = filed.id, filed.row_version
        if "granted_days_ago" in one:
            with transaction() as session:
                visas.change_visa(
                    session, regulatory, visa_id=visa_id, row_version=seen, action=VisaAction.GRANT,
                    on=_ago(stage, one["granted_days_ago"]),
                )  # fmt: skip


def _ago(stage: Stage, days: int) -> date:
    return stage.now.date() - timedelta(days=days)
