"""The demonstration's detection: one change signed and in force, another one tried that waits for a signature."""

from datetime import timedelta

from compliance import people, signatures
from compliance.permissions import SYSTEM, Actor
from compliance.sign_in import actor_of
from demo.stage import Stage
from models.detection import DetectionChange
from models.enums import Role
from models.session import get, transaction
from moderation import detection, shadow
from settings import get_settings

HOURS_AGO = 7


def change_detection(stage: Stage) -> None:
    """Let two officers change the detection: one change is in force, the other ready to be signed."""
    with stage.at(stage.now - timedelta(hours=HOURS_AGO)):
        nadia, other = stage.holder(Role.PV_OFFICER), _second_officer(stage)
        first = _tried(
            nadia,
            suspect="tomber dans les pommes\ntombée dans les pommes",
            reason="Tournure relevée trois fois au téléphone, que la détection ne voit pas.",
        )
        _sign(other, first)
        _walk()
        _tried(
            other,
            suspect="écraser dans la compote",
            harmless="rendu l'âme",
            promise=3,
            reason="Trop de textes signalés pour rien ; une erreur de prise que la détection ne voyait pas.",
        )


def _tried(author: Actor, *, reason: str, suspect: str, harmless: str = "", promise: int | None = None) -> str:
    with transaction() as session:
        change = detection.propose_change(
            session, author, suspect=suspect, harmless=harmless, promise=promise, reason=reason
        )
        detection.start_run(session, author, change_id=change.id, row_version=None)
    _walk()
    return change.id


def _walk() -> None:
    while shadow.step():
        pass


def _sign(signer: Actor, change_id: str) -> None:
    with transaction() as session:
        seen = detection.signed_digest(get(session, DetectionChange, change_id))
        dialog = detection.open_signing(session, signer, change_id=change_id, seen_sha256=seen)
    with transaction() as session:
        refusal = signatures.prove(session, signer, nonce_id=dialog.nonce_id, password=get_settings().demo_password)
    if refusal:
        raise refusal
    with transaction() as session:
        detection.sign_change(
            session, signer, change_id=change_id, row_version=None, seen_sha256=seen, nonce_id=dialog.nonce_id
        )


def _second_officer(stage: Stage) -> Actor:
    """Return another officer: who proposes never signs alone."""
    known = [actor for actor in stage.people.values() if Role.PV_OFFICER in actor.roles]
    if len(known) > 1:
        return known[1]
    with transaction() as session:
        user = people.create_user(
            session,
            SYSTEM,
            login="yann.lebrun",
            printed_name="Yann Lebrun",
            email="yann.lebrun@helior.example",
            password=get_settings().demo_password,
        )
        people.grant_role(session, SYSTEM, user_id=user.id, role=Role.PV_OFFICER)
        stage.people[user.login] = actor_of(session, user)
    return stage.people["yann.lebrun"]
