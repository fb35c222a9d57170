"""How sure the firm is of its clients: devices, proofs, passkeys, confirming again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from onrecord.app.accounts import Accounts
from onrecord.app.recording import Recording
from onrecord.app.settings.model import Settings
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.ids import SessionId
from onrecord.core.rate_limiter import Allowance
from onrecord.features.clients.arrivals import Arrivals, Sender
from onrecord.features.clients.assurance import Assurance, AssuranceOptions
from onrecord.features.clients.assurance_routes import AssuringRoutes
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.ceremonies import Ceremonies
from onrecord.features.clients.codes import Codes
from onrecord.features.clients.confirming_again import ConfirmingAgain
from onrecord.features.clients.invite_routes import InvitingRoutes
from onrecord.features.clients.invites import Invites
from onrecord.features.clients.passkey_routes import PasskeyRoutes
from onrecord.features.clients.passkey_store import PasskeyStore
from onrecord.features.clients.passkeys import Passkeys
from onrecord.features.clients.proving import Proving
from onrecord.features.clients.reset_routes import ResetRoutes
from onrecord.features.clients.reset_store import ResetStore
from onrecord.features.clients.resets import ResetOptions, Resets
from onrecord.features.clients.store import ClientStore
from onrecord.features.notifications.client_letters import WAY_IN
from onrecord.features.notifications.recorded_letters import RecordedLetters
from onrecord.features.sign_in.app_lock import AppLock
from onrecord.features.sign_in.lock_routes import LockRoutes
from onrecord.features.sign_in.routes import SigningIn
from onrecord.features.sign_in.throttle import Throttle, ThrottleOptions
from onrecord.http.routes import Entry

PASSKEYS = ThrottleOptions(known=Allowance(60, 2.0), address=Allowance(300, 0.2))
"""Apart from passwords, codes and links: nobody guesses a signature, so the work is what counts. A
network's counts what is no passkey alone; a passkey, and who unlocks, have an allowance each."""


@dataclass(frozen=True, slots=True)
class Assured:
    """The verbs of it."""

    assurance: Assurance
    arrivals: Arrivals
    passkeys: Passkeys
    proving: Proving
    again: ConfirmingAgain
    resets: Resets
    app_lock: AppLock

    @property
    def fresh(self) -> Callable[[SessionId], Awaitable[None]]:
        """Raises NotAllowed (`step_up_required`) unless a session was proved a moment ago."""
        return self.assurance.demand_fresh_of


@dataclass(frozen=True, slots=True)
class Shared:
    """What the verbs of clients share with these."""

    settings: Settings
    recording: Recording
    who: Accounts
    clients: ClientStore
    letters: RecordedLetters
    codes: Codes
    invites: Invites
    throttle: Throttle
    failed: Callable[[OnRecordError], None]
    reset_failed: Callable[[OnRecordError], None]


def assurances(shared: Shared) -> Assured:
    """Make everything on an open recording."""
    settings, means = shared.settings, shared.who.means
    chat, firm = settings.chat, shared.who.firm.profile
    store = AssuranceStore(shared.recording.database)
    options = AssuranceOptions(
        timedelta(days=settings.clients.reverify_days),
        timedelta(minutes=settings.clients.step_up_minutes),
    )
    assurance = Assurance(means, store, shared.recording.recorder, options)
    arrivals = Arrivals(
        means,
        store=store,
        assurance=assurance,
        sessions=shared.who.sessions,
        letters=shared.letters,
        sender=Sender(firm, chat.origin + WAY_IN),
        failed=shared.failed,
    )
    passkeys = _passkeys(shared, assurance, arrivals)
    proving = Proving(
        means,
        store=store,
        codes=shared.codes,
        assurance=assurance,
        arrivals=arrivals,
        sessions=shared.who.sessions,
    )
    again = ConfirmingAgain(
        means,
        store=store,
        clients=shared.clients,
        invites=shared.invites,
        assurance=assurance,
        letters=shared.letters,
        firm=firm,
    )
    return Assured(
        assurance=assurance,
        arrivals=arrivals,
        passkeys=passkeys,
        proving=proving,
        again=again,
        resets=_resets(shared, again),
        app_lock=AppLock(means, passkeys=passkeys, sign_in=shared.who.sign_in, proving=proving),
    )


def _resets(shared: Shared, again: ConfirmingAgain) -> Resets:
    settings, who = shared.settings.clients, shared.who
    return Resets(
        who.means,
        ResetStore(shared.recording.database),
        again=again,
        letters=shared.letters,
        notices=who.account_notices,
        throttle=shared.throttle,
        options=ResetOptions(
            origin=shared.settings.chat.origin,
            firm=who.firm.profile,
            changed=who.told.of_person,
            failed=shared.reset_failed,
            rule=settings.reset,
            wait=timedelta(hours=settings.reset_wait_hours),
        ),
    )


def _passkeys(shared: Shared, assurance: Assurance, arrivals: Arrivals) -> Passkeys:
    chat, firm = shared.settings.chat, shared.who.firm.profile
    return Passkeys(
        shared.who.means,
        store=PasskeyStore(shared.recording.database),
        ceremonies=Ceremonies(rp_id=chat.host, origin=chat.origin, name=lambda: firm().name),
        assurance=assurance,
        arrivals=arrivals,
        throttle=Throttle(shared.who.means.clock, PASSKEYS),
    )


def assurance_routes(
    assured: Assured,
    inviting: InvitingRoutes,
    signing_in: SigningIn,
    *,
    code_lifetime_s: int,
) -> list[Entry]:
    """Return the chat listener's routes of it."""
    let_in = signing_in.coming.let_in
    assuring = AssuringRoutes(
        assurance=assured.assurance,
        proving=assured.proving,
        doors=let_in.doors,
        code_lifetime_s=code_lifetime_s,
    )
    passkeys = PasskeyRoutes(assured.passkeys, let_in, signing_in.coming.sign_in)
    locking = LockRoutes(
        app_lock=assured.app_lock,
        passkeys=assured.passkeys,
        doors=let_in.doors,
        who=signing_in.me.who,
    )
    resetting = ResetRoutes(assured.resets, inviting, signing_in.me.firm)
    parts = (assuring, resetting, passkeys, locking)
    return [entry for part in parts for entry in part.table()]
