"""What a file is, is read from its bytes; what cannot be published is refused with a sentence that says what to do."""

import hashlib
import io
import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from errors import InvalidInput
from models.enums import MediaKind, MediaTrace
from tests import media_samples as samples
from workflow import media_files, pictures
from workflow.films import clean_film
from workflow.media import facts_of, tidy_name
from workflow.pictures import clean_picture


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vide"),
        (b"\x89PNG\r\n\x1a\n", "abîmée"),
        (samples.jpeg()[:-200], "abîmée"),
        (samples.jpeg()[:300], "abîmée"),
        (samples.jpeg()[:-2], "abîmée"),
        (samples.png()[:-20], "abîmée"),
        (samples.moving_gif()[:-30], "abîmée"),
        (samples.picture("WEBP")[:-10], "abîmée"),
        (b"\xff\xd8\xff" + b"\0" * 100, "abîmée"),
        (flipped(samples.png(), 60), "abîmée"),
        (SVG, "SVG"),
        (b"\xef\xbb\xbf\n <SVG onload='x'>", "SVG"),
        (b"<html><script>alert(1)</script></html>", "ni une image"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 word/document.xml", "archive"),
        (b"II*\0 tiff", "TIFF"),
        (b"BM bitmap", "BMP"),
        (b"\x1aE\xdf\xa3 webm", "WebM"),
        (b"RIFF\0\0\0\0AVI LIST", "AVI"),
        (samples.box(b"ftyp", b"heic\0\0\0\0mif1"), "HEIC"),
        (b"Bonjour", "ni une image"),
        (samples.bomb(), "millions de pixels"),
        (samples.bomb(8_000, 8_000), "millions de pixels"),
        (samples.moving("PNG"), "figée"),
        (samples.moving("WEBP"), "figée"),
        (samples.moving_gif(351), "351 images"),
        (samples.box(b"ftyp", b"isom\0\0\0\0isom"), "incomplet"),
        (samples.film()[:-10], "incomplet"),
        (samples.film(seconds=0), "aucune image qui bouge"),
        (samples.film(handler=b"soun"), "aucune image qui bouge"),
        (samples.film(images=b""), "aucune image qui bouge"),
        (samples.film(brand=b"M4A ", handler=b"soun"), "aucune image qui bouge"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_published_is_refused_with_what_to_do(data, words):
    with pytest.raises(InvalidInput, match=words) as caught:
        facts_of(data)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(("sign", "limit"), [(b"\xff\xd8\xff", 20), (samples.film()[:8] + b"isom", 64)])
def test_a_file_that_is_too_large_is_refused_before_anything_reads_it(monkeypatch, sign, limit):
    monkeypatch.setattr(pictures, "blocks_of", None)
    monkeypatch.setattr(media_files, "MB", 1_000)
    monkeypatch.setattr(media_files, "MOST_PICTURE_BYTES", 20_000)
    monkeypatch.setattr(media_files, "MOST_FILM_BYTES", 64_000)
    with pytest.raises(InvalidInput, match=f"pèse 65 Mo ; {limit} Mo au plus"):
        facts_of(sign + b"\0" * (65_000 - len(sign)))


@pytest.mark.parametrize(
    ("data", "mime", "moves"),
    [
        (samples.jpeg(), "image/jpeg", False),
        (samples.jpeg(progressive=True), "image/jpeg", False),
        (samples.png(), "image/png", False),
        (samples.picture("WEBP"), "image/webp", False),
        (samples.picture("GIF"), "image/gif", False),
        (samples.moving_gif(), "image/gif", True),
    ],
    ids=["jpeg", "progressive", "png", "webp", "gif", "moving gif"],
)
def test_a_picture_is_told_by_its_bytes_and_shown_small(data, mime, moves):
    facts = facts_of(data)
    assert (facts.kind, facts.mime, facts.animated) == (MediaKind.PICTURE, mime, moves)
    assert (facts.width, facts.height, facts.traces) == (48, 32, ())
    with Image.open(io.BytesIO(facts.thumbnail)) as small:
        assert (small.format, small.size) == ("JPEG", (48, 32))


@pytest.mark.parametrize(("brand", "mime"), [(b"isom", "video/mp4"), (b"qt  ", "video/quicktime")])
def test_a_film_tells_its_length_and_size(brand, mime):
    facts = facts_of(samples.film(brand=brand, seconds=12.5))
    assert (facts.kind, facts.mime, facts.duration_ms) == (MediaKind.FILM, mime, 12_500)
    assert (facts.width, facts.height, facts.thumbnail) == (640, 360, b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_a_clean_copy_shows_the_same_and_tells_nothing(kind, orientation):
    data = samples.phone_picture(kind, orientation)
    facts = facts_of(data)
    assert {MediaTrace.PLACE, MediaTrace.PERSON, MediaTrace.DEVICE} <= set(facts.traces)
    clean = clean_picture(facts.mime, data)
    told = facts_of(clean)
    assert told.traces == ()
    assert (told.width, told.height) == (facts.width, facts.height)
    assert told.thumbnail == facts.thumbnail
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(clean)) as after:
        assert before.tobytes() == after.tobytes()
    assert b"Camille" not in clean


@pytest.mark.parametrize(
    ("data", "trace"),
    [
        (samples.jpeg(comment=b"pour Camille"), MediaTrace.DESCRIPTION),
        (samples.jpeg(xmp=samples.XMP[29:]), MediaTrace.PERSON),
        (samples.jpeg() + b"PK\x03\x04 hidden", MediaTrace.HIDDEN),
        (samples.picture("GIF", comment=b"fait par Camille"), MediaTrace.DESCRIPTION),
    ],
    ids=["comment", "xmp", "hidden", "gif"],
)
def test_what_else_a_picture_tells_is_named_and_taken_out(data, trace):
    facts = facts_of(data)
    assert trace in facts.traces
    clean = clean_picture(facts.mime, data)
    assert facts_of(clean).traces == ()
    assert b"Camille" not in clean
    assert b"hidden" not in clean


def test_a_films_place_is_named_and_blanked_where_it_stands():
    data = samples.film(told=samples.PLACE)
    assert facts_of(data).traces == (MediaTrace.PLACE,)
    clean = clean_film(data)
    assert len(clean) == len(data)
    assert b"48.8566" not in clean
    assert facts_of(clean).traces == ()
    assert clean[clean.index(b"mdat") :] == data[data.index(b"mdat") :]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([samples.jpeg(), samples.png(), samples.moving_gif(), samples.picture("WEBP"), samples.film()]),
    st.lists(st.tuples(st.integers(0, 5_000), st.binary(min_size=1, max_size=4)), max_size=4),
    st.integers(0, 5_000),
)
def test_a_file_made_to_break_us_is_read_or_refused_with_a_sentence(data, changes, cut):
    broken = bytearray(data)
    for place, body in changes:
        at = place % len(data)
        broken[at : at + len(body)] = body
    with suppress(InvalidInput):
        assert facts_of(bytes(broken[: len(broken) - cut % 40])).width > 0


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(data):
    with pytest.raises(InvalidInput):
        facts_of(data)


def test_a_box_that_is_longer_than_a_number_of_four_bytes_is_read():
    data = samples.film(images=b"")
    long = struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 80) + b"\0" * 64
    assert facts_of(data + long).duration_ms == 12_000


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\photos\\été.jpg", "été.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("", "media"),
        ("x" * 300 + ".jpg", "x" * 115 + "….jpg"),
    ],
)
def test_a_name_is_the_files_own_and_no_longer_than_can_be_read(given_name, kept):
    assert tidy_name(given_name) == kept


def test_the_same_bytes_are_the_same_file_whatever_their_name():
    assert hashlib.sha256(samples.jpeg()).digest() == hashlib.sha256(samples.jpeg()).digest()
    assert facts_of(samples.jpeg()) == facts_of(samples.jpeg())
