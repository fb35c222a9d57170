"""The rows of `make bench`: each measured so many times, in turn with its baseline."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import at_the_bank, chat_searching, in_browser, messaging, servers, sign_in
from tests.bench.draining import LOOKS, MESSAGES, SINKS, Sink, backfilled, drained
from tests.bench.filling import fill, write_looks
from tests.bench.messaging import Figures
from tests.bench.searching import searched
from tests.bench.starting import started, started_after_kill
from tests.bench.workloads import ROOM, WORKLOADS, Workload, pairs_of
from tests.rig.attacks import KINDS, NOTHING, SIGNED_IN
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.under_attack import suffer

ATTACK_SECONDS = 5.0
ATTACKS = {
    "strangers": ("acknowledgements while a stranger attacks", KINDS),
    "one-person": ("acknowledgements while a client asks without end", SIGNED_IN),
}
"""Rows of attacks: what they are called, and their kinds."""
CLIENTS = ["outside@client", "beside@client", "beyond@client"]
PEOPLE = 1000
PASSWORDS = 5
"""How many people the sign-in row has; the rig gives passwords to few at a time only."""
THOUSANDS = {"ready-100k": 100_000, "ready-1m": 1_000_000}

CHAT_SEARCHES = {
    "chat-search-1m": ("sqlcipher", "SQLCipher"),
    "chat-search-1m-pg": ("postgresql", "PostgreSQL"),
}
"""Rows of the chat's search: the database, and what it is called."""

BESIDE = {"cpu_us": ("baseline_us", "cpu_ratio"), "records_s": ("bare_s", "bare_ratio")}
"""Figures that a baseline has as well: what its own is called, and the rounds' ratios."""
LOOPS = ("drain-replica", "drain-directory", "drain-kafka")
"""Rows that are compared with the messages a second of this run's closed loop."""
BACKFILLED = 1_000_000


@dataclass(slots=True)
class Row:
    """What was measured: each round's figures, and the medians."""

    name: str
    title: str
    unit: str = ""
    ours: list[Figures] = field(default_factory=list)
    bare: list[Figures] = field(default_factory=list)
    note: str = ""

    def medians(self) -> Figures:
        """Return each figure's median, and that of the rounds' ratios to their baselines."""
        figures = _medians(self.ours)
        bare = _medians(self.bare) if self.bare else {}
        for figure, (alone, ratio) in BESIDE.items():
            if figure in bare:
                pairs = zip(self.ours, self.bare, strict=True)
                figures[alone] = bare[figure]
                figures[ratio] = statistics.median(o[figure] / b[figure] for o, b in pairs)
        return figures


def measured(rounds: int, chosen: list[str]) -> Iterator[Row]:
    """Measure the chosen rows (all where none is named) and yield each when it is done.

    Raises CountsDiffer as soon as a message is not everywhere.
    """
    if set(LOOPS) & set(chosen) and not {"W1-closed", "W2-closed"} & set(chosen):
        chosen = [*chosen, "W2-closed"]
    loop_s = yield from _workloads(rounds, chosen)
    yield from _drains(rounds, chosen, loop_s)
    if _wanted("at-the-bank", chosen):
        yield _at_the_bank()
    if _wanted("sign-in", chosen):
        yield _sign_in(rounds)
    for name, (title, kinds) in ATTACKS.items():
        if _wanted(name, chosen):
            yield _attacked(name, title, kinds)
    if _wanted("search-100k", chosen):
        title = "compliance's searches among 100,000 messages"
        yield Row("search-100k", title, ours=[searched() for _ in range(rounds)])
    for name, (kind, words) in CHAT_SEARCHES.items():
        if _wanted(name, chosen):
            yield _chat_search(name, kind, words)
    if any(_wanted(name, chosen) for name in THOUSANDS):
        yield from _ready(rounds, chosen)
    if any(_wanted(name, chosen) for name in in_browser.MEASURED):
        yield from _in_browser(chosen)


def _wanted(name: str, chosen: list[str]) -> bool:
    return not chosen or name in chosen


def _workload(workload: Workload, made: Installation, rounds: int) -> Row:
    row = Row(workload.name, workload.title, workload.unit)
    for _ in range(rounds):
        row.ours.append(messaging.ours(workload, made))
        row.bare.append(messaging.bare(workload, made))
    return row


def _workloads(rounds: int, chosen: list[str]) -> Generator[Row, None, float]:
    """Return the messages a second of the fastest closed loop, 0 where none was measured."""
    loop_s = 0.0
    with _bank(PEOPLE) as made:
        for workload in WORKLOADS:
            if _wanted(workload.name, chosen):
                row = _workload(workload, made, rounds)
                if workload.in_flight:
                    loop_s = max(loop_s, row.medians()["accepted_s"])
                yield row
    return loop_s


def _at_the_bank() -> Row:
    with at_the_bank.arrivals() as both, _bank(2, toml=both.toml) as made:
        title = "until a record is in the bank's own archive, at 50 a second"
        return Row("at-the-bank", title, ours=[at_the_bank.arrived(made, both)])


