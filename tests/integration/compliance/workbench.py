"""Compliance's verbs on a real database, with a recorder that can be told to refuse."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor, Answer, Command, Origin
from onrecord.features.compliance.access import AccessLog
from onrecord.features.compliance.cases import Casework
from onrecord.features.compliance.looks import OpenLooks
from onrecord.features.compliance.ports import Officer
from onrecord.features.compliance.search import Searches
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.transcript import Transcripts
from onrecord.features.export.bundles import BundleMaker
from onrecord.features.export.job import export_jobs
from onrecord.features.export.service import ExportDesk, ExportLimits
from onrecord.features.proof_packages.service import JobOptions
from onrecord.observability.logs import Log
from tests.integration.world import World

P = ParamSpec("P")
T = TypeVar("T")


async def here(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """A bridge that blocks the loop: these tests have nothing else to do."""
    return function(*args, **kwargs)


async def in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """A bridge for what waits."""
    return await asyncio.to_thread(function, *args, **kwargs)


class WorldRecorder:
    """Records in the world at once, unless `refusal` says why not."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.refusal: OnRecordError | None = None
        self.first: list[Command] = []
        """Commands of others that get in before the next one."""

    async def record(self, command: Command) -> Answer:
        """Journal, archive and publish."""
        if self.refusal is not None:
            raise self.refusal
        for other in self.first:
            self._world.commit(other)
        self.first = []
        return self._world.commit(command)[0]


class Workbench:
    """Everything that an officer can do. Nothing is recorded by its construction."""

    def __init__(
        self, world: World, log: Log, maker: BundleMaker | None = None, folder: Path = Path("none")
    ) -> None:
        self.world = world
        self.store = ComplianceStore(world.database)
        self.recorder = WorldRecorder(world)
        access = AccessLog(recorder=self.recorder, clock=world.clock)
        self.cases = Casework(store=self.store, read=here, access=access)
        self.searches = Searches(
            store=self.store,
            read=here,
            access=access,
            cases=self.cases,
            looks=OpenLooks(world.clock),
        )
        self.transcripts = Transcripts(
            store=self.store,
            read=here,
            access=access,
            cases=self.cases,
            looks=OpenLooks(world.clock),
            origin="bank.example/log",
        )
        self.access = access
        self._log = log
        self._maker = maker
        self._folder = folder

    def exports(self, options: JobOptions, limits: ExportLimits) -> ExportDesk:
        """Return the desk for exports."""
        assert self._maker is not None
        return ExportDesk(
            store=self.store,
            read=here,
            access=self.access,
            cases=self.cases,
            searches=self.searches,
            jobs=export_jobs(
                self._maker,
                read=here,
                write=in_thread,
                clock=self.world.clock,
                log=self._log,
                options=options,
            ),
            limits=limits,
        )

    def officer(self, name: str = "Ewa", session: str = "session") -> Officer:
        """Return somebody from compliance, hired at the first time."""
        known = {actor.name: actor for actor in self.world.people.values()}
        actor: Actor = known.get(name) or self.world.people[self.world.person(name)]
        return Officer(actor, Origin("password"), SessionId(session))
