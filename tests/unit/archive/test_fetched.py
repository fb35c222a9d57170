"""A folder with the objects of a bucket is read like an archive, and held to what it can show."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import pytest

from onrecord_archive.__main__ import main
from onrecord_archive.contract import Delivery
from onrecord_archive.format.checkpoint import Checkpoint, parse_policy
from onrecord_archive.format.record import canonical
from onrecord_archive.format.signer import sign_checkpoint
from onrecord_archive.sinks.replica.log import ReplicaLog
from onrecord_archive.sinks.s3 import assemble as s3_assemble
from onrecord_archive.sinks.s3.folder import MOST_BYTES, NOT_SHOWN, S3Folder
from onrecord_archive.sinks.s3.objects import checkpoint_of, objects_of
from tests.integration.hooks.share import records, windows
from tests.unit.archive.building import ORIGIN, Workshop
from tests.unit.archive.test_audit import DESK, OTHER, audit, put_keys

Harm = Callable[[Path], object]
LATER = "2031-01-01T00:00:00.000000Z"


@pytest.fixture
def fetched(workshop: Workshop) -> Path:
    """What `fetch` makes of the bucket of two conversations and a file."""
    say = workshop.journal.record
    workshop.append([say(DESK, text="Buy 100 shares of Łódź"), say(OTHER, text="Nothing of note")])
    workshop.append([say(DESK, text="Buy 200 shares"), say(DESK, text="and sell them")])
    workshop.store_file(b"An offer " * 200)
    workshop.log.integrate(workshop.log.size)
    put_keys(workshop)
    return put_objects(workshop.root / "fetched", records(workshop))


@pytest.fixture
def whole(workshop: Workshop, fetched: Path) -> Path:
    """What it makes of a bucket whose hook gets the log."""
    workshop.restart(published_position=workshop.log.size)
    workshop.write(30)
    workshop.log.integrate(workshop.log.size)
    (entries,) = windows(workshop, 0, 2**53)
    return put_objects(workshop.root / "whole", entries)


def put_objects(folder: Path, delivered: Sequence[Delivery]) -> Path:
    for each in [
        *(o for e in delivered for o in objects_of(e)),
        checkpoint_of(delivered[0].checkpoint),
    ]:
        path = folder / each.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.content)
    return folder


def read(workshop: Workshop, folder: Path, verb: str, *rest: str) -> int:
    """Run a command on another folder than the archive."""
    workshop.directory = folder
    return audit(workshop, verb, *rest, epochs=(1,))


@pytest.mark.parametrize("rest", [("list",), ("search", "shares")])
def test_it_says_what_the_archive_says_and_what_it_cannot_show(
    workshop: Workshop, fetched: Path, rest: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(workshop, *rest, epochs=(1,)) == 0
    of_archive = capsys.readouterr().out
    assert read(workshop, fetched, *rest) == 0
    assert capsys.readouterr().out == f"{of_archive}{NOT_SHOWN}\n"


def test_a_transcript_of_it_is_that_of_the_archive(workshop: Workshop, fetched: Path) -> None:
    pages = [workshop.root / "archive.html", workshop.root / "fetched.html"]
    assert audit(workshop, "transcript", DESK, "-o", str(pages[0]), epochs=(1,)) == 0
    assert read(workshop, fetched, "transcript", DESK, "-o", str(pages[1])) == 0
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_a_check_reads_and_opens_every_record_and_its_file(
    workshop: Workshop, fetched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read(workshop, fetched, "check-fetched", "--json") == 0
    told, end = map(json.loads, capsys.readouterr().out.splitlines())
    assert told == {"records": 5, "files": 1}
    assert (end["lacking"], end["unopened"], end["not_shown"]) == (0, 0, NOT_SHOWN)


def first(folder: Path, part: str, number: int = 0) -> Path:
    return sorted((folder / part).iterdir())[number]


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2] + b"x\n")


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change an object and give it the name that it then has, as who can write may."""
    content = change(path.read_bytes())
    path.unlink()
    index = path.name.partition("-")[0]
    path.with_name(f"{index}-{sha256(content).hexdigest()}.json").write_bytes(content)


