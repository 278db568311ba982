"""`covigie check-post`: one post a line in, its findings a line out, without a database.

An input line has the fields of a post (`post.CheckedPost`), of which only `id` is necessary; any other field is
ignored. An output line is `{"id", "findings"}`, the findings in the order of `check_post`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from errors import InvalidInput
from i18n import _, current_language
from json_lines import encoded, numbered, read_object, read_products, refuse_same
from workflow.checks import CheckedPost, ProductFacts, RuleFinding, check_post

Check = Callable[[CheckedPost], list[RuleFinding]]

# What may stand around a domain in a list: the scheme and the path of an address.
_DOMAIN = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?([^/:?#\s]+)")


def check_file(
    register: Path, source: Path, target: Path, errors: TextIO, *, today: date, allow_links: Path | None = None
) -> int:
    """Check every post of `source` into `target`, in order.

    `today` is the day of a post that has no planned date. A line that cannot be used is reported on `errors` with
    its number and leaves no output line; the others are done. Returns 0 when every line was checked, 1 when some
    were not, 2 when nothing could be done (a file that cannot be read or written, a register that is none).
    """
    try:
        products = tuple(ProductFacts.from_record(record) for record in read_products(register))
        allowed = read_domains(allow_links) if allow_links else None
        refuse_same(source, target)
        check = partial(check_post, register=products, today=today, allowed_links=allowed)
        with source.open("rb") as lines, target.open("wb") as output:
            return _check_lines(lines, output, check, errors)
    except InvalidInput as refusal:
        print(refusal, file=errors)
    except OSError as failure:
        print(_("{file} : {reason}").format(file=failure.filename, reason=failure.strerror), file=errors)
    return 2


def read_domains(path: Path) -> tuple[str, ...]:
    """Read the domains that a post may point to: one a line, as a domain or an address, `#` opening a remark."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except ValueError as error:
        raise InvalidInput("La liste {path} n'est pas du texte en UTF-8.", path=path) from error
    return tuple(dict.fromkeys(_domains(lines)))


def _domains(lines: list[str]) -> Iterator[str]:
    for line in lines:
        found = _DOMAIN.match(line.split("#")[0].strip().casefold())
        if found:
            yield found[1]


def _check_lines(lines: BinaryIO, output: BinaryIO, check: Check, errors: TextIO) -> int:
    status = 0
    for number, line in numbered(lines):
        try:
            record = read_object(line)
            findings = check(_post(record))
        except InvalidInput as refusal:
            print(_("Ligne {number} : {reason}").format(number=number, reason=refusal), file=errors)
            status = 1
        else:
            output.write(encoded({"id": record["id"], "findings": [_to_contract(finding) for finding in findings]}))
    return status


def _post(record: dict[str, Any]) -> CheckedPost:
    """Read a post; its id may be a number."""
    if record.get("id") is None:
        raise InvalidInput("« id » est nécessaire.")
    return CheckedPost.from_record({**record, "id": str(record["id"])})


def _to_contract(finding: RuleFinding) -> dict[str, Any]:
    """Return a finding as the output holds it, worded in the current language."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "field": finding.field,
        "start": finding.start,
        "end": finding.end,
        "message": getattr(finding.message, current_language().value),
    }
