"""The demonstration's skim: witnesses written by quality, one screen read by the officer."""

from datetime import timedelta

from compliance import clock
from demo.stage import Stage, load
from models.enums import Role
from models.session import transaction
from moderation import skimming
from settings import get_settings

READ_BEFORE = timedelta(hours=8)


def skim(stage: Stage) -> None:
    """Write the witnesses, and let the officer read one screen."""
    with stage.at(stage.now - READ_BEFORE) as moment:
        for one in load("witnesses.yaml"):
            with transaction() as session:
                skimming.write_witness(session, stage.holder(Role.QUALITY), **one)
        reader = stage.holder(Role.PV_OFFICER)
        with transaction() as session:
            screen = skimming.open_screen(session, reader)
    if screen:
        with clock.at(moment + timedelta(seconds=2 * get_settings().skim_seconds)), transaction() as session:
            skimming.pass_screen(session, reader, screen_id=screen.id)
