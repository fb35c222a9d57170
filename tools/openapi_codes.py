"""Which codes a route may refuse with, and with which status: for the OpenAPI documents."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final

from onrecord.core.domain import errors
from onrecord.core.roles.table import permission
from onrecord.http import problems
from onrecord.http.operations import operation_of
from onrecord.http.routes import (
    Entry,
    ForSignedIn,
    Hello,
    needed_for_proof,
    open_while_locked,
    waits_for_notice,
    waits_for_password,
)

SOURCE: Final = Path(__file__).parents[1] / "server" / "onrecord"
# Codes of every route of a kind; a route's own are said at its handler.
ALWAYS: Final = ("deadline", "internal_error")
GATE: Final = ("wrong_host", "cross_site")
STORE: Final = (
    "busy",
    "database_busy",
    "database_unavailable",
    "storage_full",
    "archive_unavailable",
    "overloaded",
    "stopping",
    "pending",
)
CHANGES: Final = ("wrong_origin", "bad_request", "body_too_large", "too_many_pieces")
BODY: Final = ("json_expected", "bad_json", "bad_body")
SIGNED_IN: Final = (
    "no_session",
    "client_reset",
    "deactivated",
    "device_revoked",
    "left",
    "session_expired",
    "session_ended",
    "other_person",
    "bad_token",
    "closed_for_recovery",
)
WITHOUT_CLASS: Final = {
    "internal_error": 500,
    "pending": 503,
    "not_found": 404,
    "range_not_satisfiable": 416,
    "database_unavailable": 503,
    "wrong_offset": 409,
    "already_invited": 409,
    "signed_in_as_other": 409,
    "query_not_understood": 400,
    "crossing_not_confirmed": 409,
    "link_used": 401,
    "file_infected": 400,
}
"""Codes that no refusal is made with by name (http/problems.py, core/failures.py)."""


def codes_of(entry: Entry, *, site: bool) -> set[str]:
    """Return every code that a route may refuse with. *site*: it is on a listener for browsers."""
    said = operation_of(entry.handler)
    codes = {*ALWAYS, *said.refuses}
    if site:
        codes |= {*GATE, *STORE}
    if site and isinstance(entry, Hello):
        codes |= {"wrong_origin", "not_found"}  # the latter where it is no handshake
    elif site and not isinstance(entry, Hello) and entry.method != "GET":
        codes |= set(CHANGES)
    if isinstance(entry, ForSignedIn):
        codes |= {*SIGNED_IN, "wrong_role", "rate_limited"}
        if permission(entry.action).place == "chat" and not open_while_locked(entry):
            codes.add("session_locked")
        if permission(entry.action).allows("client") and not needed_for_proof(entry):
            codes.add("verification_due")
            if waits_for_notice(entry):
                codes.add("notice_required")
        if waits_for_password(entry):
            codes.add("password_required")
    if said.takes is not None:
        codes |= set(BODY)
    if said.query or names_in(entry.path):
        codes.add("bad_query")
    return codes


def names_in(path: str) -> list[str]:
    """Return the names of a path's parameters."""
    return re.findall(r"{(\w+)}", path)


def by_status(codes: set[str]) -> dict[int, list[str]]:
    """Return the codes of each status, in order. Raises LookupError: nobody refuses with one."""
    found: dict[int, list[str]] = defaultdict(list)
    for code in sorted(codes):
        for status in statuses(code):
            found[status].append(code)
    return {status: found[status] for status in sorted(found)}


def statuses(code: str) -> list[int]:
    """Return the statuses that come with a code. Raises LookupError: nobody refuses with it."""
    return sorted(_made_by_name().get(code) or {WITHOUT_CLASS[code]})


@cache
def _made_by_name() -> dict[str, set[int]]:
    """Each code that a refusal is made with in the server's source, and the refusal's status."""
    kinds = {
        name: kind.status
        for module in (errors, problems)
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, errors.Refusal)
    }
    found: dict[str, set[int]] = defaultdict(set)
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
                first = node.args[0]
                if node.func.id in kinds and isinstance(first, ast.Constant):
                    found[str(first.value)].add(kinds[node.func.id])
    return found
