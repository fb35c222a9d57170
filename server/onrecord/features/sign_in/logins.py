"""The command line's sign-in: it shows a code, which the person confirms in their browser.

    ASKED --confirmed in a browser--> CONFIRMED --claimed--> gone, with a session of 15 minutes
    ASKED --refused--> REFUSED --claimed--> gone          any --5 minutes--> gone

As in RFC 8628 the code is short and for people, the secret long and for the one who asked. A code
alone opens nothing; whoever confirms it lets that command act as themselves, and is told so.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import choice

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.networks import subscriber_of
from onrecord.core.domain.texts import one_line
from onrecord.features.sign_in.secrets import digest, new_secret
from onrecord.features.sign_in.sessions import LONGEST_DEVICE, OpenSessions
from onrecord.features.sign_in.values import Person, Session

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; nothing that looks like a digit (RFC 8628 section 6.1)."""
CODE_LETTERS = 8
UNNAMED = "Unnamed device"
TOKEN_PREFIX = "onrecord_login_"  # noqa: S105 - what such secrets begin with
"""So that a token left in a file is found by those who scan for secrets."""


@dataclass(frozen=True, slots=True)
class LoginOptions:
    """How long a code waits, and how many are kept that nobody has looked at.

    Above that the oldest goes: whoever asks again and again keeps nobody else from asking. There is
    room for so many that a code is typed before others of its subscriber have filled that (some
    1 KB each); from then on it waits whatever they do.
    """

    lifetime: timedelta = timedelta(minutes=5)
    most: int = 20_000
    most_of_subscriber: int = 10_000


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


class _Unseen:
    """Codes that nobody has looked at, by subscriber, each subscriber's oldest first."""

    def __init__(self) -> None:
        self.count = 0
        self._codes: dict[str, OrderedDict[str, None]] = {}
        self._by_count: dict[int, OrderedDict[str, None]] = {}
        """By how many codes they have. A dict's first one is slow to find behind many deleted."""

    def of(self, subscriber: str) -> int:
        """Return how many a subscriber has."""
        return len(self._codes.get(subscriber, ()))

    def add(self, subscriber: str, code: str) -> None:
        """Note one, the newest."""
        codes = self._codes.setdefault(subscriber, OrderedDict())
        codes[code] = None
        self.count += 1
        self._has(subscriber, len(codes) - 1, len(codes))

    def discard(self, subscriber: str, code: str) -> None:
        """Forget one, if it is there."""
        codes = self._codes.get(subscriber)
        if codes is not None and code in codes:
            del codes[code]
            self.count -= 1
            self._has(subscriber, len(codes) + 1, len(codes))
            if not codes:
                del self._codes[subscriber]

    def oldest(self, subscriber: str | None = None) -> str:
        """Return the oldest of a subscriber; None: of the one that has the most."""
        if subscriber is None:
            subscriber = next(iter(self._by_count[max(self._by_count)]))
        return next(iter(self._codes[subscriber]))

    def _has(self, subscriber: str, before: int, now: int) -> None:
        for many, there in ((before, False), (now, True)):
            if many == 0:
                continue
            if there:
                self._by_count.setdefault(many, OrderedDict())[subscriber] = None
                continue
            del self._by_count[many][subscriber]
            if not self._by_count[many]:
                del self._by_count[many]


