"""Try every verb as somebody with an office, and look whether it makes them somebody else.

What is tried comes from the route tables and from the tree of commands, so that a new verb is tried
by itself. Bodies are made from the types that the routes take: they name a victim, and what would
help who asks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import msgspec
from msgspec import inspect

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.core.roles.permission import Holder, Place
from onrecord.core.roles.table import may_sign_in, permission
from onrecord.http.operations import operation_of
from onrecord.http.routes import Anyone, Entry, ForSignedIn
from onrecord_archive.format.record import format_time
from tests.integration.visitors import ELSEWHERE, SECRET, Bank, Visitor
from tests.rig.client import tls
from tests.rig.patience import SECONDS as PATIENCE
from tools.openapi import entries

VICTIMS = ("nina", "ola@compliance", "client@client")
"""Who has signed in, and whom nobody else may become."""
MINE = "eve@attacker.example"
CHOSEN = "eve has chosen this one"
"""An address and a password of who tries."""
NOBODY = "0" * 32
CLOSING = ("deactivate", "sessions", "lock", "sign-out", "leave", "devices")
"""Parts of paths whose verbs shut somebody out: they are tried last."""
Way = tuple[str, str]
"""A listener, and the secret that may open it."""


@dataclass
class Hunt:
    """What somebody got hold of: the ways in, by the verb that gave them; and whose they are.

    `offices`: the roles among them that see or decide about others, also of somebody new.
    """

    bank: Bank
    tried: set[str] = field(default_factory=set)
    became: dict[str, set[str]] = field(default_factory=dict)
    offices: dict[str, set[str]] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def look(self, verb: str, text: str, me: str) -> None:
        """Use every secret of an answer, and note whose account it opens, and what it shows."""
        if SECRET in text:
            self.read.add(verb)
        for whose, role in filter(None, map(self._whose, secrets_in(text))):
            if whose != me:
                self.became.setdefault(verb, set()).add(whose)
                if role in may_sign_in("console"):
                    self.offices.setdefault(verb, set()).add(role)

    def _whose(self, secret: str) -> tuple[str, str] | None:
        """Return whose account a secret opens, and as what; None: nobody's."""
        settings = self.bank.made.settings
        with httpx2.Client(verify=tls(self.bank.made), trust_env=False, timeout=PATIENCE) as client:
            for listener in (settings.chat, settings.console):
                headers = {
                    "host": listener.origin.removeprefix("https://"),
                    "origin": listener.origin,
                    "sec-fetch-site": "same-origin",
                }
                url, named = f"https://127.0.0.1:{listener.port}/api/v1", listener.host
                if secret.startswith("onrecord_"):
                    headers["authorization"] = f"Bearer {secret}"
                    answer = client.get(
                        f"{url}/bootstrap", headers=headers, extensions={"sni_hostname": named}
                    )
                else:
                    body = {"link": secret, "device": "Eve"}
                    answer = client.post(
                        f"{url}/sign-in",
                        json=body,
                        headers=headers,
                        extensions={"sni_hostname": named},
                    )
                if answer.is_success:
                    told = answer.json()
                    person = told.get("me", told)["person"]
                    return str(person["id"]), str(person["role"])
        return None


def secrets_in(text: str) -> list[str]:
    """Return the links and tokens in a text."""
    links = re.findall(r"#link=([\w-]+)", text)
    return [*links, *re.findall(r"onrecord_[\w-]{20,}", text)]


def verbs_of(role: Holder) -> list[tuple[Place, ForSignedIn | Anyone]]:
    """Return every route that a role gets past the guard of, those that close something last."""
    found: list[tuple[Place, ForSignedIn | Anyone]] = []
    places: tuple[Place, ...] = ("console", "chat")
    for place in places:
        for entry in entries(place):
            if isinstance(entry, Anyone) or _allows(entry, role):
                assert isinstance(entry, ForSignedIn | Anyone)
                found.append((place, entry))
    return sorted(found, key=lambda each: any(part in each[1].path for part in CLOSING))


def _allows(entry: Entry, role: Holder) -> bool:
    return isinstance(entry, ForSignedIn) and permission(entry.action).allows(role)


