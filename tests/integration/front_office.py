"""A firm with office hours, an advisor with a client, and everything that looks after who waits."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast

from onrecord.app.house import SERVER
from onrecord.core.delivery.outbound import AnyEphemeral
from onrecord.core.domain.errors import OnRecordError, Unavailable
from onrecord.core.domain.values import Answer, SystemEntry
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.clients.addresses import Address, Way
from onrecord.features.hours.plan import Away, FirmHours, OwnHours, Plan, Stretch
from onrecord.features.hours.service import OfficeHours
from onrecord.features.hours.store import HoursStore
from onrecord.features.notifications.client_letters import Letter, WaitingLetter
from onrecord.features.notifications.letters.carriers import Carriers
from onrecord.features.people.store import IdentityStore
from onrecord.features.sign_in.values import Owed
from onrecord.features.waiting.alarms import Step, WaitingAlarms
from onrecord.features.waiting.attendance import Attendance
from onrecord.features.waiting.service import OutOfOffice
from onrecord.features.waiting.store import WaitingStore
from onrecord_archive.events.clients import DelegateAdded, OutOfOfficeReplied
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format.record import format_time
from tests.integration.office import Records
from tests.integration.rooted import BANK, recording_over, root_with, surroundings_of
from tests.integration.world import World
from tests.rig.lines import Lines
from tests.rig.listening import Listening
from tests.rig.settings import NOWHERE, changed

LINDEN = changed(BANK, firm={"name": "Linden Bank"}, console={"origin": "https://console.example"})
FIGURES = ("onrecord_clients_waiting", "onrecord_client_waiting_oldest_seconds")
PLAN = Plan("Europe/Warsaw", (*((Stretch(540, 1020),),) * 5, (), ()))
"""Nine to five, Monday to Friday."""
WEDNESDAY_NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
WEDNESDAY_EVENING = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
ADD_ACCOUNT = sql("INSERT INTO account (person, mail, locale, epoch) VALUES (?, ?, ?, 0)")
SET_ROLE = sql("UPDATE person SET role = ? WHERE id = ?")


class Postbox(Carriers):
    """Takes letters, or does not."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, WaitingLetter]] = []
        self.fails = False

    def demand(self, way: Way) -> None:
        """Every letter leaves somehow."""

    async def send(self, to: Address, letter: Letter, id: str) -> None:
        if self.fails:
            raise Unavailable("letter_not_taken", "Not now.")
        assert isinstance(letter, WaitingLetter)
        self.sent.append((to.value, letter))


