"""The demonstration's hand-off: mails that came back from pharmacovigilance, a reminder, a week compared and signed."""

from datetime import timedelta
from email.message import EmailMessage

from sqlmodel import col, select

from compliance import clock, signatures
from compliance.permissions import SYSTEM, Actor
from demo.stage import Stage
from models.case import Case
from models.enums import CaseStatus, Role, Side, StatementKind
from models.handoff import SentMail
from models.session import reading, transaction
from moderation import chasing, receipts, reconciliation, statements
from settings import get_settings

HEADERS = "Numéro de cas;Numéro PV;Reçu le;Issue"
STRANGER = "PV-1130-09"


def hand_off(stage: Stage) -> None:
    """Let pharmacovigilance answer some cases and list what it holds, and both sides sign the seven days before."""
    with clock.at(stage.now - timedelta(hours=2)):
        chasing.chase()
        _answer_by_mail()
    with clock.at(stage.now - timedelta(hours=1)):
        _compare(stage)


def _answer_by_mail() -> None:
    with reading() as session:
        waiting = select(Case, SentMail).where(SentMail.case_id == Case.id, SentMail.n == 0)
        forwarded = waiting.where(Case.status == CaseStatus.FORWARDED).order_by(col(Case.number)).limit(3)
        found = session.exec(forwarded).all()
    bodies = (
        "Bonjour,\n\nBien reçu. Notre numéro : PV-{number}-A.\n\nLe service de pharmacovigilance",
        "Bonjour,\n\nBien reçu, nous revenons vers vous.\n\nLe service de pharmacovigilance",
        "Je suis absente jusqu'à lundi. Ceci est un message automatique.",
    )
    for n, ((case, sent), body) in enumerate(zip(found, bodies, strict=False)):
        raw = _letter(case, sent, body.format(number=case.number.replace("-", "")), n)
        with transaction() as session:
            receipts.receive(session, SYSTEM, raw=raw)


def _letter(case: Case, sent: SentMail, body: str, n: int) -> bytes:
    message = EmailMessage()
    message["From"] = f"Pharmacovigilance <{get_settings().pv_mailbox}>"
    message["Subject"] = f"Re: Cas {case.number}"
    message["Date"], message["In-Reply-To"] = clock.now(), sent.message_id
    message["Message-ID"] = f"<{n}.{case.number}@pharmacovigilance.example>"
    message.set_content(body)
    return message.as_bytes()


def _compare(stage: Stage) -> None:
    officer, manager = stage.holder(Role.PV_OFFICER), stage.holder(Role.COMMUNITY_MANAGER)
    last = clock.paris(clock.now()).date() - timedelta(days=1)
    first = last - timedelta(days=6)
    with reading() as session:
        cases = reconciliation.sent_cases(session, first, last)
    rows = [f"{case.number};{case.pv_reference};;valide" for case in cases if case.pv_reference]
    listed = "\n".join([HEADERS, *rows, f";{STRANGER};;non valide"])
    with transaction() as session:
        reconciliation.import_list(
            session, officer, first_day=first, last_day=last, filename="liste-pv.csv", data=listed.encode()
        )
    with transaction() as session:
        statement = statements.freeze(
            session, officer, kind=StatementKind.RECONCILIATION, first_day=first, last_day=last
        )
    for actor, side in ((manager, Side.COMMUNITY), (officer, Side.PV)):
        _sign(actor, statement.id, side)


def _sign(actor: Actor, statement_id: str, side: Side) -> None:
    with transaction() as session:
        opened = statements.open_signing(session, actor, statement_id=statement_id, side=side)
    with transaction() as session:
        signatures.prove(session, actor, nonce_id=opened.nonce_id, password=get_settings().demo_password)
    with transaction() as session:
        statements.sign(session, actor, statement_id=statement_id, side=side, nonce_id=opened.nonce_id)
