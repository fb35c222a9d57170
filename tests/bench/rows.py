"""The rows of `make bench`: each measured so many times, in turn with its baseline."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import chat_searching, in_browser, messaging, servers, sign_in
from tests.bench.filling import fill
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
        if self.bare:
            figures["baseline_us"] = _medians(self.bare)["cpu_us"]
            pairs = zip(self.ours, self.bare, strict=True)
            ratios = [ours["cpu_us"] / bare["cpu_us"] for ours, bare in pairs]
            figures["cpu_ratio"] = statistics.median(ratios)
        return figures


def measured(rounds: int, chosen: list[str]) -> Iterator[Row]:
    """Measure the chosen rows (all where none is named) and yield each when it is done.

    Raises CountsDiffer as soon as a message is not everywhere.
    """
    with _bank(PEOPLE) as made:
        for workload in WORKLOADS:
            if _wanted(workload.name, chosen):
                yield _workload(workload, made, rounds)
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
def _bank(people: int, clients: Sequence[str] = ()) -> Iterator[Installation]:
    """Make an installation with a room of 100, where there are so many, and pairs."""
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
        names = [f"m{n:04d}" for n in range(people)]
        made = install(Path(folder), [*names, *clients], passwords="")  # what a firm pays
        room = {"Room": names[:ROOM]} if people > ROOM else {}
        pairs = pairs_of(names) if people % 2 == 0 else []
        populate_conversations(made, room, [*pairs, *((names[0], each) for each in clients)])
        yield made


def _medians(runs: list[Figures]) -> Figures:
    names = [name for name, value in runs[0].items() if isinstance(value, int | float)]
    return {name: statistics.median(run[name] for run in runs) for name in names}
