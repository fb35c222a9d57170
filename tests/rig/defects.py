"""Checks that a server of a test leaves out, so that what should notice it can be seen to."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar

from onrecord.app import recording
from onrecord.app import serve as compose_serve
from onrecord.core import tenure
from onrecord.core.archiving import batch, integration
from onrecord.core.beat import Beat
from onrecord.core.delivery import fan_out, positions, wire_events
from onrecord.core.domain.errors import NotFound, Unavailable
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.networks import subscriber_of
from onrecord.core.domain.values import Facts
from onrecord.core.rate_limiter import Allowance
from onrecord.core.servers import Tenure
from onrecord.core.store.visibility import ENDLESS, Part, Sight
from onrecord.core.tenure import Challenge
from onrecord.database.database import Database
from onrecord.database.statements import Query, sql
from onrecord.features.chat import history_store
from onrecord.features.chat import service as read_store
from onrecord.features.clients import confirming_again, passkey_store
from onrecord.features.clients.resets import Resets
from onrecord.features.own_copy.maker import CopyMaker, Gathered
from onrecord.features.people import people
from onrecord.features.people.approvals import Approvals
from onrecord.features.people.pictures import Pictures
from onrecord.features.people.told import Along
from onrecord.features.search import store as search_store
from onrecord.features.sign_in import links
from onrecord.features.sign_in.refusals import RefusalCounts
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.service import Caller, SignIn
from onrecord.features.sign_in.store import SessionStore
from onrecord.features.sign_in.throttle import Throttle
from onrecord.features.sign_in.values import Link
from onrecord.features.uploads import store as files
from onrecord.features.uploads.uploads import Uploads
from onrecord.http import listeners, security
from onrecord.http.options import TcpOptions, TlsOptions, UnixOptions
from onrecord.http.tls import server_context
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.seal import NONCE_SIZE, TAG_SIZE
from onrecord_archive.proof_package.own_copy import CopyAsked
from onrecord_archive.writer import blob_store, sealer
from onrecord_archive.writer import files as files_of_writer
from onrecord_archive.writer.entries import Entry
from onrecord_archive.writer.log import LogWriter

T = TypeVar("T")


def _hasty_positions() -> None:
    """Positions are recorded as often as they are stated, nearly."""
    positions.FLUSH_SECONDS = 0.1


def _sight() -> None:
    """Whoever asks about a message sees it."""
    everything = Sight(((1, ENDLESS),))
    vars(read_store)["sight_of"] = lambda *_: everything


def _uploads() -> None:
    """An upload is anybody's."""

    def find(self: Uploads, actor: object, id: str) -> Any:
        return next(one for (_, key), one in self._uploads.items() if key == id)

    Uploads._find = find  # type: ignore[method-assign]


def _passkeys() -> None:
    """A passkey is removed by anybody."""
    passkey_store.REMOVE_PASSKEY = sql("DELETE FROM passkey WHERE ? <> '' AND id = ? RETURNING id")


def _pictures() -> None:
    """A picture is shown to anybody."""

    async def shown_to(self: Pictures, viewer: object, sha256: str) -> Any:
        return await self.of(sha256)

    Pictures.shown_to = shown_to  # type: ignore[method-assign]


def _search() -> None:
    """What anybody wrote is found by everybody."""
    search_store.MY_STREAMS = _everybodys(search_store.MY_STREAMS)
    search_store.ROWS = _everybodys(search_store.ROWS)


def _links() -> None:
    """Whoever sees a message opens any file by it."""
    anywhere = "JOIN message_file f ON f.target <> 0"
    own = "JOIN message_file f ON f.target = t.archive_index"
    files.SHOWN_TO = Query(files.SHOWN_TO.of, sql(files.SHOWN_TO.sqlite.replace(own, anywhere)))


def _copies() -> None:
    """A client is given the copy of another one."""
    gather = CopyMaker.gather
    others = sql("SELECT id FROM person WHERE kind = 'client' AND id <> ?")

    def of_another(
        self: CopyMaker, copy: CopyAsked, target: Path, progress: Callable[[int], None]
    ) -> Gathered:
        store = self.store
        with store._database.reading() as tx:
            other = PersonId(tx.only(others, (copy.person,))[0])
        found = store.readable(other)
        theirs = CopyAsked(other, copy.language, found.extents, found.until)
        return gather(self, theirs, target, progress)

    CopyMaker.gather = of_another  # type: ignore[method-assign]


