"""What all alarms need: where the firm's people get mail."""

from collections.abc import Collection

from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.clients.addresses import Address
from onrecord_archive.events.ids import PersonId

ADDRESSES = sql(
    """SELECT a.person, a.mail, a.locale FROM account a JOIN person p ON p.id = a.person
    WHERE a.person {texts} AND a.mail IS NOT NULL AND p.active = 1"""
)


class AddressBook:
    """Where the firm's people are written to. Blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def addresses(self, people: Collection[PersonId]) -> dict[PersonId, tuple[Address, str]]:
        """Return where mail for the firm's people goes, and their languages."""
        with self._database.reading() as tx:
            return {
                PersonId(person): (Address("mail", mail), locale or "en")
                for person, mail, locale in tx.all(ADDRESSES, (tx.list_of(people),))
            }
