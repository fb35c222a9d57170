"""Whatever happened in conversations: bundle, read back, and it equals the log."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format.notice_text import notice_sha256
from onrecord_archive.format.record import MAX_INTEGER, canonical, parse_canonical
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.again import collect
from onrecord_archive.proof_package.bundle import BUNDLE, FILES, BundleRecord
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from onrecord_archive.proof_package.bundle_writer import BundleWriter
from onrecord_archive.proof_package.reading import read_files, read_lines
from onrecord_archive.reader.opener import Opener
from onrecord_archive.testing.log import SampleLog, conversation
from onrecord_archive.transcript.bodies import Other
from onrecord_archive.transcript.transcript import Record, build_transcript
from tests.unit.archive.building import Workshop
from tests.unit.proof_package.exports import CASE, Export, range_of, search_for

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
IDS = st.sampled_from([f"{number:032x}" for number in range(1, 9)])
NUMBERS = st.integers(1, 50)
NAMES = st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True)
VALUES = st.recursive(
    TEXTS | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
QUOTES = st.fixed_dictionaries(
    {"event_id": IDS, "conv_seq": NUMBERS, "actor": IDS}, optional={"text": TEXTS}
)
MARKS = st.fixed_dictionaries(
    {"person": IDS}, optional={"read": NUMBERS, "delivered": NUMBERS, "played": st.lists(NUMBERS)}
)


def event(kind: str, **members: Any) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(members))


def accepted(locale: str, title: str, text: str) -> tuple[str, Any]:
    """A notice by the SHA-256 that its text has."""
    called = {"notice": notice_sha256(title, text).hex(), "title": title, "text": text}
    return "notice.accepted", {**called, "locale": locale}


EVENTS = st.one_of(
    event("message.sent", text=TEXTS),
    event("message.sent", text=TEXTS, reply_to=QUOTES),
    event("message.edited", target=IDS, text=TEXTS),
    event("message.removed", target=IDS),
    event("reaction.changed", target=IDS, emoji=TEXTS, on=st.booleans()),
    event("conversation.created", members=st.lists(IDS, max_size=4), title=TEXTS),
    event("member.added", person=IDS, from_seq=NUMBERS),
    event("history.shared", person=IDS, from_seq=NUMBERS, since=TEXTS),
    event("member.removed", person=IDS),
    event("member.left"),
    event("title.changed", title=TEXTS),
    event("notice.accepted", notice=TEXTS, locale=TEXTS, title=TEXTS),
    st.builds(accepted, TEXTS, TEXTS, TEXTS),
    event(
        "notice.accepted", notice=TEXTS, locale=TEXTS, title=TEXTS, person=TEXTS, accepted_at=TEXTS
    ),
    event("conversation.handed_over", former=IDS, successor=IDS, from_seq=NUMBERS, history=TEXTS),
    event("conversation.uncovered", former=IDS),
    event("delegate.added", person=IDS, name=TEXTS, starts=TEXTS, ends=TEXTS, history=TEXTS),
    event("delegate.started", delegation=IDS, person=IDS, from_seq=NUMBERS, waiting=NUMBERS),
    event("delegate.ended", delegation=IDS, person=IDS),
    event("device.added", name=TEXTS),
    event("identity.confirmed", person=TEXTS, how=TEXTS, until=TEXTS),
    event("identity.withdrawn", person=TEXTS),
    event("identity.reset", person=TEXTS),
    event("assurance.changed", person=TEXTS, proof=TEXTS, proved_at=TEXTS, until=TEXTS),
    event(
        "complaint.filed",
        reference=TEXTS,
        category=TEXTS,
        about=TEXTS,
        locale=TEXTS,
        reason=TEXTS,
        due=TEXTS,
        target=IDS,
    ),
    event("complaint.closed", complaint=IDS, reference=TEXTS, outcome=TEXTS, note=TEXTS),
    event("out_of_office.replied", text=TEXTS, locale=TEXTS, target=IDS, reason=TEXTS),
    event("positions", changes=st.lists(MARKS, max_size=3)),
    st.tuples(st.just("poll.opened"), st.dictionaries(NAMES, VALUES, max_size=4)),
    st.tuples(st.just("message.sent"), st.dictionaries(NAMES, VALUES, max_size=4)),
)
ACTORS = st.fixed_dictionaries(
    {"id": IDS, "name": TEXTS, "kind": st.just("employee"), "org": TEXTS, "role": st.just("client")}
)


@settings(max_examples=80)
@given(
    st.lists(st.tuples(EVENTS, ACTORS, st.integers(1, 3)), min_size=1, max_size=25),
    st.sampled_from(["bundle", "bundle.zip"]),
    st.data(),
)
def test_a_bundle_read_back_equals_the_log(
    events: list[tuple[tuple[str, Any], dict[str, str], int]], name: str, data: st.DataObject
) -> None:
    log = SampleLog()
    for (kind, payload), actor, stream in events:
        log.add(conversation(stream), kind, payload, actor=actor, after=timedelta(hours=5))
    counts = {number: [each[2] for each in events].count(number) for number in (1, 2, 3)}
    stream = data.draw(st.sampled_from([number for number in counts if counts[number]]))
    first = data.draw(st.integers(1, counts[stream]))
    last = data.draw(st.integers(first, counts[stream]))
    slice_ = data.draw(
        st.sampled_from([search_for("x"), range_of(conversation(stream)["id"], first, last)])
    )
    export = Export(log, slice_, noted=data.draw(st.integers(0, 3)))

    with tempfile.TemporaryDirectory() as folder:
        path = export.write(Path(folder) / name)
        report = verify_bundle(path, log.policy)
        files = read_files(path, FILES)
        read = list(read_records(files["records.jsonl"]))
        assert read == export.records()
        assert list(read_records(files["audit.jsonl"])) == export.audit()
        assert list(read_records(files["notes.jsonl"])) == export.notes()
        assert report.notes == len(export.notes())
        for record in read:
            assert record.leaf == log.entries[record.archive_index][0]
            assert record.content == log.plains[record.archive_index]
        page = bytes(files["transcript.html"]).decode()
        lines = list(read_lines(files["records.jsonl"]))
        assert [BUNDLE.parse(line) for line in lines] == read
        assert page.count('<tr class="r" id="r') == len(lines) == report.records
        assert f'id="r{read[-1].archive_index}"' in page


@settings(max_examples=60)
@given(st.lists(st.tuples(EVENTS, ACTORS), min_size=1, max_size=25))
def test_a_transcript_has_a_row_for_each_record_and_every_text(
    events: list[tuple[tuple[str, Any], dict[str, str]]],
) -> None:
    log = SampleLog()
    for (kind, payload), actor in events:
        log.add(conversation(1), kind, payload, actor=actor)
    records = [Record(index, parse_canonical(plain.shown)) for index, plain in log.plains.items()]
    (made,) = build_transcript(records).conversations
    assert [row.archive_index for row in made.rows] == list(log.plains)
    for row, ((kind, payload), _) in zip(made.rows, events, strict=True):
        assert row.type == kind
        if isinstance(row.body, MessageSent):
            assert row.body.text == payload["text"]
        elif isinstance(row.body, Other):
            assert row.body.payload == payload


Reader = Callable[[memoryview], Iterable[BundleRecord]]
Events = list[tuple[tuple[str, Any], int]]


def through_an_archive(events: Events, folder: Path, name: str, read: Reader) -> None:
    """Write an archive with its keys, make a bundle of it, and compare what *read* gets of that."""
    (folder / "office").mkdir()
    workshop = Workshop(folder / "office")
    slice_ = search_for("x")
    facts = {"slice": slice_.sha256()}
    record = workshop.journal.record
    said = [record(f"{stream:032x}", type=kind, payload=payload, counts=kind == "message.sent")
            for (kind, payload), stream in events]  # fmt: skip
    asked = record(f"access:{CASE}", type="export.made", payload=facts, counts=False)
    for start in range(0, len(said), 8):
        workshop.append(said[start : start + 8])
    workshop.append([asked])
    head = workshop.log.integrate(workshop.log.size)
    assert head is not None
    archive, opener = workshop.reader(), Opener(workshop.opening_keys, folder / "office/keys.db")
    records = [entry.index for entry in archive.entries() if entry.kind == "record"]
    found, audit = (
        list(collect(archive, indexes, head, lambda entry: opener.open(entry.leaf, entry.body)))
        for indexes in (records[:-1], records[-1:])
    )
    path = folder / name
    BundleWriter(path, slice_, archive.checkpoint(), workshop.policy).write(found, audit)
    opener.close()
    workshop.close()

    verify_bundle(path, workshop.policy)
    plains = [Plain(each.shown, each.salt_s, each.kept, each.salt_k) for each in said]
    read_back = list(read(read_files(path, FILES)["records.jsonl"]))
    assert [each.content for each in read_back] == plains
    assert [(each.archive_index, each.leaf) for each in read_back] == [
        (index, archive.leaf(index)) for index in records[:-1]
    ]


@settings(max_examples=10)
@given(
    st.lists(st.tuples(EVENTS, st.integers(1, 3)), min_size=1, max_size=25),
    st.sampled_from(["bundle", "bundle.zip"]),
)
def test_a_bundle_of_an_archive_on_disk_read_back_equals_what_was_recorded(
    events: Events, name: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        through_an_archive(events, Path(folder), name, read_records)


def read_records(data: memoryview) -> Iterator[BundleRecord]:
    return map(BUNDLE.parse, read_lines(data))


def dropping(member: str) -> Reader:
    """A reader that loses one member of what was shown or kept."""

    def without(data: bytes) -> bytes:
        return canonical({k: v for k, v in parse_canonical(data).items() if k != member})

    def read(data: memoryview) -> Iterator[BundleRecord]:
        for record in read_records(data):
            assert record.content is not None
            shown, kept = without(record.content.shown), without(record.content.kept)
            yield replace(record, content=replace(record.content, shown=shown, kept=kept))

    return read


@pytest.mark.parametrize("member", ["actor", "at", "auth", "conv_seq", "msg_no", "payload"])
def test_control_a_reader_that_drops_a_member_is_found_out(member: str, tmp_path: Path) -> None:
    said: Events = [(("message.sent", {"text": "Good day"}), 1)]
    with pytest.raises(AssertionError, match="Plain"):
        through_an_archive(said, tmp_path, "bundle", dropping(member))
