"""Connections before anybody has signed in: counted, heard through proxies, limited in pieces."""

import contextlib
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from ipaddress import ip_network

import pytest
from starlette.responses import Response, StreamingResponse

from onrecord.http.admission import CRUMBS, AdmissionOptions
from onrecord.http.options import ProxyOptions, ServerOptions
from onrecord.http.routes import Anyone, Ask
from tests.integration.house import CHAT, House
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.proxy import LOCAL, proxy_header

HOST = CHAT.host


def bare(house: House, source: str = "127.0.0.1", listener: str = "chat") -> socket.socket:
    """Connect and say nothing."""
    address = ("127.0.0.1", house.ports[listener])
    return socket.create_connection(address, PATIENCE, source_address=(source, 0))


def secured(house: House, over: socket.socket) -> ssl.SSLSocket:
    """Begin TLS on a connection."""
    context = ssl.create_default_context(cafile=str(house.ca))
    return context.wrap_socket(over, server_hostname="chat.localhost")


def asked(over: ssl.SSLSocket, path: str = "/api/v1/whence") -> str:
    """Ask for something and return the body of the answer; close the connection."""
    answer = b""
    with over:
        head = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
        over.sendall(head.encode())
        while piece := over.recv(65536):
            answer += piece
    return answer.partition(b"\r\n\r\n")[2].decode()


def ended(one: socket.socket) -> bool:
    """Whether the server closes a connection within a moment; it is closed here too."""
    one.settimeout(PATIENCE)
    try:
        with one:
            return one.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


async def whence(ask: Ask) -> Response:
    """Say from which address one asks."""
    return Response(ask.address)


@pytest.fixture
def balanced(house: House) -> Iterator[House]:
    """A house behind a balancer at 127.0.0.9, which tells people where they come from."""
    house.extra.append(Anyone("GET", "/api/v1/whence", whence))
    house.server_options = ServerOptions(
        drain_s=2,
        proxies=ProxyOptions((ip_network("127.0.0.9/32"),)),
        admission=AdmissionOptions(per_network=3, spared_s=0.0),
    )
    with house.open():
        yield house


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7"])
def test_a_trusted_proxy_says_who_connects(balanced: House, address: str) -> None:
    over = bare(balanced, "127.0.0.9")
    over.sendall(proxy_header(address))
    assert asked(secured(balanced, over)) == address


def test_a_header_in_two_pieces_is_one(balanced: House) -> None:
    over = bare(balanced, "127.0.0.9")
    header = proxy_header("192.0.2.7", extensions=b"\x04\x00\x03abc")
    for byte in header:
        over.sendall(bytes([byte]))
    assert asked(secured(balanced, over)) == "192.0.2.7"


def test_a_proxys_own_check_of_health_is_served(balanced: House) -> None:
    over = bare(balanced, "127.0.0.9")
    over.sendall(LOCAL)
    assert asked(secured(balanced, over)) == "127.0.0.9"


def test_a_trusted_proxy_that_says_nothing_is_closed(balanced: House) -> None:
    """Control: its own address would count for everybody behind it."""
    refused = pytest.raises((ssl.SSLError, ConnectionResetError))
    with bare(balanced, "127.0.0.9") as over, refused:
        secured(balanced, over)


def test_nobody_else_can_say_who_they_are(balanced: House) -> None:
    over = bare(balanced, "127.0.0.8")
    over.sendall(proxy_header("192.0.2.7"))
    assert ended(over)
    assert asked(secured(balanced, bare(balanced, "127.0.0.8"))) == "127.0.0.8"


def test_limits_count_whom_the_proxy_names(balanced: House) -> None:
    crowd = [bare(balanced, "127.0.0.9") for _ in range(3)]
    for one in crowd:
        one.sendall(proxy_header("192.0.2.7"))
    other = bare(balanced, "127.0.0.9")
    other.sendall(proxy_header("198.51.100.7"))
    assert asked(secured(balanced, other)) == "198.51.100.7"
    fourth = bare(balanced, "127.0.0.9")
    fourth.sendall(proxy_header("192.0.2.8"))
    assert asked(secured(balanced, fourth)) == "192.0.2.8"
    assert ended(crowd[0])
    for one in crowd:
        one.close()


def test_a_crowd_of_one_network_keeps_nobody_out(house: House) -> None:
    house.server_options = ServerOptions(
        drain_s=2, admission=AdmissionOptions(per_network=20, total=1000, spared_s=0.05)
    )
    with house.open():
        crowd = [bare(house, "127.1.2.3") for _ in range(200)]
        assert house.client().get("/").status_code == 200
        time.sleep(0.1)
        neighbour = secured(house, bare(house, "127.1.2.4"))
        assert asked(neighbour, "/").startswith("<!doctype")
        assert sum(map(ended, crowd[:150])) == 150
        for one in crowd:
            one.close()
    full = [line for line in house.log.all() if line["event"] == "connections_full"]
    assert full[0]["code"] == "network_full"
    assert len(full) == 1


