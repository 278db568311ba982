"""Filling the demonstration's database: everything through the use cases, as the people themselves would.

The clock is held at moments of the past days, in the application and in the sandbox, so that the demonstration opens
on a company at work: posts in every state, comments that wait, cases on their way.
"""

import json
from datetime import timedelta
from typing import Any

import httpx
from sqlmodel import Session, select

from compliance import accounts, people
from compliance.permissions import SYSTEM, Actor
from compliance.sign_in import actor_of
from connectors.base import Token
from demo import (
    answers,
    around,
    bypassing,
    case_files,
    committee,
    complete_case,
    connecting,
    counting,
    coverage,
    detection,
    doors,
    hand_checks,
    handoff,
    hiding,
    library,
    linkedin,
    meta,
    moderating,
    network_terms,
    on_call,
    outside,
    private,
    queues,
    skimming,
    tiktok,
    visas,
    writing,
    youtube,
)
from demo.stage import DATA, Stage, lines, load
from models.account import Account
from models.enums import Network, Role
from models.session import reading, transaction
from models.user import User
from settings import get_settings
from workflow import circuits, products

DAYS = 7


def seeded() -> bool:
    """Say whether the database holds the demonstration already."""
    with reading() as session:
        return session.exec(select(Account)).first() is not None


def seed(sandbox: str, token: Token) -> None:
    """Fill an empty database, while the public writes nothing: what it writes now would stand above the past."""
    stage = Stage(sandbox, token)
    stage.ask("produce", {"paused": True})
    with stage.at(stage.now - timedelta(days=DAYS)):
        _install(stage)
        network_terms.sign(stage)
        visas.file_visas(stage, load("visas.yaml"))
        committee.open_circuit(stage)
        library.fill(stage, load("library.yaml"))
        answers.fill(stage, [*load("replies.yaml"), *case_files.follow_ups()])
    published = writing.write_posts(stage, load("posts.yaml"))
    committee.meet(stage)
    moderating.moderate(stage, lines("first_comments.jsonl"), published)
    hiding.conceal(stage, published)
    skimming.skim(stage)
    on_call.keep_watch(stage)
    handoff.hand_off(stage)
    complete_case.complete(stage)
    case_files.work_on_cases(stage)
    around.show(stage)
    queues.work(stage)
    answers.leave_open(stage)
    detection.change_detection(stage)
    linkedin.open_page(stage)
    meta.show(stage)
    private.write(stage)
    tiktok.show(stage)
    youtube.show(stage)
    doors.bring_in(stage)
    hand_checks.name_lookers(stage)
    bypassing.write_past_the_committee(stage)
    outside.show(stage, published)
    coverage.show(stage)
    network_terms.show(stage)
    counting.count_days()
    connecting.look()
    stage.ask("produce", {"paused": False})


def _install(stage: Stage) -> None:
    for one in load("people.yaml"):
        stage.people[one["login"]] = _person(one)
    with transaction() as session:
        for record in json.loads((DATA / "catalogue.json").read_text(encoding="utf-8")):
            products.register_product(session, SYSTEM, record=record)
        circuits.install_default_circuits(session, SYSTEM)
        account = accounts.connect_account(
            session,
            SYSTEM,
            network=Network.X,
            handle="LabosHelior",
            display_name="Laboratoires Hélior",
            external_id=_external_id(stage),
            token=stage.token,
        )
        stage.account_id = account.id
        for one in load("accounts.yaml"):
            _register(session, stage, one)


def _register(session: Session, stage: Stage, one: dict[str, Any]) -> None:
    """Write down an account on a network that we do not publish on yet, the company's or a spokesperson's."""
    owner = stage.people[one["spokesperson"]].id if "spokesperson" in one else None
    registered = accounts.register_account(
        session,
        SYSTEM,
        network=Network(one["network"]),
        handle=one["handle"],
        display_name=one["name"],
        spokesperson_id=owner,
    )
    stage.accounts[one["key"]] = registered


def _external_id(stage: Stage) -> str:
    known = httpx.get(
        f"{stage.sandbox}/2/users/me",
        headers={"Authorization": f"Bearer {stage.token.access}"},
        timeout=30.0,
        trust_env=False,
    )
    known.raise_for_status()
    return str(known.json()["data"]["id"])


def _person(one: dict[str, Any]) -> Actor:
    with transaction() as session:
        user: User = people.create_user(
            session,
            SYSTEM,
            login=one["login"],
            printed_name=one["name"],
            email=f"{one['login']}@helior.example",
            password=get_settings().demo_password,
        )
        for role in one["roles"]:
            people.grant_role(session, SYSTEM, user_id=user.id, role=Role(role))
        return actor_of(session, user)
