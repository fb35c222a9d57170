"""Hashes go to known devices and strangers by turns, and to each person and network in turn."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.core.domain.errors import Unavailable
from onrecord.features.sign_in.hash_turns import KNOWN, MOST_WAITING, HashTurns, Line, Turn, _Lines
from tests.rig.patience import SECONDS as PATIENCE

FLOOD, HONEST = Line(whose="203.0.113.7"), Line(whose="192.0.2.7")
MANY = 8


async def served(turns: HashTurns, lines: list[tuple[str, Line]]) -> list[str]:
    """Have all of them wait behind one who has the turn; return who was served, in order."""
    order: list[str] = []

    async def one(name: str, line: Line) -> None:
        async with turns.turn(line):
            order.append(name)

    async with asyncio.TaskGroup() as tasks, turns.turn(KNOWN):
        for name, line in lines:
            tasks.create_task(one(name, line))
            await asyncio.sleep(0)
    return order


def test_a_known_device_goes_first_and_networks_take_turns() -> None:
    flood = [(f"flood {number}", FLOOD) for number in range(MANY)]
    order = asyncio.run(served(HashTurns(1), [*flood, ("honest", HONEST), ("known", KNOWN)]))
    assert order[:3] == ["known", "flood 0", "honest"]
    assert len(order) == MANY + 2


def test_somebody_known_who_never_stops_keeps_neither_strangers_nor_colleagues_waiting() -> None:
    eve, ada = Line(known=True, whose="eve"), Line(known=True, whose="ada")
    flood = [(f"eve {number}", eve) for number in range(MANY)]
    order = asyncio.run(served(HashTurns(1), [*flood, ("stranger", HONEST), ("ada", ada)]))
    assert order[:4] == ["eve 0", "stranger", "ada", "eve 1"]
    assert len(order) == MANY + 2


def test_who_does_not_wait_is_refused_while_others_hash() -> None:
    async def run() -> None:
        turns = HashTurns(1)
        async with turns.turn(None):
            with pytest.raises(Unavailable):
                async with turns.turn(None):
                    pass
        async with turns.turn(None):
            pass

    asyncio.run(run())


@pytest.mark.parametrize("line", [FLOOD, Line(known=True, whose="eve")])
def test_the_last_of_the_longest_line_gives_up_their_place(line: Line) -> None:
    other = Line(known=line.known, whose="another")

    async def run() -> tuple[list[bool], bool]:
        turns = HashTurns(1)
        async with asyncio.TaskGroup() as tasks, turns.turn(KNOWN):
            flood = [tasks.create_task(had(turns, line)) for _ in range(MOST_WAITING)]
            await asyncio.sleep(0)
            honest = tasks.create_task(had(turns, other))
            await asyncio.sleep(0)
            assert not await had(turns, line)
        return [await each for each in flood], await honest

    assert asyncio.run(run()) == ([True] * (MOST_WAITING - 1) + [False], True)


def test_who_is_cancelled_loses_nobody_the_turn() -> None:
    async def run() -> None:
        turns = HashTurns(1)
        async with asyncio.TaskGroup() as tasks, turns.turn(KNOWN):
            lines = (FLOOD, HONEST, KNOWN)
            waiting = [tasks.create_task(_have(turns, line)) for line in lines]
            await asyncio.sleep(0)
            waiting[0].cancel()
            waiting[2].cancel()
        assert [task.cancelled() for task in waiting] == [True, False, True]
        async with asyncio.timeout(PATIENCE), turns.turn(FLOOD):
            pass

    asyncio.run(run())


async def _have(turns: HashTurns, line: Line) -> None:
    async with turns.turn(line):
        pass


async def had(turns: HashTurns, line: Line) -> bool:
    """Wait for a turn and give it back; False where the service is busy."""
    try:
        await _have(turns, line)
    except Unavailable:
        return False
    return True


ROOM = 6
"""How many strangers may wait in a generated history."""
Step = tuple[str, int, int]
HISTORIES = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.integers(0, 8), st.integers(0, 2)),
        st.tuples(st.sampled_from(["hashed", "go"]), st.integers(0, 8), st.just(0)),
    ),
    min_size=8,
    max_size=60,
)
"""Who comes, from which neighbourhood and network; a hash that is done; who goes meanwhile."""


@dataclass
class Came:
    """One who came. `ahead`: how many neighbourhoods waited when they did."""

    line: Line
    ahead: int
    done: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[bool] | None = None
    served_before: int = 0

    async def wait(self, turns: HashTurns, serving: "list[Came]", served: list["Came"]) -> bool:
        """Have a hash made, which takes until `done`."""
        try:
            async with turns.turn(self.line):
                served.append(self)
                serving.append(self)
                try:
                    await self.done.wait()
                finally:
                    serving.remove(self)
        except Unavailable:
            return False
        return True

    @property
    def running(self) -> asyncio.Task[bool]:
        assert self.task is not None
        return self.task


class History:
    """Strangers at two threads: who waits, who is served, and what each is promised."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self.turns = HashTurns(2, ROOM)
        self.serving: list[Came] = []
        self.served: list[Came] = []
        self.waiting: list[Came] = []

    async def step(self, step: Step) -> None:
        kind, number, network = step
        if kind == "come":
            await self.come(Line(whose=f"{number}.{network}", around=str(number)))
        elif kind == "hashed" and self.serving:
            self.serving[number % len(self.serving)].done.set()
        elif kind == "go" and self.waiting:
            self.waiting[number % len(self.waiting)].running.cancel()
        await self.settle()

    async def come(self, line: Line) -> None:
        lines = Counter(each.line.around for each in self.waiting)
        one = Came(line, len(lines), served_before=len(self.served))
        one.task = self._tasks.create_task(one.wait(self.turns, self.serving, self.served))
        before = [*self.waiting, one]
        self.waiting.append(one)
        await self.settle()
        lines[line.around] += 1
        for each in before:
            if each.running.done() and not each.running.cancelled() and not each.running.result():
                assert len(before) > ROOM, "refused though there was room"
                assert lines[each.line.around] == max(lines.values()), "not of the longest line"

    async def settle(self) -> None:
        for _ in range(6):
            await asyncio.sleep(0)
        self.waiting = [
            each for each in self.waiting if each not in self.served and not each.running.done()
        ]
        assert len(self.waiting) <= ROOM
        assert len(self.serving) == 2 or not self.waiting, "a thread is idle while somebody waits"

    async def end(self) -> None:
        while self.serving:
            self.serving[0].done.set()
            await self.settle()
        assert not self.waiting
        for number, one in enumerate(self.served):
            alone = one.line.around not in {
                each.line.around for each in self.served[one.served_before : number]
            }
            if alone:
                passed = number - one.served_before
                assert passed <= one.ahead, "more than one round"


