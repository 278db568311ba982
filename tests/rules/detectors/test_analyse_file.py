"""The contract of `covigie analyse`: a line in, a line out, in order; a bad one reported with its number."""

import io
import json
from pathlib import Path

import pytest

from moderation.analyse_file import analyse_file
from tests.contract import KEYS


def run(
    folder: Path, lines: bytes, catalogue: str = '[{"name": "Cardexine", "colour": 1}]'
) -> tuple[int, list[str], str]:
    """Return the exit status, the output lines and what was reported."""
    (folder / "c.json").write_text(catalogue, "utf-8")
    (folder / "in.jsonl").write_bytes(lines)
    errors = io.StringIO()
    status = analyse_file(folder / "c.json", folder / "in.jsonl", folder / "out.jsonl", errors)
    out = folder / "out.jsonl"
    return status, out.read_text("utf-8").splitlines() if out.exists() else [], errors.getvalue()


def line(number: int, text: str, **more: object) -> bytes:
    return json.dumps({"id": f"n{number}", "text": text, **more}).encode() + b"\n"


def test_answers_each_line_in_order_with_the_keys_of_the_contract(tmp_path: Path) -> None:
    given = b"".join(line(i, f"Bonjour à tous les {i}", pv="yes", lang="xx") for i in range(20))
    status, out, errors = run(tmp_path, given)
    assert (status, errors) == (0, "")
    assert [json.loads(o)["id"] for o in out] == [f"n{i}" for i in range(20)]
    assert all(list(json.loads(o)) == KEYS for o in out)


def test_gives_spans_as_indices_into_the_text(tmp_path: Path) -> None:
    text = "😀 Depuis la Cardexyne, des œdèmes aux chevilles. 06 39 98 00 11"
    _status, [out], _errors = run(tmp_path, line(1, text))
    found = json.loads(out)
    assert found["products"] == [{"name": "Cardexine", "text": "Cardexyne", "start": 12, "end": 21, "owner": "own"}]
    assert found["pii"] == [{"text": "06 39 98 00 11", "start": 49, "end": 63, "kind": "phone"}]
    assert found["pv"]["flag"] is True
    assert all(text[r["start"] : r["end"]] == r["text"] for r in found["reactions"])


@pytest.mark.parametrize(
    "bad",
    [
        b"not json\n",
        b"[1]\n",
        b'{"text": "sans identifiant"}\n',
        b'{"id": "1"}\n',
        b'{"id": "1", "text": 5}\n',
        b'{"id": "1", "text": "a", "parent": 5}\n',
        b'{"id": "1", "text": "\xff"}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_reports_a_bad_line_with_its_number_and_does_the_others(tmp_path: Path, bad: bytes) -> None:
    status, out, errors = run(tmp_path, line(1, "Bonjour") + b"\n" + bad + line(4, "Bonsoir"))
    assert status == 1
    assert [json.loads(o)["id"] for o in out] == ["n1", "n4"]
    assert errors.startswith("Ligne 3 : ")
    assert errors.count("\n") == 1


def test_takes_half_a_surrogate_pair_and_a_byte_order_mark(tmp_path: Path) -> None:
    status, [out], _errors = run(tmp_path, b'\xef\xbb\xbf{"id": 1, "text": "\\ud800 vertiges sous Cardexine"}')
    assert status == 0
    assert json.loads(out)["products"][0]["start"] == 16


@pytest.mark.parametrize("catalogue", ["", "{}", "[1]", '[{"substance": "x"}]', "[" * 100_000])
def test_refuses_a_catalogue_that_is_none(tmp_path: Path, catalogue: str) -> None:
    status, out, errors = run(tmp_path, line(1, "Bonjour"), catalogue)
    assert (status, out) == (2, [])
    assert errors.strip()


def test_never_writes_over_its_input(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("[]")
    source = tmp_path / "in.jsonl"
    source.write_bytes(line(1, "Bonjour"))
    errors = io.StringIO()
    assert analyse_file(tmp_path / "c.json", source, source, errors) == 2
    assert source.read_bytes() == line(1, "Bonjour")


def test_says_which_file_is_missing(tmp_path: Path) -> None:
    errors = io.StringIO()
    assert analyse_file(tmp_path / "none.json", tmp_path / "in", tmp_path / "out", errors) == 2
    assert "none.json" in errors.getvalue()
