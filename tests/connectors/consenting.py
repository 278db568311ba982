"""A person at a network's page of consent, as a browser would bring them there and back."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx


def consent(page: str, *, allow: bool = True, other: bool = False, without: tuple[str, ...] = ()) -> httpx.URL:
    """Open the page, answer it, and return the address to which the network then sends the browser.

    `other`: logged in as somebody who is not the company. `without`: rights that are refused one by one.
    """
    with httpx.Client(trust_env=False) as browser:
        shown = browser.get(page)
        assert shown.status_code == 200, shown.text
        people = re.findall(r'<option value="([^"]+)"', shown.text)
        form: dict[str, str | list[str]] = {
            "asked": re.findall(r'name="asked" value="([^"]+)"', shown.text)[0],
            "person": people[1] if other else people[0],
            "decision": "allow" if allow else "deny",
            "scope": [one for one in re.findall(r'name="scope" value="([^"]+)"', shown.text) if one not in without],
        }
        parts = urlsplit(page)
        answer = browser.post(f"{parts.scheme}://{parts.netloc}/_sandbox/consent", data=form)
    assert answer.status_code == 302, answer.text
    return httpx.URL(answer.headers["location"])


def brought(page: str, **answer: object) -> dict[str, str]:
    """Answer a page, and return what comes back to the application."""
    return {name: values[0] for name, values in parse_qs(consent(page, **answer).query.decode()).items()}  # type: ignore[arg-type]