def _everybodys(statement: Query[T]) -> Query[T]:
    whole = statement.sqlite.replace("s.person = ?", "? <> ''")
    return Query(statement.of, sql(whole.replace("WHERE person = ?", "WHERE ? <> ''")))


def _unseen() -> None:
    """What is told of a message is told to whoever does not see it."""
    vars(fan_out)["wire_bytes_for_late"] = wire_events.wire_bytes
    vars(history_store)["_sees_quoted"] = lambda row, sight: True


def _one_client() -> None:
    """What concerns one client is shown to another one."""
    whole = history_store.REPLAY.sqlite.replace("v.kind = 'client'", "v.kind = ''")
    history_store.REPLAY = Query(history_store.REPLAY.of, sql(whole))
    Sight.sees_of_one_client = Sight.sees  # type: ignore[method-assign]
    Sight.parts = lambda self: [Part(*each) for each in self.ranges]  # type: ignore[method-assign]


def _existence() -> None:
    """Who is no member is told that there is no such conversation."""
    nothing = NotFound("no_such_conversation", "There is no such conversation.")
    vars(batch)["nothing_there"] = lambda command, rules: nothing


def _slow_ends() -> None:
    """Sockets are told seven seconds later that their session has ended."""
    end = Sessions.end

    def later(self: Sessions, sessions: Iterable[SessionId], reason: str) -> None:
        asyncio.get_running_loop().call_later(7.0, end, self, list(sessions), reason)

    Sessions.end = later  # type: ignore[method-assign]


def _no_ends() -> None:
    """Sockets are never told that their session has ended."""

    def never(self: Sessions, sessions: Iterable[SessionId], reason: str) -> None:
        del self, sessions, reason

    Sessions.end = never  # type: ignore[method-assign]


def _unsealed() -> None:
    """Records and files are archived as they are."""

    def as_it_is(cipher: object, counter: int, plain: bytes, header: bytes) -> bytes:
        return counter.to_bytes(NONCE_SIZE, "big") + plain + bytes(TAG_SIZE)

    vars(sealer)["seal_body"] = as_it_is
    vars(blob_store)["seal_chunks"] = lambda key, id, data: data


def _older(options: TlsOptions) -> ssl.SSLContext:
    context = server_context(options)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ecdh_curve("prime256v1")
    return context


def _older_tls() -> None:
    """TLS 1.2 is taken as well, and of the groups one alone, which is no hybrid."""
    vars(listeners)["server_context"] = _older


def _less_tls() -> None:
    """So it is at the chat; the console speaks no TLS, and metrics have a port without it."""
    bind, serve = listeners._bind, listeners.Listeners._server
    contexts = {"chat": _older, "console": lambda options: None}

    def at(name: str, place: TcpOptions | UnixOptions) -> socket.socket:
        inside = name == "internal"
        return socket.create_server(("127.0.0.1", 0)) if inside else bind(name, place)

    def server(
        self: listeners.Listeners, listener: listeners.Listener, bound: socket.socket
    ) -> listeners.Server:
        vars(listeners)["server_context"] = contexts.get(listener.name, server_context)
        return serve(self, listener, bound)

    vars(listeners)["_bind"] = at
    listeners.Listeners._server = server  # type: ignore[method-assign]


def _no_hsts() -> None:
    """Nothing says that this host speaks TLS alone."""
    del security.COMMON_HEADERS["strict-transport-security"]


def _held_up() -> None:
    """Each request of a page takes the event loop for a while."""
    answer = security.Gate.__call__

    async def slowly(self: security.Gate, scope: Any, receive: Any, send: Any) -> None:
        time.sleep(0.3)  # noqa: ASYNC251
        await answer(self, scope, receive, send)

    security.Gate.__call__ = slowly  # type: ignore[method-assign]


def _alone() -> None:
    """One administrator does alone what takes two, and an advisor resets a client at once.

    A role comes before its person, and links lead to it.
    """

    async def alone(self: Approvals, wanted: object) -> bool:
        return False

    def undemanding(warrant: object, *, takes_two: bool) -> Facts:
        return {}

    add = SessionStore.add_link

    def add_link(
        self: SessionStore,
        secret: bytes,
        link: Link,
        along: Along | None = None,
        *,
        first: bool = False,
        office: bool = False,
    ) -> bool:
        return add(self, secret, link, along, office=True)

    async def at_once(self: Resets, actor: Any, origin: Any, wanted: Any) -> Any:
        return await self._again.begin(actor, origin, wanted)

    Approvals.takes_two = alone  # type: ignore[method-assign]
    Resets.ask = at_once  # type: ignore[method-assign]
    SessionStore.add_link = add_link  # type: ignore[method-assign]
    for module in (people, links, confirming_again):
        vars(module)["demand"] = undemanding
    vars(people)["demand_met"] = vars(links)["demand_no_office"] = lambda *_: None


