"""Nobody stops the bank, a stranger or one client: others are acknowledged while they try."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from onrecord_archive.events.ids import StreamId
from tests.rig.attacks import KINDS, NOTHING, SIGNED_IN
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess, running, stopping
from tests.rig.under_attack import Suffered, suffer

MOST_MS = 750.0
"""The 95th acknowledgement of 100. The goal is 250 ms (`make bench strangers`); other work on the
machine of a test run is allowed for."""
BRIEFLY, SECONDS = 0.5, 2.0
"""How long an attack lasts: in the gate, and where it is measured what others suffer."""
PILING_UP = {"reads": 10.0, "notes": 10.0, "guesses": 5.0}
"""Seconds of those that harm by what has piled up."""
DESCRIPTORS = 1024
"""The usual soft limit of a shell, and here the hard one as well."""
MIB = 1024 * 1024
MOST_GROWN = 128 * MIB
"""Beside the two passwords that are compared at a time."""
CLIENTS = ("julia@client", "ola@client", "ewa@client")
"""Who have signed in and attack."""


@dataclass(frozen=True)
class Bank:
    made: Installation
    conv: StreamId
    pid: int

    def suffer(self, kind: str, seconds: float) -> Suffered:
        """Measure beside one kind of attack: Anna is acknowledged whatever happens."""
        made, pid, conv = self.made, self.pid, self.conv
        cookies = [made.cookies[each] for each in CLIENTS] if kind in SIGNED_IN else []
        return suffer(made, pid, kind, who="anna", conv=conv, seconds=seconds, cookies=cookies)

    def is_left_enough(self, suffered: Suffered) -> bool:
        """Whether others have memory and descriptors left."""
        compared = 2 * self.made.settings.passwords.memory_mib * MIB
        grown = suffered.grown_bytes - (compared if suffered.kind == "guesses" else 0)
        return suffered.descriptors < DESCRIPTORS - 64 and grown < MOST_GROWN


def settled(folder: Path) -> Installation:
    """A bank in which Anna writes to Piotr, and passwords cost what they usually do."""
    made = install(folder, ["anna", "piotr", *CLIENTS], passwords="")
    pairs = [("anna", each) for each in ("piotr", *CLIENTS)]
    populate_conversations(made, {}, pairs)
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


EACH = (*SIGNED_IN, *KINDS)
"""Guesses last: those that wait are compared for a while when the attack is over."""


@pytest.mark.promise("P12")
@pytest.mark.parametrize("kind", EACH)
def test_an_attack_takes_neither_descriptors_nor_memory_from_others(bank: Bank, kind: str) -> None:
    suffered = bank.suffer(kind, BRIEFLY)
    assert bank.is_left_enough(suffered), suffered


@pytest.mark.proofs("figure")
@pytest.mark.parametrize("kind", EACH)
def test_others_are_acknowledged_soon_meanwhile(bank: Bank, quiet: Suffered, kind: str) -> None:
    suffered = bank.suffer(kind, PILING_UP.get(kind, SECONDS))
    assert suffered.p95_ms < MOST_MS, f"{suffered}; {quiet}"
    assert bank.is_left_enough(suffered), suffered


@pytest.mark.proofs("figure")
def test_control_a_server_that_each_request_holds_up_is_noticed(tmp_path: Path) -> None:
    made = settled(tmp_path)
    with running(made, defects="held_up") as server:
        suffered = Bank(made, made.direct("anna", "piotr"), server.process.pid).suffer(
            "asks", SECONDS
        )
    assert suffered.p95_ms > MOST_MS, suffered
