"""What the sinks share: one call's receipts, its errors by urgency and its time, and options."""

from pathlib import Path

import pytest

from onrecord_archive.contract import Delivery, HookError, Misconfigured, Rejected, Retry
from onrecord_archive.format.leaf import decode_leaf
from onrecord_archive.sinks import attempt
from onrecord_archive.sinks.attempt import Call, by_stream
from onrecord_archive.sinks.options import Options
from onrecord_archive.testing.log import SampleLog


@pytest.fixture
def batch() -> list[Delivery]:
    log = SampleLog()
    log.grow(6, streams=2)
    return [entry for entry in log.deliveries() if entry.kind == "record"]


def error_of(call: Call) -> HookError:
    with pytest.raises(HookError) as caught:
        call.result()
    return caught.value


def test_a_batch_is_parted_by_stream_and_each_keeps_its_order(batch: list[Delivery]) -> None:
    streams = by_stream(batch)
    assert list(streams) == list(dict.fromkeys(entry.stream for entry in batch))
    for stream, entries in streams.items():
        assert entries == [entry for entry in batch if entry.stream == stream]


def test_receipts_are_sorted_however_they_came(batch: list[Delivery]) -> None:
    call = Call(batch)
    for entry in reversed(batch):
        call.took(entry, "there")
    assert [each.archive_index for each in call.result()] == [e.archive_index for e in batch]


def test_what_an_operator_must_see_is_raised_first_with_all_receipts(
    batch: list[Delivery],
) -> None:
    call, first = Call(batch), Rejected("no", archive_index=1)
    call.took(batch[1], "")
    call.failed(Retry("busy"))
    assert isinstance(error_of(call), Retry)
    call.failed(first)
    call.failed(Rejected("no", archive_index=2))
    assert error_of(call) is first
    with call.noting():
        decode_leaf(b"what is this")
    error = error_of(call)
    assert isinstance(error, Misconfigured)
    assert "BadFormat" in str(error)
    assert [each.archive_index for each in error.receipts] == [batch[1].archive_index]


def test_a_refused_record_does_not_end_the_call_and_what_the_destination_fails_in_does(
    batch: list[Delivery],
) -> None:
    call = Call(batch)
    call.failed(Rejected("no", archive_index=1))
    assert call.goes_on()
    call.failed(Retry("busy"))
    assert not call.goes_on()


def test_the_longest_pause_that_was_asked_for_is_kept(batch: list[Delivery]) -> None:
    """One connection broke off, the others were told when to come back."""
    call = Call(batch)
    for asked in (None, 5.0, 900.0, None):
        call.failed(Retry("away", retry_after=asked))
    error = error_of(call)
    assert isinstance(error, Retry)
    assert error.retry_after == 900.0


def test_a_late_call_ends_once_it_has_reached_something(
    batch: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "LONGEST_S", -1.0)
    for step in (Call.moved, lambda call: call.took(batch[0], "")):
        call = Call(batch)
        assert call.goes_on()
        step(call)
        assert not call.goes_on()
        assert isinstance(error_of(call), Retry)


def test_options_are_read_by_their_kind_and_refused_by_name() -> None:
    options = Options({"n": "7", "word": "b", "file": "/x", "cert": "c", "key": "k"})
    assert options.whole("n", 1, least=1, most=9) == 7
    assert options.choice("word", "a", "b") == "b"
    assert options.choice("other", "a", "b") == "a"
    assert options.optional_path("file") == Path("/x")
    assert options.optional_path("gone") is None
    assert options.both("cert", "key") == ("c", "k")
    assert options.both("user", "password") is None
    options.finish()
    for values, says in (({"n": "1.5"}, "whole number"), ({"n": "nan"}, "lie between")):
        with pytest.raises(Misconfigured, match=f"option n must .*{says}"):
            Options(values).whole("n", 1, least=1, most=9)
    with pytest.raises(Misconfigured, match="word must be one of a, b"):
        Options({"word": "c"}).choice("word", "a", "b")
    for alone in ("cert", "key"):
        with pytest.raises(Misconfigured, match="cert and key belong together"):
            Options({alone: "x"}).both("cert", "key")


def test_a_path_in_options_is_absolute() -> None:
    """The process of a hook has a folder of its own, and may touch absolute paths alone."""
    for read in (Options.path, Options.optional_path):
        with pytest.raises(Misconfigured, match="option file must be an absolute path"):
            read(Options({"file": "share/records"}), "file")
