"""Two clients of one advisor, crossed in every way: nothing of one reaches the other.

The matrix is made from the route table and from the frames: every route with every id of the other
client and of the bank's own talk in it, every command on their conversations and their messages.
"""

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest

from onrecord.core.domain.ids import direct_stream_id
from onrecord.http.operations import operation_of
from onrecord.http.routes import ForSignedIn
from onrecord.protocol import frames
from onrecord_archive.events.ids import PersonId
from tests.acceptance.command import serving
from tests.acceptance.crossed import (
    NOTHING,
    SNI,
    Hidden,
    belongings,
    bodies_of,
    but_for,
    ids_in,
    is_refused,
    persons,
    pictured,
    signed_in,
    small_ones,
    text_of,
    wait_for_copy,
)
from tests.rig.client import Client, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running
from tools.openapi import entries

EWA, TOM = "ewa@client", "tomasz@client"
LETTERS = '[mail]\nfolder = "letters"\n'
DESK = "osprey"
"""A word in everything of the bank's own."""
IDLE = {"read", "delivered", "played", "typing", "idle", "looking", "ping", "hello"}
"""Frames without an answer (and the first frame)."""
NOWHERE = "0123456789abcdef" * 2
"""The id of nothing."""
Answer = dict[str, Any]
Route = tuple[str, str, type | None]


def routes() -> list[Route]:
    """Method, path and body of every route for somebody who has signed in."""
    table = [entry for entry in entries("chat") if isinstance(entry, ForSignedIn)]
    return [(each.method, each.path, operation_of(each.handler).takes) for each in table]


@dataclass(frozen=True)
class Bank:
    """`hidden`: what each of the two must not see; `own`: what is theirs."""

    made: Installation
    hidden: dict[str, Hidden]
    own: dict[str, Hidden]


def populated(folder: Path) -> Installation:
    """Two clients of Anna; Tomasz knows Marek as well."""
    made = install(folder, ["anna", "marek", EWA, TOM], toml=LETTERS)
    groups = {f"{DESK} desk": ["anna", "marek"], "Falcon table": ["marek", TOM]}
    populate_conversations(made, groups, [("anna", EWA), ("anna", TOM)])
    return made


def crossed(made: Installation) -> Bank:
    """Everybody says and makes something; return it with what each must not see."""
    ewas = belongings(made, EWA, "anna", "ibis")
    toms = belongings(made, TOM, "anna", "falcon")
    with signed_in(made, "marek") as marek:
        picture = pictured(marek)
    desk, table = made.groups[f"{DESK} desk"], made.groups["Falcon table"]
    said = asyncio.run(talk(made, desk, table))
    banks = but_for(NOTHING, conversations=[desk], messages=[said[0]])
    mareks = but_for(
        NOTHING,
        conversations=[table],
        messages=[said[1]],
        people=[str(made.people["marek"].id)],
        pictures=[picture],
    )
    inside = Hidden((DESK,), *(getattr(banks, name) for name in KINDS))
    of_marek = Hidden(("marek",), *(getattr(mareks, name) for name in KINDS))
    toms_and_mareks = toms.and_these(of_marek)
    hidden = {EWA: toms_and_mareks.and_these(inside), TOM: ewas.and_these(inside)}
    return Bank(made, hidden, {EWA: ewas, TOM: toms})


KINDS = [name for name in Hidden.__dataclass_fields__ if name != "words"]


async def talk(made: Installation, desk: str, table: str) -> list[str]:
    """Marek says something at the desk, and to Tomasz."""
    async with client(made, "marek") as marek:
        said = [await marek.sent(desk, f"{DESK} one"), await marek.sent(table, "falcon three")]
    return [answer["event_id"] for answer in said]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    made = populated(tmp_path_factory.mktemp("bank"))
    with serving(made.data):
        yield crossed(made)


ENDINGS = ("/api/v1/lock", "/api/v1/sign-out")
COPY, COPY_FILE, UPLOADS = "/api/v1/copy", "/api/v1/copy.zip", "/api/v1/uploads"
AT_THE_END = {("POST", "/api/v1/leave"), ("DELETE", "/api/v1/me/picture")}
"""Would take away what the other direction asks for; tried below, last."""


def requests_of(
    hidden: Hidden, table: Iterable[Route] | None = None
) -> Iterator[tuple[Route, str, list[str]]]:
    """Each route, its path with every hidden id in each place, and the ids used."""
    values = {
        "{conv}": hidden.conversations,
        "{event_id}": hidden.messages,
        "{device}": hidden.devices,
        "{invite}": hidden.invites,
        "{upload}": hidden.uploads,
        "{passkey}": hidden.passkeys,
        "{scheduled}": hidden.messages,
        "{token}": hidden.messages,
        "{person}": hidden.people,
        "{sha256}": hidden.pictures,
    }
    # Locking and signing out would close it before the others were tried.
    found = sorted(table or routes(), key=lambda route: (route[1] in ENDINGS, route[1], route[0]))
    for route in found:
        method, path, _ = route
        places = [place for place in values if place in path]
        for ids in product(*(values[place] for place in places)):
            filled = path
            for place, id in zip(places, ids, strict=True):
                filled = filled.replace(place, id)
            assert "{" not in filled, f"nothing to put into {path}"
            yield route, filled, list(ids)
            if method == "GET":
                word = hidden.words[0]
                yield route, f"{filled}?q={word}&conv={hidden.conversations[0]}&limit=50", []
                yield route, f"{filled}?q={word}", []


