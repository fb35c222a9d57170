"""What stands before a server ends with all its connections, at whatever point they are."""

import random
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from onrecord.demo.certificates import DemoTls, ensure_certificates
from tests.integration.hooks.cut import Cut
from tests.integration.hooks.kafka_front import TlsFront
from tests.integration.hooks.relay import Relay
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.patience import let_work


@pytest.fixture(scope="module")
def behind() -> Iterator[int]:
    """A port where connections are taken and nothing is said."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        yield int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> DemoTls:
    made = DemoTls(tmp_path_factory.mktemp("tls"))
    ensure_certificates(made, datetime.now(UTC))
    return made


@pytest.fixture(params=["cut", "front"])
def relay(request: pytest.FixtureRequest, behind: int, tls: DemoTls) -> Relay:
    if request.param == "cut":
        return Cut(behind)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    return TlsFront(0, behind, context)


def closes(relay: Relay) -> bool:
    """Whether closing it returns."""
    closing = threading.Thread(target=relay.close, daemon=True)
    closing.start()
    closing.join(PATIENCE)
    return not closing.is_alive()


def test_a_client_in_the_middle_of_a_handshake_does_not_keep_it_open(relay: Relay) -> None:
    with socket.create_connection(("127.0.0.1", relay.port)) as client:
        let_work(0.1)
        assert closes(relay)
        assert client.recv(1) == b""


@pytest.mark.parametrize("seed", range(20))
def test_no_client_keeps_it_open_at_whatever_moment_it_comes(
    relay: Relay, tls: DemoTls, seed: int
) -> None:
    chance = random.Random(seed)
    context = ssl.create_default_context(cafile=tls.ca)
    ended = threading.Event()

    def come_and_stay() -> None:
        held: list[socket.socket] = []
        while not ended.is_set():
            try:
                held.append(socket.create_connection(("127.0.0.1", relay.port), PATIENCE))
                if chance.random() < 0.5:
                    held[-1] = context.wrap_socket(held[-1], server_hostname="localhost")
            except OSError:
                continue
        for each in held:
            each.close()

    clients = [threading.Thread(target=come_and_stay) for _ in range(3)]
    for client in clients:
        client.start()
    let_work(chance.random() * 0.02)
    try:
        assert closes(relay)
    finally:
        ended.set()
        for client in clients:
            client.join()
