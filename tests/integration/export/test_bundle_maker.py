"""A bundle is made from the database's rows and the archive's leaves; they must agree."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.app.house import CONSOLE
from onrecord.app.root import Root
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Origin
from onrecord.features.compliance.access import EXPORTED, AccessLog
from onrecord.features.compliance.cases import Casework
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.spans import numbers_of
from onrecord.features.compliance.transcript_bodies import Span
from onrecord.features.compliance.values import Officer, StoredRecord
from onrecord.features.export.bundles import BundleMaker, Order
from onrecord.observability.points import NoPoints
from onrecord_archive.events.ids import StreamId
from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.format.errors import Corrupt
from onrecord_archive.proof_package.bundle import Range, Slice
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from tests.rig.installation import Installation, at_root, create_conversation, install


class ForgingStore(ComplianceStore):
    """Answers with another text than the record's in one place."""

    def records(self, stream: StreamId, first: int, last: int) -> list[StoredRecord]:
        """Change the title."""
        found = super().records(stream, first, last)
        return [_forged(record) if record.stream == stream else record for record in found]


def _forged(record: StoredRecord) -> StoredRecord:
    plain = record.plain
    if plain is None or b"Desk" not in plain.shown:
        return record
    shown = plain.shown.replace(b"Desk", b"Dusk")
    return StoredRecord(
        record.archive_index,
        record.stream,
        record.conv_seq,
        record.event_id,
        record.type,
        record.at,
        record.actor,
        record.msg_no,
        replace(plain, shown=shown),
    )


@pytest.fixture
def bank(tmp_path: Path) -> Installation:
    return install(tmp_path, ["anna", "marek", "ewa@compliance"])


async def ordered(root: Root, bank: Installation) -> Order:
    """Record a case and an export of a conversation in it."""
    stream = await create_conversation(root.recording, bank, ["anna", "marek"], "Desk")
    store, access = root[ComplianceStore], root[AccessLog]
    ewa = Officer(bank.people["ewa@compliance"].actor, Origin("password"), SessionId("s"))
    await root[Casework].open(ewa, "C-1", "Why.")
    numbers = numbers_of(store, Span(stream))
    slice_ = Slice("C-1", "en", Range(stream, numbers.first, numbers.last))
    facts: dict[str, str | int | bool | tuple[str, ...]] = {"slice": slice_.sha256()}
    answer = await access.record(ewa, "C-1", EXPORTED, facts)
    return Order("C-1", answer.conv_seq, slice_, numbers)


def test_a_row_that_is_not_what_the_leaf_says_is_never_exported(
    bank: Installation, tmp_path: Path
) -> None:
    policy = parse_policy(bank.settings.paths.policy.read_text(encoding="utf-8"))
    archive, folder = bank.settings.archive.directory, tmp_path / "exports"

    async def run() -> None:
        async with at_root(bank, CONSOLE) as root:
            order = await ordered(root, bank)
            forging = BundleMaker(
                ForgingStore(root.recording.database), archive, policy, NoPoints()
            )
            with pytest.raises(Corrupt) as found:
                await asyncio.to_thread(forging.make, order, folder / "x.zip", lambda _: None)
            assert found.value.index is not None
            assert list(folder.iterdir()) == []
            honest = root[BundleMaker]  # control
            await asyncio.to_thread(honest.make, order, folder / "y.zip", lambda _: None)

    asyncio.run(run())
    assert verify_bundle(folder / "y.zip", policy).records == 1
