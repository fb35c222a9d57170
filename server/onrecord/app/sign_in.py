"""How people come in and stay in: passwords, links, sessions, tokens, the command line."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from onrecord.app.root import Key, Root
from onrecord.app.settings.options import hash_options, session_options
from onrecord.core.domain.clock import SteadyClock
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.threads import Threads
from onrecord.features.clients.assurance import Assurance
from onrecord.features.clients.coming_back import ComingBack
from onrecord.features.notices.service import Notices
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.firm import Firm
from onrecord.features.people.means import Means
from onrecord.features.people.people import People
from onrecord.features.people.role_codes import RoleCodes
from onrecord.features.sign_in.device_marks import DeviceMarks
from onrecord.features.sign_in.device_routes import SignedInDeviceRoutes
from onrecord.features.sign_in.door_routes import ConsoleDoors
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.keeper import Destruction, Keeper
from onrecord.features.sign_in.links import LinkOptions, Links
from onrecord.features.sign_in.login_routes import LoginRoutes
from onrecord.features.sign_in.logins import LoginOptions, Logins
from onrecord.features.sign_in.own_password import OwnPassword
from onrecord.features.sign_in.passwords import HashOptions, Passwords
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.routes import MeRoutes, OwnSessionRoutes, SigningIn, SignInRoutes
from onrecord.features.sign_in.service import SignIn, SignInOptions
from onrecord.features.sign_in.sessions import OpenSessions, SessionOptions
from onrecord.features.sign_in.sign_out import SignOut
from onrecord.features.sign_in.throttle import Throttle, ThrottleOptions
from onrecord.features.sign_in.tickets import TicketOptions, Tickets
from onrecord.features.sign_in.token_ends import TokenReminders
from onrecord.features.sign_in.token_ends_store import TokenEndsStore
from onrecord.features.sign_in.token_routes import OwnTokenRoutes
from onrecord.features.sign_in.tokens import Tokens
from onrecord.features.sign_in.values import Audience
from onrecord.http.cookies import SessionDoors
from onrecord.http.letting_in import LettingIn

HASHES_AT_ONCE = 2
"""Each takes 64 MiB and a fifth of a second, unless the settings say otherwise."""
HASHES_NICE = 5
"""How far hashes give way to the loop. Each has four threads, so without it two leave the loop an
eighth of a core in a flood of sign-ins. At 10 they are so slow that not all who wait have their
turn within the deadline (hash_turns.MOST_WAITING)."""
LOGIN = timedelta(minutes=15)
"""How long a sign-in of the command line lasts."""
HASHING: Final = Key[Threads]("argon2")
CHAT_DOORS: Final = Key[SessionDoors]("the chat's doors")
CONSOLE_DOORS: Final = Key[SessionDoors]("the console's doors")
CHAT_SIGN_IN: Final = Key[SigningIn]("sign-in at the chat")
CONSOLE_SIGN_IN: Final = Key[SigningIn]("sign-in at the console")


def install(root: Root) -> None:
    """Make everything on an open recording, and the console's routes."""
    settings = root.settings
    kept = timedelta(days=settings.accounts.restore_days)
    root.threads(HASHING, threads=HASHES_AT_ONCE, waiting=64, nice=HASHES_NICE)
    root.makes(HashOptions, lambda _: hash_options(settings))
    root.makes(Passwords, lambda it: Passwords(it[HASHING], it[HashOptions], HASHES_AT_ONCE))
    root.makes(ThrottleOptions, lambda _: ThrottleOptions())
    root.makes(OpenSessions, lambda it: OpenSessions(it[Means], session_options(settings)))
    root.makes(Destruction, lambda it: Destruction(it[Means], kept))
    root.makes(
        TokenReminders,
        lambda it: TokenReminders(
            it[Means], TokenEndsStore(it.recording.database), it[AccountNotices]
        ),
    )
    root.makes(
        Keeper,
        lambda it: Keeper(it[Means], it[OpenSessions], it[Destruction], it[TokenReminders]),
    )
    root.makes(Links, lambda it: Links(it[Means], LinkOptions()))
    root.makes(SignOut, lambda it: SignOut(it[Means]))
    root.makes(Tickets, lambda it: Tickets(it[Means], TicketOptions()))
    root.makes(Tokens, _tokens)
    root.makes(SignIn, _sign_in)
    root.makes(OwnPassword, _own_password)
    root.makes(LoginOptions, lambda _: LoginOptions())
    root.makes(Logins, _logins)
    root.makes(CONSOLE_DOORS, lambda it: ConsoleDoors(it[OpenSessions]))
    root.makes(CONSOLE_SIGN_IN, lambda it: _signing_in(it, "console", it[CONSOLE_DOORS]))
    root.serves(
        "console",
        lambda it: it[CONSOLE_SIGN_IN],
        lambda it: LoginRoutes(it[Logins], it[Firm].profile),
        lambda it: SignedInDeviceRoutes(
            people=it[People],
            sessions=it[OpenSessions],
            sign_out=it[SignOut],
            connected=it[Sessions].watched,
        ),
    )
    root.runs(lambda it: it[Keeper].run())
    root.stack.push_async_callback(_note_refusals, root)


