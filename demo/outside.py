"""What goes outside: a picture that Instagram fetches here, comments closed by hand on X, calls without a key."""

import io
from datetime import timedelta

from PIL import Image, ImageDraw
from sqlmodel import select

from compliance import clock, refused_calls
from demo import writing
from demo.stage import Stage
from models.account import Account
from models.enums import Network, Qualification, Role
from models.session import transaction
from moderation import bypass
from workflow import drafting, public_media, publishing
from workflow.content import MediaRef, PostContent, VariantContent
from workflow.media import add_media

IN_MINUTES = 4
TEXT = "Quatre gestes pour ranger son armoire à pharmacie. Un doute ? Votre pharmacien vous répond."
SIDE = 1080


def show(stage: Stage, published: dict[str, str]) -> None:
    """Let somebody restrict the comments of a post on X, plan the picture, and refuse some calls."""
    newest = max(published.values(), key=int)
    stage.ask(f"posts/{newest}/settings", {"network": "x", "reply_settings": "following"})
    bypass.look_for_bypasses(stage.account_id)
    _plan_picture(stage)
    for _ in range(3):
        refused_calls.tally("intake", "", slowed=False)
    with transaction() as session:
        refused_calls.write_down(session)


def _plan_picture(stage: Stage) -> None:
    """Bring a picture for Instagram through the committee, to leave some minutes after the start."""
    if not public_media.base_address():
        return
    manager = stage.holder(Role.COMMUNITY_MANAGER)
    stage.moment = stage.now - timedelta(hours=2)
    with stage.later(1), transaction() as session:
        account = session.exec(select(Account).where(Account.network == Network.INSTAGRAM)).first()
        if account is None:
            return
        ref = add_media(session, manager, name="armoire.jpg", data=picture()).ref("Une armoire à pharmacie ouverte.")
        post_id = drafting.create_post(session, manager, content=_content(account, ref)).id
    with stage.later(1):
        writing.submit(manager, post_id)
    writing.sign_all(stage, post_id)
    with transaction() as session:
        due_at = clock.now() + timedelta(minutes=IN_MINUTES)
        publishing.schedule(session, manager, post_id=post_id, row_version=None, due_at=due_at)


def _content(account: Account, ref: MediaRef) -> PostContent:
    variant = VariantContent(account.id, account.network, TEXT, media=(ref,))
    return PostContent("Bien ranger son armoire à pharmacie", (variant,), Qualification.INSTITUTIONAL)


def picture() -> bytes:
    """Return a JPEG drawn here: shelves, boxes, a cross."""
    image = Image.new("RGB", (SIDE, SIDE), (236, 240, 244))
    draw = ImageDraw.Draw(image)
    for n, colour in enumerate(((20, 120, 160), (230, 150, 60), (90, 160, 110))):
        top = 180 + 280 * n
        draw.rectangle((120, top + 180, 960, top + 200), fill=(120, 110, 100))
        for k in range(4):
            draw.rectangle((150 + 200 * k, top + 40 * (k % 2), 300 + 200 * k, top + 180), fill=colour)
    draw.rectangle((500, 40, 580, 160), fill=(0, 150, 90))
    draw.rectangle((480, 60, 600, 140), fill=(0, 150, 90))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()
