"""A bank of an earlier release, killed in the middle of a message, goes on with this one.

`tests/fixtures/bank-SCHEMA.tar.xz` is what that release left, made by `freeze_bank.py` beside it,
with the schema that it made in PostgreSQL. Its rows become a SQLCipher file, and fill a PostgreSQL
that has that schema. Servers run in the time in which it was frozen, so that sessions and links
have not expired. In the end either database has the schema of a new one.
"""

import asyncio
import json
import lzma
import re
import sqlite3
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest
from psycopg import sql as pg_sql
from sqlcipher3 import dbapi2

from onrecord.app.migrate import migrate
from onrecord.app.settings.keys import ServerKey
from onrecord.app.settings.options import storage_options
from onrecord.core.store.server_key import known_fingerprint
from onrecord.database.database import Database, backend_of
from onrecord.database.options import SqlcipherOptions, StorageOptions
from onrecord.database.schema import needed_version
from onrecord.database.statements import Row, sql
from onrecord_archive.reader.archive import Archive
from tests.e2e.console_desk import leaves_of
from tests.e2e.phones import LETTERS, Letterbox
from tests.integration.databases import postgresql_options, sqlcipher_options
from tests.integration.emptied import TABLES
from tests.integration.postgres import running_cluster
from tests.integration.tables import published_rows
from tests.rig.client import Frame, client, tls
from tests.rig.clock import set_clock
from tests.rig.command import onrecord, verified
from tests.rig.files import sharer
from tests.rig.installation import CHEAP, Installation, installation_in, listening
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

FIXTURES = Path(__file__).parents[1] / "fixtures"
FROZEN = sorted(FIXTURES.glob("bank-*.tar.xz"))
OPERATOR = 78
ANNA, JAN = "anna@advisor", "jan@client"
Bank = dict[str, Any]
"""What `freeze_bank.py` says of the bank."""


@dataclass(frozen=True)
class Place:
    """Where the rows of a bank are: the table of the settings file, and what `migrate` takes.

    `schema` returns the schema that is there; `new` that of a new database after one more change.
    """

    schema: Callable[[], str]
    new: Callable[[str], str]
    toml: str = ""
    owner: tuple[str, ...] = ()


@dataclass(frozen=True)
class Upgraded:
    """A frozen bank that was migrated and served: each of its commands was sent twice more.

    `read` is what Anna and Jan got of the file; `opened` what each of the links answered.
    """

    made: Installation
    bank: Bank
    place: Place
    retried: list[list[Frame]]
    read: list[str]
    opened: dict[str, Frame]


@contextmanager
def in_sqlcipher(folder: Path, schema: str) -> Iterator[Place]:
    """Encrypt the rows as that release did: SQLCipher 4 as it is, with the raw key."""
    key_file = folder / "data" / "secrets" / "database.key"
    key = key_file.read_bytes().hex()
    path = folder / "data" / "db" / "onrecord.db"
    path.touch(mode=0o600)
    with closing(dbapi2.connect(str(path), isolation_level=None)) as database:
        database.execute(f"PRAGMA key = \"x'{key}'\"")
        database.execute("ATTACH DATABASE ? AS plain KEY ''", (f"{folder}/database.sqlite",))
        database.execute("SELECT sqlcipher_export('main', 'plain')").fetchall()
    yield Place(lambda: written(StorageOptions(SqlcipherOptions(path, key_file))), new_sqlcipher)


def written(options: StorageOptions) -> str:
    """Return the schema as SQLite keeps it, however its statements were laid out."""
    query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"
    with closing(backend_of(options).connect(reader=True)) as database:
        texts = [" ".join(text.split()) for (text,) in database.execute(query).fetchall()]
    return "\n".join(re.sub(r" ?([(),]) ?", r"\1", text) for text in texts)


def new_sqlcipher(change: str) -> str:
    """Return the schema of a new database after a change."""
    with TemporaryDirectory() as folder:
        options = sqlcipher_options(Path(folder))
        migrate(options)
        with closing(backend_of(options).connect(reader=False)) as database:
            database.execute(change)
        return written(options)


@contextmanager
def in_postgresql(folder: Path, schema: str) -> Iterator[Place]:
    """Make that release's schema in a PostgreSQL, and put the rows there."""
    made = lzma.decompress((FIXTURES / f"schema-{schema}.sql.xz").read_bytes()).decode("ascii")

    def new(change: str) -> str:
        database = cluster.create_database()
        migrate(postgresql_options(database.owner_url, database.service, folder))
        with psycopg.connect(database.owner_url) as owner:
            owner.execute(change.encode())
        return cluster.schema(database)

    with running_cluster() as cluster:
        database = cluster.create_database()
        cluster.make_schema(database, made)
        assert cluster.schema(database) == made
        url = cluster.admin_url.replace("/postgres?", f"/{database.name}?")
        with (
            closing(sqlite3.connect(folder / "database.sqlite")) as rows,
            psycopg.connect(url) as target,
        ):
            fill(target, rows)
        password = folder / "owner.password"
        password.touch(mode=0o600)
        password.write_text(str(urlsplit(database.owner_url).password), encoding="ascii")
        taken = ("--owner", database.owner, "--password-file", str(password))
        toml = cluster.settings(database, folder)
        yield Place(lambda: cluster.schema(database), new, toml, taken)


