"""The worker: the only process that knows both halves. The clock writes what is due, the rows say what to do.

APScheduler is nothing but the clock of the process that leads; any number of workers may take the rows.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session, col, select

from compliance import account_health, alerts, audit, jobs, mails, outbox, token_refresh
from compliance.jobs import Periodic
from connectors.registry import CHANNELS
from models.account import Account
from models.compliance import PublicKey
from models.enums import AccountStatus, EffectKind, Network
from models.session import get, reading, transaction
from moderation import (
    alarms,
    analysing,
    bypass,
    cases,
    chasing,
    comment_switches,
    concealing,
    deliveries,
    hearing,
    inbox,
    intake,
    mail_retention,
    naming,
    page_outcomes,
    private_reading,
    pv_mailbox,
    replies,
    rolling_up,
    shadow,
    tallying,
)
from moderation.files import importing
from moderation.terms.erasing import erase_due
from moderation.terms.in_force import polled_networks
from moderation.terms.told import remove_told
from settings import get_settings
from workflow import claim_endings, lapse_mails, product_changes, publishing, references, reminding, teams, visas

log = structlog.get_logger()

POLLED = tuple(network for network in Network if network.value in CHANNELS)
IDLE_SECONDS = 0.5
BEAT_SECONDS = 5
HEAR_SECONDS = 0.25
SWITCH_SECONDS = 0.0005
"""How long screening may hold the interpreter while another thread has an answer of the database to read; Python's own
5 ms, waited for at each of some hundred statements, are seconds."""
CAME = threading.Event()
"""Comments came that a network told of."""
BATCH = 25
MOST_SECONDS = 20.0
WEEK, MONTH, HALF_YEAR = 7, 30, 180
"""Days that are looked at again: the last week each hour, a month each day, half a year each week."""

HANDLERS: dict[EffectKind, outbox.Handler] = {
    EffectKind.PUBLISH: publishing.PUBLISH_HANDLER,
    EffectKind.REPLY: replies.REPLY_HANDLER,
    EffectKind.HIDE: concealing.HIDE_HANDLER,
    EffectKind.MAIL: mails.by_subject(
        {
            **alerts.HANDLERS,
            **reminding.HANDLERS,
            **lapse_mails.HANDLERS,
            **chasing.HANDLERS,
            **pv_mailbox.HANDLERS,
        },
        otherwise=cases.MAIL_HANDLER,
    ),
    EffectKind.COMMENTS: comment_switches.SWITCH_HANDLER,
    EffectKind.TEAMS: teams.TEAMS_HANDLER,
}
CALLS = {EffectKind.PAGE: page_outcomes.PAGE_HANDLER}
"""What calls the person on call: it goes before all that waits."""


def connected_accounts() -> list[Account]:
    """Return the accounts that are connected; the breaker of each says whether it is called."""
    with reading() as session:
        wanted = select(Account).where(col(Account.status) != AccountStatus.PAUSED, col(Account.network).in_(POLLED))
        return list(session.exec(wanted))


def polled_accounts() -> list[str]:
    """Return the accounts whose comments are fetched: those of the networks whose terms are signed."""
    with reading() as session:
        signed = polled_networks(session)
    return [account.id for account in connected_accounts() if account.network in signed]


def poll_accounts() -> None:
    """Poll every account and screen what came; one that fails leaves its coverage record and stops no other."""
    for account_id in polled_accounts():
        intake.poll_account(account_id)
        private_reading.read_doors(account_id)
    analyse()


def poll_fresh() -> None:
    """Poll the accounts that published not long ago between two rounds: that is when people answer."""
    with reading() as session:
        fresh = intake.fresh_accounts(session)
    for account_id in set(polled_accounts()) & fresh:
        intake.poll_account(account_id)
    analyse()


def reconciling(days: int) -> Callable[[], None]:
    """Return the job that looks again at what is stored: edits, deletions, comments that came late."""

    def reconcile() -> None:
        for account_id in polled_accounts():
            intake.reconcile_account(account_id, days=days)
            intake.seek_missing(account_id)

    return reconcile


def look_for_bypasses() -> None:
    """Look on each account for what we did not publish, and for what was changed there: all of it is our own."""
    for account in connected_accounts():
        bypass.look_for_bypasses(account.id)


def look_back_for_bypasses() -> None:
    """Look so at half a year of our own posts, as at the comments under them."""
    for account in connected_accounts():
        bypass.look_for_bypasses(account.id, days=HALF_YEAR)


def read_doors() -> None:
    """Read what other programs delivered, then some seconds of a file that waits."""
    deliveries.read_deliveries()
    importing.import_files()


def anchor_chain() -> None:
    """Seal the head of the audit chain, and anchor it outside the database."""
    with transaction() as session:
        head = audit.seal_head(session)
        pem = get(session, PublicKey, head.key_id).public_pem if head else ""
    if head:
        audit.write_anchor(head, get_settings().anchors, pem)


def expiring(end: Callable[[Session], object]) -> Callable[[], None]:
    """Return the job that ends what passed its last day, with all that rests on it; one that fails stops no other."""

    def expire() -> None:
        with transaction() as session:
            end(session)

    return expire


def analyse() -> None:
    """Screen what waits, for some seconds; between two batches, call for the emergencies that were found.

    A million imported rows take hours: meanwhile posts leave, calls are made and mails are read.
    """
    until = time.monotonic() + MOST_SECONDS
    while analysing.analyse_pending(BATCH) and time.monotonic() < until:
        call_out()


def call_out() -> None:
    """Raise what must call the person on call, and call; a long import makes nobody wait for it."""
    alarms.watch()
    send_calls()


def send_calls() -> None:
    """Send the calls that are due."""
    while outbox.run_one(holder_name(), CALLS):
        pass


def holder_name() -> str:
    """Return the name under which this process holds rows."""
    return f"{socket.gethostname()}-{os.getpid()}"


def periodic() -> dict[str, Periodic]:
    """Return the periodic jobs, by name."""
    every = [
        Periodic("poll_accounts", get_settings().poll_seconds, poll_accounts),
        Periodic("poll_fresh", get_settings().fresh_poll_seconds, poll_fresh),
        Periodic("reconcile_accounts", get_settings().reconcile_seconds, reconciling(WEEK)),
        Periodic("look_for_bypasses", get_settings().reconcile_seconds, look_for_bypasses),
        Periodic("look_back_for_bypasses", 604_800, look_back_for_bypasses),
        Periodic("reconcile_month", 86_400, reconciling(MONTH)),
        Periodic("reconcile_half_year", 604_800, reconciling(HALF_YEAR)),
        Periodic("analyse", 10, analyse),
        Periodic("read_doors", 5, read_doors),
        Periodic("on_call", 20, call_out),
        Periodic("silent_accounts", 60, alarms.watch_accounts),
        Periodic("hide_named", 30, naming.hide_named),
        Periodic("try_detection", 10, shadow.work),
        Periodic("refresh_tokens", 60, token_refresh.refresh_tokens),
        Periodic("check_accounts", 900, account_health.check_due),
        Periodic("remind", 60, reminding.remind),
        Periodic("read_pv_mailbox", 60, pv_mailbox.read_mailbox),
        Periodic("read_inbox", get_settings().poll_seconds, inbox.read_inbox),
        Periodic("chase_pv", 300, chasing.chase),
        Periodic(rolling_up.ROUND, 300, rolling_up.roll_up_touched),
        Periodic(tallying.ROUND, 300, tallying.fold),
        Periodic("anchor_chain", 300, anchor_chain),
        Periodic("expire_visas", 3_600, expiring(visas.expire_visas)),
        Periodic("expire_references", 3_600, expiring(references.expire_references)),
        Periodic("expire_claims", 3_600, expiring(claim_endings.expire_claims)),
        Periodic("expire_products", 3_600, expiring(product_changes.expire_products)),
        Periodic("empty_mails", 86_400, mail_retention.empty_mails),
        Periodic("erase_due", 3_600, erase_due),
        Periodic("remove_told", 300, remove_told),
        Periodic("sweep", 86_400, jobs.sweep),
    ]
    return {job.kind: job for job in every}


class Stop:
    """Set by SIGTERM or SIGINT: the worker ends after the row that it is at."""

    def __init__(self) -> None:
        self.event = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.ask)

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """Ask the worker to end."""
        self.event.set()


def tick(holder: str, due: dict[str, Periodic]) -> None:
    """Write what is due, when this process leads."""
    if jobs.lead(holder):
        for job in due.values():
            jobs.tick(job)


def work_once(holder: str, due: dict[str, Periodic]) -> bool:
    """Do what a network told of, one due job and one due effect, calls first; return False when there was nothing."""
    send_calls()
    heard = read_what_came()
    ran = jobs.run_due(holder, due)
    return outbox.run_one(holder, HANDLERS) or ran or heard


def hear(holder: str) -> None:
    """Fetch at once what a network told of, when this process leads; screening never makes it wait."""
    if hearing.is_told() and jobs.lead(holder) and hearing.hear():
        CAME.set()


def read_what_came() -> bool:
    """Screen what a network told of; return False when nothing came."""
    came = CAME.is_set()
    if came:
        CAME.clear()
        analyse()
    return came


def run() -> None:
    """Run until asked to stop."""
    sys.setswitchinterval(SWITCH_SECONDS)
    holder = holder_name()
    due, stop = periodic(), Stop()
    clock = BackgroundScheduler(timezone="UTC")
    clock.add_job(tick, "interval", args=(holder, due), seconds=1, max_instances=1, coalesce=True)
    clock.add_job(hear, "interval", args=(holder,), seconds=HEAR_SECONDS, max_instances=1, coalesce=True)
    clock.add_job(jobs.beat, "interval", args=("worker",), seconds=BEAT_SECONDS, max_instances=1, coalesce=True)
    clock.start()
    jobs.beat("worker")
    log.info("worker started", holder=holder)
    try:
        while not stop.event.is_set():
            if not work_once(holder, due):
                stop.event.wait(IDLE_SECONDS)
    finally:
        clock.shutdown(wait=True)
        log.info("worker stopped", holder=holder)
