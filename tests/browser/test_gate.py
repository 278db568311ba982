"""The gate of the real application, asked directly."""

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from app_pages._auth import LOOPBACK_COOKIE
from models.enums import Role
from tests.factories import person
from tests.pages.conftest import session_token

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("cookie", ["", f"{LOOPBACK_COOKIE}=made-up"])
def test_a_websocket_without_a_session_is_refused(application, cookie):
    headers = {"Cookie": cookie} if cookie else {}
    with (
        pytest.raises(InvalidStatus),
        connect(application.socket_url, origin=application.url, additional_headers=headers),
    ):
        pass


def test_a_websocket_with_a_session_opens_from_our_own_page_only(application):
    headers = {"Cookie": f"{LOOPBACK_COOKIE}={session_token(person(Role.LEGAL))}"}
    with connect(application.socket_url, origin=application.url, additional_headers=headers):
        pass
    with (
        pytest.raises(InvalidStatus),
        connect(application.socket_url, origin="https://elsewhere.example", additional_headers=headers),
    ):
        pass
