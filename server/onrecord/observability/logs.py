"""Logs: JSON lines to stderr whose fields are an allow-list, so that no text gets into them.

A field that is not on the list is dropped and counted; so is a value that is not short and plain,
and an event name that is a sentence. Lines of libraries keep only where they come from: their
messages may carry what somebody wrote.
"""

import logging
import re
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Literal, TextIO, TypeAlias

import msgspec
import structlog
from structlog.typing import EventDict, FilteringBoundLogger

ALLOWED_FIELDS = frozenset(
    {
        "address", "age_s", "archive_index", "attempt", "backlog", "bytes", "case", "certificate",
        "close_code", "code", "conv_seq", "count", "ct", "device", "duration_ms", "epoch", "error",
        "event", "event_id", "exit_code", "group", "hook", "key", "key_id", "level", "listener",
        "logger", "method", "migration", "path", "person", "pid", "point", "port", "position",
        "reason", "requester", "retry_after", "route", "segment", "session", "setting", "signal",
        "size", "state", "status", "stream", "timestamp", "version", "where",
    }
)  # fmt: skip
"""Names of ids, numbers and codes. None of them ever holds what a person typed."""

LONGEST_VALUE = 200
"""Characters; an id, a code or a path is shorter."""
_EVENT_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.ASCII)

Level = Literal["debug", "info", "warning", "error"]
Dropped = Callable[[str], None]
"""Told the reason for each field that was dropped: `field`, `value` or `event`."""


Log: TypeAlias = FilteringBoundLogger
"""Where a part of the program writes: an event's name and allowed fields, nothing else."""


def make_log(
    stream: TextIO, *, level: Level, text: bool = False, dropped: Dropped | None = None
) -> Log:
    """Return a log that writes lines of *level* and above, as JSON or, with *text*, to read."""
    render = structlog.dev.ConsoleRenderer(colors=False) if text else _render_json
    log: Log = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            _add_time,
            AllowList(dropped or (lambda reason: None)),
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    return log


class AllowList:
    """Drops what may not be logged. A structlog processor."""

    def __init__(self, dropped: Dropped) -> None:
        self._dropped = dropped

    def __call__(self, logger: object, name: str, fields: MutableMapping[str, object]) -> EventDict:
        """Return the fields that may be written."""
        kept: EventDict = {}
        for field, value in fields.items():
            if field not in ALLOWED_FIELDS:
                self._dropped("field")
            elif not _is_plain(value):
                self._dropped("value")
            else:
                kept[field] = value
        if not _EVENT_NAME.fullmatch(str(kept.get("event", ""))):
            self._dropped("event")
            kept["event"] = "unnamed"
        return kept


class LibraryLines(logging.Handler):
    """Passes on that a library logged something and where, never what it said."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line for a library's."""
        fields: dict[str, object] = {"logger": record.name, "where": _where(record)}
        if record.exc_info and record.exc_info[0] is not None:
            fields["error"] = record.exc_info[0].__name__
        write = self._log.error if record.levelno >= logging.ERROR else self._log.warning
        write("library.line", **fields)


def take_over_library_logs(log: Log) -> None:
    """Send what libraries log (level warning and above) to *log*. For the composition root."""
    logging.basicConfig(handlers=[LibraryLines(log)], level=logging.WARNING, force=True)


def error_fields(error: BaseException) -> dict[str, str]:
    """Return what may be said of an exception: its class, and where it was raised."""
    trace = error.__traceback__
    if trace is None:
        return {"error": type(error).__name__}
    while trace.tb_next is not None:
        trace = trace.tb_next
    name = trace.tb_frame.f_code.co_filename.rpartition("/")[2]
    return {"error": type(error).__name__, "where": f"{name}:{trace.tb_lineno}"}


def warns(log: Log, event: str) -> Callable[[BaseException], None]:
    """Return what writes the warning *event*, a literal, with what may be said of an exception."""
    write = log.warning
    return lambda error: write(event, **error_fields(error))


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_VALUE and value.isprintable()
    return value is None or isinstance(value, bool | int | float)


def _add_time(logger: object, name: str, fields: EventDict) -> EventDict:
    fields["timestamp"] = datetime.now(UTC).isoformat(timespec="microseconds")
    return fields


def _render_json(logger: object, name: str, fields: EventDict) -> str:
    return msgspec.json.encode(fields).decode()


def _where(record: logging.LogRecord) -> str:
    return f"{record.filename}:{record.lineno}"
