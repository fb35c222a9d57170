"""Where clients come in, as in service; letters go into a folder, and are read from it."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.app.house import CLIENTS
from onrecord.app.notices import BUILT_IN
from onrecord.app.root import Install, Root
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.values import Actor
from onrecord.features.clients.addresses import Address, Way
from onrecord.features.clients.arrivals import Arrivals
from onrecord.features.clients.assurance import Assurance
from onrecord.features.clients.coming_back import ComingBack
from onrecord.features.clients.confirming_again import ConfirmingAgain
from onrecord.features.clients.invitation import Invitation
from onrecord.features.clients.invites import Invitee, Invites, NewInvite
from onrecord.features.clients.leaving import Leaving
from onrecord.features.clients.passkeys import Passkeys
from onrecord.features.clients.proving import Proving
from onrecord.features.clients.resets import Resets
from onrecord.features.clients.store import ClientStore
from onrecord.features.notices.service import Notices
from onrecord.features.notices.texts import Notice
from onrecord.features.notifications.client_letters import Letter
from onrecord.features.notifications.letters.carriers import Carrier, Carriers
from onrecord.features.notifications.letters.folder import FolderCarrier
from onrecord.features.notifications.reminders import Reminders
from onrecord.features.sign_in.app_lock import AppLock
from onrecord.features.sign_in.service import Opened
from tests.integration.office import CHAT, CONSOLE, Office
from tests.rig.lines import Lines
from tests.rig.of_root import of_root
from tests.rig.patience import SECONDS as PATIENCE

NOTICES = {
    "en": Notice("en", "Recorded", "All of it."),
    "pl": Notice("pl", "Zapis", "Wszystko."),
}
CLARA = Invitee("Clara Ito", "Clara@Example.com", "pl", "mail")


@dataclass
class Post(Carriers):
    """Hands letters to *carriers*, unless it *fails*: before that, or *after* it."""

    carriers: Carriers
    fails: BaseException | None = None
    after: bool = False

    def demand(self, way: Way) -> None:
        self.carriers.demand(way)

    async def send(self, to: Address, letter: Letter, id: str) -> None:
        if self.fails is None or self.after:
            await self.carriers.send(to, letter, id)
        if self.fails is not None:
            raise self.fails


class Killed(BaseException):
    """Stands for kill -9: nothing after it happens."""


@dataclass(frozen=True, slots=True)
class Assured:
    """How sure the firm is of its clients."""

    assurance: Assurance
    arrivals: Arrivals
    passkeys: Passkeys
    proving: Proving
    again: ConfirmingAgain
    resets: Resets
    app_lock: AppLock


@dataclass(frozen=True)
class Desk:
    """Every use case of clients: the root's objects, but for its own."""

    root: Root
    office: Office
    assured: Assured
    folder: Path
    post: Post
    log: Lines
    store: ClientStore
    invites: Invites
    invitation: Invitation
    coming_back: ComingBack
    notices: Notices
    reminders: Reminders
    leaving: Leaving

    @property
    def failures(self) -> list[str]:
        """The names of the errors that an operator was told of."""
        return self.log.failures()

    def letters(self) -> list[dict[str, str]]:
        """What was sent so far, the oldest first."""
        files = sorted(self.folder.glob("[!.]*.json"))
        return [json.loads(file.read_text()) for file in files]

    def wait_for_letters(self, count: int) -> None:
        """Block until so many were sent in all."""
        deadline = time.monotonic() + PATIENCE
        while len(self.letters()) < count:
            assert time.monotonic() < deadline, f"{len(self.letters())} letters of {count}"
            time.sleep(0.01)

    def code(self) -> str:
        """The code in the newest letter."""
        return self.letters()[-1]["short"].split()[0]

    async def invite(self, advisor: Actor, invitee: Invitee = CLARA) -> tuple[NewInvite, str]:
        """Invite somebody; return the token of the link as well."""
        made = await self.invites.create(advisor, CONSOLE, invitee)
        self.office.clock.move(microseconds=1)  # what is owed after this comes after it
        return made, made.link.partition("#invite=")[2]

    async def bring_in(self, advisor: Actor, invitee: Invitee = CLARA) -> Opened:
        """Invite somebody, who accepts."""
        _, token = await self.invite(advisor, invitee)
        await self.invitation.send_code(token, CHAT)
        notice = self.notices.of(invitee.locale).sha256
        self.office.clock.move(microseconds=1)
        return await self.invitation.accept(token, self.code(), notice, CHAT)


def open_desk(
    office: Office,
    folder: Path,
    notices: Mapping[str, Notice] = NOTICES,
    carriers: Mapping[Way, Carrier] | None = None,
    *,
    installs: Iterable[Install] = CLIENTS,
    instead: Mapping[Any, object] | None = None,
    **tables: Mapping[str, object],
) -> Desk:
    """Open the root with the office's objects. *carriers*: by which letters leave.

    *tables*: changes to the settings.
    """
    into, log = FolderCarrier(folder, SystemClock()), Lines()
    post = Post(Carriers({"mail": into, "sms": into} if carriers is None else carriers))
    root = office.beside(
        installs,
        {BUILT_IN: notices, Carriers: post, **(instead or {})},
        log=log,
        **({"mail": {"folder": folder}} | tables),
    )
    assured = of_root(Assured, root)
    return of_root(
        Desk, root, root=root, office=office, assured=assured, folder=folder, post=post, log=log
    )
