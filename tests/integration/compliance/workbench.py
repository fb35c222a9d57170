"""Compliance's verbs on a real database, with a recorder that can be told to refuse."""

import asyncio
from typing import Any

from onrecord.app.compliance import EXPORTS, READING, WRITING
from onrecord.app.root import Root
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor, Origin
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
from tests.integration.office import Records
from tests.integration.rooted import at_once, root_over
from tests.integration.world import World
from tests.rig.lines import Lines


class Workbench:
    """Everything that an officer can do. Nothing is recorded by its construction."""

    def __init__(self, world: World, log: Lines | None = None) -> None:
        self.world = world
        self.recorder = Records(world)
        self._instead: dict[Any, object] = {
            READING: at_once,
            WRITING: asyncio.to_thread,
            Policy: Policy("bank.example/log", ()),
        }
        self._log = log or Lines()
        self.root = self._opened({})
        self.store, self.access = self.root[ComplianceStore], self.root[AccessLog]
        self.cases, self.searches = self.root[Casework], self.root[Searches]
        self.transcripts = self.root[Transcripts]

    def _opened(self, instead: dict[Any, object]) -> Root:
        instead = self._instead | instead
        return root_over(self.world, self.recorder, at_once, instead, log=self._log)

    def exports(self, maker: BundleMaker, options: JobOptions, limits: ExportLimits) -> ExportDesk:
        """Return the desk for exports, as after a start."""
        instead = {BundleMaker: maker, EXPORTS: options, ExportLimits: limits}
        return self._opened(instead)[ExportDesk]

    def officer(self, name: str = "Ewa", session: str = "session") -> Officer:
        """Return somebody from compliance, hired at the first time."""
        known = {actor.name: actor for actor in self.world.people.values()}
        actor: Actor = known.get(name) or self.world.people[self.world.person(name)]
        return Officer(actor, Origin("password"), SessionId(session))
