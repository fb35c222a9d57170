"""The OpenAPI documents describe the routes in service, all of them, and what they answer."""

import asyncio
import json
from pathlib import Path

import httpx2
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from onrecord.app.house import SERVER
from onrecord.app.recording import recording
from onrecord.app.root import open_root
from onrecord.app.serve import _Process
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Actor, Command, Origin
from onrecord.features.people.told import Said
from onrecord.http.routes import Guarded
from onrecord_archive.events.ids import StreamId
from onrecord_archive.events.messages import MessageSent
from tests.integration.house import House
from tests.integration.http.test_route_table import routes_of
from tests.integration.visitors import a_picture
from tests.rig import serve as rig
from tests.rig.described import Described
from tests.rig.installation import Installation, install, surroundings
from tools import openapi

STATIC = Path(rig.__file__).parent / "static"
ELSEWHERE = {"uploads", "files", "push"}
"""Groups that a whole server answers in their own tests (integration/uploads, acceptance)."""
Addresses = set[tuple[str, str]]


def test_every_route_in_service_is_described_and_no_other(tmp_path: Path) -> None:
    served = asyncio.run(in_service(install(tmp_path, [])))
    assert {name: addresses(routes) for name, routes in served.items()} == {
        "chat": described("chat"),
        "console": described("console"),
        "files": {("GET", "/v1/{link}")},
        "internal": described("internal"),
    }


def test_control_a_route_that_is_not_described_is_found(tmp_path: Path) -> None:
    served = asyncio.run(in_service(install(tmp_path, [])))
    planted = Route("/api/v1/planted", lambda request: Response(), methods=["POST"])
    for routes in served.values():
        routes.append(planted)
    for listener in openapi.PARTS:
        found = addresses(served[listener]) ^ described(listener)
        assert found == {("POST", "/api/v1/planted")}


async def in_service(made: Installation) -> dict[str, list[BaseRoute]]:
    """The routes of each listener, as the server composes them."""
    settings, around = made.settings, surroundings()
    async with (
        recording(settings, around) as rec,
        open_root(settings, around, rec, SERVER) as root,
    ):
        return {each.name: routes_of(each.app) for each in _Process(root, STATIC)._listeners()}


def addresses(routes: list[BaseRoute]) -> Addresses:
    """Method and path of each route but the client's files."""
    found: Addresses = set()
    for route in routes:
        if isinstance(route, WebSocketRoute):
            found.add(("GET", route.path))
        elif isinstance(route, Route) and isinstance(route.app, Guarded):
            found.add((route.app.entry.method, route.path))
        elif isinstance(route, Route):
            found.update((method, route.path) for method in route.methods or ())
    return {(method, path) for method, path in found if path not in files()}


def files() -> set[str]:
    """The addresses of the client's files."""
    names = [file.relative_to(STATIC / "chat") for file in (STATIC / "chat").rglob("*")]
    return {"/", *(f"/{name.as_posix()}" for name in names)}


def described(listener: str) -> Addresses:
    """Method and path of each operation of a document."""
    paths = openapi.document(listener)["paths"]
    return {(method.upper(), path) for path, item in paths.items() for method in item}


def test_each_group_of_the_chat_answers_as_described(open_house: House) -> None:
    """House's clients hold every answer to the document; here is one of each group at least."""
    house = open_house
    max_ = house.run(house.office.hire("max", role="advisor"))
    client, stranger = house.signed_in("max"), house.client()
    house.run(house.office.tell(max_, Said("activated", "Adam", "Max")))
    (told,) = client.get("/api/v1/me").json()["account_notices"]
    for ids in ([told["id"]], ["0" * 32]):
        client.post("/api/v1/account-notices/seen", json={"ids": ids})
    people = [each["id"] for each in client.get("/api/v1/people").json() if each["id"] != max_.id]
    new = {"id": new_id(SystemClock()), "kind": "direct", "members": people[:1]}
    created, again = (client.post("/api/v1/conversations", json=new) for _ in range(2))
    assert (created.status_code, again.status_code) == (201, 200)
    conv = created.json()["id"]
    message = house.run(said(house, max_.actor, conv))
    for path in (
        *("me", "devices", "bootstrap", "conversations", "search?q=words", "stars", "invites"),
        *("scheduled", "tokens"),
        f"conversations/{new['id']}/timeline",
        f"conversations/{conv}/timeline?limit=5",
        f"messages/{message}/info",
        f"messages/{message}/origin",
    ):
        client.get(f"/api/v1/{path}")
        stranger.get(f"/api/v1/{path}")
    reports(house, client, message)
    client.post("/api/v1/ws-ticket")
    stranger.post("/api/v1/ws-ticket")
    stranger.get("/api/v1/ws")
    stranger.get("/api/v1/firm")
    stranger.get("/api/v1/people")
    comes_in(house, client, stranger)
    proves(client, stranger, house.client())
    stops_resets(house, client, stranger)
    joins(client, people)
    leaves(stranger, house.client())
    stranger.post("/api/v1/sign-in", json={"username": "max", "password": "wrong"})
    client.post("/api/v1/sign-out")
    client.post("/api/v1/sign-out")
    assert groups(house.described) == {
        **{tag: {"success", "problem"} for tag in tags("chat") - ELSEWHERE},
        "ws": {"problem"},  # its success is no HTTP answer (test_sockets.py)
        "copy": {"problem"},  # made by a server alone (integration/own_copy)
        "copy.zip": {"problem"},
        "join": {"problem"},  # test_joining.py
        "firm": {"success"},  # test_firm.py
    }


