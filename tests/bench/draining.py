"""A standing backlog drained into each kind of archive that a bank has, beside the bare client."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from onrecord_archive.contract import is_wanted
from onrecord_archive.reader.archive import Archive
from tests.bench import far_sides
from tests.bench.bare_clients import BarePlan, wanted_by
from tests.bench.counts import CountsDiffer
from tests.bench.drain_process import DrainPlan
from tests.bench.far_sides import FarSide, Fresh
from tests.bench.messaging import Figures
from tests.bench.servers import ROOT, SERVER_CORE
from tests.rig.installation import Installation


@dataclass(frozen=True, slots=True)
class Sink:
    """A row: a kind of hook, what it delivers to, and how many entries wait for it, 0: all.

    `looks`: it gets what compliance did, and no messages.
    """

    kind: str
    title: str
    running: Callable[[Installation], AbstractContextManager[Fresh]]
    backlog: int = 0
    looks: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


SINKS: Mapping[str, Sink] = {
    "drain-replica": Sink("replica", "a second archive, 256 a batch", far_sides.replica),
    "drain-directory": Sink("directory", "a file a window of 500", far_sides.directory),
    "drain-directory-1": Sink(
        "directory",
        "a file a record",
        far_sides.directory,
        backlog=3000,
        options={"window": "1"},
    ),
    "drain-webhook": Sink("webhook", "8 POSTs in flight", far_sides.webhook, backlog=3000),
    "drain-s3": Sink("s3", "radosgw, 8 in flight, each read back", far_sides.s3, backlog=500),
    "drain-mail": Sink(
        "journal_mail", "Postfix, one mail a record", far_sides.journal_mail, backlog=390
    ),
    "drain-nats": Sink(
        "nats", "JetStream that syncs each message, 20 in flight", far_sides.nats, backlog=3000
    ),
    "drain-kafka": Sink(
        "one_copy", "a broker in memory, 500 in flight", far_sides.kafka, backlog=15_000
    ),
    "drain-siem": Sink("siem", "rsyslog by RELP, 8 in flight", far_sides.siem, looks=True),
}
"""The rows by their names."""
MESSAGES, LOOKS = 30_000, 5_000
"""How many records the archives have that the rows are measured on."""


def ours(sink: Sink, made: Installation, side: FarSide) -> Figures:
    """Drain the backlog. Raises CountsDiffer unless each of its records has arrived."""
    name = f"drain-{secrets.token_hex(4)}"
    plan = DrainPlan(
        str(made.data), name, sink.kind, {**side.options, **sink.options}, sink.backlog
    )
    figures = _run("tests.bench.drain_process", plan, side.packages)
    expected = owed(made, sink.kind, figures["first"], figures["end"])
    figures["doubles"] = require_arrived(expected, side.arrived())
    return figures


def bare(sink: Sink, made: Installation, side: FarSide, first: int, end: int) -> Figures:
    """Have the bare client send the same entries."""
    options = {**side.options, **sink.options}
    return _run(
        "tests.bench.bare_clients", BarePlan(str(made.data), sink.kind, options, first, end)
    )


def drained(sink: Sink, made: Installation, rounds: int) -> tuple[list[Figures], list[Figures]]:
    """Measure both so often, in turn."""
    all_ours: list[Figures] = []
    all_bare: list[Figures] = []
    with sink.running(made) as fresh, tempfile.TemporaryDirectory(prefix="onrecord-drain-") as root:
        for number in range(rounds):
            folders = [Path(root) / f"{which}-{number}" for which in ("ours", "bare")]
            for folder in folders:
                folder.mkdir()
            figures = ours(sink, made, fresh(folders[0]))
            all_ours.append(figures)
            first, end = figures["first"], figures["end"]
            all_bare.append(bare(sink, made, fresh(folders[1]), first, end))
    return all_ours, all_bare


def backfilled(sink: Sink, made: Installation) -> Figures:
    """Drain all of an archive once. Raises CountsDiffer."""
    with sink.running(made) as fresh, tempfile.TemporaryDirectory(prefix="onrecord-drain-") as root:
        return ours(sink, made, fresh(Path(root)))


def owed(made: Installation, kind: str, first: int, end: int) -> list[int]:
    """Return the entries from `first` to before `end` that a hook of a kind gets."""
    wants, archive = wanted_by(kind), Archive(made.settings.archive.directory)
    return [each.index for each in archive.entries(first, end) if is_wanted(wants, each.leaf)]


def require_arrived(expected: Sequence[int], arrived: Sequence[int]) -> int:
    """Return how many of the expected came twice; raises CountsDiffer unless all have come.

    What lies after the backlog may have come too: a hook goes on.
    """
    there = [index for index in arrived if index <= expected[-1]]
    missing, unknown = set(expected) - set(there), set(there) - set(expected)
    if missing or unknown:
        some = sorted(missing | unknown)[:5]
        said = f"{len(missing)} records of {len(expected)} have not arrived"
        raise CountsDiffer(f"{said}, {len(unknown)} are none of them: {some}")
    return len(there) - len(expected)


def _run(module: str, plan: Struct, packages: Path | None = None) -> dict[str, Any]:
    """Run a part that is measured, on the server's core; return its figures."""
    there = {**os.environ, "PYTHONPATH": str(packages)} if packages else None
    with tempfile.TemporaryDirectory(prefix="onrecord-drain-") as folder:
        told, result = Path(folder) / "plan.json", Path(folder) / "figures.json"
        told.write_bytes(msgspec.json.encode(plan))
        command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-m", module]
        subprocess.run([*command, str(told), str(result)], cwd=ROOT, env=there, check=True)
        figures: dict[str, Any] = msgspec.json.decode(result.read_bytes())
        return figures
