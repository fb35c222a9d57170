"""What all alarms need: where the firm's people get mail."""

from collections.abc import Collection
from typing import NamedTuple

from onrecord.database.database import Database
from onrecord.database.statements import query
from onrecord.features.clients.addresses import Address
from onrecord_archive.events.ids import PersonId


class _Reached(NamedTuple):
    """Where mail for somebody goes, and in which language."""

    person: PersonId
    address: Address
    locale: str


ADDRESSES = query(
    _Reached,
    """SELECT a.person, 'mail' AS "address.way", a.mail AS "address.value",
        coalesce(a.locale, 'en') AS locale
    FROM account a JOIN person p ON p.id = a.person
    WHERE a.person {texts} AND a.mail IS NOT NULL AND p.active = 1""",
)


class AddressBook:
    """Where the firm's people are written to. Blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def addresses(self, people: Collection[PersonId]) -> dict[PersonId, tuple[Address, str]]:
        """Return where mail for the firm's people goes, and their languages."""
        with self._database.reading() as tx:
            rows = tx.all(ADDRESSES, (tx.list_of(people),))
        return {row.person: (row.address, row.locale) for row in rows}
