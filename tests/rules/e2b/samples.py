"""One complete report, coded, in which every element that we write is there."""

from datetime import UTC, date, datetime
from uuid import NAMESPACE_OID, uuid5

from moderation.e2b.record import Icsr, IcsrDrug, IcsrReaction, Patient, Sender, Source

AT = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
"""The present moment of these tests, a Friday."""
RECEIVED = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


def uuid(name: str) -> str:
    return str(uuid5(NAMESPACE_OID, name))


REACTION = IcsrReaction(
    key=uuid("reaction"), words="des vertiges", language="fra", seriousness=frozenset({"33", "34"}), outcome="2",
    started_on="2026-11", ended_on="2026-11-19", llt_code="90000001", meddra_version="29.0", confirmed=False,
    country="FR",
)  # fmt: skip
DRUG = IcsrDrug(
    key=uuid("drug"), name="Cardexine", role="1", substance="amlodipine", dose="5 mg le matin", batch="L2041",
    started_on="2026", ended_on="2026-11-18", indication="hypertension", action="1", recurred="2",
    situations=("2", "8"),
)  # fmt: skip
COMPLETE = Icsr(
    report_id="FR-HELIOR-2026-0117",
    made_at=AT,
    first_received_at=RECEIVED,
    latest_information=date(2026, 11, 19),
    expedited=True,
    sender=Sender("Laboratoires Hélior", "HELIOR", "RECEIVER"),
    source=Source("5", "FR"),
    patient=Patient(known=True, age=54, age_unit="a", age_group="5", sex="2", history="asthme"),
    reactions=(REACTION,),
    drugs=(DRUG,),
    narrative="Vertiges deux jours après la première prise.",
)
