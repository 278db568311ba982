"""Ids as YouTube writes them, each holding a number of the sandbox's: eleven characters are 64 bits."""

import base64
import re

from connectors.sandbox.store import Item

THREAD = ("Ugx", "hC0de4AaABAg")
ANSWER = ("9", "8vTbLmQzYk")
FILM_ID = re.compile(r"[\w-]{11}")
COMMENT_ID = re.compile(r"Ugx([\w-]{11})hC0de4AaABAg(?:\.9([\w-]{11})8vTbLmQzYk)?")


def film_id(number: int) -> str:
    """Return a film's id."""
    return base64.urlsafe_b64encode(number.to_bytes(8, "big")).decode().rstrip("=")


def thread_id(number: int) -> str:
    """Return the id of a thread, which is that of the comment at its top."""
    return film_id(number).join(THREAD)


def answer_id(thread: int, number: int) -> str:
    """Return the id of an answer in a thread."""
    return f"{thread_id(thread)}.{film_id(number).join(ANSWER)}"


def channel_id(person_id: str) -> str:
    """Return a person's channel."""
    return person_id if person_id.startswith("UC") else f"UC{person_id:0>22}"


def id_of(item: Item) -> str:
    """Return the id of a film, a comment or an answer; it stays through edits."""
    if item.parent is None:
        return film_id(item.first_id)
    return thread_id(item.first_id) if item.parent == item.top else answer_id(item.parent, item.first_id)


def number_of(item_id: str) -> int | None:
    """Return the number that an id holds, None when it is none of YouTube's."""
    comment = COMMENT_ID.fullmatch(item_id)
    text = (comment[2] or comment[1]) if comment else item_id
    if not FILM_ID.fullmatch(text):
        return None
    number = int.from_bytes(base64.urlsafe_b64decode(text + "="), "big")
    return number if number < 2**63 and film_id(number) == text else None
