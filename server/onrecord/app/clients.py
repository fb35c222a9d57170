"""Clients' ways in: invites, codes, coming back, and how sure the firm is of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from onrecord.app.letters import letter_failed
from onrecord.app.root import Key, Root
from onrecord.app.sign_in import CHAT_DOORS, CHAT_SIGN_IN
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.core.turns import in_turns
from onrecord.features.clients.arrivals import Arrivals, Sender
from onrecord.features.clients.assurance import Assurance, AssuranceOptions
from onrecord.features.clients.assurance_routes import AssuringRoutes
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.ceremonies import Ceremonies
from onrecord.features.clients.codes import CodeOptions, Codes
from onrecord.features.clients.coming_back import ComingBack
from onrecord.features.clients.coming_in_routes import ChoiceRoutes, ComingInRoutes
from onrecord.features.clients.confirming_again import ConfirmingAgain
from onrecord.features.clients.invitation import Invitation
from onrecord.features.clients.invite_routes import InvitingRoutes
from onrecord.features.clients.invites import InviteOptions, Invites
from onrecord.features.clients.leaving import Leaving
from onrecord.features.clients.passkey_routes import PasskeyRoutes
from onrecord.features.clients.passkey_store import PasskeyStore
from onrecord.features.clients.passkeys import Passkeys
from onrecord.features.clients.proving import Proving
from onrecord.features.clients.reset_routes import ResetRoutes
from onrecord.features.clients.reset_store import ResetStore
from onrecord.features.clients.resets import LOOK_S, ResetOptions, Resets
from onrecord.features.clients.store import ClientStore
from onrecord.features.notices.service import Notices
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.notifications.client_letters import WAY_IN
from onrecord.features.notifications.recorded_letters import RecordedLetters
from onrecord.features.notifications.reminders import Reminders
from onrecord.features.people.directory_told import DirectoryTold
from onrecord.features.people.firm import Firm
from onrecord.features.people.means import Means
from onrecord.features.people.pictures import Pictures
from onrecord.features.sign_in.app_lock import AppLock
from onrecord.features.sign_in.lock_routes import LockRoutes
from onrecord.features.sign_in.service import SignIn
from onrecord.features.sign_in.sessions import OpenSessions
from onrecord.features.sign_in.throttle import Throttle, ThrottleOptions
from onrecord.observability.logs import warns

PASSKEYS = ThrottleOptions(known=Allowance(60, 2.0), address=Allowance(300, 0.2))
"""Apart from passwords, codes and links: nobody guesses a signature, so this limits work. Of a
network only attempts with what is no passkey count. Each passkey has an allowance of its own, and
so has each person who unlocks."""
TRIES: Final = Key[Throttle]("clients' tries")


def install(root: Root) -> None:
    """Make everything on an open recording, and the chat's routes."""
    recording = root.recording
    root.makes(ClientStore, lambda _: ClientStore(recording.database))
    root.makes(TRIES, lambda it: Throttle(it.around.clock, it[ThrottleOptions]))
    root.makes(Codes, _codes)
    root.makes(Invites, _invites)
    root.makes(Invitation, _invitation)
    root.makes(ComingBack, _coming_back)
    root.makes(Leaving, lambda it: Leaving(it[Means], it[ClientStore], recording.recorder))
    _assured(root)
    _routes(root)
    root.runs(lambda it: it[ComingBack].run(), lambda it: it[Arrivals].run(), _look)


def _codes(root: Root) -> Codes:
    lifetime = timedelta(minutes=root.settings.clients.code_minutes)
    key = root.recording.server_key.derived("codes")
    options = CodeOptions(key, root[Firm].profile, lifetime)
    return Codes(root[Means], root[ClientStore], root[RecordedLetters], options)


def _invites(root: Root) -> Invites:
    lifetime = timedelta(days=root.settings.clients.invite_days)
    key, origin = root.recording.server_key.derived("invites"), root.settings.chat.origin
    options = InviteOptions(origin, root[Firm].profile, key, lifetime)
    return Invites(root[Means], root[ClientStore], root[RecordedLetters], options)


def _invitation(root: Root) -> Invitation:
    return Invitation(
        root[Means],
        store=root[ClientStore],
        codes=root[Codes],
        notices=root[Notices],
        arrivals=root[Arrivals],
        throttle=root[TRIES],
        recorder=root.recording.recorder,
    )


def _coming_back(root: Root) -> ComingBack:
    return ComingBack(
        root[Means],
        store=root[ClientStore],
        codes=root[Codes],
        arrivals=root[Arrivals],
        throttle=root[TRIES],
        failed=letter_failed(root),
    )


