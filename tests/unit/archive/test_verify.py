"""The verifier: what is good passes, and each of its checks finds what it is for."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.key_table import connect_read_only, read_sealed_key
from onrecord_archive.format.leaf import RecordLeaf, TailLeaf, encode_leaf
from onrecord_archive.format.record import canonical, parse_canonical
from onrecord_archive.format.seal import Plain, open_body, open_data_key
from onrecord_archive.format.tail import Kind
from onrecord_archive.verify.archive import verify_archive
from tests.rig.second_opinion import of_archive
from tests.unit.archive.building import START, Workshop
from tests.unit.archive.forging import Forged, entries_of, forge, records, write

Entries = list[Forged]


def two_streams(workshop: Workshop) -> Entries:
    """Return 20 entries: the tail, two keys, 16 records of two streams."""
    workshop.write(16, streams=2)
    return entries_of(workshop)


def verdict(workshop: Workshop, root: Path, *, opening: bool = False) -> tuple[str, int | None]:
    """Return code and index of what the verifier finds, or ("", None)."""
    checker = workshop.opening() if opening else None
    try:
        verify_archive(root, workshop.policy, opening=checker)
    except NotVerified as error:
        return error.code, error.index
    finally:
        if checker:
            checker.close()
    return "", None


def test_a_forgery_that_changes_nothing_passes(workshop: Workshop, tmp_path: Path) -> None:
    root = forge(tmp_path / "forged", two_streams(workshop), workshop.signers)
    assert verdict(workshop, root, opening=True) == ("", None)


def repeat_event(entries: Entries) -> int:
    (_, first), *_, (last, _) = records(entries)
    entries[last].change(event_id=first.event_id)
    return last


def skip_number(entries: Entries) -> int:
    index, leaf = records(entries)[5]
    entries[index].change(conv_seq=leaf.conv_seq + 1)
    return index


def skip_message_number(entries: Entries) -> int:
    index, leaf = records(entries)[5]
    entries[index].change(msg_no=int(str(leaf.msg_no)) + 1)
    return index


def break_prev(entries: Entries) -> int:
    index, _ = records(entries)[5]
    entries[index].change(prev="ab" * 32)
    return index


def go_back_in_time(entries: Entries) -> int:
    index, _ = records(entries)[5]
    entries[index].change(at="2026-11-24T00:00:00.000000Z")
    return index


def other_body(entries: Entries) -> int:
    index, _ = records(entries)[5]
    entries[index].body = entries[index].body[::-1]
    return index


def short_body(entries: Entries) -> int:
    index, _ = records(entries)[5]
    entries[index].change_body(entries[index].body[:90])
    return index


def repeat_nonce(entries: Entries) -> int:
    index, leaf = records(entries)[5]
    before = [i for i, other in records(entries)[:5] if other.key_id == leaf.key_id]
    nonce = entries[before[-1]].body[:12]
    entries[index].change_body(nonce + entries[index].body[12:])
    return index


def key_after_use(entries: Entries) -> int:
    place = next(i for i, entry in enumerate(entries) if entry.kind is Kind.KEY)
    entries[place], entries[place + 1] = entries[place + 1], entries[place]
    return place


def key_of_another_stream(entries: Entries) -> int:
    index, leaf = records(entries)[5]
    other = next(other for _, other in records(entries) if other.stream != leaf.stream)
    entries[index].change(key_id=other.key_id)
    return index


def key_of_another_day(entries: Entries) -> int:
    index, _ = records(entries)[-1]
    entries[index].change(at="2026-11-25T00:00:00.000000Z")
    return index


def repeat_key(entries: Entries) -> int:
    entries.append(next(entry for entry in entries if entry.kind is Kind.KEY))
    return len(entries) - 1


def other_kind(entries: Entries) -> int:
    place = next(i for i, entry in enumerate(entries) if entry.kind is Kind.KEY)
    entries[place].kind = Kind.RECORD
    return place


def other_spelling(entries: Entries) -> int:
    index, _ = records(entries)[5]
    entries[index].leaf = entries[index].leaf.replace(b'":', b'": ', 1)
    return index


def no_leaf(entries: Entries) -> int:
    entries[3].leaf = b"nothing"
    return 3


def other_root_in_tail(entries: Entries) -> int:
    entries[0].change(root="ab" * 32)
    return 0


def other_index_in_tail(entries: Entries) -> int:
    entries[0].change(first_index=1)
    return 0


def epoch_goes_back(entries: Entries) -> int:
    leaf = TailLeaf(epoch=1, first_index=0, root="ab" * 32)
    entries.append(Forged(Kind.TAIL, encode_leaf(leaf)))
    return len(entries) - 1


def missing_file(entries: Entries) -> int:
    index, _ = records(entries)[-1]
    blob = {"ct": "ab" * 32, "id": "ab" * 16, "size": 16}
    members = parse_canonical(entries[index].leaf) | {"type": "file.stored", "blob": blob}
    entries[index].leaf = canonical(members)
    return index


FORGERIES: dict[Callable[[Entries], int], str] = {
    repeat_event: "chain",
    skip_number: "chain",
    skip_message_number: "chain",
    break_prev: "chain",
    go_back_in_time: "chain",
    other_body: "body",
    short_body: "body",
    repeat_nonce: "key",
    key_after_use: "key",
    key_of_another_stream: "key",
    key_of_another_day: "key",
    repeat_key: "key",
    other_kind: "frame",
    other_spelling: "leaf",
    no_leaf: "leaf",
    other_root_in_tail: "tail",
    other_index_in_tail: "tail",
    epoch_goes_back: "tail",
    missing_file: "missing_file",
}


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
def test_a_well_signed_forgery_is_found(
    workshop: Workshop, tmp_path: Path, forgery: Callable[[Entries], int]
) -> None:
    entries = two_streams(workshop)
    index = forgery(entries)
    root = forge(tmp_path / "forged", entries, workshop.signers)
    assert verdict(workshop, root) == (FORGERIES[forgery], index)


def test_two_files_under_one_blob_id_are_found(workshop: Workshop) -> None:
    """Which of the two a message means is not said."""
    stored = workshop.store_file(b"an offer")
    workshop.log.integrate(workshop.log.size)
    assert of_archive(workshop.directory, workshop.policy).status == 0
    workshop.append([workshop.journal.record("33" * 16, stored=stored, counts=False)])
    workshop.log.integrate(workshop.log.size)
    assert of_archive(workshop.directory, workshop.policy).status == 1
    assert verdict(workshop, workshop.directory) == ("blob", workshop.log.size - 1)


def data_key_of(workshop: Workshop, leaf: RecordLeaf) -> bytes:
    connection = connect_read_only(workshop.root / "keys.db")
    key_leaf, sealed = read_sealed_key(connection, leaf.key_id)
    connection.close()
    return open_data_key(sealed, workshop.opening_keys[0], key_leaf)


def reseal(workshop: Workshop, entries: Entries, **changes: object) -> int:
    """Seal another `shown` under the last record's leaf; the last, so that the chain holds."""
    index, leaf = records(entries)[-1]
    data_key = data_key_of(workshop, leaf)
    plain = open_body(data_key, entries[index].leaf, leaf, entries[index].body)
    shown = canonical(parse_canonical(plain.shown) | changes)
    changed = Plain(shown, plain.salt_s, plain.kept, plain.salt_k)
    entries[index].reseal(data_key, changed)
    return index