def other_leaf(member: str, value: object) -> Callable[[bytes], bytes]:
    def changed(content: bytes) -> bytes:
        members = json.loads(content)
        leaf = {**json.loads(members["leaf"]), member: value}
        return canonical({**members, "leaf": canonical(leaf).decode()})

    return changed


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda folder: change(first(folder, "records")), "object: it was changed"),
        (
            lambda folder: rewrite(first(folder, "records"), other_leaf("ct", "0" * 64)),
            "body: another than its leaf names",
        ),
        (
            lambda folder: rewrite(first(folder, "records"), other_leaf("pt", "0" * 64)),
            "prev: it names another record before it",
        ),
        (
            lambda folder: rewrite(first(folder, "records", 2), other_leaf("conv_seq", 1)),
            "order: its conversation was further on",
        ),
        (lambda folder: change(first(folder, "blobs")), "blob: another than its record names"),
        (lambda folder: change(first(folder, "checkpoints")), "checkpoint: it was changed"),
        (
            lambda folder: (
                first(folder, "records")
                .with_name(first(folder, "records").name.partition("-")[0] + f"-{'0' * 64}.json")
                .write_bytes(b"{}")
            ),
            "twice: two objects say what it is",
        ),
    ],
)
def test_control_what_was_changed_is_found(
    workshop: Workshop,
    fetched: Path,
    harm: Harm,
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    harm(fetched)
    assert read(workshop, fetched, "check-fetched") == 1
    assert f"Not verified: {told}" in capsys.readouterr().err


def test_control_a_record_that_is_gone_is_counted(
    workshop: Workshop, fetched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    middle = [
        path
        for path in sorted((fetched / "records").iterdir())
        if json.loads(json.loads(path.read_bytes())["leaf"])["stream"] == DESK
    ][1]
    middle.unlink()
    assert read(workshop, fetched, "list") == 3
    said = capsys.readouterr().out
    assert "1 records are not there. The first of them, by conversation and number:" in said
    assert f"{DESK}  2 to 2\n" in said


def test_records_above_the_newest_head_that_is_there_are_counted(
    workshop: Workshop, fetched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read(workshop, fetched, "check-fetched", "--json") == 0
    whole = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for path in (fetched / "checkpoints").iterdir():
        path.unlink()
    older = Checkpoint(ORIGIN, 4, bytes(32))  # a bucket has no tree
    head = checkpoint_of(sign_checkpoint(older, workshop.signers, 1_800_000_000))
    (fetched / head.name).write_bytes(head.content)
    assert read(workshop, fetched, "check-fetched", "--json") == 3
    part = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (whole[-1]["above"], part[-1]["lacking"]) == (0, 0)
    assert part[-1]["above"] == whole[0]["records"] - part[0]["records"] > 0
    assert read(workshop, fetched, "check-fetched") == 3
    assert "lie above the newest checkpoint here" in capsys.readouterr().out


def test_a_head_of_another_log_is_refused(
    workshop: Workshop, fetched: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Workshop(tmp_path_factory.mktemp("other"))
    other.write(40)
    other.log.integrate(other.log.size)
    head = checkpoint_of(other.reader().checkpoint())
    (fetched / head.name).write_bytes(head.content)
    other.close()
    assert read(workshop, fetched, "list") == 1


@pytest.mark.parametrize("verb", ["check-fetched", "verify"])
def test_each_checker_says_what_is_the_others(
    workshop: Workshop, fetched: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = workshop.directory if verb == "check-fetched" else fetched
    assert main([verb, str(folder), "--policy", str(workshop.root / "policy")]) == 2
    told = "".join(capsys.readouterr())
    assert {"check-fetched": "is an archive.", "verify": "check-fetched"}[verb] in told


def assemble(workshop: Workshop, folder: Path) -> int:
    """Make an archive of a folder; return the exit status."""
    options = ("--policy", str(workshop.root / "policy"), "-o", str(workshop.root / "made"))
    return main(["assemble", str(folder), *options])


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_size
    }


def test_a_whole_log_becomes_the_archive_that_it_was(
    workshop: Workshop, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert assemble(workshop, whole) == 0
    assert capsys.readouterr().out.endswith(
        f" entries, as they were signed: {workshop.root}/made\n"
    )
    made, was = files_of(workshop.root / "made"), files_of(workshop.directory)
    assert was.pop("checkpoints")  # every head that was ever signed: a bucket has the newest
    assert {name: made.get(name) for name in was} == was
    keys = ("--key-store", str(workshop.root / "keys.db"))
    policy = ("--policy", str(workshop.root / "policy"))
    assert main(["verify", str(workshop.root / "made"), *policy, *keys]) == 0
    assert assemble(workshop, whole) == 2
    assert "has an archive already" in capsys.readouterr().err


@pytest.mark.parametrize("windows", [1, 3, 40])
def test_one_that_was_interrupted_goes_on(
    workshop: Workshop, whole: Path, windows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    seen: list[int] = []

    class Interrupted(ReplicaLog):
        def add(self, batch: Sequence[Delivery]) -> None:
            super().add(batch)
            seen.append(self.size)
            if len(seen) == windows:
                raise Killed

    monkeypatch.setattr(s3_assemble, "_WINDOW", 1)
    monkeypatch.setattr(s3_assemble, "ReplicaLog", Interrupted)
    with pytest.raises(Killed):
        assemble(workshop, whole)
    monkeypatch.setattr(s3_assemble, "ReplicaLog", ReplicaLog)
    assert assemble(workshop, whole) == 0
    made, was = files_of(workshop.root / "made"), files_of(workshop.directory)
    assert made["checkpoint"] == was["checkpoint"]


def test_what_is_held_at_once_is_so_many_bytes(workshop: Workshop) -> None:
    for _ in range(3):
        workshop.store_file(bytes(MOST_BYTES // 2))
    put_keys(workshop)
    workshop.log.integrate(workshop.log.size)
    (entries,) = windows(workshop, 0, 2**53)
    folder = put_objects(workshop.root / "whole", entries)
    policy = parse_policy((workshop.root / "policy").read_text())
    first = S3Folder(folder, policy).deliveries(0, len(entries))
    assert 1 < len(first) < len(entries)
    assert sum(len(each.blob or b"") for each in first) < 2 * MOST_BYTES
    assert assemble(workshop, folder) == 0
    made, was = files_of(workshop.root / "made"), files_of(workshop.directory)
    assert made["checkpoint"] == was["checkpoint"]


def of_kind(folder: Path, kind: str) -> Path:
    """The last object of an entry of that kind."""
    named = f'\\"kind\\":\\"{kind}\\"'.encode()
    return [path for path in sorted((folder / "records").iterdir()) if named in path.read_bytes()][
        -1
    ]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda folder: of_kind(folder, "key").unlink(), "entry: it is not in the folder"),
        (lambda folder: of_kind(folder, "record").unlink(), "entry: it is not in the folder"),
        (
            lambda folder: rewrite(of_kind(folder, "key"), other_leaf("sha256", "0" * 64)),
            "do not give the signed root",
        ),
        (
            lambda folder: rewrite(of_kind(folder, "record"), other_leaf("at", LATER)),
            "do not give the signed root",
        ),
        (lambda folder: change(first(folder, "blobs")), "blob: another than its record names"),
    ],
)
def test_control_what_is_not_what_was_signed_becomes_no_archive(
    workshop: Workshop,
    whole: Path,
    harm: Harm,
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    harm(whole)
    assert assemble(workshop, whole) == 1
    assert told in capsys.readouterr().err
    assert not (workshop.root / "made" / "checkpoint").exists()


def test_a_head_that_is_ahead_of_its_entries_gives_way_to_one_before_it(
    workshop: Workshop, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hook stores a head before what it signs: so a bucket is while records come."""
    (earlier,) = windows(workshop, 0, 2**53)
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    (entries,) = windows(workshop, 0, 2**53)
    put_objects(whole, entries)
    of_kind(whole, "record").unlink()
    assert assemble(workshop, whole) == 3
    told = capsys.readouterr().out
    assert f"{len(earlier)} entries, as they were signed" in told
    assert f"{len(entries) - len(earlier)} more entries are signed by a newer" in told
    policy = ("--policy", str(workshop.root / "policy"))
    assert main(["verify", str(workshop.root / "made"), *policy]) == 0


def test_what_lies_above_every_head_is_counted(
    workshop: Workshop, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = workshop.log.size
    workshop.write(5)
    workshop.log.integrate(workshop.log.size)
    (entries,) = windows(workshop, 0, 2**53)
    put_objects(whole, entries)
    (whole / checkpoint_of(entries[0].checkpoint).name).unlink()
    assert assemble(workshop, whole) == 3
    told = capsys.readouterr().out
    assert f"{before} entries, as they were signed" in told
    assert f"{len(entries) - before} records lie above the newest checkpoint here" in told


def with_body(content: bytes) -> bytes:
    return canonical({**json.loads(content), "body": "AAAA"})


def test_a_key_that_brings_a_body_becomes_no_archive(
    workshop: Workshop, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No leaf names it, so the root alone would not find it."""
    rewrite(of_kind(whole, "key"), with_body)
    assert assemble(workshop, whole) == 1
    assert "has a body, and is no record" in capsys.readouterr().err


def test_what_was_begun_from_more_entries_is_not_taken_for_fewer(
    workshop: Workshop, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (entries,) = windows(workshop, 0, 2**53)
    made = workshop.root / "made"
    made.mkdir()
    with closing(ReplicaLog(made, parse_policy((workshop.root / "policy").read_text()))) as log:
        log.add(entries[:-1])  # nothing is signed yet
    fewer = Checkpoint(ORIGIN, 9, bytes(32))
    for path in (whole / "checkpoints").iterdir():
        path.unlink()
    head = checkpoint_of(sign_checkpoint(fewer, workshop.signers, 1_800_000_000))
    (whole / head.name).write_bytes(head.content)
    assert assemble(workshop, whole) == 2
    assert "name an empty directory" in capsys.readouterr().err


def test_what_was_begun_with_other_entries_is_not_laid_at_the_folders_door(
    workshop: Workshop, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = of_kind(whole, "key")
    right = key.read_bytes()
    rewrite(key, other_leaf("sha256", "0" * 64))
    monkeypatch.setattr(s3_assemble, "_WINDOW", 1)
    assert assemble(workshop, whole) == 1
    of_kind(whole, "key").unlink()
    key.write_bytes(right)
    assert assemble(workshop, whole) == 2, "the folder is right, what was begun is not"
    rmtree(workshop.root / "made")
    assert assemble(workshop, whole) == 0


def test_nothing_is_made_among_other_files(
    workshop: Workshop, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verifier would refuse it, and a fetched folder would be taken for an archive."""
    was = files_of(whole)
    policy = ("--policy", str(workshop.root / "policy"))
    for target in (whole, whole / "blobs", whole / "checkpoints"):
        assert main(["assemble", str(whole), *policy, "-o", str(target)]) == 2
        assert "name an empty directory" in capsys.readouterr().err
    assert files_of(whole) == was
    assert sorted(path.name for path in whole.iterdir()) == ["blobs", "checkpoints", "records"]


def test_records_alone_become_no_archive(
    workshop: Workshop, fetched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert assemble(workshop, fetched) == 1
    assert "entry: it is not in the folder" in capsys.readouterr().err


def test_a_whole_log_says_what_the_archive_says(
    workshop: Workshop, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(workshop, "list", epochs=(1,)) == 0
    of_archive = capsys.readouterr().out
    assert read(workshop, whole, "list") == 0
    assert capsys.readouterr().out == f"{of_archive}{NOT_SHOWN}\n"