def _assured(root: Root) -> None:
    """How sure the firm is of its clients: devices, proofs, passkeys, confirming again."""
    clients, recording = root.settings.clients, root.recording
    options = AssuranceOptions(
        timedelta(days=clients.reverify_days), timedelta(minutes=clients.step_up_minutes)
    )
    root.makes(AssuranceStore, lambda _: AssuranceStore(recording.database))
    root.makes(
        Assurance,
        lambda it: Assurance(it[Means], it[AssuranceStore], recording.recorder, options),
    )
    root.makes(Arrivals, _arrivals)
    root.makes(Passkeys, _passkeys)
    root.makes(Proving, _proving)
    root.makes(ConfirmingAgain, _again)
    root.makes(Resets, _resets)
    root.makes(
        AppLock,
        lambda it: AppLock(
            it[Means], passkeys=it[Passkeys], sign_in=it[SignIn], proving=it[Proving]
        ),
    )


def _arrivals(root: Root) -> Arrivals:
    return Arrivals(
        root[Means],
        store=root[AssuranceStore],
        assurance=root[Assurance],
        sessions=root[OpenSessions],
        letters=root[RecordedLetters],
        sender=Sender(root[Firm].profile, root.settings.chat.origin + WAY_IN),
        failed=letter_failed(root),
    )


def _passkeys(root: Root) -> Passkeys:
    chat, firm, means = root.settings.chat, root[Firm].profile, root[Means]
    return Passkeys(
        means,
        store=PasskeyStore(root.recording.database),
        ceremonies=Ceremonies(rp_id=chat.host, origin=chat.origin, name=lambda: firm().name),
        assurance=root[Assurance],
        arrivals=root[Arrivals],
        throttle=Throttle(means.clock, PASSKEYS),
    )


def _proving(root: Root) -> Proving:
    return Proving(
        root[Means],
        store=root[AssuranceStore],
        codes=root[Codes],
        assurance=root[Assurance],
        arrivals=root[Arrivals],
        sessions=root[OpenSessions],
    )


def _again(root: Root) -> ConfirmingAgain:
    return ConfirmingAgain(
        root[Means],
        store=root[AssuranceStore],
        clients=root[ClientStore],
        invites=root[Invites],
        assurance=root[Assurance],
        letters=root[RecordedLetters],
        firm=root[Firm].profile,
    )


def _resets(root: Root) -> Resets:
    clients = root.settings.clients
    return Resets(
        root[Means],
        ResetStore(root.recording.database),
        again=root[ConfirmingAgain],
        letters=root[RecordedLetters],
        notices=root[AccountNotices],
        throttle=root[TRIES],
        options=ResetOptions(
            origin=root.settings.chat.origin,
            firm=root[Firm].profile,
            changed=root[DirectoryTold].of_person,
            failed=_delayed(root),
            rule=clients.reset,
            wait=timedelta(hours=clients.reset_wait_hours),
        ),
    )


async def _look(root: Root) -> None:
    """Carry out resets once they are due."""
    await in_turns(root[Resets].look, every_s=LOOK_S, failed=_delayed(root))


def _delayed(root: Root) -> Callable[[BaseException], None]:
    return warns(root.around.log, "reset_delayed")


def _routes(root: Root) -> None:
    code_lifetime_s = root.settings.clients.code_minutes * 60
    clock = root.around.clock
    root.makes(InvitingRoutes, lambda it: InvitingRoutes(it[Invites], clock))
    root.serves(
        "chat",
        lambda it: it[InvitingRoutes],
        lambda it: ComingInRoutes(
            it[Invitation],
            it[ComingBack],
            it[Firm].profile,
            it[Pictures],
            code_lifetime_s,
            it[CHAT_SIGN_IN].coming.let_in,
        ),
        lambda it: ChoiceRoutes(it[Notices], it[Reminders], RateLimiter(clock)),
        lambda it: AssuringRoutes(
            assurance=it[Assurance],
            proving=it[Proving],
            doors=it[CHAT_DOORS],
            code_lifetime_s=code_lifetime_s,
        ),
        lambda it: ResetRoutes(it[Resets], it[InvitingRoutes], it[Firm].profile),
        lambda it: PasskeyRoutes(it[Passkeys], it[CHAT_SIGN_IN].coming.let_in, it[SignIn]),
        lambda it: LockRoutes(
            app_lock=it[AppLock],
            passkeys=it[Passkeys],
            doors=it[CHAT_DOORS],
            who=it[CHAT_SIGN_IN].me.who,
        ),
    )
