"""What leaves for a network: exactly what was signed, or nothing; said before anything leaves."""

import pytest

from errors import RuleViolated
from models.enums import Network
from workflow.content import MediaRef, PostContent, VariantContent, canonical_variant
from workflow.delivery import shows_title
from workflow.outgoing import outgoing

PICTURE, FILM = MediaRef("a" * 64, "Une balance", "image/png", "a.png"), MediaRef("b" * 64, "", "video/mp4", "b.mp4")


def payload(network: Network, *media: MediaRef) -> str:
    variant = VariantContent("compte", network, "Bonjour à tous", media=media)
    return canonical_variant(PostContent("Titre interne", (variant,)), variant).payload_json


def test_a_picture_that_a_network_fetches_from_a_public_address_is_refused_before_anything_is_sent():
    with pytest.raises(RuleViolated, match="adresse publique"):
        outgoing(payload(Network.INSTAGRAM, PICTURE))
    assert outgoing(payload(Network.INSTAGRAM, FILM)).text == "Bonjour à tous"
    assert outgoing(payload(Network.FACEBOOK, PICTURE)).text == "Bonjour à tous"


@pytest.mark.parametrize(
    ("signed", "shown", "same"),
    [
        ({}, None, True),
        ({"title": "La migraine"}, "La migraine", True),
        ({"title": "La migraine"}, "La migraine ", True),
        ({"title": "La migraine"}, "Migraine", False),
        ({"title": "La migraine"}, "", False),
        ({}, "Un titre que nul n'a signé", False),
    ],
)
def test_a_title_that_a_network_shows_is_the_signed_one(signed, shown, same):
    assert shows_title(signed, shown) is same
