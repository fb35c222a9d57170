"""A directory gets each record once, in files that are whole, whatever happens in between."""

import asyncio
import os
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from onrecord_archive.contract import Delivery, Listed, Misconfigured, Retry
from onrecord_archive.sinks.directory import Directory, open_directory
from onrecord_archive.sinks.directory_files import DirectoryFiles
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.share import Written, read_share, records
from tests.rig.patience import SECONDS as PATIENCE
from tests.unit.archive.building import Workshop, full_disk


class Share:
    """A directory on a share, and the hook that writes it."""

    def __init__(self, folder: Path, window: int = 500) -> None:
        self.folder = folder
        self._window = window
        folder.mkdir()
        self.hook = Directory(folder, window)

    def take(self, batch: Sequence[Delivery]) -> list[int]:
        return [receipt.archive_index for receipt in asyncio.run(self.hook.deliver(batch))]

    def listed(self, end: int) -> list[Listed]:
        return asyncio.run(self.hook.inventory(0, end))

    def restart(self) -> None:
        self.hook.abandon()
        self.hook = Directory(self.folder, self._window)

    def read(self) -> list[Written]:
        return read_share(self.folder)

    def files(self) -> dict[str, bytes]:
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in paths}


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Share]:
    made = Share(tmp_path / "share")
    yield made
    made.hook.abandon()


@pytest.fixture
def batch() -> list[Delivery]:
    log = SampleLog()
    log.grow(30)
    return [entry for entry in log.deliveries() if entry.kind == "record"]


def identities(lines: Sequence[Written]) -> list[tuple[int, bytes, bytes]]:
    return sorted((line.held.archive_index, line.held.leaf, line.held.body) for line in lines)


def given(entries: Sequence[Delivery]) -> list[tuple[int, bytes, bytes]]:
    return [(entry.archive_index, entry.leaf, entry.body) for entry in entries]


def test_a_window_is_one_file_and_the_newest_checkpoint_lies_beside_it(
    share: Share, batch: list[Delivery]
) -> None:
    share.take(batch[:20])
    share.take(batch[20:])
    lines = share.read()
    assert given(batch) == identities(lines)
    assert len({line.file for line in lines}) == 2
    assert (share.folder / "checkpoint").read_bytes() == batch[-1].checkpoint
    assert not list((share.folder / "tmp").iterdir())


def test_files_lie_ten_thousand_entries_to_a_directory(share: Share, batch: list[Delivery]) -> None:
    share.take([replace(entry, archive_index=9_985 + n) for n, entry in enumerate(batch[:30])])
    names = sorted(name for name in share.files() if name.startswith("records"))
    assert names == [
        "records/00000000/000000009985-000000009999.jsonl",
        "records/00000001/000000010000-000000010014.jsonl",
    ]


def test_plaintext_is_a_part_of_the_line_where_it_came(share: Share) -> None:
    log = SampleLog()
    log.grow(4)
    entries = [entry for entry in log.deliveries() if entry.kind == "record"]
    share.take([replace(e, plaintext=log.plains[e.archive_index]) for e in entries[:2]])
    share.take(entries[2:])
    lines = share.read()
    assert [line.plaintext is None for line in lines] == [False, False, True, True]
    for line, entry in zip(lines[:2], entries, strict=False):
        assert line.plaintext is not None
        parts = {name: value.encode() for name, value in line.plaintext.items()}
        salt_s, salt_k = (bytes.fromhex(line.plaintext[name]) for name in ("salt_s", "salt_k"))
        inner = [sha256(salt_s + parts["shown"]), sha256(salt_k + parts["kept"])]
        pt = sha256(b"onrecord/pt/v1\x00" + b"".join(each.digest() for each in inner)).hexdigest()
        assert f'"pt":"{pt}"'.encode() in entry.leaf


def test_stored_files_lie_beside_the_records_that_name_them(share: Share, tmp_path: Path) -> None:
    workshop = Workshop(tmp_path)
    workshop.write(3)
    stored = workshop.store_file(b"An offer " * 20_000)
    workshop.log.integrate(workshop.log.size)
    entries = records(workshop)
    share.take(entries)
    share.take(entries)
    sealed = b"".join(workshop.reader().blob(stored.blob.ct))
    assert [line.blob for line in share.read()] == [None, None, None, sealed]
    workshop.close()


def test_what_is_made_may_be_read_by_whom_the_directory_says(
    share: Share, batch: list[Delivery]
) -> None:
    share.folder.chmod(0o2750)
    before = os.umask(0o077)
    try:
        share.take(batch)
    finally:
        os.umask(before)
    modes = {path: path.stat().st_mode & 0o7777 for path in share.folder.rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o2750}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o440}


