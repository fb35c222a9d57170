"""A server as in service: who is shut out while a request is under way is not answered any more."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SO_RCVBUF, SOL_SOCKET, socket

import httpx2
import pytest

from onrecord.app.settings.listeners import Listener
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from tests.rig.client import tls
from tests.rig.files import browsing, sharer
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

ANNA, BEN, EVA, ADAM, OLA, IGA = (
    "anna@advisor",
    "ben@advisor",
    "eva@advisor",
    "adam@administrator",
    "ola@administrator",
    "iga@administrator",
)
TITLE = "Branch"
SIZE = 12_000_000
"""More than the buffers of both ends take."""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = install(tmp_path_factory.mktemp("bank"), [ANNA, BEN, EVA, ADAM, OLA, IGA])
    populate_conversations(made, {TITLE: [EVA, BEN]})
    with running(made):
        yield made


@contextmanager
def at_console(made: Installation, name: str) -> Iterator[httpx2.Client]:
    """An administrator in a browser."""
    site = made.settings.console
    origin = {"origin": site.origin, "sec-fetch-site": "same-origin"}
    with httpx2.Client(
        timeout=PATIENCE,
        base_url=f"https://127.0.0.1:{site.port}/api/v1",
        verify=tls(made),
        headers={"host": site.origin.removeprefix("https://"), **origin},
        trust_env=False,
    ) as console:
        told = {"username": name, "password": PASSWORD}
        answer = console.post("sign-in", json=told, extensions={"sni_hostname": site.host})
        assert answer.is_success, answer.text
        console.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        yield console


def begun(made: Installation, site: Listener, head: str, headers: httpx2.Headers) -> ssl.SSLSocket:
    """Send the head of a request; return the connection once its body, if any, is asked for."""
    bare = socket()
    bare.setsockopt(SOL_SOCKET, SO_RCVBUF, 65_536)
    bare.settimeout(PATIENCE)
    bare.connect(("127.0.0.1", site.port))
    sent = tls(made).wrap_socket(bare, server_hostname=site.host)
    named = {name: headers[name] for name in ("host", "origin", "sec-fetch-site", "cookie")}
    lines = [head, *(f"{name}: {value}" for name, value in named.items()), "connection: close"]
    sent.sendall("\r\n".join([*lines, "", ""]).encode())
    return sent


def held(
    made: Installation, site: Listener, path: str, body: bytes, by: httpx2.Client
) -> ssl.SSLSocket:
    """Send a request but for its body; the server knows who asks, and waits for it."""
    head = (
        f"POST {path} HTTP/1.1\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nexpect: 100-continue"
    )
    sent = begun(made, site, head, by.headers)
    assert sent.recv(1000).startswith(b"HTTP/1.1 100")
    return sent


def answer(sent: ssl.SSLSocket) -> bytes:
    """Read until the server closes."""
    found = b""
    with suppress(ConnectionResetError), sent:
        while piece := sent.recv(65_536):
            found += piece
    return found


def shut_out(made: Installation, way: str, name: str) -> None:
    """Have Adam end somebody's access."""
    site = made.settings.console
    with at_console(made, ADAM) as adam:
        path = f"admin/people/{made.people[name].id}/{way}"
        method = "DELETE" if way == "sessions" else "POST"
        said = adam.request(method, path, extensions={"sni_hostname": site.host})
        assert said.is_success, said.text


@pytest.mark.promise("P10")
def test_a_conversation_is_not_begun_by_who_was_signed_out_while_asking(
    bank: Installation,
) -> None:
    path, site = "/api/v1/conversations", bank.settings.chat
    asked = {"id": new_id(SystemClock()), "kind": "group", "members": [bank.people[BEN].id]}
    body = json.dumps({**asked, "title": "After the end"}).encode()
    with browsing(bank, ANNA) as anna:
        sent = held(bank, site, path, body, anna.chat)
        shut_out(bank, "sessions", ANNA)
        sent.sendall(body)
        assert b'"code":"session_ended"' in answer(sent)


@pytest.mark.promise("P10")
@pytest.mark.promise("P11")
def test_nothing_is_approved_by_who_was_deactivated_while_asking(bank: Installation) -> None:
    site = bank.settings.console
    asked = f"admin/people/{bank.people[OLA].id}/links"
    with at_console(bank, ADAM) as adam, at_console(bank, IGA) as iga:
        sni = {"sni_hostname": site.host}
        request = adam.post(asked, json={"place": "console"}, extensions=sni).json()["id"]
        sent = held(bank, site, f"/api/v1/admin/requests/{request}/approve", b"{}", iga)
        shut_out(bank, "deactivate", IGA)
        sent.sendall(b"{}")
        assert b'"code":"session_ended"' in answer(sent)
        waiting = adam.get("admin/requests", extensions=sni).json()["requests"]
        assert [each["id"] for each in waiting] == [request]


@pytest.mark.promise("P10")
def test_the_rest_of_a_file_is_not_sent_to_who_was_deactivated(bank: Installation) -> None:
    site, conv = bank.settings.files, bank.groups[TITLE]
    with sharer(bank, EVA) as eva:
        file = eva.stored(conv, "minutes.txt", b"What was said. " * (SIZE // 15))["id"]
        event = eva.send(conv, [file])["event_id"]
    with browsing(bank, BEN) as ben:
        path = ben.link(event, file)["url"].removeprefix(site.origin)
        headers = httpx2.Headers({**ben.chat.headers, "host": site.origin.removeprefix("https://")})
        sent = begun(bank, site, f"GET {path} HTTP/1.1", headers)
        first = sent.recv(1000)
        assert first.startswith(b"HTTP/1.1 200"), first
        shut_out(bank, "deactivate", BEN)
        assert len(answer(sent)) < SIZE // 2