def try_everything(hunt: Hunt, one: Visitor, role: Holder, me: str) -> None:
    """Try each verb with each victim, and each way of filling in its body."""
    for place, entry in verbs_of(role):
        verb = f"{entry.method} {entry.path}"
        hunt.tried.add(verb)
        if place not in one.cookies or entry.path in ("/api/v1/sign-out", "/api/v1/lock"):
            continue  # it would end the hunt, and is about oneself alone
        for victim in VICTIMS:
            id = str(hunt.bank.made.people[victim].id)
            for path in paths_of(hunt, one, entry.path, id):
                for body in bodies_of(entry, id):
                    answer = one.ask(place, entry.method, path, body)
                    hunt.look(verb, answer.text, me)


def paths_of(hunt: Hunt, one: Visitor, path: str, victim: str) -> Iterator[str]:
    """Fill in a path: with the victim, their conversation, and every request that waits."""
    if "/requests/{id}" in path:
        waiting = one.ask("console", "GET", "/api/v1/admin/requests").json()["requests"]
        yield from (path.replace("{id}", each["id"]) for each in waiting)
        return
    known = {"id": victim, "person": victim, "conv": hunt.bank.elsewhere, "number": "1"}
    known |= {"event_id": hunt.bank.foreign.get("message", NOBODY), "case": "FOREIGN"}
    yield re.sub(r"{(\w+)}", lambda found: known.get(found[1], NOBODY), path)


def bodies_of(entry: ForSignedIn | Anyone, victim: str) -> list[Any]:
    """Return bodies that a route takes: the least, all of it, and with each office."""
    kind = operation_of(entry.handler).takes
    if kind is None:
        return [None if entry.method == "GET" else {}]
    fields = {each.encode_name for each in msgspec.structs.fields(kind)}
    roles = ["compliance", "administrator"] if "role" in fields else ["employee"]
    made = [_filled(inspect.type_info(kind), victim, {"role": role}, whole=True) for role in roles]
    return [*made, _filled(inspect.type_info(kind), victim, {}, whole=False)]


def _named(victim: str) -> dict[str, Any]:
    """What a field of a name is filled with."""
    now = datetime.now(UTC)
    return {
        "id": new_id(SystemClock()),
        "name": "Eve",
        "org": "Rig Bank",
        "role": "compliance",
        "kind": "employee",
        "username": f"eve{new_id(SystemClock())}",
        "mail": MINE,
        "address": MINE,
        "password": CHOSEN,
        "phone": "+48601000999",
        "person": victim,
        "successor": victim,
        "owner": victim,
        "locale": "en",
        "reason": "Eve would like to.",
        "at": format_time(now + timedelta(days=1)),
        "until": format_time(now + timedelta(days=1)),
    }


def _filled(kind: Any, victim: str, more: dict[str, Any], *, whole: bool) -> Any:
    """Return a value of a type: of a body all members, or only those that it must have."""
    named = {**_named(victim), **more}
    if isinstance(kind, inspect.StructType):
        return {
            each.encode_name: named[each.encode_name]
            if each.encode_name in named and not isinstance(each.type, inspect.ListType)
            else _filled(each.type, victim, more, whole=whole)
            for each in kind.fields
            if whole or each.required
        }
    if isinstance(kind, inspect.UnionType):
        return _filled(kind.types[0], victim, more, whole=whole)
    return _plain(kind, victim, more, whole=whole)


def _plain(kind: Any, victim: str, more: dict[str, Any], *, whole: bool) -> Any:
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, inspect.ListType | inspect.CollectionType):
        return [_filled(kind.item_type, victim, more, whole=whole)]
    if isinstance(kind, inspect.StrType):
        return victim if "32" in (kind.pattern or "") else "x" * max(1, kind.min_length or 1)
    if isinstance(kind, inspect.BoolType):
        return True
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        return kind.ge or 1
    return {}


def who_they_are(one: Visitor) -> dict[str, tuple[str, ...]]:
    """What administrators see of everybody, by id: all that says who somebody is."""
    people = one.ask("console", "GET", "/api/v1/admin/people").json()["people"]
    members = ("name", "org", "role", "kind", "username", "mail")
    return {each["id"]: tuple(str(each.get(name)) for name in members) for each in people}


__all__ = ["ELSEWHERE", "Hunt", "bodies_of", "secrets_in", "try_everything", "verbs_of"]
