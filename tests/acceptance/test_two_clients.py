"""Two clients of one advisor, crossed in every way: nothing of one reaches the other.

The matrix is made from the route table and from the frames: every route with every id of the other
client and of the bank's own talk in it, every command on their conversations and their messages.
"""

import asyncio
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any, get_args

import httpx2
import pytest
from PIL import Image

from onrecord.domain.clock import SystemClock
from onrecord.domain.ids import new_id
from onrecord.policy.roles import permission
from onrecord.wire import frames
from tests.acceptance.command import serving
from tests.integration.edge.test_route_table import FOR_SIGNED_IN
from tests.rig.client import Client, client, tls
from tests.rig.files import sharer
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations

EWA, TOM = "ewa@client", "tomasz@client"
SECRET = "falcon"
"""A word in everything that Ewa must not see."""
FILING = {tuple(how.split(" ")) for how in permission("chat.files").by}
PNG = {"content-type": "image/png"}
IDLE = {"read", "delivered", "typing", "ping", "hello"}
"""Frames without an answer (and the first frame)."""


def picture() -> bytes:
    """A picture as somebody sends it."""
    out = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, "PNG")
    return out.getvalue()


PICTURE = picture()


@dataclass(frozen=True)
class Hidden:
    """What is not Ewa's: ids of all that there is."""

    conversations: list[str]
    messages: list[str]
    people: list[str]
    devices: list[str]
    files: list[str]
    uploads: list[str]
    pictures: list[str]

    def all(self) -> list[str]:
        seen = [*self.conversations, *self.messages, *self.people, *self.pictures]
        return [*seen, *self.devices, *self.files]


@dataclass(frozen=True)
class Bank:
    made: Installation
    hidden: Hidden


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


SNI = {"sni_hostname": "chat.localhost"}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "marek", EWA, TOM])
    populate_conversations(
        made, {f"{SECRET} desk": ["anna", "marek"]}, [("anna", EWA), ("anna", TOM), ("marek", TOM)]
    )
    with serving(made.data):
        yield Bank(made, asyncio.run(talk(made)))


async def talk(made: Installation) -> Hidden:
    """Everybody says something; return what Ewa must not see."""
    with signed_in(made, TOM) as tom:
        devices = tom.get("/api/v1/devices", extensions=SNI).json()["devices"]
    with signed_in(made, "marek") as marek:
        own = marek.put("/api/v1/me/picture", content=PICTURE, headers=PNG, extensions=SNI)
        assert own.status_code == 200, own.text
    desk = made.groups[f"{SECRET} desk"]
    hidden = [desk, made.direct("anna", TOM), made.direct(TOM, "marek")]
    async with client(made, "anna") as anna, client(made, TOM) as tom_too:
        await anna.sent(made.direct("anna", EWA), "hello Ewa")
        said = [await anna.sent(conv, f"{SECRET} one") for conv in hidden[:2]]
        said += [await tom_too.sent(conv, f"{SECRET} two") for conv in hidden[1:]]
    file, upload = await asyncio.to_thread(shared, made, str(hidden[1]))
    async with client(made, TOM) as tom_too:
        said.insert(0, await tom_too.command(t="send", conv=hidden[1], text="", files=[file]))
    people = [str(made.people[name].id) for name in (TOM, "marek")]
    return Hidden(
        conversations=[str(conv) for conv in hidden],
        messages=[answer["event_id"] for answer in said],
        people=people,
        devices=[device["id"] for device in devices],
        files=[file],
        uploads=[upload],
        pictures=[own.json()["picture"]],
    )


def shared(made: Installation, conv: str) -> tuple[str, str]:
    """Tomasz stores a file, and begins to send another one; return their ids."""
    with sharer(made, TOM) as tom:
        file = tom.stored(conv, f"{SECRET}.txt", SECRET.encode())
        return file["id"], tom.begin(conv, "more.bin", 9).json()["upload"]


