"""What a connection gives TLS at once, and when."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import pytest

from onrecord.http import tls_gate
from onrecord.http.accepting import Connection
from onrecord.http.tls_gate import DEAR_SECONDS, LEAST_BYTES, MOST_BYTES, Gate
from onrecord.http.turns import Line


class Opening:
    """In the place of TLS: notes what it is given, and takes as long as it is told by its clock."""

    def __init__(self) -> None:
        self.room = memoryview(bytearray(256 * 1024))
        self.opened: list[int] = []
        self.takes_s = 0.0
        self.now_s = 0.0
        self.does: Callable[[], None] = lambda: None

    def connection_made(self, transport: object) -> None:
        """Begin."""

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""

    def eof_received(self) -> bool | None:
        """Hear nothing more."""

    def pause_writing(self) -> None:
        """Hold back."""

    def resume_writing(self) -> None:
        """Go on."""

    def get_buffer(self, n: int) -> memoryview:
        return self.room

    def buffer_updated(self, nbytes: int) -> None:
        self.opened.append(nbytes)
        self.now_s += self.takes_s
        self.does()

    def _get_app_transport(self) -> asyncio.Transport:
        raise NotImplementedError


class Wire:
    """A socket from which there is always more to read."""

    def __init__(self, gate: Gate) -> None:
        self.reads = True
        self._gate = gate

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True

    def write(self, data: bytes) -> None:
        """Send."""

    def close(self) -> None:
        """End."""

    def get_extra_info(self, name: str) -> object:
        """Know nothing."""

    def _force_close(self, exc: Exception | None) -> None:
        """End at once."""

    def gives(self, most: int = 256 * 1024) -> int:
        """Read once, as libuv does where reading is on; return how much there was room for."""
        if not self.reads:
            return 0
        size = min(most, len(self._gate.get_buffer(-1)))
        self._gate.buffer_updated(size)
        return size


def at_a_gate(
    person: str | None, story: Callable[[Gate, Wire, Opening], Awaitable[None]]
) -> Opening:
    """Run a story in which somebody, or a stranger, sends; return what TLS was given."""

    async def told() -> Opening:
        connection = Connection(None, ("192.0.2.1", 5), 0.0)  # type: ignore[arg-type]
        connection.line, connection.person = Line(), person
        tls = Opening()
        gate = connection.gated(tls)  # type: ignore[arg-type]
        wire = Wire(gate)
        gate.connection_made(wire)  # type: ignore[arg-type]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tls_gate, "time", SimpleNamespace(perf_counter=lambda: tls.now_s))
            await story(gate, wire, tls)
        return tls

    return asyncio.run(told())


async def turns(count: int) -> None:
    """Let the loop turn so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


def test_a_strangers_bytes_wait_for_their_turn_a_piece_at_a_time() -> None:
    async def story(gate: Gate, wire: Wire, tls: Opening) -> None:
        for number in range(3):
            assert wire.gives() == LEAST_BYTES
            assert wire.gives() == 0
            assert len(tls.opened) == number
            await turns(2)

    assert at_a_gate(None, story).opened == [LEAST_BYTES] * 3


def test_who_has_signed_in_is_given_more_and_more_room_and_lets_others_have_their_turn() -> None:
    async def story(gate: Gate, wire: Wire, tls: Opening) -> None:
        for _ in range(8):
            assert wire.gives() > 0
            assert not wire.reads, "there is more than there is room for"
            await turns(2)
        assert wire.gives(300) == 300
        assert tls.opened[-1] == 300, "at once: that is all there was"

    opened = at_a_gate("ada", story).opened
    assert opened[:6] == [LEAST_BYTES << n for n in range(6)]
    assert max(opened) == MOST_BYTES


def test_after_a_piece_that_cost_much_the_next_is_half_as_large() -> None:
    async def story(gate: Gate, wire: Wire, tls: Opening) -> None:
        while wire.gives() < MOST_BYTES:
            await turns(2)
        await turns(2)
        tls.opened.clear()
        tls.takes_s = 1.5 * DEAR_SECONDS
        for _ in range(8):
            wire.gives()
            await turns(2)

    halves = [max(LEAST_BYTES, MOST_BYTES >> n) for n in range(8)]
    assert at_a_gate("ada", story).opened == halves


@pytest.mark.parametrize("person", [None, "ada"])
def test_nothing_is_opened_for_who_reads_nothing_and_nothing_is_lost(person: str | None) -> None:
    async def story(gate: Gate, wire: Wire, tls: Opening) -> None:
        tls.does = gate.pause_reading
        wire.gives()
        await turns(3)
        assert (len(tls.opened), wire.reads) == (1, False)
        gate.resume_reading()
        assert wire.reads
        wire.gives()
        gate.pause_reading()
        await turns(3)
        assert len(tls.opened) == 1, "paused while it waits for its turn"
        gate.resume_reading()
        assert wire.gives() == 0, "what is held comes first"
        tls.does = lambda: None
        await turns(3)
        assert (len(tls.opened), wire.reads) == (2, True)

    at_a_gate(person, story)
