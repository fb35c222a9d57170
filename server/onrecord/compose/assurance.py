"""How sure the firm is of its clients: devices, proofs, passkeys, confirming again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from onrecord.compose.accounts import Accounts
from onrecord.compose.recording import Recording
from onrecord.domain.errors import OnRecordError
from onrecord.domain.ids import SessionId
from onrecord.edge.chat.assuring import AssuringRoutes
from onrecord.edge.chat.inviting import InvitingRoutes
from onrecord.edge.chat.passkeys import PasskeyRoutes
from onrecord.edge.cookies import SessionDoors
from onrecord.edge.routes import Ask, Entry
from onrecord.identity.clients.arrivals import Arrivals, Sender
from onrecord.identity.clients.assurance import Assurance, AssuranceOptions
from onrecord.identity.clients.ceremonies import Ceremonies
from onrecord.identity.clients.codes import Codes
from onrecord.identity.clients.confirming_again import ConfirmingAgain
from onrecord.identity.clients.invites import Invites
from onrecord.identity.clients.letters import WAY_IN
from onrecord.identity.clients.passkeys import Passkeys
from onrecord.identity.clients.proving import Proving
from onrecord.identity.clients.recorded_letters import RecordedLetters
from onrecord.identity.sign_in import Opened
from onrecord.identity.throttle import Throttle
from onrecord.settings.model import Settings
from onrecord.storage.assurance_store import AssuranceStore
from onrecord.storage.client_store import ClientStore
from onrecord.storage.passkey_store import PasskeyStore


@dataclass(frozen=True, slots=True)
class Assured:
    """The verbs of it."""

    assurance: Assurance
    arrivals: Arrivals
    passkeys: Passkeys
    proving: Proving
    again: ConfirmingAgain

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
    return Assured(
        assurance=assurance,
        arrivals=arrivals,
        passkeys=Passkeys(
            means,
            store=PasskeyStore(shared.recording.database),
            ceremonies=Ceremonies(rp_id=chat.host, origin=chat.origin, name=lambda: firm().name),
            assurance=assurance,
            arrivals=arrivals,
            throttle=shared.throttle,
        ),
        proving=Proving(
            means,
            store=store,
            codes=shared.codes,
            assurance=assurance,
            arrivals=arrivals,
            sessions=shared.who.sessions,
        ),
        again=ConfirmingAgain(
            means,
            store=store,
            clients=shared.clients,
            invites=shared.invites,
            assurance=assurance,
            letters=shared.letters,
            firm=firm,
        ),
    )


def assurance_routes(
    assured: Assured,
    inviting: InvitingRoutes,
    let_in: Callable[[Ask, Opened], Awaitable[Response]],
    *,
    doors: SessionDoors,
    code_lifetime_s: int,
) -> list[Entry]:
    """Return the chat listener's routes of it."""
    assuring = AssuringRoutes(
        assurance=assured.assurance,
        proving=assured.proving,
        again=assured.again,
        inviting=inviting,
        doors=doors,
        code_lifetime_s=code_lifetime_s,
    )
    return [*assuring.table(), *PasskeyRoutes(assured.passkeys, let_in).table()]
