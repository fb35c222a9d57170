"""Which addresses and hosts a hook may connect to, and that no name leads elsewhere."""

import asyncio
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from onrecord_archive.contract import Misconfigured
from onrecord_archive.sinks import egress
from onrecord_archive.sinks.egress import ANYWHERE, Egress, GuardedNetwork, parse_egress
from tests.rig.patience import SECONDS as PATIENCE

METADATA = (
    "169.254.169.254 fe80::1 fd00:ec2::254 100.100.100.200 168.63.129.16 192.0.0.192"
    " fd00:ec2::23 fd20:ce::254 fd00:c1::a9fe:a9fe fd00:42::42"
)
NOBODY = "0.0.0.0 :: 224.0.0.1 ff02::1 255.255.255.255"
SPELT = "::ffff:169.254.169.254 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::"
BANKS = "127.0.0.1 ::1 10.1.2.3 192.168.0.1 172.16.5.5 fd12::1 100.64.0.1 8.8.8.8 2606:4700::1"


def taken(where: Egress, addresses: str) -> list[str]:
    return [each for each in addresses.split() if where.takes(ip_address(each))]


def test_without_the_option_all_but_link_local_and_metadata_may_be_connected_to() -> None:
    assert taken(ANYWHERE, f"{METADATA} {NOBODY} {SPELT}") == []
    assert taken(ANYWHERE, BANKS) == BANKS.split()


def test_with_networks_only_those_may_be_connected_to_however_they_are_written() -> None:
    where = parse_egress("10.0.0.0/8, 192.0.2.7 2001:db8::/32")
    yes = "10.1.2.3 192.0.2.7 2001:db8::5 ::ffff:10.9.9.9 64:ff9b::a00:1"
    assert taken(where, yes) == yes.split()
    assert taken(where, f"127.0.0.1 192.0.2.8 8.8.8.8 ::1 {METADATA} {SPELT}") == []
    assert taken(parse_egress("169.254.0.0/16"), "169.254.169.254") == ["169.254.169.254"]


def test_hosts_are_named_whole_or_by_their_end() -> None:
    where = parse_egress("archive.bank.example *.hooks.example")
    hosts = [
        "archive.bank.example",
        "a.hooks.example",
        "bank.example",
        "hooks.example",
        "xhooks.example",
    ]
    assert [each for each in hosts if where.takes_host(each)] == hosts[:2]
    assert all(parse_egress("10.0.0.0/8").takes_host(each) for each in hosts)
    assert taken(where, "8.8.8.8 169.254.169.254") == ["8.8.8.8"]


@pytest.mark.parametrize("word", ["10.0.0.1/8", "10.0.0", "10.0.0.0/33", "a_b", "*", "https://x"])
def test_a_word_that_is_neither_is_refused(word: str) -> None:
    with pytest.raises(Misconfigured, match="is no network, address or host name"):
        parse_egress(f"10.0.0.0/8 {word}")


def connect(where: Egress, port: int, timeout: float = PATIENCE) -> None:
    async def once() -> None:
        stream = await GuardedNetwork(where).connect_tcp("archive.example", port, timeout=timeout)
        await stream.aclose()

    asyncio.run(once())


@pytest.fixture
def listening() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two machines that listen on the same port: the allowed one, and another."""
    with socket.create_server(("127.0.0.1", 0)) as good:
        port = good.getsockname()[1]
        with socket.create_server(("127.0.0.3", port)) as bad:
            good.settimeout(PATIENCE)
            bad.setblocking(False)
            yield good, bad


def accepted(server: socket.socket) -> bool:
    try:
        connection, _ = server.accept()
    except BlockingIOError:
        return False
    connection.close()
    return True


@pytest.fixture
def rebinding(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A name server that gives the allowed address first, and another at each further look."""
    looks: list[str] = []

    def answer(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        looks.append(host)
        address = "127.0.0.1" if len(looks) == 1 else "127.0.0.3"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return looks


def test_the_address_that_was_looked_at_is_the_one_connected_to(
    listening: tuple[socket.socket, socket.socket], rebinding: list[str]
) -> None:
    good, bad = listening
    where = parse_egress("127.0.0.1")
    connect(where, good.getsockname()[1])
    assert accepted(good)
    with pytest.raises(Misconfigured, match=r"127\.0\.0\.3, where this hook may not connect"):
        connect(where, good.getsockname()[1])
    assert not accepted(bad)
    assert len(rebinding) == 2


def test_an_address_that_never_answers_hides_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as good, socket.socket() as silent:
        port = good.getsockname()[1]
        silent.bind(("127.0.0.3", port))
        silent.listen(0)
        waiting = [socket.socket() for _ in range(4)]  # more than it lets wait
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.3", port))

        async def both(host: str, port: int) -> list[str]:
            return ["127.0.0.3", "127.0.0.1"]

        monkeypatch.setattr(egress, "_resolved", both)
        connect(ANYWHERE, port, timeout=0.5)
        good.settimeout(PATIENCE)
        good.accept()[0].close()
        for each in waiting:
            each.close()


@pytest.mark.usefixtures("rebinding")
def test_control_who_looks_and_then_connects_by_name_is_led_elsewhere(
    listening: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def by_name(self: GuardedNetwork, host: str, port: int, **_: Any) -> Any:
        assert all(
            self._egress.takes(ip_address(one)) for one in await egress._resolved(host, port)
        )
        return await self._network.connect_tcp(host, port, PATIENCE)

    monkeypatch.setattr(GuardedNetwork, "connect_tcp", by_name)
    good, bad = listening
    connect(parse_egress("127.0.0.1"), good.getsockname()[1])
    assert accepted(bad)