def reports(house: House, client: httpx2.Client, own: str) -> None:
    """Somebody else's message is reported, and one's own is not."""
    nina = house.run(house.office.hire("nina"))
    new = {"id": new_id(SystemClock()), "kind": "direct", "members": [nina.id]}
    conv = client.post("/api/v1/conversations", json=new).json()["id"]
    hers = house.run(said(house, nina.actor, conv))
    for event, status in ((hers, 200), (own, 403)):
        report = {"id": new_id(SystemClock()), "event": event, "reason": "conduct"}
        assert client.post("/api/v1/reports", json=report).status_code == status


def comes_in(house: House, advisor: httpx2.Client, client: httpx2.Client) -> None:
    """A client is invited, comes in, and chooses what letters to get."""
    whom = {"name": "Clara", "address": "clara@example.com", "locale": "en", "way": "screen"}
    advisor.post("/api/v1/invites", json={**whom, "name": " "})
    link = advisor.post("/api/v1/invites", json=whom).json()["link"]
    token = {"invite": link.partition("#invite=")[2]}
    client.post("/api/v1/invitation", json={"invite": "x"})
    notice = client.post("/api/v1/invitation", json=token).json()["notice"]["sha256"]
    client.get("/api/v1/letters")
    client.post("/api/v1/notice", json={"notice": notice})
    client.post("/api/v1/invitation/code", json=token)
    letter = max((house.folder / "letters").glob("[!.]*.json"))
    code = json.loads(letter.read_text(encoding="utf-8"))["short"].split()[0]
    accept = {**token, "code": code, "notice": notice}
    assert client.post("/api/v1/invitation/accept", json=accept).status_code == 200
    client.get("/api/v1/letters")
    client.put("/api/v1/letters", json={"unread": False})
    client.post("/api/v1/notice", json={"notice": notice})


def stops_resets(house: House, advisor: httpx2.Client, client: httpx2.Client) -> None:
    """A reset waits; the client stops it in the chat, and another one by the letter's link."""
    person = client.get("/api/v1/me").json()["person"]["id"]
    one, own = f"/api/v1/clients/{person}/reset", "/api/v1/me/reset"
    wish, nobody = {"way": "screen", "address": "thief@example.net"}, house.client()
    assert advisor.get(one).json() == client.get(own).json() == {}
    waiting = advisor.post(one, json=wish).json()["waiting"]
    assert waiting["takes_effect_at"] > waiting["asked_at"]
    assert advisor.get(one).json() == client.get(own).json() == {"waiting": waiting}
    other = {**wish, "address": "new@example.net"}
    assert advisor.post(one, json=other).json()["code"] == "reset_waiting"
    assert [client.delete(own).status_code for _ in range(2)] == [204, 409]
    advisor.post(one, json=wish)
    letter = max((house.folder / "letters").glob("[!.]*.json"))
    link = json.loads(letter.read_text(encoding="utf-8"))["short"].split()[-1]
    token = {"token": link.partition("#object=")[2]}
    assert nobody.post("/api/v1/reset", json=token).json()["state"] == "waiting"
    assert nobody.post("/api/v1/reset", json={"token": "x"}).status_code == 404
    stopped = [nobody.post("/api/v1/reset/objection", json=token).status_code for _ in range(2)]
    assert stopped == [204, 409]
    assert nobody.post("/api/v1/reset", json=token).json()["state"] == "stopped"
    assert advisor.delete(one).status_code == 404
    assert client.get("/api/v1/devices").status_code == 200, "they stay signed in"