def play(share: Share, batch: Sequence[Delivery], seed: int) -> None:
    """Hand the entries over as a server does that is killed, goes back and cuts anew each time."""
    chance, cursor = random.Random(seed), 0
    while cursor < len(batch):
        end = cursor + chance.randrange(1, 12)
        hidden = chance.random() < 0.2
        window = [e for e in batch[cursor:end] if not (hidden and e.archive_index % 3)]
        assert share.take(window) == [entry.archive_index for entry in window]
        cursor = cursor if hidden else min(end, len(batch))
        if chance.random() < 0.4:
            share.hook.abandon()
            (share.folder / "tmp" / f"records_torn-{chance.randrange(9)}.tmp").write_bytes(b'{"v":')
            if chance.random() < 0.5:
                lose_the_newest(share)
            share.restart()
            cursor = max(0, cursor - chance.randrange(20))
    share.take(batch)


def lose_the_newest(share: Share) -> None:
    """Take back the last name, which a power cut can as long as no receipt was given for it."""
    files = [path for path in (share.folder / "records").rglob("*") if path.is_file()]
    max(files, key=lambda path: path.stat().st_mtime_ns).unlink()


@pytest.mark.parametrize("seed", range(12))
def test_each_record_is_there_once_whatever_is_killed_or_comes_again(
    share: Share, batch: list[Delivery], seed: int
) -> None:
    play(share, batch, seed)
    assert identities(share.read()) == given(batch)


def test_the_check_sees_a_directory_that_takes_what_it_has(
    share: Share, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DirectoryFiles, "_without_held", lambda self, entries: entries)
    play(share, batch, 1)
    assert identities(share.read()) != given(batch)


@pytest.mark.parametrize("change", ["body", "leaf", "cut", "other", "more", "version", "deep"])
def test_a_file_that_was_changed_is_told_and_not_taken_for_the_record(
    share: Share, batch: list[Delivery], change: str
) -> None:
    share.take(batch)
    whole = share.listed(batch[-1].archive_index + 1)
    share.restart()
    (name,) = [name for name in share.files() if name.startswith("records")]
    file = share.folder / name
    data = file.read_bytes()
    changed = {
        "body": data.replace(b'"body":"', b'"body":"AAAA', 1),
        "leaf": data.replace(b"default", b"changed", 1),
        "cut": data[:-100],
        "other": b"Not a record\n",
        "more": data.replace(b',"v":1}', b',"v":1,"words":"forged"}', 1),
        "version": data.replace(b'"v":1}', b'"v":2}', 1),
        "deep": data.replace(b'"v":1}', b'"v":1,"z":' + b"[" * 200_000 + b"]" * 200_000 + b"}", 1),
    }
    file.chmod(0o600)
    file.write_bytes(changed[change])
    assert share.listed(batch[-1].archive_index + 1) != whole
    with pytest.raises(Misconfigured, match=file.name):
        share.take(batch)
    file.unlink()
    share.restart()
    share.take(batch)
    assert identities(share.read()) == given(batch)


@pytest.mark.parametrize("change", ["gone", "changed", "longer"])
def test_a_stored_file_that_is_gone_or_changed_is_told_and_comes_again(
    share: Share, tmp_path: Path, change: str
) -> None:
    workshop = Workshop(tmp_path)
    stored = workshop.store_file(b"An offer " * 2_000)
    workshop.log.integrate(workshop.log.size)
    entries = records(workshop)
    share.take(entries)
    whole = share.listed(workshop.log.size)
    assert whole[0].blob == bytes.fromhex(stored.blob.ct)
    blob = share.folder / "blobs" / stored.blob.ct[:2] / stored.blob.ct
    blob.chmod(0o600)
    if change == "gone":
        blob.unlink()
    else:
        there = blob.read_bytes()
        other = bytes([there[0] ^ 1])
        blob.write_bytes(other + there[change == "changed" :])
    assert share.listed(workshop.log.size) != whole
    share.take(entries)
    assert share.listed(workshop.log.size) == whole
    workshop.close()


def in_its_place(make: Callable[[Path], None]) -> Callable[[Path], None]:
    """Something else under the name of a file."""

    def change(file: Path) -> None:
        file.unlink()
        make(file)

    return change


def plain_batch() -> list[Delivery]:
    log = SampleLog()
    log.grow(12)
    entries = [entry for entry in log.deliveries() if entry.kind == "record"]
    return [replace(entry, plaintext=log.plains[entry.archive_index]) for entry in entries]


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.write_bytes(file.read_bytes().replace(b"Message 3", b"Message 4")),
        lambda file: file.write_bytes(file.read_bytes().replace(b'"v":1', b'"v": 1', 1)),
        lambda file: file.write_bytes(file.read_bytes() + b"{}\n"),
        lambda file: file.write_bytes(file.read_bytes() + file.read_bytes().splitlines()[-1]),
        lambda file: file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[::-1])),
        lambda file: file.write_bytes(b"\xff" + file.read_bytes()),
        lambda file: file.write_bytes(b""),
        lambda file: os.truncate(file, 2**40),
        in_its_place(os.mkfifo),
        in_its_place(Path.mkdir),
        in_its_place(lambda file: file.symlink_to(file)),
        in_its_place(lambda file: file.symlink_to("/dev/zero")),
    ],
    ids="plaintext spelling more twice order bytes empty huge fifo folder loop link".split(),
)
def test_what_is_no_file_of_the_hooks_any_more_is_listed_as_another(
    share: Share, change: Callable[[Path], object]
) -> None:
    batch = plain_batch()
    share.take(batch[:5])
    share.take(batch[5:])
    end = batch[-1].archive_index + 1
    whole = share.listed(end)
    assert [each.archive_index for each in whole] == [e.archive_index for e in batch]
    file = min((share.folder / "records").rglob("*.jsonl"))
    file.chmod(0o600)
    change(file)
    left = share.listed(end)
    assert not set(left) & set(whole[:5])
    assert left[0].archive_index == batch[0].archive_index
    assert left[1:] == whole[5:]


