"""An archiver that stops anywhere while it publishes, and wakes when another one has gone on.

A publishes and stops before one of its file operations. B recovers the same archive under a higher
epoch and records on; it may stop as well, while A wakes. Then both verifiers accept the archive,
each checkpoint that anybody signed is found in it, and the next start opens it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord_archive.format.checkpoint import Checkpoint
from onrecord_archive.format.errors import (
    ArchiveError,
    NotVerified,
    Superseded,
    SyncFailed,
    WriteFailed,
)
from onrecord_archive.verify.heads import Heads, read_heads
from onrecord_archive.writer import files
from onrecord_archive.writer.integrator import Integrator
from onrecord_archive.writer.log import LogWriter
from onrecord_archive.writer.sealer import Sealer
from tests.rig.promises import promised
from tests.rig.second_opinion import of_archive
from tests.rig.stopped_writer import Stopped, StoppingOs, stopping
from tests.unit.archive.building import Journal, Workshop

MOST = 60
"""No history makes A do more file operations than that while it publishes."""


@dataclass(frozen=True)
class History:
    """What A did before it published, and what B does while A is stopped."""

    signed: int
    """Records that A published and signed before."""
    published: int
    """Records that A published and is about to sign for."""
    durable: int
    """Records that A has in its tail, unpublished."""
    void: int
    """Records that A appends once B has begun: nobody will see them."""
    next: int
    """Records that B writes and publishes."""


HISTORIES = {
    "the very first": History(0, 3, 2, 2, 3),
    "a later one": History(5, 3, 2, 2, 3),
    "nothing after it": History(5, 3, 0, 0, 0),
    "much that is void": History(5, 3, 2, 40, 3),
    "over a tile's edge": History(240, 20, 4, 9, 9),
    "void over a tile's edge": History(230, 5, 2, 40, 40),
}


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StoppingOs:
    return stopping(monkeypatch)


class Two:
    """A and B on one archive."""

    def __init__(self, root: Path, history: History) -> None:
        self.history = history
        self.made = Workshop(root)
        self.signed: list[Checkpoint] = []
        if history.signed:
            self.made.write(history.signed, batch=history.signed)
            self.take(self.made.log.integrate(self.made.log.size))
        self.made.write(history.published)
        self.position = self.made.log.size
        self.made.write(history.durable)
        self.a = self.made.log
        self.open: list[LogWriter] = [self.a]

    def take(self, signed: object) -> None:
        """Keep what somebody signed: a bank may hold it."""
        if isinstance(signed, Checkpoint):
            self.signed.append(signed)

    def publishes(self) -> object:
        """What A does in its second thread."""
        return self.a.integrate(self.position)

    def appends_void(self) -> None:
        """A's writer thread goes on, in a tail that counts no more."""
        other, sealer = Journal(), Sealer(self.made.stores, self.made.opening_keys[0].sealing())
        records = [other.record(f"{9:032x}") for _ in range(self.history.void)]
        with suppress(ArchiveError):
            if records:
                self.a.append(sealer.seal(records, self.a.size, epoch=self.a.epoch))

    def take_over(self) -> None:
        """B begins, as a start does."""
        self.made.sealer.end_keys()
        self.made.log = self.made.open(published_position=self.position, epoch=self.a.epoch + 5)
        self.open.append(self.made.log)

    def go_on(self) -> None:
        """B records, publishes and signs, and its files are where they should be."""
        self.made.write(self.history.next)
        self.made.log.require_in_place()
        self.take(self.made.log.integrate(self.made.log.size))
        self.made.log.require_in_place()

    def take_started(self, late: Stopped) -> None:
        """A's start has come to its end: it publishes and records, as if it were the one."""
        assert late.error is None or isinstance(late.error, Superseded | WriteFailed), late.error
        if isinstance(late.result, LogWriter):
            self.a = late.result
            self.open.append(self.a)
            with suppress(Superseded):
                self.take(self.publishes())
            self.appends_void()
            with suppress(Superseded, SyncFailed):
                self.take(self.publishes())

    def heads(self) -> Heads:
        """What both files of checkpoints say now."""
        return read_heads(self.made.directory, self.made.policy, None)

    def close(self) -> None:
        for log in self.open:
            with suppress(ArchiveError):
                log.close()
        for store in self.made.stores:
            store.close()

    def judge(self) -> None:
        """Ask both verifiers, look for every checkpoint that was signed, and start again."""
        made = self.made
        with promised():
            assert of_archive(made.directory, made.policy, given=self.signed[-1]).status == 0
            for held in self.signed:
                read_heads(made.directory, made.policy, held)
            made.log.close()
            self.open.append(made.open(published_position=made.log.size))


@contextmanager
def two(history: History) -> Iterator[Two]:
    with TemporaryDirectory() as root:
        made = Two(Path(root), history)
        try:
            yield made
        finally:
            made.close()