def fill(target: "psycopg.Connection[Any]", rows: sqlite3.Connection) -> None:
    """Put every row in the place of what is there; the search index is made when migrating."""
    target.execute("SET session_replication_role = replica")  # tables refuse to lose rows
    names = {name for (name,) in target.execute(TABLES)} - {"search_index"}
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search_index%'"
    assert names == {name for (name,) in rows.execute(tables)}
    for name in names:
        table = pg_sql.Identifier(name)
        target.execute(pg_sql.SQL("DELETE FROM {}").format(table))
        with target.execute(pg_sql.SQL("SELECT * FROM {}").format(table)) as empty:
            columns = [column.name for column in empty.description or ()]
        places = pg_sql.SQL(", ").join(map(pg_sql.Identifier, columns))
        into = pg_sql.SQL("COPY {} ({}) FROM STDIN").format(table, places)
        wanted = ", ".join(f'"{column}"' for column in columns)
        with target.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows.execute(f'SELECT {wanted} FROM "{name}"'):
                copy.write_row(row)
    for key in ("journal", "stream"):
        target.execute(f"SELECT setval('{key}_key', (SELECT max(key) FROM {key}))".encode())


Where = Callable[[Path, str], AbstractContextManager[Place]]
PLACES: dict[str, Where] = {"sqlcipher": in_sqlcipher, "postgresql": in_postgresql}


def unpacked(frozen: Path, folder: Path) -> Bank:
    """Unpack a bank; return what is said of it."""
    with tarfile.open(frozen) as archive:
        archive.extractall(folder, filter="tar")
    bank: Bank = json.loads((folder / "bank.json").read_text(encoding="utf-8"))
    return bank


def installed(folder: Path, bank: Bank, place: Place) -> Installation:
    """Let a bank listen on ports that are free now."""
    settings = f'[firm]\nname = "Rig Bank"\n{listening()}{CHEAP}{LETTERS}{place.toml}'
    (folder / "data" / "onrecord.toml").write_text(settings, encoding="utf-8")
    made = installation_in(folder / "data", folder / "opening.key")
    made.tokens, made.cookies = bank["tokens"], bank["cookies"]
    return made


def schema_of(made: Installation) -> str:
    """Return the version of its database."""
    return str(_rows(made, "SELECT version_num FROM alembic_version")[0][0])


def _rows(made: Installation, query: str) -> list[Row]:
    with closing(Database(storage_options(made.settings))) as database, database.reading() as tx:
        return tx.all(sql(query))


async def retry(made: Installation, said: list[dict[str, Any]]) -> list[Frame]:
    """Send each command again, each by who sent it, in the order of then; return the answers."""
    answers = []
    for each in said:
        async with client(made, each["by"]) as one:
            await one.say(each["frame"])
            answers.append(await one.answer(each["frame"]["id"]))
    return answers


def read(made: Installation, name: str, file: dict[str, str]) -> str:
    """Return what somebody gets of the file."""
    with sharer(made, name) as one:
        return one.read(file["event"], file["id"]).text


@dataclass(frozen=True)
class Stranger:
    """The browser of somebody who is not signed in."""

    browser: httpx2.Client
    port: int

    def sends(self, path: str, **body: str) -> Frame:
        """Send what a page sends; return the answer."""
        url = f"https://127.0.0.1:{self.port}/api/v1/{path}"
        name = {"sni_hostname": "chat.localhost"}
        answer: Frame = self.browser.post(url, json=body, extensions=name).json()
        return answer


@contextmanager
def stranger(made: Installation) -> Iterator[Stranger]:
    """Come to the chat's listener with a browser of one's own."""
    chat = made.settings.chat
    own = {"origin": chat.origin, "sec-fetch-site": "same-origin"}
    headers = {"host": chat.origin.removeprefix("https://"), **own}
    with httpx2.Client(
        verify=tls(made), headers=headers, trust_env=False, timeout=PATIENCE
    ) as browser:
        yield Stranger(browser, chat.port)


def come_in(made: Installation, invite: str, mail: str) -> dict[str, Frame]:
    """Open an invitation and accept it; return what each of the two answered."""
    with stranger(made) as page:
        invited = page.sends("invitation", invite=invite)
        page.sends("invitation/code", invite=invite)
        read = {"code": Letterbox(made, mail).code(), "notice": invited["notice"]["sha256"]}
        accepted = page.sends("invitation/accept", invite=invite, device="Phone", **read)
    return {"invitation": invited, "accepted": accepted}


def test_there_are_frozen_banks() -> None:
    assert {path.name for path in FROZEN} >= {"bank-0050.tar.xz"}


@pytest.fixture(scope="module", params=PLACES)
def where(request: pytest.FixtureRequest) -> Where:
    return PLACES[request.param]


