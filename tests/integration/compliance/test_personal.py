"""What somebody noted for themself: compliance opens it like a conversation, auditors do not."""

import asyncio

import pytest

from tests.integration.compliance.conftest import Talk
from tests.integration.compliance.office import WHY, Desk, at_console
from tests.integration.export.test_export import Exports, exports  # noqa: F401  # a fixture of these tests too
from tests.rig.client import client
from tests.rig.installation import Installation


@pytest.fixture(scope="module")
def stream(bank: Installation, talk: Talk) -> str:
    """Marek's own, in which he has pinned the group, muted it, and starred a message."""

    async def note() -> str:
        async with client(bank, "marek") as marek:
            frames: tuple[dict[str, str], ...] = (
                {"t": "mark", "mark": "pinned"},
                {"t": "mark", "mark": "muted", "until": "2099-01-01T00:00:00.000000Z"},
                {"t": "star", "target": talk.said["kept"]["event_id"]},
            )
            answers = [await marek.command(conv=talk.conv, **frame) for frame in frames]
            hours = {"zone": "Europe/Warsaw", "starts": "22:00", "ends": "07:00"}
            own = bank.people["marek"].id
            answers.append(await marek.command(t="quiet_hours", conv=own, **hours))
            assert {answer["t"] for answer in answers} == {"ack"}, answers
            return str(answers[-1]["conv"])

    return asyncio.run(note())


def test_compliance_picks_it_and_reads_all_of_it(
    ewa: Desk, case: str, bank: Installation, talk: Talk, stream: str
) -> None:
    marek = bank.people["marek"].id
    assert stream == f"personal:{marek}"
    found = ewa.get(f"conversations?person={marek}")["conversations"]
    chosen = found[-1]
    assert (chosen["id"], chosen["kind"], chosen["members"]) == (stream, "personal", [marek])
    opened = ewa.post(f"{case}/ranges", reason=WHY, conversation=stream)
    assert (opened["kind"], opened["count"]) == ("personal", 4)
    rows = ewa.get(f"{case}/ranges/{opened['number']}/rows")["rows"]
    assert [(row["type"], row["conversation"], row["on"]) for row in rows[:3]] == [
        ("conversation.marked", talk.conv, True),
        ("conversation.marked", talk.conv, True),
        ("message.starred", talk.conv, True),
    ]
    assert (rows[0]["mark"], rows[1]["until"][:4]) == ("pinned", "2099")
    assert rows[2]["target"] == talk.said["kept"]["event_id"]
    assert (rows[3]["type"], rows[3]["zone"]) == ("quiet_hours.set", "Europe/Warsaw")
    page = ewa.ask("GET", f"{case}/ranges/{opened['number']}/transcript?format=html").text
    said = (
        "Pinned conversation",
        "Muted conversation",
        "Starred message",
        "Quiet hours from 22:00",
    )
    for sentence in (*said, "Marek"):
        assert sentence in page
    later = ewa.post(f"{case}/ranges", reason=WHY, conversation=stream, first=2)
    assert [one["name"] for one in later["members"]] == ["Marek"]


def test_a_bundle_of_it_is_proved_offline(
    exports: Exports,  # noqa: F811
    stream: str,
) -> None:
    export = exports.ready(span={"conversation": stream})
    report = exports.verified(export)
    assert (report.records, report.complete) == (4, f"{stream} 1-4")


def test_who_only_audits_does_not_see_it(bank: Installation, stream: str) -> None:
    with at_console(bank, "ada@auditor") as ada:
        assert stream not in str(ada.get("streams"))
        assert ada.refusal("GET", f"streams/{stream}/records") == (404, "no_such_stream")