def wakes_late(stand_in: StoppingOs, history: History, before: int, other: int | None) -> bool:
    """Stop A before an operation, and B before `other`; tell whether A came so far."""
    with two(history) as both:
        a = Stopped(stand_in, both.publishes, before)
        if a.error is not None:
            raise a.error
        both.take_over()
        both.appends_void()
        if other is None:
            both.go_on()
            wakes(both, a)
        else:
            b = Stopped(stand_in, both.go_on, other)
            wakes(both, a)
            b.end()
            if b.error is not None:
                raise b.error
        both.go_on()
        both.made.write(1)
        both.go_on()
        both.judge()
        return a.stops > 0


def wakes(both: Two, a: Stopped) -> None:
    """A goes on, and publishes once more, as it does each second."""
    a.end()
    both.take(a.result)
    assert a.error is None or isinstance(a.error, Superseded | WriteFailed), a.error
    with suppress(Superseded, SyncFailed):
        both.take(both.publishes())


@pytest.mark.parametrize("name", HISTORIES)
def test_it_may_stop_before_each_of_its_operations(stand_in: StoppingOs, name: str) -> None:
    stops = 0
    for before in range(1, MOST):
        if not wakes_late(stand_in, HISTORIES[name], before, None):
            break
        stops = before
    assert 10 < stops < MOST - 1


def both_at_every_stop(stand_in: StoppingOs, history: History) -> None:
    for before in range(1, MOST):
        for other in range(1, MOST):
            wakes_late(stand_in, history, before, other)


@given(st.sampled_from(sorted(HISTORIES)), st.integers(1, 40), st.integers(1, 60))
@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_both_may_stop(stand_in: StoppingOs, name: str, before: int, other: int) -> None:
    wakes_late(stand_in, HISTORIES[name], before, other)


@pytest.mark.parametrize("name", ["the very first", "a later one", "over a tile's edge"])
def test_it_may_stop_before_each_operation_of_its_start(stand_in: StoppingOs, name: str) -> None:
    history, stops = HISTORIES[name], 0
    for before in range(1, MOST):
        with two(history) as both:
            both.a.close()
            start = partial(
                both.made.open, published_position=both.position, epoch=both.a.epoch + 1
            )
            late = Stopped(stand_in, start, before)
            if not late.stops:
                both.take_started(late)
                break
            both.take_over()
            both.go_on()
            late.end()
            both.take_started(late)
            both.go_on()
            both.made.write(1)
            both.go_on()
            both.judge()
            stops = before
    assert 5 < stops < MOST - 1


def killed(stand_in: StoppingOs, before: int, then: int) -> bool:
    """A stops, wakes when B has signed, and goes no further than `then`; tell if it came there.

    B has nothing to record. What it does each second leaves the newest checkpoint in its place,
    and the one that stood there instead is found among the others.
    """
    with two(HISTORIES["nothing after it"]) as both:
        a = Stopped(stand_in, both.publishes, before, then)
        both.take_over()
        both.go_on()
        path = both.made.directory / "checkpoint"
        a.wake()
        late = both.made.policy.open(path.read_bytes())
        both.made.log.integrate(both.made.log.size)
        with promised():
            assert both.made.policy.open(path.read_bytes()) == both.heads().newest
            read_heads(both.made.directory, both.made.policy, late)
        came = a.stops > 1
        a.end()
        return came


def put_back_after_every_stop(stand_in: StoppingOs) -> None:
    ends = 0
    for before in range(1, MOST):
        for then in range(before + 1, MOST):
            if not killed(stand_in, before, then):
                ends += 1
                break
    assert ends > 10


@pytest.mark.proofs("long")
def test_the_newest_checkpoint_is_put_back_also_where_the_late_one_ends_amid_it(
    stand_in: StoppingOs,
) -> None:
    put_back_after_every_stop(stand_in)


def test_control_signing_what_is_durable_alone_is_found(
    stand_in: StoppingOs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Two, "publishes", lambda both: both.a.integrate(1 << 40))
    for name in ("much that is void", "void over a tile's edge"):
        with pytest.raises((AssertionError, ArchiveError)):
            wakes_late(stand_in, HISTORIES[name], 1, 1)


def test_control_an_older_checkpoint_that_stays_is_found(
    stand_in: StoppingOs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_integrator: Integrator, _size: int) -> None:
        """Put nothing back."""

    monkeypatch.setattr(Integrator, "_put_back", nothing)
    with pytest.raises((AssertionError, NotVerified)):
        put_back_after_every_stop(stand_in)


def test_control_one_name_for_two_unfinished_files_is_found(
    stand_in: StoppingOs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_mark", lambda: "0" * 16)
    with pytest.raises((AssertionError, ArchiveError)):
        both_at_every_stop(stand_in, HISTORIES["a later one"])