@pytest.fixture(scope="module", params=FROZEN, ids=lambda path: path.name)
def upgraded(
    request: pytest.FixtureRequest, where: Where, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("bank")
    bank = unpacked(request.param, folder)
    with where(folder, bank["schema"]) as place:
        made = installed(folder, bank, place)
        assert schema_of(made) == bank["schema"]
        assert _rows(made, "SELECT count(*) FROM pending") == [(1,)]
        refused = onrecord(made.data, "serve")
        code = refused.stderr.partition(":")[0]
        assert (refused.returncode, code) == (OPERATOR, "schema_mismatch")
        migrated = onrecord(made.data, "migrate", *place.owner)
        assert migrated.returncode == 0, migrated.stderr
        assert schema_of(made) == needed_version()
        yield served(made, bank, place, folder / "clock")


def served(made: Installation, bank: Bank, place: Place, clock: Path) -> Upgraded:
    """Serve it twice, with a kill between; have everything sent again, read and opened."""
    set_clock(clock, (datetime.fromisoformat(bank["at"]) - datetime.now(UTC)).total_seconds())
    server = ServerProcess(made, clock=clock)
    retried = [asyncio.run(retry(made, bank["said"]))]
    server.kill()
    server = ServerProcess(made, clock=clock)
    retried.append(asyncio.run(retry(made, bank["said"])))
    texts = [read(made, name, bank["file"]) for name in (ANNA, JAN)]
    links: dict[str, str] = bank["links"]
    answers = come_in(made, links["zofia"], "zofia@client.example")
    for name in ("ewa", "piotr"):
        with stranger(made) as page:
            answers[name] = page.sends("sign-in", link=links[name])
    assert server.stop() == 0
    return Upgraded(made, bank, place, retried, texts, answers)


def test_each_command_gets_the_answer_that_it_had(upgraded: Upgraded) -> None:
    *had, cut = upgraded.bank["said"]
    first, second = upgraded.retried
    assert [each["answer"] for each in had] == first[:-1]
    assert cut["answer"] is None
    assert first[-1]["t"] == "ack"
    assert second == first


def test_a_file_that_was_sent_before_is_read_by_both_sides(upgraded: Upgraded) -> None:
    assert upgraded.read == [upgraded.bank["file"]["text"]] * 2


def test_links_of_before_open(upgraded: Upgraded) -> None:
    assert upgraded.opened["invitation"]["advisor"] == "Anna"
    assert upgraded.opened["accepted"]["person"]["name"] == "Zofia Wrona"
    assert upgraded.opened["ewa"]["person"]["name"] == "Ewa"
    assert upgraded.opened["piotr"]["person"]["name"] == "Piotr"


def test_the_first_start_took_the_server_key_as_that_release_made_it(upgraded: Upgraded) -> None:
    with closing(Database(storage_options(upgraded.made.settings))) as database:
        known = known_fingerprint(database)
    content = upgraded.made.settings.paths.server_key.read_bytes()
    key = ServerKey(content[:32])
    assert known == key.fingerprint()
    assert content == key.encode()


def test_each_is_on_the_record_once(upgraded: Upgraded) -> None:
    archive = Archive(upgraded.made.settings.archive.directory)
    found = Counter(json.loads(leaf).get("event_id") for leaf in leaves_of(archive))
    events = [answer["event_id"] for answer in upgraded.retried[0]]
    assert [found[event] for event in events] == [1] * len(events)


def test_rebuilding_changes_no_row(upgraded: Upgraded) -> None:
    before = _published(upgraded.made)
    done = onrecord(upgraded.made.data, "rebuild")
    assert done.returncode == 0, done.stderr
    assert _published(upgraded.made) == before


def test_control_a_row_that_differs_is_seen_and_made_again(upgraded: Upgraded) -> None:
    before = _published(upgraded.made)
    options = storage_options(upgraded.made.settings)
    with closing(Database(options)) as database, database.writing() as tx:
        tx.run(sql("DELETE FROM reaction"))
    assert _published(upgraded.made) != before
    assert onrecord(upgraded.made.data, "rebuild").returncode == 0
    assert _published(upgraded.made) == before


def test_its_schema_is_that_of_a_new_database(upgraded: Upgraded) -> None:
    assert upgraded.place.schema() == upgraded.place.new("SELECT 1")


@pytest.mark.parametrize(
    "planted",
    [
        "ALTER TABLE person ADD COLUMN planted TEXT",
        "ALTER TABLE timeline RENAME COLUMN edits TO planted",
        "CREATE INDEX planted ON member (own_above)",
        "DROP INDEX approval_request_waiting",
    ],
)
def test_control_a_schema_that_differs_is_seen(upgraded: Upgraded, planted: str) -> None:
    assert upgraded.place.schema() != upgraded.place.new(planted)


def test_it_verifies_and_nothing_is_found_damaged(upgraded: Upgraded) -> None:
    verified(upgraded.made.data)
    done = onrecord(upgraded.made.data, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr


def _published(made: Installation) -> dict[str, list[Row]]:
    with closing(Database(storage_options(made.settings))) as database:
        return published_rows(database)