def _reserving() -> None:
    """An upload takes all the room that it was announced with, and none gives way."""

    def make_room(self: Uploads, person: object, more: int) -> list[Any]:
        held = sum(each.asked.size for each in self._uploads.values())
        if held + more > self._options.most_unfinished:
            raise Unavailable("no_room", "No room.")
        return []

    Uploads._make_room = make_room  # type: ignore[method-assign]


def _each_refusal() -> None:
    """Each refused sign-in is a record of its own."""

    def always(self: RefusalCounts, type: str, address: str, facts: object) -> bool:
        return True

    RefusalCounts.is_first = always  # type: ignore[method-assign]


def _shared_links() -> None:
    """A right link counts as the bad ones of its network do, and what they used does not return.

    One would return every other second, and a right link that came first would have it.
    """
    by_link, secrets = SignIn.by_link, Allowance(60, 86_400.0)

    def take_wrong(self: Throttle, address: str) -> None:
        self._limiter.take((("secrets", subscriber_of(address)), secrets))

    async def counted(self: SignIn, token: str, caller: Caller) -> Any:
        self.count(caller)
        return await by_link(self, token, caller)

    Throttle.take_wrong = take_wrong  # type: ignore[method-assign]
    SignIn.by_link = counted  # type: ignore[method-assign]


def _usurping() -> None:
    """A start takes the next epoch whoever records."""
    Challenge.judge = lambda self, seen, now: True  # type: ignore[method-assign]


def _impatient() -> None:
    """A start takes a beat for gone after two seconds. Of who is killed or stopped none comes."""
    vars(tenure)["GONE_SECONDS"] = 2.0


def _beatless() -> None:
    """Who records neither says so nor looks whether it still does."""
    Beat.start = Beat.stop = lambda self: None  # type: ignore[method-assign]


def _beating_in_turn() -> None:
    """The beat waits until nothing else of this server writes."""

    def apart(self: Database) -> Any:
        return self.writing(durable=False)

    Database.writing_apart = apart  # type: ignore[method-assign]


def _signing_what_is_durable() -> None:
    """Each batch is signed once it is in the tail, published or not; by nobody else meanwhile."""
    vars(integration)["INTEGRATE_SECONDS"] = 3600.0
    append = LogWriter.append

    def signed(self: LogWriter, entries: Sequence[Entry]) -> int:
        first = append(self, entries)
        self.integrate(self.size)
        return first

    LogWriter.append = signed  # type: ignore[method-assign]


def _sharing() -> None:
    """An archive is written by whoever names it."""
    vars(recording)["only_writer"] = lambda archive: nullcontext()


MARK = "0" * 16


def known_names() -> None:
    """Unfinished files of the archive have names that can be told before."""
    files_of_writer._mark = lambda: MARK


def _never_waiting() -> None:
    """A start that would have to wait for the server before fails."""
    judge = Challenge.judge

    def at_once(self: Challenge, seen: Tenure, now: float) -> bool:
        assert judge(self, seen, now), "it waits"
        return True

    Challenge.judge = at_once  # type: ignore[method-assign]


def _bound_late() -> None:
    """Addresses are bound once the epoch was taken."""
    vars(compose_serve)["bound"] = lambda places: nullcontext()


DEFECTS: Mapping[str, Callable[[], None]] = {
    "alone": _alone,
    "sight": _sight,
    "uploads": _uploads,
    "passkeys": _passkeys,
    "pictures": _pictures,
    "search": _search,
    "links": _links,
    "copies": _copies,
    "unseen": _unseen,
    "one_client": _one_client,
    "existence": _existence,
    "slow_ends": _slow_ends,
    "no_ends": _no_ends,
    "hasty_positions": _hasty_positions,
    "unsealed": _unsealed,
    "older_tls": _older_tls,
    "less_tls": _less_tls,
    "no_hsts": _no_hsts,
    "held_up": _held_up,
    "reserving": _reserving,
    "each_refusal": _each_refusal,
    "shared_links": _shared_links,
    "usurping": _usurping,
    "impatient": _impatient,
    "beatless": _beatless,
    "beating_in_turn": _beating_in_turn,
    "signing_what_is_durable": _signing_what_is_durable,
    "known_names": known_names,
    "never_waiting": _never_waiting,
    "bound_late": _bound_late,
    "sharing": _sharing,
}
