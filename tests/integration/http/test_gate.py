"""What is let through to the routes: host, origin, site, size, time."""

import asyncio
import contextlib
import ssl
import time
from dataclasses import replace

import httpx2
import pytest
from starlette.responses import Response

from onrecord.core.domain.errors import OnRecordError
from onrecord.features.sign_in.tokens import NewToken
from onrecord.http.options import ServerOptions
from onrecord.http.routes import Anyone, Ask
from tests.integration.house import CHAT, LIMITS, House
from tests.integration.office import CONSOLE, PASSWORD
from tests.rig.patience import SECONDS as PATIENCE

RIGHT = "https://chat.localhost:8443"
WRONG_ORIGINS = [
    None,
    "null",
    "",
    "http://chat.localhost:8443",
    "https://chat.localhost",
    "https://chat.localhost:8444",
    "https://console.localhost:8444",
    "https://chat.localhost:8443.evil.example",
    "https://evil-chat.localhost:8443",
    "https://user@chat.localhost:8443",
    "https://chat.localhost:8443/",
    "https://CHAT.localhost:8443",
    "*",
    "https://chat.localhost:8443 https://evil.example",
]
SIGN_IN = {"username": "ada", "password": PASSWORD}


@pytest.mark.parametrize("origin", WRONG_ORIGINS)
def test_a_page_of_another_origin_changes_nothing(calm_house: House, origin: str | None) -> None:
    client = calm_house.client()
    del client.headers["origin"]
    headers = {} if origin is None else {"origin": origin}
    response = client.post("/api/v1/sign-in", json=SIGN_IN, headers=headers)
    assert (response.status_code, response.json()["code"]) == (403, "wrong_origin")


def test_two_origins_are_none(calm_house: House) -> None:
    client = calm_house.client()
    headers = [*client.headers.items(), ("origin", RIGHT)]
    response = client.post("/api/v1/sign-in", json=SIGN_IN, headers=headers)
    assert response.status_code == 403


@pytest.mark.parametrize("site", [None, "", "cross-site", "same-site", "none", "SAME-ORIGIN"])
def test_a_change_must_come_from_this_very_site(calm_house: House, site: str | None) -> None:
    client = calm_house.client()
    del client.headers["sec-fetch-site"]
    headers = {} if site is None else {"sec-fetch-site": site}
    response = client.post("/api/v1/sign-in", json=SIGN_IN, headers=headers)
    assert (response.status_code, response.json()["code"]) == (403, "cross_site")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_does_not_read_the_api_either(calm_house: House, site: str) -> None:
    client = calm_house.signed_in()
    response = client.get("/api/v1/bootstrap", headers={"sec-fetch-site": site})
    assert response.status_code == 403
    assert client.get("/", headers={"sec-fetch-site": site}).status_code == 200


def test_a_script_with_a_token_needs_neither(calm_house: House) -> None:
    office = calm_house.office
    ada = calm_house.run(office.people.named("ada"))
    secret, _ = calm_house.run(office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "script")))
    client = calm_house.client()
    del client.headers["origin"], client.headers["sec-fetch-site"]
    authorization = {"authorization": f"Bearer {secret}"}
    response = client.post("/api/v1/conversations", json={}, headers=authorization)
    assert response.json()["code"] == "bad_body"
    assert client.post("/api/v1/conversations", json={}).json()["code"] == "wrong_origin"


@pytest.mark.parametrize(
    "host",
    [
        "chat.localhost",
        "chat.localhost:8444",
        "console.localhost:8444",
        "evil.example",
        "127.0.0.1",
        "chat.localhost:8443.evil.example",
        "CHAT.LOCALHOST:8443",
        "",
    ],
)
def test_another_host_is_not_answered(calm_house: House, host: str) -> None:
    response = calm_house.client().get("/", headers={"host": host})
    assert (response.status_code, response.json()["code"]) == (421, "wrong_host")


def raw(house: House, request: bytes) -> bytes:
    """Send bytes over TLS and return everything that comes back."""

    async def talk() -> bytes:
        context = ssl.create_default_context(cafile=str(house.ca))
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", house.ports["chat"], ssl=context, server_hostname="chat.localhost"
        )
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer

    return asyncio.run(asyncio.wait_for(talk(), PATIENCE))


def test_two_hosts_are_none(calm_house: House) -> None:
    twice = b"Host: chat.localhost:8443\r\n" * 2
    answer = raw(calm_house, b"GET / HTTP/1.1\r\n" + twice + b"Connection: close\r\n\r\n")
    assert answer.split(b" ")[1] in {b"400", b"421"}


