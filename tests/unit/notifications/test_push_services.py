"""Pushes go to the services that are named, at addresses of the internet, and nowhere else."""

import asyncio
import socket
from collections.abc import Iterator

import httpcore2
import pytest
from pydantic import ValidationError

from onrecord.app.settings.push import Push
from onrecord.core.domain.errors import BadInput
from onrecord.features.notifications.push import network as network_module
from onrecord.features.notifications.push.network import GuardedNetwork, check_global
from onrecord.features.notifications.push.services import LONGEST, Services
from tests.rig.patience import SECONDS as PATIENCE

ALLOWED = ("fcm.example", "*.push.example", "push.bank.example:8443")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://fcm.example/fcm/send/a:B-_c?x=1", "https://fcm.example"),
        ("https://fcm.example:443/a", "https://fcm.example:443"),
        ("https://web.push.example/a", "https://web.push.example"),
        ("https://a.b.push.example/a", "https://a.b.push.example"),
        ("https://push.bank.example:8443/a", "https://push.bank.example:8443"),
    ],
)
def test_an_address_of_a_named_service_may_be_pushed_to(address: str, origin: str) -> None:
    assert Services(ALLOWED).endpoint(address).origin == origin


@pytest.mark.parametrize(
    "address",
    [
        "http://fcm.example/a",
        "https://fcm.example",
        "https://fcm.example:8443/a",
        "https://push.example/a",
        "https://evil-push.example/a",
        "https://fcm.example.evil.test/a",
        "https://fcm.example@evil.test/a",
        "https://evil.test@fcm.example/a",
        "https://evil.test\\@fcm.example/a",
        "https://fcm.example\\.evil.test/a",
        "https://fcm.example/a\r\nHost: evil.test",
        "https://fcm.example/a b",
        "https://FCM.example/a",
        "https://push.bank.example/a",
        "https://push.bank.example:8444/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://2130706433/a",
        "https://fcm.example./a",
        "https://ﬁcm.example/a",
        "file:///etc/passwd",
        "https://fcm.example/" + "a" * LONGEST,
        "",
    ],
)
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(BadInput) as refused:
        Services(ALLOWED).endpoint(address)
    assert refused.value.code == "bad_push_address"


@pytest.mark.parametrize("host", ["", "*", "*.", "https://a", "a/b", "A.example", "*.a:1", "a b"])
def test_an_entry_that_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="no host"):
        Services([host])


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "fe80::1", "fc00::1"),
        *("::ffff:10.0.0.1", "::ffff:169.254.169.254", "ff02::1", "::", "2001:db8::1"),
    ],
)
def test_an_address_inside_a_network_is_refused_also_beside_a_good_one(address: str) -> None:
    check_global(["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
    with pytest.raises(httpcore2.ConnectError, match="not global"):
        check_global(["8.8.8.8", address])


def connect(network: GuardedNetwork, host: str, port: int) -> None:
    async def once() -> None:
        stream = await network.connect_tcp(host, port, timeout=PATIENCE)
        await stream.aclose()

    asyncio.run(once())


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def into_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolved(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(network_module, "resolved", resolved)


@pytest.mark.usefixtures("into_the_network")
def test_a_name_that_leads_into_the_network_is_not_connected_to(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    listening.settimeout(0.2)
    with pytest.raises(httpcore2.ConnectError, match="not global"):
        connect(GuardedNetwork(Services(["*.push.example"])), "web.push.example", port)
    with pytest.raises(TimeoutError):
        listening.accept()


@pytest.mark.usefixtures("into_the_network")
def test_one_that_is_named_with_its_port_is_connected_to(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    connect(GuardedNetwork(Services([f"own.example:{port}"])), "own.example", port)
    accepted, _ = listening.accept()
    accepted.close()


def test_a_name_that_resolves_to_nothing_is_an_error_of_the_connection() -> None:
    with pytest.raises(httpcore2.ConnectError, match="does not resolve"):
        connect(GuardedNetwork(Services([])), "nothing.invalid", 443)


@pytest.mark.parametrize("proxy", ["http://proxy.bank.example:3128", "http://10.0.0.1:80", None])
def test_a_way_out_is_a_host_and_a_port(proxy: str | None) -> None:
    assert Push(proxy=proxy).proxy == proxy


@pytest.mark.parametrize(
    "proxy",
    [
        "https://a:1",
        "http://a",
        "a:1",
        "http://u:p@a:1",
        "http://a:1/",
        "http://a:1\n",
        "http://:1",
    ],
)
def test_a_way_out_that_is_none_is_refused(proxy: str) -> None:
    with pytest.raises(ValidationError, match="is http://host:port"):
        Push(proxy=proxy)