def leaks(text: str, hidden: Hidden) -> list[str]:
    """What of the hidden stands in a text."""
    words = [SECRET, "Tomasz", "Marek", *hidden.all()]
    return [word for word in words if word.lower() in text.lower()]


ENDINGS = ("/api/v1/leave", "/api/v1/sign-out")


def requests_of(
    hidden: Hidden, routes: Iterable[tuple[str, ...]] = frozenset(FOR_SIGNED_IN | FILING)
) -> Iterator[tuple[str, str, list[str]]]:
    """Method and path of each route, with every hidden id in each place, and the ids used."""
    values = {
        "{conv}": hidden.conversations,
        "{event_id}": hidden.messages,
        "{device}": hidden.devices,
        "{invite}": [*hidden.people, *hidden.messages],
        "{upload}": hidden.uploads,
        "{passkey}": [*hidden.devices, *hidden.people],
        "{person}": hidden.people,
        "{sha256}": hidden.pictures,
    }
    # Signing out, or leaving for good, would end it before the others were tried.
    for method, path in sorted(routes, key=lambda route: (route[1] in ENDINGS, route)):
        places = [place for place in values if place in path]
        for ids in product(*(values[place] for place in places)):
            filled = path
            for place, id in zip(places, ids, strict=True):
                filled = filled.replace(place, id)
            assert "{" not in filled, f"nothing to put into {path}"
            yield method, filled, list(ids)
            if method == "GET":
                yield method, f"{filled}?q={SECRET}&conv={hidden.conversations[0]}&limit=50", []
                yield method, f"{filled}?q={SECRET}", []


def bodies_of(path: str, hidden: Hidden) -> list[dict[str, Any] | None]:
    """What to send to a route: nothing, and whatever would reach somebody hidden."""
    if path.endswith("/conversations"):
        return [
            {"id": new_id(SystemClock()), "kind": kind, "members": [person]}
            for kind, person in product(("direct", "group"), hidden.people)
        ]
    if path.endswith("/links"):
        return [
            {"links": [{"event": event, "file": file, "variant": variant}]}
            for event, file, variant in product(
                hidden.messages, hidden.files, ("original", "preview", "thumb")
            )
        ]
    if path.endswith("/reports"):
        return [
            {"id": new_id(SystemClock()), "event": event, "reason": "conduct"}
            for event in hidden.messages
        ]
    if path.endswith("/uploads"):
        return [
            {"id": id, "conv": conv, "name": "a.txt", "size": 5}
            for id, conv in product(
                [new_id(SystemClock()), *hidden.uploads], [*hidden.conversations]
            )
        ]
    if path.endswith("/confirmation"):
        return [{"how": how} for how in ("in_person", "voice", "video")]
    if path.endswith("/reset"):
        return [{"address": "other@mail.example", "way": "mail"}]
    return [None, {"way": "screen"}, {}]


def test_control_a_route_with_a_place_that_nothing_is_put_into_is_noticed(bank: Bank) -> None:
    with pytest.raises(AssertionError, match="nothing to put"):
        list(requests_of(bank.hidden, [("GET", "/api/v1/cupboards/{cupboard}")]))


def test_no_route_answers_with_anything_of_the_other(bank: Bank) -> None:
    tried = 0
    with signed_in(bank.made, EWA) as ewa:
        for method, path, ids in requests_of(bank.hidden):
            for body in bodies_of(path, bank.hidden) if method != "GET" else [None]:
                answer = ewa.request(method, path, json=body, extensions=SNI)
                tried += 1
                told = [leak for leak in leaks(answer.text, bank.hidden) if leak not in path]
                assert told == [], (method, path, answer.text)
                if ids:
                    assert answer.status_code in (400, 403, 404), (method, path, answer.text)
                assert answer.status_code < 500, (method, path, answer.text)
    assert tried > 50