async def lived(steps: list[Step]) -> None:
    try:
        async with asyncio.TaskGroup() as tasks:
            history = History(tasks)
            for step in steps:
                await history.step(step)
            await history.end()
    except ExceptionGroup as broken:
        raise broken.exceptions[0] from None


@settings(max_examples=150, deadline=None)
@given(HISTORIES)
def test_who_comes_waits_a_round_and_only_the_longest_line_is_refused(steps: list[Step]) -> None:
    asyncio.run(lived(steps))


FULL: list[Step] = [("come", 0, 0)] * (2 + ROOM) + [("come", 1, 0), ("hashed", 0, 0)]
"""One neighbourhood takes all places; then somebody comes from another."""


def test_the_property_holds_where_one_neighbourhood_took_all_places() -> None:
    asyncio.run(lived(FULL))


def test_the_property_notices_that_the_newcomer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: as it was before, whoever comes to a full house goes."""

    def newest(lines: _Lines) -> Turn:
        around, networks = next(reversed(lines._arounds.items()))
        whose, line = next(reversed(networks.items()))
        turn = line[-1]
        lines._remove(around, whose, turn)
        return turn

    monkeypatch.setattr(_Lines, "_drop_last", newest)
    with pytest.raises(AssertionError, match="longest line"):
        asyncio.run(lived(FULL))


def test_the_property_notices_that_who_came_first_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A control: without lines, a flood goes before everybody who comes after it."""
    join = _Lines.join
    monkeypatch.setattr(_Lines, "join", lambda lines, line: join(lines, KNOWN))
    flood: list[Step] = [("come", 0, 0)] * 6 + [("come", 1, 0)]
    with pytest.raises(AssertionError, match="more than one round"):
        asyncio.run(lived(flood))
