"""A mail from pharmacovigilance: a person's clear word acknowledges; machines, doubts and oddities never do."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import PvMailKind as K
from moderation.pv_letter import read_letter

OURS = "<abc@helior.example>"
QUOTE = "\n> Cas 2026-0117\n> Merci d'accuser réception avec votre numéro de cas."


def mail(body, subject="Re: Cas 2026-0117, grave, à traiter", charset="utf-8", html=False, **headers):
    message = EmailMessage()
    message["From"], message["Subject"] = headers.pop("From", "Dr Roux <pv@helior.example>"), subject
    message["Date"], message["Message-ID"] = "Sat, 21 Nov 2026 10:00:00 +0100", "<1@pv.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body, subtype="html" if html else "plain", charset=charset)
    return message.as_bytes()


ACKNOWLEDGED = {
    "plain": (mail("Bonjour,\nAccusé de réception. Notre numéro : PV-2026-00451." + QUOTE), "PV-2026-00451"),
    "english": (mail("Received, our case number is FR-HEL-20261234. Regards"), "FR-HEL-20261234"),
    "a bare number": (mail("Bien reçu, enregistré sous le n° 45120."), "45120"),
    "latin-1": (mail("Bien reçu. Référence PV : AER_99812", charset="iso-8859-15"), "AER_99812"),
    "html": (mail("<p>Bonjour,</p><p>Bien re&ccedil;u.<br>N&deg; PV&nbsp;: <b>PV/7781</b></p>", html=True), "PV/7781"),
    "html with its quote": (
        mail("<p>Received, case number PV-88.</p><blockquote>numéro PV-99</blockquote>", html=True),
        "PV-88",
    ),
    "outlook's quote": (
        mail("Accusé réception, réf. PV-123456\n\nDe : Covigie <covigie@helior.example>\nNotre numéro : PV-999999"),
        "PV-123456",
    ),
    "the same number twice": (mail("Accusé. Réf : PV-2026-77.\nNuméro PV PV-2026-77"), "PV-2026-77"),
}


@pytest.mark.parametrize(("raw", "number"), ACKNOWLEDGED.values(), ids=ACKNOWLEDGED)
def test_a_persons_clear_word_acknowledges(raw, number):
    letter = read_letter(raw)
    assert (letter.kind, letter.cases, letter.pv_reference) == (K.ACKNOWLEDGEMENT, ("2026-0117",), number)


RECEIVED = "Votre message a été enregistré sous le numéro PV-99123. Bien reçu."
AUTOMATIC = {
    "header": mail(RECEIVED, Auto_Submitted="auto-replied"),
    "header with a parameter": mail(RECEIVED, Auto_Submitted="auto-generated; owner-email=x"),
    "precedence": mail(RECEIVED, Precedence="bulk"),
    "suppress": mail(RECEIVED, X_Auto_Response_Suppress="All"),
    "french subject": mail(RECEIVED, "Réponse automatique : Cas 2026-0117"),
    "english subject": mail(RECEIVED, "Automatic reply: Cas 2026-0117"),
    "german subject": mail(RECEIVED, "Automatische Antwort: Cas 2026-0117"),
    "encoded subject": mail(RECEIVED, "Absence du bureau : réf. 2026-0117"),
    "absent": mail("Bonjour, je suis absente jusqu'au 30. Urgences : n° 0142000000. Bien reçu."),
    "out of office": mail("Thank you, received. I am out of the office until Monday, ref PV-2026-1."),
    "a machine that says so": mail(RECEIVED + "\nCeci est un message automatique, merci de ne pas répondre."),
    "read receipt": mail(RECEIVED, "Lu : Cas 2026-0117"),
}


@pytest.mark.parametrize("raw", AUTOMATIC.values(), ids=AUTOMATIC)
def test_an_automatic_answer_is_no_acknowledgement(raw):
    assert read_letter(raw).kind is K.AUTOMATIC


DOUBTFUL = {
    "no number": mail("Bonjour, bien reçu. Cordialement\nTél. 01 23 45 67 89"),
    "two numbers": mail("Bien reçu, PV-1234 et PV-1235"),
    "a question": mail("Accusé, réf. PV-1234. Pouvez-vous préciser l'âge ?"),
    "nothing received": mail("Nous n'avons pas reçu la pièce jointe, réf. PV-2026-1"),
    "unreadable piece": mail("Enregistré réf PV-2026-1 mais le document est illisible."),
    "only our own number": mail("Bien reçu, votre réf 2026-0117."),
    "only a date": mail("Bien reçu, n° 21/11/2026"),
    "number only in the quote": mail("Bien reçu.\n> Notre numéro : PV-2026-00451"),
    "forwarded": mail(
        "Voir ci-dessous.\n-----Message d'origine-----\nBien reçu, notre numéro PV-5512", "TR: Cas 2026-0117"
    ),
}


@pytest.mark.parametrize("raw", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_leaves_a_doubt_is_left_to_a_person(raw):
    assert read_letter(raw).kind is K.LETTER


def bounce(action="failed", returned=f"Message-ID: {OURS}\nSubject: Cas 2026-0117, grave\n"):
    return (
        'From: MAILER-DAEMON@relay.example\nSubject: Undelivered Mail\nContent-Type: multipart/report; boundary="b";'
        " report-type=delivery-status\n\n--b\nContent-Type: text/plain\n\nSorry.\n--b\n"
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; relay\n\nAction: {action}\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: message/rfc822\n\n{returned}\nBody\n--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (bounce(), K.FAILURE),
        (bounce().replace(b"message/rfc822", b"text/rfc822-headers"), K.FAILURE),
        (bounce("delayed"), K.AUTOMATIC),
        (bounce("delivered"), K.AUTOMATIC),
        (mail("Adresse inconnue.", "Échec de la remise : Cas 2026-0117"), K.FAILURE),
        (mail("Unknown user", From="postmaster@relay.example"), K.FAILURE),
    ],
    ids=["failed", "headers only", "delayed", "delivered", "by subject", "by sender"],
)
def test_a_delivery_report_is_a_failure_and_never_an_acknowledgement(raw, kind):
    assert read_letter(raw).kind is kind


def test_a_delivery_report_names_the_mail_that_came_back():
    for raw in (bounce(), bounce().replace(b"message/rfc822", b"text/rfc822-headers")):
        letter = read_letter(raw)
        assert letter.answers == (OURS,)
        assert letter.cases == ("2026-0117",)


def test_what_it_answers_comes_nearest_first():
    raw = mail("Bien reçu", In_Reply_To="<c@x>", References="<a@x> <b@x> <c@x>")
    assert read_letter(raw).answers == ("<c@x>", "<b@x>", "<a@x>")


@pytest.mark.parametrize(
    ("subject", "body", "cases"),
    [
        ("Cas 2026-0117 et 2026-0118", "Bien reçu", ("2026-0117", "2026-0118")),
        ("Accusé", "Bien reçu cas-2026-0117.docx", ("2026-0117",)),
        ("Accusé", "Bien reçu\n> Cas 2026-0118", ("2026-0118",)),
        ("Accusé PV-2026-0117", "Bien reçu, FR-2026-0117-X", ()),
        ("Accusé", "Bien reçu", ()),
    ],
)
def test_our_number_is_taken_from_the_first_place_that_names_one(subject, body, cases):
    assert read_letter(mail(body, subject)).cases == cases


def test_a_second_delivery_of_a_mail_is_the_same_mail():
    raw = mail("Bien reçu, réf. PV-1234")
    again = b"Received: from relay2 by mx2; Sun, 22 Nov 2026 08:00:00 +0000\nX-Spam: no\n" + raw
    assert read_letter(raw).identity == read_letter(again).identity
    assert read_letter(raw).identity != read_letter(mail("Bien reçu, réf. PV-1235")).identity


def test_raw_accents_without_a_charset_are_read_as_people_wrote_them():
    text = "From: pv@helior.example\nSubject: Accusé cas 2026-0117\n\nBien reçu, n° PV-4512\n"
    for charset in ("utf-8", "cp1252"):
        letter = read_letter(text.encode(charset))
        assert (letter.kind, letter.subject) == (K.ACKNOWLEDGEMENT, "Accusé cas 2026-0117")


def test_a_date_that_cannot_be_read_is_none():
    raw = mail("Bien reçu").replace(b"Sat, 21 Nov 2026 10:00:00 +0100", b"hier soir")
    assert read_letter(raw).sent_at is None


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"PK\x03\x04 not a mail", b"\n\n"])
def test_what_is_no_mail_is_said_to_be_unreadable(raw):
    assert read_letter(raw).kind is K.UNREADABLE


@given(st.binary(max_size=300), st.integers(0, 200))
def test_no_mail_raises(noise, cut):
    raw = bounce()
    read_letter(raw[:cut] + noise + raw[cut:])
