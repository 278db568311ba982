"""What is done from a terminal, as its user types it: real commands, real exit statuses."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.sandbox import COMPANY, OAUTH2, running_sandbox
from tests.contract import KEYS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def covigie(tmp_path):
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
        known = {"COVIGIE_DATA_DIR": str(tmp_path / "var"), "PATH": "/usr/bin:/bin", "COVIGIE_LEASE_SECONDS": "5"}
        command = [sys.executable, str(ROOT / "cli.py"), *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=known | environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def test_a_first_installation_from_the_terminal(covigie, tmp_path):
    catalogue = tmp_path / "catalogue.json"
    catalogue.write_text(json.dumps([{"name": "Rinozel", "kind": "otc"}]))
    assert covigie("setup", "--catalogue", str(catalogue)).returncode == 0
    made = covigie(
        "user",
        "add",
        "admin",
        "--name",
        "Ada",
        "--email",
        "a@helior.example",
        "--password",
        "a long enough one",
        "--role",
        "administrator",
    )
    assert made.returncode == 0, made.stderr
    assert "admin\tAda\tadministrator" in covigie("user", "list").stdout
    verified = covigie("audit", "verify")
    assert (verified.returncode, "the chain holds" in verified.stdout) == (0, True)


def test_a_refusal_is_a_sentence_and_status_1(covigie):
    short = covigie("user", "add", "x", "--name", "X", "--email", "x@helior.example", "--password", "court")
    assert short.returncode == 1
    assert "12 caractères" in short.stderr
    assert "Traceback" not in short.stderr


def test_an_account_is_tried_on_the_network_before_it_is_kept(covigie, tmp_path):
    with running_sandbox(tmp_path / "sandbox", smtp=False) as running:
        on = {"COVIGIE_X_BASE_URL": running.url}
        wrong = covigie("account", "connect", "x", "--handle", COMPANY.handle, "--access", "no", "--secret", "", **on)
        other = covigie(
            "account", "connect", "x", "--handle", "someone", "--access", OAUTH2.access, "--secret", "", **on
        )
        right = covigie(
            "account", "connect", "x", "--handle", COMPANY.handle, "--access", OAUTH2.access, "--secret", "", **on
        )
    assert (wrong.returncode, other.returncode, right.returncode) == (1, 1, 0), right.stderr
    assert "n'accepte pas ce jeton" in wrong.stderr
    assert f"@{COMPANY.handle}" in other.stderr
    assert "Traceback" not in wrong.stderr + other.stderr
    assert OAUTH2.access.encode() not in (tmp_path / "var" / "covigie.db").read_bytes()


def test_analyse_keeps_the_order_names_bad_lines_and_goes_on(covigie, tmp_path):
    catalogue, source, target = tmp_path / "c.json", tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    catalogue.write_text(json.dumps([{"name": "Cardexine", "owner": "own"}]))
    lines = [
        json.dumps({"id": "1", "text": "J'ai des vertiges depuis que je prends Cardexine", "channel": "x"}),
        "{not json",
        json.dumps({"id": "3", "text": "Merci et bonne journée à toute l'équipe", "channel": "x"}),
    ]
    source.write_text("\n".join(lines))
    done = covigie("analyse", "--catalogue", str(catalogue), "--input", str(source), "--output", str(target))
    results = [json.loads(line) for line in target.read_text().splitlines()]
    assert done.returncode == 1
    assert "2" in done.stderr
    assert [one["id"] for one in results] == ["1", "3"]
    assert results[0]["screening"] == "flagged"
    assert results[0]["products"][0] | {"start": 0, "end": 0} == {
        "name": "Cardexine",
        "text": "Cardexine",
        "start": 0,
        "end": 0,
        "owner": "own",
    }
    assert all(set(one) == set(KEYS) for one in results)


def test_check_post_keeps_the_order_names_bad_lines_and_goes_on(covigie, tmp_path):
    register, source, target, domains = (tmp_path / name for name in ("r.json", "in.jsonl", "out.jsonl", "links.txt"))
    register.write_text(json.dumps([{"name": "Rinozel", "kind": "otc", "colour": "blue"}]))
    domains.write_text("helior.example\n")
    advert = {"network": "facebook", "qualification": "promo_gp", "products": ["Rinozel"], "text": "Sans danger."}
    source.write_text("\n".join([json.dumps({"id": 1, **advert}), "{not json", json.dumps({"id": "3"})]))
    options = ("--register", register, "--input", source, "--output", target, "--allow-links", domains)
    done = covigie("check-post", *map(str, options))
    results = [json.loads(line) for line in target.read_text().splitlines()]
    assert done.returncode == 1
    assert done.stderr.startswith("Ligne 2")
    assert [one["id"] for one in results] == [1, "3"]
    found = {finding["rule"]: finding for finding in results[0]["findings"]}
    assert (found["PRO-02b"]["severity"], found["PRO-02b"]["start"], found["PRO-02b"]["end"]) == ("block", 0, 11)
    assert (found["GP-04"]["field"], found["GP-04"]["start"], found["GP-04"]["end"]) == ("visa", None, None)


def test_an_unknown_case_is_a_sentence(covigie, sqlite_template, tmp_path):
    (tmp_path / "var").mkdir()
    shutil.copy(sqlite_template, tmp_path / "var" / "covigie.db")
    missing = covigie("export-case", "2026-9999")
    assert (missing.returncode, "Traceback" in missing.stderr) == (1, False)
    assert "2026-9999" in missing.stderr


def test_an_installation_that_was_never_set_up_is_a_sentence(covigie):
    missing = covigie("export-case", "2026-9999")
    assert (missing.returncode, "Traceback" in missing.stderr) == (1, False)
    assert "covigie setup" in missing.stderr


def test_the_generated_docs_are_up_to_date(covigie):
    assert covigie("docs", "--check").returncode == 0
