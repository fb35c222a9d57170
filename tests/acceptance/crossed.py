"""What one client has that another must not reach, really made; and bodies that would reach it.

A body is made from the route's own type, so a new route has some without a word about it.
"""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import product
from typing import Any

import httpx2
import msgspec
from msgspec import inspect
from PIL import Image

from onrecord.domain.clock import SystemClock
from onrecord.domain.ids import new_id
from tests.rig.authenticator import Authenticator
from tests.rig.client import client, tls
from tests.rig.files import sharer
from tests.rig.installation import PASSWORD, Installation

SNI = {"sni_hostname": "chat.localhost"}
PNG = {"content-type": "image/png"}
LATER = "2099-01-01T00:00:00.000000Z"


@dataclass(frozen=True)
class Hidden:
    """What is not somebody's: ids of all that there is, and words that they must not see."""

    words: tuple[str, ...]
    conversations: list[str]
    messages: list[str]
    people: list[str]
    devices: list[str]
    files: list[str]
    uploads: list[str]
    pictures: list[str]
    passkeys: list[str]
    invites: list[str]
    complaints: list[str]

    def all(self) -> list[str]:
        """What names something that can be shown."""
        seen = [*self.conversations, *self.messages, *self.people, *self.pictures]
        return [*seen, *self.devices, *self.files, *self.passkeys, *self.invites]

    def and_these(self, more: "Hidden") -> "Hidden":
        """Return both."""
        names = [name for name in Hidden.__dataclass_fields__ if name != "words"]
        both = {name: [*getattr(self, name), *getattr(more, name)] for name in names}
        return Hidden((*self.words, *more.words), **both)

    def leaks(self, text: str) -> list[str]:
        """What of it stands in a text."""
        lower = text.lower()
        return [word for word in (*self.words, *self.all()) if word.lower() in lower]


NOTHING = Hidden((), [], [], [], [], [], [], [], [], [], [])


@contextmanager
def signed_in(made: Installation, name: str) -> Iterator[httpx2.Client]:
    """A browser in which somebody has signed in."""
    origin = made.settings.chat.origin
    with httpx2.Client(
        base_url=f"https://127.0.0.1:{made.settings.chat.port}",
        verify=tls(made),
        headers={
            "host": origin.removeprefix("https://"),
            "origin": origin,
            "sec-fetch-site": "same-origin",
        },
        trust_env=False,
    ) as browser:
        body = {"username": name, "password": PASSWORD, "device": f"Phone of {name}"}
        answer = browser.post("/api/v1/sign-in", json=body, extensions=SNI)
        assert answer.status_code == 200, answer.text
        browser.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        yield browser


def belongings(made: Installation, name: str, advisor: str, word: str) -> Hidden:
    """Have a client make one of everything that there is, and return it. Blocks."""
    conv = str(made.direct(advisor, name))
    person = str(made.people[name].id)
    with signed_in(made, name) as browser:
        devices = browser.get("/api/v1/devices", extensions=SNI).json()["devices"]
        (device,) = (each for each in devices if each["current"])
        passkey = _passkey(made, browser)
        picture = pictured(browser)
    with sharer(made, name) as own:
        file = own.stored(conv, f"{word}.txt", word.encode())["id"]
        upload = own.begin(conv, "more.bin", 9).json()["upload"]
    with signed_in(made, advisor) as browser:
        wish = {"name": f"{word} two", "address": f"{word}@mail.example", "locale": "en"}
        made_of = browser.post("/api/v1/invites", json={**wish, "way": "screen"}, extensions=SNI)
        assert made_of.is_success, made_of.text
    messages, complaint = asyncio.run(_said(made, (name, advisor), conv, word, file))
    return Hidden(
        words=(word, name.partition("@")[0]),
        conversations=[conv],
        messages=messages,
        people=[person],
        devices=[device["id"]],
        files=[file],
        uploads=[upload],
        pictures=[picture],
        passkeys=[passkey],
        invites=[made_of.json()["id"]],
        complaints=[complaint],
    )