@pytest.mark.parametrize(
    "changes",
    [
        {"event_id": "00" * 16},
        {"type": "message.edited"},
        {"conv_seq": 99},
        {"msg_no": 99},
        {"prev": "00" * 32},
        {"at": "2026-11-24T23:59:59.000000Z"},
        {"v": 2},
        {"stream": {"id": "other"}},
        {"stream": "other"},
        {"files": [{"size": 1}]},
    ],
)
def test_a_body_that_says_something_else_than_its_leaf_is_found(
    workshop: Workshop, tmp_path: Path, changes: dict[str, object]
) -> None:
    entries = two_streams(workshop)
    index = reseal(workshop, entries, **changes)
    root = forge(tmp_path / "forged", entries, workshop.signers)
    assert verdict(workshop, root) == ("", None)
    assert verdict(workshop, root, opening=True) == ("compare", index)


def test_a_body_that_does_not_open_is_found_with_the_key_alone(
    workshop: Workshop, tmp_path: Path
) -> None:
    entries = two_streams(workshop)
    index, _ = records(entries)[-1]
    body = entries[index].body
    entries[index].change_body(body[:-1] + bytes([body[-1] ^ 1]))
    root = forge(tmp_path / "forged", entries, workshop.signers)
    assert verdict(workshop, root) == ("", None)
    assert verdict(workshop, root, opening=True) == ("open", index)


