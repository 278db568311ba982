"""How the Graph API refuses: its error objects, with the codes that its documentation lists."""

import hashlib
from typing import Any


class GraphProblem(Exception):
    """An answer that is no success."""

    def __init__(self, code: int, message: str, *, status: int = 400, subcode: int = 0, **more: Any) -> None:
        self.status = status
        kind = "GraphMethodException" if subcode else "OAuthException"
        trace = hashlib.sha256(message.encode()).hexdigest()[:11]
        error = {"message": message, "type": kind, "code": code, **more, "fbtrace_id": f"A{trace}"}
        self.body = {"error": error | ({"error_subcode": subcode} if subcode else {})}
        super().__init__(message)


def invalid(message: str) -> GraphProblem:
    """100: a parameter or a field."""
    return GraphProblem(100, f"(#100) {message}")


def no_such(object_id: str, method: str) -> GraphProblem:
    """100, subcode 33: no such object, or not for this token."""
    said = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation."
    )
    return GraphProblem(100, said, subcode=33)


def malformed(access: str) -> GraphProblem:
    """190: a token that is none; Meta quotes it."""
    return GraphProblem(190, f"Malformed access token {access}", status=401)


def expired() -> GraphProblem:
    """190: a token that was revoked or has ended."""
    said = "Error validating access token: the user has not authorized application or the session has expired."
    return GraphProblem(190, said, status=401)


def not_granted(scope: str) -> GraphProblem:
    """200: the token lacks a permission."""
    return GraphProblem(200, f"(#200) Requires {scope} permission to manage the object", status=403)


def limited(code: int) -> GraphProblem:
    """80001 (page) or 80002 (Instagram account): too many calls."""
    return GraphProblem(code, f"(#{code}) There have been too many calls to this account.", is_transient=True)
