"""What stands on our own accounts is held against what was signed: unknown, changed, or as it should be."""

from datetime import UTC, datetime

import pytest

from connectors.base import PublishedPost
from models.enums import BypassKind
from moderation.bypass import Signed, judge

AT = datetime(2026, 11, 18, 11, tzinfo=UTC)
OURS = Signed("pub-1", "100", "Bien dormir", "", final=True)
FILM = Signed("pub-2", "300", "Bien dormir", "Le sommeil", final=True)
LEAVING = Signed("pub-3", None, "Bientôt en ligne", "", final=False)
HELD = Signed("pub-4", "400", "Retenu", "", final=False)
KNOWN = [OURS, FILM, LEAVING, HELD]


def shown(remote_id: str, text: str, title: str | None = None, edit_ids: tuple[str, ...] = ()) -> PublishedPost:
    return PublishedPost(remote_id, text, f"https://x.example/{remote_id}", AT, "{}", None, title, edit_ids)


@pytest.mark.parametrize(
    ("post", "kind", "signed"),
    [
        (shown("100", "Bien dormir"), None, OURS),
        (shown("100", "Bien dormir !"), BypassKind.CHANGED_TEXT, OURS),
        (shown("101", "Bien manger", edit_ids=("100", "101")), BypassKind.CHANGED_TEXT, OURS),
        (shown("101", "Bien dormir", edit_ids=("100", "101")), None, OURS),
        (shown("200", "Bien dormir"), BypassKind.UNKNOWN_POST, None),
        (shown("300", "Bien dormir", "Le sommeil"), None, FILM),
        (shown("300", "Bien dormir", "Guérir"), BypassKind.CHANGED_TEXT, FILM),
        (shown("500", "Bientôt en ligne"), None, None),
        (shown("400", "Autre chose"), None, HELD),
    ],
)
def test_a_post_is_unknown_changed_or_as_it_was_signed(post, kind, signed):
    assert judge(post, KNOWN, lambda sent, there: sent == there.text) == (kind, signed)