def _drains(rounds: int, chosen: list[str], loop_s: float) -> Iterator[Row]:
    """One archive for each kind of backlog, for all sinks that get it."""
    for looks, people, records in ((False, 40, MESSAGES), (True, 2, LOOKS)):
        sinks = {name: sink for name, sink in SINKS.items() if sink.looks == looks}
        if not any(_wanted(name, chosen) for name in sinks):
            continue
        with _bank(people) as made:
            write = write_looks if looks else fill
            write(made, records)
            for name, sink in sinks.items():
                if _wanted(name, chosen):
                    yield _drain(name, sink, made, rounds, loop_s)
    if os.environ.get("FULL") and _wanted("backfill-1m", chosen):
        yield _backfill()


def _drain(name: str, sink: Sink, made: Installation, rounds: int, loop_s: float) -> Row:
    row = Row(name, f"a standing backlog: {sink.title}")
    row.ours, row.bare = drained(sink, made, rounds)
    if name in LOOPS and loop_s:
        for figures in row.ours:
            figures["loop_ratio"] = figures["records_s"] / loop_s
    return row


def _backfill() -> Row:
    """Once: it takes minutes."""
    began = time.monotonic()
    with _bank(40) as made:
        fill(made, BACKFILLED)
        note = f"filled in {time.monotonic() - began:.0f} s"
        title = f"{BACKFILLED:,} records into a directory, a file a window of 500"
        return Row(
            "backfill-1m", title, ours=[backfilled(SINKS["drain-directory"], made)], note=note
        )


def _sign_in(rounds: int) -> Row:
    row = Row("sign-in", "with a password, one after another", "sign-in")
    with _bank(PASSWORDS) as made:
        for _ in range(rounds):
            row.ours.append(sign_in.ours(made, sorted(made.people)))
            row.bare.append(sign_in.bare())
    row.note = "baseline: argon2 alone"
    return row


def _attacked(name: str, title: str, kinds: Iterable[str]) -> Row:
    """Each kind of attack once, for some seconds; the worst counts. A client has signed in."""
    row = Row(name, title)
    cookies: list[str] = []
    with _bank(2, CLIENTS) as made, servers.onrecord(made) as running:
        one, other = sorted(made.people.keys() - set(CLIENTS))
        conv = made.direct(one, other)
        if name == "one-person":
            cookies = [made.cookies[each] for each in CLIENTS]
        for kind in (NOTHING, *kinds):
            pid, seconds = running.process.pid, ATTACK_SECONDS
            suffered = suffer(made, pid, kind, who=one, conv=conv, seconds=seconds, cookies=cookies)
            row.note += f"{kind} {suffered.p95_ms:.0f} ms, "
            if kind != NOTHING:
                row.ours.append({"attacked_p95_ms": suffered.p95_ms})
    row.note = row.note.removesuffix(", ")
    worst = max(figures["attacked_p95_ms"] for figures in row.ours)
    row.ours = [{"attacked_p95_ms": worst}]
    return row


def _chat_search(name: str, kind: str, words: str) -> Row:
    """Each kind of search is made often, so one round is enough for filling takes minutes."""
    figures = chat_searching.searched(kind)
    each = figures.pop("kinds")
    slowest = max(each, key=each.get)
    title = f"the chat's searches among {chat_searching.MESSAGES:,} messages, {words}"
    note = f"filled in {figures.pop('filled_s'):.0f} s; the slowest kind: {slowest}"
    return Row(name, title, ours=[figures], note=note)


def _ready(rounds: int, chosen: list[str]) -> Iterator[Row]:
    """One archive for both rows: it is filled up to each size."""
    filled, took = 0, 0.0
    with _bank(40) as made:
        for name, messages in THOUSANDS.items():
            if not _wanted(name, chosen):
                continue
            began = time.monotonic()
            fill(made, messages - filled)
            filled, took = messages, took + time.monotonic() - began
            yield _ready_row(name, messages, made, rounds, f"filled in {took:.0f} s")


def _in_browser(chosen: list[str]) -> Iterator[Row]:
    """One tab for these rows, once: each figure is one of many passes."""
    with in_browser.chat() as chat:
        for name, (title, measure) in in_browser.MEASURED.items():
            if _wanted(name, chosen):
                yield Row(name, title, ours=[measure(chat)])


def _ready_row(name: str, records: int, made: Installation, rounds: int, note: str) -> Row:
    kills = name == "ready-1m"
    start: Callable[[Installation], Figures] = started_after_kill if kills else started
    title = f"ready with {records:,} records" + (" after kill -9" if kills else "")
    return Row(name, title, ours=[start(made) for _ in range(rounds)], note=note)


@contextmanager
def _bank(people: int, clients: Sequence[str] = (), toml: str = "") -> Iterator[Installation]:
    """Make an installation with a room of 100, where there are so many, and pairs."""
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
        names = [f"m{n:04d}" for n in range(people)]
        # passwords="": what a firm pays
        made = install(Path(folder), [*names, *clients], passwords="", toml=toml)
        room = {"Room": names[:ROOM]} if people > ROOM else {}
        pairs = pairs_of(names) if people % 2 == 0 else []
        populate_conversations(made, room, [*pairs, *((names[0], each) for each in clients)])
        yield made


def _medians(runs: list[Figures]) -> Figures:
    names = [name for name, value in runs[0].items() if isinstance(value, int | float)]
    return {name: statistics.median(run[name] for run in runs) for name in names}