def test_who_reads_no_answer_keeps_nobody_of_their_network_out(house: House) -> None:
    async def long(ask: Ask) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(400):
                yield bytes(10_000)

        return StreamingResponse(pieces())

    house.extra.append(Anyone("GET", "/api/v1/long", long))
    house.server_options = ServerOptions(
        drain_s=2, admission=AdmissionOptions(per_network=4, spared_s=0.1)
    )
    head = f"GET /api/v1/long HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    with house.open(), contextlib.ExitStack() as crowd:
        for _ in range(4):
            one = crowd.enter_context(secured(house, bare(house, "127.1.2.3")))
            one.sendall(head)
            one.recv(1)  # it is being answered
        time.sleep(0.2)
        for _ in range(3):
            neighbour = secured(house, bare(house, "127.1.2.3"))
            assert asked(neighbour, "/").startswith("<!doctype")


def test_who_is_signed_in_is_not_cut_for_a_crowd(house: House) -> None:
    house.server_options = ServerOptions(
        drain_s=2, admission=AdmissionOptions(per_network=4, spared_s=0.0)
    )
    with house.open():
        house.run(house.office.hire("ada"))
        ada = house.signed_in()
        first = ada.get("/api/v1/me").extensions["network_stream"].get_extra_info("client_addr")
        crowd = [bare(house) for _ in range(20)]
        stream = ada.get("/api/v1/me").extensions["network_stream"]
        assert stream.get_extra_info("client_addr") == first
        for one in crowd:
            one.close()


def chunked(listener: str, count: int, size: int) -> bytes:
    """A request whose body comes in so many chunks."""
    host = {"chat": CHAT.host, "files": "files.localhost:8445"}[listener]
    head = (
        f"POST /api/v1/sign-in HTTP/1.1\r\nHost: {host}\r\nOrigin: https://{host}\r\n"
        "Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"%x\r\n" % size + b" " * size + b"\r\n"
    return head.encode() + chunk * count + b"2\r\n{}\r\n0\r\n\r\n"


def crumbs(
    house: House,
    count: int,
    *,
    size: int = 1,
    listener: str = "chat",
    source: str = "127.0.0.1",
    asks_for: str = "",
) -> bytes:
    """Post a body of so many chunks, as a proxy for somebody; return the whole answer."""
    body = chunked(listener, count, size)
    if asks_for:
        body = body.replace(b"\r\n", f"\r\nForwarded: for={asks_for}\r\n".encode(), 1)
    answer = b""
    with secured(house, bare(house, source, listener)) as over:
        over.settimeout(PATIENCE)
        with contextlib.suppress(OSError):
            over.sendall(body)
        with contextlib.suppress(OSError):
            while piece := over.recv(65536):
                answer += piece
                if b"\r\n\r\n" in answer and answer.endswith(b"}"):
                    break
    return answer


def code_of(answer: bytes) -> str:
    """The code of a problem."""
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["code"])


def test_a_body_in_crumbs_is_refused(calm_house: House) -> None:
    assert code_of(crumbs(calm_house, 60_000, source="127.2.2.2")) == "too_many_pieces"
    told = [line for line in calm_house.log.all() if line.get("code") == "too_many_pieces"]
    assert [line["event"] for line in told] == ["request_refused"]


def test_a_body_in_pieces_is_taken(calm_house: House) -> None:
    """Control: what some clients send."""
    for count, size in ((200, 1), (10, 300), (3, 1000)):
        assert code_of(crumbs(calm_house, count, size=size)) == "bad_body"


