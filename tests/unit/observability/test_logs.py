"""Only allowed fields with plain values are written; the rest is counted, never shown."""

import io
import json
import logging
from collections import Counter
from collections.abc import Iterator

import pytest

from onrecord.observability.logs import (
    LONGEST_VALUE,
    LibraryLines,
    Log,
    error_fields,
    make_log,
)

TEXT = "Call me about the merger"


class Written:
    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.dropped: Counter[str] = Counter()
        self.log: Log = make_log(
            self.stream, level="info", dropped=lambda reason: self.dropped.update([reason])
        )

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def written() -> Written:
    return Written()


def test_a_line_has_its_event_its_fields_a_level_and_a_time(written: Written) -> None:
    written.log.info("socket.closed", person="ab" * 16, close_code=4401)
    (line,) = written.lines()
    assert line.pop("timestamp")
    assert line == {
        "event": "socket.closed",
        "person": "ab" * 16,
        "close_code": 4401,
        "level": "info",
    }


def test_a_field_that_is_not_on_the_list_is_dropped_and_counted(written: Written) -> None:
    written.log.info("message.sent", text=TEXT, count=1)
    assert TEXT not in written.stream.getvalue()
    assert written.dropped == {"field": 1}
    assert written.lines()[0]["count"] == 1


@pytest.mark.parametrize("value", ["x" * (LONGEST_VALUE + 1), "two\nlines", [TEXT], {"a": TEXT}])
def test_a_value_that_is_not_short_and_plain_is_dropped(written: Written, value: object) -> None:
    written.log.info("message.sent", code=value)
    assert "code" not in written.lines()[0]
    assert written.dropped == {"value": 1}


def test_a_sentence_is_no_event_name(written: Written) -> None:
    written.log.warning(TEXT)
    assert TEXT not in written.stream.getvalue()
    assert written.lines()[0]["event"] == "unnamed"
    assert written.dropped == {"event": 1}


def test_a_line_below_the_level_is_not_written(written: Written) -> None:
    written.log.debug("batch.settled")
    assert written.lines() == []


@pytest.fixture
def library(written: Written) -> Iterator[logging.Logger]:
    logger = logging.getLogger("some.library")
    handler = LibraryLines(written.log)
    logger.addHandler(handler)
    logger.propagate = False
    yield logger
    logger.removeHandler(handler)
    logger.propagate = True


def test_a_librarys_message_is_not_written(written: Written, library: logging.Logger) -> None:
    try:
        raise ValueError(TEXT)
    except ValueError:
        library.exception("could not insert %s", TEXT)
    (line,) = written.lines()
    assert TEXT not in written.stream.getvalue()
    assert (line["event"], line["error"], line["logger"]) == (
        "library.line",
        "ValueError",
        "some.library",
    )


def test_of_an_exception_its_class_and_place_are_said() -> None:
    try:
        raise ValueError(TEXT)
    except ValueError as error:
        fields = error_fields(error)
    assert fields["error"] == "ValueError"
    assert fields["where"].startswith("test_logs.py:")


def test_a_log_to_read_keeps_to_the_list_too() -> None:
    stream = io.StringIO()
    make_log(stream, level="info", text=True).info("message.sent", text=TEXT, count=3)
    assert "message.sent" in stream.getvalue()
    assert "count" in stream.getvalue()
    assert TEXT not in stream.getvalue()
