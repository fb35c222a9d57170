"""Two people in charge, and the alarms that they get: on the record, and by mail."""

import asyncio

from onrecord.app.root import Key
from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.values import Facts, SystemEntry
from onrecord.core.threads import Threads
from onrecord.features.clients.addresses import Address, Way
from onrecord.features.notifications.client_letters import Letter
from onrecord.features.notifications.letters.carriers import Carriers
from onrecord.features.notifications.staff_alarms import StaffAlarms
from onrecord.features.people.store import IdentityStore
from tests.integration.front_office import ADD_ACCOUNT, SET_ROLE
from tests.integration.office import Records
from tests.integration.rooted import BANK, root_over
from tests.integration.world import World
from tests.rig.lines import Lines
from tests.rig.settings import NOWHERE, changed

CONSOLE = "https://console.example"
WITH_MAIL = changed(BANK, mail={"folder": NOWHERE})


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


class Alarmed:
    """Olga and Otto have a role, Otto without an address. Each look is as after a start."""

    alarms_of: Key[StaffAlarms]
    """What they are told of."""
    type: str
    """What the record of an alarm is called."""

    def __init__(self, world: World, readers: Threads, role: str) -> None:
        self.world, self.readers = world, readers
        self.anna, self.olga, self.otto = map(world.person, ("Anna", "Olga", "Otto"))
        with world.database.writing() as tx:
            tx.run(ADD_ACCOUNT, (self.olga, "olga@bank.example", "pl"))
            tx.run(ADD_ACCOUNT, (self.otto, None, None))
            for person in (self.olga, self.otto):
                tx.run(SET_ROLE, (role, person))
        self.records, self.post, self.log = Records(world), Postbox(), Lines()
        self.identity = IdentityStore(world.database)
        self.start()

    def start(self) -> None:
        """Open the root anew, as a start of the server does."""
        instead = {Carriers: self.post}
        self.root = root_over(
            self.world, self.records, self.readers, instead, log=self.log, settings=WITH_MAIL
        )
        self.alarms = self.root[self.alarms_of]

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
            if isinstance(body, SystemEntry) and body.type == self.type
        ]
