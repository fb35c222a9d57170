"""Give an older database what the archive has and it lacks (`journal_behind_archive`).

1. Open the log as the server would: what is durable in its tail counts.
2. Open each record that the journal lacks with compliance's key; number, `prev` and `pt` must
   follow the journal's own, or nothing is adopted.
3. Journal them, as pending: the next start publishes them from the log, as after a crash.
4. Bring the accounts to where the identity stream says they are; end every session.
5. Record in the stream `config` that this was done.
Any of it may be interrupted and begun again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice

from onrecord.app.events import TABLES
from onrecord.app.offline import offline_recording
from onrecord.app.recording import begun, here, open_archive
from onrecord.app.restoring import RESTORING
from onrecord.app.server_key import own_server_key
from onrecord.app.settings.lock import only_writer, owning
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import storage_options
from onrecord.core.archiving.void_end import voided
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import SYSTEM, Facts, Origin, SystemEntry, config_entry
from onrecord.core.journal.adopt import Opened, adopt, fresh_head
from onrecord.core.journal.heads import JournalRow, StreamHead
from onrecord.core.journal.shown import event_of
from onrecord.core.store.journal import JournalStore
from onrecord.core.store.stub_writer import give_bodies, journaled, take, to_open
from onrecord.core.tenure import await_turn, holding
from onrecord.database.database import Database
from onrecord.database.durability import require_durable
from onrecord.database.schema import check_schema
from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.format.errors import Corrupt
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.opener import Opener
from onrecord_archive.writer.recovery import VoidEnd, refuse_what_follows

PAGE = 500
"""Records adopted in one transaction."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """How many records, and between which indices of the archive they lie."""

    records: int
    first: int
    end: int
    bodies: bool = True
    """Whether with their bodies; without, what they say is in the archive alone."""
    restored: int = 0
    """How many got the bodies that an adoption before could not give them."""
    torn: VoidEnd | None = None
    """The end of the newest tail, where it was cut short."""


class _Torn:
    """Judges the log's end without a journal, which is behind it, and keeps what is void."""

    def __init__(self) -> None:
        self.end: VoidEnd | None = None

    def __call__(self, end: VoidEnd) -> None:
        """Note an end behind which nothing can be read. Raises Corrupt for another."""
        refuse_what_follows(end)
        self.end = end


def adopt_records(
    settings: Settings, opener: Opener, progress: Callable[[int, int], None]
) -> Adopted:
    """Do steps 1 to 4.

    Raises RefuseToStart (`in_use`, `key_damaged`, `journal_differs`), Unavailable
    (`another_server_records`), CannotOpen, Corrupt.
    """
    with owning(settings.paths.lock), closing(Database(storage_options(settings))) as database:
        check_schema(database)
        own_server_key(settings.paths, database)
        require_durable(database, storage_options(settings))
        store = JournalStore(database, TABLES)
        with _only_here(settings, store) as epoch:
            restored = _give_bodies(settings, database, opener, progress)
            first, end, torn = _lacking(settings, store, epoch)
            archive = Archive(settings.archive.directory)
            count = 0
            accounts: list[SystemEntry] = []
            for page in _pages(_records(archive, first, end)):
                opened = [(leaf, _open(opener, archive, index, leaf)) for index, leaf in page]
                identity = [
                    _entry(each) for leaf, each in opened if leaf.stream in RESTORING.streams
                ]
                accounts += [entry for entry in identity if entry is not None]
                count += _journal(database, store, opened)
                progress(page[-1][0] + 1 - first, end - first)
            RESTORING.restore(database, accounts, firm=settings.firm.name, at=SystemClock().now())
    return Adopted(count, first, end, restored=restored, torn=torn)


def adopt_stubs(settings: Settings, progress: Callable[[int, int], None]) -> Adopted:
    """Take the numbers of what the database lacks, without a key: no bodies (stubs.py).

    Raises RefuseToStart (`in_use`, `key_damaged`, `journal_differs`), Unavailable
    (`another_server_records`), Corrupt.
    """
    with owning(settings.paths.lock), closing(Database(storage_options(settings))) as database:
        check_schema(database)
        own_server_key(settings.paths, database)
        require_durable(database, storage_options(settings))
        store = JournalStore(database, TABLES)
        with _only_here(settings, store) as epoch:
            first, end, torn = _lacking(settings, store, epoch)
            archive = Archive(settings.archive.directory)
            count = 0
            for page in _pages(_records(archive, first, end)):
                position = page[-1][0] + 1
                count += take(database, TABLES, page, epoch, position)
                progress(position - first, end - first)
            if count:
                RESTORING.forget_sessions(database, SystemClock().now())
    return Adopted(count, first, end, bodies=False, torn=torn)


