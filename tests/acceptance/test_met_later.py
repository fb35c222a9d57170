"""A client comes to a group where another client wrote before: nothing of that one reaches them.

Live, in a replay, on a page, in the list and in the own copy; a check that is left out is found.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from onrecord_archive.proof_package.own_copy import FILES
from onrecord_archive.proof_package.package import RECORDS
from onrecord_archive.proof_package.reading import read_files
from tests.acceptance.crossed import SNI, signed_in
from tests.rig.client import Frame, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

EWA, TOM = "ewa@client", "tomasz@client"


@dataclass(frozen=True)
class Told:
    """What reached Tomasz of one conversation, by the way that it came."""

    live: list[Frame]
    replayed: list[Frame]
    page: list[Frame]
    entry: list[Frame]
    copy: list[Frame]

    def leaks(self, *words: str) -> set[str]:
        """By which ways any of the words came."""
        ways = {way: json.dumps(came, ensure_ascii=False) for way, came in vars(self).items()}
        return {way for way, text in ways.items() if any(word in text for word in words)}


@dataclass(frozen=True)
class Bank:
    """Ewa spoke in `loan` and was gone when Tomasz came; in `fees` she complained before."""

    loan: Told
    fees: Told
    ewa: str
    early: str
    """A message in `loan` that was changed and removed when Tomasz was there."""


def installed(folder: Path) -> Installation:
    made = install(folder, ["anna", "marek", EWA, TOM])
    groups = {"Loan": ["anna", "marek", EWA], "Fees": ["anna", EWA]}
    populate_conversations(made, groups, [("anna", EWA), ("anna", TOM)])
    return made


async def story(made: Installation) -> Bank:
    loan, fees, tom_id = made.groups["Loan"], made.groups["Fees"], made.people[TOM].id
    async with client(made, "anna") as anna, client(made, TOM) as tom:
        cursor = tom.cursor
        first = await anna.sent(fees, "It costs nothing.")
        early = (await anna.sent(loan, "A draft"))["event_id"]
        async with client(made, EWA) as ewa:
            said = (await ewa.sent(loan, "ibis one"))["event_id"]
            complaint = {"t": "complaint", "conv": fees}
            filed = await ewa.command(**complaint, op="file", category="other", text="ibis two")
        answer = {"op": "answer", "complaint": filed["event_id"], "text": "ibis three"}
        for frame in (
            {**complaint, **answer},
            {"t": "members", "conv": loan, "op": "remove", "person": made.people[EWA].id},
            {"t": "members", "conv": loan, "op": "add", "person": tom_id},
            {"t": "members", "conv": fees, "op": "add", "person": tom_id, "since": first["at"]},
            {"t": "react", "conv": loan, "target": said, "emoji": "🦉"},
            {"t": "edit", "conv": loan, "target": early, "text": "Another ibis"},
            {"t": "remove", "conv": loan, "target": early},
        ):
            assert (await anna.command(**frame))["t"] == "ack", frame
        last = await anna.sent(loan, "As was said", reply_to=said)
        await tom.event(last["event_id"])
        async with client(made, TOM, wait=False, cursor=cursor) as second:
            await second.event(last["event_id"])
    return await asyncio.to_thread(_read, made, early, tom.events, second.events)


def _read(made: Installation, early: str, live: list[Frame], replayed: list[Frame]) -> Bank:
    with signed_in(made, TOM) as browser:

        def get(path: str) -> Any:
            answer = browser.get(f"/api/v1/{path}", extensions=SNI)
            assert answer.status_code == 200, answer.text
            return answer

        browser.post("/api/v1/copy", json={"language": "en"}, extensions=SNI)
        until = time.monotonic() + PATIENCE
        while get("copy").json()["state"] != "ready":
            assert time.monotonic() < until
            time.sleep(0.1)
        path = made.data.parent / "copy.zip"
        path.write_bytes(get("copy.zip").content)
        lines = bytes(read_files(path, FILES)[RECORDS]).splitlines()
        listed = get("bootstrap").json()["conversations"]

        def of(conv: str) -> Told:
            return Told(
                live=[each for each in live if each["conv"] == conv],
                replayed=[each for each in replayed if each["conv"] == conv],
                page=get(f"conversations/{conv}/timeline").json()["events"],
                entry=[each for each in listed if each["id"] == conv],
                copy=[line for line in map(json.loads, lines) if line["leaf"]["stream"] == conv],
            )

        return Bank(of(made.groups["Loan"]), of(made.groups["Fees"]), made.people[EWA].id, early)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    made = installed(tmp_path_factory.mktemp("bank"))
    with running(made):
        return asyncio.run(story(made))


def test_who_was_gone_before_they_came_is_named_by_no_way(bank: Bank) -> None:
    assert bank.loan.leaks(bank.ewa, "ewa", "ibis", "🦉") == set()
    assert bank.loan.leaks("As was said") == {"live", "replayed", "page", "entry", "copy"}


def test_what_is_hidden_leaves_no_gap_in_what_comes_live(bank: Bank) -> None:
    numbers = [each["conv_seq"] for each in bank.loan.live]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    changes = {"reaction.changed", "message.edited", "message.removed"}
    assert changes <= {each["type"] for each in bank.loan.live}
    assert changes <= {each["type"] for each in bank.loan.replayed}
    assert bank.loan.leaks(bank.early) == {"copy"}  # there it counts what is left out


def test_a_complaint_of_before_reaches_them_by_no_way(bank: Bank) -> None:
    assert bank.fees.leaks("ibis", "reference") == set()
    assert bank.fees.leaks("It costs nothing.") == {"replayed", "page", "copy"}


@pytest.mark.parametrize(
    ("defect", "ways"),
    [("unseen", {"live", "replayed", "page"}), ("one_client", {"replayed", "page", "entry"})],
)
def test_control_a_check_that_is_left_out_is_found(
    tmp_path: Path, defect: str, ways: set[str]
) -> None:
    made = installed(tmp_path)
    with running(made, defects=defect):
        bank = asyncio.run(story(made))
    found = bank.loan if defect == "unseen" else bank.fees
    assert found.leaks("ibis", "reference", "🦉") >= ways