class FrontOffice:
    """Anna answers for Clara, a client who reads Polish; Ben could; Adam administers."""

    def __init__(self, database: Database, readers: Threads) -> None:
        self.database, self.readers = database, readers
        self.world = World(database)
        self.records, self.log = Records(self.world), Lines()
        self.identity = IdentityStore(database)
        self.store = WaitingStore(database)
        self.post = Postbox()
        self.by_mail = True
        around = surroundings_of(self.world.clock, self.log)
        self.metrics = around.metrics
        recording = recording_over(around, self.world.database, self.records, readers)
        self.fan_out = recording.publishing.fan_out
        self._opened = partial(root_with, around=around, recording=recording, installs=SERVER)
        self.anna, self.ben, self.adam = map(self.world.person, ("Anna", "Ben", "Adam"))
        self.clara = self.world.person("Clara", outside=True)
        with database.writing() as tx:
            for person, mail, locale in (
                (self.anna, "anna@bank.example", "pl"),
                (self.ben, "ben@bank.example", None),
                (self.adam, "adam@bank.example", None),
                (self.clara, None, "pl"),
            ):
                tx.run(ADD_ACCOUNT, (person, mail, locale))
            tx.run(SET_ROLE, ("administrator", self.adam))
        self.at(WEDNESDAY_NOON)
        self.stream = self.world.conversation(self.anna, self.clara, direct=True)
        first = self._opened(LINDEN, instead={WaitingAlarms: _AlarmsOfNow(self)})
        self.hours, self.board = first[OfficeHours], first[Attendance]
        self.plan = PLAN
        self.restart()

    def at(self, moment: datetime) -> None:
        """Set the clock."""
        self.world.clock.at = moment

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.world.clock.at += timedelta(**by)

    def restart(self) -> None:
        """Make anew what replies and what raises alarms, as a start does."""
        instead = {Carriers: self.post, OfficeHours: self.hours}
        mail = {"folder": NOWHERE if self.by_mail else None}
        root = self._opened(changed(LINDEN, mail=mail), instead=instead)
        self.alarms, self.replies = root[WaitingAlarms], root[OutOfOffice]

    @property
    def figures(self) -> tuple[float | None, float | None]:
        """How many clients wait, and for how many seconds of office time the first."""
        value = self.metrics.registry.get_sample_value
        return tuple(map(value, FIGURES))  # type: ignore[return-value]

    @property
    def failures(self) -> list[str]:
        """The names of the errors that an operator was told of."""
        return self.log.failures()

    @property
    def plan(self) -> Plan | None:
        """When the firm is there."""
        return self.hours.firm().plan

    @plan.setter
    def plan(self, plan: Plan | None) -> None:
        HoursStore(self.database).set_firm_hours(FirmHours(plan))
        asyncio.run(self.hours.load())

    def keeps(self, person: PersonId, **hours: Any) -> None:
        """Somebody has hours of their own."""
        HoursStore(self.database).set_own_hours(person, OwnHours(**hours))
        asyncio.run(self.hours.load())

    def away(self, person: PersonId, **by: float) -> None:
        """Somebody is away from now on, for so long."""
        now = self.world.clock.at
        self.keeps(person, away=Away(now, now + timedelta(**by)))

    def stands_in(self, person: PersonId, **by: float) -> None:
        """Somebody stands in for Anna from now on, for so long."""
        now = self.world.clock.at
        times = (format_time(now), format_time(now + timedelta(**by)))
        self.world.do(self.anna, self.stream, DelegateAdded(person, "", *times, "all"))

    def leaves(self, person: PersonId) -> None:
        """End somebody's account."""
        owed = Owed(EventId(f"{len(self.world.published):032x}"), b"{}")
        self.identity.shut_out(person, owed, deactivate=True, at=self.world.clock.at)

    def writes(self, who: PersonId | None = None, text: str = "a secret figure") -> Answer:
        """Clara, or somebody, writes."""
        return self.world.say(who or self.clara, self.stream, text)

    def tells_many(self, who: PersonId) -> None:
        """Somebody of the firm writes one text to many, Clara among them."""
        body = MessageSent("We close at noon.", broadcast=EventId("b" * 32))
        self.world.commit(self.world.command(who, self.stream, body))

    def waits_since(self) -> int | None:
        """From which conv_seq on Clara waits, as a hand-over is told."""
        with self.world.store.journal() as transaction:
            return transaction.waiting(self.stream)

    def look(self) -> list[str]:
        """Look, and once more as after a start; return what was recorded by that, by type."""
        before = len(self.records.entries)
        for _ in range(2):
            for look in (self.replies.look, self.alarms.look, self.board.look):
                try:
                    asyncio.run(look())
                except OnRecordError as error:  # as a task's turn does
                    self.log.write(json.dumps({"error": type(error).__name__}) + "\n")
            self.restart()
        return self.records.types()[before:]

    def alarm(self, *, after: float = 0.0) -> None:
        """Have one task look for alarms, and once more after so many seconds."""
        asyncio.run(self.alarms.look())
        self.later(seconds=after)
        asyncio.run(self.alarms.look())

    def replied(self) -> list[OutOfOfficeReplied]:
        """Every automatic reply."""
        bodies = (each.body for each in self.records.entries)
        return [body for body in bodies if isinstance(body, OutOfOfficeReplied)]

    def alarms_raised(self) -> list[tuple[int, tuple[str, ...]]]:
        """Step and whom, of each alarm that was raised."""
        bodies = (each.body for each in self.records.entries)
        return [
            (cast("int", body.facts["step"]), cast("tuple[str, ...]", body.facts["told"]))
            for body in bodies
            if isinstance(body, SystemEntry) and body.type == "client.waiting"
        ]

    def mailed(self) -> list[str]:
        """To whom letters went since this was last asked."""
        sent, self.post.sent[:] = [to for to, _ in self.post.sent], []
        return sorted(to.partition("@")[0] for to in sent)

    def connect(self, person: PersonId) -> Callable[[], list[AnyEphemeral]]:
        """Connect somebody; the returned call gives what they were told since."""
        socket = Listening(person)
        self.fan_out.connect(socket)

        def since() -> list[AnyEphemeral]:
            found = list(socket.told)
            socket.told.clear()
            return found

        return since


class _AlarmsOfNow:
    """For the board, which stays when the rest is made anew."""

    def __init__(self, office: FrontOffice) -> None:
        self._office = office

    def step_of(self, message: EventId) -> Step:
        return self._office.alarms.step_of(message)
