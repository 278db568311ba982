"""A list of earlier posts is read as people keep it; each line says what is wrong in it."""

from datetime import UTC, datetime

import pytest

from compliance import clock
from errors import InvalidInput
from models.enums import Network, Qualification
from workflow.prior_file import prior_entry, read_prior, remote_id_of

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HEAD = "Réseau;Compte;Adresse;Date;Texte;Produit;Référence interne;Qualification"
LINE = (
    "X;@helior_labo;https://x.com/helior_labo/status/1790000000000000001;12/03/2025 09:00;"
    '"Rinozel ; dès 12 ans.";Rinozel;HEL-1;Publicité grand public'
)


@pytest.fixture(autouse=True)
def may():
    with clock.at(NOW):
        yield


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_list_is_read_whatever_wrote_it(encoding):
    (line,) = read_prior(f"{HEAD}\r\n{LINE}\r\n;;;;;;;\r\n".encode(encoding))
    entry = line.entry
    assert (line.n, entry.network, entry.handle, entry.remote_id) == (
        2,
        Network.X,
        "helior_labo",
        "1790000000000000001",
    )
    assert (entry.at, entry.text) == (datetime(2025, 3, 12, 8, tzinfo=UTC), "Rinozel ; dès 12 ans.")
    assert (entry.product, entry.internal_ref, entry.qualification) == ("Rinozel", "HEL-1", Qualification.PROMO_GP)


def test_english_columns_in_another_order_are_read():
    data = "text,network,url,account,date\nHello,LinkedIn,https://www.linkedin.com/posts/a_activity-7100000000000000001,a,2025-03-12\n"
    (line,) = read_prior(data.encode())
    assert (line.entry.network, line.entry.remote_id) == (Network.LINKEDIN, "7100000000000000001")
    assert line.entry.at == datetime(2025, 3, 12, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("X;@", "Orkut;@", "Réseau inconnu"),
        ("/status/1790000000000000001", "", "n'est pas celle d'une publication"),
        ("https://", "javascript://", "n'est pas celle d'une publication"),
        ("12/03/2025 09:00", "le douze mars", "ne se lit pas"),
        ("12/03/2025 09:00", "12/03/2027 09:00", "à venir"),
        ('"Rinozel ; dès 12 ans."', "", "le texte tel qu'il a été publié"),
        ("Publicité grand public", "Réclame", "Qualification inconnue"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_stops_no_other(old, new, sentence):
    wrong, right = read_prior(f"{HEAD}\n{LINE.replace(old, new)}\n{LINE}\n".encode())
    assert sentence in str(wrong.problem)
    assert right.entry is not None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Il manque des colonnes"),
        (b"texte;date\n", "reseau, compte, adresse"),
        (f"{HEAD}\n".encode() + f"{LINE}\n".encode() * 2_001, "plus de 2000 lignes"),
        (b"x" * (5 * 2**20 + 1), "dépasse 5 Mo"),
        (f'{HEAD}\n"abc"def;\n'.encode(), "CSV lisible"),
    ],
    ids=["empty", "columns", "lines", "size", "quotes"],
)
def test_a_file_that_is_no_list_is_refused(data, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        read_prior(data)


@pytest.mark.parametrize(
    ("network", "url", "known"),
    [
        (Network.X, "https://twitter.com/a/status/12345?s=20", "12345"),
        (Network.FACEBOOK, "https://www.facebook.com/helior/posts/pfbid02abc", "pfbid02abc"),
        (Network.INSTAGRAM, "https://www.instagram.com/p/Cx1_y-Zab/", "Cx1_y-Zab"),
        (Network.TIKTOK, "https://www.tiktok.com/@helior/video/7300000000000000001", "7300000000000000001"),
        (Network.YOUTUBE, "https://youtu.be/dQw4w9WgXcQ", "dQw4w9WgXcQ"),
        (Network.YOUTUBE, "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1", "dQw4w9WgXcQ"),
    ],
)
def test_the_id_of_a_post_is_read_from_its_address(network, url, known):
    assert remote_id_of(network, url) == known


def test_a_long_text_gives_a_short_title():
    words = "Nos équipes ont couru dix kilomètres ensemble dimanche, sous la pluie et dans la bonne humeur."
    entry = prior_entry(
        network="x", handle="helior", url="https://x.com/helior/status/1", at="2025-03-12T09:00:00+01:00", text=words
    )
    assert entry.title == "Nos équipes ont couru dix kilomètres ensemble dimanche,…"
