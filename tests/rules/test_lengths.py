"""Lengths as the networks count them. The values for X are those of its published configuration (version 3)."""

import pytest

from connectors.x_text import weighted_length
from models.enums import Network
from workflow.lengths import Length, little_text, measure, published_text

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a", 1),
        ("é", 1),
        ("e\u0301", 1),
        ("œ€®", 4),
        ("«\u00a0oui\u00a0» ’", 9),
        ("…", 2),
        ("故人", 4),
        (FAMILY, 2),
        (FAMILY * 140, 280),
        ("🙋🏽👨‍🎤", 4),
        ("🇫🇷", 2),
        ("1⃣", 2),
        ("1️⃣", 2),
        ("©️", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        ("H🐱☺👨‍👩‍👧‍👦", 7),
        ("Hi http://test.co", 26),
        ("http://test.co", 23),
        ("https://www.helior.example/" + 200 * "a", 23),
        ("voir helior.fr.", 29),
        ("(voir https://a.fr/x(1)) ok", 33),
        ("contact@helior.fr", 17),
        ("ABC\u202a\uffffABC\ufffe", 12),
        ("3.5 mg et 1.5.2", 15),
    ],
)
def test_weighs_a_text_as_x_does(text: str, count: int) -> None:
    assert weighted_length(text) == count


@pytest.mark.parametrize(
    ("network", "text", "length"),
    [
        (Network.X, "a" * 280, Length(280, 280, over=False)),
        (Network.X, "a" * 281, Length(281, 280, over=True)),
        (Network.LINKEDIN, "a" * 3000, Length(3000, 3000, over=False)),
        (Network.LINKEDIN, "(" * 1501, Length(3002, 3000, over=True)),
        (Network.FACEBOOK, "é" * 63206, Length(63206, 63206, over=False)),
        (Network.FACEBOOK, "é" * 63207, Length(63207, 63206, over=True)),
        (Network.INSTAGRAM, "a" * 2201, Length(2201, 2200, over=True)),
        (Network.TIKTOK, "👍" * 1100, Length(2200, 2200, over=False)),
        (Network.TIKTOK, "👍" * 1101, Length(2202, 2200, over=True)),
        (Network.YOUTUBE, "é" * 2500, Length(5000, 5000, over=False)),
        (Network.YOUTUBE, "é" * 2501, Length(5002, 5000, over=True)),
        (Network.YOUTUBE, "\ud800", Length(3, 5000, over=False)),
        (Network.HCP_PORTAL, "a" * 90_000, Length(90_000, None, over=False)),
    ],
)
def test_measures_a_text_as_its_network_counts(network: Network, text: str, length: Length) -> None:
    assert measure(network, text) == length


def test_escapes_what_little_text_reserves() -> None:
    assert little_text("a (b) #c_d") == r"a \(b\) \#c\_d"


@pytest.mark.parametrize(
    ("network", "text", "hashtags", "link", "published"),
    [
        (Network.X, "Bonjour", ("Sante", "#Asthme"), "", "Bonjour\n#Sante #Asthme"),
        (Network.X, "Bonjour #sante", ("Sante",), "", "Bonjour #sante"),
        (Network.X, "Bonjour #SanteMentale", ("Sante",), "", "Bonjour #SanteMentale\n#Sante"),
        (Network.X, "Bonjour", (), "https://a.example", "Bonjour\nhttps://a.example"),
        (Network.X, "Bonjour https://a.example", (), "https://a.example", "Bonjour https://a.example"),
        (Network.FACEBOOK, "Bonjour", ("", "#"), "https://a.example", "Bonjour"),
        (Network.FACEBOOK, "Bonjour", ("Sante", "Sante"), "", "Bonjour\n#Sante"),
    ],
)
def test_appends_what_the_text_does_not_hold(
    network: Network, text: str, hashtags: tuple[str, ...], link: str, published: str
) -> None:
    assert published_text(network, text, hashtags, link) == published