def found_wrong(bank: Bank, viewer: str) -> tuple[int, list[str]]:
    """Try everything as one of the two; return how much that was, and what should not be."""
    tried, wrong, hidden, own = 0, [], bank.hidden[viewer], bank.own[viewer]
    with signed_in(bank.made, viewer) as browser:
        for (method, path, kind), filled, ids in requests_of(hidden):
            if (method, path) in AT_THE_END:
                continue
            for body in bodies_of(kind, hidden, own) if method != "GET" else [None]:
                answer = browser.request(method, filled, json=body, extensions=SNI)
                tried += 1
                asked, text = f"{filled} {json.dumps(body)}", text_of(answer)
                told = [leak for leak in hidden.leaks(text) if leak not in asked]
                refused = not (ids or ids_in(body, hidden)) or is_refused(answer)
                empty = path == COPY_FILE and own.words[0] not in text
                if told or not refused or empty or answer.status_code >= 500:
                    wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
                if answer.is_success and (method, path) == ("POST", COPY):
                    wait_for_copy(browser)
                if answer.is_success and body and (method, path) == ("POST", UPLOADS):
                    # Theirs by now, of the same id: what is asked for next is the other's.
                    browser.delete(f"{UPLOADS}/{body['id']}", extensions=SNI)
    return tried, wrong


def test_control_a_route_with_a_place_that_nothing_is_put_into_is_noticed(bank: Bank) -> None:
    with pytest.raises(AssertionError, match="nothing to put"):
        list(requests_of(bank.hidden[EWA], [("GET", "/api/v1/cupboards/{cupboard}", None)]))


def test_control_there_is_something_of_every_kind(bank: Bank) -> None:
    for viewer, hidden in bank.hidden.items():
        assert [kind for kind in KINDS if not getattr(hidden, kind)] == [], viewer


@pytest.mark.parametrize("viewer", [EWA, TOM])
def test_no_route_answers_with_anything_of_the_other(bank: Bank, viewer: str) -> None:
    tried, wrong = found_wrong(bank, viewer)
    assert wrong == []
    assert tried > 100


def test_control_the_same_requests_show_it_to_those_whose_it_is(bank: Bank) -> None:
    for viewer, hidden in bank.hidden.items():
        shown: set[str] = set()
        for name in ("anna", "marek", EWA if viewer == TOM else TOM):
            with signed_in(bank.made, name) as browser:
                for (method, _, _), filled, _ in requests_of(hidden):
                    if method == "GET":
                        answer = browser.get(filled, extensions=SNI)
                        shown |= set(hidden.leaks(answer.text))
        assert set(hidden.all()) - shown == set()


@pytest.mark.parametrize(
    "route",
    [
        "GET /api/v1/messages/{event_id}/info",
        "GET /api/v1/uploads/{upload}",
        "DELETE /api/v1/passkeys/{passkey}",
        "GET /api/v1/pictures/{sha256}",
        "GET /api/v1/search",
        "GET /api/v1/copy.zip",
        "POST /api/v1/files/links",
    ],
)
def test_control_a_check_that_is_left_out_is_found(
    defective: tuple[Bank, list[str]], route: str
) -> None:
    assert [line for line in defective[1] if line.startswith(route)] != []


DEFECTS = "sight,uploads,passkeys,pictures,existence,search,links,copies"


@pytest.fixture(scope="module")
def defective(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bank, list[str]]]:
    """A bank whose server leaves checks out (tests/rig/serve.py), and what Ewa finds there."""
    made = populated(tmp_path_factory.mktemp("defective"))
    with running(made, defects=DEFECTS):
        bank = crossed(made)
        yield bank, found_wrong(bank, EWA)[1]


def commands_of(hidden: Hidden, own: str) -> Iterator[dict[str, Any]]:
    """Every frame on each hidden conversation; on the own one, with each hidden id in it."""
    for kind in get_args(frames.AnyClientFrame):
        name = kind.__struct_config__.tag
        if name in ("hello", "idle", "looking", "ping"):
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
                    for op, id in product(("answer", "withdraw"), hidden.complaints)
                ),
            ],
            **small_ones(hidden),
            "group": [
                *({"op": "admin", "person": person} for person in hidden.people),
                {"op": "describe", "text": "x"},
                {"op": "posting"},
                {"op": "link", "hash": "ab" * 32, "until": "2099-01-01T00:00:00.000000Z"},
                {"op": "unlink"},
            ],
            "read": [{"msg_no": 1}],
            "delivered": [{"msg_no": 1}],
            "played": [{"target": id} for id in hidden.messages],
            "typing": [{}],
        }
        for conv, parts in product([*hidden.conversations, own], extra[name]):
            if conv != own or any(id in json.dumps(parts) for id in hidden.all()):
                yield {"t": name, "conv": conv, **parts}


