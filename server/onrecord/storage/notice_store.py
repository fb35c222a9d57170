"""Every statement about the texts of the recording notice."""

from collections.abc import Collection
from datetime import datetime

from onrecord.domain.ids import PersonId
from onrecord.identity.clients.notice_book import NoticeVersion
from onrecord.identity.clients.notices import Notice
from onrecord.storage.columns import micros, moment
from onrecord.storage.database import Database
from onrecord.storage.statements import Tx, sql

VERSIONS = sql(
    "SELECT id, locale, title, text, from_at, made_at, made_by, withdrawn_at FROM notice_version"
    " ORDER BY from_at, made_at, id"
)
INSERT_VERSION = sql(
    "INSERT INTO notice_version (id, locale, title, text, from_at, made_at, made_by)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
WITHDRAW = sql("UPDATE notice_version SET withdrawn_at = ? WHERE id = ?")
ACCEPTANCES = sql(
    "SELECT notice, count(*) FROM notice_acceptance WHERE notice {blobs} GROUP BY notice"
)
NOT_ACCEPTED = sql(
    """SELECT p.id FROM person p WHERE p.id {texts} AND p.kind = 'client' AND NOT EXISTS
        (SELECT 1 FROM notice_acceptance a WHERE a.person = p.id AND a.notice {blobs})"""
)


class NoticeStore:
    """Fulfils identity.clients.notice_book.NoticeStore on either database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def notice_versions(self) -> list[NoticeVersion]:
        """Return all there ever were, in the order in which they take effect."""
        with self._database.reading() as tx:
            return [
                NoticeVersion(
                    id=id,
                    notice=Notice(locale, title, text),
                    from_at=moment(from_at),
                    made_at=moment(made_at),
                    by=by,
                    withdrawn_at=None if withdrawn is None else moment(withdrawn),
                )
                for id, locale, title, text, from_at, made_at, by, withdrawn in tx.all(VERSIONS)
            ]

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
            rows = tx.all(ACCEPTANCES, (tx.list_of(list(notices)),))
        return {bytes(notice): count for notice, count in rows}

    def not_accepted(
        self, people: Collection[PersonId], notices: Collection[bytes]
    ) -> list[PersonId]:
        """Return which of these people are clients who have accepted none of the notices."""
        with self._database.reading() as tx:
            lists = (tx.list_of(list(people)), tx.list_of(list(notices)))
            return [PersonId(row[0]) for row in tx.all(NOT_ACCEPTED, lists)]


def add_version(tx: Tx, version: NoticeVersion) -> None:
    """Insert a version, unless it is there."""
    notice = version.notice
    times = (micros(version.from_at), micros(version.made_at))
    values = (version.id, notice.locale, notice.title, notice.text, *times, version.by)
    tx.run(INSERT_VERSION, values)


def withdraw_version(tx: Tx, id: str, at: int) -> None:
    """Note that a version does not take effect; *at* in microseconds."""
    tx.run(WITHDRAW, (at, id))