def proves(advisor: httpx2.Client, client: httpx2.Client, nobody: httpx2.Client) -> None:
    """What makes a client sure: passkeys, a code again, the advisor's word; and their pictures."""
    client.get("/api/v1/passkeys")
    assert advisor.post("/api/v1/lock").status_code == 204
    assert advisor.post("/api/v1/unlock/challenge").status_code == 200
    assert advisor.get("/api/v1/devices").status_code == 403
    for opens, status in (
        ({}, 400),
        ({"password": "wrong"}, 403),
        ({"password": "correct horse battery"}, 200),
    ):
        assert advisor.post("/api/v1/unlock", json=opens).status_code == status
    nobody.post("/api/v1/lock")
    client.post("/api/v1/proof/code")
    client.post("/api/v1/proof", json={"code": "000000"})
    person = client.get("/api/v1/me").json()["person"]["id"]
    advisor.post(f"/api/v1/clients/{person}/confirmation", json={"how": "in_person"})
    png = {"content-type": "image/png"}
    set_ = advisor.put("/api/v1/me/picture", content=a_picture("navy"), headers=png)
    picture = set_.json()["picture"]
    advisor.get(f"/api/v1/pictures/{picture}")
    for path in ("passkeys", f"pictures/{picture}"):
        nobody.get(f"/api/v1/{path}")
    nobody.post(f"/api/v1/clients/{person}/confirmation", json={"how": "in_person"})


def joins(advisor: httpx2.Client, people: list[str]) -> None:
    """A group gets a picture; a link that there is not opens nothing."""
    new = {"id": new_id(SystemClock()), "kind": "group", "members": people[:1], "title": "Desk"}
    conv = advisor.post("/api/v1/conversations", json=new).json()["id"]
    at, png = f"/api/v1/conversations/{conv}/picture", {"content-type": "image/png"}
    id = new_id(SystemClock())
    set_ = advisor.put(f"{at}?id={id}", content=a_picture("navy"), headers=png)
    picture = set_.json()["picture"]
    assert advisor.get(f"/api/v1/pictures/{picture}").status_code == 200
    assert advisor.get(f"/api/v1/conversations/{conv}").json()["group"]["picture"] == picture
    again = advisor.put(f"{at}?id={id}", content=a_picture("navy"), headers=png)
    assert again.json() == set_.json(), "the same command"
    assert advisor.delete(f"{at}?id={new_id(SystemClock())}").status_code == 204
    assert advisor.delete(f"{at}?id={new_id(SystemClock())}").json()["code"] == "group_same"
    assert advisor.put(at, content=b"x").json()["code"] == "bad_query"
    many = {"id": new_id(SystemClock()), "text": "Noon", "recipients": people[:1]}
    assert advisor.post("/api/v1/broadcasts", json=many).status_code == 200
    assert advisor.post("/api/v1/broadcasts", json={**many, "text": ""}).status_code == 400
    body = {"id": new_id(SystemClock()), "link": "nothing"}
    for path in ("join", "join/offer"):
        sent = body if path == "join" else {"link": "nothing"}
        assert advisor.post(f"/api/v1/{path}", json=sent).json()["code"] == "no_such_link"


def leaves(client: httpx2.Client, nobody: httpx2.Client) -> None:
    """A client leaves for good."""
    for path in ("copy", "copy.zip"):
        client.get(f"/api/v1/{path}")
    for each in (nobody, client):
        each.post("/api/v1/leave", json={"confirmed": True})


async def said(house: House, actor: Actor, conv: str) -> str:
    """The event of a message."""
    id = ClientId(new_id(SystemClock()))
    event = event_id_of(actor.id, id)
    origin = Origin("password")
    command = Command(event, StreamId(conv), actor, origin, MessageSent("words"), id)
    return (await house.office.records.record(command)).event_id


def groups(described: Described) -> dict[str, set[str]]:
    """What was seen of each group of a document."""
    found: dict[str, set[str]] = {}
    for method, path, status in described.seen:
        tag = described.document["paths"][path][method.lower()]["tags"][0]
        found.setdefault(tag, set()).add("problem" if status >= 400 else "success")
    return found


def tags(listener: str) -> set[str]:
    """The groups of a document."""
    items = openapi.document(listener)["paths"].values()
    return {operation["tags"][0] for item in items for operation in item.values()}
