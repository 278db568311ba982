"""The sandbox as a person and as a parent process meet it: its pages, its inbox, its start and its end."""

import json
import re
import signal
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from connectors.mail import Mailer
from connectors.registry import CHANNELS
from connectors.sandbox import running_sandbox

ROOT = Path(__file__).parents[2]
HOSTILE = "<script>alert(1)</script> & \"é' {{7*7}}"


def test_the_page_shows_the_conversation_and_escapes_it(world):
    post = world.post("Bonjour à tous")
    answer = world.comment(HOSTILE, reply_to=post)
    world.comment("caché", reply_to=post)
    page = world.http.get("/").text
    assert "Bonjour à tous" in page
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;é&#39; {{7*7}}" in page
    assert page.index("Bonjour à tous") < page.index(f'id="i{answer}"')


def test_the_public_writes_edits_and_deletes_on_the_page(world):
    post = world.post("Bonjour")
    written = world.http.post("/public/ecrire", data={"id": post, "text": "J'ai mal", "handle": "colza_nord"})
    (item,) = [i for i in world.items() if i["text"] == "J'ai mal"]
    assert (written.status_code, written.headers["location"]) == (303, f"/?reseau=x#i{item['id']}")
    assert (str(item["parent"]), item["addressed"]) == (post, 1)
    world.http.post("/public/modifier", data={"id": item["id"], "text": "J'ai très mal"})
    assert list(world.said().values()) == ["J'ai très mal"]
    world.http.post("/public/supprimer", data={"id": item["id"]})
    assert world.said() == {}


def test_another_site_cannot_write_on_the_page(world):
    answer = world.http.post("/public/ecrire", data={"text": "a"}, headers={"origin": "https://ailleurs.example"})
    assert answer.status_code == 403
    assert world.said() == {}


def test_a_refusal_is_said_on_the_page(world):
    answer = world.http.post("/public/ecrire", data={"id": "", "text": "   "}, follow_redirects=True)
    assert "Le texte est vide." in answer.text


def test_the_inbox_lists_reads_and_hands_out_attachments(world, sandbox):
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "pv@labos-helior.example", "Cas <12>"
    mail.set_content(HOSTILE)
    mail.add_attachment(b"<b>x</b>", maintype="text", subtype="html", filename="../../cas.html")
    Mailer("127.0.0.1", sandbox.smtp_port, "a@labos-helior.example").send(mail, "k")
    listing = world.http.get("/inbox").text
    assert "Cas &lt;12&gt;" in listing
    key = re.search(r'href="/inbox/([^"]+)"', listing)
    assert key
    assert "<script>" not in world.http.get(f"/inbox/{key[1]}").text
    file = world.http.get(f"/inbox/{key[1]}/0")
    assert file.content == b"<b>x</b>"
    assert file.headers["content-disposition"] == 'attachment; filename=".._.._cas.html"'
    assert file.headers["content-type"] == "application/octet-stream"
    assert b"Subject" in world.http.get(f"/inbox/{key[1]}/eml").content
    assert world.http.get("/inbox/unknown").status_code == 404
    assert world.http.get(f"/inbox/{key[1]}/7").status_code == 404


@pytest.mark.parametrize("network", list(CHANNELS))
def test_the_company_closes_and_opens_the_comments_of_its_post_on_the_page(world, network):
    def page() -> str:
        return world.http.get("/", params={"reseau": network}).text

    post = world.http.post("/_sandbox/posts", json={"network": network, "text": "Bonjour"}).json()["id"]
    form = {"reseau": network, "id": post}
    assert "/public/fermer" in page()
    world.http.post("/public/fermer", data=form)
    shut = page()
    bars = "Commentaires fermés" in shut
    assert ("/public/ouvrir" in shut, "/public/fermer" in shut) == (True, False)
    assert bars or "Commentaires restreints" in shut
    said = {"network": network, "text": "Merci", "reply_to": post}
    assert world.http.post("/_sandbox/comments", json=said).is_success is not bars
    world.http.post("/public/ouvrir", data=form)
    assert "/public/fermer" in page()
    comment = world.http.post("/_sandbox/comments", json=said).json()["id"]
    refused = world.http.post("/public/fermer", data=form | {"id": comment}, follow_redirects=True)
    assert "only the comments of the company" in refused.text


