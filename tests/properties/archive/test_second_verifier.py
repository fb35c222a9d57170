"""Both verifiers judge alike what is good, and what was spoiled or forged in any way."""

import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from onrecord_archive.testing.log import SampleLog, conversation
from onrecord_archive.writer.blob_store import BlobStore
from tests.properties.archive_sample import Sample, changed
from tests.rig.second_opinion import Answer, of_archive, of_bundle, of_copy
from tests.second_verifier import verify as second
from tests.unit.archive import test_verify
from tests.unit.archive.building import Workshop
from tests.unit.archive.forging import forge
from tests.unit.proof_package import test_bundle_forged, test_copy_packed_again, test_own_copy
from tests.unit.proof_package.exports import Export, range_of, search_for
from tests.unit.proof_package.forging import Forger
from tests.unit.proof_package.own_copies import (
    DIRECT,
    Talk,
    Unclear,
    copy_of,
    extents,
    write,
)

Ask = Callable[[], Answer]


def flips(path: Path, ask: Ask, count: int, *, first: int = 0) -> set[int]:
    """Ask with one bit of `count` bytes of a file changed, one at a time; return the statuses."""
    data = path.read_bytes()
    statuses = set()
    for place in range(first, len(data), max(1, -(-(len(data) - first) // count))):
        flipped = bytearray(data)
        flipped[place] ^= 1 << place % 8
        with changed(path, bytes(flipped)):
            statuses.add(ask().status)
    return statuses


def spoiled(path: Path, ask: Ask) -> None:
    """Ask with a file cut, longer, empty, and gone."""
    data = path.read_bytes()
    for content in (data[:-1], data + b"\0", b""):
        with changed(path, content):
            ask()
    path.unlink()
    ask()
    path.write_bytes(data)


# ---- Archives ----------------------------------------------------------------------------------


def test_an_archive_of_several_tails_is_judged_alike(sample: Sample, tmp_path: Path) -> None:
    def ask() -> Answer:
        return of_archive(sample.root, sample.policy, given=sample.given)

    good = ask()
    assert (good.status, len(good.void)) == (0, len(sample.void))
    for number, name in enumerate(sample.files):
        statuses = flips(sample.root / name, ask, 1, first=number)
        assert statuses == {1} or sample.counted(name) <= number
    path = sample.root / sample.files[-1]
    data = path.read_bytes()
    path.unlink()
    assert ask().status == 1
    path.symlink_to(shutil.copy(sample.root / "checkpoint", tmp_path))
    assert ask().status == 1
    path.unlink()
    path.mkdir()
    assert ask().status == 1
    path.rmdir()
    path.write_bytes(data)
    assert ask() == good


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A small archive with a superseded tail, an end that is void, uploads and entries unsigned."""
    workshop = Workshop(tmp_path_factory.mktemp("lived"))
    workshop.write(4)
    workshop.restart()
    workshop.restart()
    workshop.write(3)
    workshop.log.integrate(workshop.log.size)
    workshop.restart()
    workshop.next_key_epoch()
    workshop.store_file(b"an offer" * 9000)
    BlobStore(workshop.directory).seal([b"given up"])
    workshop.log.integrate(workshop.log.size)
    workshop.write(2)
    workshop.close()
    (workshop.directory / "tmp").mkdir(exist_ok=True)
    (workshop.directory / "tmp" / "a-1.tmp").write_bytes(b"x")
    for path in workshop.directory.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
    with workshop.tails()[-1].open("ab") as file:
        file.write(b"ORF1 and what was cut off")
    return workshop


ADDED = (
    *("x", "tails/x", f"tails/{99:016x}-{0:016x}", "tile/0/000", "tmp/A.tmp", "tmp/b.tmp"),
    *(f"blobs/aa/{'a' * 64}", f"blobs/ab/{'a' * 64}", "blobs/x/y"),
)


def test_void_bytes_and_what_is_unsigned_are_the_same(lived: Workshop) -> None:
    def ask() -> Answer:
        return of_archive(lived.directory, lived.policy)

    good = ask()
    assert good.status == 0
    assert {0} < {offset for _, offset, _ in good.void}
    statuses = set()
    for path in [path for path in lived.directory.rglob("*") if path.is_file()]:
        statuses |= flips(path, ask, 16)
        spoiled(path, ask)
    assert statuses == {0, 1}
    for name in ADDED:
        path = lived.directory / name
        made = not path.parent.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        ask()
        path.unlink()
        if made:
            path.parent.rmdir()
    assert ask() == good


def test_what_opens_is_opened_alike(lived: Workshop) -> None:
    stores = [store.path for store in lived.stores]

    def ask() -> Answer:
        return of_archive(lived.directory, lived.policy, stores=stores, opening=lived.opening_keys)

    assert ask().seen[-1] == 10
    last = lived.opening_keys.pop()
    assert ask().status == 2, "without a key it cannot be checked"
    lived.opening_keys.append(last)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_cut_list_of_checkpoints_is_judged_alike(lived: Workshop, count: int) -> None:
    path = lived.directory / "checkpoints"
    newest = (lived.directory / "checkpoint").read_bytes()
    notes = list(second.split_notes(path.read_bytes()))
    given = lived.policy.open(newest)
    for kept in (notes[:count], notes[count:], notes[:count] + notes[count + 1 :]):
        for end in (b"", newest[:1], newest[:300], newest[:300] + bytes(50), newest[:-1], newest):
            with changed(path, b"".join(kept) + end):
                of_archive(lived.directory, lived.policy)
                of_archive(lived.directory, lived.policy, given=given)
                of_archive(lived.directory, lived.policy, given=given, replica=True)


@pytest.mark.parametrize(("replica", "status"), [(False, 1), (True, 0)])
def test_a_given_checkpoint_whose_append_was_cut_is_not_among_them_yet(
    lived: Workshop, replica: bool, status: int
) -> None:
    path = lived.directory / "checkpoints"
    newest = (lived.directory / "checkpoint").read_bytes()
    given = lived.policy.open(newest)
    with changed(path, path.read_bytes().removesuffix(newest) + newest[:300]):
        answer = of_archive(lived.directory, lived.policy, given=given, replica=replica)
    assert answer.status == status


ROWS = {
    "sealed NULL": "UPDATE sealed_key SET sealed = NULL, destroyed_by = x'01' WHERE rowid = 1",
    "gone": "DELETE FROM sealed_key WHERE rowid = 1",
    "sealed otherwise": "UPDATE sealed_key SET sealed = zeroblob(1168) WHERE rowid = 1",
    "of another day": "UPDATE sealed_key SET day = '2026-11-23' WHERE rowid = 2",
    "unknown": "INSERT INTO sealed_key SELECT zeroblob(16), stream, class, day, epoch, suite_id,"
    " sealed, NULL FROM sealed_key LIMIT 1",
    "no table": "DROP TABLE sealed_key",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON sealed_key BEGIN DELETE FROM sealed_key; END",
    "a view": "ALTER TABLE sealed_key RENAME TO t; CREATE VIEW sealed_key AS SELECT * FROM t",
    "a table": "CREATE TABLE t (n)",
    "an index": "CREATE INDEX i ON sealed_key (day)",
    "a column": "ALTER TABLE sealed_key ADD COLUMN more TEXT",
    "no index": "DROP INDEX unsealed_key",
}


@pytest.mark.parametrize("row", ROWS)
def test_a_spoiled_key_store_is_judged_alike(lived: Workshop, tmp_path: Path, row: str) -> None:
    store = tmp_path / "keys.db"
    shutil.copyfile(lived.root / "keys.db", store)
    with closing(sqlite3.connect(store)) as base, base:
        base.executescript(ROWS[row])
    answer = of_archive(lived.directory, lived.policy, stores=[store])
    assert answer.status == {"unknown": 0, "no index": 0, "no table": 2}.get(row, 1)


@pytest.mark.parametrize("forgery", test_verify.FORGERIES, ids=lambda each: each.__name__)
def test_a_well_signed_forgery_is_judged_alike(
    tmp_path: Path, forgery: Callable[[test_verify.Entries], int]
) -> None:
    workshop = Workshop(tmp_path)
    entries = test_verify.two_streams(workshop)
    forgery(entries)
    root = forge(tmp_path / "forged", entries, workshop.signers)
    assert of_archive(root, workshop.policy).status == 1
    workshop.close()


# ---- Bundles -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
@pytest.mark.parametrize("kind", ["range", "search"])
def test_a_bundle_is_judged_alike(tmp_path: Path, name: str, kind: str) -> None:
    log = SampleLog()
    log.grow(24)
    slice_ = range_of(conversation(1)["id"], 4, 8) if kind == "range" else search_for("message")
    export = Export(log, slice_, noted=2, gone=[12])
    bundle = export.write(tmp_path / name)

    def ask() -> Answer:
        return of_bundle(bundle, log.policy)

    assert ask().status == 0
    for path in [bundle] if bundle.is_file() else sorted(bundle.iterdir()):
        assert flips(path, ask, 3 if bundle.is_dir() else 20) == {1}
        spoiled(path, ask)


@pytest.mark.parametrize("forgery", test_bundle_forged.FORGERIES)
def test_a_forged_bundle_is_judged_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgery: str
) -> None:
    log = SampleLog()
    log.grow(24)
    export = Export(log, range_of(conversation(1)["id"], 4, 8), noted=2)
    records = test_bundle_forged.FORGERIES[forgery](export.records())
    Forger(monkeypatch).write(tmp_path / "forged", export, records=records)
    assert of_bundle(tmp_path / "forged", log.policy).status == 1


# ---- Copies ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def talk() -> Talk:
    return Talk()


@pytest.mark.parametrize("name", ["copy", "copy.zip"])
@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_copy_is_judged_alike(talk: Talk, tmp_path: Path, language: str, name: str) -> None:
    copy = write(talk, tmp_path / name, copy_of(language=language))  # type: ignore[arg-type]

    def ask() -> Answer:
        return of_copy(copy, talk.log.policy)

    assert ask().status == 0
    for path in [copy] if copy.is_file() else sorted(copy.iterdir()):
        assert flips(path, ask, 3 if copy.is_dir() else 20) == {1}
        spoiled(path, ask)


@pytest.mark.parametrize("change", test_own_copy.CHANGES, ids=lambda each: each.__name__)
def test_a_changed_copy_is_judged_alike(
    talk: Talk, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    copy = write(talk, tmp_path / "copy")
    change(copy)
    assert of_copy(copy, talk.log.policy).status == 1


@pytest.mark.parametrize("name", test_own_copy.WRONG)
def test_a_copy_of_what_is_not_theirs_is_judged_alike(
    talk: Talk, tmp_path: Path, name: str
) -> None:
    write(talk, tmp_path / "copy", test_own_copy.WRONG[name], test_own_copy.Unchecked)
    assert of_copy(tmp_path / "copy", talk.log.policy).status == 1


@pytest.mark.parametrize(("kind", "from_seq"), [*test_own_copy.UNCLEAR, ("member.added", 3)])
def test_a_copy_that_may_not_say_from_where_on_is_judged_alike(
    tmp_path: Path, kind: str, from_seq: object
) -> None:
    talk = Unclear(kind, from_seq)
    copy = write(talk, tmp_path / "copy", test_own_copy.UNCLEARS, test_own_copy.Unchecked)
    answer = of_copy(copy, talk.log.policy)
    assert answer.status == (0 if (kind, from_seq) == ("member.added", 3) else 1)


def test_a_record_of_another_version_than_its_leafs_is_judged_alike(tmp_path: Path) -> None:
    talk = Talk()
    talk.add(DIRECT, "message.sent", {"text": "Of another version"}, v=2)
    copy = write(talk, tmp_path / "copy", copy_of(parts=extents((DIRECT, 1, 6))))
    assert of_copy(copy, talk.log.policy).status == 1
    bundle = Export(talk.log, range_of(DIRECT["id"], 1, 6)).write(tmp_path / "bundle")
    assert of_bundle(bundle, talk.log.policy).status == 1


def test_a_copy_that_was_packed_again_is_judged_alike(talk: Talk, tmp_path: Path) -> None:
    folder = write(talk, tmp_path / "copy")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    again = tmp_path / "again.zip"
    for packing in test_copy_packed_again.PACKINGS.values():
        again.write_bytes(packing(files))
        assert of_copy(again, talk.log.policy).status == 0
    for forgery in test_copy_packed_again.FORGERIES:
        again.write_bytes(forgery(files))
        assert of_copy(again, talk.log.policy).status in (1, 2)
    again.write_bytes(test_copy_packed_again.packed(files))
    with zipfile.ZipFile(again) as made:
        start = made.start_dir
    flips(again, lambda: of_copy(again, talk.log.policy), 20)
    flips(again, lambda: of_copy(again, talk.log.policy), 80, first=start)


# ---- Controls ----------------------------------------------------------------------------------


@pytest.mark.promise("P6", planted=True)
def test_control_a_verifier_that_looks_away_is_told_apart(
    lived: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looks_away(log: second.Log, blob: dict[str, str], _: str) -> None:
        log.files.take(f"blobs/{blob['ct'][:2]}/{blob['ct']}")

    monkeypatch.setattr(second.Log, "_blob", looks_away)
    path = max((lived.directory / "blobs").rglob("?" * 64), key=lambda each: each.stat().st_size)
    with changed(path, b"another file"), pytest.raises(AssertionError, match="second"):
        of_archive(lived.directory, lived.policy)


def test_control_another_void_region_is_told_apart(
    lived: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second.Files, "rest", lambda _: iter(()))
    with pytest.raises(AssertionError, match="second"):
        of_archive(lived.directory, lived.policy)
