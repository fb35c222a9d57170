"""Every statement about the texts of the recording notice, and who accepted them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from onrecord.core.store.snapshot import published
from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.statements import Tx, query, sql
from onrecord.features.clients.store import RELATIONSHIPS_OF
from onrecord.features.notices.texts import Acceptance, NoticeVersion, Readers, Unsaid
from onrecord.features.search.said import NO_MESSAGE
from onrecord_archive.events.ids import PersonId, StreamId


class Accepted(NamedTuple):
    """Somebody, and what they have accepted, if anything."""

    person: PersonId
    acceptance: Acceptance | None


class _Counted(NamedTuple):
    """How many people accepted a notice."""

    notice: bytes
    people: int


VERSIONS = query(
    NoticeVersion,
    """SELECT id, locale AS "notice.locale", title AS "notice.title", text AS "notice.text",
        kind AS "notice.kind", NULL AS "notice.since", from_at, made_at, made_by AS by,
        withdrawn_at
    FROM notice_version ORDER BY from_at, made_at, id""",
)
INSERT_VERSION = sql(
    "INSERT INTO notice_version (id, locale, title, text, kind, from_at, made_at, made_by)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
WITHDRAW = sql("UPDATE notice_version SET withdrawn_at = ? WHERE id = ?")
ACCEPTANCES = query(
    _Counted,
    "SELECT notice, count(*) AS people FROM notice_acceptance WHERE notice {blobs} GROUP BY notice",
)
ACCEPTED_BY = query(
    Accepted,
    """SELECT p.id AS person, a.person AS "acceptance.person", a.notice AS "acceptance.notice",
        a.locale AS "acceptance.locale", a.title AS "acceptance.title", a.at AS "acceptance.at"
    FROM person p LEFT JOIN notice_acceptance a ON a.person = p.id
    WHERE p.id {texts} AND p.kind = ?""",
)
ACCEPTED_ANY = sql("SELECT 1 FROM notice_acceptance WHERE person = ?")
ACCEPT = sql(
    "INSERT INTO notice_acceptance (person, notice, at, locale, title) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
# Relationships that their client is in; the last acceptance of each. A title that is not noted,
# from before it was, is looked up by the text.
_UNSAID = """SELECT c.id AS stream, a.person AS "acceptance.person",
    a.notice AS "acceptance.notice", a.locale AS "acceptance.locale",
    a.title AS "acceptance.title", a.at AS "acceptance.at"
    FROM relationship r JOIN conversation c ON c.stream_key = r.stream_key
    JOIN member_span s ON s.stream_key = r.stream_key AND s.person = r.client AND s.to_seq IS NULL
    JOIN notice_acceptance a ON a.person = r.client
    WHERE r.to_seq IS NULL AND NOT EXISTS (SELECT 1 FROM notice_acceptance b
            WHERE b.person = a.person AND (b.at > a.at OR b.at = a.at AND b.notice > a.notice))
        AND NOT EXISTS (SELECT 1 FROM timeline t WHERE t.stream_key = r.stream_key
            AND {no_message} AND t.type = 'notice.accepted')
        AND NOT EXISTS (SELECT 1 FROM closed_stream x WHERE x.stream_key = r.stream_key)"""
UNSAID = query(Unsaid, "{unsaid} ORDER BY r.stream_key", no_message=NO_MESSAGE, unsaid=_UNSAID)
UNSAID_OF = query(
    Unsaid, "{unsaid} AND r.client = ? ORDER BY r.stream_key", no_message=NO_MESSAGE, unsaid=_UNSAID
)


class NoticeStore:
    """Versions and acceptances. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def notice_versions(self) -> list[NoticeVersion]:
        """Return all there ever were, in the order in which they take effect."""
        with self._database.reading() as tx:
            return tx.all(VERSIONS)

    def add_notice_version(self, version: NoticeVersion) -> None:
        """Insert."""
        with self._database.writing() as tx:
            add_version(tx, version)

    def withdraw_notice_version(self, id: str, at: datetime) -> None:
        """Note that it does not take effect."""
        with self._database.writing() as tx:
            withdraw_version(tx, id, micros(at))

    def acceptances(self, notices: Collection[bytes]) -> dict[bytes, int]:
        """Return how many people have accepted each of these notices (their SHA-256)."""
        with self._database.reading() as tx:
            return dict(tx.all(ACCEPTANCES, (tx.list_of(list(notices)),)))

    def accepted_by(
        self, people: Collection[PersonId], kind: Readers
    ) -> dict[PersonId, list[Acceptance]]:
        """Return what those of these people who are of a kind have accepted, also nothing."""
        found: dict[PersonId, list[Acceptance]] = {}
        with self._database.reading() as tx:
            rows = tx.all(ACCEPTED_BY, (tx.list_of(list(people)), kind))
        for row in rows:
            of = found.setdefault(row.person, [])
            if row.acceptance is not None:
                of.append(row.acceptance)
        return found

    def accepted_any(self, person: PersonId) -> bool:
        """Whether the person has ever accepted a notice."""
        with self._database.reading() as tx:
            return tx.one(ACCEPTED_ANY, (person,)) is not None

    def accept(self, acceptance: Acceptance) -> None:
        """Note it; a second one of the same notice changes nothing."""
        with self._database.writing() as tx:
            add_acceptance(tx, acceptance)

    def relationships_of(self, client: PersonId) -> list[StreamId]:
        """Return the conversations of a client that belong to their relationships."""
        with self._database.reading() as tx:
            return tx.all(RELATIONSHIPS_OF, (client,))

    def unsaid(self, client: PersonId | None = None) -> list[Unsaid]:
        """Return the newest acceptance of each client whose relationship tells of none."""
        with published(self._database) as (tx, _):
            return tx.all(UNSAID) if client is None else tx.all(UNSAID_OF, (client,))


def add_version(tx: Tx, version: NoticeVersion) -> None:
    """Insert a version, unless it is there."""
    notice = version.notice
    times = (micros(version.from_at), micros(version.made_at))
    values = (version.id, notice.locale, notice.title, notice.text, notice.kind, *times, version.by)
    tx.run(INSERT_VERSION, values)


def add_acceptance(tx: Tx, of: Acceptance) -> None:
    """Insert an acceptance, unless it is there."""
    tx.run(ACCEPT, (of.person, of.notice, micros(of.at), of.locale, of.title))


def withdraw_version(tx: Tx, id: str, at: int) -> None:
    """Note that a version does not take effect; *at* in microseconds."""
    tx.run(WITHDRAW, (at, id))