def test_a_plaintext_that_is_not_canonical_is_found(workshop: Workshop, tmp_path: Path) -> None:
    entries = two_streams(workshop)
    index, leaf = records(entries)[-1]
    data_key = data_key_of(workshop, leaf)
    plain = open_body(data_key, entries[index].leaf, leaf, entries[index].body)
    spelled = Plain(plain.shown, plain.salt_s, b'{"auth": "password"}', plain.salt_k)
    entries[index].reseal(data_key, spelled)
    root = forge(tmp_path / "forged", entries, workshop.signers)
    assert verdict(workshop, root, opening=True) == ("leaf", index)


def test_a_sealed_key_that_is_not_the_logs_is_found(workshop: Workshop) -> None:
    workshop.write(3)
    workshop.log.integrate(workshop.log.size)
    workshop.stores[0]._connection.execute("UPDATE sealed_key SET sealed = zeroblob(1168)")
    assert verdict(workshop, workshop.directory, opening=True)[0] == "open"


def test_an_attached_file_is_opened_and_compared(workshop: Workshop) -> None:
    stored = workshop.store_file(b"an offer" * 10_000)
    workshop.append([workshop.journal.record("22" * 16, attached=stored)])
    workshop.log.integrate(workshop.log.size)
    assert verdict(workshop, workshop.directory, opening=True) == ("", None)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"sha256": bytes(32)}, "compare"), ({"size": 1}, "compare"), ({"key": bytes(32)}, "open")],
)
def test_an_attached_file_that_is_another_is_found(
    workshop: Workshop, change: dict[str, object], code: str
) -> None:
    stored = msgspec.structs.replace(workshop.store_file(b"an offer"), **change)
    index = workshop.append([workshop.journal.record("22" * 16, attached=stored)])
    workshop.log.integrate(workshop.log.size)
    assert verdict(workshop, workshop.directory, opening=True) == (code, index)


def test_an_attached_file_that_is_not_in_the_log_is_found(workshop: Workshop) -> None:
    stored = workshop.store_file(b"an offer")
    lost = msgspec.structs.replace(stored, blob=msgspec.structs.replace(stored.blob, id="00" * 16))
    index = workshop.append([workshop.journal.record("22" * 16, attached=lost)])
    workshop.log.integrate(workshop.log.size)
    assert verdict(workshop, workshop.directory, opening=True) == ("open", index)


def test_a_files_size_in_the_leaf_is_checked(workshop: Workshop, tmp_path: Path) -> None:
    stored = workshop.store_file(b"an offer")
    entries = entries_of(workshop)
    entries[-1].change(blob=msgspec.structs.replace(stored.blob, size=1))
    root = forge(tmp_path / "forged", entries, workshop.signers)
    name = f"blobs/{stored.blob.ct[:2]}/{stored.blob.ct}"
    write(root / name, (workshop.directory / name).read_bytes())
    assert verdict(workshop, root) == ("blob", len(entries) - 1)


def test_a_link_in_the_archive_is_not_followed(workshop: Workshop, tmp_path: Path) -> None:
    workshop.log.integrate(workshop.log.size)
    for target in (tmp_path / "elsewhere", workshop.directory / "tails"):
        link = workshop.directory / "tile" / "link"
        link.symlink_to(target)
        assert verdict(workshop, workshop.directory) == ("unaccounted", None)
        link.unlink()


def test_it_imports_neither_writer_nor_reader() -> None:
    program = (
        "import sys, onrecord_archive.verify.archive as v; "
        "print([m for m in sys.modules if m.startswith('onrecord_archive.') and "
        "m.split('.')[1] in ('writer', 'reader')])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(run.stdout) == []


def test_the_forged_day_is_the_tests(workshop: Workshop) -> None:
    assert START.date().isoformat() == "2026-11-24"  # `key_of_another_day` relies on it
