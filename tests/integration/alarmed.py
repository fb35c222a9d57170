"""Two people in charge, and the alarms that they get: on the record, and by mail."""

import asyncio
from abc import ABC, abstractmethod

from onrecord.core.domain.errors import OnRecordError, Unavailable
from onrecord.core.domain.values import Facts, SystemEntry
from onrecord.core.threads import Threads
from onrecord.features.clients.addresses import Address, Way
from onrecord.features.notifications.alarms_store import AddressBook
from onrecord.features.notifications.client_letters import Letter
from onrecord.features.notifications.letters.carriers import Carriers
from onrecord.features.notifications.recorded_letters import RecordedLetters
from onrecord.features.notifications.staff_alarms import AlarmKind, StaffAlarms
from onrecord.features.notifications.staff_letters import StaffLetters
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.store import IdentityStore
from onrecord.features.sign_in.entries import Entries
from tests.integration.front_office import ADD_ACCOUNT, SET_ROLE
from tests.integration.office import Records
from tests.integration.world import World

CONSOLE = "https://console.example"


class Postbox(Carriers):
    """Takes letters, or does not."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Letter]] = []
        self.fails = False

    def demand(self, way: Way) -> None:
        """Every letter leaves somehow."""

    async def send(self, to: Address, letter: Letter, id: str) -> None:
        if self.fails:
            raise Unavailable("letter_not_taken", "Not now.")
        self.sent.append((to.value, letter))


class Alarmed(ABC):
    """Olga and Otto have a role, Otto without an address. Each look is as after a start."""

    def __init__(self, world: World, readers: Threads, role: str) -> None:
        self.world, self.readers = world, readers
        self.anna, self.olga, self.otto = map(world.person, ("Anna", "Olga", "Otto"))
        with world.database.writing() as tx:
            tx.run(ADD_ACCOUNT, (self.olga, "olga@bank.example", "pl"))
            tx.run(ADD_ACCOUNT, (self.otto, None, None))
            for person in (self.olga, self.otto):
                tx.run(SET_ROLE, (role, person))
        self.records, self.post = Records(world), Postbox()
        self.failures: list[OnRecordError] = []
        self.identity = IdentityStore(world.database)
        self.start()

    @abstractmethod
    def kind(self) -> AlarmKind:
        """What they are told of."""

    def firm(self) -> FirmProfile:
        return FirmProfile("Linden Bank")

    def start(self) -> None:
        """Make it anew, as a start of the server does."""
        world, read = self.world, self.readers
        entries = Entries(
            recorder=self.records, store=self.identity, read=read, write=read, clock=world.clock
        )
        letters = StaffLetters(
            AddressBook(world.database),
            RecordedLetters(entries, self.post, write=read, clock=world.clock),
            read=read,
            write=read,
            clock=world.clock,
            by_mail=True,
            failed=self.failures.append,
        )
        self.alarms = StaffAlarms(
            self.kind(),
            self.records,
            letters,
            read=read,
            clock=world.clock,
            failed=self.failures.append,
        )

    def look(self) -> list[tuple[str, Letter]]:
        """Look twice, the second time as after a start; return who was written to, and what."""
        for _ in range(2):
            asyncio.run(self.alarms.look())
            self.start()
        sent, self.post.sent[:] = [*self.post.sent], []
        return sent

    def raised(self) -> list[Facts]:
        """What is on the record of each alarm."""
        bodies = (each.body for each in self.records.entries)
        return [
            body.facts
            for body in bodies
            if isinstance(body, SystemEntry) and body.type == self.kind().type
        ]
