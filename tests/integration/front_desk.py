"""Where clients come in, as in service; letters go into a folder, and are read from it."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from onrecord.app.clients import PASSKEYS
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.values import Actor
from onrecord.features.clients.addresses import Address, Way
from onrecord.features.clients.arrivals import Arrivals, Sender
from onrecord.features.clients.assurance import Assurance, AssuranceOptions
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.ceremonies import Ceremonies
from onrecord.features.clients.codes import CodeOptions, Codes
from onrecord.features.clients.coming_back import ComingBack
from onrecord.features.clients.confirming_again import ConfirmingAgain
from onrecord.features.clients.invitation import Invitation
from onrecord.features.clients.invites import Invitee, InviteOptions, Invites, NewInvite
from onrecord.features.clients.leaving import Leaving
from onrecord.features.clients.passkey_store import PasskeyStore
from onrecord.features.clients.passkeys import Passkeys
from onrecord.features.clients.proving import Proving
from onrecord.features.clients.reset_store import ResetStore
from onrecord.features.clients.resets import ResetOptions, Resets, Rule
from onrecord.features.clients.store import ClientStore
from onrecord.features.notices.acceptances import EarlierAcceptances
from onrecord.features.notices.service import Notices
from onrecord.features.notices.store import NoticeStore
from onrecord.features.notices.texts import Notice, Readers
from onrecord.features.notifications.client_letters import Letter
from onrecord.features.notifications.letters.carriers import Carrier, Carriers
from onrecord.features.notifications.letters.folder import FolderCarrier
from onrecord.features.notifications.recorded_letters import RecordedLetters
from onrecord.features.notifications.reminder_store import ReminderStore
from onrecord.features.notifications.reminders import ReminderOptions, Reminders
from onrecord.features.people.firm import FirmProfile
from onrecord.features.sign_in.app_lock import AppLock
from onrecord.features.sign_in.service import Opened
from onrecord.features.sign_in.throttle import Throttle, ThrottleOptions
from onrecord_archive.events.ids import PersonId
from tests.integration.office import CHAT, CONSOLE, Office
from tests.rig.authenticator import ORIGIN, RP_ID
from tests.rig.patience import SECONDS as PATIENCE

BANK = FirmProfile("Bank")
REMINDER_OPTIONS = ReminderOptions(timedelta(minutes=2), lambda: BANK, "https://chat.example")
INVITE_OPTIONS = InviteOptions("https://chat.example", lambda: BANK, bytes(32))
CODE_OPTIONS = CodeOptions(bytes(32), lambda: BANK)
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
    """Every use case of clients."""

    office: Office
    store: ClientStore
    invites: Invites
    invitation: Invitation
    coming_back: ComingBack
    notices: Notices
    reminders: Reminders
    leaving: Leaving
    assured: Assured
    online: set[PersonId]
    folder: Path
    post: Post
    failures: list[OnRecordError] = field(default_factory=list)

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
    rule: Rule = "wait",
) -> Desk:
    """Put it together as the composition root does. *carriers*: by which letters leave.

    *rule*: what an advisor's reset of a client takes.
    """
    means, store = office.means, ClientStore(office.means.store._database)
    into = FolderCarrier(folder, SystemClock())
    post = Post(Carriers({"mail": into, "sms": into} if carriers is None else carriers))
    letters = RecordedLetters(means.entries, post, write=means.write, clock=means.clock)
    codes = Codes(means, store, letters, CODE_OPTIONS)
    throttle = Throttle(office.clock, ThrottleOptions())
    failures, online = list[OnRecordError](), set[PersonId]()
    texts = _notices(office, notices, failures)
    assured = _assured(office, letters, codes, failures, rule)
    return Desk(
        office=office,
        store=store,
        invites=_invites(office, letters),
        assured=assured,
        invitation=Invitation(
            means,
            store=store,
            codes=codes,
            notices=texts,
            arrivals=assured.arrivals,
            throttle=throttle,
            recorder=office.records,
        ),
        coming_back=ComingBack(
            means,
            store=store,
            codes=codes,
            arrivals=assured.arrivals,
            throttle=throttle,
            failed=failures.append,
        ),
        notices=texts,
        reminders=_reminders(office, letters, online, failures),
        leaving=Leaving(means, store, office.records),
        online=online,
        folder=folder,
        post=post,
        failures=failures,
    )


def _notices(
    office: Office, notices: Mapping[str, Notice], failures: list[OnRecordError]
) -> Notices:
    means = office.means
    store = NoticeStore(means.store._database)
    earlier = EarlierAcceptances(
        store,
        office.records,
        read=means.read,
        known={each.sha256: each for each in NOTICES.values()}.get,
        failed=failures.append,
    )

    def texts(kind: Readers) -> Mapping[str, Notice]:
        return {locale: notice for locale, notice in notices.items() if notice.kind == kind}

    return Notices(means, store, office.records, texts, earlier)


def _reminders(
    office: Office,
    letters: RecordedLetters,
    online: set[PersonId],
    failures: list[OnRecordError],
) -> Reminders:
    store = ReminderStore(office.means.store._database)
    options = REMINDER_OPTIONS
    return Reminders(
        office.means, store, letters, options, online=lambda: online, failed=failures.append
    )


def _invites(office: Office, letters: RecordedLetters) -> Invites:
    store = ClientStore(office.means.store._database)
    return Invites(office.means, store, letters, INVITE_OPTIONS)


def _assured(
    office: Office,
    letters: RecordedLetters,
    codes: Codes,
    failures: list[OnRecordError],
    rule: Rule,
) -> Assured:
    means, database = office.means, office.means.store._database
    store = AssuranceStore(database)
    assurance = Assurance(means, store, office.records, AssuranceOptions())
    arrivals = Arrivals(
        means,
        store=store,
        assurance=assurance,
        sessions=office.sessions,
        letters=letters,
        sender=Sender(lambda: BANK, "https://chat.example"),
        failed=failures.append,
    )
    passkeys = Passkeys(
        means,
        store=PasskeyStore(database),
        ceremonies=Ceremonies(rp_id=RP_ID, origin=ORIGIN, name=lambda: BANK.name),
        assurance=assurance,
        arrivals=arrivals,
        throttle=Throttle(office.clock, PASSKEYS),
    )
    proving = Proving(
        means,
        store=store,
        codes=codes,
        assurance=assurance,
        arrivals=arrivals,
        sessions=office.sessions,
    )
    again = _again(office, letters, assurance)
    return Assured(
        assurance=assurance,
        arrivals=arrivals,
        passkeys=passkeys,
        proving=proving,
        app_lock=AppLock(means, passkeys=passkeys, sign_in=office.sign_in, proving=proving),
        again=again,
        resets=_resets(office, letters, again, rule, failures),
    )


def _again(office: Office, letters: RecordedLetters, assurance: Assurance) -> ConfirmingAgain:
    database = office.means.store._database
    return ConfirmingAgain(
        office.means,
        store=AssuranceStore(database),
        clients=ClientStore(database),
        invites=_invites(office, letters),
        assurance=assurance,
        letters=letters,
        firm=lambda: BANK,
    )


def _resets(
    office: Office,
    letters: RecordedLetters,
    again: ConfirmingAgain,
    rule: Rule,
    failures: list[OnRecordError],
) -> Resets:
    async def changed(client: PersonId) -> None:
        office.told.append(client)

    options = ResetOptions("https://chat.example", lambda: BANK, changed, failures.append, rule)
    return Resets(
        office.means,
        ResetStore(office.means.store._database),
        again=again,
        letters=letters,
        notices=office.account_notices,
        throttle=Throttle(office.clock, ThrottleOptions()),
        options=options,
    )
