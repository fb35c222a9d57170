"""Make a small bank in a folder: keys, database, people, tokens, conversations."""

import asyncio
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from onrecord.app.house import ACCOUNTS, CLIENTS
from onrecord.app.migrate import migrate
from onrecord.app.offline import offline
from onrecord.app.recording import Recording, Surroundings, recording
from onrecord.app.root import Install, Root, open_root
from onrecord.app.settings.load import load
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import storage_options
from onrecord.app.settings.paths import DataPaths
from onrecord.cli.installation import make_installation
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import (
    ClientId,
    DeviceId,
    SessionId,
    direct_stream_id,
    event_id_of,
    new_id,
)
from onrecord.core.domain.values import Command, Origin, Role, StreamRef
from onrecord.database.options import StorageOptions
from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord.features.clients.assurance import Assurance
from onrecord.features.notices.service import Notices
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.break_glass import BreakGlass, Shell
from onrecord.features.people.people import NewPerson, People
from onrecord.features.people.warrants import Warrant
from onrecord.features.sign_in.own_password import OwnPassword
from onrecord.features.sign_in.service import Caller, SignIn
from onrecord.features.sign_in.sessions import OpenSessions
from onrecord.features.sign_in.tokens import NewToken, Tokens
from onrecord.features.sign_in.values import Audience, Person
from onrecord.http.cookies import NAMES
from onrecord.observability.logs import make_log
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import PersonId, StreamId

RIG = Origin("rig")
BY_HAND = Shell("rig", "People to test with.")
BY_TWO = Warrant("0" * 32)
"""As if two administrators had agreed."""
GLASS = Warrant()
"""As on the server's own shell."""
T = TypeVar("T")
PASSWORD = "correct horse battery staple"
CHEAP = "[passwords]\nmemory_mib = 19\npasses = 2\nlanes = 1\n"
"""The cheapest hashes that the settings allow: a quarter of the work at each sign-in."""
CHEAP_BY_ENVIRON = {
    "ONRECORD_PASSWORDS__MEMORY_MIB": "19",
    "ONRECORD_PASSWORDS__PASSES": "2",
    "ONRECORD_PASSWORDS__LANES": "1",
}
"""The same for an installation whose settings file is not ours."""
UNLIMITED = "messages_per_minute = 1000000\nburst = 100000\n"
"""Lets everybody try everything at once; in the settings, for no token lifts a person's limit."""
PERSONS_OWN = (100, 20)
"""Messages a minute and at once that a person may send (DESIGN 7)."""
LIMITED = "[limits]\nmessages_per_minute = {}\nburst = {}\n".format(*PERSONS_OWN)
"""Has everybody keep the pace that they keep where the settings say nothing."""


@dataclass(slots=True)
class Installation:
    """A data folder and what is in it. `tokens` are by user name, `groups` by title.

    Clients have no token: `cookies` has each one's session at the chat, of their own browser.
    `sources` are the loopback addresses that user names connect from, where it matters.
    """

    data: Path
    opening_key: Path
    ca: Path
    settings: Settings
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    groups: dict[str, StreamId] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def direct(self, one: str, other: str) -> StreamId:
        """Return the direct conversation of two user names."""
        return direct_stream_id(self.people[one].id, self.people[other].id)


def install(
    folder: Path,
    people: list[str],
    *,
    toml: str = "",
    owner: StorageOptions | None = None,
    passwords: str = CHEAP,
    locale: str | None = None,
) -> Installation:
    """Make an installation whose people have tokens, and whose clients are signed in.

    They are user names: `x@client` is one from outside, `x@compliance` an officer, and so on. Ports
    are free ones of this moment. *toml* is added to the settings file, which limits nobody's pace
    unless *toml* does; where it names a PostgreSQL, *owner* is how to reach that as the owner of
    the database. *passwords*: what hashing them costs, in the same file. *locale*: the language of
    all of them. Blocks.
    """
    data, opening_key = folder / "data", folder / "opening.key"
    paths = DataPaths(data)
    make_installation(paths, origin="rig.example/log", opening_key=opening_key)
    settings = f"{listening()}{passwords}{unlimited(toml)}"
    paths.settings.write_text(f'[firm]\nname = "Rig Bank"\n{settings}')
    made = installation_in(data, opening_key)
    migrate(owner or storage_options(made.settings))
    run_apart(_populate(made, people, locale))
    return made


