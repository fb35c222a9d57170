"""A handshake that fails in any way ends its own connection and nothing else."""

import asyncio
import socket

from onrecord.http.accepting import AcceptOptions, Acceptor, Connection
from onrecord.http.admission import Admission, AdmissionOptions
from onrecord.http.options import ProxyOptions
from onrecord.observability.logs import make_log
from tests.rig.lines import Lines
from tests.rig.patience import SECONDS as PATIENCE
from tests.unit.http.test_admission import SetClock


class Greeting(asyncio.Protocol):
    """Says hello and closes, as what serves a connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"hello")
        transport.close()


async def answer_of(port: int) -> bytes:
    """Connect and return all that is said."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()


def test_a_handshake_that_fails_as_nobody_expects_ends_its_connection_alone() -> None:
    log, counted = Lines(), list[Connection]()

    def make(connection: Connection) -> asyncio.Protocol:
        counted.append(connection)
        if len(counted) == 1:
            raise KeyError("no trigger is known")
        return Greeting()

    async def run() -> None:
        admission = Admission(AdmissionOptions(), clock=SetClock(), full=lambda what: None)
        with socket.create_server(("127.0.0.1", 0)) as bound:
            options = AcceptOptions(None, ProxyOptions())
            acceptor = Acceptor(bound, make, options, admission, make_log(log, level="debug"))
            async with asyncio.TaskGroup() as tasks:
                acceptor.start(tasks)
                port = bound.getsockname()[1]
                assert await answer_of(port) == b""
                assert admission.count == 0
                assert await answer_of(port) == b"hello"
                acceptor.close()

    asyncio.run(run())
    said = [(line["event"], line["error"]) for line in log.all()]
    assert said == [("handshake_failed", "KeyError")]
