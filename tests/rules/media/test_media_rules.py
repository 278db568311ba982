"""What each network takes is data; what it does not take is told in a sentence before anybody signs."""

import re
from dataclasses import replace

import pytest

from connectors.media_limits import LIMITS, limits_of
from models.enums import MediaKind, Network
from workflow.media_rules import Attached, problems, undescribed

PICTURE = Attached("course.jpg", MediaKind.PICTURE, "image/jpeg", 400_000, 1200, 900, alt_text="Des coureurs.")
GIF = replace(PICTURE, name="course.gif", mime="image/gif", animated=True)
FILM = Attached("course.mp4", MediaKind.FILM, "video/mp4", 4_000_000, 640, 360, duration_ms=12_000)


@pytest.mark.parametrize(
    ("network", "attached", "words"),
    [
        (Network.X, [PICTURE] * 5, "4 de ces fichiers"),
        (Network.X, [PICTURE, FILM], "ensemble"),
        (Network.X, [PICTURE, GIF], "ensemble"),
        (Network.X, [GIF, GIF], "1 de ces fichiers"),
        (Network.X, [replace(PICTURE, size=5_000_001)], "pèse 6 Mo, 5 Mo au plus sur X"),
        (Network.X, [replace(GIF, size=15_000_001)], "15 Mo au plus"),
        (Network.X, [replace(PICTURE, alt_text="a" * 1001)], "1001 caractères, 1000 au plus"),
        (Network.X, [replace(FILM, duration_ms=140_400)], "de 0.5 à 140 s"),
        (Network.INSTAGRAM, [replace(PICTURE, mime="image/png")], r"\(PNG\)"),
        (Network.INSTAGRAM, [replace(PICTURE, width=4000)], "trop allongée"),
        (Network.INSTAGRAM, [GIF], "GIF animé"),
        (Network.LINKEDIN, [replace(PICTURE, width=9000, height=9000)], "pixels"),
        (Network.LINKEDIN, [replace(FILM, mime="video/quicktime")], r"\(MOV\)"),
        (Network.TIKTOK, [replace(FILM, duration_ms=1000)], "dure 1 s"),
        (Network.YOUTUBE, [PICTURE], "ne prend pas ce format"),
        (Network.HCP_PORTAL, [PICTURE], "ne prend pas ce format"),
    ],
)
def test_what_a_network_does_not_take_is_said(network, attached, words):
    told = [str(one) for one in problems(network, attached)]
    assert any(re.search(words, one) for one in told), told
    assert all(one.endswith(".") for one in told)


@pytest.mark.parametrize(
    ("network", "attached"),
    [
        (Network.X, [PICTURE] * 4),
        (Network.X, [GIF]),
        (Network.X, [FILM]),
        (Network.INSTAGRAM, [PICTURE, FILM]),
        (Network.LINKEDIN, [PICTURE] * 20),
        (Network.FACEBOOK, [PICTURE]),
        (Network.TIKTOK, [FILM]),
        (Network.YOUTUBE, [FILM]),
        (Network.YOUTUBE, []),
    ],
)
def test_what_a_network_takes_is_not_spoken_of(network, attached):
    assert problems(network, attached) == ()


def test_pictures_need_a_description_and_films_do_not():
    assert undescribed([PICTURE, replace(PICTURE, alt_text=" \n"), replace(GIF, alt_text=""), FILM]) == 2


@pytest.mark.parametrize("network", sorted(LIMITS))
def test_every_limit_has_its_source(network):
    assert all(source.startswith("https://") for source in limits_of(network).sources)
    assert limits_of(network).certainty in "HML"