class Logins:
    """The codes that wait, in this process. Belongs to the event loop.

    *sessions* opens the short sessions that the command line gets.
    """

    def __init__(self, sessions: OpenSessions, clock: Clock, options: LoginOptions) -> None:
        self._sessions = sessions
        self._clock = clock
        self._options = options
        self._waiting: OrderedDict[str, _Entry] = OrderedDict()
        """The oldest first, but for those whose session could not be opened."""
        self._by_secret: dict[bytes, _Entry] = {}
        self._unseen = _Unseen()

    @property
    def lifetime_s(self) -> int:
        """How long a code waits, seconds."""
        return int(self._options.lifetime.total_seconds())

    def ask(self, device: str, address: str) -> NewLogin:
        """Note that a command line wants in."""
        self._forget()
        self._make_room(subscriber_of(address))
        while (code := "".join(choice(LETTERS) for _ in range(CODE_LETTERS))) in self._waiting:
            continue
        secret = new_secret()
        now, lifetime = self._clock.now(), self._options.lifetime
        called = one_line(device, LONGEST_DEVICE) or UNNAMED
        asked = AskedLogin(code, called, address, now, now + lifetime)
        deadline = self._clock.monotonic() + lifetime.total_seconds()
        self._keep(_Entry(asked, digest(secret), deadline))
        self._unseen.add(subscriber_of(address), code)
        return NewLogin(f"{code[:4]}-{code[4:]}", secret)

    def asked(self, code: str) -> AskedLogin:
        """Return what waits under a code, for whoever is signed in and typed it.

        Raises NotFound (`no_such_login`).
        """
        asked = self._unanswered(code).asked
        self._unseen.discard(subscriber_of(asked.address), asked.code)
        return asked

    def confirm(self, code: str, person: Person) -> None:
        """Let it in as *person*. Raises NotFound (`no_such_login`)."""
        self._answer(code, person)

    def refuse(self, code: str) -> None:
        """Send it away. Raises NotFound (`no_such_login`)."""
        self._answer(code, False)

    async def claim(self, secret: str) -> Claimed | bool:
        """Return a session once it was confirmed; True: wait; False: it was refused.

        Opening the session is recorded first (sessions.py). Raises NotFound (`no_such_login`),
        Unavailable (`archive_unavailable`; claim again), NotSignedIn.
        """
        self._forget()
        entry = self._by_secret.get(digest(secret))
        if entry is None or entry.deadline <= self._clock.monotonic():
            raise _nothing()
        if entry.answer is None:
            return True
        self._drop(entry)
        person = entry.answer
        if not isinstance(person, Person):
            return False
        asked = entry.asked
        try:
            opened, session = await self._sessions.open(
                person, "console", "code", device_name=asked.device, address=asked.address
            )
        except BaseException:
            self._keep(entry)
            raise
        return Claimed(TOKEN_PREFIX + opened, session, person)

    def _answer(self, code: str, answer: Person | bool) -> None:
        entry = self._unanswered(code)
        self._unseen.discard(subscriber_of(entry.asked.address), entry.asked.code)
        entry.answer = answer

    def _keep(self, entry: _Entry) -> None:
        self._waiting[entry.asked.code] = self._by_secret[entry.secret] = entry

    def _drop(self, entry: _Entry) -> None:
        asked = entry.asked
        del self._waiting[asked.code], self._by_secret[entry.secret]
        self._unseen.discard(subscriber_of(asked.address), asked.code)

    def _unanswered(self, code: str) -> _Entry:
        self._forget()
        entry = self._waiting.get("".join(code.upper().replace("-", "").split()))
        if entry is None or entry.answer is not None:
            raise _nothing()
        return entry

    def _make_room(self, subscriber: str) -> None:
        """Let the oldest go of a subscriber that has its share, or, of all, of who has the most."""
        if self._unseen.of(subscriber) >= self._options.most_of_subscriber:
            self._drop(self._waiting[self._unseen.oldest(subscriber)])
        elif self._unseen.count >= self._options.most:
            self._drop(self._waiting[self._unseen.oldest()])

    def _forget(self) -> None:
        now, over = self._clock.monotonic(), list[_Entry]()
        for entry in self._waiting.values():
            if entry.deadline > now:
                break
            over.append(entry)
        for entry in over:
            self._drop(entry)


def _nothing() -> NotFound:
    detail = "There is no such sign-in; it was answered, or has expired. Ask for a new code."
    return NotFound("no_such_login", detail)
