"""Nobody stops the bank, a stranger or one client: others are acknowledged while they try."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from onrecord_archive.events.ids import StreamId
from tests.rig.attacks import KINDS, NOTHING, SIGNED_IN
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess, stopping
from tests.rig.under_attack import Suffered, suffer

MOST_MS = 750.0
"""The 95th acknowledgement of 100. The goal is 250 ms (`make bench strangers`); other work on the
machine of a test run is allowed for."""
BRIEFLY, SECONDS = 0.5, 2.0
"""How long an attack lasts: in the gate, and where it is measured what others suffer."""
PILING_UP = {"reads": 10.0, "notes": 10.0}
"""Seconds of those that harm by what has piled up."""
DESCRIPTORS = 1024
"""The usual soft limit of a shell, and here the hard one as well."""
MOST_GROWN = 128 * 1024 * 1024


@dataclass(frozen=True)
class Bank:
    made: Installation
    conv: StreamId
    pid: int

    def suffer(self, kind: str, seconds: float) -> Suffered:
        """Measure beside one kind of attack: Anna is acknowledged whatever happens."""
        made, pid, conv = self.made, self.pid, self.conv
        cookie = made.cookies["julia@client"] if kind in SIGNED_IN else ""
        return suffer(made, pid, kind, who="anna", conv=conv, seconds=seconds, cookie=cookie)


def settled(folder: Path) -> Installation:
    """A bank in which Anna writes to Piotr, and Julia is a client."""
    made = install(folder, ["anna", "piotr", "julia@client"])
    populate_conversations(made, {}, [("anna", "piotr"), ("anna", "julia@client")])
    return made


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """A server with few descriptors."""
    made = settled(tmp_path_factory.mktemp("strangers"))
    limited = ["prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}"]
    with stopping(ServerProcess(made, before=limited)) as server:
        yield Bank(made, made.direct("anna", "piotr"), server.process.pid)


@pytest.fixture(scope="module")
def quiet(bank: Bank) -> Suffered:
    """What the same takes beside somebody who attacks nobody."""
    return bank.suffer(NOTHING, SECONDS)


@pytest.mark.promise("P12")
@pytest.mark.parametrize("kind", [*KINDS, *SIGNED_IN])
def test_an_attack_takes_neither_descriptors_nor_memory_from_others(bank: Bank, kind: str) -> None:
    suffered = bank.suffer(kind, BRIEFLY)
    assert suffered.descriptors < DESCRIPTORS - 64, suffered
    assert suffered.grown_bytes < MOST_GROWN, suffered


@pytest.mark.proofs("figure")
@pytest.mark.parametrize("kind", [*KINDS, *SIGNED_IN])
def test_others_are_acknowledged_soon_meanwhile(bank: Bank, quiet: Suffered, kind: str) -> None:
    suffered = bank.suffer(kind, PILING_UP.get(kind, SECONDS))
    assert suffered.p95_ms < MOST_MS, f"{suffered}; {quiet}"
    assert suffered.descriptors < DESCRIPTORS - 64, suffered
    assert suffered.grown_bytes < MOST_GROWN, suffered


@pytest.mark.proofs("figure")
def test_control_a_server_that_each_request_holds_up_is_noticed(tmp_path: Path) -> None:
    made = settled(tmp_path)
    server = ServerProcess.__new__(ServerProcess)
    server.run(made, "tests.rig.serve", ["--defects=held_up"])
    try:
        suffered = Bank(made, made.direct("anna", "piotr"), server.process.pid).suffer(
            "asks", SECONDS
        )
    finally:
        server.kill()
    assert suffered.p95_ms > MOST_MS, suffered
