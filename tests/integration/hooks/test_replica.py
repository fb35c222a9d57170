"""A copy has the archive's bytes, whatever happens to either, and never signs for another root."""

import asyncio
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from onrecord_archive.contract import (
    Delivery,
    Listed,
    Misconfigured,
    ReplayFrom,
    Retry,
    listing,
)
from onrecord_archive.format.note import Algorithm
from onrecord_archive.format.signer import Signer
from onrecord_archive.sinks.replica.hook import Replica, open_replica
from onrecord_archive.testing.log import SampleLog
from onrecord_archive.verify.archive import verify_archive
from tests.integration.hooks.share import windows
from tests.rig.pages import lose_pages
from tests.rig.second_opinion import of_archive
from tests.unit.archive.building import Workshop, full_disk


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    built = Workshop(tmp_path, tail_size=60_000)
    yield built
    built.close()


class Copy:
    """A copy of a workshop's archive and the hook that writes it."""

    def __init__(self, workshop: Workshop, folder: Path) -> None:
        self.workshop = workshop
        self.folder = folder
        folder.mkdir()
        self.size = 0
        self.hook = Replica(folder, workshop.policy)

    def follow(self, *, step: int = 256) -> None:
        """Hand over what is under the newest checkpoint, as OnRecord does."""
        self.workshop.log.integrate(self.workshop.log.size)
        for batch in windows(self.workshop, self.size, step):
            receipts = asyncio.run(self.hook.deliver(batch))
            self.size = receipts[-1].archive_index + 1

    def restart(self) -> None:
        self.hook.abandon()
        self.hook = Replica(self.folder, self.workshop.policy)

    def files(self, *names: str) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for name in names
            for path in sorted((self.folder / name).rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def copy(workshop: Workshop, tmp_path: Path) -> Iterator[Copy]:
    made = Copy(workshop, tmp_path / "second")
    yield made
    made.hook.abandon()


def equal_to_the_first(copy: Copy) -> None:
    """The same tiles, bundles, files and tails (up to what a crash of the first left there)."""
    root = copy.workshop.directory
    for name, data in copy.files("tile", "blobs").items():
        assert (root / name).read_bytes() == data, name
    tails = copy.files("tails")
    assert sorted(tails) == [f"tails/{path.name}" for path in copy.workshop.tails()]
    for name, data in tails.items():
        assert (root / name).read_bytes().startswith(data), name
    assert (copy.folder / "checkpoint").read_bytes() == (root / "checkpoint").read_bytes()
    assert not list((copy.folder / "tmp").iterdir())
    verify_archive(copy.folder, copy.workshop.policy)


def test_a_copy_of_days_restarts_rotations_and_files_has_the_same_bytes(copy: Copy) -> None:
    workshop = copy.workshop
    for round_ in range(6):
        workshop.write(90)
        workshop.store_file(b"An offer " * 20_000 if round_ % 2 else b"")
        copy.follow()
        if round_ % 3 == 1:
            workshop.restart()
            copy.follow()
        equal_to_the_first(copy)
    assert len(workshop.tails()) > 5


def test_a_witness_s_signature_is_copied_and_the_history_is_the_log_s_own(copy: Copy) -> None:
    workshop = copy.workshop
    for _ in range(2):
        workshop.write(5)
        head = workshop.log.integrate(workshop.log.size)
        assert head is not None
        witness = Signer("witness.example/w", Algorithm.ML_DSA_44, bytes(32)).sign(head, 1)
        path = workshop.directory / "checkpoint"
        signed = witness.encode().encode() + b"\n"
        path.chmod(0o600)
        path.write_bytes(path.read_bytes().replace(b"\n\n", b"\n\n" + signed))
        copy.follow()
        assert (copy.folder / "checkpoint").read_bytes() == path.read_bytes()
    history = (copy.folder / "checkpoints").read_bytes()
    assert history == (workshop.directory / "checkpoints").read_bytes()
    given = workshop.policy.open((copy.folder / "checkpoint").read_bytes())
    assert of_archive(copy.folder, workshop.policy, given=given).status == 0
    (copy.folder / "checkpoints").write_bytes(history[:-900])
    assert of_archive(copy.folder, workshop.policy, replica=True).status == 0
    copy.restart()
    workshop.write(1)
    copy.follow()
    assert (copy.folder / "checkpoints").read_bytes().startswith(history)


def test_the_copy_opens_with_the_opening_key(copy: Copy) -> None:
    copy.workshop.write(20)
    copy.follow()
    opening = copy.workshop.opening()
    verify_archive(copy.folder, copy.workshop.policy, opening=opening)
    opening.close()


@pytest.mark.parametrize("seed", range(8))
def test_a_copy_that_dies_anywhere_goes_on_to_the_same_bytes(copy: Copy, seed: int) -> None:
    chance = random.Random(seed)
    workshop = copy.workshop
    for _ in range(12):
        workshop.write(chance.randrange(1, 60))
        if chance.random() < 0.3:
            workshop.restart()
        copy.follow(step=chance.choice((7, 64, 256)))
        if chance.random() < 0.7:
            copy.hook.abandon()
            leave_a_torn_frame(copy, chance)
            copy.restart()
            copy.size -= chance.randrange(1, min(copy.size, 40))
    copy.follow()
    equal_to_the_first(copy)


def leave_a_torn_frame(copy: Copy, chance: random.Random) -> None:
    """Leave behind what a power cut can: a part of the frame that was being written."""
    newest = max((copy.folder / "tails").iterdir())
    frame = b"ORF1" + chance.randbytes(200)
    with newest.open("ab") as file:
        file.write(frame[: chance.randrange(1, len(frame))])


@pytest.mark.parametrize("seed", range(4))
def test_a_copy_whose_pages_reached_its_disk_out_of_order_gets_what_it_lacks(
    copy: Copy, seed: int
) -> None:
    """Above its own checkpoint everything comes again from the first archive, as it is there."""
    workshop = copy.workshop
    workshop.write(10)
    copy.follow()
    newest = max((copy.folder / "tails").iterdir())
    synced = newest.stat().st_size
    workshop.write(40)
    workshop.log.integrate(workshop.log.size)
    first = next(windows(workshop, copy.size, 30))
    asyncio.run(copy.hook.deliver(first))
    copy.hook.abandon()
    assert newest == max((copy.folder / "tails").iterdir())
    assert lose_pages(newest, synced, random.Random(seed))
    copy.restart()
    after = next(windows(workshop, first[-1].archive_index + 1, 30))
    with pytest.raises(ReplayFrom) as caught:
        asyncio.run(copy.hook.deliver(after))
    assert copy.size <= caught.value.archive_index <= first[-1].archive_index
    copy.size = caught.value.archive_index
    copy.follow()
    equal_to_the_first(copy)


def test_a_copy_that_was_set_back_asks_for_what_it_lacks(copy: Copy, tmp_path: Path) -> None:
    copy.workshop.write(30)
    copy.follow()
    copy.hook.abandon()
    fresh = Copy(copy.workshop, tmp_path / "third")
    copy.workshop.write(30)
    copy.workshop.log.integrate(copy.workshop.log.size)
    (batch,) = list(windows(copy.workshop, copy.size, 1000))
    with pytest.raises(ReplayFrom) as caught:
        asyncio.run(fresh.hook.deliver(batch))
    assert caught.value.archive_index == 0
    fresh.follow()
    fresh.hook.abandon()
    equal_to_the_first(fresh)


def refused(copy: Copy, change: Callable[[Delivery], Delivery]) -> Misconfigured:
    """Change the last entry of a batch, see it refused, and see that nothing was kept of it."""
    copy.workshop.write(10)
    copy.follow()
    before = copy.files(".")
    copy.workshop.write(10)
    copy.workshop.log.integrate(copy.workshop.log.size)
    (batch,) = list(windows(copy.workshop, copy.size, 1000))
    with pytest.raises(Misconfigured) as caught:
        asyncio.run(copy.hook.deliver([*batch[:-1], change(batch[-1])]))
    assert copy.files(".") == before
    copy.follow()
    return caught.value


def test_another_leaf_leads_to_another_root_and_is_not_written(copy: Copy) -> None:
    error = refused(copy, lambda e: replace(e, leaf=e.leaf.replace(b'"at":"2', b'"at":"3')))
    assert "do not give the signed root" in str(error)


def test_another_body_is_not_written(copy: Copy) -> None:
    error = refused(copy, lambda e: replace(e, body=e.body[:-1] + b"x"))
    assert "is not the leaf's" in str(error)


def test_another_signature_is_not_accepted(copy: Copy) -> None:
    error = refused(copy, lambda e: replace(e, checkpoint=SampleLog().checkpoint()))
    assert "NotVerified" in str(error)


def test_an_entry_that_differs_from_the_copy_s_own_is_not_taken_as_done(copy: Copy) -> None:
    copy.workshop.write(300)
    copy.follow()
    (batch,) = list(windows(copy.workshop, 0, 1000))
    for index in (5, len(batch) - 1):
        other = replace(batch[index], leaf=batch[index].leaf.replace(b"default", b"changed") + b" ")
        with pytest.raises(Misconfigured, match=f"entry {index} is not the one"):
            asyncio.run(copy.hook.deliver([other]))


def test_a_full_disk_is_a_retry_and_the_copy_goes_on_afterwards(copy: Copy) -> None:
    copy.workshop.write(40)
    copy.follow()
    copy.workshop.write(200)
    copy.workshop.log.integrate(copy.workshop.log.size)
    newest = max((copy.folder / "tails").iterdir())
    with full_disk(newest.stat().st_size + 100), pytest.raises(Retry):
        copy.follow()
    copy.follow()
    equal_to_the_first(copy)


def listed(copy: Copy) -> list[Listed]:
    return asyncio.run(copy.hook.inventory(0, copy.size))


def test_what_a_copy_of_restarts_and_rotations_has_is_listed(copy: Copy) -> None:
    workshop = copy.workshop
    for _ in range(4):
        workshop.write(120)
        workshop.store_file(b"An offer " * 2_000)
        copy.follow()
        workshop.restart()
    copy.follow()
    (entries,) = windows(workshop, 0, 2**53)
    assert listed(copy) == [
        listing(e.archive_index, e.leaf, e.body, e.blob and sha256(e.blob).digest())
        for e in entries
    ]
    assert len(workshop.tails()) > 4


def test_a_copy_that_is_cut_or_littered_while_it_is_read_says_what_is_whole(copy: Copy) -> None:
    copy.workshop.write(60)
    copy.follow()
    whole = listed(copy)
    (copy.folder / "tails" / ".nfs0001").write_bytes(b"left by a share")
    assert listed(copy) == whole
    longest = max((copy.folder / "tails").iterdir(), key=lambda path: path.stat().st_size)
    longest.chmod(0o600)
    os.truncate(longest, longest.stat().st_size // 2)
    left = listed(copy)
    assert left == [each for each in whole if each in left]
    assert 10 < len(left) < len(whole) - 10


def test_a_stored_file_that_is_gone_is_told_and_comes_again(copy: Copy) -> None:
    stored = copy.workshop.store_file(b"An offer " * 2_000)
    copy.follow()
    whole = listed(copy)
    (copy.folder / "blobs" / stored.blob.ct[:2] / stored.blob.ct).unlink()
    assert listed(copy) != whole
    for batch in windows(copy.workshop, 0, 100):
        asyncio.run(copy.hook.deliver(batch))
    assert listed(copy) == whole


def test_a_damaged_copy_is_not_continued(copy: Copy) -> None:
    copy.workshop.write(40)
    copy.follow()
    copy.hook.abandon()
    newest = max((copy.folder / "tails").iterdir())
    newest.chmod(0o600)
    data = bytearray(newest.read_bytes())
    data[len(data) // 2] ^= 1
    newest.write_bytes(data)
    copy.workshop.write(1)
    with pytest.raises(Misconfigured, match="Corrupt"):
        copy.follow()


def test_a_copy_is_written_by_one_process(copy: Copy) -> None:
    copy.workshop.write(1)
    copy.follow()
    second = Replica(copy.folder, copy.workshop.policy)
    with pytest.raises(Misconfigured, match="InUse"):
        asyncio.run(second.ping())


def test_a_directory_that_is_not_there_is_waited_for_and_never_made(
    copy: Copy, tmp_path: Path
) -> None:
    away = Replica(tmp_path / "not mounted", copy.workshop.policy)
    with pytest.raises(Retry):
        asyncio.run(away.ping())
    assert not (tmp_path / "not mounted").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"path": ""}, "the option path is missing"),
        ({"policy_file": "/nowhere"}, "cannot be read"),
        ({"pathh": "x"}, "unknown options: pathh"),
    ],
)
def test_options_are_strict(
    workshop: Workshop, tmp_path: Path, change: dict[str, str], says: str
) -> None:
    policy = tmp_path / "policy"
    policy.write_text(workshop.policy.encode())
    options = {"path": str(tmp_path), "policy_file": str(policy)}
    with pytest.raises(Misconfigured, match=says):
        open_replica({**options, **change})
    policy.write_text("nonsense")
    with pytest.raises(Misconfigured, match="the policy in"):
        open_replica(options)
