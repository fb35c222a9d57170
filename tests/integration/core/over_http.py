"""Try each route of the table as somebody of a role: with what is theirs, and with another's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.core.roles.permission import Holder, Permission, Verdict
from onrecord_archive.format.record import format_time
from tests.integration.visitors import ELSEWHERE, SECRET, Bank, Visitor, user_name, visitor
from tests.rig.installation import PASSWORD
from tools.openapi import ways

REFUSED = frozenset({"wrong_role", "no_session"})
NOT_THERE = frozenset(
    f"no_such_{what}"
    for what in (
        *("conversation", "message", "device", "invite", "case", "export", "picture", "client"),
        *("passkey", "upload", "scheduled", "file", "token", "notice"),
    )
) | {"look_over", "not_a_member", "token_of_another"}
NOBODY = "0" * 32
DUMMIES = {"id": NOBODY, "code": "BCDF-GHJK", "session": NOBODY, "name": "none", "entry": "0"}
DUMMIES["number"] = "1"
"""What stands in a path where it does not matter whose it is."""
OTHERS_IN_LISTS: dict[str, Callable[[Bank], str]] = {
    "GET /api/v1/people": lambda bank: bank.made.people["nina"].id,
    "GET /api/v1/bootstrap": lambda bank: bank.elsewhere,
    "GET /api/v1/conversations": lambda bank: bank.elsewhere,
    "GET /api/v1/search": lambda bank: SECRET,
    "GET /api/v1/stars": lambda bank: SECRET,
    "GET /api/v1/scheduled": lambda bank: bank.foreign["scheduled"],
    "GET /api/v1/devices": lambda bank: bank.foreign["device"],
    "GET /api/v1/tokens": lambda bank: bank.foreign["token"],
    "GET /api/v1/invites": lambda bank: bank.foreign["invite"],
    "GET /api/v1/cases": lambda bank: bank.foreign["case"],
}
"""Lists, and what of somebody else's must not stand in them where a cell says `own`."""
IN_PATHS: dict[str, Callable[[Bank], str]] = {
    "{conv}": lambda bank: bank.elsewhere,
    "{event_id}": lambda bank: bank.foreign["message"],
    "{sha256}": lambda bank: bank.foreign["picture"],
    "{device}": lambda bank: bank.foreign["device"],
    "{token}": lambda bank: bank.foreign["token"],
    "{invite}": lambda bank: bank.foreign["invite"],
    "{case}": lambda bank: bank.foreign["case"],
    "{person}": lambda bank: bank.made.people[user_name("client")].id,
    "{passkey}": lambda bank: NOBODY,
    "{upload}": lambda bank: bank.foreign["upload"],
    "{scheduled}": lambda bank: bank.foreign["scheduled"],
}
"""Somebody else's things by their place in a path: whoever asks for one is told it is not there."""
IN_BODIES: dict[str, Callable[[Bank], dict[str, Any]]] = {
    "POST /api/v1/uploads": lambda bank: {
        **_new(bank),
        "name": "x.txt",
        "size": 5,
    },
    "POST /api/v1/files/links": lambda bank: {
        "links": [{"event": bank.foreign["message"], "file": bank.foreign["file"]}]
    },
    "POST /api/v1/account-notices/seen": lambda bank: {"ids": [NOBODY]},
    "POST /api/v1/scheduled": lambda bank: {
        **_new(bank),
        "text": "Later",
        "at": format_time(SystemClock().now() + timedelta(days=1)),
    },
    "POST /api/v1/tokens": lambda bank: {
        "name": "x",
        "password": PASSWORD,
        "bots": [bank.made.people["omar"].id],
    },
    "POST /api/v1/reports": lambda bank: {
        "id": new_id(SystemClock()),
        "event": bank.foreign["message"],
        "reason": "rules",
    },
}
"""Routes that are told in their body what it is about, and a body that names somebody else's."""
BODIES: dict[str, Any] = {
    "POST /api/v1/cases/{case}/searches": {"words": SECRET},
    "POST /api/v1/cases/{case}/ranges": {"conversation": NOBODY},
    "POST /api/v1/cases/{case}/ranges/{number}/files": {"conv_seq": 1, "file": NOBODY},
    "POST /api/v1/cases/{case}/exports": {"search": 2},
    "POST /api/v1/invites/{invite}/link": {"way": "screen"},
    "POST /api/v1/clients/{person}/confirmation": {"how": "voice"},
    "POST /api/v1/uploads/{upload}/finish": {},
    "PUT /api/v1/scheduled/{scheduled}": {"text": "Changed"},
    "POST /api/v1/clients/{person}/reset": {"way": "screen"},
}
LAST = {"POST /api/v1/lock": 1, "POST /api/v1/sign-out": 2}
"""What closes the others."""


