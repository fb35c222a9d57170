"""A trusted proxy says for whom it asks; nobody else does."""

import asyncio
from contextlib import suppress
from ipaddress import ip_network
from time import process_time

import pytest
from starlette.types import Message, Receive, Scope, Send

from onrecord.core.domain.errors import BadInput
from onrecord.http.forwarded import Forwarded, client_in
from onrecord.http.options import ProxyOptions

TRUSTED = ProxyOptions((ip_network("10.0.0.0/28"),), "forwarded")


def asked(proxies: ProxyOptions, peer: str, *said: str) -> str:
    """Return the address that the application is told."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"][0])

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [(b"forwarded", each.encode()) for each in said]
    scope = {"type": "http", "client": (peer, 4711), "headers": headers}
    asyncio.run(Forwarded(app, proxies)(scope, receive, send))
    return seen[0]


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("for=192.0.2.60", "192.0.2.60"),
        ("For=192.0.2.60;proto=https;by=203.0.113.43", "192.0.2.60"),
        ("proto=https;for=192.0.2.60", "192.0.2.60"),
        ('for="192.0.2.60:47011"', "192.0.2.60"),
        ('for="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"),
        ('for="[2001:db8:cafe::17]"', "2001:db8:cafe::17"),
        ('for=198.51.100.1, for="_a,b";x="1", for=192.0.2.60', "192.0.2.60"),
    ],
)
def test_the_last_element_is_the_proxys_own(said: str, address: str) -> None:
    assert asked(TRUSTED, "10.0.0.3", said) == address


@pytest.mark.parametrize(
    "said", ["", "for=unknown", "for=_hidden", "by=10.0.0.1", 'for="300.1.1.1"', "for=x.example"]
)
def test_a_proxy_that_does_not_say_it_is_refused(said: str) -> None:
    with pytest.raises(BadInput):
        asked(TRUSTED, "10.0.0.3", said)


def test_what_a_client_wrote_before_is_not_taken() -> None:
    assert asked(TRUSTED, "10.0.0.3", "for=1.1.1.1", "for=192.0.2.60") == "192.0.2.60"


def test_nobody_else_names_an_address() -> None:
    for proxies in (TRUSTED, ProxyOptions(), ProxyOptions(TRUSTED.trusted, "proxy_v2")):
        with pytest.raises(BadInput):
            asked(proxies, "203.0.113.9", "for=192.0.2.60")
        assert asked(proxies, "203.0.113.9") == "203.0.113.9"


def test_a_proxy_that_says_nothing_at_all_is_refused() -> None:
    with pytest.raises(BadInput):
        client_in([])


@pytest.mark.parametrize(
    "said",
    [
        'for=192.0.2.60;host="a;for=1.1.1.1;b"',
        'for=192.0.2.60;host="a,for=1.1.1.1"',
        '", for=192.0.2.60',
        'x="for=1.1.1.1, for=192.0.2.60',
        ";for=192.0.2.60 ; ",
    ],
)
def test_what_stands_in_quotes_or_before_names_nobody(said: str) -> None:
    assert asked(TRUSTED, "10.0.0.3", said) == "192.0.2.60"


@pytest.mark.parametrize(
    "said",
    [
        'for=192.0.2.60;host="x\\", for=1.1.1.1;y=\\""',
        'for=192.0.2.60;host="x\\",for=1.1.1.1"',
        "for=1.1.1.1;for=192.0.2.60",
        'for="192.0.2.60',
        "for=192.0.2.60;host=" + "a" * 1024,
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(said: str) -> None:
    with pytest.raises(BadInput):
        asked(TRUSTED, "10.0.0.3", said)


@pytest.mark.parametrize("piece", ['",', '"', ",", ";", '"";', "for=", " ", 'a="b";', "\\"])
@pytest.mark.parametrize("end", ["", ", for=192.0.2.60"])
def test_four_times_as_much_takes_no_longer(piece: str, end: str) -> None:
    """Nobody has signed in yet, and everybody waits while it is read."""

    def taken_s(chars: int) -> float:
        said = [piece * (chars // len(piece)) + end]
        began = process_time()
        with suppress(BadInput):
            client_in(said)
        return process_time() - began

    once, four_times = (min(taken_s(chars) for _ in range(5)) for chars in (4_000, 16_000))
    assert four_times <= 2 * once + 0.005