def test_a_body_past_the_limit_is_refused(calm_house: House) -> None:
    response = calm_house.client().post(
        "/api/v1/sign-in", content=b"{" + b" " * 4096, headers={"content-type": "application/json"}
    )
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_a_body_without_a_length_is_measured(calm_house: House) -> None:
    def pieces() -> object:
        for _ in range(5):
            yield b" " * 1000

    response = calm_house.client().post(
        "/api/v1/sign-in",
        content=pieces(),  # type: ignore[arg-type]
        headers={"content-type": "application/json"},
    )
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_a_length_that_is_a_lie_is_refused(calm_house: House) -> None:
    head = (
        b"POST /api/v1/sign-in HTTP/1.1\r\nHost: chat.localhost:8443\r\n"
        b"Origin: https://chat.localhost:8443\r\nSec-Fetch-Site: same-origin\r\n"
        b"Content-Type: application/json\r\nConnection: close\r\n"
    )
    for length in (b"-1", b"99999999999999999999", b"1e3", b"4097"):
        answer = raw(calm_house, head + b"Content-Length: " + length + b"\r\n\r\n")
        assert answer.split(b" ")[1] in {b"400", b"413"}


def test_headers_past_the_limit_are_refused(calm_house: House) -> None:
    head = b"GET / HTTP/1.1\r\nHost: chat.localhost:8443\r\nX-A: "
    answer = raw(calm_house, head + b"a" * 2**20 + b"\r\n\r\n")
    assert answer.split(b" ")[1] in {b"400", b"431"}


def seconds_to_cut(house: House, said: bytes) -> float:
    """How long it takes until who has said no more than this is cut, without an answer."""
    house.server_options = ServerOptions(head_s=0.2)
    with house.open():
        begun = time.monotonic()
        with contextlib.suppress(ConnectionResetError):
            assert raw(house, said) == b""
        return time.monotonic() - begun


UNSAID = pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: chat.local"])


@UNSAID
def test_who_does_not_say_what_they_want_is_cut(house: House, said: bytes) -> None:
    assert seconds_to_cut(house, said) > 0


@pytest.mark.proofs("figure")
@UNSAID
def test_they_are_cut_as_soon_as_the_settings_say(house: House, said: bytes) -> None:
    assert seconds_to_cut(house, said) < 5.0


def test_a_kept_connection_is_not_cut(house: House) -> None:
    """Control: after a whole request the keep-alive timer rules."""
    house.server_options = ServerOptions(head_s=1.0)
    with house.open():
        client = house.client()

        def port() -> object:
            return client.get("/").extensions["network_stream"].get_extra_info("client_addr")

        before = None
        while before is None:  # one that stands still before it has asked is cut
            with contextlib.suppress(httpx2.TransportError):
                before = port()
        time.sleep(2.5)  # more than `head_s` and the second that passes between two looks
        assert port() == before


def test_a_request_that_takes_too_long_ends(house: House) -> None:
    async def never(ask: Ask) -> Response:
        await asyncio.Event().wait()
        return Response()

    house.limits = replace(LIMITS, deadline_s=0.5)
    house.extra.append(Anyone("GET", "/api/v1/slow", never))
    with house.open():
        response = house.client().get("/api/v1/slow")
    assert (response.status_code, response.json()["code"]) == (503, "deadline")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("Call me about the merger"), 500, "internal_error"),
        (OnRecordError("Call me about the merger"), 503, "pending"),
    ],
)
def test_a_defect_is_a_problem_that_tells_nothing(
    house: House, error: Exception, status: int, code: str
) -> None:
    async def fail(ask: Ask) -> Response:
        raise error

    house.extra.append(Anyone("GET", "/api/v1/fail", fail))
    with house.open():
        response = house.client().get("/api/v1/fail")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert "merger" not in response.text + house.log.getvalue()
    (line,) = house.log.all()
    assert (line["event"], line["error"]) == ("request.failed", type(error).__name__)
    assert str(line["where"]).startswith("test_gate.py:")


def test_methods_that_no_route_takes_are_problems(calm_house: House) -> None:
    client = calm_house.client()
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        response = client.request(method, "/api/v1/me")
        assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
        assert response.headers["content-type"] == "application/problem+json"


def test_the_site_names_its_own_host_and_origins() -> None:
    assert (CHAT.host, CHAT.origins) == ("chat.localhost:8443", frozenset({RIGHT}))