def observed(bank: Bank, role: Holder, rows: tuple[Permission, ...]) -> dict[str, Verdict]:
    """Return what holds for a role, by `action route`, as the running server shows it."""
    found: dict[str, Verdict] = {}
    routes = [(row, how) for row in rows for how in ways()[row.action] if not how.startswith("> ")]
    routes.sort(key=lambda each: LAST.get(each[1], 0))
    with visitor(bank, user_name(role)) as one:
        for row, route in routes:
            found[f"{row.action} {route}"] = _verdict(bank, one, row, route, role)
    return found


def _verdict(bank: Bank, one: Visitor, row: Permission, route: str, role: Holder) -> Verdict:
    """Tell from the answers. Where nothing can be another's, `own` and `allowed` are the same."""
    method, path = route.split(" ")
    if any(place in path for place in IN_PATHS):
        return _of_others(bank, one, row, route)
    if route in IN_BODIES:
        return _told(one.ask(row.place, method, path, IN_BODIES[route](bank)))
    query = f"?q={SECRET}" if path.endswith("/search") else ""
    answer = one.ask(row.place, method, path.format(**DUMMIES) + query, {})
    if _code(answer) in REFUSED:
        return "refused"
    assert answer.status_code not in (404, 405) or _code(answer) != "not_found", (route, answer)
    if route in OTHERS_IN_LISTS:
        return "allowed" if OTHERS_IN_LISTS[route](bank) in _shown(answer) else "own"
    return row.of(role) if row.of(role) != "refused" else "allowed"


def _of_others(bank: Bank, one: Visitor, row: Permission, route: str) -> Verdict:
    method, path = route.split(" ")
    for place, value in IN_PATHS.items():
        path = path.replace(place, value(bank))
    for looks in ("searches", "ranges", "exports"):
        path = path.replace(f"{looks}/{{number}}", f"{looks}/{bank.foreign[looks]}")
    return _told(one.ask(row.place, method, path, BODIES.get(route)))


def _told(answer: httpx2.Response) -> Verdict:
    """Tell from the answer to who asked for somebody else's: of files, each has a code in it."""
    code = _code(answer)
    if answer.is_success and answer.headers.get("content-type") == "application/json":
        told = answer.json()
        code = told["links"][0].get("code", "") if "links" in told else ""
    if code in REFUSED:
        return "refused"
    return "own" if code in NOT_THERE else "allowed"


def _new(bank: Bank) -> dict[str, Any]:
    return {"id": new_id(SystemClock()), "conv": bank.elsewhere}


def _shown(answer: httpx2.Response) -> str:
    assert answer.is_success, answer.text
    text = answer.text
    # Everybody is told who their colleagues are; what counts in a bootstrap is the conversations.
    return str(answer.json()["conversations"]) if ELSEWHERE in text or "cursor" in text else text


def _code(answer: httpx2.Response) -> str:
    return "" if answer.is_success or not answer.content else str(answer.json()["code"])


def start(bank: Bank, role: Holder) -> Verdict:
    """Start a conversation over HTTP as the page does, with everything that it takes."""
    with visitor(bank, user_name(role)) as one:
        members = [bank.made.people["omar"].id]
        body = {"id": new_id(SystemClock()), "kind": "group", "members": members, "title": role}
        answer = one.ask("chat", "POST", "/api/v1/conversations", body)
    return "refused" if _code(answer) in REFUSED else "allowed"