def at_the_chat(root: Root) -> None:
    """Add the chat's doors and routes, by which clients come in as well."""
    root.makes(
        CHAT_DOORS,
        lambda it: SessionDoors(
            audience="chat",
            sessions=it[OpenSessions],
            tokens=it[Tokens],
            demand=it[Notices].demand,
        ),
    )
    root.makes(
        CHAT_SIGN_IN,
        lambda it: _signing_in(
            it,
            "chat",
            it[CHAT_DOORS],
            notices=it[Notices],
            coming_back=it[ComingBack],
            assurance=it[Assurance],
        ),
    )
    root.serves(
        "chat",
        lambda it: it[CHAT_SIGN_IN],
        lambda it: OwnTokenRoutes(it[Tokens], it[SignIn]),
    )


async def _note_refusals(root: Root) -> None:
    with suppress(OnRecordError):  # the database may be what ended it all
        await root[Entries].note_refusals()


def _tokens(root: Root) -> Tokens:
    limits = root.settings.limits
    rate = (limits.messages_per_minute, limits.burst)
    return Tokens(root[Means], root[AccountNotices], saw=root[OpenSessions].saw, limit=rate)


def _sign_in(root: Root) -> SignIn:
    return SignIn(
        root[Means],
        passwords=root[Passwords],
        throttle=Throttle(root[SteadyClock], root[ThrottleOptions]),
        sessions=root[OpenSessions],
        marks=DeviceMarks(root.recording.server_key.derived("device marks")),
        options=SignInOptions(),
    )


def _own_password(root: Root) -> OwnPassword:
    firm = root.settings.firm.name
    return OwnPassword(root[Means], passwords=root[Passwords], sign_in=root[SignIn], firm=firm)


def _logins(root: Root) -> Logins:
    sessions = OpenSessions(root[Means], SessionOptions(absolute=LOGIN, idle=LOGIN))
    return Logins(sessions, root[SteadyClock], root[LoginOptions])


def _signing_in(
    root: Root,
    audience: Audience,
    doors: SessionDoors,
    *,
    notices: Notices | None = None,
    coming_back: ComingBack | None = None,
    assurance: Assurance | None = None,
) -> SigningIn:
    """Return the routes at one listener; what clients sign in by, where they do."""
    sessions, sign_in, sign_out = root[OpenSessions], root[SignIn], root[SignOut]
    own, told, codes = root[OwnPassword], root[AccountNotices], root[RoleCodes]
    me = MeRoutes(audience, root[Firm].profile, own, told, codes, notices)
    let_in = LettingIn(audience, doors, sessions, sign_out, me.who)
    return SigningIn(
        me,
        SignInRoutes(let_in, sign_in, root[Links], root.around.metrics, coming_back),
        OwnSessionRoutes(audience, doors, sessions, sign_in, sign_out, own, assurance),
    )