@contextmanager
def _only_here(settings: Settings, store: JournalStore) -> Iterator[int]:
    """Hold the archiver's row under an epoch while the block runs. Raises Fenced at its end."""
    clock, server = SystemClock(), here(settings)
    seen = await_turn(store, server, clock)
    newest, failures = begun(settings, store), list[Exception]()
    with (
        only_writer(settings.archive.directory) if store.alone else nullcontext(),
        holding(store, server, seen, clock, above=newest, failed=failures.append) as epoch,
    ):
        yield epoch
    for failure in failures:
        raise failure


def _lacking(
    settings: Settings, store: JournalStore, epoch: int
) -> tuple[int, int, VoidEnd | None]:
    """Return between which entries the log is ahead, and the torn end of its newest tail."""
    first, torn = store.state().position, _Torn()
    with closing(open_archive(settings, store, SystemClock(), torn, epoch)) as log:
        return first, log.size, torn.end


def _give_bodies(
    settings: Settings,
    database: Database,
    opener: Opener,
    progress: Callable[[int, int], None],
) -> int:
    """Give their bodies to records that an adoption without a key took; return how many."""
    waiting = to_open(database)
    archive = Archive(settings.archive.directory)
    pages = (
        [(key, _open_at(opener, archive, index)) for key, index in page]
        for page in _chunks(waiting)
    )
    if waiting:
        now = SystemClock().now()
        give_bodies(
            database,
            TABLES,
            pages,
            restoring=RESTORING,
            firm=settings.firm.name,
            at=now,
            progress=progress,
        )
    return len(waiting)


async def record_adoption(settings: Settings, adopted: Adopted) -> None:
    """Step 5, which publishes everything first, as any start does. Raises as serving does."""
    clock = SystemClock()
    id = ClientId(new_id(clock))
    facts: Facts = {
        "records": adopted.records,
        "first": adopted.first,
        "end": adopted.end,
        "bodies": adopted.bodies,
        "restored": adopted.restored,
    }
    event, entry = event_id_of(SYSTEM.id, id), SystemEntry("journal.adopted", facts)
    command = config_entry(event, entry, origin=Origin("adopt"), client_id=id)
    async with offline_recording(settings) as (recording, _):
        await recording.recorder.record(command)
        if adopted.torn is not None:
            await recording.recorder.record(voided(adopted.torn))


def _records(archive: Archive, first: int, end: int) -> Iterator[tuple[int, RecordLeaf]]:
    for index in range(first, end):
        leaf = decode_leaf(archive.leaf(index))
        if isinstance(leaf, RecordLeaf):
            yield index, leaf


def _pages(
    records: Iterator[tuple[int, RecordLeaf]],
) -> Iterator[list[tuple[int, RecordLeaf]]]:
    while page := list(islice(records, PAGE)):
        yield page


def _chunks(waiting: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    for start in range(0, len(waiting), PAGE):
        yield waiting[start : start + PAGE]


def _open_at(opener: Opener, archive: Archive, index: int) -> Opened:
    leaf = decode_leaf(archive.leaf(index))
    if not isinstance(leaf, RecordLeaf):
        raise Corrupt(f"entry {index} is no record")
    return _open(opener, archive, index, leaf)


def _open(opener: Opener, archive: Archive, index: int, leaf: RecordLeaf) -> Opened:
    plain = opener.open_entry(archive, index)
    return Opened(
        retention_class=leaf.class_,
        prev=bytes.fromhex(leaf.prev),
        pt=bytes.fromhex(leaf.pt),
        shown=plain.shown,
        kept=plain.kept,
        salt_s=plain.salt_s,
        salt_k=plain.salt_k,
    )


def _entry(opened: Opened) -> SystemEntry | None:
    payload = event_of(opened.shown).payload
    return payload if isinstance(payload, SystemEntry) else None


def _journal(
    database: Database, store: JournalStore, page: Sequence[tuple[RecordLeaf, Opened]]
) -> int:
    """Journal the records that are not there yet; return how many."""
    known = journaled(database, [EventId(leaf.event_id) for leaf, _ in page])
    missing = [opened for leaf, opened in page if leaf.event_id not in known]
    with store.journal() as tx:
        heads = tx.heads({StreamId(leaf.stream) for leaf, _ in page})
        rows = [_next(heads, opened) for opened in missing]
        if rows:
            changed = {row.event.stream.id for row in rows}
            tx.append(rows, [heads[stream] for stream in changed])
    return len(missing)


def _next(heads: dict[StreamId, StreamHead], opened: Opened) -> JournalRow:
    event = event_of(opened.shown)
    head = heads.setdefault(event.stream.id, fresh_head(event, opened.retention_class))
    return adopt(head, opened, TABLES.moves)