def unlimited(toml: str) -> str:
    """Return settings that let everybody send as fast as they can, unless they limit it."""
    if "messages_per_minute" in toml:
        return toml
    table = "[limits]\n"
    rest = toml if table in toml else f"{toml}{table}"
    return rest.replace(table, f"{table}{UNLIMITED}")


def listening() -> str:
    """Return the tables of a settings file that name ports that are free at the moment."""
    chat, console, files = free_ports(3)
    return f"""[chat]
origin = "https://chat.localhost:{chat}"
listen = "127.0.0.1:{chat}"
[console]
origin = "https://console.localhost:{console}"
listen = "127.0.0.1:{console}"
[files]
origin = "https://files.localhost:{files}"
listen = "127.0.0.1:{files}"
"""


def installation_in(data: Path, opening_key: Path) -> Installation:
    """Return what was made in a folder, with certificates; nobody in it is known yet."""
    settings = load(data)
    tls = DemoTls(settings.paths.tls)
    ensure_certificates(tls, datetime.now(UTC))
    return Installation(data, opening_key, tls.ca, settings)


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run in a thread of its own: the caller may be inside a browser driver's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def free_ports(count: int) -> list[int]:
    """Return TCP ports that nobody uses at the moment, and that no connection is given meanwhile.

    Linux gives those that connect, or ask for any port, one from 32768 on (ip(7)).
    """
    ports: list[int] = []
    while len(ports) < count:
        port = secrets.choice(range(10_000, 32_768))
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            ports += [port] * (port not in ports)
    return ports


@asynccontextmanager
async def at_root(
    made: Installation, installs: Sequence[Install] = ACCOUNTS
) -> AsyncIterator[Root]:
    """Open recording and the root of an installation that no server serves."""
    around = surroundings()
    async with (
        recording(made.settings, around) as rec,
        open_root(made.settings, around, rec, installs) as root,
    ):
        yield root


async def _populate(made: Installation, people: list[str], locale: str | None) -> None:
    around = surroundings()
    async with (
        recording(made.settings, around) as rec,
        open_root(made.settings, around, rec, CLIENTS) as root,
    ):
        for name in people:
            role = _role(name)
            outside = role == "client"
            made.people[name] = await root[BreakGlass].add(
                BY_HAND,
                NewPerson(
                    name=name.partition("@")[0].title(),
                    kind="client" if outside else "employee",
                    org="Client" if outside else "Rig Bank",
                    role=role,
                    username=name,
                    mail=address_of(name) if outside else None,
                    locale=locale,
                ),
                password=PASSWORD if len(people) <= 12 else None,
            )
            if outside:
                await come_in(made, root, name)
            else:
                await add_token(made, root, name)
        await read_all(root)


async def read_all(root: Root) -> None:
    """Have everybody have read what they were told: who was made an officer, above all."""
    no_session = SessionId("")
    for person in await root[People].all():
        waiting = [each.id for each in await root[AccountNotices].of(person.id)]
        if waiting:
            await root[AccountNotices].seen(person.id, no_session, waiting)


def _role(name: str) -> Role:
    """What stands behind the @ of a user name; without one, an employee."""
    role: Role = msgspec.convert(name.partition("@")[2] or "employee", Role)
    return role


def address_of(name: str) -> str:
    """Where a client's letters go."""
    return f"{name}.example"


class AnHourAgo(SystemClock):
    """A clock that is late."""

    def now(self) -> datetime:
        """Return the time of an hour ago."""
        return super().now() - timedelta(hours=1)