def test_control_the_same_requests_show_it_to_the_advisor(bank: Bank) -> None:
    shown: set[str] = set()
    with signed_in(bank.made, "anna") as anna:
        for method, path, _ in requests_of(bank.hidden):
            if method == "GET":
                shown |= set(leaks(anna.get(path, extensions=SNI).text, bank.hidden))
    missing = set(bank.hidden.all()) - shown - set(bank.hidden.devices)
    # Marek's talk with Tomasz is not Anna's.
    assert missing == {bank.hidden.conversations[2], bank.hidden.messages[-1]}


def persons(hidden: Hidden, *ops: str) -> list[dict[str, Any]]:
    """Each verb on each hidden person."""
    return [{"op": op, "person": person} for op, person in product(ops, hidden.people)]


def commands_of(hidden: Hidden, own: str) -> Iterator[dict[str, Any]]:
    """Every frame on each hidden conversation; on the own one, with each hidden id in it."""
    for kind in get_args(frames.AnyClientFrame):
        name = kind.__struct_config__.tag
        if name in ("hello", "ping"):
            continue
        extra: dict[str, list[dict[str, Any]]] = {
            "send": [
                {"text": "x"},
                *({"text": "", "files": [id]} for id in hidden.files),
                *({"text": "x", "reply_to": id} for id in hidden.messages),
                *({"text": "", "forward": id} for id in hidden.messages),
            ],
            "edit": [{"text": "x", "target": id} for id in hidden.messages],
            "remove": [{"target": id} for id in hidden.messages],
            "react": [{"emoji": "👍", "target": id} for id in hidden.messages],
            "members": [
                *persons(hidden, "add", "remove", "share"),
                {"op": "leave"},
            ],
            "relationship": persons(hidden, "hand_over", "delegate", "end"),
            "complaint": [
                *(
                    {"op": "file", "category": "other", "text": "x", "target": id}
                    for id in hidden.messages
                ),
                *(
                    {"op": op, "complaint": id}
                    for op, id in product(("answer", "withdraw"), hidden.messages)
                ),
            ],
            "title": [{"title": "x"}],
            "group": [
                *({"op": "admin", "person": person} for person in hidden.people),
                {"op": "describe", "text": "x"},
                {"op": "posting"},
                {"op": "link", "hash": "ab" * 32, "until": "2099-01-01T00:00:00.000000Z"},
                {"op": "unlink"},
            ],
            "read": [{"msg_no": 1}],
            "delivered": [{"msg_no": 1}],
            "typing": [{}],
        }
        for conv, parts in product([*hidden.conversations, own], extra[name]):
            crossed = conv != own or any(id in json.dumps(parts) for id in hidden.all())
            if crossed:
                yield {"t": name, "conv": conv, **parts}


def test_no_command_reaches_the_other(bank: Bank) -> None:
    made, hidden = bank.made, bank.hidden
    own = made.direct("anna", EWA)

    async def story() -> tuple[list[dict[str, Any]], dict[str, Client]]:
        answers = []
        async with (
            client(made, EWA) as ewa,
            client(made, TOM) as tom,
            client(made, "marek") as marek,
        ):
            for frame in commands_of(hidden, own):
                if frame["t"] in IDLE:
                    await ewa.say(frame)
                else:
                    answers.append({**frame, **await ewa.command(**frame)})
            # What comes of the idle ones would be here within a second.
            await asyncio.sleep(1.5)
            await tom.sent(made.direct("anna", TOM), f"{SECRET} three")
            await ewa.sent(own, "still here")
        return answers, {"ewa": ewa, "tom": tom, "marek": marek}

    answers, seen = asyncio.run(story())
    assert len(answers) > 50
    for answer in answers:
        quoted = answer["t"] == "ack" and "reply_to" in answer
        assert answer["t"] == "nack" or not quoted, answer
    accepted = [answer for answer in answers if answer["t"] == "ack"]
    assert accepted == []
    assert leaks(json.dumps(seen["ewa"].frames), hidden) == []
    ewas = made.people[EWA].id
    for name in ("tom", "marek"):
        assert ewas not in json.dumps(seen[name].frames), name
