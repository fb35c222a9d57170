"""F3 and F4 against the whole server: a kill, EIO or ENOSPC in a sampled call of its threads.

test_every_call.py enumerates every call of the log writer alone; here n is drawn at random for
each kind of call, under load, with the database, the key store, the replica and the clients around.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.durable import assert_durable_first
from tests.faults.gate_server import GateServer
from tests.faults.load import Writer, answered, interrupted, more_promises, until, writing
from tests.faults.log_writer_runs import EIO, ENOSPC, KILL
from tests.faults.past import Past, past_of
from tests.faults.rounds import ROUNDS, SEED
from tests.faults.strace import Trace, injecting, open_files, threads_of
from tests.faults.surroundings import finish, people, small_bank
from tests.rig.defects import MARK
from tests.rig.installation import Installation
from tests.rig.process import ServerProcess
from tests.rig.promises import promised

pytestmark = [pytest.mark.proofs("sampled"), pytest.mark.slow]

STATUS_AGAIN = 75
AFTERWARDS = 50
"""Commands that are acknowledged after the fault."""
MOST = {"write": 12, "pwrite64": 120, "fsync": 14, "fdatasync": 2, "link": 2, "rename": 2}
"""Up to which n is drawn: about what two seconds of load take. fdatasync is the key store's."""
KILLED = ("write", "pwrite64", "pwrite64", "fsync", "fsync", "fdatasync", "link", "link", "rename")
FAILED = (
    ("write", EIO),
    ("write", ENOSPC),
    ("pwrite64", EIO),
    ("pwrite64", ENOSPC),
    ("fsync", EIO),
    ("fsync", ENOSPC),
    ("fdatasync", EIO),
    ("fdatasync", ENOSPC),
    ("link", EIO),
    ("link", ENOSPC),
    ("rename", EIO),
    ("rename", ENOSPC),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the n-th call of its kind in a thread."""

    call: str
    fault: str
    n: int


def sampled(seed: int) -> Iterator[Fault]:
    """Draw n for each kind of call and fault, in every round anew."""
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        for call, fault in (*((call, KILL) for call in (*KILLED, "rename")), *FAILED):
            yield Fault(call, fault, chance.randint(1, MOST[call]))


FAULTS = list(sampled(SEED))


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return small_bank(tmp_path)


@dataclass
class Struck:
    """What came of it: the server's exit status, None while it runs on; when; what was called."""

    server: ServerProcess
    status: int | None
    span: tuple[float, float]
    trace: Trace


async def strike(server: GateServer, fault: Fault, writers: list[Writer], trace: Path) -> Struck:
    """Let the fault happen under load; wait until the server has ended, or records again."""
    threads, paths = threads_of(server.process.pid), []
    if fault.call == "write":  # not the eventfd that wakes the event loop: that is no file
        paths = open_files(server.process.pid, server.folder.parent)
        paths.append(server.folder.parent / f"data/archive/tmp/checkpoint-{MARK}.tmp")
    with injecting(
        threads, fault.call, f"{fault.fault}:when={fault.n}", trace, paths=paths
    ) as traced:
        began = time.monotonic()
        await until(lambda: server.process.poll() is not None or bool(traced.injected()))
        struck = time.monotonic()
        await until(
            lambda: (
                server.process.poll() is not None
                or (fault.fault != KILL and fault.call != "fsync" and answered(writers, struck))
            )
        )
        span = began, time.monotonic()
    return Struck(server, server.process.poll(), span, traced)


@promised()
def assert_ended_as_promised(fault: Fault, struck: Struck) -> None:
    """Killed: dead. An fsync: 75, and start again. Anything else: refused, and goes on by itself.

    SQLite doesn't tell when it cannot sync a directory or, closing, a copy from its log.
    """
    status = struck.status
    if fault.fault == KILL:
        assert status == -9
    elif fault.call == "fsync":
        assert status == STATUS_AGAIN, f"{status} after {struck.trace.injected()}"
    else:
        assert status in (None, STATUS_AGAIN), f"{status} after {struck.trace.injected()}"


def wrongly_refused(writer: Writer) -> list[str]:
    """Return what was refused for good, but where somebody comes and goes."""
    comings = {*writer.visits, *writer.guests}
    return [id for id in writer.nacked if writer.sent[id]["conv"] not in comings]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: f"{one.call}-{one.fault}-{one.n}")
def test_a_fault_in_a_call_of_the_server_breaks_no_promise(
    made: Installation, tmp_path: Path, fault: Fault
) -> None:
    server, writers = GateServer(made), people(made)
    pasts: list[Past] = []

    async def through_it() -> Struck:
        async with writing(writers):
            if fault.call != "fdatasync":  # that is the key store's, under the first messages
                await until(lambda: answered(writers, 0.0))
                pasts.append(await asyncio.to_thread(past_of, made))
            struck = await strike(server, fault, writers, tmp_path / "trace")
            if struck.status is not None:
                server.kill()
                struck.server = ServerProcess(made)
            await more_promises(writers, AFTERWARDS)
        return struck

    struck = asyncio.run(asyncio.wait_for(through_it(), 60))
    print(fault, struck.status, [call.path for call in struck.trace.injected()][:1])
    assert_ended_as_promised(fault, struck)
    if fault.call == "fsync" and fault.fault != KILL:
        synced = [call for call in struck.trace.calls() if not call.injected]
        assert_durable_first(synced, writers, *struck.span)
    assert not any(map(wrongly_refused, writers)), "refused for good, and nothing was wrong"
    past = pasts[0] if pasts else None
    assert finish(made, writers, struck.server, past=past) > 20


def test_control_a_server_that_ignores_a_failed_fsync_is_noticed(
    made: Installation, tmp_path: Path
) -> None:
    """F4: it goes on to acknowledge, where it had to end."""
    server, writers = GateServer(made, "deaf"), people(made)
    fault = Fault("fsync", EIO, 1)

    async def through_it() -> Struck:
        trace = tmp_path / "trace"
        async with interrupted(writers):
            writer = await asyncio.to_thread(server.writer)
            files = open_files(server.process.pid, made.data)
            tails = [path for path in files if "/archive/tmp/tails_" in str(path)]
            with injecting([writer], "fsync", f"{EIO}:when=1", trace, paths=tails) as seen:
                await until(lambda: bool(seen.injected()))
                struck = time.monotonic()
                await until(lambda: answered(writers, struck))
        return Struck(server, server.process.poll(), (struck, struck), seen)

    struck = asyncio.run(through_it())
    server.kill()
    with pytest.raises(AssertionError, match="None after"):
        assert_ended_as_promised(fault, struck)