def test_after_crumbs_again_and_again_a_body_must_say_its_length(calm_house: House) -> None:
    for _ in range(CRUMBS.burst):
        crumbs(calm_house, 60_000, source="127.3.3.3")
    assert code_of(crumbs(calm_house, 3, size=1000, source="127.3.3.4")) == "too_many_pieces"
    assert code_of(crumbs(calm_house, 3, size=1000, source="127.3.4.3")) == "bad_body", "not theirs"
    with secured(calm_house, bare(calm_house, "127.3.3.3")) as over:
        head, _, _ = chunked("chat", 0, 1).partition(b"\r\nTransfer-Encoding")
        over.sendall(head + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        answer = b""
        while piece := over.recv(65536):
            answer += piece
    assert code_of(answer) == "bad_body"


def test_crumbs_behind_a_proxy_count_for_whom_it_asks(house: House) -> None:
    proxies = ProxyOptions((ip_network("127.0.0.9/32"),), "forwarded")
    house.server_options = ServerOptions(drain_s=2, proxies=proxies)
    with house.open():
        ask = partial(crumbs, house, source="127.0.0.9")
        for _ in range(CRUMBS.burst):
            assert code_of(ask(60_000, asks_for="192.0.2.7")) == "too_many_pieces"
        assert code_of(ask(3, size=1000, asks_for="192.0.2.8")) == "too_many_pieces"
        assert code_of(ask(3, size=1000, asks_for="198.51.100.7")) == "bad_body", "not theirs"


def test_a_body_that_nobody_wants_ends_the_connection(calm_house: House) -> None:
    answer = b""
    with secured(calm_house, bare(calm_house, "127.4.4.4", "files")) as over:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            over.sendall(chunked("files", 60_000, 1))
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while piece := over.recv(65536):
                answer += piece
    assert answer.split(b" ")[1] in {b"403", b"404", b"405"}


def headed(house: House, lines: bytes, listener: str = "chat") -> bytes:
    """Ask with further lines in the head, and once more; return all that is answered."""
    host = {"chat": CHAT.host, "files": "files.localhost:8445"}[listener]
    answer = b""
    with secured(house, bare(house, "127.7.7.7", listener)) as over:
        over.settimeout(PATIENCE)
        over.sendall(f"GET /api/v1/none HTTP/1.1\r\nHost: {host}\r\n".encode() + lines + b"\r\n")
        with contextlib.suppress(OSError):
            while piece := over.recv(65536):
                answer += piece
                if answer.count(b"}") == 1:
                    break
        over.settimeout(PATIENCE if answer.startswith(b"HTTP/1.1 431") else 0.01)
        with contextlib.suppress(OSError):
            answer += b"closed" if over.recv(1) == b"" else b""
    return answer


MANY = {
    "lines": b"a:\r\n" * 100,
    "bare lines": b"a:\n" * 100,
    "all that fit": b"a:\r\n" * 3_900,
    "folded lines": b"a: b\r\n" + b" c\r\n" * 99,
    "cookies": b"Cookie: " + b"a=b; " * 100 + b"\r\n",
    "cookies of some lines": (b"Cookie: " + b"a=b; " * 33 + b"a=b\r\n") * 3,
}


@pytest.mark.parametrize("lines", MANY.values(), ids=MANY)
@pytest.mark.parametrize("listener", ["chat", "files"])
def test_a_head_of_many_lines_or_cookies_is_refused(
    calm_house: House, lines: bytes, listener: str
) -> None:
    before = len(calm_house.log.all())
    answer = headed(calm_house, lines, listener)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"application/problem+json" in answer
    body, end = answer[:-6], answer[-6:]
    assert (code_of(body), end) == ("too_many_headers", b"closed")
    ours = [line for line in calm_house.log.all()[before:] if line.get("address") == "127.7.7.7"]
    assert [(line["event"], line["code"]) for line in ours] == [
        ("request_refused", "too_many_headers")
    ]


def test_a_head_as_long_as_any_browser_sends_is_taken(calm_house: House) -> None:
    """Control."""
    lines = b"a: b\r\n" * 98 + b"Cookie: " + b"a=b; " * 98 + b"a=b\r\n"
    assert code_of(headed(calm_house, lines)) == "not_found"


def test_a_trailer_of_many_lines_is_refused(calm_house: House) -> None:
    body = chunked("chat", 3, 100).removesuffix(b"\r\n") + b"a:\r\n" * 3_000 + b"\r\n"
    with secured(calm_house, bare(calm_house, "127.5.5.5")) as over:
        over.settimeout(PATIENCE)
        over.sendall(body)
        answer = b""
        while not answer.endswith(b"}"):
            answer += over.recv(65536)
    assert code_of(answer) == "too_many_pieces"


def test_who_breaks_off_a_request_is_no_error(calm_house: House) -> None:
    before = len(calm_house.log.all())
    head, _, _ = chunked("chat", 0, 1).partition(b"\r\nTransfer-Encoding")
    with secured(calm_house, bare(calm_house, "127.6.6.6")) as over:
        over.sendall(head + b"\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.2)
    until = time.monotonic() + PATIENCE
    ours: list[dict[str, object]] = []
    while not ours and time.monotonic() < until:
        time.sleep(0.01)
        ours = [
            line for line in calm_house.log.all()[before:] if line.get("address") == "127.6.6.6"
        ]
    assert [(line["event"], line["level"]) for line in ours] == [("request_broken_off", "info")]