@pytest.mark.parametrize(("viewer", "other", "word"), [(EWA, TOM, "falcon"), (TOM, EWA, "ibis")])
def test_no_command_reaches_the_other(bank: Bank, viewer: str, other: str, word: str) -> None:
    made, hidden = bank.made, bank.hidden[viewer]
    own = made.direct("anna", viewer)

    async def story() -> tuple[list[dict[str, Any]], dict[str, Client]]:
        answers = []
        async with (
            client(made, viewer) as one,
            client(made, other) as two,
            client(made, "marek") as marek,
        ):
            for frame in commands_of(hidden, own):
                if frame["t"] in IDLE:
                    await one.say(frame)
                else:
                    answers.append({**frame, **await one.command(**frame)})
            # What comes of the idle ones would be here within a second.
            await asyncio.sleep(1.5)
            await two.sent(made.direct("anna", other), f"{word} four")
            await one.sent(own, "still here")
        return answers, {"one": one, "two": two, "marek": marek}

    answers, seen = asyncio.run(story())
    assert len(answers) > 50
    for answer in answers:
        quoted = answer["t"] == "ack" and "reply_to" in answer
        assert answer["t"] == "nack" or not quoted, answer
    accepted = [answer for answer in answers if answer["t"] == "ack"]
    assert accepted == []
    assert hidden.leaks(json.dumps(seen["one"].frames)) == []
    mine = made.people[viewer].id
    assert mine not in json.dumps(seen["two"].frames)
    if viewer == EWA:
        assert mine not in json.dumps(seen["marek"].frames)


def told_apart(bank: Bank, viewer: str) -> tuple[int, list[str]]:
    """Ask about what is hidden and about what is not there; return how much, and what differs.

    Of two people whose ids are known, anybody can say which id a conversation of theirs has.
    """
    made, hidden = bank.made, bank.hidden[viewer]
    own, marek = made.direct("anna", viewer), made.people["marek"].id
    guessed = str(direct_stream_id(PersonId(hidden.people[0]), marek))
    there = sorted({*hidden.all(), guessed} - {str(made.people[viewer].id)})

    def as_if_nowhere(frame: dict[str, Any]) -> str:
        text = json.dumps(frame)
        for id in there:
            text = text.replace(f'"{id}"', f'"{NOWHERE}"')
        return text

    async def story() -> list[tuple[dict[str, Any], Answer, Answer]]:
        nowhere: dict[str, Answer] = {}
        found = []
        asked = but_for(hidden, conversations=[*hidden.conversations, guessed])
        async with client(made, viewer) as one:
            for frame in commands_of(asked, own):
                if frame["t"] in IDLE:
                    continue
                twin = as_if_nowhere(frame)
                if twin not in nowhere:
                    nowhere[twin] = without_id(await one.command(**json.loads(twin)))
                found.append((frame, without_id(await one.command(**frame)), nowhere[twin]))
        return found

    found = asyncio.run(story())
    return len(found), [f"{frame}: {it} / {not_it}" for frame, it, not_it in found if it != not_it]


def without_id(answer: Answer) -> Answer:
    return {name: value for name, value in answer.items() if name != "id"}


@pytest.mark.parametrize("viewer", [EWA, TOM])
def test_no_answer_tells_what_there_is(bank: Bank, viewer: str) -> None:
    tried, wrong = told_apart(bank, viewer)
    assert wrong == []
    assert tried > 50


def test_control_an_answer_that_tells_is_found(defective: tuple[Bank, list[str]]) -> None:
    _, wrong = told_apart(defective[0], EWA)
    assert [line for line in wrong if "'t': 'send'" in line] != []


def test_leaving_takes_nothing_of_the_other(bank: Bank) -> None:
    """Last: Ewa is gone then."""
    made, hidden = bank.made, bank.hidden[EWA]

    async def story() -> Client:
        async with client(made, TOM) as tom:
            with signed_in(made, EWA) as ewa:
                gone = await asyncio.to_thread(ewa.delete, "/api/v1/me/picture", extensions=SNI)
                assert (gone.status_code, gone.content) == (204, b"")
                body = {"confirmed": True}
                left = await asyncio.to_thread(ewa.post, "/api/v1/leave", json=body, extensions=SNI)
            assert (left.status_code, hidden.leaks(left.text)) == (204, [])
            await tom.sent(made.direct("anna", TOM), "still here")
        return tom

    tom = asyncio.run(story())
    assert made.people[EWA].id not in json.dumps(tom.frames)
