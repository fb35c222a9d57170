"""What one client has that another must not reach, really made; and bodies that would reach it.

A body is made from the route's own type, so a new route has some without a word about it.
"""

import asyncio
import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import product
from typing import Any
from zipfile import ZipFile

import httpx2
import msgspec
from msgspec import inspect
from PIL import Image

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from tests.rig.authenticator import Authenticator
from tests.rig.client import client, tls
from tests.rig.files import sharer
from tests.rig.installation import PASSWORD, Installation
from tests.rig.patience import SECONDS as PATIENCE

SNI = {"sni_hostname": "chat.localhost"}
PNG = {"content-type": "image/png"}
_ALONE = r"(?<![\w+/=-]){}(?![\w+/=-])"
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
        names = [name for name in Hidden.__dataclass_fields__ if name != "words"]
        return [id for name in names for id in getattr(self, name)]

    def and_these(self, more: "Hidden") -> "Hidden":
        """Return both."""
        names = [name for name in Hidden.__dataclass_fields__ if name != "words"]
        both = {name: [*getattr(self, name), *getattr(more, name)] for name in names}
        return Hidden((*self.words, *more.words), **both)

    def leaks(self, text: str) -> list[str]:
        """What of it stands in a text: words by themselves, since base64 has any three letters."""
        lower = text.lower()
        said = [word for word in self.words if re.search(_ALONE.format(re.escape(word)), lower)]
        return said + [id for id in self.all() if id in lower]


NOTHING = Hidden((), [], [], [], [], [], [], [], [], [], [])


@contextmanager
def signed_in(made: Installation, name: str) -> Iterator[httpx2.Client]:
    """A browser in which somebody has signed in."""
    origin = made.settings.chat.origin
    with httpx2.Client(
        timeout=PATIENCE,
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


def bodies_of(kind: type | None, hidden: Hidden, own: Hidden) -> list[dict[str, Any] | None]:
    """What to send to a route: nothing, and valid bodies with every hidden id in its place.

    Beside it stands another hidden id, or the own conversation, or an own message: a check of
    either place alone lets such a body through.
    """
    if kind is None:
        return [None]
    both = but_for(
        hidden,
        conversations=[*hidden.conversations, *own.conversations[:1]],
        messages=[*hidden.messages, *own.messages[:1]],
    )
    made = [
        body
        for body in _values(inspect.type_info(kind), "", both)
        if ids_in(body, hidden) or body.get("id") in hidden.uploads or not ids_in(body, own)
    ]
    for body in made:
        msgspec.convert(body, kind)  # valid, or there is a kind of value that this does not know
    return [None, *made]


def ids_in(body: dict[str, Any] | None, hidden: Hidden) -> list[str]:
    """Which ids of it a body has, but for its own `id`: everybody chooses those for themself."""
    text = json.dumps({name: value for name, value in (body or {}).items() if name != "id"})
    return [id for id in hidden.all() if id in text]


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
            return list(info.values)[:1] if name == "reason" else list(info.values)
        case inspect.BoolType():
            return [True]
        case inspect.IntType():
            return [max(info.ge or 0, 5)]
        case inspect.StrType():
            return _texts(info.pattern or "", name, hidden)
    raise AssertionError(f"nothing to put into {name}: {info}")


def _texts(pattern: str, name: str, hidden: Hidden) -> list[str]:
    if "{64}" in pattern:
        return {"picture": hidden.pictures}.get(name, ["ab" * 32])
    if "{32}" in pattern:
        return {
            "conv": hidden.conversations,
            "members": hidden.people,
            "recipients": hidden.people,
            "person": hidden.people,
            "file": hidden.files,
            "files": hidden.files,
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


def wait_for_copy(browser: httpx2.Client) -> None:
    """Wait until the copy that was asked for can be fetched. Blocks."""
    deadline = time.monotonic() + PATIENCE
    while (told := browser.get("/api/v1/copy", extensions=SNI).json())["state"] != "ready":
        assert time.monotonic() < deadline, told
        assert told["state"] in ("waiting", "running"), told
        time.sleep(0.05)


def text_of(answer: httpx2.Response) -> str:
    """What an answer says; a zip file: the names and the contents of the files in it."""
    if answer.headers.get("content-type") != "application/zip":
        return answer.text
    with ZipFile(BytesIO(answer.content)) as packed:
        names = packed.namelist()
        return "\n".join([*names, *(packed.read(name).decode(errors="replace") for name in names)])


def is_refused(answer: httpx2.Response) -> bool:
    """Whether nothing was given or done: links of files have a code for each, in one answer."""
    if not answer.is_success:
        return answer.status_code in (400, 403, 404)
    told = answer.json() if answer.headers.get("content-type") == "application/json" else None
    links = told.get("links", []) if isinstance(told, dict) else []
    return links != [] and all(set(link) == {"code"} for link in links)


def persons(hidden: Hidden, *ops: str) -> list[dict[str, Any]]:
    """Each verb on each hidden person."""
    return [{"op": op, "person": person} for op, person in product(ops, hidden.people)]


def small_ones(hidden: Hidden) -> dict[str, list[dict[str, Any]]]:
    """Return what small commands have beside their conversation, by frame."""
    return {
        "title": [{"title": "x"}],
        "mark": [{"mark": "pinned"}, {"mark": "muted", "level": "mentions"}],
        "star": [{"target": id} for id in hidden.messages],
        "quiet_hours": [{"zone": "Europe/Warsaw", "starts": "22:00", "ends": "07:00"}],
    }
