"""The contract of `covigie check-post`: a post in, its findings out, in order; a bad line reported with its number."""

import io
import json
from datetime import date
from pathlib import Path

import pytest

from i18n import set_language
from workflow.checks.files import check_file, read_domains

TODAY = date(2026, 6, 15)
REGISTER = '[{"name": "Rinozel", "kind": "otc", "colour": 1}]'
KEYS = ["rule", "severity", "field", "start", "end", "message"]


def run(folder: Path, lines: bytes, register: str = REGISTER) -> tuple[int, list[str], str]:
    """Return the exit status, the output lines and what was reported."""
    (folder / "r.json").write_text(register, "utf-8")
    (folder / "in.jsonl").write_bytes(lines)
    errors = io.StringIO()
    status = check_file(folder / "r.json", folder / "in.jsonl", folder / "out.jsonl", errors, today=TODAY)
    out = folder / "out.jsonl"
    return status, out.read_text("utf-8").splitlines() if out.exists() else [], errors.getvalue()


def line(number: int, **fields: object) -> bytes:
    post = {"id": f"n{number}", "network": "facebook", "qualification": "disease", "audience": "public"}
    return json.dumps(post | fields).encode() + b"\n"


def test_answers_each_line_in_order_with_the_keys_of_the_contract(tmp_path: Path) -> None:
    given = b"".join(line(number, text=f"Sans danger {number}", colour="blue") for number in range(20))
    status, out, errors = run(tmp_path, given)
    assert (status, errors) == (0, "")
    results = [json.loads(one) for one in out]
    assert [one["id"] for one in results] == [f"n{number}" for number in range(20)]
    assert all(list(one) == ["id", "findings"] for one in results)
    assert all(list(finding) == KEYS for one in results for finding in one["findings"])
    assert all(finding["rule"] == "PRO-02b" for one in results for finding in one["findings"][:1])


def test_gives_places_as_indices_into_the_field_and_none_for_what_is_absent(tmp_path: Path) -> None:
    text = "😀 Rinozel, sans effet\u00a0secondaire"
    _status, [out], _errors = run(tmp_path, line(1, text=text, qualification="promo_gp", products=["Rinozel"]))
    found = {finding["rule"]: finding for finding in json.loads(out)["findings"]}
    assert text[found["PRO-02b"]["start"] : found["PRO-02b"]["end"]] == "sans effet\u00a0secondaire"
    assert (found["MEN-04"]["start"], found["MEN-04"]["end"]) == (None, None)


def test_words_the_findings_in_the_language_of_the_reader(tmp_path: Path) -> None:
    set_language("en")
    try:
        _status, [out], _errors = run(tmp_path, line(1, text="Sans danger."))
    finally:
        set_language("fr")
    assert "suggests that there are no adverse effects" in json.loads(out)["findings"][0]["message"]


@pytest.mark.parametrize(
    "bad",
    [
        b"not json\n",
        b"[1]\n",
        b'{"text": "sans identifiant"}\n',
        b'{"id": "1", "text": 5}\n',
        b'{"id": "1", "network": "minitel"}\n',
        b'{"id": "1", "planned_at": "demain"}\n',
        b'{"id": "1", "visa": "GP"}\n',
        b'{"id": "1", "text": "\xff"}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_reports_a_bad_line_with_its_number_and_does_the_others(tmp_path: Path, bad: bytes) -> None:
    status, out, errors = run(tmp_path, line(1) + b"\n" + bad + line(4))
    assert status == 1
    assert [json.loads(one)["id"] for one in out] == ["n1", "n4"]
    assert errors.startswith("Ligne 3 : ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    "post",
    [
        {"text": "\ud800 sans danger"},
        {"id": 7},
        {"text": None, "hashtags": None, "visa": None, "products": None},
        {"planned_at": "0001-01-01T00:00:00+14:00"},
        {
            "qualification": "promo_gp",
            "products": ["Rinozel"],
            "visa": {"number": "1", "kind": "GP", "granted": "9999-12-31"},
        },
    ],
)
def test_takes_what_is_unusual(tmp_path: Path, post: dict[str, object]) -> None:
    status, out, errors = run(tmp_path, b"\xef\xbb\xbf" + line(1, **post))
    assert (status, len(out), errors) == (0, 1, "")
    assert json.loads(out[0])["id"] == post.get("id", "n1")


@pytest.mark.parametrize("register", ["", "{}", "[1]", '[{"substance": "x"}]', "[" * 100_000])
def test_refuses_a_register_that_is_none(tmp_path: Path, register: str) -> None:
    status, out, errors = run(tmp_path, line(1), register)
    assert (status, out) == (2, [])
    assert errors.strip()


def test_never_writes_over_its_input(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("[]")
    source = tmp_path / "in.jsonl"
    source.write_bytes(line(1))
    assert check_file(tmp_path / "r.json", source, source, io.StringIO(), today=TODAY) == 2
    assert source.read_bytes() == line(1)


def test_says_which_file_is_missing(tmp_path: Path) -> None:
    errors = io.StringIO()
    assert check_file(tmp_path / "none.json", tmp_path / "in", tmp_path / "out", errors, today=TODAY) == 2
    assert "none.json" in errors.getvalue()


def test_reads_a_list_of_domains(tmp_path: Path) -> None:
    listed = tmp_path / "links.txt"
    listed.write_text(
        "# ours\nHelior.example\n\nhttps://www.helior.example/sante/ # the site\nhelior.example\n", "utf-8"
    )
    assert read_domains(listed) == ("helior.example", "www.helior.example")


def test_refuses_a_list_of_domains_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("[]")
    (tmp_path / "in.jsonl").write_bytes(line(1))
    links = tmp_path / "links.txt"
    links.write_bytes(b"\xff\xfe")
    errors = io.StringIO()
    names = (tmp_path / "r.json", tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert check_file(*names, errors, today=TODAY, allow_links=links) == 2
    assert "links.txt" in errors.getvalue()
