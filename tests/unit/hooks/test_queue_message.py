"""Where messages are looked for, and what becomes of doubles, parts and what is no message."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord_archive.contract import Delivery
from onrecord_archive.sinks.entries import Differs
from onrecord_archive.sinks.queue_blocks import Blocks
from onrecord_archive.sinks.queue_message import (
    QueueMessage,
    checkpoint_message,
    messages_of,
    says_the_same,
)
from onrecord_archive.sinks.queue_readings import Readings
from onrecord_archive.testing import listed
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.share import records
from tests.unit.archive.building import Workshop


@given(
    st.lists(st.integers(0, 99), max_size=100),
    st.integers(0, 99),
    st.integers(1, 50),
    st.integers(1, 3),
)
def test_every_message_of_a_window_is_in_a_run_that_is_read_and_no_run_is_read_twice(
    indexes: list[int], first: int, width: int, step: int
) -> None:
    blocks = Blocks(longest=8)
    places = [(7 + step * number, index) for number, index in enumerate(indexes)]
    for place, index in places:
        blocks.add(place, index)
    runs = list(blocks.of(first, first + width))
    read = [place for low, high in runs for place in range(low, high + 1)]
    assert {place for place, index in places if first <= index < first + width} <= set(read)
    assert len(read) == len(set(read))


def test_a_log_in_order_is_read_in_small_pieces() -> None:
    blocks = Blocks()
    for index in range(100_000):
        blocks.add(index + 1, index)
    ((low, high),) = blocks.of(50_000, 50_100)
    assert high - low < 2000


@pytest.fixture(scope="module")
def entry(tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    """A record with a file."""
    workshop = Workshop(tmp_path_factory.mktemp("log"))
    workshop.store_file(b"An offer " * 100)
    workshop.log.integrate(workshop.log.size)
    (made,) = records(workshop)
    workshop.close()
    return made


def parts_of(entry: Delivery) -> list[QueueMessage]:
    """Four or more parts, and the record."""
    return list(messages_of(entry, 256))


def file_in(messages: list[QueueMessage], entry: Delivery) -> bytes | None:
    readings = Readings(entry.archive_index, entry.archive_index + 1)
    for message in messages:
        readings.take(message.headers, message.payload)
    return readings.listed()[-1].blob


@given(st.data())
def test_parts_that_come_again_after_any_break_make_the_same_file(
    entry: Delivery, data: st.DataObject
) -> None:
    """A delivery stores the parts that the stream does not know any more: from any on."""
    *parts, record = parts_of(entry)
    broken = parts[: data.draw(st.integers(0, len(parts)))]
    forgotten = data.draw(st.lists(st.sampled_from(parts), unique_by=lambda each: each.id))
    again = [each for each in parts if each in forgotten or each not in broken]
    assert entry.blob is not None
    assert file_in([*broken, *again, record], entry) == sha256(entry.blob).digest()


def test_a_part_that_is_missing_or_out_of_its_order_is_no_file(entry: Delivery) -> None:
    *parts, record = parts_of(entry)
    assert len(parts) > 3
    for number in range(len(parts)):
        assert file_in([*parts[:number], *parts[number + 1 :], record], entry) is None
    assert file_in([*reversed(parts), record], entry) is None


def test_a_part_that_was_changed_makes_another_file(entry: Delivery) -> None:
    *parts, record = parts_of(entry)
    changed = QueueMessage(parts[1].lane, parts[1].headers, parts[1].payload[:-1] + b"?")
    assert entry.blob is not None
    found = file_in([parts[0], changed, *parts[2:], record], entry)
    assert found not in (None, sha256(entry.blob).digest())


def test_a_body_that_is_not_the_leaf_s_is_not_published() -> None:
    log = SampleLog()
    log.grow(1)
    entry = log.deliveries()[-1]
    broken = Delivery(
        entry.archive_index,
        entry.kind,
        entry.event_id,
        entry.stream,
        leaf=entry.leaf,
        body=entry.body + b"?",
        checkpoint=entry.checkpoint,
    )
    with pytest.raises(Differs):
        list(messages_of(broken, 1000))


@pytest.mark.parametrize(
    "headers", [None, {}, {"onrecord-index": "-1"}, {"onrecord-index": "1²"}, {"a": "b"}], ids=str
)
def test_what_others_publish_is_passed_over(headers: dict[str, str] | None) -> None:
    readings = Readings(0, 100)
    readings.take(headers, b"{}")
    assert readings.listed() == []


def test_the_newest_message_of_an_entry_counts() -> None:
    log = SampleLog()
    log.grow(1)
    entry = log.deliveries()[-1]
    (message,) = messages_of(entry, 1000)
    readings = Readings(0, 100)
    for payload in (message.payload, b"no JSON", message.payload, message.payload):
        readings.take(message.headers, payload)
    assert readings.listed() == 3 * [listed(entry)]
    deep = b'{"v":1,"z":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    for other in (b"no JSON", deep):
        readings.take(message.headers, other)
        assert {each.leaf for each in readings.listed()} == {bytes(32)}


def test_only_what_has_its_headers_and_its_head_is_the_same_message() -> None:
    log, another = SampleLog(), SampleLog()
    log.grow(1)
    another.grow(1)
    (record,) = messages_of(log.deliveries()[-1], 1000)
    head, other = (checkpoint_message(each.checkpoint()) for each in (log, another))
    assert head.id == other.id
    for ours in (record, head):
        assert says_the_same(ours, {**ours.headers, "Nats-Msg-Id": ours.id}, ours.payload)
        for name in ours.headers:
            assert not says_the_same(ours, {**ours.headers, name: "9"}, ours.payload)
        assert not says_the_same(ours, ours.headers, b"no JSON and no note")
    signed_again = checkpoint_message(head.payload + b"\xe2\x80\x94 x AAAAAAAA\n")
    assert says_the_same(head, head.headers, signed_again.payload)
    assert not says_the_same(head, head.headers, other.payload)