def pictured(browser: httpx2.Client) -> str:
    """Set somebody's picture, of a colour of its own; return its name."""
    out = BytesIO()
    colour = tuple(bytes.fromhex(new_id(SystemClock())[-6:]))
    Image.new("RGB", (64, 64), colour).save(out, "PNG")
    picture = out.getvalue()
    own = browser.put("/api/v1/me/picture", content=picture, headers=PNG, extensions=SNI)
    assert own.status_code == 200, own.text
    name: str = own.json()["picture"]
    return name


async def _said(
    made: Installation, who: tuple[str, str], conv: str, word: str, file: str
) -> tuple[list[str], str]:
    name, advisor = who
    async with client(made, name) as one, client(made, advisor) as other:
        sent = await one.command(t="send", conv=conv, text="", files=[file])
        said = [await one.sent(conv, f"{word} one"), await other.sent(conv, f"{word} two")]
        filed = await one.command(
            t="complaint", op="file", conv=conv, category="other", text=f"{word} complaint"
        )
    assert (sent["t"], filed["t"]) == ("ack", "ack"), (sent, filed)
    return [sent["event_id"], *(answer["event_id"] for answer in said)], filed["event_id"]


def _passkey(made: Installation, browser: httpx2.Client) -> str:
    wish = browser.post("/api/v1/passkeys/challenge", json={}, extensions=SNI).json()
    key = Authenticator(_bytes(wish["user"]), made.settings.chat.origin, wish["rp_id"])
    new = key.make(_bytes(wish["challenge"]))
    body = {"client_data": _text(new.client_data), "attestation": _text(new.attestation)}
    answer = browser.post("/api/v1/passkeys", json={**body, "name": "Phone"}, extensions=SNI)
    (passkey,) = answer.json()["passkeys"]
    id: str = passkey["id"]
    return id


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def bodies_of(kind: type | None, hidden: Hidden) -> list[dict[str, Any] | None]:
    """What to send to a route: nothing, and valid bodies with every hidden id in its place."""
    if kind is None:
        return [None]
    made = _values(inspect.type_info(kind), "", hidden)
    for body in made:
        msgspec.convert(body, kind)  # valid, or there is a kind of value that this does not know
    return [None, *made]


def _values(info: inspect.Type, name: str, hidden: Hidden) -> list[Any]:
    match info:
        case inspect.StructType():
            fields = {
                each.encode_name: _values(each.type, each.encode_name, hidden)
                for each in info.fields
            }
            return [dict(zip(fields, each, strict=True)) for each in product(*fields.values())]
        case inspect.ListType():
            inner = _values(info.item_type, name, hidden)
            return [[each] * (info.min_length or 1) for each in inner]
        case inspect.DictType():
            return [{}]
        case inspect.UnionType():
            some = next(one for one in info.types if not isinstance(one, inspect.NoneType))
            return _values(some, name, hidden)
        case inspect.LiteralType():
            return list(info.values)
        case inspect.BoolType():
            return [True]
        case inspect.IntType():
            return [max(info.ge or 0, 5)]
        case inspect.StrType():
            return _texts(info.pattern or "", name, hidden)
    raise AssertionError(f"nothing to put into {name}: {info}")


def _texts(pattern: str, name: str, hidden: Hidden) -> list[str]:
    if "{64}" in pattern:
        return hidden.pictures[:1]
    if "{32}" in pattern:
        return {
            "conv": hidden.conversations,
            "members": hidden.people,
            "recipients": hidden.people,
            "person": hidden.people,
            "file": hidden.files,
            "id": [new_id(SystemClock()), *hidden.uploads],
        }.get(name, hidden.messages)
    if pattern.startswith("^[0-9a-f]"):
        return ["ab"]
    plain = {
        "until": LATER,
        "starts": LATER,
        "at": LATER,
        "address": "other@mail.example",
        "week": "09:00-17:00",
        "zone": "Europe/Warsaw",
        "link": "0" * 64,
    }
    return [plain.get(name, "xxxx")]


def but_for(hidden: Hidden, **ids: list[str]) -> Hidden:
    """Return the same with other ids of a kind."""
    return replace(hidden, **ids)  # type: ignore[arg-type]
