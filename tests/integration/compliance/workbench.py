"""Compliance's verbs on a real database, with a recorder that can be told to refuse."""

import asyncio
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from onrecord.app.compliance import EXPORTS, READING, WRITING
from onrecord.app.root import Root
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor, Answer, Command, Origin
from onrecord.features.compliance.access import AccessLog
from onrecord.features.compliance.cases import Casework
from onrecord.features.compliance.search import Searches
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.transcript import Transcripts
from onrecord.features.compliance.values import Officer
from onrecord.features.export.bundles import BundleMaker
from onrecord.features.export.service import ExportDesk, ExportLimits
from onrecord.features.proof_packages.service import JobOptions
from onrecord_archive.format.checkpoint import Policy
from tests.integration.rooted import root_over
from tests.integration.world import World
from tests.rig.lines import Lines

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

    def __init__(self, world: World, log: Lines | None = None) -> None:
        self.world = world
        self.recorder = WorldRecorder(world)
        self._instead: dict[Any, object] = {
            READING: here,
            WRITING: in_thread,
            Policy: Policy("bank.example/log", ()),
        }
        self._log = log or Lines()
        self.root = self._opened({})
        self.store, self.access = self.root[ComplianceStore], self.root[AccessLog]
        self.cases, self.searches = self.root[Casework], self.root[Searches]
        self.transcripts = self.root[Transcripts]

    def _opened(self, instead: dict[Any, object]) -> Root:
        instead = self._instead | instead
        return root_over(self.world, self.recorder, here, instead, log=self._log)

    def exports(self, maker: BundleMaker, options: JobOptions, limits: ExportLimits) -> ExportDesk:
        """Return the desk for exports, as after a start."""
        instead = {BundleMaker: maker, EXPORTS: options, ExportLimits: limits}
        return self._opened(instead)[ExportDesk]

    def officer(self, name: str = "Ewa", session: str = "session") -> Officer:
        """Return somebody from compliance, hired at the first time."""
        known = {actor.name: actor for actor in self.world.people.values()}
        actor: Actor = known.get(name) or self.world.people[self.world.person(name)]
        return Officer(actor, Origin("password"), SessionId(session))
