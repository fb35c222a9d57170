"""The command line's sign-in: it shows a code, which the person confirms in their browser.

    ASKED --confirmed in a browser--> CONFIRMED --claimed--> gone, with a session of 15 minutes
    ASKED --refused--> REFUSED --claimed--> gone          any --5 minutes--> gone

As in RFC 8628 the code is short and for people, the secret long and for the one who asked. A code
alone opens nothing; whoever confirms it lets that command act as themselves, and is told so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import choice

from onrecord.domain.clock import Clock
from onrecord.domain.errors import NotFound
from onrecord.domain.texts import one_line
from onrecord.identity.ports import Person, Session
from onrecord.identity.secrets import digest, new_secret
from onrecord.identity.sessions import LONGEST_DEVICE, OpenSessions
from onrecord.identity.throttle import network_of

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; nothing that looks like a digit (RFC 8628 section 6.1)."""
CODE_LETTERS = 8
UNNAMED = "Unnamed device"
TOKEN_PREFIX = "onrecord_login_"  # noqa: S105 - what such secrets begin with
"""So that a token left in a file is found by those who scan for secrets."""


@dataclass(frozen=True, slots=True)
class LoginOptions:
    """How long a code waits, and how many unanswered ones are kept, in all and of one network.

    Above that the oldest goes: whoever asks again and again keeps nobody else from asking.
    """

    lifetime: timedelta = timedelta(minutes=5)
    most: int = 200
    most_of_address: int = 10


@dataclass(frozen=True, slots=True)
class AskedLogin:
    """Somebody's command line that asks to be let in."""

    code: str
    device: str
    address: str
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewLogin:
    """What the one who asked is told, this once."""

    code: str
    secret: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A session for the command line. `token` is its bearer token."""

    token: str
    session: Session
    person: Person


class _Entry:
    __slots__ = ("answer", "asked", "deadline", "secret")

    def __init__(self, asked: AskedLogin, secret: bytes, deadline: float) -> None:
        self.asked = asked
        self.secret = secret
        self.deadline = deadline
        self.answer: Person | bool | None = None
        """None: not answered; False: refused; or who confirmed it."""


class Logins:
    """The codes that wait, in this process. Belongs to the event loop.

    *sessions* opens the short sessions that the command line gets.
    """

    def __init__(self, sessions: OpenSessions, clock: Clock, options: LoginOptions) -> None:
        self._sessions = sessions
        self._clock = clock
        self._options = options
        self._waiting: dict[str, _Entry] = {}

    @property
    def lifetime_s(self) -> int:
        """How long a code waits, seconds."""
        return int(self._options.lifetime.total_seconds())

    def ask(self, device: str, address: str) -> NewLogin:
        """Note that a command line wants in."""
        self._forget()
        self._make_room(network_of(address))
        letters = [choice(LETTERS) for _ in range(CODE_LETTERS)]
        code, secret = "".join(letters), new_secret()
        now, lifetime = self._clock.now(), self._options.lifetime
        called = one_line(device, LONGEST_DEVICE) or UNNAMED
        asked = AskedLogin(code, called, address, now, now + lifetime)
        deadline = self._clock.monotonic() + lifetime.total_seconds()
        self._waiting[code] = _Entry(asked, digest(secret), deadline)
        return NewLogin(f"{code[:4]}-{code[4:]}", secret)

    def asked(self, code: str) -> AskedLogin:
        """Return what waits under a code. Raises NotFound (`no_such_login`)."""
        return self._unanswered(code).asked

    def confirm(self, code: str, person: Person) -> None:
        """Let it in as *person*. Raises NotFound (`no_such_login`)."""
        self._unanswered(code).answer = person

    def refuse(self, code: str) -> None:
        """Send it away. Raises NotFound (`no_such_login`)."""
        self._unanswered(code).answer = False

    async def claim(self, secret: str) -> Claimed | bool:
        """Return a session once it was confirmed; True: wait; False: it was refused.

        Opening the session is recorded first (sessions.py). Raises NotFound (`no_such_login`),
        Unavailable (`archive_unavailable`; claim again), NotSignedIn.
        """
        self._forget()
        hashed = digest(secret)
        entry = next((each for each in self._waiting.values() if each.secret == hashed), None)
        if entry is None:
            raise _nothing()
        if entry.answer is None:
            return True
        del self._waiting[entry.asked.code]
        person = entry.answer
        if not isinstance(person, Person):
            return False
        asked = entry.asked
        try:
            opened, session = await self._sessions.open(
                person, "console", "code", device_name=asked.device, address=asked.address
            )
        except BaseException:
            self._waiting[asked.code] = entry
            raise
        return Claimed(TOKEN_PREFIX + opened, session, person)

    def _unanswered(self, code: str) -> _Entry:
        self._forget()
        entry = self._waiting.get("".join(code.upper().replace("-", "").split()))
        if entry is None or entry.answer is not None:
            raise _nothing()
        return entry

    def _make_room(self, network: str) -> None:
        """Let the oldest go of a network that has its share, or, of all, of who has the most."""
        unanswered: dict[str, list[str]] = {}
        for code, entry in self._waiting.items():
            if entry.answer is None:
                unanswered.setdefault(network_of(entry.asked.address), []).append(code)
        if len(unanswered.get(network, ())) >= self._options.most_of_address:
            del self._waiting[unanswered[network][0]]
        elif sum(map(len, unanswered.values())) >= self._options.most:
            del self._waiting[max(unanswered.values(), key=len)[0]]

    def _forget(self) -> None:
        now = self._clock.monotonic()
        for code, entry in list(self._waiting.items()):
            if entry.deadline <= now:
                del self._waiting[code]


def _nothing() -> NotFound:
    detail = "There is no such sign-in; it was answered, or has expired. Ask for a new code."
    return NotFound("no_such_login", detail)