LINES = [
    {"id": "a", "text": "Doloria m'a donné des nausées", "page_product": "Doloria", "post": "x"},
    {"id": "b", "text": "à moi aussi", "parent": "Doloria m'a donné des nausées"},
    {"id": "c", "text": "rien à voir", "page_product": None, "post": "ailleurs"},
    "broken",
    {"id": "d", "text": "dernier", "page_product": "Rinozel"},
]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "comments.jsonl"
    rows = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in LINES]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False, timeout=10)


def test_produced_comments_find_their_place_and_each_line_is_used_once(tmp_path, lines):
    with running_sandbox(tmp_path / "data", comments=lines, smtp=False) as running, client(running.url) as http:
        post = http.post("/_sandbox/posts", json={"text": "Bien utiliser Doloria"}).json()["id"]
        assert http.post("/_sandbox/produce", json={"count": 2}).json()["produced"] == 2
    with running_sandbox(tmp_path / "data", comments=lines, smtp=False) as running, client(running.url) as http:
        assert http.post("/_sandbox/produce", json={"count": 50}).json()["produced"] == 2
        assert http.post("/_sandbox/produce", json={"count": 50}).json()["produced"] == 0
        state = http.get("/_sandbox/state").json()
    by_text = {item["text"]: item for item in state["items"]}
    first = by_text["Doloria m'a donné des nausées"]
    assert (str(first["parent"]), first["addressed"]) == (post, True)
    assert by_text["à moi aussi"]["parent"] == first["number"]
    assert by_text["@LabosHelior rien à voir"]["parent"] is None
    assert by_text["@LabosHelior dernier"]["parent"] is None
    assert len(state["items"]) == 5
    assert state["producer"] == {"used": 5, "lines": 5}
    assert len({item["author_id"] for item in state["items"]}) == 5


def test_comments_keep_coming_by_themselves(tmp_path, lines):
    with (
        running_sandbox(tmp_path / "data", comments=lines, every=0.02, smtp=False) as running,
        client(running.url) as http,
    ):
        end = time.monotonic() + 10
        while len(http.get("/_sandbox/state").json()["items"]) < 4 and time.monotonic() < end:
            time.sleep(0.05)
        assert len(http.get("/_sandbox/state").json()["items"]) == 4


def start(data: Path, *more: str) -> tuple[subprocess.Popen[str], str, int]:
    command = [
        sys.executable,
        "-m",
        "connectors.sandbox",
        "--port",
        "0",
        "--data",
        str(data),
        "--smtp-port",
        "0",
        *more,
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    match = re.fullmatch(r"sandbox ready (http://127\.0\.0\.1:\d+) smtp=(\d+)\n", process.stdout.readline())
    assert match
    return process, match[1], int(match[2])


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_restart_goes_on_where_it_was(tmp_path, end):
    process, url, smtp_port = start(tmp_path / "data")
    with process, client(url) as http:
        post = http.post("/_sandbox/posts", json={"text": "Bonjour"}).json()["id"]
        http.post("/_sandbox/comments", json={"text": "merci", "reply_to": post})
        http.post("/_sandbox/tokens", json={"action": "revoke"})
        mail = EmailMessage()
        mail["To"] = "pv@labos-helior.example"
        Mailer("127.0.0.1", smtp_port, "a@labos-helior.example").send(mail, "k")
        process.send_signal(end)
        assert process.wait(10) == (-signal.SIGKILL if end == signal.SIGKILL else 0)
    process, url, _ = start(tmp_path / "data")
    with process, client(url) as http:
        state = http.get("/_sandbox/state").json()
        assert [item["text"] for item in state["items"]] == ["merci", "Bonjour"]
        assert state["mails"] == 1
        headers = {"authorization": "Bearer sandbox-x-user-token"}
        assert http.get("/2/users/me", headers=headers).status_code == 401
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def test_a_taken_port_or_a_missing_file_is_said_in_one_line(tmp_path, sandbox):
    taken = sandbox.url.rpartition(":")[2]
    for more, status in ((["--port", taken], 1), (["--port", "0", "--comments", str(tmp_path / "none")], 2)):
        command = [sys.executable, "-m", "connectors.sandbox", "--data", str(tmp_path / "d"), *more]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == status
        assert "Traceback" not in done.stderr
        assert done.stderr.strip()
