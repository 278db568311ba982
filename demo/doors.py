"""The demonstration's other doors: two noted calls, one with a promise, and an export with two lines to correct."""

import re
from datetime import timedelta

from compliance import clock
from demo.stage import DATA, Stage
from models.base import new_id
from models.enums import CallDirection, ContactWay, Role, Speaker
from models.session import transaction
from moderation import phone_notes
from moderation.files import importing
from moderation.files.survey import survey
from moderation.phone_notes import Call

FILE = DATA / "avis_site.csv"
SOURCE = "Avis du site"
COLUMNS = {"text": "Avis", "at": "Date", "id": "Numéro", "author": "Pseudo"}


def bring_in(stage: Stage) -> None:
    """Note the calls and import the file, as the people of the demonstration would."""
    with clock.at(stage.now - timedelta(minutes=30)):
        _note_calls(stage)
        _import(stage)


def _note_calls(stage: Stage) -> None:
    now = clock.now()
    feedback = Call(
        reference="appel-2026-311", called_at=now - timedelta(minutes=20), direction=CallDirection.OUTGOING,
        speaker=Speaker.PHARMACY, name="Pharmacie du Vieux-Port",
        said="Deux patients nous ont dit que le goût du Rinozel avait changé. Pas d'effet signalé pour l'instant.",
        promised="Dire si le lot est concerné", way=ContactWay.PHONE, by=stage.now + timedelta(hours=20),
    )  # fmt: skip
    patient = Call(
        reference="appel-2026-312", called_at=now - timedelta(minutes=5), direction=CallDirection.INCOMING,
        speaker=Speaker.RELATIVE, name="",
        said="Mon père prend Cardexine depuis lundi, il a des vertiges quand il se lève. Est-ce que c'est normal ?",
    )  # fmt: skip
    with transaction() as session:
        for call in (feedback, patient):
            phone_notes.note_call(session, stage.holder(Role.PV_OFFICER), call=call)


def _import(stage: Stage) -> None:
    path = importing.spool_folder() / f"{new_id()}.csv"
    dated = re.sub(
        r"J-(\d+)", lambda day: f"{clock.now() - timedelta(days=int(day[1])):%d/%m/%Y}", FILE.read_text("utf-8")
    )
    path.write_text(dated, "utf-8")
    file = importing.FileToImport(path, FILE.name, survey(path, FILE.name), COLUMNS, spooled=True)
    with transaction() as session:
        begun = importing.begin(session, stage.holder(Role.COMMUNITY_MANAGER), source=SOURCE, file=file)
    importing.run(begun.id)