async def come_in(made: Installation, root: Root, name: str) -> None:
    """Have a client accept the notice, and be signed in since an hour: no code is fresh."""
    client = made.people[name]
    await root[Assurance].signed_in(client, DeviceId(new_id(SystemClock())), "code")
    around = replace(root.around, clock=AnHourAgo())
    async with open_root(made.settings, around, root.recording, ACCOUNTS) as earlier:
        secret, _ = await earlier[OpenSessions].open(
            client, "chat", "code", device_name="Rig", address="127.0.0.1"
        )
    made.cookies[name] = f"{NAMES['chat']}={secret}"
    notices = root[Notices]
    await notices.accept(client.actor, RIG, notices.of(client.locale).sha256)


async def add_token(made: Installation, root: Root, name: str) -> None:
    """Give somebody a token."""
    person = made.people[name]
    token = NewToken(person=person.id, name="rig")
    made.tokens[name], _ = await root[Tokens].create(person.actor, RIG, token)


async def enrol(settings: Settings, link: str, password: str) -> None:
    """Have somebody use their first link, while no server runs, and choose a password."""
    origin, _, token = link.strip().partition("/#link=")
    place: Audience = "chat" if origin == settings.chat.origin else "console"
    async with offline(settings) as root:
        opened = await root[SignIn].by_link(token, Caller(place, "127.0.0.1", "Rig"))
        await root[OwnPassword].choose(opened.person, opened.session, RIG, password, None)


async def change_password(root: Root, username: str, old: str, new: str) -> None:
    """Have somebody sign in and choose another password."""
    caller = Caller("chat", "127.0.0.1", "Rig")
    opened = await root[SignIn].by_password(username, old, caller)
    await root[OwnPassword].choose(opened.person, opened.session, RIG, new, old)


def credentials(made: Installation, name: str) -> dict[str, str]:
    """Return the headers by which the chat knows somebody: a script's, or a client's browser's."""
    if name in made.cookies:
        origin = {"origin": made.settings.chat.origin, "sec-fetch-site": "same-origin"}
        return {"cookie": made.cookies[name], **origin}
    return {"authorization": f"Bearer {made.tokens[name]}"}


async def create_conversation(
    rec: Recording, made: Installation, members: list[str], title: str | None = None
) -> StreamId:
    """Start a group (with *title*) or a direct conversation; the first member is its maker."""
    maker = made.people[members[0]]
    id = ClientId(new_id(SystemClock()))
    event = event_id_of(maker.id, id)
    others: tuple[PersonId, ...] = tuple(made.people[name].id for name in members[1:])
    stream = StreamId(event) if title else direct_stream_id(maker.id, others[0])
    command = Command(
        event_id=event,
        stream=stream,
        actor=maker.actor,
        origin=RIG,
        body=ConversationCreated(others, title),
        client_id=id,
        create=StreamRef(stream, "group" if title else "direct", title),
    )
    await rec.recorder.record(command)
    if title:
        made.groups[title] = stream
    return stream


def populate_conversations(
    made: Installation, groups: dict[str, list[str]], directs: Sequence[tuple[str, str]] = ()
) -> None:
    """Start groups (title -> members) and direct conversations. Blocks; the server must be off."""
    run_apart(_conversations(made, groups, directs))


async def _conversations(
    made: Installation, groups: dict[str, list[str]], directs: Sequence[tuple[str, str]]
) -> None:
    async with recording(made.settings, surroundings()) as rec:
        for title, members in groups.items():
            await create_conversation(rec, made, members, title)
        for one, other in directs:
            await create_conversation(rec, made, [one, other])


def surroundings() -> Surroundings:
    """Return what a process is given: the real clock, a log that only warns."""
    log = make_log(sys.stderr, level="warning")
    return Surroundings(SystemClock(), log, Metrics(), NoPoints(), _fail)


def _fail(error: Exception) -> None:
    raise error
