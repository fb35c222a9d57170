"""What the index of messages holds: FTS5 or tsvector, fed by the one analyser.

A full-text index costs the same for one message a transaction as for hundreds. So messages enter
it by blocks of BLOCK archive indexes, once a later block has begun; the newest block is searched
by reading it. Which messages are indexed depends on the published events alone.

An entry is a word of the message or of its files' names, its conversation, its author, or what it
has (parts.py). `search_word` lists each word that is found by parts, as long as a message
has it; `search_day` between which archive indexes the messages of a UTC day stand.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from onrecord.core.store.projections import Placed, Projector
from onrecord.database.statements import Tx, Value, nullable, query, sql
from onrecord.features.search.analyser import words
from onrecord.features.search.parts import by_author, has_of, has_parts, having, of_stream
from onrecord.features.search.query import Entry, fts5, tsquery
from onrecord.features.search.said import said
from onrecord.features.uploads import store as files
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.messages import MessageEdited, MessageRemoved
from onrecord_archive.events.payload import Payload

BLOCK = 512
"""Archive indexes."""
DAY = 86_400_000_000
"""Microseconds."""
PAGE = 64
"""Blocks that are indexed at once when all is."""


class _Row(NamedTuple):
    """A message; `text` is None where it was removed, or is not here."""

    archive_index: int
    text: str | None
    stream_key: int
    actor: PersonId
    at: int


INSERT = sql(
    "INSERT INTO search_index (archive_index, terms) VALUES (?, array_to_tsvector(?))",
    sqlite="INSERT INTO search_index (rowid, terms) VALUES (?, ?)",
)
REPLACE = sql(
    "UPDATE search_index SET terms = array_to_tsvector(?) WHERE archive_index = ?",
    sqlite="UPDATE search_index SET terms = ? WHERE rowid = ?",
)
DELETE = sql(
    "DELETE FROM search_index WHERE archive_index = ?",
    sqlite="DELETE FROM search_index WHERE rowid = ?",
)
ENTRIES = query(
    str,
    "SELECT array_to_string(tsvector_to_array(terms), ' ') FROM search_index"
    " WHERE archive_index = ?",
    sqlite="SELECT terms FROM search_index WHERE rowid = ?",
)
ADD_WORDS = sql(
    "INSERT INTO search_word (word) SELECT unnest(?::text[]) ON CONFLICT DO NOTHING",
    sqlite="INSERT OR IGNORE INTO search_word (word) SELECT value FROM json_each(?)",
)
# Words are letters and digits: they need no more than quotes.
DROP_WORDS = sql(
    "DELETE FROM search_word WHERE word = ANY(?) AND NOT EXISTS (SELECT 1 FROM search_index i"
    " WHERE i.terms @@ ('''' || word || '''')::tsquery)",
    sqlite="DELETE FROM search_word WHERE word IN (SELECT value FROM json_each(?) WHERE NOT EXISTS"
    " (SELECT 1 FROM search_index WHERE search_index MATCH '\"' || value || '\"'))",
)
NOTE_DAY = sql(
    "INSERT INTO search_day (day, first, last) VALUES (?, ?, ?)"
    " ON CONFLICT (day) DO UPDATE SET last = excluded.last"
)
FIRST_SINCE = nullable(int, "SELECT min(first) FROM search_day WHERE day >= ?")
LAST_UNTIL = nullable(int, "SELECT max(last) FROM search_day WHERE day <= ?")
# `instr` and `strpos` count from 1: what begins with it is looked up as a beginning.
WITH_PART = query(
    str,
    "SELECT word FROM search_word WHERE strpos(word, ?) > 1 LIMIT ?",
    sqlite="SELECT word FROM search_word WHERE instr(word, ?) > 1 LIMIT ?",
)
BEGINNING = query(str, "SELECT word FROM search_word WHERE word >= ? AND word < ? LIMIT ?")
LAST_BEFORE = query(
    int, "SELECT coalesce(max(archive_index), 0) FROM timeline WHERE archive_index < ?"
)
LAST = query(int, "SELECT coalesce(max(archive_index), 0) FROM timeline")
_MESSAGE = "SELECT archive_index, text, stream_key, actor, at FROM timeline WHERE"
MESSAGES = query(
    _Row,
    "{message} archive_index >= ? AND archive_index < ? AND type = 'message.sent'"
    " ORDER BY archive_index",
    message=_MESSAGE,
)
MESSAGE = query(_Row, "{message} archive_index = ?", message=_MESSAGE)
IS_EMPTY = query(bool, "SELECT NOT EXISTS (SELECT 1 FROM search_index)")


class Message(Struct, frozen=True):
    """A message as it is indexed."""

    index: int
    text: str
    stream: int
    author: str
    files: Sequence[File]

    def said(self) -> str:
        """Return what it is found by: text, and the names of its files."""
        return said("message.sent", {"text": self.text}, (file.name for file in self.files))

    def entries(self) -> list[str]:
        """Return what the index holds of it."""
        has = sorted(set(has_of(self.text, self.files)))
        signs = [of_stream(self.stream), by_author(self.author), *map(having, has)]
        return [*signs, *words(self.said())]


def follow(tx: Tx, published: Sequence[Placed]) -> None:
    """Index what ended with these events, which were published in their order."""
    catch_up(tx, published[0].index, published[-1].index)


def catch_up(tx: Tx, first: int, last: int) -> None:
    """Index the blocks that ended while the events from *first* to *last* were published."""
    start, end = block_of(tx.only(LAST_BEFORE, (first,))), block_of(last)
    if start < end:
        _index(tx, start, end)


def refill(tx: Tx, progress: Callable[[int, int], None]) -> None:
    """Index every block that has ended; *progress* hears of archive indexes: (done, all)."""
    end = block_of(tx.only(LAST))
    for start in range(0, end, PAGE * BLOCK):
        upto = min(end, start + PAGE * BLOCK)
        _index(tx, start, upto)
        progress(upto, end)


def is_empty(tx: Tx) -> bool:
    """Whether nothing is indexed."""
    return tx.only(IS_EMPTY)


def fill(tx: Tx, progress: Callable[[int, int], None]) -> None:
    """Index every block that has ended where nothing is indexed; *progress*: see `refill`."""
    if is_empty(tx):
        refill(tx, progress)


def replace(edit: MessageEdited, tx: Tx, placed: Placed) -> None:
    """Follow an edit; a message of the newest block is not indexed yet."""
    index = placed.target
    before = None if index is None or placed.removed else _words_at(tx, index)
    if before is None:
        return
    (message,) = _messages(tx, tx.all(MESSAGE, (index,)))
    entries = message.entries()
    tx.run(REPLACE, (_terms(tx, entries), index))
    now = set(_parted(entries))
    _drop_words(tx, before - now)
    _add_words(tx, now - before)


def forget(removal: MessageRemoved, tx: Tx, placed: Placed) -> None:
    """Follow a removal."""
    if placed.target is not None:
        before = _words_at(tx, placed.target)
        tx.run(DELETE, (placed.target,))
        _drop_words(tx, before or set())


def with_part(tx: Tx, part: str, most: int) -> list[str] | None:
    """Return the words that have a part after their beginning; None: more than *most*."""
    found = tx.all(WITH_PART, (part, most + 1))
    return None if len(found) > most else found


def begins_many(tx: Tx, beginning: str, most: int) -> bool:
    """Whether more than *most* of the words that have parts begin so."""
    upto = beginning + "\U0010ffff"  # no word has it
    return len(tx.all(BEGINNING, (beginning, upto, most + 1))) > most


def bounds(tx: Tx, since: int, before: int) -> tuple[int, int]:
    """Return [first, end) of the archive indexes where indexed messages of a time may stand."""
    first = tx.one(FIRST_SINCE, (since // DAY,))
    last = tx.one(LAST_UNTIL, ((before - 1) // DAY,))
    return (0, 0) if first is None or last is None else (first, last + 1)


def asked(tx: Tx, groups: Sequence[Sequence[Entry]]) -> str:
    """Return the full-text query for what has one entry of every group."""
    return fts5(groups) if tx.dialect == "sqlite" else tsquery(groups)


def block_of(index: int) -> int:
    """Return where the block of an archive_index begins."""
    return index - index % BLOCK


def _index(tx: Tx, start: int, end: int) -> None:
    rows = tx.all(MESSAGES, (start, end))
    each = [(one.index, one.entries()) for one in _messages(tx, rows)]
    tx.many(INSERT, [(index, _terms(tx, entries)) for index, entries in each])
    _add_words(tx, {word for _, entries in each for word in _parted(entries)})
    days: dict[int, tuple[int, int]] = {}
    for row in rows:
        first, _ = days.get(row.at // DAY, (row.archive_index, row.archive_index))
        days[row.at // DAY] = (first, row.archive_index)
    tx.many(NOTE_DAY, [(day, *range_) for day, range_ in sorted(days.items())])


def _messages(tx: Tx, rows: Sequence[_Row]) -> Iterator[Message]:
    """Yield those that are there to be read."""
    shown = files.shown_by(tx, [row.archive_index for row in rows])
    for row in rows:
        if row.text is not None:
            attached = shown.get(row.archive_index, ())
            yield Message(row.archive_index, row.text, row.stream_key, row.actor, attached)


def _words_at(tx: Tx, index: int) -> set[str] | None:
    """Return the words found by parts that the index has of a message; None: it has none of it."""
    entries = tx.one(ENTRIES, (index,))
    return None if entries is None else set(_parted(entries.split()))


def _parted(entries: Iterable[str]) -> Iterator[str]:
    return (entry for entry in entries if has_parts(entry) and entry.isalnum())


def _add_words(tx: Tx, added: set[str]) -> None:
    if added:
        tx.run(ADD_WORDS, (tx.list_of(sorted(added)),))


def _drop_words(tx: Tx, dropped: set[str]) -> None:
    """Forget words that no indexed message has any more."""
    if dropped:
        tx.run(DROP_WORDS, (tx.list_of(sorted(dropped)),))


def _terms(tx: Tx, entries: list[str]) -> Value:
    """Return entries as the index takes them."""
    return " ".join(entries) if tx.dialect == "sqlite" else entries


FOLLOWS: Final[Mapping[type[Payload], Projector]] = {MessageEdited: replace, MessageRemoved: forget}
