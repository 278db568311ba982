"""How X counts: the examples are worked by hand from the published weights."""

import pytest

from connectors.x_text import same_words, unescape, weighted_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Bonjour", 7),
        ("é", 1),
        ("e\u0301", 1),  # composed first (NFC)
        ("œ « » – — ’ “ ”", 15),
        ("€", 2),  # U+20AC lies outside the light ranges
        ("日本", 4),
        ("💊", 2),
        ("👩‍⚕️", 2),  # one emoji of four code points
        ("👍🏽", 2),
        ("🇫🇷", 2),
        ("1️⃣", 2),
        ("👨‍👩‍👧‍👦 !", 4),
        ("https://labos-helior.example/une/adresse/tres/longue/et/plus?x=1", 23),
        ("Voir https://a.fr.", 5 + 23 + 1),
        ("labos-helior.fr", 23),
        ("(labos-helior.fr/p)", 25),
        ("moi@labos-helior.fr", 19),  # an address is no link
        ("fin.Debut", 9),
        ("@LabosHelior #prévention", 24),
        ("a\nb", 3),
    ],
)
def test_weighted_length(text, length):
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("A", "a", False),
        ("a  b", "a b", False),
        ("é", "e\u0301", True),
        (" a\n", "a", True),
        ("https://a.fr", "https://a.fr/", True),
        ("a.fr", "http://a.fr", True),
        ("https://A.fr/P", "https://a.fr/P", True),
        ("https://a.fr/P", "https://a.fr/p", False),
        ("https://a.fr/1 et 2", "https://a.fr/1", False),
    ],
)
def test_same_words(left, right, same):
    assert same_words(left, right) is same


@pytest.mark.parametrize(
    ("sent", "read"), [("&lt;3 &amp; &gt;", "<3 & >"), ("&amp;lt;", "&lt;"), ("&eacute;", "&eacute;")]
)
def test_unescape_undoes_three_escapes_once(sent, read):
    assert unescape(sent) == read