def test_one_share_that_hangs_holds_no_other_part(share: Share, batch: list[Delivery]) -> None:
    """Neither another hook nor what else the process does in threads."""
    held, go_on = threading.Event(), threading.Event()

    def hang(_: DirectoryFiles) -> None:
        held.set()
        go_on.wait(PATIENCE)

    async def scene() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(share.hook._files.use(hang))
            await asyncio.to_thread(held.wait, PATIENCE)
            for _ in range(40):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.001):
                        await share.hook.ping()
            other = Directory(share.folder.parent)
            await other.ping()
            assert await asyncio.to_thread(lambda: 1) == 1
            go_on.set()
        await other.close()
        await share.hook.deliver(batch)

    asyncio.run(scene())
    assert identities(share.read()) == given(batch)


def test_the_checkpoint_is_there_before_what_it_covers(
    share: Share, batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DirectoryFiles, "_write", lambda self, entries: os._exit(9))
    child = os.fork()
    if child == 0:
        share.take(batch)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert (share.folder / "checkpoint").read_bytes() == batch[-1].checkpoint
    assert share.read() == []


def test_a_directory_that_was_left_without_its_mode_gets_it(
    share: Share, batch: list[Delivery]
) -> None:
    share.folder.chmod(0o2750)
    (share.folder / "records" / "00000000").mkdir(parents=True, mode=0o700)
    share.take(batch)
    modes = {p.stat().st_mode & 0o7777 for p in share.folder.rglob("*") if p.is_dir()}
    assert modes == {0o2750}


def test_a_checkpoint_that_was_changed_is_told(share: Share, batch: list[Delivery]) -> None:
    share.take(batch)
    share.restart()
    (share.folder / "checkpoint").chmod(0o600)
    (share.folder / "checkpoint").write_bytes(b"size 7\n")
    with pytest.raises(Misconfigured, match="checkpoint"):
        share.take(batch)


def test_an_older_checkpoint_does_not_replace_a_newer_one(share: Share) -> None:
    log = SampleLog()
    log.grow(10)
    early = [entry for entry in log.deliveries(0, 5) if entry.kind == "record"]
    late = [entry for entry in log.deliveries() if entry.kind == "record"]
    share.take(late)
    share.restart()
    share.take(early)
    assert (share.folder / "checkpoint").read_bytes() == late[0].checkpoint


def test_a_body_or_a_file_that_is_not_the_leaf_s_is_not_written(
    share: Share, batch: list[Delivery]
) -> None:
    with pytest.raises(Misconfigured, match="is not the leaf's"):
        share.take([*batch[:3], replace(batch[3], body=b"another")])
    assert not any(name.startswith("records") for name in share.files())


def test_a_full_disk_is_a_retry_and_leaves_nothing_behind(
    share: Share, batch: list[Delivery]
) -> None:
    share.take(batch[:5])
    before = share.files()
    with full_disk(1000), pytest.raises(Retry, match="File too large"):
        share.take(batch)
    assert share.files() == before
    share.take(batch)
    assert identities(share.read()) == given(batch)


def test_a_directory_that_was_exchanged_under_the_hook_is_opened_anew(
    share: Share, batch: list[Delivery]
) -> None:
    share.take(batch[:5])
    share.folder.rename(share.folder.with_name("unmounted"))
    share.folder.mkdir()
    with pytest.raises(Retry, match="another directory"):
        share.take(batch[5:])
    share.take(batch)
    assert identities(share.read()) == given(batch)


def test_a_directory_is_written_by_one_process(share: Share, batch: list[Delivery]) -> None:
    share.take(batch)
    second = Directory(share.folder)
    with pytest.raises(Misconfigured, match="InUse"):
        asyncio.run(second.deliver(batch))
    share.hook.abandon()
    asyncio.run(second.deliver(batch))
    second.abandon()


def test_the_place_where_a_volume_is_mounted_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/proc")
    for path in (Path("/proc"), tmp_path / "link"):
        with pytest.raises(Misconfigured, match="name a directory on it"):
            asyncio.run(Directory(path).ping())


def test_a_ping_tells_of_a_disk_that_is_full(share: Share) -> None:
    asyncio.run(share.hook.ping())
    with full_disk(1000), pytest.raises(Retry):
        asyncio.run(share.hook.ping())
    assert not share.files()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "path is missing"),
        ({"path": "/srv", "window": "0"}, "window must lie between"),
        ({"path": "/srv", "window": "many"}, "window is no number"),
        ({"path": "/srv", "widow": "3"}, "unknown options: widow"),
    ],
)
def test_options_that_are_none_are_refused(options: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        open_directory(options)
